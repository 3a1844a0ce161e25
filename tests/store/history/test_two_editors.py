"""Test two processes that edit one cut at random: each edit is complete or refused, and the history
reproduces the cut.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import milimo_tui
from milimo_tui.core.ids import new_id
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.cut.edit import edits
from milimo_tui.cut.values import new_cuts
from milimo_tui.cut.values.cut import Cut
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.store.rows.mapping import CLIP, CUT, MARKER, TRACK, TRANSITION
from milimo_tui.store.sqlite.value_table import Table
from milimo_tui.story.values.film import Asset, AssetKind
from tests.budget import rounds
from tests.cut import films
from tests.store import random_editor

ROOT = str(Path(milimo_tui.__file__).parents[1])
RAW_ID = re.compile(r"\b(clip|track|marker|transition|edit|line)_[0-9a-z]{8}")
PLACES: dict[str, Table[Any]] = {table.name: table for table in (CUT, TRACK, CLIP, TRANSITION, MARKER)}


def as_rows(cut: Cut) -> dict[tuple[str, str], dict[str, Any]]:
    """Return a cut as the rows that edits write, by table and id."""
    parts: dict[str, tuple[Any, ...]] = {
        "cut": (cut,),
        "track": cut.tracks,
        "clip": cut.clips,
        "transition": cut.transitions,
        "marker": cut.markers,
    }
    return {
        (name, value.id): {k: v for k, v in PLACES[name].encode(value).items() if k not in CUT.aside}
        for name, values in parts.items()
        for value in values
    }


def replayed(film: ProjectFile, start: Cut) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the rows that result from applying all applied edits to the first state of the cut, in the order
    in which they were applied.
    """
    rows = as_rows(start)
    counting = enumerate(edit for edit in film.list_history(start.id) if edit.applied)
    for _, edit in sorted(counting, key=lambda each: (each[1].moved, each[0])):
        for change in film.list_edit_changes(edit.id):
            key = (change.table, change.id)
            if change.before is None:
                assert key not in rows, f"“{edit.label}” makes what is there"
                rows[key] = dict(change.after or {})
            elif change.after is None:
                assert rows.pop(key) == change.before, f"“{edit.label}” takes away what is not so"
            else:
                seen = {column: rows[key][column] for column in change.before}
                assert seen == change.before, f"“{edit.label}” changes what is not so"
                rows[key].update(change.after)
    return rows


def begun(paths: ProjectPaths) -> Cut:
    """Create a film with one cut of nine clips, and return the cut."""
    with ProjectFile.open(paths) as film:
        for name, seconds in random_editor.SECONDS.items():
            kind = AssetKind.PICTURE if seconds is None else AssetKind.VIDEO
            film.facts.add_asset(
                Asset(id=name, kind=kind, path=f"{name}.mov", managed=False, seconds=seconds)
            )
        cut = new_cuts.create_cut("Long", new_id=new_id)
        track = films.track_of(cut, "V1").id
        for name in ("long", "still", "short") * 3:
            cut = edits.append_clip(cut, track, films.piece(name, 20), new_id=new_id)
        film.write_edit("begin", scope="project", actor="a", before=[], after=[cut])
        return cut


def _hand(paths: ProjectPaths, out: Path, seed: int, acts: int, seconds: int) -> subprocess.Popen[bytes]:
    """Start a process that edits the cut at random. It uses the name of the file `out` and writes its report
    to it; its errors appear in the test's output.
    """
    told = [str(paths.root), out.stem, str(seed), str(acts), str(seconds)]
    with out.open("wb") as file:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.store.random_editor", *told],
            stdout=file,
            env={**os.environ, "PYTHONPATH": ROOT},
        )


def storm(paths: ProjectPaths, *, acts: int = 0, seconds: int = 0) -> list[Any]:
    """Run two editing processes and one reader, for at least `acts` actions each and `seconds` seconds.
    Returns the reports of the editors.
    """
    start = begun(paths)
    # The editors report to files, because the report of a long run is larger than the buffer of a pipe.
    told = [paths.root.parent / f"{name}.json" for name in ("left", "right")]
    editors = [_hand(paths, out, seed, acts, seconds) for seed, out in enumerate(told)]
    looks = 0
    with ProjectFile.open(paths) as film:
        version = -1
        while any(editor.poll() is None for editor in editors):
            if film.read_data_version() != version:
                version = film.read_data_version()
                (seen,) = film.load_film()[1]
                latest = [
                    (edit.step_label, edit.actor, edit.applied) for edit in film.list_history(seen.id)[-3:]
                ]
                assert films.broken_rules(seen, random_editor.bounds) == [], latest
                looks += 1
        assert [editor.wait() for editor in editors] == [0, 0]
        tellings = [json.loads(out.read_text()) for out in told]
        for each in tellings:
            assert sum(each["done"].values()) > 10
            assert [words for words in each["conflicts"] if RAW_ID.search(words)] == []
        assert looks
        (end,) = film.load_cuts()
        assert as_rows(film.load_film()[1][0]) == as_rows(end)
        assert replayed(film, start) == as_rows(end)
    return tellings


def test_two_processes_edit_one_cut(empty: ProjectFile, paths: ProjectPaths) -> None:
    storm(paths, acts=50)


@pytest.mark.long("two_hands")
def test_two_processes_edit_one_cut_for_long(empty: ProjectFile, paths: ProjectPaths) -> None:
    storm(paths, seconds=rounds("two_hands"))
