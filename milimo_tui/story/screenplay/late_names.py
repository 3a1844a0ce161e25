"""Find names that the script reveals late: a person speaks as THE DISHWASHER, a line calls him Yusuf, and
then his cue is YUSUF.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.screenplay.people_words import GENERIC, KIN, ROLES
from milimo_tui.story.screenplay.screenplay import Screenplay, ScriptElement, ScriptElementKind
from milimo_tui.story.values.text import fold, split_words

# Patterns for a name by which a speaker addresses a person (“Tom, wait!”), and for a name that is read from
# something (“the badge says Tom”).
_CALLED = compile_lazily(r"(?:^|[,.!?]\s)([^\W\d_]+)(?: [A-Z][^\W\d_]+)?(?=\s*[,.!?])")
_READ = compile_lazily(
    r"\b(?:says|reads|saying|reading|marked|labelled|labeled|stamped|stitched|spells) [“\"']?([^\W\d_]+)\b",
    re.IGNORECASE,
)
# Patterns for a name that speakers give to themselves (“I'm Halvard.”), and for a name that they give to the
# listener (“You're Halvard.”).
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
# Action that names a person whom earlier action has shown: “This is INSPECTOR RUIZ.”
_REVEALED = compile_lazily(
    r"(?:^|[.!?]\s+)(?:This|That|It|He|She) (?:is|will be) (?:[A-ZÀ-Þ.]+"
    r" )*([A-ZÀ-Þ][A-ZÀ-Þ'’-]+)(?=[.,;:!]| --|$)"
)
_KNOWN_BY = frozenset([*ROLES, *GENERIC, *KIN])


def find_late_names(
    screenplay: Screenplay, by_cue: Mapping[str, tuple[str, ...]], introduced: Collection[str]
) -> dict[str, str]:
    """Map each late name to the role under which the person spoke before: {"Yusuf": "Dishwasher"}.

    A name is recognized as a late name if all of these conditions hold:

    - An action has shown the role.
    - The last cue of the role is before the first cue of the name.
    - No action mentions the name earlier, except an action that reveals it.
    - Between the two cues the name occurs for the first time: it is read, said by another person, or said by
      the role itself.
    - The role is not mentioned any more after the first cue of the name.

    Screenwriting manuals change the name in the cue when the audience learns it (Trottier, The Screenwriter's
    Bible).
    """
    first, last, shown = _index_word_places(screenplay)
    found: dict[str, str] = {}
    ends: dict[str, int] = {}  # Maps a name to the index of its last cue so far among all elements.
    start = 0
    for scene in screenplay.scenes:
        begins: dict[str, int] = {}
        called: dict[str, _NameMention] = {}
        here: dict[str, int] = {}  # Word → index of the first action of this scene that contains it.
        speaker = ""
        ends_before = dict(ends)
        for place, element in enumerate(scene.elements, start):
            if element.kind is ScriptElementKind.CUE and element.cue:
                speakers = by_cue.get(element.cue.name, ())
                speaker = speakers[0] if len(speakers) == 1 else ""
                if len(speakers) == 1 and split_words(speakers[0]):
                    begins.setdefault(speakers[0], place)
                    ends[speakers[0]] = place
                continue
            if element.kind is ScriptElementKind.ACTION:
                for word in map(_strip_possessive, split_words(element.text)):
                    here.setdefault(word, place)
            for each in _iterate_name_mentions(element, place, speaker):
                called.setdefault(each.key, each)
        roles = sorted((place, name) for name, place in ends.items() if _is_role_name(name))
        for name, place in begins.items():
            mention = called.get(fold(split_words(name)[0]))
            if mention is None or mention.place >= place or _is_role_name(name) or name in found:
                continue
            if name in ends_before or (name in introduced and not mention.shown):
                continue
            before = roles[: bisect_left(roles, (mention.place, ""))]
            before = [
                each
                for each in before
                if (each[1] == mention.by and not mention.other)
                or (
                    each[1] != mention.by
                    and (here if each[1] not in begins else shown).get(
                        _list_role_words(each[1])[-1], mention.place
                    )
                    < mention.place
                )
            ]
            role = before[-1][1] if before else ""
            if not role or (role == mention.by) is not mention.oneself:
                # A person who calls somebody Tom is not Tom, but a person who says “I'm Tom” is. A role that
                # no action has shown is not Tom either.
                continue
            if first.get(mention.key) == mention.place and all(
                last.get(word, 0) < place for word in _list_role_words(role)
            ):
                found[name] = role
        start += len(scene.elements)
    return found


@dataclass(frozen=True, slots=True)
class _NameMention:
    """A mention of a name; `place` is the index of the element with the mention.

    `by` is the speaker, empty for action. `oneself` is True if speakers give their own name (“I'm Halvard”),
    `other` if they give the name of the listener (“You're Halvard”), `shown` if an action reveals the name.
    """

    key: str
    place: int
    by: str
    oneself: bool = False
    other: bool = False
    shown: bool = False


def _iterate_name_mentions(element: ScriptElement, place: int, speaker: str) -> Iterator[_NameMention]:
    """Yield the names by which an element addresses, names or reveals a person.

    `place` is the index of the element, `speaker` the speaker of its dialogue.
    """
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
    """Return three dictionaries by word: its first element, its last element, and the first action that
    contains it.

    Elements are counted through all scenes, from 0.
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
