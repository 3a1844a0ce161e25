"""Test the inspector on the Timeline by keys: numbers, keyframes, takes and missing files. Each edit is
reverted by one undo.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from milimo_tui.cut.values.cut import Clip
from milimo_tui.cut.values.effects import Title
from milimo_tui.studio.registry.registry import run_by_id
from milimo_tui.studio.session.studio import Studio
from tests.tui.rain_market import add_sound, add_take, make_studio
from tests.tui.stage import Stage, on


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    """Return a studio with the film but without takes. Only slates are shown, so nothing has to be
    decoded.
    """
    return make_studio(tmp_path / "home", takes=False)


def clip_of(stage: Stage) -> Clip:
    """Return the inspected clip as it is stored in the database now."""
    cut = stage.app.studio.require_project().load_cut(stage.screen.cut.id)
    return next(clip for clip in cut.clips if clip.id == stage.screen.pending_edits.inspected_clip.id)


def title_of(stage: Stage) -> Title:
    title = clip_of(stage).effects.title
    assert title is not None
    return title


def labels(stage: Stage) -> list[str]:
    """Return the labels of all edits of the cut that are in effect, oldest first."""
    file = stage.app.studio.require_project()
    return [edit.label for edit in file.list_history(stage.screen.cut.id) if edit.applied]


def panel(stage: Stage) -> str:
    """Return the text of the inspector."""
    inspector = stage.screen.inspector_part.inspector
    return "\n".join(inspector.render_line(y).text for y in range(inspector.size.height))


async def to_setting(stage: Stage, name: str) -> None:
    await stage.press("/")
    await stage.type(name)
    await stage.press("enter")


@pytest.mark.long("screens")
async def test_numbers_change_by_steps_and_typing_with_one_undo_each(studio: Studio) -> None:
    async with on(studio, "timeline", (80, 24)) as stage:
        # The pending edit is never saved because of a pause in typing.
        stage.screen.pending_edits.idle_seconds = 3600.0
        await stage.press("w", "tab")
        assert stage.screen.get_mode_name() == "INSPECT"
        await to_setting(stage, "opacity")
        await stage.press("h", "h", "5", "h", "<")
        assert "83 %" in panel(stage), "seen at once"
        assert clip_of(stage).effects.get_curve("opacity") == (), "and not written yet"
        await stage.press("j")
        assert clip_of(stage).effects.get_value_at("opacity", 0) == pytest.approx(0.83)
        assert [label for label in labels(stage) if "opacity" in label] == ["opacity 0.83 on 1B"]
        await stage.press("1", "2", "0", "enter")
        assert clip_of(stage).effects.get_value_at("scale", 0) == 1.2
        await stage.press("1", ".")
        await stage.type("5")
        await stage.press("enter")
        assert clip_of(stage).effects.get_value_at("scale", 0) == 0.015
        await stage.press("h", "enter")
        assert "from 1 % to 2000 %" not in stage.said
        await stage.press("escape", "-")
        await stage.type("4")
        await stage.press("enter")
        assert "can't be −4 %" in stage.text, "beside the value"
        assert stage.screen.prompt.typed == "-4", "it stays as it was typed"
        await stage.press("escape")
        await stage.press("u", "u", "u")
        assert clip_of(stage).effects.get_value_at("scale", 0) == 1.0
        assert clip_of(stage).effects.get_value_at("opacity", 0) == pytest.approx(0.83)
        await stage.press("U", "r")
        assert clip_of(stage).effects.get_value_at("scale", 0) == 1.0
        await to_setting(stage, "mute")
        await stage.press("enter", "k", "l", "l")
        await stage.press("escape")
        assert clip_of(stage).muted
        assert clip_of(stage).gain_db == 1.0
        assert stage.screen.get_mode_name() == "NORMAL"
        assert "+1.0 dB" in panel(stage) or "muted" in panel(stage)


async def test_status_line_shows_the_mode_at_once(studio: Studio) -> None:
    async with on(studio, "timeline", (80, 24)) as stage:
        for way in ("escape", "tab", "q"):
            await stage.press("enter")
            assert stage.lines()[-1].split()[0] == "INSPECT"
            await stage.press(way)
            assert stage.lines()[-1].split()[0] == "NORMAL", way


@pytest.mark.long("screens")
async def test_zero_is_a_number_and_speed_zero_is_a_still(studio: Studio) -> None:
    async with on(studio, "timeline", (80, 24)) as stage:
        await stage.press("enter")
        await to_setting(stage, "opacity")
        await stage.press("0", "enter")
        assert "opacity" in labels(stage)[-1]
        assert "opacity              0 %" in panel(stage)
        await to_setting(stage, "speed")
        await stage.press("0", "enter")
        assert clip_of(stage).effects.speed == 0


@pytest.mark.long("screens")
async def test_change_is_written_at_rest_and_when_the_screen_closes(studio: Studio) -> None:
    async with on(studio, "timeline", (80, 24)) as stage:
        await stage.press("tab")
        await to_setting(stage, "rotation")
        await stage.press("l")
        await stage.until(
            lambda: clip_of(stage).effects.get_value_at("rotation", 0) == 1.0, "it was never written"
        )
        stage.screen.pending_edits.idle_seconds = 3600.0
        await stage.press(">", "g", "s")
        await stage.settle()
        (cut,) = studio.require_project().load_cuts()
        assert [clip for clip in cut.clips if clip.effects.get_value_at("rotation", 0) == 16.0]


@pytest.mark.long("screens")
async def test_keyframes_are_added_visited_eased_and_removed(studio: Studio) -> None:
    async with on(studio, "timeline", (80, 24)) as stage:
        stage.screen.rest_seconds = 3600.0
        await stage.press("w", "enter")
        await to_setting(stage, "scale")
        await stage.press("m", *["]"] * 3)
        await stage.press("1", "5", "0", "enter")
        curve = clip_of(stage).effects.get_curve("scale")
        assert [(key.frame, key.value) for key in curve] == [(0, 1.0), (3, 1.5)]
        assert "◆" in panel(stage)
        start = stage.screen.shown_span.start
        await stage.press(",")
        assert stage.screen.playhead == start
        await stage.press("e", "]")
        assert clip_of(stage).effects.get_curve("scale")[0].easing == "ease-in"
        assert "◇" in panel(stage)
        assert "ease-in" in panel(stage)
        await stage.press("x")
        assert "key frame of scale" in stage.said
        await stage.press(";", "x")
        assert [key.frame for key in clip_of(stage).effects.get_curve("scale")] == [0]
        await stage.press("u", "r")
        assert clip_of(stage).effects.get_curve("scale") == ()


@pytest.mark.long("screens")
async def test_row_63_length_is_trimmed_live_and_stops_at_one_frame_and_the_media(
    tmp_path: Path,
) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    add_take(studio.require_project(), studio.take_snapshot().story.shots[1], seed=5, frames=125)
    async with on(studio, "timeline", (80, 24)) as stage:
        stage.screen.pending_edits.idle_seconds = 3600.0
        await stage.press("w", "enter")
        await to_setting(stage, "length")
        before = clip_of(stage).frames

        def behind() -> int:
            """Return the frame at which the following clip is drawn."""
            at: int = stage.screen.cutting.lanes[stage.screen.view.lane].spans[2].start
            return at

        was = behind()
        await stage.press("h", "h", "h")
        assert behind() == was - 3, "what follows moves at once"
        assert clip_of(stage).frames == before, "and nothing is written yet"
        await stage.press(">")
        assert behind() == was + 4
        assert "limit is 125 f" in stage.said
        await stage.press("escape")
        assert clip_of(stage).frames == before + 4
        await stage.press("u")
        assert clip_of(stage).frames == before
        await stage.press("enter", "1", "enter")
        assert clip_of(stage).frames == 1, "no least of 25 frames"
        await stage.press("h")
        assert "is 1 f" in stage.said


@pytest.mark.long("screens")
async def test_row_73_size_and_steps_of_the_next_take_are_set_on_the_timeline(studio: Studio) -> None:
    async with on(studio, "timeline", (80, 24)) as stage:
        await stage.press("enter")
        await to_setting(stage, "steps")
        stage.screen.pending_edits.idle_seconds = 3600.0
        await stage.press("8", "enter", "j", "l", "l", "l")
        assert "4.0" in panel(stage), "seen before it is written"
        await stage.press("l", "u", "U", "h")
        await to_setting(stage, "size")
        await stage.press("enter")
        stage.screen.prompt.query_one("Input").value = ""
        await stage.type("1023x576")
        await stage.press("enter")
        assert "64 to 8192" in stage.said
        await stage.press("enter")
        stage.screen.prompt.query_one("Input").value = ""
        await stage.type("1024x576")
        await stage.press("enter")
        story = studio.require_project().load_story()
        assert (story.project.width, story.project.height) == (1024, 576)
        assert (story.shots[0].steps, story.shots[0].guidance) == (8, 4.0)
        (cut,) = studio.require_project().load_cuts()
        assert (cut.width, cut.height) == (1024, 576), "a cut that nobody edited follows"


@pytest.mark.long("screens")
async def test_words_colours_transitions_and_markers_are_edited_in_their_fields(
    studio: Studio,
) -> None:
    run_by_id(studio, "cut.title", {"text": "Rain", "at": "0"})
    run_by_id(studio, "cut.marker", {"at": "5", "text": "too soon"})
    async with on(studio, "timeline", (80, 24)) as stage:
        await stage.press("k", "enter")
        await to_setting(stage, "words")
        await stage.press("e")
        await stage.type(" Market\\nNight")
        await stage.settle()
        assert stage.screen.pending_edits.inspected_clip.effects.title.text == "Rain Market\nNight", (
            "seen while it is typed"
        )
        assert "Rain Market / Night" in panel(stage)
        assert title_of(stage).text == "Rain", "and not written yet"
        await stage.press("escape")
        assert stage.screen.pending_edits.inspected_clip.effects.title.text == "Rain", "left as it was"
        await stage.press("enter")
        await stage.type("y")
        await stage.press("enter")
        assert title_of(stage).text == "Rainy"
        assert labels(stage)[-1] == "title “Rainy”"
        await stage.press("enter", "ctrl+u", "enter")
        assert "words stays Rainy" in stage.said
        await to_setting(stage, "colour")
        await stage.press("l", "j", "e")
        await stage.type("blau")
        await stage.press("enter")
        assert "“blau”" in stage.text
        await stage.press("escape")
        title = title_of(stage)
        assert (title.colour, title.background) == ("#000000", "")
        await stage.press("u", "u", "escape", "j", "enter")
        assert clip_of(stage).effects.title is None, "a shot is inspected"
        await to_setting(stage, "too soon")
        await stage.press("enter")
        await stage.type("?")
        await stage.press("enter")
        assert "too soon?" in panel(stage)
        await to_setting(stage, "transition")
        await stage.press("l", "j", "2", "0", "enter")
        (dissolve,) = stage.screen.cut.transitions
        assert (dissolve.kind, dissolve.frames) == ("dissolve", 20)
        await stage.press("u", "k", "h")
        await stage.press("k")
        assert stage.screen.cut.transitions == ()


@pytest.mark.long("screens")
async def test_takes_are_listed_picked_rated_and_rejected(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    file = studio.require_project()
    shot = file.load_story().shots[0]
    for seed in (7, 8, 9):
        add_take(file, shot, seed=seed, frames=10)
    async with on(studio, "timeline", (110, 40)) as stage:
        assert "take 1 of 3" in panel(stage)
        assert "seed 9" in panel(stage), "where there is room all is shown without going in"
        await stage.press("enter", "g", "g", "j", "enter")
        assert "● take 2" in panel(stage)
        await stage.press("*", "4", "j", "x")
        takes = {take.seed: take for take in file.load_story().takes}
        assert takes[8].rating == 4
        assert takes[9].rejected
        assert "✕ take 3" in panel(stage)
        assert file.load_story().shots[0].take == takes[8].id


@pytest.mark.long("screens")
async def test_missing_file_is_relinked_from_the_timeline(studio: Studio, tmp_path: Path) -> None:
    file = studio.require_project()
    (cut,) = file.load_cuts()
    asset, _ = add_sound(file, cut)
    away = tmp_path / "elsewhere"
    away.mkdir()
    lost = Path(asset.path)
    lost.rename(away / lost.name)
    async with on(studio, "timeline", (80, 24)) as stage:
        await stage.press("j", "j", "j")
        assert "find it" in panel(stage)
        await stage.press("enter", "enter")
        stage.screen.prompt.query_one("Input").value = ""
        await stage.type(str(away))
        await stage.press("enter")
        await stage.settle()
        assert "rain.wav is online" in stage.said
        assert "find it" not in panel(stage)
        assert file.load_story().assets[-1].path == str(away / lost.name)


@pytest.mark.long("screens")
async def test_sync_offset_of_linked_sound_is_shown(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    add_take(studio.require_project(), studio.take_snapshot().story.shots[0], seed=41)
    async with on(studio, "timeline", (110, 30)) as stage:
        await stage.press("Z", "d")
        assert "with A1 1A" in panel(stage)
        assert "with A1 1A," not in panel(stage)
        run_by_id(studio, "cut.trim_in", {"clip": "1A", "by": 10})
        await stage.press("j", "Z", "u", "[")
        run_by_id(studio, "cut.slip", {"clip": stage.screen.span.clip.id, "by": -4})
        await stage.settle()
        await stage.press("Z", "l", "k")
        assert "with A1 1A, 4 f late" in panel(stage)
        await stage.press("j")
        assert "with V1 1A, 4 f early" in panel(stage)
