"""Test merging two copies of a film that were edited separately: all edits of one copy enter the other, or
none.
"""

from __future__ import annotations

import contextlib
import io
import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from milimo_tui.core.errors import Conflict, Refused
from milimo_tui.core.ids import new_id
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.cut.edit import edits
from milimo_tui.cut.layout.strips import get_strip
from milimo_tui.cut.plan.video import make_render_plan
from milimo_tui.cut.sound import mixing
from milimo_tui.cut.values.cut import Cut, TrackKind
from milimo_tui.cut.values.mixer import MixRole
from milimo_tui.store.history import two_boxes
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.story.values.film import Shot
from tests.budget import rounds
from tests.cut import films
from tests.store import random_editor
from tests.store.history.test_two_editors import as_rows, begun, replayed
from tests.store.samples import PROJECT, asset, cut, take


class TwoCopies:
    """Two copies of one film, and the last state that both had."""

    def __init__(self, film: ProjectFile, folder: Path) -> None:
        self.folder = folder
        self.seen = folder / "seen.db"
        film.copy_database_to(self.seen)
        other = ProjectPaths(folder / "other")
        other.root.mkdir()
        shutil.copyfile(self.seen, other.db)
        self.here, self.there = film, ProjectFile.open(other)
        self.there.remove_all_actors()

    def bring(self, source: ProjectFile, to: ProjectFile, keep: two_boxes.Keep = "") -> two_boxes.MergeResult:
        """Merge the edits of `source` since the last common state into `to`."""
        state = self.folder / f"{new_id('state')}.db"
        source.copy_database_to(state)
        copy = to.merge_copy(state, self.seen, keep, "box")
        self.seen = state
        return copy

    def both(self, keep: two_boxes.Keep = "") -> None:
        """Merge in both directions."""
        self.bring(self.here, self.there, {"": "", "mine": "theirs", "theirs": "mine"}[keep])  # type: ignore[arg-type]
        self.bring(self.there, self.here, keep)

    def alike(self) -> bool:
        stories = [replace(file.load_story(), revision=0) for file in (self.here, self.there)]
        mine, theirs = ({each.id: each for each in file.load_cuts()} for file in (self.here, self.there))
        unlike = [id for id in mine if _bare(mine[id]) != _bare(theirs[id])]
        ours, others = (replace(story, project=replace(story.project, id="")) for story in stories)
        return not unlike and mine.keys() == theirs.keys() and ours == others


def _bare(cut: Cut) -> Cut:
    """Return the cut without playhead and marks, and with its parts sorted, so that two copies can be
    compared.
    """
    parts: dict[str, Any] = {
        name: tuple(sorted(getattr(cut, name), key=lambda part: str(part.id)))
        for name in ("tracks", "clips", "buses", "transitions", "markers", "caption_tracks", "captions")
    }
    return replace(cut, playhead=0, mark_in=None, mark_out=None, **parts)


@pytest.fixture
def boxes(film: ProjectFile, tmp_path: Path) -> Iterator[TwoCopies]:
    film.facts.add_asset(asset("one"))
    film.write_edit(
        "a cut", scope="project", actor="writer", before=[], after=[cut("cut_1", ["shot_0", "shot_1"])]
    )
    made = TwoCopies(film, tmp_path)
    yield made
    made.there.close()


def set_shot(file: ProjectFile, id: str, actor: str = "writer", **fields: object) -> None:
    shot = next(shot for shot in file.load_story().shots if shot.id == id)
    changed: Shot = replace(shot, **fields)  # type: ignore[arg-type]
    file.write_edit(f"set {', '.join(fields)}", scope="project", actor=actor, before=[shot], after=[changed])


def test_edits_of_both_sides_are_in_both_with_their_history(boxes: TwoCopies) -> None:
    set_shot(boxes.here, "shot_0", action="A lamp goes out.")
    set_shot(boxes.there, "shot_0", note="too dark")
    set_shot(boxes.there, "shot_1", action="A dog.")
    boxes.there.facts.add_take(take("two", "shot_1"), asset("two"))
    assert boxes.bring(boxes.here, boxes.there).edits == 1
    met = boxes.bring(boxes.there, boxes.here)
    assert (met.edits, met.differences) == (2, [])
    assert boxes.alike()
    assert [each.label for each in boxes.here.list_history()][-3:] == ["set action", "set note", "set action"]
    # Each side continues its own history: an edit from the other side is undone here only if it is named.
    assert boxes.here.undo("project", "writer").label == "set action"
    assert boxes.here.load_story().shots[0].action == "Action 0."
    assert boxes.here.load_story().shots[0].note == "too dark"


