"""Test the full-screen player: opened from every screen that shows film, its keys, its progress bar, and the
way back.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from milimo_tui.core.time import format_timecode
from milimo_tui.cut.plan.plan import RenderPlan
from milimo_tui.studio.registry.registry import run_by_id
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.play.monitor import Monitor
from milimo_tui.tui.play.player_screen import PlayerScreen
from milimo_tui.tui.terminal.images.drawing import Drawing
from milimo_tui.tui.widgets.picture import Picture
from tests.tui import studio_setup
from tests.tui.rain_market import add_sound, make_studio
from tests.tui.review.night_film import make_night
from tests.tui.stage import Stage, on


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return make_studio(tmp_path / "home", takes=False)


async def opened(stage: Stage) -> PlayerScreen:
    await stage.press("F")
    assert isinstance(stage.screen, PlayerScreen)
    await stage.until(lambda: stage.screen.source_player.source is not None)
    await stage.settle()
    return stage.screen


@pytest.mark.long("screens")
async def test_f_shows_the_film_alone_and_returns_to_the_seen_frame(studio: Studio) -> None:
    async with on(studio, "timeline", (80, 24)) as stage:
        await stage.press("1", "0", "l")
        player = await opened(stage)
        assert player.source_player.frame == 10
        picture = player.query_one("#picture", Picture)
        await stage.until(lambda: picture.drawing is not None)
        assert picture.size == (80, 23), "all but one row"
        bar = stage.lines()[-1]
        assert bar.startswith(" ■  00:00:00:10  1A  ")
        assert "25 fps  0 dropped" in bar
        await stage.press("w", "i", "5", "l", "o")
        assert player.source_player.source is not None
        first, end = player.source_player.source.range
        assert end - first == 6
        await stage.press("0")
        assert "]" in stage.lines()[-1], "in and out are in one cell of so long a film"
        player.bar_seconds = 0.3
        await stage.press("R")
        await stage.pilot.press("space")
        await stage.until(lambda: player.source_player.screen_player.pace.shown > 12)
        assert first <= player.source_player.frame < end, "round and round the six frames"
        await stage.until(lambda: player.is_bar_hidden)
        assert not stage.lines()[-1].strip()
        player.bar_seconds = 60.0
        await stage.pilot.press("%")
        await stage.until(lambda: not player.is_bar_hidden)
        assert "▶ 1× loop" in stage.lines()[-1]
        # Escape cancels the incomplete chord, which would otherwise include the K.
        await stage.press("escape", "K")
        frame = player.source_player.frame
        assert not player.source_player.playing
        await stage.press("F")
        assert stage.screen.MODE == "timeline"
        assert stage.screen.playhead == frame, "the playhead followed"
        assert (stage.screen.cut.mark_in, stage.screen.cut.mark_out) == (first, end)


@pytest.mark.long("screens")
async def test_picture_on_a_very_wide_terminal_has_the_largest_width(studio: Studio) -> None:
    """Kitty's placeholders can name 297 columns. Pictures that are drawn directly use the same limit."""
    async with on(studio, "timeline", (320, 50)) as stage:
        player = await opened(stage)
        picture = player.query_one("#picture", Picture)
        for way in ("kitty", "iterm2", "sixel"):
            picture.show_own_drawing(None, "")
            wide = replace(stage.app.terminal, colours="truecolor", pictures=way, cell=(3, 24))
            stage.app.use_terminal(wide)
            await stage.until(lambda: picture.drawing is not None)
            assert picture.drawing is not None
            assert {strip.cell_length for strip in picture.drawing.strips} == {297}
            pixels = picture.drawing.pixels
            assert pixels is not None
            assert pixels.columns == 297


@pytest.mark.long("screens")
async def test_command_line_takes_the_place_of_the_bar(studio: Studio) -> None:
    async with on(studio, "timeline", (80, 24)) as stage:
        player = await opened(stage)
        for key, words in ((":", "00:00:02:00"), ("/", "rain")):
            await stage.press(key)
            await stage.type(words)
            await stage.press("left")
            assert any(words in row for row in stage.lines())
            assert "fps" not in stage.text
            await stage.press("enter")
            assert stage.screen is player
        assert player.source_player.frame == 50
        assert "“rain”" in stage.said
        await stage.press("space")
        assert "fps" in stage.lines()[-1]


