"""Test that a layout updated from an earlier state of the cut equals a new layout of the later state."""

from __future__ import annotations

import random

import pytest

from milimo_tui.core.changes import find_unshared_values
from milimo_tui.core.errors import Refused
from milimo_tui.core.ids import new_id
from milimo_tui.cut.edit import edits
from milimo_tui.cut.layout.layout import Layout
from milimo_tui.cut.values import new_cuts
from milimo_tui.cut.values.cut import Cut
from tests.cut import films
from tests.store.random_editor import operation


def states(seed: int) -> list[Cut]:
    """Return the successive states of a cut under random edits."""
    rng = random.Random(seed)
    cut = new_cuts.create_cut("Long", new_id=new_id)
    for name in ("long", "still", "short") * 3:
        cut = edits.append_clip(cut, films.track_of(cut, "V1").id, films.piece(name, 20), new_id=new_id)
    out = [cut]
    while len(out) < 60:
        try:
            out.append(operation(rng, out[-1])[1]())
        except Refused:
            continue
    return out


def seen(layout: Layout) -> object:
    rows = {track.id: layout.get_row(track.id) for track in layout.tracks}
    known = layout.connections
    bonds = {id: (known.get_connected(id), known.get_linked(clip.link)) for id, clip in layout.clips.items()}
    return (rows, dict(layout.clips), layout.get_edit_points(), layout.frames, bonds, known.early)


@pytest.mark.parametrize("seed", range(4))
def test_any_state_is_reached_from_any_other(seed: int) -> None:
    rng = random.Random(seed)
    cuts = states(seed)
    for _ in range(120):
        one, other = rng.choice(cuts), rng.choice(cuts)
        before = Layout(one)
        if rng.random() < 0.8:
            seen(before)  # rows are built on first use: the update must work with and without built rows
        assert seen(before.update_cut(other)) == seen(Layout(other))


def test_difference_of_two_lists_is_found() -> None:
    values = [(number,) for number in range(1000)]
    assert find_unshared_values(values, values) == ([], [])
    assert find_unshared_values(values, [*values[:300], (7, 7), *values[301:]]) == ([values[300]], [(7, 7)])
    assert find_unshared_values(values, [*values[:5], *values[6:], values[5]]) == ([], [])
    assert find_unshared_values(values, values[:-1]) == ([values[-1]], [])
    assert find_unshared_values([], values[:2]) == ([], values[:2])
