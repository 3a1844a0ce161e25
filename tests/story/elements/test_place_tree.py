"""Test the tree of places: no place ever contains itself, whatever is moved, and settings made by a person
are preserved.
"""

from __future__ import annotations

import contextlib
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.core.errors import BadInput
from milimo_tui.story.elements.place_tree import (
    collect_layers,
    find_place_element,
    list_containing_places,
    normalize_place_name,
    set_parent_place,
    set_place_layer,
    update_place_from_script,
    walk_element_tree,
)
from milimo_tui.story.values.film import Element, ElementKind
from milimo_tui.story.values.place_layers import LAYERS, WORD_LAYERS, replace_layer

NAMES = ("House", "Kitchen", "House - Hall", "Street", "Pantry", "Attic")
COUNT = len(NAMES)


def places(parents: tuple[str, ...] = ()) -> tuple[Element, ...]:
    above = dict(enumerate(parents))
    return tuple(
        Element(id=str(at), kind=ElementKind.LOCATION, name=name, trigger=f"@{at}", parent=above.get(at, ""))
        for at, name in enumerate(NAMES)
    )


MOVES = st.lists(st.tuples(st.integers(0, COUNT - 1), st.integers(-1, COUNT - 1)), max_size=30)
# Parents as a hand-written file may have them, including cycles and missing parents.
ANY_PARENTS = st.tuples(*[st.sampled_from(["", "gone", *map(str, range(COUNT))])] * COUNT)


@given(MOVES)
def test_no_series_of_moves_makes_a_circle(moves: list[tuple[int, int]]) -> None:
    tree = list(places())
    for place, whole in moves:
        with contextlib.suppress(BadInput):
            tree[place] = set_parent_place(tree, tree[place], tree[whole] if whole >= 0 else None)
    for one in tree:
        chain = list_containing_places(tree, one)
        assert chain[-1].parent == ""
        assert len({above.id for above in chain}) == len(chain)


@given(ANY_PARENTS)
def test_every_place_is_in_the_tree_once_whatever_the_file_says(parents: tuple[str, ...]) -> None:
    tree = places(parents)
    shown = list(walk_element_tree(tree))
    assert sorted(element.id for _, element in shown) == sorted(element.id for element in tree)
    assert shown[0][0] == 0
    for (before, _), (depth, _) in pairwise(shown):
        assert depth <= before + 1
    assert all(len(list_containing_places(tree, one)) <= COUNT for one in tree)


WORDS = st.sampled_from(["", "nets", "no power.", "a bakery"])
SAID = st.dictionaries(st.sampled_from(list(LAYERS)), WORDS)


@given(SAID, SAID, SAID)
def test_places_set_by_user_survive_every_commit_and_can_be_reset(
    first: dict[str, str], by_hand: dict[str, str], later: dict[str, str]
) -> None:
    def layers(said: dict[str, str]) -> tuple[tuple[str, str], ...]:
        out: tuple[tuple[str, str], ...] = ()
        for name, text in said.items():
            out = replace_layer(out, name, text) if text else out
        return out

    place = update_place_from_script(places()[0], "", layers(first))
    for name, text in by_hand.items():
        place = set_place_layer(place, name, text)
    place = update_place_from_script(place, "1", layers(later))
    known = dict(place.layers)
    assert all(known.get(name, "") == text for name, text in by_hand.items())
    assert all(known[name] == text for name, text in layers(later) if name not in by_hand)
    for name in by_hand:
        place = set_place_layer(place, name, None)
    assert {name: text for name, text in place.layers if text} == dict(layers(later))
    assert place.own == ()
    assert place.parent == "1"


@given(ANY_PARENTS, SAID, SAID)
def test_place_inherits_from_its_parent_unless_set(
    parents: tuple[str, ...], whole: dict[str, str], part: dict[str, str]
) -> None:
    tree = list(places(parents))
    chain = list_containing_places(tree, tree[1])
    for name, text in part.items():
        tree[1] = set_place_layer(tree[1], name, text)
    if len(chain) > 1:
        at = int(chain[1].id)
        for name, text in whole.items():
            tree[at] = set_place_layer(tree[at], name, text)
        has = collect_layers(tree, tree[1])
        for name in WORD_LAYERS:
            said = part.get(name, whole.get(name, ""))
            assert has.get(name, ("", ""))[0] == said


def test_location_of_a_scene_is_found() -> None:
    tree = places(("", "0"))
    assert find_place_element(tree, "HOUSE - HALL", "").name == "House - Hall"  # type: ignore[union-attr]
    assert find_place_element(tree, "HOUSE", "KITCHEN").name == "Kitchen"  # type: ignore[union-attr]
    assert find_place_element(tree, "HOUSE - CELLAR", "").name == "House"  # type: ignore[union-attr]
    assert find_place_element(tree, "STREET", "KITCHEN").name == "Street"  # type: ignore[union-attr]
    assert find_place_element(tree, "MOON", "") is None
    assert normalize_place_name("CAR - MOVING") == "Car"
    assert normalize_place_name("HOUSE - KITCHEN") == "House - Kitchen"
