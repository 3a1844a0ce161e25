"""The film alone on the screen: played by its keys from wherever film is seen, its bar, and the way back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from milimo_tui.core.time import timecode
from milimo_tui.cut.plan.plan import Plan
from milimo_tui.studio.registry.registry import run
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.play.monitor import Monitor
from milimo_tui.tui.play.player_screen import PlayerScreen
from milimo_tui.tui.terminal.images.draw import Drawing
from milimo_tui.tui.widgets.picture import Picture
from tests.tui import house
from tests.tui.rain_market import add_sound, make_studio
from tests.tui.review.nights import make_night
from tests.tui.stage import Stage, on


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return make_studio(tmp_path / "home", takes=False)


async def opened(stage: Stage) -> PlayerScreen:
    await stage.press("F")
    assert isinstance(stage.screen, PlayerScreen)
    await stage.until(lambda: stage.screen.source is not None)
    await stage.settle()
    return stage.screen


async def test_f_shows_the_film_alone_and_leaves_to_the_frame_that_was_seen(studio: Studio) -> None:
    async with on(studio, "timeline", (80, 24)) as stage:
        await stage.press("1", "0", "l")
        player = await opened(stage)
        assert player.frame == 10
        picture = player.query_one("#picture", Picture)
        await stage.until(lambda: picture.drawing is not None)
        assert picture.size == (80, 23), "all but one row"
        bar = stage.lines()[-1]
        assert bar.startswith(" ■  00:00:00:10  1A  ")
        assert "25 fps  0 dropped" in bar
        await stage.press("w", "i", "5", "l", "o")
        assert player.source is not None
        first, end = player.source.range
        assert end - first == 6
        await stage.press("0")
        assert "]" in stage.lines()[-1], "in and out are in one cell of so long a film"
        player.bar_seconds = 0.3
        await stage.press("R")
        await stage.pilot.press("space")
        await stage.until(lambda: player.pace.shown > 12)
        assert first <= player.frame < end, "round and round the six frames"
        await stage.until(lambda: player.is_bar_hidden)
        assert not stage.lines()[-1].strip()
        player.bar_seconds = 60.0
        await stage.pilot.press("%")
        await stage.until(lambda: not player.is_bar_hidden)
        assert "▶ 1× loop" in stage.lines()[-1]
        await stage.press("K")
        frame = player.frame
        await stage.press("F")
        assert stage.screen.MODE == "timeline"
        assert stage.screen.playhead == frame, "the playhead followed"
        assert (stage.screen.cut.mark_in, stage.screen.cut.mark_out) == (first, end)


async def test_a_shot_without_a_take_is_its_slate(studio: Studio) -> None:
    async with on(studio, "storyboard", (100, 30)) as stage:
        await stage.press("l")
        player = await opened(stage)
        assert player.source is not None
        frames = studio.snapshot().story.live_shots()[1].frames
        assert (player.source.frames, player.source.name) == (frames, "1B")
        picture = player.query_one("#picture", Picture)
        await stage.until(lambda: picture.drawing is not None)
        await stage.press("end", "h")
        assert timecode(frames - 2, player.source.plan.rate) in stage.lines()[-1]
        await stage.press("escape")
        assert stage.screen.MODE == "storyboard"


async def test_where_there_is_nothing_to_play_the_reason_stands_on_black(tmp_path: Path) -> None:
    studio = house.make_studio(tmp_path / "home", script=None)
    run(studio, "project.new", {"name": "Bare"})
    async with on(studio, "timeline", (100, 30)) as stage:
        await stage.press("F")
        await stage.until(lambda: "nothing to play yet" in stage.text)
        await stage.press("space", "l", "i", "R", "q")
        assert stage.screen.MODE == "timeline"


@pytest.mark.long("screens")
async def test_files_takes_and_cuts_are_played_and_two_takes_in_step(tmp_path: Path) -> None:
    make_night(tmp_path / "night").close()
    studio = make_studio(tmp_path / "night")
    project = studio.project()
    cut = studio.snapshot().cut
    assert cut is not None
    sound, _ = add_sound(project, cut)
    async with on(studio, "review", (160, 45)) as stage:
        await stage.until(lambda: stage.screen.take_player.loaded is not None)
        await stage.press("5", "l", "A")
        await stage.until(lambda: stage.screen.take_player.loaded_beside is not None)
        player = await opened(stage)
        assert player.source is not None
        assert (player.frame, len(player.source.plans)) == (5, 2)
        one, other = (player.query_one(id, Picture) for id in ("#picture", "#other"))
        await stage.until(lambda: one.drawing is not None and other.drawing is not None)
        assert one.region.right <= other.region.x
        assert one.size == other.size
        both: list[tuple[int, ...]] = []
        player._monitors = (Noting(stage, "one", both), Noting(stage, "other", both))
        await stage.pilot.press("space")
        await stage.until(lambda: player.pace.shown > 20)
        await stage.press("K")
        pairs = list(zip(both[::2], both[1::2], strict=False))
        assert all(left == right for left, right in pairs), "the same frame of both, one by one"
        frame = player.frame
        await stage.press("F")
        assert stage.screen.take_player.frame == frame
        await stage.press("g", "m")
        await stage.until(lambda: stage.screen.MODE == "media" and stage.screen.asset is not None)
        stage.screen.rows.show(stage.screen.rows.rows, key=sound.id)
        player = await opened(stage)
        assert player.source is not None
        assert (player.source.name, player.source.frames) == ("rain.wav", 750)
        await stage.press("F", "g", "c")
        await stage.until(lambda: stage.screen.MODE == "cuts")
        player = await opened(stage)
        assert player.source is not None
        assert player.source.name == cut.name
        await stage.press("F")
    client = studio.client_or_none()
    if client is not None:
        client.stop(now=True, wait=5.0)
    studio.close()


class Noting(Monitor):
    """A monitor that notes which frames it was asked for, how large."""

    def __init__(self, stage: Stage, slot: str, seen: list[tuple[int, ...]]) -> None:
        super().__init__(stage.app.pictures, slot)
        self.seen = seen

    async def frame(self, plan: Plan, frame: int, width: int, height: int, **how: Any) -> Drawing | None:
        self.seen.append((frame, width, height))
        return await super().frame(plan, frame, width, height)
