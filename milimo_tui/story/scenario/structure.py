"""Derive acts and sequences for a scenario without any: acts by quarters, sequences by passing time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from milimo_tui.story.scenario.scenario import RULES, ItemKeyCounter, ItemKind, ScenarioItem

LEAST = 4  # fewest scenes that are divided into three acts
ACTS = (
    ("beginning", 0.25),
    ("middle", 0.75),
    ("end", 1.0),
)  # 25, 50 and 25 % of the scenes (storycore-engine)


def derive_structure(
    scenes: Sequence[ScenarioItem], starts: Sequence[int], keys: ItemKeyCounter
) -> tuple[tuple[ScenarioItem, ...], tuple[ScenarioItem, ...]]:
    """Return acts and sequences, and the scenes with their place in them; no acts if there are too few
    scenes.

    `starts` are the scenes (counted from 0) before which time passes; a sequence begins with each of them.
    """
    if len(scenes) < LEAST:
        return (), tuple(scenes)
    over: list[ScenarioItem] = []
    act_of: list[str] = []
    for name, until in ACTS:
        first = len(act_of)
        last = max(first + 1, round(until * len(scenes)))
        act = _make_structure_item(keys, ItemKind.ACT, name, scenes[first])
        over.append(act)
        act_of += [act.key] * (min(last, len(scenes)) - first)
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
    """Return an act or a sequence, with the words of its first scene."""
    return ScenarioItem(
        key=keys.make_item_key(kind),
        kind=kind,
        text=text,
        words=first.words,
        stands=first.stands,
        at=first.at,
        by=RULES,
    )
