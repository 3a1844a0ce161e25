"""Who is where at a time: nobody is seen in two places at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from milimo_tui.story.consistency.as_told import ToldScene
from milimo_tui.story.consistency.marks import Mark, MarkKind


def two_places(scenes: Sequence[ToldScene], shown: dict[str, str]) -> Iterator[Mark]:
    """A mark where somebody is seen in a scene that plays while they are seen elsewhere.

    Eras differ: a flashback is another time. `shown` has names as they are written.
    """
    for before, scene in pairwise(scenes):
        if not scene.at_once or scene.place == before.place or scene.era is not before.era:
            continue
        for name, line in scene.seen.items():
            if name in before.seen and name in shown:
                yield Mark(
                    kind=MarkKind.PLACE,
                    line=line,
                    who=shown[name],
                    words=f"{before.heading} {scene.heading}",
                    other=before.seen[name],
                    sentence=f"{shown[name]} is here at the same time as in scene {before.number}",
                )
