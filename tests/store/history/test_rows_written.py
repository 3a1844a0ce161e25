"""Test how many rows an edit of a long cut writes, counted in the file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import pytest

from milimo_tui.core.ids import new_id
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.cut.edit import edits
from milimo_tui.cut.follow import assembly
from milimo_tui.cut.values import new_cuts
from milimo_tui.cut.values.cut import Cut
from milimo_tui.store.project.project_file import ProjectFile
from tests.cut import films

COUNT = 10_000

Rows = dict[str, tuple[object, ...]]


def _rows(paths: ProjectPaths) -> Rows:
    """Return every row of the clip table by its id."""
    with sqlite3.connect(paths.db) as connection:
        found = connection.execute("SELECT * FROM clip").fetchall()
    return {row[0]: row for row in found}


def _differing(one: Rows, other: Rows) -> int:
    """Return the number of rows that were added, changed or removed."""
    return sum(one.get(id) != other.get(id) for id in {**one, **other})


@pytest.mark.long("properties")
def test_edits_of_a_long_cut_and_their_undos_write_at_most_four_clip_rows(
    film: ProjectFile, paths: ProjectPaths
) -> None:
    new = edits.create_trackless_clip(films.shot("shot_0"), 9)
    made = new_cuts.create_cut("Long", new_id=new_id)
    shots = [(f"shot_{number % 6}", 50) for number in range(COUNT)]
    cut = assembly.assemble_shots(made, shots, new_id)
    v1, v2 = films.track_of(cut, "V1").id, films.track_of(cut, "V2").id
    for at in (0, 120, 400_000):
        cut = edits.overwrite_clip(cut, v2, at, new, new_id=new_id, connected=True)
    linked = edits.detach_sound(cut, cut.clips[5].id, new_id=new_id)
    film.write_edit("cut", scope=cut.id, actor="a", before=[], after=[linked])
    cut = film.load_cut(cut.id)
    fifth = linked.clips[5].id
    middle, mark = 250_007, 262
    acts: dict[str, tuple[int, Callable[[Cut], Cut]]] = {
        "split": (2, lambda c: edits.split_clips(c, middle, new_id=new_id)),
        "split of linked clips": (4, lambda c: edits.split_clips(c, mark, new_id=new_id)),
        "insert at the head": (1, lambda c: edits.insert_clip(c, v1, 0, new, new_id=new_id)),
        "insert inside the first": (3, lambda c: edits.insert_clip(c, v1, 7, new, new_id=new_id)),
        "delete the first": (1, lambda c: edits.delete_clip(c, c.clips[1].id, new_id=new_id)),
        "trim the head of the film": (2, lambda c: edits.trim_clip_in(c, c.clips[1].id, 5, new_id=new_id)),
        "ripple a linked clip": (2, lambda c: edits.ripple_trim(c, fifth, "tail", -4, new_id=new_id)),
        "roll": (2, lambda c: edits.roll_edit(c, c.clips[9].id, "tail", 4, new_id=new_id)),
        "swap": (2, lambda c: edits.swap_clips(c, c.clips[9].id, c.clips[900].id, new_id=new_id)),
        "move": (1, lambda c: edits.move_clip(c, c.clips[9].id, by=5000, new_id=new_id)),
    }
    for name, (most, act) in acts.items():
        before = _rows(paths)
        after = act(cut)
        film.write_edit(name, scope=cut.id, actor="a", before=[cut], after=[after])
        then = _rows(paths)
        assert 1 <= _differing(before, then) <= most <= 4, name
        film.undo(cut.id, "a")
        back = _rows(paths)
        assert _differing(then, back) <= most, name
        assert back == before, name
        assert set(film.load_cut(cut.id).clips) == set(cut.clips), name
