"""Test that manual settings are preserved and change nothing else: property tests of casts, coverage and
repeated planning.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milimo_tui.story.commit.replan import replan_shots
from milimo_tui.story.screenplay.fountain import parse
from milimo_tui.story.shots.own_fields import accept_doubt, preserve_user_fields, set_user_fields
from milimo_tui.story.shots.shots import SceneDraft, break_down_script
from milimo_tui.story.values.doubts import Doubt, DoubtKind
from milimo_tui.story.values.film import Shot
from milimo_tui.story.values.shot_words import Angle, Coverage, Function, Movement, Size
from tests.story.films import RATE, Film

SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
TEXT = """INT. BAR - NIGHT

MARA (30), grey coat, waits. JUN (25) comes in.

MARA
You are late.

JUN
I was never coming! Never!

She turns away. Rain on the window.

MARA
Sit.

EXT. ROOF - DAWN

Mara alone. She takes off her coat.

JUN (O.S.)
Come down.

INT. BAR - LATER

Jun and Mara drink. He laughs.

JUN
Well.

MARA
Well!
"""
DRAFTS = break_down_script(parse(TEXT.encode()), RATE)
BASE = Film(TEXT).story
SHOTS = BASE.live_shots()
COVERAGES = st.sampled_from([each for each in Coverage if each])
PLACES = st.integers(0, len(SHOTS) - 1)
OWN = st.fixed_dictionaries(
    {},
    optional={
        "characters": st.lists(st.sampled_from(["Mara", "Jun", "Old Tam"]), unique=True).map(tuple),
        "size": st.sampled_from(Size),
        "angle": st.sampled_from(Angle),
        "movement": st.sampled_from(Movement),
        "function": st.sampled_from(Function),
        "focus": st.sampled_from(["the glass", "Mara", ""]),
        "location": st.sampled_from(["CELLAR", ""]),
        "time_of_day": st.sampled_from(["NOON", ""]),
        "looks": st.sampled_from([(), (("element", "look"),)]),
    },
)


def covered(coverages: dict[str, Coverage]) -> tuple[SceneDraft, ...]:
    return break_down_script(parse(TEXT.encode()), RATE, coverages)


def of_scene(scene: int) -> list[Shot]:
    return [shot for shot in SHOTS if shot.scene == BASE.scenes[scene].id]


@SETTINGS
@given(st.integers(0, len(DRAFTS) - 1), COVERAGES)
def test_coverage_of_a_scene_changes_no_other_scene(scene: int, coverage: Coverage) -> None:
    changed = covered({DRAFTS[scene].number: coverage})
    for at, (before, after) in enumerate(zip(DRAFTS, changed, strict=True)):
        if at != scene:
            assert before == after


@pytest.mark.long("pages")
@SETTINGS
@given(PLACES, OWN)
def test_value_of_a_shot_survives_a_commit_and_changes_no_other_shot(
    place: int, fields: dict[str, Any]
) -> None:
    film = Film(TEXT)
    before = film.story.live_shots()
    changed = set_user_fields(before[place], **fields)
    film.story = replace(
        film.story, shots=tuple(changed if shot.id == changed.id else shot for shot in film.story.shots)
    )
    film.commit(TEXT.replace("Rain on the window.", "Hail on the window."))
    after = {shot.id: shot for shot in film.story.live_shots()}
    for at, shot in enumerate(before):
        if at != place and "Rain" not in shot.action:
            assert after[shot.id] == shot
    assert all(getattr(after[changed.id], name) == value for name, value in fields.items())


@SETTINGS
@given(st.integers(0, len(DRAFTS) - 1), COVERAGES, st.data())
def test_replanning_keeps_values_set_by_user(scene: int, coverage: Coverage, data: st.DataObject) -> None:
    mine = of_scene(scene)
    own = [data.draw(OWN) for _ in mine]
    touched = [set_user_fields(shot, **fields) for shot, fields in zip(mine, own, strict=True)]
    fresh = covered({DRAFTS[scene].number: coverage})[scene].shots
    for old, shot, fields in zip(mine, replan_shots(touched, fresh), own, strict=True):
        changed = {name: value for name, value in fields.items() if value != getattr(old, name)}
        assert all(getattr(shot, name) == value for name, value in changed.items())


@SETTINGS
@given(PLACES, OWN)
def test_value_reset_to_the_script_follows_the_script(place: int, fields: dict[str, Any]) -> None:
    shot = SHOTS[place]
    changed = set_user_fields(shot, **fields)
    present = {name: getattr(shot, name) for name in fields}
    assert set_user_fields(changed, following=fields, **present).own == shot.own
    others = {name: value for name, value in fields.items() if value != present[name]}
    back = set_user_fields(changed, **{name: present[name] for name in others})
    assert not others.keys() & dict(back.own).keys()


@SETTINGS
@given(COVERAGES)
def test_plan_is_the_same_each_time(coverage: Coverage) -> None:
    assert covered({"": coverage}) == covered({"": coverage})


def test_script_value_of_a_field_is_known_after_the_same_commit() -> None:
    film = Film(TEXT)
    shot = film.story.live_shots()[0]
    other = next(size for size in Size if size is not shot.size)
    film.put(set_user_fields(shot, size=other))
    film.commit(TEXT)
    again = film.story.live_shots()[0]
    assert again.own == (("size", shot.size.value),)
    assert set_user_fields(again, size=shot.size).own == (), "the script's again"


def test_confirmed_guess_of_a_shot_ends_with_its_text() -> None:
    doubt = Doubt(DoubtKind.CAST, "She", "Mara", ("Jun",), 0.7)
    shot = replace(SHOTS[0], action="She smokes.", digest="a" * 32, doubts=(doubt,))
    sure = accept_doubt(shot, doubt)
    same = replace(shot, own=(), size=Size.CU)
    changed = replace(shot, own=(), action="She drives.", digest="b" * 32)
    assert preserve_user_fields(sure, same).doubts == ()
    assert preserve_user_fields(sure, changed).doubts == (doubt,)
