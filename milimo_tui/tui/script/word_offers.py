"""Completions while a screenplay is written: people, headings, places, times, transitions. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from milimo_tui.story.screenplay import line_grammar
from milimo_tui.story.screenplay.screenplay import ScriptElementKind

MIN_LETTERS = 2  # Letters needed before anything is offered for a line whose kind is guessed.
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
    """The names that a film already has: people who speak or appear, complete headings, places, times of day.

    The most used come first. `places` include their setting (INT., EXT.), `place_names` don't.
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
        """Sort the names of cues and headings, the most used first; add people and places that no line
        mentions yet.
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
    """The speakers around a line: those above it, the last one first; those in its scene, the most talkative
    first.
    """

    above: Sequence[str] = ()
    here: Sequence[str] = ()


def list_line_offers(
    line: str, kind: str | None, known: KnownWords, talk: Speakers, *, asked: bool
) -> list[str]:
    """List complete lines that continue the present one, the likeliest first.

    `asked`: the kind was chosen with Tab or the list was requested, so that an empty line has offers too.
    """
    words = line.lstrip()
    if not words:
        return list(dict.fromkeys(_yield_empty_line_offers(kind, known, talk))) if asked else []
    if len(words) < MIN_LETTERS and not asked:
        return []
    found = _filter_by_prefix(words, _yield_line_candidates(words, kind, known, talk))
    lead = line[: len(line) - len(words)]
    return [lead + each for each in dict.fromkeys(found)]


def find_completed_part(line: str) -> int:
    """Return the column where the completed part of a line begins: a time of day, a place, otherwise the
    line.
    """
    lead = len(line) - len(line.lstrip())
    words = line[lead:]
    if line_grammar.parse_heading(words) is None:
        return lead
    return lead + (_find_time_start(words) or len(_get_setting_prefix(words)))


def _yield_empty_line_offers(kind: str | None, known: KnownWords, talk: Speakers) -> Iterator[str]:
    """Yield the possible texts of an empty line of a kind."""
    if kind in (None, ScriptElementKind.CUE):
        # In a dialogue two people alternate, so the last but one speaker is the likeliest.
        yield from (*talk.above[1:2], *talk.above[:1], *talk.here, *known.people)
    if kind in (None, ScriptElementKind.HEADING):
        yield from SETTINGS
    if kind in (None, ScriptElementKind.TRANSITION):
        yield from TRANSITIONS


def _find_time_start(words: str) -> int:
    """Return the column after the last dash of a heading; 0 if there is no dash."""
    return max(words.rfind(dash) + len(dash) if dash in words else 0 for dash in _DASHES)


def _get_setting_prefix(words: str) -> str:
    """Return the part of a heading before the place, with its blank."""
    setting, blank, _ = words.partition(" ")
    return setting + blank if blank else ""


def _yield_line_candidates(words: str, kind: str | None, known: KnownWords, talk: Speakers) -> Iterator[str]:
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
        yield from talk.here
        yield from talk.above
        yield from known.people
    if kind != ScriptElementKind.CUE:
        yield from SETTINGS
        yield from TRANSITIONS if not heading else ()


def _filter_by_prefix(words: str, candidates: Iterable[str]) -> Iterator[str]:
    low = words.casefold()
    return (each for each in candidates if each.casefold().startswith(low) and len(each) > len(words))
