"""Starting a film by its form: by keys, from a path that completes itself, from a paste; what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from textual import events

from milimo_tui.core.errors import Cancelled
from milimo_tui.studio.project import starting
from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from tests.story.feature import feature
from tests.tui.house import SCRIPT, make_studio
from tests.tui.stage import Stage, on


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = make_studio(tmp_path / "home", None)
    yield made
    made.close()


async def form(stage: Stage) -> None:
    await stage.press("a")
    await stage.until(lambda: stage.screen.MODE == "new_film" and stage.screen.typing)


@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
async def test_a_path_and_enter_make_a_film(studio: Studio, tmp_path: Path, size: tuple[int, int]) -> None:
    script = tmp_path / "night train.fountain"
    script.write_text(SCRIPT.replace("Rain Market", "Night Train"))
    async with on(studio, "home", size) as stage:
        await form(stage)
        await stage.type(str(script))
        await stage.press("enter")
        await stage.until(lambda: stage.app.current_mode == "storyboard")
        await stage.until(lambda: "Night Train" in stage.text)


async def test_every_field_by_keys_and_the_first_scene_beside_them(studio: Studio, tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "rain-market.fountain").write_text(SCRIPT)
    async with on(studio, "home", (80, 24)) as stage:
        await form(stage)
        await stage.type(f"{tmp_path}/scr")
        field: Any = stage.app.focused
        await stage.until(lambda: field._suggestion.endswith("scripts/"))
        await stage.press("right")
        await stage.until(lambda: field._suggestion.endswith("rain-market.fountain"))
        await stage.press("right")
        await stage.until(lambda: "3 scenes, " in stage.text)
        assert "EXT. MARKET STREET" in stage.text
        assert "Rain on tin roofs." in stage.text
        await stage.press("tab")
        await stage.type("Wet Roofs")
        await stage.press("tab", "l")
        assert "1024 × 576" in stage.text
        await stage.press("tab", "h", "tab")
        await stage.type("neon noir")
        await stage.press("enter")
        await stage.until(lambda: stage.app.current_mode == "storyboard")
    project = studio.snapshot().story.project
    assert (project.name, project.width, project.height, project.rate, project.style) == (
        "Wet Roofs", 1024, 576, Fraction(24), "neon noir",
    )  # fmt: skip


async def test_what_is_no_screenplay_is_one_sentence_and_stays_as_typed(
    studio: Studio, tmp_path: Path
) -> None:
    picture = tmp_path / "picture.fountain"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    async with on(studio, "home", (80, 24)) as stage:
        await form(stage)
        await stage.press("enter")
        assert "✕ name a screenplay, or paste one" in stage.text
        await stage.type(str(picture))
        await stage.until(lambda: "✕ not a screenplay: a PNG picture" in stage.text)
        await stage.press("enter")
        assert stage.screen.MODE == "new_film"
        assert "picture.fountain" in stage.text
        await stage.press("escape")
        assert stage.screen.MODE == "home"
    assert studio.project_folders() == []


async def test_a_pasted_screenplay_becomes_a_film(studio: Studio) -> None:
    async with on(studio, "home", (80, 24)) as stage:
        stage.app.post_message(events.Paste(SCRIPT))
        await stage.until(lambda: "3 scenes, " in stage.text)
        await stage.press("escape", "a")
        await stage.paste(SCRIPT)
        await stage.until(lambda: "3 scenes, " in stage.text and "Rain Market" in stage.text)
        await stage.press("enter")
        await stage.until(lambda: stage.app.current_mode == "storyboard")
    assert len(studio.snapshot().story.live_shots()) > 3


def test_a_long_script_tells_how_far_it_is_and_leaves_nothing_when_it_is_stopped(studio: Studio) -> None:
    registry.run(studio, "project.new", {"text": SCRIPT})
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
        starting.start(studio, feature(scenes=60).encode(), "long.fountain", name="Long")
    assert [done for done, _ in told] == list(range(21))
    assert [paths.root.name for paths in studio.project_folders()] == ["rain-market"]
    assert studio.snapshot().story.project.name == "Rain Market", "the one that was open is so again"
