"""Checks of places: nobody is seen in two places at the same time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from milimo_tui.story.consistency.marks import ConsistencyMark, MarkKind
from milimo_tui.story.consistency.story_content import CheckedScene


def find_simultaneous_places(
    scenes: Sequence[CheckedScene], shown: dict[str, str]
) -> Iterator[ConsistencyMark]:
    """Yield a mark where a person is seen in two places at the same time. This is the case if the person is
    seen in a scene and in the scene before it, both scenes play at the same time, and their places differ.

    Scenes of different eras are not compared, because a flashback plays at another time. `shown` maps
    case-folded names to names as written.
    """
    for before, scene in pairwise(scenes):
        if not scene.at_once or scene.place == before.place or scene.era is not before.era:
            continue
        for name, line in scene.first_seen_lines.items():
            if name in before.first_seen_lines and name in shown:
                yield ConsistencyMark(
                    kind=MarkKind.PLACE,
                    line=line,
                    who=shown[name],
                    words=f"{before.heading} {scene.heading}",
                    other=before.first_seen_lines[name],
                    sentence=f"{shown[name]} is here at the same time as in scene {before.number}",
                )
