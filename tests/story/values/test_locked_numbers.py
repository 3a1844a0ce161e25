"""Test numbers between two locked numbers: one always exists, it is never taken, and the numbers sort in
order.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.story.values.film import Scene, Shot, number_shots
from milimo_tui.story.values.locked_numbers import (
    make_scene_number_between,
    make_shot_number_between,
    parse_scene_number,
    parse_shot_number,
)


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ("12", "13", "12A"),
        ("12A", "13", "12B"),
        ("12A", "12B", "12AA"),
        ("12", "12A", "A12A"),
        ("A12A", "12A", "B12A"),
        ("", "1", "A1"),
        ("A1", "1", "B1"),
        ("", "A1", "AA1"),
        ("12H", "13", "12J"),
        ("12Z", "13", "12ZA"),
        ("13", "", "14"),
        ("13B", "", "14"),
        ("", "", "1"),
        ("110-A.1", "111", "110-A.1A"),
    ],
)
def test_scenes_are_numbered_as_in_productions(before: str, after: str, wanted: str) -> None:
    assert make_scene_number_between(before, after, {before, after}) == wanted


@pytest.mark.parametrize(
    ("scene", "before", "after", "wanted"),
    [
        ("2", "2A", "2B", "2AA"),
        ("2", "2B", "", "2C"),
        ("2", "", "", "2A"),
        ("2", "", "2A", "A2A"),
        ("12A", "12AA", "12AB", "12AAA"),
        ("3", "2B", "3A", "A3A"),
    ],
)
def test_shots_are_numbered_within_their_scene(scene: str, before: str, after: str, wanted: str) -> None:
    assert make_shot_number_between(scene, before, after, {before, after}) == wanted


def test_unordered_numbers_still_get_a_free_one() -> None:
    assert make_scene_number_between("7", "3", {"7", "3", "7A"}) == "7B"
    assert make_scene_number_between("IV", "V", {"IV", "V"}) == "IVA"


PLACES = st.lists(st.integers(0, 10**6), max_size=60)


@given(PLACES, st.sampled_from(["scene", "12A", "A1", "7"]))
def test_inserted_numbers_are_unique_and_in_order(places: list[int], scene: str) -> None:
    numbers: list[str] = []
    for place in places:
        at = place % (len(numbers) + 1)
        before = numbers[at - 1] if at else ""
        after = numbers[at] if at < len(numbers) else ""
        taken = set(numbers)
        found = (
            make_scene_number_between(before, after, taken)
            if scene == "scene"
            else make_shot_number_between(scene, before, after, taken)
        )
        assert found not in taken
        numbers.insert(at, found)
    orders = [
        (
            parse_scene_number(text)
            if scene == "scene"
            else parse_shot_number(text, scene) or parse_scene_number("")
        ).sort_key
        for text in numbers
    ]
    assert orders == sorted(set(orders))


@given(st.text(max_size=80), st.text(max_size=80), st.sets(st.text(max_size=4)))
def test_any_text_can_be_a_number_of_a_script(before: str, after: str, taken: set[str]) -> None:
    known = {text.upper() for text in (before, after, *taken)}
    assert make_scene_number_between(before, after, known) not in known
    assert make_shot_number_between(before, before, after, known) not in known


def number_film(shots: dict[str, int]) -> list[str]:
    """Return the numbers of the shots of a film whose scenes have these numbers and counts of shots."""
    scenes = tuple(Scene(id=number, order=number, number=number, heading="") for number in shots)
    mine = tuple(
        Shot(id=f"{number}:{at}", scene=number, order=f"{at:03}")
        for number, many in shots.items()
        for at in range(many)
    )
    return list(number_shots(scenes, mine).values())


def test_shot_numbers_leave_out_letters_that_look_like_digits() -> None:
    numbers = number_film({"1": 60})
    assert not any(letter in number for number in numbers for letter in "IO")
    assert (numbers[7], numbers[8], numbers[23], numbers[24]) == ("1H", "1J", "1Z", "1AA")


@given(st.dictionaries(st.sampled_from(["4", "4A", "4AB", "4B", "A4", "5"]), st.integers(1, 40), min_size=1))
def test_no_two_shots_of_a_film_have_the_same_number(shots: dict[str, int]) -> None:
    numbers = number_film(shots)
    assert len(set(numbers)) == len(numbers) == sum(shots.values())
