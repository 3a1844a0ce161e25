"""Test trim mode by keys: ripple, roll, slip and slide, snapping, one undo for each trim, repeating, and
trimming edges to the playhead.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import Clip, Cut
from milimo_tui.studio.session.studio import Studio
from tests.tui.rain_market import make_studio
from tests.tui.stage import Stage, on
from tests.tui.timeline.test_timeline_screen import LENGTHS, cut_of, v1

A, B, C = LENGTHS[:3]


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return make_studio(tmp_path / "home", takes=False)


def row(cut: Cut, name: str = "V1") -> list[Clip]:
    track = next(track for track in cut.tracks if track.name == name)
    return [placed.clip for placed in layout(cut).get_row(track.id)]


def edits(stage: Stage) -> int:
    return len(stage.app.studio.require_project().list_history(cut_of(stage).id))


@pytest.mark.long("screens")
async def test_tab_cycles_ripple_roll_slip_slide_and_each_is_one_edit(studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        before = edits(stage)
        await stage.press("w", "t")
        assert "TRIM RIPPLE" in stage.lines()[-1]
        assert f"{len(LENGTHS) - 2} after it" in stage.said
        await stage.press("tab", "6", "l", "2", "h")
        assert "roll 1A │ 1B +4 f" in stage.said
        (signs,) = (line for line in stage.lines() if "◀▶" in line)
        assert len(signs) == 110, "the sign takes the place of what it stands on"
        assert v1(cut_of(stage)) == LENGTHS, "nothing is written yet"
        assert [span.clip.frames for span in stage.screen.cutting.lanes[1].spans[:2]] == [A + 4, B - 4]
        await stage.press("enter")
        assert v1(cut_of(stage))[:3] == [A + 4, B - 4, C]
        assert edits(stage) == before + 1
        await stage.press("u", "t", "tab", "tab", "9", "l", "enter")
        slipped = row(cut_of(stage))[1]
        assert v1(cut_of(stage)) == LENGTHS
        assert slipped.source_in == Fraction(9, 25), "its position stays, its source moves"
        await stage.press("u", "t", "tab", "tab", "tab", "5", "h", "enter")
        assert v1(cut_of(stage))[:4] == [A - 5, B, C + 5, LENGTHS[3]], "both neighbours are trimmed"
        await stage.press("u")
        assert v1(cut_of(stage)) == LENGTHS


@pytest.mark.long("screens")
async def test_hints_name_the_keys_of_the_preset_once(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MILIMO_KEYMAP", "nle")
    studio = Studio.open(home=str(studio.home.root), actor="nle")
    async with on(studio, "timeline") as stage:
        await stage.press("w", "t")
        assert "w h point" in stage.said
        await stage.press("right", "right")
        assert "follow" in stage.said
        assert "moves" not in stage.said, "nothing grows over the tracks with each step"
        await stage.press("escape", "k")
        assert "k again" in stage.said
        await stage.press("'", "x")
        assert "` x" in stage.said
    studio.close()


@pytest.mark.long("screens")
async def test_escape_cancels_a_trim_and_enter_keeps_it(studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        before = edits(stage)
        await stage.press("w", "t", "6", "l", "escape")
        assert (v1(cut_of(stage)), edits(stage)) == (LENGTHS, before)
        assert "NORMAL" in stage.lines()[-1]
        assert "is trimmed" in stage.said
        spans = stage.screen.cutting.lanes[1].spans
        assert [span.clip.frames for span in spans[:2]] == [A, B], "it is seen as it was"
        await stage.press("w", "t", "6", "l", "enter")
        assert edits(stage) == before + 1


@pytest.mark.long("screens")
async def test_keys_are_looked_up_during_a_trim(studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        before = edits(stage)
        await stage.press("w", "t", "6", "l", "?")
        assert "TRIM" in stage.text
        await stage.press("escape")
        assert "TRIM RIPPLE" in stage.lines()[-1], "it goes on where it was"
        await stage.press("escape")
        assert (v1(cut_of(stage)), edits(stage)) == (LENGTHS, before)
        await stage.press("t", "6", "l", "?", "escape", "g", "b", "g", "t")
        assert edits(stage) == before + 1, "another screen keeps it"


@pytest.mark.long("screens")
async def test_trim_accepts_every_spelling_of_times(studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        await stage.press("w", "t", "+", *"00:06", "enter")
        assert "ripple head of 1B +6 f" in stage.said, "SS:FF, as timecode is everywhere"
        await stage.press("-", *"5f", "enter")
        assert "ripple head of 1B +1 f" in stage.said
        await stage.press("+", *"2.5", "enter")
        assert "2.5s" in stage.text, "beside the field, which keeps what was typed"
        await stage.press("s", "enter")
        assert "ripple head of 1B +64 f" in stage.said, "half a frame is a frame"
        await stage.press("escape")
        assert v1(cut_of(stage)) == LENGTHS


@pytest.mark.long("screens")
async def test_tab_keeps_the_frames_and_reports_the_impossible(studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        await stage.press("w", "t", "4", "l", "tab")
        assert "roll 1A │ 1B +4 f" in stage.said, "as far as it was moved"
        await stage.press("tab", "tab", "tab", "u")
        assert "ripple head of 1B +0 f" in stage.said
        await stage.press("escape", "0", "t", "tab", "h")
        assert "at its head" in stage.said
        await stage.press("escape")
        assert v1(cut_of(stage)) == LENGTHS


@pytest.mark.long("screens")
async def test_free_track_trims_without_ripple_first_and_ripples_after_tab(studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        await stage.press("y", "y", "k", "P", "P", "b", "b")  # Paste two overlays, one after the other.
        assert stage.screen.playhead == 0
        await stage.press("e", "t")
        assert "TRIM  " in stage.lines()[-1]
        await stage.press("1", "0", "h", "enter")
        assert [clip.frames for clip in row(cut_of(stage), "V2")] == [A - 10, A]
        assert layout(cut_of(stage)).get_start(row(cut_of(stage), "V2")[1].id) == A, "nothing else moves"
        await stage.press("u", "t", "tab", "1", "0", "h", "enter")
        assert layout(cut_of(stage)).get_start(row(cut_of(stage), "V2")[1].id) == A - 10, "all behind follows"


@pytest.mark.long("screens")
async def test_row_66_edge_snaps_to_the_nearest_point_and_names_it(studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        await stage.press("4", "0", "l", "m", "a", "1", "3", "l", "i", "e", "t")
        await stage.press("b")
        assert f"ripple tail of 1A {53 - A:+d} f, {len(LENGTHS) - 1} after it follow, at in" in stage.said
        assert "◀┃" in "\n".join(stage.lines()), "the sign says that it lies on something"
        await stage.press("b")
        assert f"{40 - A:+d} f" in stage.said
        assert "at the marker a" in stage.said
        await stage.press("u", "'", "a", "enter")
        assert v1(cut_of(stage))[0] == 40


@pytest.mark.long("screens")
async def test_row_66_long_steps_snap_within_a_cell_and_frame_steps_are_exact(studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        stage.screen.view = stage.screen.view.__class__(0, 1, 8, 0, stage.screen.view.width)
        await stage.press("7", "2", "l", "m", "a", "e", "t", "shift+left")
        assert f"{72 - A:+d} f" in stage.said, f"{-25 + 3:+d}: the marker lies within a cell of a second"
        assert "at the marker a" in stage.said
        await stage.press("h")
        assert f"{71 - A:+d} f" in stage.said
        await stage.press("escape", "u")


@pytest.mark.long("screens")
async def test_trim_is_repeated_at_another_edge_and_typing_ends_trim_first(studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        await stage.press("e", "t", "7", "h", "enter", "e", ".")
        assert v1(cut_of(stage))[:2] == [A - 7, B - 7]
        await stage.press("3", ".")
        assert v1(cut_of(stage))[:2] == [A - 7, B - 10], "a count is so many frames"
        await stage.press("t", "5", "h", "x")
        assert v1(cut_of(stage))[:2] == [A - 7, C], "trimmed, then deleted"
        await stage.press("u")
        assert v1(cut_of(stage))[:2] == [A - 7, B - 15]
        before = cut_of(stage)
        await stage.press("0", "w", "t", "5", "l", "j")
        assert "is being trimmed" in stage.said, "a clip of this track"
        await stage.press("ctrl+c")
        assert "is trimmed" in stage.said
        assert cut_of(stage).clips == before.clips
        await stage.press("t", "5", "l")  # Start a trim and leave the studio without ending it.
    left = studio.take_snapshot().cut
    assert left is not None
    assert row(left)[1].frames == row(before)[1].frames - 5, "what was in hand is kept"


@pytest.mark.long("screens")
async def test_heads_tails_and_edits_move_to_the_playhead(studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        await stage.press("3", "0", "l", "[")
        assert v1(cut_of(stage))[0] == A - 30
        assert stage.screen.playhead == 0, "on the frame that was under it"
        await stage.press("2", "0", "l", "]")
        assert v1(cut_of(stage))[:2] == [20, B]
        await stage.press("5", "l", "|")
        assert v1(cut_of(stage))[:2] == [25, B - 5], "the edit comes here: one gives, one takes"
        await stage.press("w", "w", ".")
        assert "already" in stage.said
