"""Test the source viewer on the Timeline: match frame, in and out points, and three-point edits, in one pane
and in two panes.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import Clip
from milimo_tui.studio.registry.registry import run_by_id
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.timeline.widgets.viewer import Viewer
from tests.tui.rain_market import add_sound, add_take, make_studio
from tests.tui.stage import Stage, on


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    """Return a studio with the film but without takes. Only slates are shown, so nothing has to be
    decoded.
    """
    return make_studio(tmp_path / "home", takes=False)


def at(stage: Stage, frame: int) -> Clip:
    """Return the clip of V1 at a frame, as it is stored in the database now."""
    (cut,) = [cut for cut in stage.app.studio.require_project().load_cuts() if cut.name == "long"]
    (v1,) = [track for track in cut.tracks if track.name == "V1"]
    clip = layout(cut).find_clip_at(v1.id, frame)
    assert clip is not None
    return clip.clip


@pytest.mark.long("screens")
async def test_marked_source_is_inserted_into_the_film_in_one_pane(studio: Studio) -> None:
    async with on(studio, "timeline", (80, 24)) as stage:
        screen = stage.screen
        source, record = screen.query_one("#source", Viewer), screen.query_one("#record", Viewer)
        assert record.display
        assert not source.display
        await stage.press("w", "1", "0", "l", "f")
        assert screen.playhead == 110
        await stage.press("z", "v", "5", "l", "i", "shift+right", "h", "o")
        assert source.display
        assert not record.display
        assert screen.get_mode_name() == "SOURCE"
        assert screen.source.side.part == (15, 40)
        assert any("┃" in line and "[" in line for line in stage.lines()[2:12]), "the bar under the picture"
        await stage.press("I")
        assert screen.source.side.playhead == 15
        await stage.press("p")
        put = at(stage, 110)
        assert (put.frames, put.source_in, put.source.ref) == (
            25,
            screen.source.side.frame_to_seconds(15),
            at(stage, 100).source.ref,
        )
        assert screen.playhead == 135
        await stage.press("u", "escape")
        assert record.display
        assert not source.display
        await stage.press("p")
        assert at(stage, 135).source_in == screen.source.side.frame_to_seconds(15), (
            "what is marked there is what p puts in"
        )


@pytest.mark.long("screens")
async def test_four_points_ask_for_a_speed(studio: Studio) -> None:
    async with on(studio, "timeline", (80, 24)) as stage:
        await stage.press("5", "0", "l", "i", "2", "9", "l", "o", "0", "z", "v")
        await stage.press("1", "0", "l", "i", "1", "9", "l", "o", "P")
        assert "66.67 %" in stage.lines()[-2]
        await stage.press("y")
        put = at(stage, 50)
        assert put.frames == 30
        assert f"{put.effects.speed}" == "2/3"
        await stage.press("u", "P", "n")
        put = at(stage, 50)
        assert (put.frames, f"{put.effects.speed}") == (30, "1")


@pytest.mark.long("screens")
async def test_compound_clip_is_a_source_of_its_nested_frames(studio: Studio) -> None:
    async with on(studio, "timeline", (80, 24)) as stage:
        screen = stage.screen
        await stage.press("w", "i", "w", "w", "h", "o", "Z", "n", "g", "x")
        await stage.press("0", "w", "1", "2", "l", "f", "z", "v")
        side, plan = screen.source.side, screen.source.plan
        assert (side.name, side.frames, side.playhead) == ("Nest 1", 196, 12)
        assert plan.frames == 196
        await stage.until(lambda: screen.query_one("#source", Viewer).picture.drawing is not None)
        await stage.press("i", "9", "l", "o", "p")
        put = at(stage, 112)
        assert (put.frames, put.source, put.source_in) == (10, side.source, side.frame_to_seconds(12))
        run_by_id(stage.app.studio, "cut.open", {"clip": put.id})
        await stage.settle()
        await stage.press("escape", "p")
        assert "can't show itself" in stage.said


@pytest.mark.long("screens")
async def test_panes_are_side_by_side_on_a_wide_screen(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    shots = studio.take_snapshot().story.shots
    add_take(studio.require_project(), shots[1], seed=41)
    async with on(studio, "timeline", (160, 50)) as stage:
        screen = stage.screen
        source, record = screen.query_one("#source", Viewer), screen.query_one("#record", Viewer)
        assert not source.display
        alone = record.size.width
        assert alone > 70, "the record has the room until there is a source"
        clip = screen.cutting.lanes[screen.view.lane].spans[1].clip
        run_by_id(studio, "cut.speed", {"clip": clip.id, "speed": "2"})
        await stage.until(lambda: screen.cutting.lanes[screen.view.lane].spans[1].clip.effects.speed == 2)
        await stage.press("w", "1", "0", "l", "f")
        assert screen.source.side.playhead == 20, "the frame that is seen, at the clip's speed"
        assert screen.source.side.used == (0, 120)
        await stage.until(lambda: source.picture.drawing is not None, "no picture of the source came")
        assert record.size.width == source.size.width < alone
        assert {"SOURCE", "▸RECORD"} <= set("\n".join(stage.lines()).split())
        before = screen.playhead
        await stage.press("z", "v", "4", "l")
        assert screen.source.side.playhead == 24
        assert screen.playhead == before
        assert "SOURCE" in "\n".join(stage.lines())
        await stage.press("f")
        assert screen.playhead == before + 2, "where the film shows this frame"
        assert not screen.source.sourcing
        await stage.press("tab", "tab")
        assert screen.source.sourcing
        await stage.press("tab")
        assert screen.get_mode_name() == "NORMAL"
        assert source.display
        await stage.press("z", "v", "q")
        assert (source.display, record.size.width, screen.get_mode_name()) == (False, alone, "NORMAL")
        await stage.press("z", "v")
        assert (source.display, screen.source.side.playhead) == (True, 24), "put away, not forgotten"


async def test_sound_is_shown_as_its_waveform(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    cut = studio.take_snapshot().cut
    assert cut is not None
    add_sound(studio.require_project(), cut, seconds=4)
    async with on(studio, "timeline", (80, 24)) as stage:
        await stage.press("j", "j", "f", "z", "v")
        picture = stage.screen.query_one("#source", Viewer).picture
        await stage.until(lambda: picture.drawing is not None, "no waveform came")
        rows = [strip.text for strip in picture.drawing.strips]
        assert "┃" in rows[0]
        assert set("".join(rows)) & set("▁▂▃▄▅▆▇█")
        assert {len(row) for row in rows} == {picture.size.width}
        before = rows[0].index("┃")
        await stage.press("5", "0", "l")
        await stage.until(lambda: picture.drawing.strips[0].text.index("┃") > before)


async def test_another_take_of_the_source_is_shown_in_its_place(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    shot = studio.take_snapshot().story.shots[0]
    for seed in (3, 4):
        add_take(studio.require_project(), shot, seed=seed, frames=12)
    async with on(studio, "timeline", (80, 24)) as stage:
        screen = stage.screen
        await stage.press("f", "z", "v", "4", "l", "i")
        before = screen.source.plan
        run_by_id(studio, "shot.pick", {"id": shot.id, "step": 1})
        await stage.until(lambda: screen.source.plan is not before, "the take before is still looked at")
        assert (screen.source.side.playhead, screen.source.side.mark_in) == (4, 4)


async def test_viewer_without_a_picture_gives_the_reason_in_full(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MILIMO_IMAGES", "off")
    plain = Studio.open(home=str(studio.home.root), actor="plain")
    async with on(plain, "timeline", (80, 24)) as stage:
        width = stage.screen.query_one("#record", Viewer).size.width
        await stage.until(lambda: "settings images" in stage.text)
        lines = [line[1 : 1 + width].strip() for line in stage.lines()[2:10]]
        assert " ".join(filter(None, lines)).startswith("pictures are off")
    plain.close()
