"""Test the positions of scenes in a cut."""

from __future__ import annotations

from milimo_tui.cut.edit import edits
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.layout.scene_spans import SceneSpan, list_scene_spans
from milimo_tui.cut.values import new_cuts
from milimo_tui.cut.values.cut import Cut
from tests.cut.films import asset, minter, shot, track_of

SCENES = {"1A": "one", "1B": "one", "2A": "two"}


def spans(words: str) -> list[tuple[str, int, int, int]]:
    """Return the scene spans of a cut given as `1A:10 x:5`. A name that is not a shot is an asset."""
    new_id = minter()
    cut: Cut = new_cuts.create_cut("Test", new_id=new_id)
    for word in words.split():
        name, frames = word.split(":")
        source = shot(name) if name in SCENES else asset(name)
        clip = edits.create_trackless_clip(source, int(frames), label=name)
        cut = edits.append_clip(cut, track_of(cut, "V1").id, clip, new_id=new_id)
    found: tuple[SceneSpan, ...] = list_scene_spans(layout(cut), SCENES)
    return [(each.scene, each.start, each.end, each.turn) for each in found]


def test_scenes_cover_the_cut_end_to_end() -> None:
    assert spans("1A:10 1B:20 2A:5") == [("one", 0, 30, 1), ("two", 30, 35, 1)]


def test_clip_without_a_shot_belongs_to_the_scene_before_it() -> None:
    assert spans("title:5 1A:10 x:20 2A:5 y:3") == [("one", 0, 35, 1), ("two", 35, 43, 1)]


def test_repeated_scene_is_listed_separately() -> None:
    assert spans("1A:10 2A:5 1B:10") == [("one", 0, 10, 1), ("two", 10, 15, 1), ("one", 15, 25, 2)]


def test_cut_without_shots_has_no_scenes() -> None:
    assert spans("x:10") == []