def test_undo_is_sent_like_its_edit(boxes: TwoCopies) -> None:
    set_shot(boxes.here, "shot_0", action="A lamp goes out.")
    boxes.both()
    boxes.here.undo("project", "writer")
    boxes.both()
    assert boxes.there.load_story().shots[0].action == "Action 0."
    assert not boxes.there.list_history()[-1].applied
    assert boxes.alike()


def test_field_changed_on_both_sides_is_reported_and_nothing_written(boxes: TwoCopies) -> None:
    set_shot(boxes.here, "shot_0", action="A lamp goes out.")
    set_shot(boxes.here, "shot_1", action="Rain.")
    set_shot(boxes.there, "shot_0", action="A lamp is lit.")
    before = boxes.there.load_story()
    with pytest.raises(Conflict, match=r"\baction of shot 1A\b.*\bbox\b") as told:
        boxes.bring(boxes.here, boxes.there)
    assert "--keep mine" in told.value.hint
    assert boxes.there.load_story() == before
    boxes.both("theirs")
    assert boxes.here.load_story().shots[0].action == "A lamp is lit."
    assert boxes.there.load_story().shots[1].action == "Rain."
    assert boxes.alike()
    boxes.both()
    assert boxes.alike()


def test_row_deleted_here_and_changed_there_is_reported(boxes: TwoCopies) -> None:
    (mine,) = boxes.here.load_cuts()
    boxes.here.write_edit("delete the cut", scope="project", actor="writer", before=[mine], after=[])
    (theirs,) = boxes.there.load_cuts()
    shot = boxes.there.load_story().shots[5]
    boxes.there.write_edit("delete a shot", scope="project", actor="writer", before=[shot], after=[])
    set_shot(boxes.here, "shot_5", action="It is needed.")
    louder = edits.set_clip(theirs, theirs.clips[0].id, gain_db=3.0)
    boxes.there.write_edit("louder", scope=theirs.id, actor="writer", before=[theirs], after=[louder])
    with pytest.raises(Conflict, match=r"\bshot 2C\b.*\bbox\b"):
        boxes.bring(boxes.there, boxes.here)
    with pytest.raises(Conflict, match="“Cut cut_1”"):
        boxes.bring(boxes.there, boxes.here, "mine")


def test_edits_that_combine_by_row_but_not_as_a_cut_are_refused(boxes: TwoCopies) -> None:
    (mine,), (theirs,) = boxes.here.load_cuts(), boxes.there.load_cuts()
    sound = next(track for track in mine.tracks if not track.magnetic)
    for file, seen in ((boxes.here, mine), (boxes.there, theirs)):
        laid = edits.overwrite_clip(
            seen,
            sound.id,
            300,
            random_editor.piece(random.Random(3)),
            new_id=new_id,
            bounds=random_editor.bounds,
        )
        file.write_edit("lay a sound", scope=seen.id, actor="writer", before=[seen], after=[laid])
    with pytest.raises(Conflict, match=f"two clips overlap on {sound.name}"):
        boxes.bring(boxes.here, boxes.there)


def test_transition_of_a_clip_that_was_moved_to_another_track_is_refused(boxes: TwoCopies) -> None:
    (cut,) = boxes.here.load_cuts()
    with_track = edits.add_track(cut, TrackKind.AUDIO, new_id=new_id)
    old_track, new_track = [track.id for track in with_track.tracks if track.kind is TrackKind.AUDIO]
    laid = with_track
    for label, at in (("left", 300), ("right", 320)):
        laid = edits.overwrite_clip(laid, old_track, at, films.piece(label, 20, Fraction(10)), new_id=new_id)
    boxes.here.write_edit("lay two sounds", scope=cut.id, actor="writer", before=[cut], after=[laid])
    boxes.both()
    (mine,), (theirs,) = boxes.here.load_cuts(), boxes.there.load_cuts()
    right = films.clip_of(mine, "right").id
    moved = edits.move_clip(mine, right, track=new_track, new_id=new_id)
    faded = edits.set_transition(theirs, right, edge="head", frames=4, new_id=new_id)
    boxes.here.write_edit("move", scope=cut.id, actor="writer", before=[mine], after=[moved])
    boxes.there.write_edit("cross-fade", scope=cut.id, actor="writer", before=[theirs], after=[faded])
    with pytest.raises(Conflict, match="transition"):
        boxes.bring(boxes.here, boxes.there)


