"""Test that a locked number never changes when shots are inserted, deleted, reordered, committed, split or
joined.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milimo_tui.story.commit.merge import merge_drafts
from milimo_tui.story.commit.preserved_pieces import insert_pieces
from milimo_tui.story.shots import film_order, numbering, surgery
from milimo_tui.story.shots.own_fields import unmark_deleted
from milimo_tui.story.values.film import Shot, Story
from milimo_tui.story.values.locked_numbers import parse_scene_number, parse_shot_number
from tests.story.films import Film, IdSource, drafts

BODIES = (
    "Steam on the windows of the narrow bar.\n\nMARA\nYou are late again. The soup is cold by now.",
    "A boy sweeps the steps of the old bank. Pigeons scatter.\n\nThe shutters go up along the market.",
    "Dust turns in the tall light of the hall.\n\nMARA\nNobody has danced here for thirty years.",
    "Rain on a tin roof. A lamp swings in the draught.\n\nJUN\nI walked the whole way.",
    "The train is late.\n\nNobody waits on the platform but a dog.",
)


def script(chosen: list[int]) -> str:
    return "\n\n".join(f"INT. PLACE {at} - DAY\n\n{BODIES[at]}" for at in chosen) + "\n"


def locked(text: str) -> Story:
    film = Film(text)
    found = numbering.lock_story_numbers(film.story)
    project = replace(film.story.project, numbers_locked=True)
    return replace(film.story, project=project, scenes=found.scenes, shots=found.shots)


def named(story: Story) -> dict[str, str]:
    """Return the numbers of all scenes and shots that have one, by id."""
    scenes = {one.id: one.number for one in story.scenes if one.number}
    return scenes | {one.id: one.number for one in story.shots if one.number}


CHOSEN = st.lists(st.integers(0, len(BODIES) - 1), min_size=1, max_size=5, unique=True)
ACTS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "commit",
                "add",
                "delete",
                "restore",
                "move",
                "scene",
                "split",
                "join",
                "duplicate",
                "scene-move",
            ]
        ),
        st.integers(0, 10**6),
        CHOSEN,
    ),
    max_size=12,
)


def act(story: Story, what: str, at: int, chosen: list[int], mint: IdSource) -> Story:
    live, scenes = story.live_shots(), story.live_scenes()
    shot = live[at % len(live)] if live else None
    scene = scenes[at % len(scenes)] if scenes else None
    if what == "commit":
        merged = merge_drafts(story, insert_pieces(story, drafts(script(chosen))).drafts, new_id=mint)
        return replace(story, scenes=merged.scenes, shots=merged.shots)
    if what == "restore":
        removed = [one for one in story.shots if one.omitted and one.scene in {each.id for each in scenes}]
        back = removed[at % len(removed)] if removed else None
        return numbering.apply_story_edit(story, [back], [unmark_deleted(back)]) if back else story
    if scene is not None and what == "scene":
        new = replace(
            scene, id=mint("scene"), order=film_order.make_scene_order_key(story, scene.id), line=0, number=""
        )
        return numbering.apply_story_edit(story, [], [new])
    if scene is not None and what == "scene move":
        others = replace(story, scenes=tuple(one for one in story.scenes if one.id != scene.id))
        after = others.scenes[at % len(others.scenes)].id if others.scenes else ""
        return numbering.apply_story_edit(
            story, [scene], [replace(scene, order=film_order.make_scene_order_key(others, after))]
        )
    if shot is None:
        return story
    if what == "add":
        order = film_order.make_shot_order_key(story, shot.scene, shot.id)
        return numbering.apply_story_edit(
            story, [], [Shot(id=mint("shot"), scene=shot.scene, order=order, action="New.")]
        )
    if what == "delete":
        return numbering.apply_story_edit(story, [shot], [])
    if what == "move" and scene is not None:
        others = replace(story, shots=tuple(one for one in story.shots if one.id != shot.id))
        return numbering.apply_story_edit(
            story,
            [shot],
            [replace(shot, scene=scene.id, order=film_order.make_shot_order_key(others, scene.id))],
        )
    done = None
    if what == "split" and shot.frames > 1:
        done = surgery.split_shot(story, shot, surgery.find_beat_at_frame(shot, shot.frames // 2), None, mint)
    elif what == "duplicate":
        done = surgery.duplicate_shot(story, shot, mint)
    elif what == "join":
        mine = [one for one in live if one.scene == shot.scene]
        place = mine.index(shot)
        done = surgery.join_shots(story, shot, mine[place + 1], mint) if place + 1 < len(mine) else None
    return numbering.apply_story_edit(story, done.before, done.after) if done else story


@pytest.mark.long("pages")
@given(CHOSEN, ACTS)
@settings(max_examples=150, deadline=None)
def test_locked_number_never_changes(first: list[int], acts: list[tuple[str, int, list[int]]]) -> None:
    story = locked(script(first))
    mint = IdSource()
    mint.count = 10**6
    for what, at, chosen in acts:
        before = story
        story = act(story, what, at, chosen, mint)
        assert named(story).items() >= named(before).items(), what
        for kind in (story.scenes, story.shots):
            numbers = [one.number.upper() for one in kind if one.number]
            assert len(set(numbers)) == len(numbers), what
            assert all(one.number for one in kind if not one.parked), what
            assert all(one.omitted == (one.parked and bool(one.number)) for one in kind), what
        assert {one.id for one in before.shots} <= {one.id for one in story.shots}


@given(CHOSEN, st.lists(st.integers(0, 10**6), max_size=20))
@settings(max_examples=60, deadline=None)
def test_numbers_without_moves_follow_the_order_of_the_film(first: list[int], places_: list[int]) -> None:
    story = locked(script(first))
    mint, turns = IdSource(), count()
    mint.count = 10**6
    for at in places_:
        story = act(story, ("add", "scene", "delete", "split", "duplicate")[next(turns) % 5], at, [], mint)
    orders = [parse_scene_number(scene.number).sort_key for scene in story.scenes if scene.number]
    assert orders == sorted(orders)
    for scene in story.scenes:
        numbers = [
            parse_shot_number(shot.number, scene.number) for shot in story.shots if shot.scene == scene.id
        ]
        keys = [one.sort_key for one in numbers if one is not None]
        assert keys == sorted(keys)
