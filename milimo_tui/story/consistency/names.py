"""Checks of names for spelling variants: two names differ by one letter, and one of them occurs much less
often.

An alias of an element counts as the same name and is not reported.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from milimo_tui.story.consistency.marks import ConsistencyMark, MarkKind
from milimo_tui.story.consistency.story_content import CheckedScene
from milimo_tui.story.elements.elements import find_similar_names
from milimo_tui.story.values.film import Element, ElementKind
from milimo_tui.story.values.text import fold

# The frequent spelling must occur at least this many times as often as the rare spelling. Two names that are
# about equally frequent belong to two people.
MIN_FREQUENCY_RATIO = 3


def find_drifting_names(
    scenes: Sequence[CheckedScene], elements: Sequence[Element]
) -> Iterator[ConsistencyMark]:
    """Yield a mark on the first line of dialogue of each name that is probably a misspelling: it differs by
    one letter from a name that occurs much more often.
    """
    first: dict[str, tuple[str, int]] = {}
    counts: Counter[str] = Counter()
    for scene in scenes:
        for moment in scene.moments:
            for spoken in moment.lines:
                name = fold(spoken.character)
                counts[name] += 1
                first.setdefault(name, (spoken.character, moment.line))
    aliases = {fold(alias): fold(each.name) for each in elements for alias in each.aliases}
    called = [
        Element(id=name, kind=ElementKind.CHARACTER, name=shown, trigger="")
        for name, (shown, _) in first.items()
        if name not in aliases
    ]
    for one, other in find_similar_names(called):
        rare, usual = sorted((one.id, other.id), key=lambda name: counts[name])
        if counts[usual] < MIN_FREQUENCY_RATIO * counts[rare]:
            continue
        shown, line = first[rare]
        yield ConsistencyMark(
            kind=MarkKind.NAME,
            line=line,
            who=shown,
            words=shown,
            other=first[usual][1],
            sentence=f"{shown} differs from {first[usual][0]} by a letter: one person?",
        )
