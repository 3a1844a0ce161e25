"""Checks of places: nobody is seen in two places at the same time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from milimo_tui.story.consistency.as_told import ToldScene
from milimo_tui.story.consistency.marks import Mark, MarkKind


def two_places(scenes: Sequence[ToldScene], shown: dict[str, str]) -> Iterator[Mark]:
    """Yield a mark where a person is seen in a scene that plays while they are seen elsewhere.

    Scenes of different eras are not compared: a flashback is at another time. `shown` maps folded names to
    names as written.
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
