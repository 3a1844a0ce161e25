"""What is offered while a screenplay is written: people, headings, places, times, transitions. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from milimo_tui.story.screenplay import line_grammar
from milimo_tui.story.screenplay.screenplay import Kind

FEWEST = 2  # letters, before anything is offered for a line whose kind is guessed
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
    """What a film has already: people who speak or are in it, whole headings, places, times of day."""

    people: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    times: tuple[str, ...] = TIMES

    @classmethod
    def of(cls, names: Iterable[str], people: Iterable[str] = ()) -> KnownWords:
        """Sort names of cues and headings, and add people who say nothing yet."""
        speakers: list[str] = []
        headings: list[str] = []
        places: dict[str, None] = {}
        times: dict[str, int] = {}
        for name in names:
            found = line_grammar.heading(name)
            if found is None:
                speakers.append(name)
                continue
            text, slug = found
            headings.append(text.upper())
            if slug.time_of_day:
                times[slug.time_of_day.upper()] = times.get(slug.time_of_day.upper(), 0) + 1
                place = text.upper().removesuffix(slug.time_of_day.upper()).rstrip(" -–—,.")
                places[place] = None
        usual = sorted(times, key=lambda time: -times[time])
        more = dict.fromkeys([*speakers, *(name.upper() for name in people)])
        return cls(tuple(more), tuple(headings), tuple(places), tuple(dict.fromkeys([*usual, *TIMES])))


def offers(
    line: str, kind: str | None, known: KnownWords, spoke: Sequence[str], *, chosen: bool
) -> list[str]:
    """List whole lines that go on where this one stops, the likeliest first.

    `spoke`: who spoke above, the last one first. `chosen`: its kind was chosen by Tab, so that something is
    offered for an empty line too.
    """
    words = line.lstrip()
    if not words:
        if not chosen:
            return []
        # Talk goes to and fro: who spoke before the last one is likely to answer.
        likely = [*spoke[1:2], *spoke[:1], *known.people]
        of_kind: dict[str | None, Sequence[str]] = {
            Kind.CUE: likely,
            Kind.HEADING: SETTINGS,
            Kind.TRANSITION: TRANSITIONS,
        }
        return list(of_kind.get(kind, ()))
    if len(words) < FEWEST and not chosen:
        return []
    found = list(_beginning(words, _candidates(words, kind, known, spoke)))
    lead = line[: len(line) - len(words)]
    return [lead + each for each in dict.fromkeys(found)]


def _candidates(words: str, kind: str | None, known: KnownWords, spoke: Sequence[str]) -> Iterator[str]:
    heading = line_grammar.heading(words) is not None
    if heading or kind == Kind.HEADING:
        cut = max(words.rfind(dash) + len(dash) if dash in words else 0 for dash in _DASHES)
        yield from known.places if not cut else ()
        yield from known.headings
        if cut:
            yield from (words[:cut] + time for time in known.times)
    elif words != words.upper() or kind in (Kind.DIALOGUE, Kind.PARENTHETICAL):
        return
    name, bracket, _ = words.partition("(")
    if bracket and not heading:
        yield from (f"{name}{extension}" for extension in EXTENSIONS)
    if not heading and kind != Kind.TRANSITION:
        yield from spoke
        yield from known.people
    if kind != Kind.CUE:
        yield from SETTINGS
        yield from TRANSITIONS if not heading else ()


def _beginning(words: str, candidates: Iterable[str]) -> Iterator[str]:
    low = words.casefold()
    return (each for each in candidates if each.casefold().startswith(low) and len(each) > len(words))
