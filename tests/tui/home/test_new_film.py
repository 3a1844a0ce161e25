"""Test the form for a new film: filled in with keys, from a completed path or from pasted text, and refused
values.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from textual import events

from milimo_tui.core.errors import Cancelled
from milimo_tui.studio.project import starting
from milimo_tui.studio.registry import registry
from milimo_tui.studio.script.script_source import ImportedScript
from milimo_tui.studio.session.studio import Studio
from tests.story.feature import feature
from tests.tui.stage import Stage, on
from tests.tui.studio_setup import SCRIPT, make_studio


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = make_studio(tmp_path / "home", None)
    yield made
    made.close()


async def form(stage: Stage) -> None:
    await stage.press("a")
    await stage.until(lambda: stage.screen.MODE == "new_film" and stage.screen.typing)


@pytest.mark.long("screens")
@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
async def test_path_and_enter_make_a_film(studio: Studio, tmp_path: Path, size: tuple[int, int]) -> None:
    script = tmp_path / "night train.fountain"
    script.write_text(SCRIPT.replace("Rain Market", "Night Train"))
    async with on(studio, "home", size) as stage:
        await form(stage)
        await stage.type(str(script))
        await stage.press("enter")
        await stage.until(
            lambda: stage.screen.list.key == "format", "the format is seen before the film starts"
        )
        assert stage.app.current_mode == "home"
        assert "1024 × 576" in stage.text
        await stage.press("enter")
        await stage.until(lambda: stage.app.current_mode == "storyboard")
        await stage.until(lambda: "Night Train" in stage.text)
    project = studio.take_snapshot().story.project
    assert (project.width, project.height) == (1024, 576)


@pytest.mark.long("screens")
async def test_every_field_is_reached_by_keys_next_to_the_first_scene(studio: Studio, tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "rain-market.fountain").write_text(SCRIPT)
    (tmp_path / "scripts" / "notes.png").write_text("no script")
    async with on(studio, "home", (80, 24)) as stage:
        await form(stage)
        await stage.type(f"{tmp_path}/scr")
        await stage.until(lambda: "scripts/" in stage.text, "what the path may go on with is listed")
        await stage.press("tab")
        assert stage.screen.prompt.typed == f"{tmp_path}/scripts/"
        await stage.until(lambda: "rain-market.fountain" in stage.text)
        assert "notes.png" not in stage.text, "no screenplay"
        await stage.press("down")
        await stage.until(lambda: "✓ 3 scenes, " in stage.text, "the one under the cursor is looked at")
        await stage.press("tab")
        assert stage.screen.list.key == "name"
        assert "EXT. MARKET STREET" in stage.text
        assert "Rain on tin roofs." in stage.text
        assert "Rain Market" in stage.text, "the name that the script gives it"
        await stage.type("Wet Roofs")
        await stage.press("tab", "tab", "l")  # Skip the template.
        assert "768 × 512" in stage.text
        await stage.press("tab", "h", "tab")
        await stage.type("neon noir")
        await stage.press("enter")
        await stage.until(lambda: stage.app.current_mode == "storyboard")
    project = studio.take_snapshot().story.project
    assert (project.name, project.width, project.height, project.rate, project.style) == (
        "Wet Roofs", 768, 512, Fraction(24), "neon noir",
    )  # fmt: skip


@pytest.mark.long("screens")
async def test_up_and_down_move_between_fields_and_lose_nothing(studio: Studio) -> None:
    async with on(studio, "home", (80, 24)) as stage:
        await form(stage)
        await stage.type("no such file")
        await stage.press("tab")
        assert stage.screen.list.key == "name"
        await stage.type("Wet Roofs")
        await stage.press("up")
        assert stage.screen.list.key == "script"
        assert stage.screen.form.typed_texts == {"script": "no such file", "name": "Wet Roofs"}
        await stage.press("enter", "down")
        assert stage.screen.list.key == "name"
        await stage.press("enter", "up")
        assert (stage.screen.list.key, stage.screen.form.typed_texts["name"]) == ("script", "Wet Roofs")


@pytest.mark.long("screens")
async def test_tab_takes_the_selected_path(studio: Studio, tmp_path: Path) -> None:
    for folder in ("drafts", "drawings"):
        (tmp_path / folder).mkdir()
    for name in ("first", "second"):
        (tmp_path / "drawings" / f"{name}.fountain").write_text(SCRIPT)
    async with on(studio, "home", (80, 24)) as stage:
        await form(stage)
        await stage.type(f"{tmp_path}/dra")
        await stage.until(lambda: "drawings/" in stage.text)
        await stage.press("down", "down", "tab")
        assert stage.screen.prompt.typed == f"{tmp_path}/drawings/", "a folder: on into it"
        await stage.until(lambda: "second.fountain" in stage.text)
        await stage.press("down", "down", "tab")
        assert stage.screen.list.key == "name", "a file: it is answered"
        assert stage.screen.form.typed_texts["script"] == f"{tmp_path}/drawings/second.fountain"


@pytest.mark.long("screens")
async def test_file_that_is_no_screenplay_is_refused_and_stays_typed(studio: Studio, tmp_path: Path) -> None:
    picture = tmp_path / "picture.fountain"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    async with on(studio, "home", (80, 24)) as stage:
        await form(stage)
        await stage.press("enter")
        assert "✕ script" in stage.text
        await stage.type(str(picture))
        await stage.until(lambda: "a PNG picture" in stage.text)
        await stage.press("enter")
        assert stage.screen.MODE == "new_film"
        assert stage.screen.prompt.typed.endswith("picture.fountain")
        await stage.press("tab")
        assert "a PNG picture" in stage.text, "it stays, with the reason"
        await stage.press("escape")
        assert stage.screen.MODE == "home"
    assert studio.list_project_folders() == []


@pytest.mark.long("screens")
async def test_refusal_of_an_empty_form_is_gone_the_next_time(studio: Studio) -> None:
    async with on(studio, "home", (80, 24)) as stage:
        await form(stage)
        await stage.press("tab")
        await stage.type("Wet Roofs")
        await stage.press("escape")
        assert stage.screen.MODE == "home"
        await stage.press("a")
        await stage.until(lambda: stage.screen.MODE == "new_film" and "Wet Roofs" in stage.text)
        assert stage.screen.form.wrong_fields == ()
        assert "✕" not in stage.text


@pytest.mark.long("screens")
async def test_one_esc_closes_and_the_typed_text_is_there_the_next_time(
    studio: Studio, tmp_path: Path
) -> None:
    script = tmp_path / "rain.fountain"
    script.write_text(SCRIPT)
    async with on(studio, "home", (80, 24)) as stage:
        await form(stage)
        await stage.press("escape")
        assert stage.screen.MODE == "home", "nothing was typed"
        await form(stage)
        await stage.type(str(script))
        await stage.press("tab")
        await stage.type("Wet Roofs")
        # Skip the template, choose a format, skip the frame rate.
        await stage.press("tab", "tab", "l", "tab", "tab")
        await stage.type("neon")
        await stage.press("escape")
        assert stage.screen.MODE == "home"
        await stage.press("a")
        await stage.until(lambda: stage.screen.MODE == "new_film" and "3 scenes, " in stage.text)
        for words in ("Wet Roofs", "landscape 3:2", "neon"):
            assert words in stage.text
        assert "the script’s" not in stage.text, "the name is a person's own"
        assert "rain.fountain" in "".join(stage.text.split()), "a long path goes on in the row below"
        await stage.press("enter")
        await stage.until(lambda: stage.app.current_mode == "storyboard")
        assert studio.take_snapshot().story.project.name == "Wet Roofs"
        await stage.press("g", "h")
        await form(stage)
        assert "Wet Roofs" not in stage.screen.form.typed_texts.values(), (
            "a film that was started is another one"
        )


@pytest.mark.long("screens")
async def test_pasted_screenplay_becomes_a_film(studio: Studio) -> None:
    async with on(studio, "home", (80, 24)) as stage:
        stage.app.post_message(events.Paste(SCRIPT))
        await stage.until(lambda: "3 scenes, " in stage.text)
        await stage.press("escape", "a")
        await stage.paste(SCRIPT)
        await stage.until(lambda: "3 scenes, " in stage.text and "Rain Market" in stage.text)
        await stage.press("enter", "enter")  # The first one goes to the format.
        await stage.until(lambda: stage.app.current_mode == "storyboard")
    assert len(studio.take_snapshot().story.live_shots()) > 3


@pytest.mark.long("screens")
def test_long_script_shows_progress_and_leaves_nothing_when_stopped(studio: Studio) -> None:
    registry.run_by_id(studio, "project.new", {"text": SCRIPT})
    from contextlib import contextmanager

    told: list[tuple[int, str]] = []

    @contextmanager
    def counted(title: str, total: int) -> Iterator[object]:
        def count(done: int, name: str) -> None:
            told.append((done, name))
            if done == 20:
                raise Cancelled("stopped")

        assert total == 60
        yield count

    studio.counted = counted  # type: ignore[assignment]  # as a face gives it
    with pytest.raises(Cancelled):
        starting.start_film_from_script(
            studio, ImportedScript(feature(scenes=60).encode(), "long.fountain"), name="Long"
        )
    assert [done for done, _ in told] == list(range(21))
    assert [paths.root.name for paths in studio.list_project_folders()] == ["rain-market"]
    assert studio.take_snapshot().story.project.name == "Rain Market", "the one that was open is so again"


@pytest.mark.long("screens")
async def test_format_is_chosen_from_a_described_list(studio: Studio, tmp_path: Path) -> None:
    script = tmp_path / "rain.fountain"
    script.write_text(SCRIPT)
    async with on(studio, "home", (80, 24)) as stage:
        await form(stage)
        await stage.type(str(script))
        await stage.press("tab", "tab", "tab", "enter")  # Move past name, template and format.
        assert "wide cinema" in stage.text
        await stage.type("phone")
        await stage.press("enter")
        assert stage.screen.MODE == "new_film", "a choice is taken; the film waits for Enter"
        assert "upright 9:16" in stage.text
        await stage.press("enter")
        await stage.until(lambda: stage.app.current_mode == "storyboard")
    project = studio.take_snapshot().story.project
    assert (project.width, project.height) == (704, 1280)
