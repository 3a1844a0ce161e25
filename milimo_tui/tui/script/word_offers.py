"""Completions offered while the user writes a screenplay: characters, headings, places, times of day,
transitions. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from milimo_tui.story.screenplay import line_grammar
from milimo_tui.story.screenplay.screenplay import ScriptElementKind

# Minimum number of letters on a line before completions are offered, if the line's kind is only guessed.
MIN_LETTERS = 2
TIMES = (
    "DAY", "NIGHT", "MORNING", "EVENING", "DAWN", "DUSK", "AFTERNOON", "NOON", "MIDNIGHT", "SUNRISE",
    "SUNSET", "LATER", "MOMENTS LATER", "CONTINUOUS", "SAME TIME",
)  # fmt: skip
SETTINGS = ("INT. ", "EXT. ", "INT./EXT. ")
TRANSITIONS = (
    "CUT TO:",
    "DISSOLVE TO:",
    "SMASH CUT TO:",
    "MATCH CUT TO:",
    "FADE TO:",
    "FADE OUT.",
    "FADE IN:",
)
EXTENSIONS = ("(V.O.)", "(O.S.)", "(CONT'D)", "(ON PHONE)")
_DASHES = (" - ", " – ", " — ")


@dataclass(frozen=True, slots=True)
class KnownWords:
    """The names that a film already has: characters who speak or appear, complete headings, places, times of
    day.

    The most used names come first. `places` begin with their setting (INT., EXT.); `place_names` don't.
    """

    people: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    place_names: tuple[str, ...] = ()
    times: tuple[str, ...] = TIMES

    @classmethod
    def from_names(
        cls, names: Iterable[str], people: Iterable[str] = (), place_names: Iterable[str] = ()
    ) -> KnownWords:
        """Return the known words of a film. `names` are the cues and headings in the screenplay, the most
        used first; they are sorted into speakers, headings, places and times of day. `people` are characters
        and `place_names` places of the film; those that the screenplay does not mention yet are added at the
        end.
        """
        speakers: list[str] = []
        headings: list[str] = []
        places: dict[str, None] = {}
        sites: dict[str, None] = {}
        times: dict[str, int] = {}
        for name in names:
            found = line_grammar.parse_heading(name)
            if found is None:
                speakers.append(name)
                continue
            text, slug = found
            headings.append(text.upper())
            if slug.location:
                sites[slug.location.upper()] = None
            if slug.time_of_day:
                times[slug.time_of_day.upper()] = times.get(slug.time_of_day.upper(), 0) + 1
                place = text.upper().removesuffix(slug.time_of_day.upper()).rstrip(" -–—,.")
                places[place] = None
        usual = sorted(times, key=lambda time: -times[time])
        more = dict.fromkeys([*speakers, *(name.upper() for name in people)])
        sites |= dict.fromkeys(name.upper() for name in place_names)
        known_times = dict.fromkeys([*usual, *TIMES])
        return cls(tuple(more), tuple(headings), tuple(places), tuple(sites), tuple(known_times))


@dataclass(frozen=True, slots=True)
class Speakers:
    """The speakers around a line that is being written, from which cues are offered. `above` has the speakers
    of the lines above, the nearest first. `here` has the speakers of the scene, those with the most speeches
    first, then characters who appear without speaking.
    """

    above: Sequence[str] = ()
    here: Sequence[str] = ()


def list_line_offers(
    line: str, kind: str | None, known: KnownWords, speakers: Speakers, *, asked: bool
) -> list[str]:
    """Return complete lines that continue `line`, the likeliest first.

    `asked` is True if the user chose the kind with Tab or requested the list; then completions are offered
    for an empty line too.
    """
    words = line.lstrip()
    if not words:
        return list(dict.fromkeys(_yield_empty_line_offers(kind, known, speakers))) if asked else []
    if len(words) < MIN_LETTERS and not asked:
        return []
    found = _filter_by_prefix(words, _yield_line_candidates(words, kind, known, speakers))
    indent = line[: len(line) - len(words)]
    return [indent + each for each in dict.fromkeys(found)]


def find_completed_part(line: str) -> int:
    """Return the column from which on a completion replaces the line. In a heading this is the start of the
    time of day or of the place, in other lines the first character.
    """
    indent = len(line) - len(line.lstrip())
    words = line[indent:]
    if line_grammar.parse_heading(words) is None:
        return indent
    return indent + (_find_time_start(words) or len(_get_setting_prefix(words)))


def _yield_empty_line_offers(kind: str | None, known: KnownWords, speakers: Speakers) -> Iterator[str]:
    """Yield lines to offer in place of an empty line of a kind."""
    if kind in (None, ScriptElementKind.CUE):
        # In a dialogue two people usually alternate, so the speaker before the last one comes first.
        yield from (*speakers.above[1:2], *speakers.above[:1], *speakers.here, *known.people)
    if kind in (None, ScriptElementKind.HEADING):
        yield from SETTINGS
    if kind in (None, ScriptElementKind.TRANSITION):
        yield from TRANSITIONS


def _find_time_start(words: str) -> int:
    """Return the column where the time of day in a heading begins, after the last dash; 0 if there is no
    dash.
    """
    return max(words.rfind(dash) + len(dash) if dash in words else 0 for dash in _DASHES)


def _get_setting_prefix(words: str) -> str:
    """Return the beginning of a heading before the place, such as `INT. `, with the blank after it."""
    setting, blank, _ = words.partition(" ")
    return setting + blank if blank else ""


def _yield_line_candidates(
    words: str, kind: str | None, known: KnownWords, speakers: Speakers
) -> Iterator[str]:
    heading = line_grammar.parse_heading(words) is not None
    if heading or kind == ScriptElementKind.HEADING:
        cut, setting = _find_time_start(words), _get_setting_prefix(words).upper()
        yield from known.places if not cut else ()
        yield from known.headings
        if cut:
            yield from (words[:cut] + time for time in known.times)
        if heading and setting:
            yield from (setting + place for place in known.place_names)
    elif words != words.upper() or kind in (ScriptElementKind.DIALOGUE, ScriptElementKind.PARENTHETICAL):
        return
    name, bracket, _ = words.partition("(")
    if bracket and not heading:
        yield from (f"{name}{extension}" for extension in EXTENSIONS)
    if not heading and kind != ScriptElementKind.TRANSITION:
        yield from speakers.here
        yield from speakers.above
        yield from known.people
    if kind != ScriptElementKind.CUE:
        yield from SETTINGS
        yield from TRANSITIONS if not heading else ()


def _filter_by_prefix(words: str, candidates: Iterable[str]) -> Iterator[str]:
    low = words.casefold()
    return (each for each in candidates if each.casefold().startswith(low) and len(each) > len(words))
