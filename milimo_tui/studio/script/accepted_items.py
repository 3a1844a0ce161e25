"""Counts of what a film gets when a reading is accepted: people, looks, places, shots and prompts. Pure
functions.
"""

from __future__ import annotations

from dataclasses import replace

from milimo_tui.core.format import format_count
from milimo_tui.story.breakdown.film_reading import load_scene_breakdown
from milimo_tui.story.breakdown.scenes import LookChange
from milimo_tui.story.values.film import ElementKind, Scene, Shot, Story
from milimo_tui.story.values.suggestion import SuggestionState


def count_accepted_items(before: Story, after: Story) -> tuple[str, ...]:
    """Return the number of people, looks, places, shots and prompts that an accepted reading has changed or
    added, each as text: `6 people`, `2 looks`. A number that is zero is left out.
    """
    old_elements = {each.id: each for each in before.elements}
    changed = [
        each
        for each in after.elements
        if each.breakdown
        and (each.id not in old_elements or old_elements[each.id].breakdown != each.breakdown)
    ]
    new_places = [
        each for each in after.elements if each.kind is ElementKind.LOCATION and each.id not in old_elements
    ]
    people = sum(each.kind is ElementKind.CHARACTER for each in changed)
    places = {each.id for each in (*changed, *new_places) if each.kind is ElementKind.LOCATION}
    known_scenes = {scene.id: _list_look_changes(scene) for scene in before.scenes}
    looks = sum(
        change not in known_scenes.get(scene.id, ())
        for scene in after.scenes
        for change in _list_look_changes(scene)
    )
    old_shots = {shot.id: shot for shot in before.live_shots()}
    new_shots = [shot for shot in after.live_shots() if shot.id not in old_shots]
    shots = [
        shot
        for shot in after.live_shots()
        if (was := old_shots.get(shot.id)) is not None and _has_other_content(was, shot)
    ]
    known = {one.id for one in before.suggestions if one.state is SuggestionState.ACCEPTED}
    prompts = sum(one.state is SuggestionState.ACCEPTED and one.id not in known for one in after.suggestions)
    counts = (
        (people, "person", "people"),
        (looks, "look", ""),
        (len(places), "place", ""),
        (len(shots), "shot", ""),
        (len(new_shots), "new shot", ""),
        (prompts, "prompt", ""),
    )
    return tuple(format_count(count, one, many) for count, one, many in counts if count)


def _list_look_changes(scene: Scene) -> tuple[LookChange, ...]:
    """Return the changes of looks in the accepted breakdown of a scene."""
    found = load_scene_breakdown(scene)
    return found.changes if found is not None else ()


def _has_other_content(was: Shot, now: Shot) -> bool:
    """Return True if a shot differs in more than its place in the script and its questions."""
    same = replace(
        now,
        line=was.line,
        end_line=was.end_line,
        order=was.order,
        number=was.number,
        doubts=was.doubts,
    )
    return same != was