def test_two_copies_find_their_common_state(boxes: TwoCopies, tmp_path: Path) -> None:
    set_shot(boxes.here, "shot_0", action="A lamp goes out.")
    states = [tmp_path / "here.db", tmp_path / "there.db"]
    boxes.here.copy_database_to(states[0])
    boxes.there.copy_database_to(states[1])
    ground = tmp_path / "ground.db"
    two_boxes.create_common_state(states[1], states[0], ground, "", "box")
    boxes.there.merge_copy(states[0], ground, "", "box")
    assert boxes.alike()
    set_shot(boxes.here, "shot_1", action="Mine.")
    set_shot(boxes.there, "shot_1", action="Theirs.")
    for file, state in zip((boxes.here, boxes.there), states, strict=True):
        state.unlink()
        file.copy_database_to(state)
    with pytest.raises(Conflict):
        two_boxes.create_common_state(states[1], states[0], ground, "", "box")
    two_boxes.create_common_state(states[1], states[0], ground, "theirs", "box")
    boxes.there.merge_copy(states[0], ground, "theirs", "box")
    assert boxes.alike()


def _storm(folder: Path, seed: int) -> str:
    """Edit one cut at random in both copies and merge them, two times. Returns how the merges ended."""
    paths = ProjectPaths(folder / "film")
    with ProjectFile.create(paths, PROJECT) as film:
        start = begun(paths)
        boxes = TwoCopies(film, folder)
        went = []
        keeps = random.Random(seed).sample(("", "mine", "theirs"), 2)
        for turn, keep in enumerate(keeps):
            for file, name in ((boxes.here, "one"), (boxes.there, "two")):
                with contextlib.redirect_stdout(io.StringIO()):
                    random_editor.main(str(file.paths.root), name, f"{seed} {turn} {name}", "6", "0")
            before = boxes.there.load_film()[1], boxes.there.list_history(start.id)
            try:
                boxes.both(keep)  # type: ignore[arg-type]
            except (Conflict, Refused) as error:
                went.append(error.message)
                if boxes.there.list_history(start.id) == before[1]:
                    assert boxes.there.load_film()[1] == before[0]
            else:
                went.append("met")
                assert boxes.alike()
            for file in (boxes.here, boxes.there):
                assert file.list_row_faults() == ()
                # The cached cut, updated from the history, must equal the cut read from the file again.
                (known,), (anew,) = file.load_film()[1], file.load_cuts()
                assert as_rows(known) == as_rows(anew)
                assert films.broken_rules(anew, random_editor.bounds) == []
            if went[-1] != "met":
                break
            if set(keeps[: turn + 1]) == {""}:
                assert replayed(boxes.here, start) == as_rows(boxes.here.load_cuts()[0])
                assert replayed(boxes.there, start) == as_rows(boxes.there.load_cuts()[0])
        boxes.there.close()
    return " · ".join(went)


@pytest.mark.parametrize("seed", range(3))
def test_random_edits_of_one_cut_are_merged(tmp_path: Path, seed: int) -> None:
    _storm(tmp_path, seed)


@pytest.mark.long("travel storm")
def test_many_random_edits_of_one_cut_are_merged(tmp_path: Path) -> None:
    went = [_storm(tmp_path / str(seed), seed) for seed in range(rounds("travel storm"))]
    assert 0 < sum("met" in each for each in went) < len(went), went


def test_mixers_of_both_sides_are_merged_and_a_circle_of_buses_ends_at_the_master(boxes: TwoCopies) -> None:
    (first,) = boxes.here.load_cuts()
    with_buses = mixing.add_bus(mixing.add_bus(first, "One", new_id=new_id), "Two", new_id=new_id)
    boxes.here.write_edit("buses", scope=first.id, actor="writer", before=[first], after=[with_buses])
    boxes.both()
    one, two = with_buses.buses
    track = with_buses.tracks[1].id
    steps: tuple[tuple[ProjectFile, dict[str, dict[str, Any]]], ...] = (
        (boxes.here, {track: {"pan": -0.5}, one.id: {"bus": two.id}}),
        (
            boxes.there,
            {track: {"role": MixRole.MUSIC, "bus": one.id}, two.id: {"bus": one.id, "gain_db": -2.0}},
        ),
    )
    for file, changes in steps:
        (now,) = file.load_cuts()
        after = now
        for id, values in changes.items():
            after = mixing.set_strip(after, id, **values)
        file.write_edit("mix", scope=now.id, actor="writer", before=[now], after=[after])
    boxes.both()
    assert boxes.alike()
    (merged,) = boxes.here.load_cuts()
    strip = get_strip(merged, track)
    assert (strip.pan, strip.role, strip.bus) == (-0.5, MixRole.MUSIC, one.id)
    assert [(bus.bus, bus.gain_db) for bus in merged.buses] == [(two.id, 0.0), (one.id, -2.0)]
    mixer = make_render_plan(merged, {}).mixer
    assert mixer is not None
    assert all(each.output is None or each.output > number for number, each in enumerate(mixer.strips))
