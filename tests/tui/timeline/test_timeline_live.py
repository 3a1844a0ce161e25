"""Test titles, effects, speed and level by keys with a live picture: keys change values and pixels, and each
change is reverted by one undo.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.plan.plan import find_stretch_at
from milimo_tui.cut.values.cut import Clip, Cut
from milimo_tui.cut.values.effects import RAMP
from milimo_tui.media.compose.frame import compose
from milimo_tui.media.compose.layers import LayerSources
from milimo_tui.media.picture.colour import Rgb, to_rgb
from milimo_tui.studio.session.studio import Studio
from tests.tui.rain_market import add_sound, make_studio
from tests.tui.stage import Stage, on
from tests.tui.timeline.test_timeline_screen import LENGTHS, cut_of, v1

A, B = LENGTHS[:2]


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = make_studio(tmp_path / "home")
    yield made
    made.close()


def edits(stage: Stage) -> int:
    return len(stage.app.studio.require_project().list_history(cut_of(stage).id))


def titles(cut: Cut) -> list[Clip]:
    return [clip for clip in cut.clips if clip.effects.title is not None]


def second(cut: Cut) -> Clip:
    """Return the second clip on V1."""
    track = next(track for track in cut.tracks if track.magnetic)
    return layout(cut).get_row(track.id)[1].clip


def picture(stage: Stage, frame: int) -> Rgb:
    """Return a frame of the film from the plan on the screen, composed as in a render."""
    plan = stage.screen.plan
    sources = LayerSources(plan.width, plan.height)
    try:
        return to_rgb(compose(plan, find_stretch_at(plan, frame), frame, sources).frame)
    finally:
        sources.close()


@pytest.mark.long("screens")
async def test_title_is_typed_on_the_frame_and_kept_as_one_edit(studio: Studio) -> None:
    async with on(studio, "timeline", (80, 24)) as stage:
        before, bare = edits(stage), picture(stage, A + 20)
        await stage.press("w", "Z", "t")
        assert stage.lines()[-1].strip().startswith("TITLE")
        assert "Title over 1B" in stage.text
        await stage.type("The Last Night")
        await stage.settle()
        assert "The Last Night" in stage.text, "the words are there at once"
        assert titles(cut_of(stage)) == [], "nothing is written yet"
        (tried,) = titles(stage.screen.live_modes.live_edit.after.cut)
        assert tried.effects.title is not None
        assert tried.effects.title.text.endswith("Night|"), "where the next letter comes"
        await stage.press("enter")
        (made,) = titles(cut_of(stage))
        assert made.effects.title is not None
        assert (made.effects.title.text, made.effects.title.style) == ("The Last Night", "lower third")
        assert edits(stage) == before + 1
        assert layout(cut_of(stage)).get_start(made.id) == A
        await stage.until(lambda: not stage.screen.is_plan_due)
        lit = picture(stage, A + 20).astype(int) - bare
        rows, columns = np.nonzero(lit.max(axis=2) > 80)
        height, width = lit.shape[:2]
        assert rows.size, "it is on the film"
        assert rows.mean() > height * 0.7
        assert columns.mean() < width * 0.5
        await stage.press("u")
        assert titles(cut_of(stage)) == []


@pytest.mark.long("screens")
async def test_title_is_placed_styled_and_timed_by_keys(studio: Studio) -> None:
    async with on(studio, "timeline", (80, 24)) as stage:
        await stage.press("w", "Z", "t")
        await stage.type("Rain")
        await stage.press("down")
        await stage.type("Market")
        await stage.press("tab", "escape")
        assert "Enter apply" in stage.lines()[-1]
        assert "card" in stage.screen.live_modes.title_mode.edit.style
        await stage.press("1", "0", "l", "k", "K", "+", "]", "]", ">", "c", "u")
        edit = stage.screen.live_modes.title_mode.edit
        assert (edit.x, edit.y) == (0.1, -0.06)
        frames = edit.frames
        await stage.press("enter")
        (made,) = titles(cut_of(stage))
        assert made.effects.title is not None
        assert made.effects.title.text == "Rain\nMarket"
        assert made.effects.title.fills
        assert (made.effects.get_value_at("x", 0), made.effects.get_value_at("y", 0)) == (0.1, -0.06)
        assert (made.frames, made.fade_in) == (frames, 1)
        lane = stage.screen.cutting.lanes
        assert any(span.clip.id == made.id for each in lane for span in each.spans)
        await stage.press("k", "Z", "t")
        await stage.press("backspace", "enter")
        (again,) = titles(cut_of(stage))
        assert again.id == made.id
        assert again.effects.title is not None
        assert again.effects.title.text == "Rain\nMarke", "the one that is there is changed"


@pytest.mark.long("screens")
async def test_title_without_words_is_refused_and_esc_cancels(studio: Studio) -> None:
    async with on(studio, "timeline", (80, 24)) as stage:
        before = edits(stage)
        await stage.press("w", "Z", "t", "enter")
        assert "✕ a title" in stage.said
        assert stage.lines()[-1].strip().startswith("TITLE")
        await stage.type("x")
        await stage.press("escape", "escape")
        assert "no title" in stage.said
        assert edits(stage) == before
        assert stage.screen.playhead == A, "the playhead is where it was"
        assert stage.lines()[-1].strip().startswith("NORMAL")


@pytest.mark.long("screens")
async def test_effect_is_found_previewed_and_applied(studio: Studio) -> None:
    async with on(studio, "timeline", (80, 24)) as stage:
        before, bare = edits(stage), picture(stage, A)
        await stage.press("w", "Z", "e")
        assert "film grain" in stage.text
        assert "as is" in stage.text
        await stage.press("/")
        await stage.type("sepia")
        await stage.press("enter", "h", "h")
        mode = stage.screen.live_modes.effects_mode
        assert [each.name for each in mode.matching_effects] == ["old film", "sepia"]
        await stage.press("j")
        assert mode.current_effect.name == "sepia"
        await stage.until(lambda: not stage.screen.is_plan_due)
        tried = picture(stage, A)
        assert edits(stage) == before
        await stage.press("enter")
        assert edits(stage) == before + 1
        await stage.until(lambda: not stage.screen.is_plan_due)
        assert (picture(stage, A) == tried).all(), "what was tried is what is rendered"
        assert (tried != bare).any()
        assert second(cut_of(stage)).effects.get_curve("saturation")[0].value < 0.2
        await stage.press("u")
        assert not second(cut_of(stage)).effects.curves


@pytest.mark.long("screens")
async def test_leaving_the_list_of_effects_applies_none(studio: Studio) -> None:
    async with on(studio, "timeline", (110, 30)) as stage:
        before = edits(stage)
        await stage.press("w", "Z", "e", "j", "l", "escape")
        assert edits(stage) == before
        assert not second(cut_of(stage)).effects.curves
        await stage.press("Z", "e", "/")
        await stage.type("no such thing")
        await stage.press("enter", "enter")
        assert "no effect" in stage.said
        await stage.press("escape")


@pytest.mark.long("screens")
async def test_clip_is_slowed_to_half_by_a_number(studio: Studio) -> None:
    async with on(studio, "timeline", (80, 24)) as stage:
        before = edits(stage)
        await stage.press("w", "Z", "v")
        assert stage.lines()[-1].strip().startswith("SPEED")
        assert any("200 %" in line for line in stage.lines())
        await stage.press("5", "0", "enter")
        clip = second(cut_of(stage))
        assert (clip.effects.speed, clip.frames, clip.effects.keeps_pitch) == (Fraction(1, 2), 2 * B, True)
        assert edits(stage) == before + 1
        await stage.press("u")
        assert v1(cut_of(stage)) == LENGTHS


@pytest.mark.long("screens")
async def test_ramp_is_drawn_under_its_clip_and_kept(studio: Studio) -> None:
    async with on(studio, "timeline", (110, 30)) as stage:
        before = edits(stage)
        await stage.press("w", "+", "+", "Z", "v", "m", "2", "0", "l", "m", *["k"] * 10)
        assert "200 %" in stage.said
        assert "Enter apply" in stage.lines()[-1]
        assert sum(line.count("◆") for line in stage.lines()) >= 2
        assert any("╭" in line or "╯" in line for line in stage.lines())
        edit = stage.screen.live_modes.curve_mode.edit
        assert [(key.frame, key.value) for key in edit.keys] == [(0, 1.0), (20, 2.0)]
        await stage.press("e", "p", "u", "enter")
        clip = second(cut_of(stage))
        assert edits(stage) == before + 1
        assert len(clip.effects.get_curve(RAMP)) == 2
        assert clip.effects.keeps_pitch
        assert clip.frames < B, "the same part of the take, faster"
        await stage.press("Z", "v")
        assert [key.value for key in stage.screen.live_modes.curve_mode.edit.keys] == [1.0, 2.0]
        await stage.press("x", "escape")
        assert second(cut_of(stage)) == clip, "given up"


@pytest.mark.long("screens")
async def test_impossible_speed_is_refused_and_nothing_is_lost(studio: Studio) -> None:
    async with on(studio, "timeline", (110, 30)) as stage:
        await stage.press("w", "Z", "v", "0", "enter")
        assert "a freeze frame" in stage.said
        assert "Z f" in stage.said
        await stage.press("f", "2", "0", "0", "enter")
        assert "✕" in stage.said
        assert v1(cut_of(stage)) == LENGTHS
        assert stage.lines()[-1].strip().startswith("SPEED")
        await stage.press("escape")


@pytest.mark.long("screens")
async def test_level_is_keyframed_in_decibels(studio: Studio) -> None:
    async with on(studio, "timeline", (80, 24)) as stage:
        await stage.press("w", "Z", "m", "m", "2", "0", "l", "3", "j", "enter")
        volume = second(cut_of(stage)).effects.get_curve("volume")
        assert [(key.frame, key.value) for key in volume] == [(0, 0.0), (20, -3.0)]
        await stage.press("Z", "m", "-")
        await stage.type("6")
        await stage.press("enter", "enter")
        assert [key.value for key in second(cut_of(stage)).effects.get_curve("volume")] == [-6.0]


@pytest.mark.long("screens")
async def test_levels_of_clip_track_and_music_under_speech_are_changed(studio: Studio) -> None:
    project = studio.require_project()
    cut = studio.take_snapshot().cut
    assert cut is not None
    add_sound(project, cut)
    async with on(studio, "timeline", (200, 50)) as stage:
        await stage.press("w", "Z", "+", "3", "Z", "-")
        assert second(cut_of(stage)).gain_db == -2
        await stage.press("2", "T", "-", "T", "m")
        main = next(track for track in cut_of(stage).tracks if track.magnetic)
        assert (main.gain_db, main.muted) == (-2, True)
        assert any("m····" in line and "−2.0 dB" in line for line in stage.lines())
        await stage.press("T", "m")
        rain = next(track for track in cut_of(stage).tracks if track.name == "A2")
        while stage.screen.cutting.get_lane(stage.screen.view.lane).track.id != rain.id:
            await stage.press("j")
        await stage.press("0", "Z", "q")
        (music,) = (clip for clip in cut_of(stage).clips if clip.track == rain.id)
        levels = [key.value for key in music.effects.get_curve("ducking")]
        assert min(levels) == -12
        assert max(levels) == 0
        await stage.press("Z", "q")
        assert "already" in stage.said
        await stage.press("u")
        (music,) = (clip for clip in cut_of(stage).clips if clip.track == rain.id)
        assert not music.effects.curves


@pytest.mark.long("screens")
async def test_leaving_the_screen_keeps_the_edit(studio: Studio) -> None:
    async with on(studio, "timeline", (110, 30)) as stage:
        await stage.press("w", "Z", "v", "m", "k", "g", "b")

        def ramp() -> object:
            film = stage.app.film
            return film is not None and film.cut is not None and second(film.cut).effects.get_curve(RAMP)

        await stage.until(ramp)
        await stage.press("g", "t")
        assert stage.lines()[-1].strip().startswith("NORMAL")
