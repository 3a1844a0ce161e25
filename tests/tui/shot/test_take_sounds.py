"""Test sound by keys: the form that asks for the sound of a take or for its continuation, and switching
voices off and on.
"""

from __future__ import annotations

import wave
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec
from milimo_tui.tui.forms.form_screen import FormScreen
from milimo_tui.tui.shot.shot import ShotScreen
from tests.tui.stage import on
from tests.tui.studio_setup import add_take, make_studio


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("MILIMO_GPU_PROBE", "0")
    studio = make_studio(tmp_path / "home")
    registry.run_by_id(studio, "storyboard.commit")
    registry.run_by_id(studio, "project.set", {"engine": "ltx2"})
    yield studio
    studio.close()


def recording(tmp_path: Path) -> str:
    path = tmp_path / "mara.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8_000)
        file.writeframes(bytes(range(256)) * (8_000 // 64))
    return str(path)


@pytest.mark.long("screens")
async def test_take_gets_a_sound_by_a_form_and_voices_are_switched(studio: Studio, tmp_path: Path) -> None:
    shot = shot_spec.find_shot(studio.take_snapshot().story, "2B").id
    add_take(studio, shot, "job_1")
    registry.run_by_id(studio, "shot.pick", {"id": "2B"})
    async with on(studio, "storyboard", (110, 40)) as stage:
        stage.app.push_screen(ShotScreen(shot))
        await stage.until(lambda: isinstance(stage.screen, ShotScreen) and stage.screen.details is not None)
        await stage.settle()
        none = "voices    no sample yet: g e, then v adds one"
        await stage.until(lambda: none in stage.text)
        registry.run_by_id(studio, "element.voice", {"id": "Mara", "file": recording(tmp_path)})
        await stage.until(lambda: "voices    Mara’s, from a sample" in stage.text)
        await stage.press("v")
        await stage.until(lambda: "voices    off" in stage.text)
        assert not shot_spec.find_shot(studio.take_snapshot().story, "2B").voices
        await stage.press("c", "s")
        await stage.until(lambda: isinstance(stage.screen, FormScreen))
        form = stage.screen.form
        assert [field.key for field in form.fields] == ["act"]
        for act, fields in (
            ("range", ["act", "since", "until"]),
            ("on", ["act", "length"]),
            ("led in", ["act", "length"]),
            ("into", ["act", "length", "into"]),
            ("lip sync", ["act", "line"]),
            ("clip", ["act", "over"]),
            ("recording", ["act", "sound"]),
        ):
            form.set_field_answer(form.fields[0], act)
            assert [field.key for field in form.fields] == fields


@pytest.mark.long("screens")
async def test_recording_leads_a_shot_without_a_take_by_keys(studio: Studio, tmp_path: Path) -> None:
    """A recording can lead a shot without a take by keys. Before, only the shell could do this."""
    shot = shot_spec.find_shot(studio.take_snapshot().story, "2B").id
    picture = tmp_path / "lamp.png"
    Image.new("RGB", (64, 64)).save(picture)
    async with on(studio, "storyboard", (110, 40)) as stage:
        stage.app.push_screen(ShotScreen(shot))
        await stage.until(lambda: isinstance(stage.screen, ShotScreen) and stage.screen.details is not None)
        await stage.press("c", "s")
        await stage.until(lambda: isinstance(stage.screen, FormScreen))
        form = stage.screen.form
        await stage.settle()
        assert [one.word for one in form.fields[0].choices] == ["recording", "clip"]
        form.set_field_answer(form.fields[1], str(picture))
        assert "lamp.png" in await form.keep(form.values)
        form.set_field_answer(form.fields[1], recording(tmp_path))
        assert "longer than 2B" in await form.keep(form.values)


@pytest.mark.long("screens")
async def test_recording_leads_a_drawn_shot_by_the_first_capable_model(
    studio: Studio, tmp_path: Path
) -> None:
    """The first model that can follow a recording is used if the film's engine cannot. Before, the form was
    refused with a hint about a shell option, and no field could name an engine.
    """
    registry.run_by_id(studio, "project.set", {"engine": "animatic"})
    registry.run_by_id(studio, "shot.set", {"id": "2B", "length": "3s"})
    shot = shot_spec.find_shot(studio.take_snapshot().story, "2B").id
    async with on(studio, "storyboard", (110, 40)) as stage:
        stage.app.push_screen(ShotScreen(shot))
        await stage.until(lambda: isinstance(stage.screen, ShotScreen) and stage.screen.details is not None)
        await stage.press("c", "s")
        await stage.until(lambda: isinstance(stage.screen, FormScreen))
        form = stage.screen.form
        await stage.settle()
        form.set_field_answer(form.fields[1], recording(tmp_path))
        said = await form.keep(form.values)
        assert "weights of LTX-2" in said, said
        assert "the shot alone" not in said
