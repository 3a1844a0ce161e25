"""Eras of scenes outside the film's present: flashbacks and dreams, and where they end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.screenplay.format_words import fold_word, make_word_pattern
from milimo_tui.story.screenplay.heading_languages import is_memory
from milimo_tui.story.screenplay.line_grammar import RELATIVE_TIME
from milimo_tui.story.screenplay.screenplay import ScriptScene
from milimo_tui.story.values.shot_words import Era
from milimo_tui.story.values.text import fold


@cache
def _compile_era_words() -> tuple[re.Pattern[str], tuple[tuple[Era, re.Pattern[str]], ...]]:
    """Return the pattern of the end of an era, and the pattern of each era. The text must be folded."""
    end, forward, flashback, dream = (
        make_word_pattern("eras", key) for key in ("end", "flash_forward", "flashback", "dream")
    )
    patterns = (
        (Era.FLASH_FORWARD, rf"\bflash[- ]?forward\b|\b(?:{forward})\b"),
        (
            Era.FLASHBACK,
            rf"\bflash[- ]?back\b|\bmemory\b|\b(?:years|months|decades) (?:ago|earlier|before)\b"
            rf"|\b(?:{flashback})\b",
        ),
        (Era.DREAM, rf"\b(?:dream|nightmare|fantasy|hallucination|{dream})\b"),
    )
    return (
        re.compile(
            r"\b(?:end (?:of )?(?:flashback|flash-?forward|dream)|back to (?:the )?present|present day"
            rf"|return to present|{end})\b"
        ),
        tuple((era, re.compile(pattern)) for era, pattern in patterns),
    )


def find_heading_era(text: str) -> Era | None:
    """Return the era that a heading names, such as FLASHBACK, or None."""
    folded = fold_word(text)
    named = next((era for era, pattern in _compile_era_words()[1] if pattern.search(folded)), None)
    return named or (Era.FLASHBACK if any(map(is_memory, _PARTS.split(text)[1:])) else None)


def _ends_era(text: str) -> bool:
    return _compile_era_words()[0].search(fold_word(text)) is not None


_PARTS = compile_lazily(r"\s+[-–—]+\s+|[,()/\[\]]")  # The marks between the parts of a heading.
_LATER = compile_lazily(r"\bLATER\b", re.IGNORECASE)
_YEAR = compile_lazily(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_BACK_IN = compile_lazily(r"^BACK (?:TO|IN|AT|ON) [^a-z\n]*(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)", re.MULTILINE)
_TO = compile_lazily(
    r"^(?:(?:BEGIN )?FLASH[- ]?BACK(?: TO)?|DISSOLVE TO FLASHBACK|DREAM(?: SEQUENCE)?)\s*:?\s*\.?$",
    re.IGNORECASE | re.MULTILINE,
)


def parse_heading_year(heading: str) -> int:
    """Return the year in a heading, or 0."""
    found = _YEAR.search(heading)
    return int(found[1]) if found else 0


def _is_outside_film_time(year: int, now: int, years: Sequence[int]) -> bool:
    """Return True if the year of a heading lies outside the present of the film. This is the case if it
    differs from `now`, the year of the first heading, and if the last of `years` is `now` or 0 (no year).
    Otherwise the film simply moves on from year to year.
    """
    return year != now and years[-1] in (now, 0)


def assign_eras(scenes: Sequence[ScriptScene]) -> tuple[Era, ...]:
    """Return the era of each scene, as given by its heading or by “FLASHBACK TO:” before it.

    An era ends when the scene's earlier place returns, or when the script says so. A heading that continues
    the previous scene (CONTINUOUS) stays in its era, and so does LATER at the same place. LATER at another
    place continues the scene before the flashback.
    """
    out: list[Era] = []
    years = [parse_heading_year(scene.heading) for scene in scenes]
    if scenes and (back := _BACK_IN.search(scenes[-1].text)):
        # The last scene returns to this year in its text. It is the year in which the film ends, although the
        # last heading has another year.
        years.append(int(back[1]))
    now = years[0] if years else 0
    era, home, by_heading, place_before = Era.PRESENT, "", False, ""
    coming = Era.PRESENT
    for scene, year in zip(scenes, years, strict=False):
        named_era = find_heading_era(scene.heading)
        if named_era is None and year and _is_outside_film_time(year, now, years):
            named_era = Era.FLASHBACK if not now or year < now else Era.FLASH_FORWARD
        place = fold(f"{scene.slug.location}")
        is_later = _LATER.search(scene.slug.time_of_day) is not None
        goes_on = _stays_in_era(scene.slug.time_of_day, place, place_before, home)
        if _ends_era(scene.heading):
            era = Era.PRESENT
        elif named_era is not None:
            era, by_heading = named_era, True
        elif coming is not Era.PRESENT:
            era, by_heading = coming, False
        elif era is not Era.PRESENT and not goes_on and (by_heading or place == home or is_later):
            era = Era.PRESENT
        coming, place_before = Era.PRESENT, place
        if era is Era.PRESENT:
            home = place
        out.append(era)
        text = scene.text
        if _ends_era(text):
            era = Era.PRESENT
        if (found := _TO.search(text)) and not _ends_era(text[found.start() :]):
            coming = find_heading_era(found[0]) or Era.FLASHBACK
    return tuple(out)


def _stays_in_era(time: str, place: str, before: str, home: str) -> bool:
    """Return True if a heading with a relative time of day continues the previous scene and its era. `before`
    is the place of the previous scene, and `home` the place before the flashback.
    """
    if RELATIVE_TIME.match(time) is None:
        return False
    return place == before or (place != home and _LATER.search(time) is None)
