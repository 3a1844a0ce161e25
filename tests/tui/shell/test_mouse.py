"""Test the mouse: selecting and copying rows and text, the context menu, the wheel, and drags on the
Timeline.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.widget import Widget

from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import Track
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.app.context_menu import ContextMenu
from milimo_tui.tui.timeline.widgets.clip_rows import FLAGS_AT
from milimo_tui.tui.timeline.widgets.row_layout import HEAD
from milimo_tui.tui.timeline.widgets.timeline import Timeline
from milimo_tui.tui.widgets.picture import Picture
from milimo_tui.tui.widgets.rows import Rows
from tests.tui.rain_market import make_studio
from tests.tui.stage import Stage, on

pytestmark = pytest.mark.long("screens")


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    studio = make_studio(tmp_path / "home")
    yield studio
    studio.close()


async def drag(stage: Stage, widget: Widget, start: tuple[int, int], *way: tuple[int, int]) -> None:
    """Press the left button on a widget at `start`, move through the positions of `way`, and release the
    button.
    """
    pilot = stage.pilot
    await pilot.mouse_down(widget, offset=start)
    at = start
    for each in way:
        await moved(stage, widget, at, each)
        at = each
    await pilot.mouse_up(widget, offset=at)
    await stage.settle()


async def moved(stage: Stage, widget: Widget, start: tuple[int, int], to: tuple[int, int]) -> None:
    """Move the mouse with the left button down. The pilot of Textual has no method for this."""
    left, top = widget.region.offset
    stage.app.screen._forward_event(
        events.MouseMove(
            widget, to[0] + left, to[1] + top, to[0] - start[0], to[1] - start[1], 1, False, False, False,
            screen_x=to[0] + left, screen_y=to[1] + top,
        )
    )  # fmt: skip
    await stage.pilot.pause()


async def wheel(stage: Stage, widget: Widget, at: tuple[int, int], *, up: bool, ctrl: bool = False) -> None:
    left, top = widget.region.offset
    kind = events.MouseScrollUp if up else events.MouseScrollDown
    stage.app.screen._forward_event(
        kind(widget, at[0] + left, at[1] + top, 0, 0, 0, False, False, ctrl,
             screen_x=at[0] + left, screen_y=at[1] + top)
    )  # fmt: skip
    await stage.settle()


def starts(studio: Studio) -> list[tuple[str, int, int]]:
    """Return the id, the first frame and the length in frames of each clip on V1."""
    cut = studio.take_snapshot().cut
    assert cut is not None
    laid = layout(cut)
    main = next(track for track in cut.tracks if track.magnetic)
    return [(placed.clip.id, placed.start, placed.clip.frames) for placed in laid.get_row(main.id)]


def cell_of(stage: Stage, frame: int) -> int:
    return HEAD + int(stage.screen.view.frame_to_cell(frame))


def row_of(stage: Stage, lane: int) -> int:
    return next(y for y, line in enumerate(stage.screen.timeline.lines) if line.lane == lane)


async def test_rows_are_selected_by_keys_or_dragging_and_copied(studio: Studio) -> None:
    async with on(studio, "media", (120, 36)) as stage:
        rows = stage.screen.query_one(Rows)
        await stage.press("A")
        await stage.until(lambda: len(rows.rows) > 5)
        await stage.press("g", "g", "Y")
        assert stage.app.clipboard == rows.copied_text()
        assert stage.app.clipboard
        await stage.press("shift+down", "shift+down", "Y")
        assert len(stage.app.clipboard.splitlines()) == 3
        assert "copied 3 lines" in stage.said
        await stage.press("j")
        assert not rows.selected
        await stage.press("V", "j", "j", "j", "Y")
        assert len(stage.app.clipboard.splitlines()) == 4
        await stage.press("V")
        assert not rows.selected
        first = next(index for index, row in enumerate(rows.rows) if row.key)
        await drag(stage, rows, (10, first), (10, first + 1), (12, first + 4))
        assert "5 rows selected" in stage.said
        await stage.press("Y")
        assert len(stage.app.clipboard.splitlines()) == 5


async def test_log_and_messages_are_copied(studio: Studio) -> None:
    async with on(studio, "media", (110, 30)) as stage:
        stage.app.show_message("the first thing that was said")
        stage.app.show_message("and the second")
        await stage.press("g", "l")
        await stage.press("g", "g", "V", "j", "Y")
        assert "the first thing" in stage.app.clipboard
        assert "and the second" in stage.app.clipboard
        await stage.press("escape", "g", "t")
        stage.app.show_message("a message alone")
        await stage.press("Y")
        assert stage.app.clipboard == "a message alone"


async def test_wrapped_text_is_copied_in_full(studio: Studio) -> None:
    text = "cannot read /films/a long name of a folder/and of another/a-reel-with-a-name.mov: it is gone"
    async with on(studio, "media", (80, 24)) as stage:
        stage.app.show_message(text, "error", "look for it with another name, and where it was before that")
        await stage.press("g", "l", "k", "Y")
        assert text in stage.app.clipboard, "a message is copied whole, whatever row of it has the cursor"
        assert "before that" in stage.app.clipboard
        assert len(stage.app.clipboard.splitlines()) == 1
        await stage.press("G", "V", "k", "Y")
        assert stage.app.clipboard.count(text) == 1, "and once"
        await stage.press("escape", "g", "b", "enter")
        await stage.until(lambda: stage.screen.MODE == "shot" and stage.screen.is_known)
        rows = stage.screen.query_one("#fields", Rows)
        await stage.until(lambda: any(row.key == "prompt" for row in rows.rows))
        rows.move_to(next(index for index, row in enumerate(rows.rows) if row.key == "prompt"))
        await stage.press("Y")
        words = " ".join(stage.screen.details.preflight.prompt.text.split())
        assert " ".join(stage.app.clipboard.split()) == f"prompt {words}"


async def test_message_names_no_key_where_nothing_can_be_copied(studio: Studio) -> None:
    async with on(studio, "script", (80, 24)) as stage:
        stage.app.messages.clear()
        await stage.press("Y")
        assert "nothing to copy" in stage.said
        assert ":ui." not in stage.said
        await stage.press("Y")
        assert not stage.app.clipboard, "what was said of it is nothing to copy"


async def test_text_next_to_a_list_is_selected_by_dragging(studio: Studio) -> None:
    async with on(studio, "review", (120, 36)) as stage:
        await stage.press("f")
        await stage.until(lambda: stage.screen.review is not None and bool(stage.screen.review.items))
        facts = stage.screen.query_one("#facts")
        await stage.until(lambda: "1A" in str(facts.render()))
        await drag(stage, facts, (2, 0), (10, 0), (20, 1))
        await stage.until(lambda: bool(stage.screen.get_selected_text()))
        assert "shift-drag" in stage.said
        await stage.press("ctrl+c")
        assert "1A" in stage.app.clipboard
        assert not stage.screen.get_selected_text()


async def test_menu_of_actions_opens_by_key_and_right_button(studio: Studio) -> None:
    async with on(studio, "timeline", (120, 36)) as stage:
        await stage.press("g", "a")
        await stage.until(lambda: isinstance(stage.screen, ContextMenu))
        assert "split" in stage.text
        await stage.press("escape")
        before = len(starts(studio))
        timeline = stage.screen.timeline
        _, start, frames = starts(studio)[2]
        at = (cell_of(stage, start + frames // 2), row_of(stage, stage.screen.cutting.main_lane_index()))
        await stage.pilot.click(timeline, offset=at, button=3)
        await stage.until(lambda: isinstance(stage.screen, ContextMenu))
        menu: Any = stage.screen
        place = next(index for index, row in enumerate(menu.rows.rows) if row.left.plain == "split")
        await stage.pilot.click(menu.rows, offset=(4, place - int(menu.rows.scroll_offset.y)))
        await stage.until(lambda: len(starts(studio)) == before + 1)
        await stage.settle()
        assert starts(studio)[2][1] == start
        await stage.press("u")
        assert len(starts(studio)) == before


async def test_click_outside_the_menu_closes_it(studio: Studio) -> None:
    async with on(studio, "storyboard", (110, 30)) as stage:
        await stage.press("g", "a")
        await stage.until(lambda: isinstance(stage.screen, ContextMenu))
        await stage.pilot.click(offset=(1, 1))
        await stage.until(lambda: not isinstance(stage.screen, ContextMenu))


@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
async def test_menu_stays_inside_the_terminal(studio: Studio, size: tuple[int, int]) -> None:
    async with on(studio, "storyboard", size) as stage:
        for at in ((size[0] - 2, size[1] - 3), (1, 3)):
            await stage.pilot.click(offset=at, button=3)
            await stage.until(lambda: isinstance(stage.screen, ContextMenu))
            await stage.settle()
            panel = stage.screen.query_one("#panel").region
            assert panel.right <= size[0]
            assert panel.bottom <= size[1]
            await stage.press("escape")


async def test_dragged_edge_is_trimmed(studio: Studio) -> None:
    async with on(studio, "timeline", (120, 36)) as stage:
        clip, start, frames = starts(studio)[1]
        view, lane = stage.screen.view, stage.screen.cutting.main_lane_index()
        tail, y = cell_of(stage, start + frames - 1), row_of(stage, lane)
        await drag(stage, stage.screen.timeline, (tail, y), (tail - 2, y), (tail - 3, y))
        after = starts(studio)[1]
        assert after[0] == clip
        assert after[2] == pytest.approx(frames - 3 * view.zoom, abs=2 * view.zoom)
        assert after[2] < frames
        assert stage.screen.trim_session.trim is None, "TRIM is left with the button"
        await stage.press("u")
        assert starts(studio)[1][2] == frames


async def test_clip_is_dragged_in_one_undo_step(studio: Studio) -> None:
    async with on(studio, "timeline", (120, 36)) as stage:
        before = [clip for clip, _, _ in starts(studio)]
        _, start, frames = starts(studio)[0]
        _, there, long = starts(studio)[2]
        y = row_of(stage, stage.screen.cutting.main_lane_index())
        grip, to = cell_of(stage, start + frames // 2), cell_of(stage, there + long - 2)
        await drag(stage, stage.screen.timeline, (grip, y), (grip + 3, y), (to, y))
        await stage.until(lambda: [clip for clip, _, _ in starts(studio)] != before)
        now = [clip for clip, _, _ in starts(studio)]
        assert now.index(before[0]) >= 1
        await stage.press("u")
        assert [clip for clip, _, _ in starts(studio)] == before


async def test_settings_dragged_right_before_leaving_are_all_written(studio: Studio) -> None:
    # Another program writes the film, so the first change has to wait while the others are made.
    other = sqlite3.connect(studio.require_project().paths.db, isolation_level=None, check_same_thread=False)
    async with on(studio, "timeline", (120, 50)) as stage:
        inspector = stage.screen.inspector_part.inspector
        rows = {entry.key: y for y, entry in enumerate(inspector.entries)}
        other.execute("BEGIN IMMEDIATE")
        for key in ("scale", "x", "rotation"):
            await stage.pilot.mouse_down(inspector, offset=(30, rows[key]))
            await moved(stage, inspector, (30, rows[key]), (34, rows[key]))
            await stage.pilot.mouse_up(inspector, offset=(34, rows[key]))
        threading.Timer(0.5, other.execute, ["ROLLBACK"]).start()
        await stage.app.leave_studio()
    cut = studio.take_snapshot().cut
    assert cut is not None
    changed = [edit.label.split()[0] for edit in studio.require_project().list_history(cut.id)]
    assert changed == ["scale", "x", "rotation"]
    other.close()


async def test_esc_restores_a_dragged_clip(studio: Studio) -> None:
    async with on(studio, "timeline", (120, 36)) as stage:
        before = starts(studio)
        y = row_of(stage, stage.screen.cutting.main_lane_index())
        grip = cell_of(stage, before[0][2] // 2)
        timeline = stage.screen.timeline
        await stage.pilot.mouse_down(timeline, offset=(grip, y))
        await moved(stage, timeline, (grip, y), (grip + 30, y))
        await stage.press("escape")
        await stage.pilot.mouse_up(timeline, offset=(grip + 30, y))
        await stage.settle()
        assert starts(studio) == before
        assert [
            span.start for span in stage.screen.cutting.lanes[stage.screen.cutting.main_lane_index()].spans
        ][: len(before)] == [start for _, start, _ in before]


async def test_playhead_is_dragged_on_the_ruler_and_the_wheel_zooms(studio: Studio) -> None:
    async with on(studio, "timeline", (120, 36)) as stage:
        timeline = stage.screen.query_one(Timeline)
        await drag(stage, timeline, (HEAD + 4, 0), (HEAD + 9, 0), (HEAD + 20, 3))
        zoom = stage.screen.view.zoom
        assert stage.screen.playhead == 20 * zoom
        before = stage.screen.view
        await wheel(stage, timeline, (HEAD + 20, 0), up=True)
        assert stage.screen.view.zoom < zoom
        assert stage.screen.view.frame_to_cell(20 * zoom) == pytest.approx(
            before.frame_to_cell(20 * zoom), abs=1
        )
        near = stage.screen.view
        await wheel(
            stage, timeline, (HEAD + 20, row_of(stage, stage.screen.cutting.main_lane_index())), up=False
        )
        assert stage.screen.view.origin > near.origin
        assert stage.screen.view.zoom == near.zoom


@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
async def test_track_is_muted_and_its_level_raised_on_its_head(studio: Studio, size: tuple[int, int]) -> None:
    async with on(studio, "timeline", size) as stage:
        timeline, lane = stage.screen.timeline, stage.screen.cutting.main_lane_index()
        track = stage.screen.cutting.lanes[lane].track.id

        def now() -> Track:
            cut = studio.take_snapshot().cut
            assert cut is not None
            return next(each for each in cut.tracks if each.id == track)

        def letter() -> int:
            return str(timeline.render_line(y).text).index("m")

        y = row_of(stage, lane)
        for up, level in ((True, 1.0), (True, 2.0), (False, 1.0)):
            await wheel(stage, timeline, (2, y), up=up)
            await stage.until(lambda: now().gain_db == level, f"{now().gain_db}")  # noqa: B023
        other = next(number for number, each in enumerate(stage.screen.cutting.lanes) if number != lane)
        await stage.pilot.click(timeline, offset=(1, row_of(stage, other)))
        await stage.until(lambda: stage.screen.view.lane == other)
        if size == (200, 50):  # A wide terminal also draws the flags that are off, so they can be clicked.
            await stage.pilot.click(timeline, offset=(FLAGS_AT, y))
        else:
            await stage.pilot.click(timeline, offset=(1, y))
            await stage.until(lambda: stage.screen.view.lane == lane)
            await stage.press("T", "m")
        await stage.until(lambda: now().muted)
        await stage.settle()
        await stage.pilot.click(timeline, offset=(letter(), y))
        await stage.until(lambda: not now().muted)
        assert stage.screen.view.lane == lane
        await stage.settle()
        await stage.press("u")
        await stage.until(lambda: now().muted, "it is one step of undo")


async def test_panes_are_resized_by_mouse_and_keys_and_remembered_by_size(studio: Studio) -> None:
    async with on(studio, "timeline", (120, 36)) as stage:
        top = stage.screen.query_one("#top")
        high = top.size.height
        divider = stage.screen.query_one("#under")
        await drag(stage, divider, (40, 0), (40, -2), (40, -1))  # The divider follows the mouse.
        await stage.until(lambda: top.size.height <= high - 3)
        low = top.size.height
        await stage.press("z", "J")
        await stage.until(lambda: top.size.height == low + 1)
        await stage.press("z", "x")
        await stage.until(lambda: not stage.screen.query_one("#inspector").display)
        await stage.press("g", "m")
    async with on(studio, "timeline", (120, 36)) as stage:
        await stage.until(lambda: stage.screen.query_one("#top").size.height == low + 1)
        assert not stage.screen.query_one("#inspector").display
        await stage.press("z", "r")
        await stage.until(lambda: stage.screen.query_one("#top").size.height == high)
        assert stage.screen.query_one("#inspector").display


async def test_wheel_zooms_a_picture_and_dragging_pans_it(studio: Studio) -> None:
    async with on(studio, "timeline", (120, 36)) as stage:
        await stage.until(lambda: stage.screen.plan is not None)
        picture = stage.screen.query_one("#picture", Picture)
        await wheel(stage, picture, (2, 1), up=True)
        viewing = stage.screen.viewing_keys.viewing
        assert viewing.zoom == 2
        assert viewing.centre[0] < 0.5
        await drag(stage, picture, (10, 4), (6, 4))
        assert stage.screen.viewing_keys.viewing.centre[0] > viewing.centre[0]
        await wheel(stage, picture, (2, 1), up=False)
        assert stage.screen.viewing_keys.viewing.zoom == 1
