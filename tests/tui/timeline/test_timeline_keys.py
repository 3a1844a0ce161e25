"""Test rows 69 and 70 of docs/replaced-behaviour.md: playback stays inside its range, and keys that did
something wrong in the earlier program work.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from milimo_tui.studio.session.studio import Studio
from tests.tui.rain_market import make_studio
from tests.tui.stage import on
from tests.tui.timeline.test_timeline_screen import LENGTHS, cut_of, v1


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return make_studio(tmp_path / "home", takes=False)


@pytest.mark.long("screens")
async def test_row_69_loop_plays_only_the_marked_range(studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        await stage.press("1", "0", "l", "i", "5", "l", "o", "0", "R")
        assert "marked range" in stage.said
        assert "loop" in stage.lines()[0]
        await stage.pilot.press("space")
        # After more than 24 pictures, the playhead would be far beyond the six frames if the loop did not
        # work.
        await stage.until(lambda: stage.screen.transport.playing and stage.screen.transport.player.shown > 24)
        assert 10 <= stage.screen.playhead < 16, "round and round the six frames"
        await stage.press("K", "R")
        assert "runs once" in stage.said


@pytest.mark.long("screens")
async def test_loop_starts_with_its_key_and_space_keeps_the_speed(studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        await stage.press("1", "0", "l", "i", "5", "l", "o", "0", "K")
        assert "a quarter" in stage.said
        await stage.pilot.press("space")
        await stage.until(lambda: stage.screen.transport.playing)
        assert stage.screen.transport.shuttle.sign == "▶ ¼×"
        await stage.pilot.press("L", "L", "R")
        await stage.until(lambda: stage.screen.playhead >= 10)
        shown = stage.screen.transport.player.shown
        await stage.until(lambda: stage.screen.transport.player.shown > shown + 24)
        assert 10 <= stage.screen.playhead < 16, "round and round the six frames"
        await stage.press("K")


@pytest.mark.long("screens")
async def test_row_70_end_is_the_end_of_the_film_and_in_and_out_are_on_its_time(studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        await stage.press("w", "w", "end")
        assert stage.screen.playhead == sum(LENGTHS), "the film's end, not the last shot's own length"
        await stage.press("home", "w", "1", "0", "l", "i", "5", "l", "o")
        cut = cut_of(stage)
        assert (cut.mark_in, cut.mark_out) == (LENGTHS[0] + 10, LENGTHS[0] + 16), "marks are the film's"
        assert v1(cut) == LENGTHS, "and trim nothing"


@pytest.mark.long("screens")
async def test_row_70_j_k_l_have_speeds_both_ways(studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        await stage.press("R")  # Loop, so that playback does not end during the test.
        for keys, sign in ((["L"], "▶ 1×"), (["L"], "▶ 2×"), (["4", "L"], "▶ 4×"), (["J"], "◀ 1×")):
            await stage.pilot.press(*keys)
            await stage.until(lambda sign=sign: stage.screen.transport.shuttle.sign == sign)  # type: ignore[misc]
        await stage.press("K")
        assert not stage.screen.transport.playing
        await stage.press("K")
        assert "K again changes" in stage.said
        await stage.pilot.press("L")
        await stage.until(lambda: stage.screen.transport.shuttle.sign == "▶ ¼×")
        await stage.press("K", "K")
        assert stage.screen.transport.shuttle.sign == "■"
