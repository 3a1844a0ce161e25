"""Names revealed late: a role speaks as THE DISHWASHER until a line calls him Yusuf, then as YUSUF."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from milimo_tui.core.late_patterns import late
from milimo_tui.story.screenplay.people_words import GENERIC, KIN, ROLES
from milimo_tui.story.screenplay.screenplay import Kind, Screenplay, ScriptElement
from milimo_tui.story.values.text import fold, words

# A name by which a person is addressed, or that is read from something.
_CALLED = late(r"(?:^|[,.!?]\s)([^\W\d_]+)(?: [A-Z][^\W\d_]+)?(?=\s*[,.!?])")
_READ = late(
    r"\b(?:says|reads|saying|reading|marked|labelled|labeled|stamped|stitched|spells) [“\"']?([^\W\d_]+)\b",
    re.IGNORECASE,
)
# A name that speakers give to themselves or to the listener: “I'm Halvard.”, “You're Halvard.”
_NAMES_ONESELF = late(
    r"\b(?:I['’]m|I am|(?:my )?name(?:['’]s| is)|call me)(?: (?:[A-Z][a-z]{0,3}\.|Inspector|Captain"
    r"|Father|Sister"
    r"|Doctor|Detective|Sergeant|Officer|Professor))? ([A-Z][^\W\d_]+)\b"
)
_NAMES_OTHER = late(
    r"\b(?:[Yy]ou['’]re|[Yy]ou are|[Yy]ou must be|[Aa]re you|[Tt]hat['’]s|[Yy]our name(?:['’]s| is))(?:"
    r" (?:[A-Z][a-z]{0,3}\.|"
    r"Inspector|Captain|Father|Sister|Doctor|Detective|Sergeant|Officer|Professor))? ([A-Z][^\W\d_]+)\b"
)
# “This is INSPECTOR RUIZ.”: names a person whom an action has shown before.
_REVEALED = late(
    r"(?:^|[.!?]\s+)(?:This|That|It|He|She) (?:is|will be) (?:[A-ZÀ-Þ.]+"
    r" )*([A-ZÀ-Þ][A-ZÀ-Þ'’-]+)(?=[.,;:!]| --|$)"
)
_KNOWN_BY = frozenset([*ROLES, *GENERIC, *KIN])


def late_names(
    screenplay: Screenplay, by_cue: Mapping[str, tuple[str, ...]], introduced: Collection[str]
) -> dict[str, str]:
    """Return, for each name under which a role continues to speak, the role: {"Yusuf": "Dishwasher"}.

    An action of the scene has shown the role. The role's last cue is before the first cue of the name, and no
    action has the name before, except one that reveals it. Between the two cues the name occurs for the first
    time: it is read, said by another person, or said by the role itself; afterwards the role is not used any
    more. Manuals of the form change the name in the cue when the audience learns it (Trottier, The
    Screenwriter's Bible).
    """
    first, last, shown = _places(screenplay)
    found: dict[str, str] = {}
    ends: dict[str, int] = {}  # name → place of its last cue so far
    start = 0
    for scene in screenplay.scenes:
        begins: dict[str, int] = {}
        called: dict[str, _Called] = {}
        here: dict[str, int] = {}  # word → its first place in an action of the scene
        speaker = ""
        ends_before = dict(ends)
        for place, element in enumerate(scene.elements, start):
            if element.kind is Kind.CUE and element.cue:
                who = by_cue.get(element.cue.name, ())
                speaker = who[0] if len(who) == 1 else ""
                if len(who) == 1 and words(who[0]):
                    begins.setdefault(who[0], place)
                    ends[who[0]] = place
                continue
            if element.kind is Kind.ACTION:
                for word in map(_bare, words(element.text)):
                    here.setdefault(word, place)
            for each in _calls(element, place, speaker):
                called.setdefault(each.key, each)
        roles = sorted((place, name) for name, place in ends.items() if _is_role(name))
        for name, place in begins.items():
            said = called.get(fold(words(name)[0]))
            if said is None or said.place >= place or _is_role(name) or name in found:
                continue
            if name in ends_before or (name in introduced and not said.shown):
                continue
            before = roles[: bisect_left(roles, (said.place, ""))]
            before = [
                each
                for each in before
                if (each[1] == said.by and not said.other)
                or (
                    each[1] != said.by
                    and (here if each[1] not in begins else shown).get(_words(each[1])[-1], said.place)
                    < said.place
                )
            ]
            role = before[-1][1] if before else ""
            if not role or (role == said.by) is not said.oneself:
                # The person who calls Tom is not Tom, and a voice that nobody has seen is not Tom either.
                continue
            if first.get(said.key) == said.place and all(last.get(word, 0) < place for word in _words(role)):
                found[name] = role
        start += len(scene.elements)
    return found


@dataclass(frozen=True, slots=True)
class _Called:
    """A name in a line, with its speaker: the speaker's own name (`oneself`) or the listener's (`other`).

    `shown` means that an action reveals the name.
    """

    key: str
    place: int
    by: str
    oneself: bool = False
    other: bool = False
    shown: bool = False


def _calls(element: ScriptElement, place: int, speaker: str) -> Iterator[_Called]:
    """Yield the names by which an element calls or reveals a person."""
    if element.kind is not Kind.DIALOGUE:
        for word in _READ.findall(element.text):
            yield _Called(fold(word), place, "")
        for word in _REVEALED.findall(element.text):
            yield _Called(fold(word), place, "", shown=True)
        return
    for word in _NAMES_ONESELF.findall(element.text):
        yield _Called(fold(word), place, speaker, oneself=True)
    for word in _NAMES_OTHER.findall(element.text):
        yield _Called(fold(word), place, speaker, other=True)
    for word in _CALLED.findall(element.text):
        yield _Called(fold(word), place, speaker)


def _places(screenplay: Screenplay) -> tuple[dict[str, int], dict[str, int], dict[str, int]]:
    """Return the first and last place of each word, and its first place in an action, counted in elements of
    the scenes.
    """
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    shown: dict[str, int] = {}
    elements = (element for scene in screenplay.scenes for element in scene.elements)
    for place, element in enumerate(elements):
        for word in words(element.text):
            key = _bare(word)
            first.setdefault(key, place)
            last[key] = place
            if element.kind is Kind.ACTION:
                shown.setdefault(key, place)
    return first, last, shown


def _bare(word: str) -> str:
    return fold(word).replace("’", "'").removesuffix("'s")


def _is_role(name: str) -> bool:
    return fold(words(name)[-1]) in _KNOWN_BY


def _words(name: str) -> list[str]:
    return [fold(word) for word in words(name) if fold(word) != "the"]
