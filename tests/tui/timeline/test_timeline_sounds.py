"""Test sound orders by keys at 80×24: music as long as the cut, variations, picks and the sound library."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import Clip
from milimo_tui.studio.registry.registry import run_by_id
from milimo_tui.studio.session.studio import Studio
from tests.cli.voice.test_lines import write_tone
from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.tui.rain_market import make_studio
from tests.tui.stage import on

__all__ = ["tiny"]


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = make_studio(tmp_path / "home", takes=False)
    yield made
    made.close()


def list_clips(studio: Studio, name: str) -> list[Clip]:
    """Return the clips on a track of the cut; none if there is no such track."""
    cut = studio.take_snapshot().cut
    assert cut is not None
    track = next((track for track in cut.tracks if track.name == name), None)
    return [each.clip for each in layout(cut).get_row(track.id)] if track else []


@pytest.mark.long("screens")
async def test_three_keys_make_music_as_long_as_the_cut(studio: Studio, tiny: Tiny) -> None:
    furnish(studio.home.root, tiny, "stable-audio")
    async with on(studio, "timeline", (80, 24)) as stage:
        await stage.press("Z", "M")
        text = "\n".join(stage.lines())
        assert "BPM" in text
        assert stage.screen.form.get_field("engine").default == "stable-audio"
        assert studio.take_snapshot().story.sound_takes == ()
        await stage.press("enter")
        await stage.until(lambda: bool(list_clips(studio, "Music")), "no music")
        cut = studio.take_snapshot().cut
        assert cut is not None
        assert sum(clip.frames for clip in list_clips(studio, "Music")) == layout(cut).frames
        [take] = studio.take_snapshot().story.sound_takes
        assert (take.scene, take.picked) == ("", True)
        await stage.press("u")
        assert list_clips(studio, "Music") == []
        await stage.press("g", "S")
        await stage.until(lambda: any("film" in line and "noise stable" in line for line in stage.lines()))
    assert [row["mark"] for row in run_by_id(studio, "sound.list", {}).data] == ["noise"]


@pytest.mark.long("screens")
async def test_variations_are_heard_picked_and_rated_by_keys(studio: Studio) -> None:
    run_by_id(studio, "sound.make", {"role": "ambience", "scene": "1", "variations": 2})
    run_by_id(studio, "sound.lay", {"take": "1"})
    first, second = studio.take_snapshot().story.sound_takes
    async with on(studio, "timeline", (80, 24)) as stage:
        await stage.press("g", "S")
        text = "\n".join(stage.lines())
        assert "ambience" in text
        assert "in cut" in text
        await stage.press("j", "p")
        assert [clip.source.ref for clip in list_clips(studio, "Ambience")] == [second.asset]
        await stage.press("*", "4")
        assert studio.take_snapshot().story.sound_takes[1].rating == 4
        await stage.press("x")
        assert studio.take_snapshot().story.sound_takes[1].rejected
        await stage.press("x", "escape")
        # The clip is on the last track.
        await stage.press("j", "j", "j", "j", ")")
        assert [clip.source.ref for clip in list_clips(studio, "Ambience")] == [first.asset]
        await stage.press("Z", "M")
        assert stage.screen.form.get_field("kind").text == "ambience"


@pytest.mark.long("screens")
async def test_sound_of_the_library_is_found_and_laid_by_keys(studio: Studio, tmp_path: Path) -> None:
    folder = tmp_path / "sounds"
    folder.mkdir()
    write_tone(folder / "heavy rain.wav", 2)
    write_tone(folder / "door.wav", 1)
    run_by_id(studio, "sound.library.add", {"folder": str(folder)})
    async with on(studio, "timeline", (80, 24)) as stage:
        await stage.press("Z", "M")
        await stage.fill({"kind": "library"})
        await stage.fill({"words": "rain"})
        assert stage.screen.form.get_field("sound").text == "heavy rain.wav"
        await stage.fill({"role": "ambience"})
        await stage.until(lambda: bool(list_clips(studio, "Ambience")), "no ambience")
