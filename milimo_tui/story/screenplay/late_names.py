"""Names that come late: somebody speaks as THE DISHWASHER until a line calls him Yusuf, then as YUSUF."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Mapping

from milimo_tui.core.late_patterns import late
from milimo_tui.story.screenplay.people_words import GENERIC, KIN, ROLES
from milimo_tui.story.screenplay.screenplay import Kind, Screenplay
from milimo_tui.story.values.text import fold, words

# A name as somebody is called by it, or as it is read.
_CALLED = late(r"(?:^|[,.!?]\s)([^\W\d_]+)(?: [A-Z][^\W\d_]+)?(?=\s*[,.!?])")
_READ = late(
    r"\b(?:says|reads|saying|reading|marked|labelled|labeled|stamped|stitched|spells) [“\"']?([^\W\d_]+)\b",
    re.IGNORECASE,
)
_KNOWN_BY = frozenset([*ROLES, *GENERIC, *KIN])


def late_names(
    screenplay: Screenplay, by_cue: Mapping[str, tuple[str, ...]], introduced: Collection[str]
) -> dict[str, str]:
    """For each name by which a role goes on speaking, the role: {"Yusuf": "Dishwasher"}.

    In one scene the role, whom an action has shown, has its last cue before the first of the name's,
    which no action has; between them the name stands for the first time, read or said by another, and after
    it the role is nobody's any more. The name in a cue changes when we learn it, as manuals of the form have
    it (Trottier, The Screenwriter's Bible).
    """
    first, last, shown = _places(screenplay)
    found: dict[str, str] = {}
    start = 0
    for scene in screenplay.scenes:
        begins: dict[str, int] = {}
        ends: dict[str, int] = {}
        called: dict[str, tuple[int, str]] = {}  # where, and who speaks
        speaker = ""
        for place, element in enumerate(scene.elements, start):
            if element.kind is Kind.CUE and element.cue:
                who = by_cue.get(element.cue.name, ())
                speaker = who[0] if len(who) == 1 else ""
                if len(who) == 1 and words(who[0]):
                    begins.setdefault(who[0], place)
                    ends[who[0]] = place
            else:
                is_said = element.kind is Kind.DIALOGUE
                for word in (_CALLED if is_said else _READ).findall(element.text):
                    called.setdefault(fold(word), (place, speaker if is_said else ""))
        roles = sorted((place, name) for name, place in ends.items() if _is_role(name))
        for name, place in begins.items():
            key = fold(words(name)[0])
            said, by = called.get(key, (place, ""))
            before = roles[: bisect_left(roles, (said, ""))]
            if not before or said >= place or _is_role(name) or name in introduced or name in found:
                continue
            role = before[-1][1]
            if role == by or shown.get(_words(role)[-1], said) >= said:
                continue  # who calls Tom is not Tom, nor is a voice that nobody has seen
            if first.get(key) == said and all(last.get(word, 0) < place for word in _words(role)):
                found[name] = role
        start += len(scene.elements)
    return found


def _places(screenplay: Screenplay) -> tuple[dict[str, int], dict[str, int], dict[str, int]]:
    """Where each word stands first and last, and first in an action, in elements of the scenes."""
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    shown: dict[str, int] = {}
    elements = (element for scene in screenplay.scenes for element in scene.elements)
    for place, element in enumerate(elements):
        for word in words(element.text):
            key = fold(word).replace("’", "'").removesuffix("'s")
            first.setdefault(key, place)
            last[key] = place
            if element.kind is Kind.ACTION:
                shown.setdefault(key, place)
    return first, last, shown


def _is_role(name: str) -> bool:
    return fold(words(name)[-1]) in _KNOWN_BY


def _words(name: str) -> list[str]:
    return [fold(word) for word in words(name) if fold(word) != "the"]
