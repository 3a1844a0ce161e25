"""Test the mixer with keys at 80×24 and 200×50: every strip is set, routed, automated and metered."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from milimo_tui.cut.layout.strips import list_strips
from milimo_tui.cut.values.cut import Cut
from milimo_tui.cut.values.mixer import MixStrip
from milimo_tui.studio.registry.registry import run_by_id
from milimo_tui.studio.session.studio import Studio
from tests.tui.rain_market import add_sound, make_studio
from tests.tui.stage import on


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    studio = make_studio(tmp_path / "home")
    cut = studio.take_snapshot().cut
    assert cut is not None
    add_sound(studio.require_project(), cut)
    return studio


def read_cut(studio: Studio) -> Cut:
    cut = studio.take_snapshot().cut
    assert cut is not None
    return cut


def strip_of(studio: Studio, name: str) -> MixStrip:
    return next(each for each in list_strips(read_cut(studio)) if each.name == name)


@pytest.mark.long("screens")
@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
async def test_strips_are_set_with_keys(studio: Studio, size: tuple[int, int]) -> None:
    async with on(studio, "timeline", size) as stage:
        await stage.press("g", "i")
        text = "\n".join(stage.lines())
        assert all(word in text for word in ("A1", "A2", "V1", "master", "●", "0.0 dB"))
        await stage.press("j")
        await stage.press("3", "+")
        await stage.press("-")
        await stage.press("5", "h")
        await stage.press("m")
        await stage.press("s")
        strip = strip_of(studio, "A2")
        assert (strip.gain_db, strip.pan, strip.muted, strip.solo) == (2.0, -0.5, True, True)
        text = "\n".join(stage.lines())
        assert "+2.0 dB" in text
        assert "L50 MS" in text
        await stage.press("u", "u")
        assert (strip_of(studio, "A2").muted, strip_of(studio, "A2").solo) == (False, False)
        await stage.press("a")
        await stage.type("Verb")
        await stage.press("enter")
        await stage.press("b")
        await stage.type("Verb")
        await stage.press("enter")
        await stage.press("v")
        await stage.press("backspace")
        await stage.type("-6")
        await stage.press("enter")
        await stage.press("f", "a")
        await stage.type("preset hall")
        await stage.press("enter", "enter")
        strip = strip_of(studio, "A2")
        assert strip.bus == strip_of(studio, "Verb").id
        assert [key.value for key in strip.automation.get_curve("volume")] == [-6.0]
        assert [effect.name for effect in strip.chain] == ["reverb"]
        await stage.press("r")
        assert (strip_of(studio, "A2").gain_db, strip_of(studio, "A2").pan) == (0.0, 0.0)


@pytest.mark.long("screens")
async def test_mixer_with_twenty_strips_is_readable_in_a_small_terminal(studio: Studio) -> None:
    for _ in range(14):
        run_by_id(studio, "cut.track_add", {"kind": "audio"})
    async with on(studio, "timeline", (80, 24)) as stage:
        await stage.press("4", "0", "l", "g", "i", "j")
        await stage.until(lambda: stage.screen.levels)
        lines = stage.lines()
        assert re.search(r"master −\d+\.\d dBFS  −\d+\.\d LUFS", lines[0]), (
            "its strip is below the visible ones"
        )
        details = "\n".join(lines[-8:-2])
        assert all(word in details for word in ("dBFS   RMS", "M  ", "S LUFS   correlation"))
        assert all(word in details for word in ("role", "effects", "sends", "automation"))
        assert all(word in lines[-1] for word in ("+ louder", "pan right", "m mute", "s solo", "w send"))
        headings, first = lines[2], lines[3]
        assert headings.index("strip") == first.index("A1")
        await stage.press("G", "+")
        assert strip_of(studio, "master").gain_db == 1.0


@pytest.mark.long("screens")
async def test_meters_show_the_sound_and_the_automatic_mix_is_one_step(studio: Studio) -> None:
    async with on(studio, "timeline", (120, 40)) as stage:
        await stage.press("4", "0", "l")
        await stage.press("g", "i")
        await stage.until(lambda: "█" in "\n".join(stage.lines()))
        await stage.press("j")
        text = "\n".join(stage.lines())
        assert "RMS" in text
        assert "correlation" in text
        await stage.press("A")
        await stage.until(lambda: "base level of ambience" in "\n".join(stage.lines()))
        await stage.press("escape")
        await stage.press("y")
        await stage.until(lambda: bool(read_cut(studio).buses))
        assert {bus.name for bus in read_cut(studio).buses} == {"Dialogue", "Ambience"}
        await stage.press("u")
        assert read_cut(studio).buses == ()


@pytest.mark.long("screens")
@pytest.mark.parametrize("words", ["mixer", "volume", "balance", "louder"])
async def test_palette_finds_the_mixer_by_everyday_words(studio: Studio, words: str) -> None:
    async with on(studio, "timeline", (120, 40)) as stage:
        await stage.press("ctrl+p")
        await stage.type(words)
        await stage.until(lambda: "open the mixer" in "\n".join(stage.lines()).casefold())


@pytest.mark.long("screens")
async def test_effects_of_a_strip_are_edited_heard_compared_and_applied(studio: Studio) -> None:
    async with on(studio, "timeline", (80, 24)) as stage:
        await stage.press("g", "i", "f", "a")
        await stage.type("eq")
        await stage.press("enter", "j", "l", "v", "]", "l")
        mixer, mode = stage.screen, stage.screen.strip_effects
        curve = mode.edit.chain[0].get_curve("low_cut")
        assert [key.frame for key in curve] == [0, 25]
        assert strip_of(studio, "A1").chain == ()
        heard = mode.change_film(studio.take_snapshot()).cut
        assert heard is not None
        assert next(each for each in list_strips(heard) if each.name == "A1").chain == mode.edit.chain
        await stage.until(lambda: mixer._plan is not None and mixer._plan.mixer is not None)
        await stage.press("A")
        assert mode.heard_chain[0].bypassed
        tried = mode.edit.chain
        await stage.press("enter")
        assert strip_of(studio, "A1").chain == tried
        await stage.press("u")
        assert strip_of(studio, "A1").chain == ()
        await stage.press("f", "a")
        await stage.type("limiter")
        await stage.press("enter", "escape")
        assert strip_of(studio, "A1").chain == ()
        assert not mode.is_on


@pytest.mark.long("screens")
async def test_the_keys_of_a_screen_open_it_without_the_list_that_was_over_it(studio: Studio) -> None:
    async with on(studio, "timeline", (80, 24)) as stage:
        await stage.press("g", "i")
        assert stage.screen.TITLE == "Mixer"
        await stage.press("g", "f")
        assert stage.screen.TITLE == "Film"
        await stage.press("g", "t")
        assert stage.screen.TITLE == "Timeline"
        await stage.press("g", "i", "g", "f", "backspace")
        assert stage.screen.TITLE == "Mixer", "Backspace returns to the screen as it was left"


@pytest.mark.long("screens")
async def test_mixer_and_timeline_share_one_playhead(studio: Studio) -> None:
    async with on(studio, "timeline", (80, 24)) as stage:
        await stage.press("g", "i")
        mixer = stage.screen
        await stage.until(lambda: mixer._plan is not None)
        await stage.press("3", "]", "[")
        lines = stage.lines()
        assert "■ 00:00:02:00" in lines[0]
        assert "long  00:00:02:00" in "\n".join(lines[-3:])
        assert read_cut(studio).playhead == 50
        await stage.press("+", "v")
        assert "fader (+1.0 dB)" in "\n".join(stage.lines())
        await stage.press("escape", "escape")
        assert (stage.screen.TITLE, stage.screen.playhead) == ("Timeline", 50)
        await stage.press("g", "f", "g", "i", "]", "g", "t")
        assert (stage.screen.TITLE, stage.screen.playhead) == ("Timeline", 75)
        await stage.press("g", "i", "?")
        pages = [stage.text]
        for _ in range(6):
            await stage.press("pagedown")
            pages.append(stage.text)
        assert "second forward" in "\n".join(pages)


@pytest.mark.long("screens")
async def test_mixer_leaves_the_playhead_where_playback_stopped(studio: Studio) -> None:
    async with on(studio, "timeline", (80, 24)) as stage:
        await stage.press("g", "i")
        mixer = stage.screen
        await stage.until(lambda: mixer._plan is not None)
        await stage.pilot.press("space")
        await stage.until(lambda: mixer.frame > 3)
        await stage.press("space")
        at = mixer.frame
        lines = stage.lines()
        assert re.findall(r"\d\d:\d\d:\d\d:\d\d", lines[0]) == re.findall(
            r"long  (\d\d:\d\d:\d\d:\d\d)", "\n".join(lines[-3:])
        )
        await stage.press("g", "t")
        assert stage.screen.playhead == at


@pytest.mark.long("screens")
async def test_meters_are_empty_while_the_only_solo_track_is_muted(studio: Studio) -> None:
    async with on(studio, "timeline", (80, 24)) as stage:
        await stage.press("4", "0", "l", "g", "i")
        await stage.until(lambda: "█" in stage.text)
        await stage.press("s", "m")
        await stage.until(lambda: "MS" in stage.text and "█" not in stage.text and "LUFS" not in stage.text)
        await stage.press("s", "m")
        await stage.until(lambda: "█" in stage.text)
