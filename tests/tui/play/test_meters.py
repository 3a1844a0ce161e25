"""Test level meters: they move as the standard requires and with the sound, and they stop with it."""

from __future__ import annotations

import re
from pathlib import Path

import psutil
import pytest

from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.play.meters import Meters
from milimo_tui.tui.play.player_screen import PlayerScreen
from milimo_tui.tui.sound.levels import HOLD_SECONDS, LOWEST, LevelTrack, Needle
from tests.tui.play.speakers import Shop
from tests.tui.rain_market import make_studio
from tests.tui.stage import on


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return make_studio(tmp_path / "home")


def test_needle_rises_at_once_and_falls_by_20_db_in_1_7_seconds() -> None:
    needle = Needle().move_needle(-3.0, 0.04)
    assert (needle.at, needle.peak) == (-3.0, -3.0)
    for _ in range(170):
        needle = needle.move_needle(LOWEST, 0.01)
    assert needle.at == pytest.approx(-23.0)
    assert needle.peak == pytest.approx(-3.0 - (1.7 - HOLD_SECONDS) * 20 / 1.7, abs=0.2), (
        "held, then it falls"
    )
    for _ in range(600):
        needle = needle.move_needle(LOWEST, 0.01)
    assert needle.is_at_rest


def test_levels_belong_to_the_moment_that_is_heard() -> None:
    track = LevelTrack()
    track.add_levels(48_000, 48_000, [(-20.0, -30.0, -25.0), (-10.0, -40.0, -24.0), (-5.0, -6.0, -23.0)])
    assert track.take_loudest(47_999) is None
    assert track.take_loudest(48_000) == (-20.0, -30.0, -25.0)
    assert track.take_loudest(48_000 + 3840) == (-5.0, -6.0, -23.0), "the loudest since the last look"
    track.add_levels(0, 48_000, [(-50.0, -50.0, -50.0)])
    assert track.take_loudest(100) == (-50.0, -50.0, -50.0), "a loop that goes round begins anew"


@pytest.mark.long("sound")
async def test_meters_move_with_the_sound_on_timeline_and_full_screen(studio: Studio) -> None:
    shop = Shop()
    async with on(studio, "timeline", (100, 30)) as stage:
        timeline = stage.screen
        timeline.transport.screen_player.sound.find = shop.find
        meters = timeline.query_one(Meters)
        assert not meters.display, "nothing was heard yet"
        await stage.pilot.press("space")
        await stage.until(lambda: meters.display and max(n.at for n in meters.needles) > -20)
        await stage.until(lambda: meters.loudness > -40)
        await stage.until(lambda: meters.size.width == 3)
        await stage.pilot.press("F")
        await stage.until(
            lambda: isinstance(stage.screen, PlayerScreen) and stage.screen.source_player.playing
        )
        player = stage.screen
        lying = player.query_one(Meters)
        await stage.until(lambda: lying.display and lying.loudness > -40)
        await stage.until(lambda: lying.size == (16, 1))
        await stage.until(lambda: re.search(r" -\d\d$", stage.lines()[-1].rstrip()), "no loudness is shown")
        assert len(shop.sold) == 1, "one device for both"
        await stage.press("K", "F")
        assert stage.screen is timeline
        assert shop.sold[0].closed == 0
        await stage.until(lambda: meters.is_at_rest)
    assert shop.sold[0].closed == 1


@pytest.mark.alone
@pytest.mark.long("sound")
async def test_slow_device_is_left_with_one_message_and_the_film_continues(studio: Studio) -> None:
    shop = Shop(pace=0.5)
    async with on(studio, "timeline", (100, 30)) as stage:
        stage.screen.transport.screen_player.sound.find = shop.find
        for _ in range(2):
            # Read the sample count before playback, because the slow device is soon closed.
            fed = shop.sold[0].fed if shop.sold else 0
            await stage.pilot.press("space")
            await stage.until(lambda: stage.screen.transport.playing)
            await stage.until(lambda fed=fed: shop.sold and shop.sold[0].fed > fed)  # type: ignore[misc]
            at = stage.screen.playhead
            await stage.until(lambda at=at: stage.screen.playhead > at + 40)  # type: ignore[misc]
            await stage.press("K")
        texts = [one.text for one in stage.app.messages if "sound device" in one.text]
        assert len(texts) == 1
        assert "machine's clock" in texts[0]
        assert len(texts[0]) < 80


@pytest.mark.alone
@pytest.mark.long("sound")
async def test_film_continues_after_the_viewer_was_killed(studio: Studio) -> None:
    shop = Shop()
    async with on(studio, "timeline", (100, 30)) as stage:
        stage.screen.transport.screen_player.sound.find = shop.find

        def is_left() -> bool:
            """Return True if the player reported that it stopped using the sound device. This happens if the
            machine stalls and the device falls behind.
            """
            return any("sound device" in one.text for one in stage.app.messages)

        await stage.press("R")
        await stage.pilot.press("space")
        for _ in range(2):
            at, fed = stage.screen.playhead, shop.sold[0].fed if shop.sold else 0
            await stage.until(lambda at=at: stage.screen.playhead > at + 10)  # type: ignore[misc]
            await stage.until(lambda fed=fed: is_left() or shop.sold[0].fed > fed)  # type: ignore[misc]
            assert stage.screen.transport.playing
            for child in psutil.Process().children():
                if "milimo_tui.media.viewer.process" in child.cmdline():
                    child.kill()
        at = stage.screen.playhead
        await stage.until(lambda: stage.screen.playhead > at + 10)
        assert [one.text for one in stage.app.messages if one.kind == "error"] == []
        await stage.press("K")
