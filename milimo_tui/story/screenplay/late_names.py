"""Names that come late: somebody speaks as THE DISHWASHER until a line calls him Yusuf, then as YUSUF."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from milimo_tui.story.screenplay.people_words import GENERIC, KIN, ROLES
from milimo_tui.story.screenplay.screenplay import Kind, Screenplay, ScriptElement, ScriptScene
from milimo_tui.story.values.text import fold, words

_READS = r"(?:says|reads|saying|reading|marked|labelled|labeled|stamped|stitched|spells)"
_KNOWN_BY = frozenset([*ROLES, *GENERIC, *KIN])


def late_names(
    screenplay: Screenplay, by_cue: Mapping[str, tuple[str, ...]], introduced: Collection[str]
) -> dict[str, str]:
    """For each name by which a role goes on speaking, the role: {"Yusuf": "Dishwasher"}.

    In one scene the role's last cue stands before the first of the name's, which no action has brought in;
    between them the name is said or read, and after it the role is nobody's any more. The name in a cue
    changes when we learn it, as manuals of the form have it (Trottier, The Screenwriter's Bible).
    """
    found = {}
    for scene in screenplay.scenes:
        for role, name in _changes(scene, by_cue):
            if name not in introduced and name not in found and not _again(screenplay, scene, role, name):
                found[name] = role
    return found


def _changes(scene: ScriptScene, by_cue: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    """Each role of a scene with the name that is said for the first time behind it, and then speaks."""
    cues = [
        (place, by_cue[element.cue.name][0])
        for place, element in enumerate(scene.elements)
        if element.kind is Kind.CUE and element.cue and len(by_cue.get(element.cue.name, ())) == 1
    ]
    last = {name: place for place, name in cues}
    first = {name: place for place, name in reversed(cues)}
    roles = [name for name in last if _is_role(name)]
    for name, place in first.items():
        if _is_role(name):
            continue
        said = next(
            (at for at, element in enumerate(scene.elements[:place]) if _names(element, name)),
            -1,
        )
        before = [role for role in roles if last[role] < place and last[role] < said]
        if said >= 0 and before:
            yield max(before, key=lambda role: last[role]), name


def _names(element: ScriptElement, name: str) -> bool:
    """Whether a speech calls somebody by a name, or words that are read have it."""
    called = "|".join(map(re.escape, words(name)))
    if element.kind is Kind.DIALOGUE:
        return re.search(rf"(?:^|[,.!?]\s)(?:{called})\s*[,.!?]", element.text) is not None
    return re.search(rf"\b{_READS} [“\"']?(?:{called})\b", element.text, re.IGNORECASE) is not None


def _again(screenplay: Screenplay, scene: ScriptScene, role: str, name: str) -> bool:
    """Whether the role stands anywhere else, or the name stands somewhere before."""
    earlier = True
    for other in screenplay.scenes:
        texts = [element.text for element in other.elements]
        if other is scene:
            earlier = False
            first = next(
                at for at, e in enumerate(other.elements) if e.cue and fold(e.cue.name) == fold(name)
            )
            if any(_has(text, role) for text in texts[first:]):
                return True
        elif any(_has(text, name) for text in texts) if earlier else any(_has(text, role) for text in texts):
            return True
    return False


def _is_role(name: str) -> bool:
    return fold(words(name)[-1]) in _KNOWN_BY


def _has(text: str, name: str) -> bool:
    """Whether a text has one of a name's words."""
    said = {fold(word).removesuffix("'s").removesuffix("’s") for word in words(text)}
    return any(fold(word) in said for word in words(name) if fold(word) != "the")
