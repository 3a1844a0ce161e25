"""Locked numbers of scenes and shots: existing numbers never change, and new items get a number between their
neighbours.

A removed scene or shot becomes OMITTED: it stays at its position with its number, which no other item gets.
While numbers are not locked, scenes have the numbers of the script, shots are counted, and only scenes that
the user added need a number. Pure functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TypeVar

from milimo_tui.story.shots.own_fields import mark_as_deleted
from milimo_tui.story.values.film import Scene, Shot, Story, number_shots
from milimo_tui.story.values.locked_numbers import make_scene_number_between, make_shot_number_between

OMITTED = "OMITTED"
S = TypeVar("S", Scene, Shot)


@dataclass(frozen=True, slots=True)
class NumberedStory:
    """The result of numbering a film again: its scenes and shots with their numbers, and a message for each
    scene whose number differs from its number in the script.
    """

    scenes: tuple[Scene, ...]
    shots: tuple[Shot, ...]
    told: tuple[str, ...] = ()


def lock_story_numbers(story: Story) -> NumberedStory:
    """Lock the numbers of a film at their current values. If two scenes have the same number, the first scene
    keeps it and the second gets a new number.
    """
    scenes = [
        replace(scene, number="" if scene.parked and not scene.omitted else scene.number)
        for scene in story.scenes
    ]
    seen: dict[str, str] = {}
    doubled = []
    for at, scene in enumerate(scenes):
        if scene.number and seen.setdefault(scene.number.upper(), scene.id) != scene.id:
            doubled.append((at, scene.number))
            scenes[at] = replace(scene, number="")
    numbered = _number_new_scenes(scenes)
    notes = [
        f"{was} occurs twice: {numbered[at].heading} is scene {numbered[at].number}" for at, was in doubled
    ]
    counted = number_shots(numbered, story.shots)
    shots: list[Shot] = []
    given: set[str] = set()
    for shot in story.shots:
        number = "" if counted.get(shot.id, "").upper() in given else counted.get(shot.id, "")
        given.add(number.upper())
        shots.append(replace(shot, number="" if shot.parked else number))
    return NumberedStory(numbered, _number_new_shots(numbered, shots), tuple(notes))


def unlock_story_numbers(story: Story) -> NumberedStory:
    """Unlock the numbers of a film. Shots are counted again; scenes take the script's numbers at the next
    commit.
    """
    return NumberedStory(
        tuple(replace(scene, omitted=False) for scene in story.scenes),
        tuple(replace(shot, number="", omitted=False) for shot in story.shots),
    )


def preserve_locked_numbers(
    before: Story,
    scenes: Sequence[Scene],
    shots: Sequence[Shot],
    written: Mapping[str, str] = MappingProxyType({}),
) -> NumberedStory:
    """Return the scenes and shots of a film with locked numbers, in film order. Parked scenes and shots are
    included.

    `before` is the film before the change. `written` maps ids of scenes to their numbers in the script. A new
    scene gets its number from the script, unless another scene has or had that number.
    """
    old_scenes = {scene.id: scene for scene in before.scenes}
    taken = {scene.number.upper() for scene in before.scenes if scene.number}
    messages: list[str] = []
    settled: list[Scene] = []
    clashing: list[tuple[int, str]] = []
    for scene in scenes:
        old, wanted = old_scenes.get(scene.id), written.get(scene.id, "")
        number = old.number if old else ""
        if number:
            if wanted and wanted.upper() != number.upper():
                messages.append(f"scene {number} keeps its number: the script calls it {wanted}")
        elif wanted and wanted.upper() not in taken:
            number = wanted
            taken.add(wanted.upper())
        elif wanted:
            clashing.append((len(settled), wanted))
        is_omitted = scene.parked and bool(number)
        settled.append(replace(scene, number=number, omitted=is_omitted))
    numbered = _number_new_scenes(settled)
    for at, wanted in clashing:
        messages.append(
            f"{wanted} is another scene's locked number: {numbered[at].heading} is {numbered[at].number}"
        )
    numbers = {shot.id: shot.number for shot in before.shots}
    marked = [
        replace(shot, number=numbers.get(shot.id, ""), omitted=shot.parked and bool(numbers.get(shot.id)))
        for shot in shots
    ]
    return NumberedStory(numbered, _number_new_shots(numbered, marked), tuple(messages))


def apply_story_edit(story: Story, before: Iterable[Scene | Shot], after: Iterable[Scene | Shot]) -> Story:
    """Return the film after the user edited some of its scenes and shots, in film order.

    Items that are in `before` but not in `after` are removed. While numbers are locked they stay as OMITTED
    instead, and commits do not restore them.
    """
    values = tuple(after)
    was: list[Scene | Shot] = [*before]
    removed_ids = {value.id for value in was} - {value.id for value in values}
    is_locked = story.project.numbers_locked
    scenes = _merge_changed_items(
        story.scenes, [one for one in values if isinstance(one, Scene)], removed_ids, is_locked
    )
    shots = _merge_changed_items(
        story.shots, [one for one in values if isinstance(one, Shot)], removed_ids, is_locked
    )
    scenes.sort(key=lambda scene: (scene.order, scene.id))
    ranks = {scene.id: rank for rank, scene in enumerate(scenes)}
    shots.sort(key=lambda shot: (ranks.get(shot.scene, -1), shot.order, shot.id))
    if is_locked:
        found = preserve_locked_numbers(story, scenes, shots)
        return replace(story, scenes=found.scenes, shots=found.shots)
    return replace(story, scenes=number_manual_scenes(scenes), shots=tuple(shots))


def _merge_changed_items(
    old: Iterable[S], values: Sequence[S], removed_ids: Set[str], is_locked: bool
) -> list[S]:
    """Return the scenes (or shots) `old` after a change. `values` replace the items with the same ids, and
    new values are appended. Items whose ids are in `removed_ids` are left out.

    If `is_locked` is True, items in `removed_ids` stay in the list and are marked as deleted instead.
    """
    now = {value.id: value for value in values}
    known: set[str] = set()
    out: list[S] = []
    for one in old:
        known.add(one.id)
        if one.id not in removed_ids:
            out.append(now.get(one.id, one))
        elif is_locked:
            out.append(mark_as_deleted(one))
    for value in values:
        if value.id not in known:
            out.append(value)
    return out


def number_manual_scenes(scenes: Sequence[Scene]) -> tuple[Scene, ...]:
    """Give a number to each scene that the user added to a film with unlocked numbers. The number is between
    the numbers of the neighbouring scenes.
    """
    return _number_new_scenes([scene if scene.line else replace(scene, number="") for scene in scenes])


def _number_new_scenes(scenes: Sequence[Scene]) -> tuple[Scene, ...]:
    """Return the scenes, with a number for each live scene that had none. The new number is between the
    numbers of the neighbouring scenes.
    """
    texts = [scene.number if scene.omitted or not scene.parked else "" for scene in scenes]
    taken = {text.upper() for text in texts if text}
    out: list[Scene] = []
    before = ""
    for at, scene in enumerate(scenes):
        if not scene.number and not scene.parked:
            after = next((text for text in texts[at + 1 :] if text), "")
            scene = replace(scene, number=make_scene_number_between(before, after, taken))
            taken.add(scene.number.upper())
            texts[at] = scene.number
        before = texts[at] or before
        out.append(scene)
    return tuple(out)


def _number_new_shots(scenes: Iterable[Scene], shots: Sequence[Shot]) -> tuple[Shot, ...]:
    """Return the shots, with a number for each live shot that had none. The new number is between the numbers
    of the neighbouring shots in the scene.
    """
    names = {scene.id: scene.number for scene in scenes}
    taken = {shot.number.upper() for shot in shots if shot.number}
    following: list[str] = [""] * len(shots)
    next_of: dict[str, str] = {}
    for at in range(len(shots) - 1, -1, -1):
        following[at] = next_of.get(shots[at].scene, "")
        next_of[shots[at].scene] = shots[at].number or following[at]
    before: dict[str, str] = {}
    out: list[Shot] = []
    for shot, after in zip(shots, following, strict=True):
        if not shot.number and not shot.parked:
            found = make_shot_number_between(
                names.get(shot.scene, ""), before.get(shot.scene, ""), after, taken
            )
            shot = replace(shot, number=found)
            taken.add(found.upper())
        if shot.number:
            before[shot.scene] = shot.number
        out.append(shot)
    return tuple(out)