@pytest.mark.long("screens")
async def test_shot_without_a_take_shows_its_slate(studio: Studio) -> None:
    async with on(studio, "storyboard", (100, 30)) as stage:
        await stage.press("l")
        player = await opened(stage)
        assert player.source_player.source is not None
        frames = studio.take_snapshot().story.live_shots()[1].frames
        assert (player.source_player.source.frames, player.source_player.source.name) == (frames, "1B")
        picture = player.query_one("#picture", Picture)
        await stage.until(lambda: picture.drawing is not None)
        await stage.press("end", "h")
        assert format_timecode(frames - 2, player.source_player.source.plan.rate) in stage.lines()[-1]
        await stage.press("escape")
        assert stage.screen.MODE == "storyboard"


async def test_reason_is_shown_where_nothing_can_play(tmp_path: Path) -> None:
    studio = studio_setup.make_studio(tmp_path / "home", script=None)
    run_by_id(studio, "project.new", {"name": "Bare"})
    async with on(studio, "timeline", (100, 30)) as stage:
        await stage.press("F")
        assert "full screen" in stage.said
        run_by_id(studio, "cut.new", {"name": "empty"})
        await stage.until(lambda: stage.app.film is not None and stage.app.film.cut is not None)
        await stage.press("F")
        await stage.until(lambda: "nothing to play" in stage.text)
        await stage.press("space", "l", "i", "R", "q")
        assert stage.screen.MODE == "timeline"


@pytest.mark.long("screens")
async def test_every_key_of_the_bar_works(studio: Studio) -> None:
    async with on(studio, "timeline", (80, 24)) as stage:
        await stage.press("R")
        player = (await opened(stage)).source_player
        assert player.loop, "as on the timeline"
        assert player.source is not None
        second = stage.lines()[-1]
        assert "■ loop" in second
        await stage.press("shift+right", "w")
        edit = player.frame
        assert edit in player.source.list_edit_frames()
        await stage.press("b", "w")
        assert player.frame == edit
        await stage.press("G", "i", "g", "x", "shift+left")
        assert player.frame == player.source.frames - 26
        assert player.source.mark_in is None
        await stage.press("0", "4", "l", "i", "3", "l", "o", "0", "O")
        assert player.frame == 7
        await stage.press("I")
        assert player.frame == 4
        await stage.press("g", "x", "K")
        assert "■ slow loop" in stage.lines()[-1]
        await stage.pilot.press("L")
        await stage.until(lambda: "▶ ¼×" in stage.lines()[-1])
        await stage.until(lambda: player.screen_player.pace.shown > 1)
        await stage.pilot.press("L")
        await stage.until(lambda: "▶ ½×" in stage.lines()[-1])
        await stage.press("K", "K")
        await stage.pilot.press("8", "L")
        await stage.until(lambda: "▶ 8×" in stage.lines()[-1])
        await stage.press("K")
        await stage.pilot.press("2", "J")
        await stage.until(lambda: "◀ 2× loop" in stage.lines()[-1])
        await stage.press("space")
        assert not player.playing


@pytest.mark.long("screens")
async def test_picture_is_inspected_and_the_bar_names_the_keys(studio: Studio) -> None:
    async with on(studio, "timeline", (80, 24)) as stage:
        player = await opened(stage)
        picture = player.query_one("#picture", Picture)

        async def drawn() -> list[str]:
            held = player.source_player
            await stage.until(lambda: held._drawn is not None and held._drawn == held._requested)
            await stage.settle()
            return [repr(list(strip)) for strip in picture.drawing.strips] if picture.drawing else []

        plain = await drawn()
        await stage.press("%", "w", "%", "s")
        assert await drawn() != plain
        assert re.search(r"waveform \d+–\d+ %  safe", stage.lines()[-1])
        await stage.press("%", "x", "%", "c")
        await stage.until(lambda: re.search(r"COLOUR  384, 256  RGB .* luma", stage.lines()[-1]))
        frame = player.source_player.frame
        await stage.press("L", "j")
        await stage.until(lambda: "394, 257  RGB" in stage.lines()[-1])
        assert player.source_player.frame == frame, "the keys move the cross"
        await stage.press("escape", "%", "z", "+", "escape")
        assert "4×" in stage.lines()[-1]
        assert await drawn() != plain
        await stage.press("z", "l")
        assert player.viewing_keys.viewing.centre[0] > 0.5
        await stage.press("z", "f", "%", "r")
        assert stage.screen.is_asking
        await stage.type("2.39")
        await stage.press("enter")
        assert "2.39" in stage.lines()[-1]
        await stage.press("%", "x", "%", "d")
        assert "to compare" in stage.said
        await stage.press("%", "g", "%", "d")
        await stage.until(lambda: "nothing differs" in stage.lines()[-1])
        await stage.press("w")
        await stage.until(lambda: "% differs, by" in stage.lines()[-1])
        player.bar_seconds = 0.1
        await stage.pilot.press("space")
        await stage.until(lambda: player.source_player.screen_player.pace.shown > 8)
        assert "differs" in stage.lines()[-1], "the bar stays while it has figures to tell"
        await stage.press("K", "%", "x", "0")
        assert await drawn() == plain
        stage.app.keyboard.hints_after = 0.01
        await stage.press("%")
        await stage.until(lambda: stage.screen.hints.display)
        for words in ("waveform", "vectorscope", "pixel", "flicker", "zoom and pan"):
            assert words in stage.text
        await stage.press("escape", "?")
        await stage.until(lambda: "Player, full screen" in stage.text)
        await stage.press("escape", "F")
        assert stage.screen.MODE == "timeline"


