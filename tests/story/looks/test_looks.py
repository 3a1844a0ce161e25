"""Test which look applies to a shot, and its description."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.story.looks.looks import (
    describe_visible_look,
    find_look_at_shot,
    is_look_placed,
    list_shots_with_look,
)
from milimo_tui.story.values.film import Element, ElementKind, Look, Project, Scene, Shot, Story
from milimo_tui.story.values.shot_words import Era

MARA = Element(id="mara", kind=ElementKind.CHARACTER, name="Mara", trigger="@Mara", description="tall")
SCENES = tuple(
    Scene(id=f"s{n}", order=str(n), number=str(n), heading="", era=Era.FLASHBACK if n == 2 else Era.PRESENT)
    for n in range(4)
)
SHOTS = tuple(Shot(id=f"{n}{at}", scene=f"s{n}", order=str(at)) for n in range(4) for at in range(3))


def look(id: str, begins: str = "", ends: str = "", era: Era = Era.PRESENT, order: str = "a") -> Look:
    return Look(id=id, element="mara", order=order, text=id, begins=begins, ends=ends, era=era)


def story(*looks: Look) -> Story:
    return Story(project=Project(id="p", name="F"), scenes=SCENES, shots=SHOTS, elements=(MARA,), looks=looks)


def at(film: Story, id: str) -> str:
    found = find_look_at_shot(film, next(shot for shot in film.shots if shot.id == id), MARA)
    return found.id if found else ""


def test_narrowest_look_applies_and_an_era_is_separate() -> None:
    film = story(look("coat"), look("soaked", "11", "12"), look("child", era=Era.FLASHBACK))
    assert [at(film, id) for id in ("00", "11", "12", "20", "30")] == [
        "coat",
        "soaked",
        "soaked",
        "child",
        "coat",
    ]


def test_later_of_two_equal_looks_applies() -> None:
    assert at(story(look("one"), look("two", order="b")), "10") == "two"


def test_look_set_by_user_for_a_shot_comes_first() -> None:
    film = story(look("coat"), look("soaked", "30"))
    film = replace(film, shots=(replace(SHOTS[0], looks=(("mara", "soaked"),)), *SHOTS[1:]))
    assert at(film, "00") == "soaked"
    assert at(film, "01") == "coat"


def test_look_of_a_removed_shot_applies_nowhere_and_stays() -> None:
    film = story(look("coat", "gone"))
    assert not is_look_placed(film, film.looks[0])
    assert list_shots_with_look(film, film.looks[0]) == ()
    assert describe_visible_look(MARA, find_look_at_shot(film, SHOTS[0], MARA)) == "tall"


places = st.sampled_from(["", *(shot.id for shot in SHOTS), "gone"])
some = st.builds(
    look, st.sampled_from("abcdef"), places, places, st.sampled_from([Era.PRESENT, Era.FLASHBACK])
)


@given(st.lists(some, max_size=4, unique_by=lambda each: each.id), places, places)
def test_edit_of_a_look_changes_no_other_shot(looks: list[Look], begins: str, ends: str) -> None:
    changed = look("changed", begins, ends)
    before, after = story(*looks), story(*looks, changed)
    index = {shot.id: place for place, shot in enumerate(SHOTS)}
    first, last = index.get(begins, 0 if not begins else 99), index.get(ends, 99 if not ends else -1)
    for shot in SHOTS:
        if not first <= index[shot.id] <= last or shot.scene == "s2":
            assert at(before, shot.id) == at(after, shot.id)
