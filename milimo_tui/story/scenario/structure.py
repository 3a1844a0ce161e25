"""Divide the scenes of a scenario into acts and sequences, if the scenario has none.

Acts are 25, 50 and 25 % of the scenes. A sequence begins where time passes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from milimo_tui.story.scenario.scenario import RULES, ItemKeyCounter, ItemKind, ScenarioItem

# Minimum number of scenes for a division into three acts. A scenario with fewer scenes gets no acts and
# sequences.
LEAST = 4
# The numbers are the shares of the scenes up to the end of each act: acts of 25, 50 and 25 %
# (storycore-engine).
ACTS = (
    ("beginning", 0.25),
    ("middle", 0.75),
    ("end", 1.0),
)


def derive_structure(
    scenes: Sequence[ScenarioItem], starts: Sequence[int], keys: ItemKeyCounter
) -> tuple[tuple[ScenarioItem, ...], tuple[ScenarioItem, ...]]:
    """Return the acts and sequences, and the scenes, each with the key of its sequence. If there are too few
    scenes, there are no acts and sequences.

    `starts` are the indexes (from 0) of scenes before which time passes. A sequence begins with each of these
    scenes and with each act.
    """
    if len(scenes) < LEAST:
        return (), tuple(scenes)
    over: list[ScenarioItem] = []
    act_of: list[str] = []
    for name, until in ACTS:
        first = len(act_of)
        last = max(first + 1, round(until * len(scenes)))
        item = _make_structure_item(keys, ItemKind.ACT, name, scenes[first])
        over.append(item)
        act_of += [item.key] * (min(last, len(scenes)) - first)
    within: list[ScenarioItem] = []
    key = ""
    for at, scene in enumerate(scenes):
        if at == 0 or at in starts or act_of[at] != act_of[at - 1]:
            sequence = _make_structure_item(keys, ItemKind.SEQUENCE, scene.text, scene)
            over.append(replace(sequence, within=act_of[at]))
            key = sequence.key
        within.append(replace(scene, within=key))
    return tuple(over), tuple(within)


def _make_structure_item(
    keys: ItemKeyCounter, kind: ItemKind, text: str, first: ScenarioItem
) -> ScenarioItem:
    """Create an act or a sequence that begins with the scene `first`. Its words of the story, by which the
    user can verify it, are those of this scene.
    """
    return ScenarioItem(
        key=keys.make_item_key(kind),
        kind=kind,
        text=text,
        words=first.words,
        stands=first.stands,
        at=first.at,
        by=RULES,
    )