@pytest.mark.long("screens")
async def test_files_takes_and_cuts_play_and_two_takes_play_in_step(tmp_path: Path) -> None:
    make_night(tmp_path / "night").close()
    studio = make_studio(tmp_path / "night")
    project = studio.require_project()
    cut = studio.take_snapshot().cut
    assert cut is not None
    sound, _ = add_sound(project, cut)
    async with on(studio, "review", (160, 45)) as stage:
        await stage.until(lambda: stage.screen.take_player.loaded is not None)
        await stage.press("5", "l", "A")
        await stage.until(lambda: stage.screen.take_player.loaded_beside is not None)
        player = await opened(stage)
        assert player.source_player.source is not None
        assert (player.source_player.frame, len(player.source_player.source.plans)) == (5, 2)
        one, other = (player.query_one(id, Picture) for id in ("#picture", "#other"))
        await stage.until(lambda: one.drawing is not None and other.drawing is not None)
        assert one.region.right <= other.region.x
        assert one.size == other.size
        both: list[tuple[int, ...]] = []
        player.source_player._monitors = (
            RecordingMonitor(stage, "one", both),
            RecordingMonitor(stage, "other", both),
        )
        await stage.pilot.press("space")
        await stage.until(lambda: player.source_player.screen_player.pace.shown > 20)
        await stage.press("K")
        pairs = list(zip(both[::2], both[1::2], strict=False))
        assert all(left == right for left, right in pairs), "the same frame of both, one by one"
        await stage.press("%", "f")
        await stage.until(lambda: "flicker" in stage.lines()[-1])
        await stage.until(lambda: not other.display, "two that are compared are in one picture")
        await stage.press("%", "f")
        await stage.until(lambda: other.display)
        frame = player.source_player.frame
        await stage.press("F")
        assert stage.screen.take_player.frame == frame
        await stage.press("g", "m")
        await stage.until(lambda: stage.screen.MODE == "media" and stage.screen.asset is not None)
        stage.screen.rows.show_rows(stage.screen.rows.rows, key=sound.id)
        player = await opened(stage)
        assert player.source_player.source is not None
        assert (player.source_player.source.name, player.source_player.source.frames) == ("rain.wav", 750)
        await stage.press("F", "g", "c")
        await stage.until(lambda: stage.screen.MODE == "cuts")
        player = await opened(stage)
        assert player.source_player.source is not None
        assert player.source_player.source.name == cut.name
        await stage.press("F")
    client = studio.client_or_none()
    if client is not None:
        client.stop(now=True, wait=5.0)
    studio.close()


class RecordingMonitor(Monitor):
    """A monitor that records the requested frames and their sizes."""

    def __init__(self, stage: Stage, slot: str, seen: list[tuple[int, ...]]) -> None:
        super().__init__(stage.app.pictures, slot)
        self.seen = seen

    async def draw_plan_frame(
        self, plan: RenderPlan, frame: int, width: int, height: int, **how: Any
    ) -> Drawing | None:
        self.seen.append((frame, width, height))
        return await super().draw_plan_frame(plan, frame, width, height)


class FirstLight(Monitor):
    """A monitor whose first picture has reduced detail, as over a slow connection while keys are arriving."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage.app.pictures, "first-light")
        self.asked = 0

    async def draw_plan_frame(
        self, plan: RenderPlan, frame: int, width: int, height: int, **how: Any
    ) -> Drawing | None:
        found = await super().draw_plan_frame(plan, frame, width, height, **how)
        self.asked += 1
        self.is_light = self.asked == 1
        return found


async def test_coarse_picture_is_refined_when_keys_rest(studio: Studio) -> None:
    async with on(studio, "timeline", (80, 24)) as stage:
        player, monitor = (await opened(stage)).source_player, FirstLight(stage)
        player._monitors = (monitor,)
        await stage.press("l")
        await stage.until(lambda: monitor.asked == 2)
        assert not monitor.is_light
