"""When each scene plays beside the film's present: flashbacks, dreams, and where they end."""

from __future__ import annotations

import re
from collections.abc import Sequence

from milimo_tui.story.screenplay.line_grammar import RELATIVE_TIME
from milimo_tui.story.screenplay.screenplay import ScriptScene
from milimo_tui.story.values.film import Era
from milimo_tui.story.values.text import fold

_ENDS = re.compile(
    r"\b(?:END (?:OF )?(?:FLASHBACK|FLASH-?FORWARD|DREAM)|BACK TO (?:THE )?PRESENT|PRESENT DAY"
    r"|RETURN TO PRESENT)\b",
    re.IGNORECASE,
)
_KINDS = (
    (Era.FLASH_FORWARD, re.compile(r"\bFLASH[- ]?FORWARD\b", re.IGNORECASE)),
    (
        Era.FLASHBACK,
        re.compile(
            r"\bFLASH[- ]?BACK\b|\bMEMORY\b|\b(?:YEARS|MONTHS|DECADES) (?:AGO|EARLIER|BEFORE)\b", re.I
        ),
    ),
    (Era.DREAM, re.compile(r"\b(?:DREAM|NIGHTMARE|FANTASY|HALLUCINATION)\b", re.IGNORECASE)),
)
_TO = re.compile(
    r"^(?:(?:BEGIN )?FLASH[- ]?BACK(?: TO)?|DISSOLVE TO FLASHBACK|DREAM(?: SEQUENCE)?)\s*:?\s*\.?$",
    re.IGNORECASE | re.MULTILINE,
)


def eras_of(scenes: Sequence[ScriptScene]) -> tuple[Era, ...]:
    """The era of each scene: by its heading, by “FLASHBACK TO:” before it; until the place of before comes
    again, or the text says that it ends. A heading that goes on (CONTINUOUS, LATER) goes on in its era.
    """
    out: list[Era] = []
    era, home, by_heading = Era.PRESENT, "", False
    coming = Era.PRESENT
    for scene in scenes:
        said = next((kind for kind, pattern in _KINDS if pattern.search(scene.heading)), None)
        place = fold(f"{scene.slug.location}")
        goes_on = RELATIVE_TIME.match(scene.slug.time_of_day) is not None
        if _ENDS.search(scene.heading):
            era = Era.PRESENT
        elif said is not None:
            era, by_heading = said, True
        elif coming is not Era.PRESENT:
            era, by_heading = coming, False
        elif era is not Era.PRESENT and not goes_on and (by_heading or place == home):
            era = Era.PRESENT
        coming = Era.PRESENT
        if era is Era.PRESENT:
            home = place
        out.append(era)
        text = scene.text
        if _ENDS.search(text):
            era = Era.PRESENT
        if (found := _TO.search(text)) and not _ENDS.search(text[found.start() :]):
            coming = next((kind for kind, pattern in _KINDS if pattern.search(found[0])), Era.FLASHBACK)
    return tuple(out)
