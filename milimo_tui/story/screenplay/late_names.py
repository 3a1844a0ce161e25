"""Names revealed late: a role speaks as THE DISHWASHER until a line calls him Yusuf, then as YUSUF."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.screenplay.people_words import GENERIC, KIN, ROLES
from milimo_tui.story.screenplay.screenplay import Screenplay, ScriptElement, ScriptElementKind
from milimo_tui.story.values.text import fold, split_words

# A name by which a person is addressed, or that is read from something.
_CALLED = compile_lazily(r"(?:^|[,.!?]\s)([^\W\d_]+)(?: [A-Z][^\W\d_]+)?(?=\s*[,.!?])")
_READ = compile_lazily(
    r"\b(?:says|reads|saying|reading|marked|labelled|labeled|stamped|stitched|spells) [“\"']?([^\W\d_]+)\b",
    re.IGNORECASE,
)
# A name that speakers give to themselves or to the listener: “I'm Halvard.”, “You're Halvard.”
_NAMES_ONESELF = compile_lazily(
    r"\b(?:I['’]m|I am|(?:my )?name(?:['’]s| is)|call me)(?: (?:[A-Z][a-z]{0,3}\.|Inspector|Captain"
    r"|Father|Sister"
    r"|Doctor|Detective|Sergeant|Officer|Professor))? ([A-Z][^\W\d_]+)\b"
)
_NAMES_OTHER = compile_lazily(
    r"\b(?:[Yy]ou['’]re|[Yy]ou are|[Yy]ou must be|[Aa]re you|[Tt]hat['’]s|[Yy]our name(?:['’]s| is))(?:"
    r" (?:[A-Z][a-z]{0,3}\.|"
    r"Inspector|Captain|Father|Sister|Doctor|Detective|Sergeant|Officer|Professor))? ([A-Z][^\W\d_]+)\b"
)
# “This is INSPECTOR RUIZ.”: names a person whom an action has shown before.
_REVEALED = compile_lazily(
    r"(?:^|[.!?]\s+)(?:This|That|It|He|She) (?:is|will be) (?:[A-ZÀ-Þ.]+"
    r" )*([A-ZÀ-Þ][A-ZÀ-Þ'’-]+)(?=[.,;:!]| --|$)"
)
_KNOWN_BY = frozenset([*ROLES, *GENERIC, *KIN])


def find_late_names(
    screenplay: Screenplay, by_cue: Mapping[str, tuple[str, ...]], introduced: Collection[str]
) -> dict[str, str]:
    """Return, for each name under which a role continues to speak, the role: {"Yusuf": "Dishwasher"}.

    An action of the scene has shown the role. The role's last cue is before the first cue of the name, and no
    action has the name before, except one that reveals it. Between the two cues the name occurs for the first
    time: it is read, said by another person, or said by the role itself; afterwards the role is not used any
    more. Manuals of the form change the name in the cue when the audience learns it (Trottier, The
    Screenwriter's Bible).
    """
    first, last, shown = _index_word_places(screenplay)
    found: dict[str, str] = {}
    ends: dict[str, int] = {}  # name → place of its last cue so far
    start = 0
    for scene in screenplay.scenes:
        begins: dict[str, int] = {}
        called: dict[str, _NameMention] = {}
        here: dict[str, int] = {}  # word → its first place in an action of the scene
        speaker = ""
        ends_before = dict(ends)
        for place, element in enumerate(scene.elements, start):
            if element.kind is ScriptElementKind.CUE and element.cue:
                who = by_cue.get(element.cue.name, ())
                speaker = who[0] if len(who) == 1 else ""
                if len(who) == 1 and split_words(who[0]):
                    begins.setdefault(who[0], place)
                    ends[who[0]] = place
                continue
            if element.kind is ScriptElementKind.ACTION:
                for word in map(_strip_possessive, split_words(element.text)):
                    here.setdefault(word, place)
            for each in _iterate_name_mentions(element, place, speaker):
                called.setdefault(each.key, each)
        roles = sorted((place, name) for name, place in ends.items() if _is_role_name(name))
        for name, place in begins.items():
            said = called.get(fold(split_words(name)[0]))
            if said is None or said.place >= place or _is_role_name(name) or name in found:
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
                    and (here if each[1] not in begins else shown).get(
                        _list_role_words(each[1])[-1], said.place
                    )
                    < said.place
                )
            ]
            role = before[-1][1] if before else ""
            if not role or (role == said.by) is not said.oneself:
                # The person who calls Tom is not Tom, and a voice that nobody has seen is not Tom either.
                continue
            if first.get(said.key) == said.place and all(
                last.get(word, 0) < place for word in _list_role_words(role)
            ):
                found[name] = role
        start += len(scene.elements)
    return found


@dataclass(frozen=True, slots=True)
class _NameMention:
    """A name in a line, with its speaker: the speaker's own name (`oneself`) or the listener's (`other`).

    `shown` means that an action reveals the name.
    """

    key: str
    place: int
    by: str
    oneself: bool = False
    other: bool = False
    shown: bool = False


def _iterate_name_mentions(element: ScriptElement, place: int, speaker: str) -> Iterator[_NameMention]:
    """Yield the names by which an element calls or reveals a person."""
    if element.kind is not ScriptElementKind.DIALOGUE:
        for word in _READ.findall(element.text):
            yield _NameMention(fold(word), place, "")
        for word in _REVEALED.findall(element.text):
            yield _NameMention(fold(word), place, "", shown=True)
        return
    for word in _NAMES_ONESELF.findall(element.text):
        yield _NameMention(fold(word), place, speaker, oneself=True)
    for word in _NAMES_OTHER.findall(element.text):
        yield _NameMention(fold(word), place, speaker, other=True)
    for word in _CALLED.findall(element.text):
        yield _NameMention(fold(word), place, speaker)


def _index_word_places(screenplay: Screenplay) -> tuple[dict[str, int], dict[str, int], dict[str, int]]:
    """Return the first and last place of each word, and its first place in an action, counted in elements of
    the scenes.
    """
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    shown: dict[str, int] = {}
    elements = (element for scene in screenplay.scenes for element in scene.elements)
    for place, element in enumerate(elements):
        for word in split_words(element.text):
            key = _strip_possessive(word)
            first.setdefault(key, place)
            last[key] = place
            if element.kind is ScriptElementKind.ACTION:
                shown.setdefault(key, place)
    return first, last, shown


def _strip_possessive(word: str) -> str:
    return fold(word).replace("’", "'").removesuffix("'s")


def _is_role_name(name: str) -> bool:
    return fold(split_words(name)[-1]) in _KNOWN_BY


def _list_role_words(name: str) -> list[str]:
    return [fold(word) for word in split_words(name) if fold(word) != "the"]
