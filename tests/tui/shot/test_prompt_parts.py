"""Test the prompt parts in the inspector by keys: rewording them for the shot, the scene or the film, leaving
them out, and resetting them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from milimo_tui.story.elements.prompt import BY_USER
from milimo_tui.story.values.film import Shot
from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec
from milimo_tui.tui.shot.shot import ShotScreen
from milimo_tui.tui.shot.shot_details import WORDING
from tests.budget import thorough
from tests.tui.stage import Stage, on
from tests.tui.studio_setup import make_studio

SIZES = [(80, 24), (200, 50)]


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    """Yield a studio with the film Rain Market, its engine set to LTX-2, in a home without weights."""
    monkeypatch.setenv("MILIMO_GPU_PROBE", "0")
    made = make_studio(tmp_path / "home")
    registry.run_by_id(made, "project.set", {"engine": "ltx2"})
    yield made
    made.close()


def shot(studio: Studio, number: str = "2B") -> Shot:
    return shot_spec.find_shot(studio.take_snapshot().story, number)


def sent(studio: Studio, number: str = "2B") -> dict[str, tuple[str, str]]:
    """Return the text and the source of each prompt part that will be sent, keyed by its role."""
    rows = registry.run_by_id(studio, "shot.show", {"id": number}).data["parts"]
    return {row["role"]: (row["text"], row["source"]) for row in rows}


@asynccontextmanager
async def inspector(studio: Studio, size: tuple[int, int], number: str = "2B") -> AsyncIterator[Stage]:
    """Open the inspector of a shot and show its prompt by parts."""
    async with on(studio, "storyboard", size) as stage:
        stage.app.push_screen(ShotScreen(shot(studio, number).id))
        await stage.until(lambda: isinstance(stage.screen, ShotScreen) and stage.screen.details is not None)
        await stage.settle()
        await stage.press("p")
        yield stage


async def go_to(stage: Stage, role: str) -> None:
    rows = stage.screen.field_list
    rows.move_to(next(at for at, row in enumerate(rows.rows) if row.key == f"{WORDING}{role}"))
    await stage.settle()


def shown(stage: Stage, role: str) -> str:
    """Return the displayed rows of a prompt part, joined to one line."""
    rows = list(stage.screen.field_list.rows)
    first = next(at for at, row in enumerate(rows) if row.key == f"{WORDING}{role}")
    more = [row.left.plain for row in rows[first + 1 :]]
    end = next(at for at, text in enumerate(more) if text[:10].strip() or text.strip().startswith("["))
    return " ".join(" ".join([rows[first].left.plain, *more[:end]]).split())


@pytest.mark.long("screens")
@pytest.mark.parametrize("size", thorough("screens", SIZES, one=True))
async def test_part_is_changed_for_the_shot_the_scene_and_the_film(
    studio: Studio, size: tuple[int, int]
) -> None:
    assert "light" not in sent(studio), "the script names no light"
    async with inspector(studio, size) as stage:
        assert "off, on" in stage.lines()[-1]
        await go_to(stage, "light")
        for level in ("film", "scene", "shot"):
            await stage.press("enter", "ctrl+u")
            await stage.type(f"one lamp of the {level}")
            await stage.press("enter", "ctrl+u")
            await stage.type(level)
            await stage.press("enter")
            assert sent(studio)["light"] == (f"One lamp of the {level}.", f"{BY_USER}, for the {level}")
            assert f"[light] One lamp of the {level}. {BY_USER}, for the {level}" in shown(stage, "light")
        assert sent(studio, "1A")["light"][0] == "One lamp of the film."
        for level in ("scene", "film"):
            await stage.press("x")
            assert sent(studio)["light"] == (f"One lamp of the {level}.", f"{BY_USER}, for the {level}")
        await stage.press("x")
        assert "light" not in sent(studio)
        assert "[light] nothing said" in shown(stage, "light")
        await stage.press("x")
        assert "is automatic" in stage.said
        await stage.press("u")
        assert sent(studio)["light"][1] == f"{BY_USER}, for the film", "undo takes it back"


@pytest.mark.long("screens")
@pytest.mark.parametrize("size", thorough("screens", SIZES, one=True))
async def test_part_is_removed_and_restored(studio: Studio, size: tuple[int, int]) -> None:
    composed = sent(studio)["place"]
    async with inspector(studio, size) as stage:
        await go_to(stage, "place")
        await stage.press("space")
        assert "place" not in sent(studio)
        assert "[place] left out" in shown(stage, "place")
        left_out = registry.run_by_id(studio, "shot.show", {"id": "2B"}).data["left_out"]
        assert left_out == [{"role": "place", "source": f"{BY_USER}, for the shot"}]
        await stage.press("space")
        assert sent(studio)["place"] == composed
        registry.run_by_id(studio, "scene.set", {"id": "2", "prompt_part": "place="})
        await stage.until(lambda: "for the scene" in shown(stage, "place"))
        await stage.press("space")
        assert "the scene excludes" in stage.said
        await stage.press("x")
        assert sent(studio)["place"] == composed
        await go_to(stage, "style")
        assert "[style] nothing said" in shown(stage, "style") or sent(studio)["style"]


@pytest.mark.long("screens")
async def test_additional_words_without_effect_are_marked(studio: Studio) -> None:
    registry.run_by_id(studio, "shot.set", {"id": "2B", "prompt_part": "light=a bare bulb"})
    async with inspector(studio, (80, 24)) as stage:
        await go_to(stage, "light")
        await stage.press("enter", "ctrl+u")
        await stage.type("dusk")
        await stage.press("enter", "ctrl+u")
        await stage.type("film")
        await stage.press("enter")
        assert "of the shot still" in stage.said
        assert sent(studio)["light"][0] == "A bare bulb."
        assert sent(studio, "1A")["light"][0] == "Dusk."
        await stage.press("enter", "enter", "ctrl+u")
        await stage.type("act")
        await stage.press("enter")
        assert "✕ “act”" in stage.text
        await stage.press("escape")


@pytest.mark.long("screens")
@pytest.mark.parametrize(
    ("command", "values", "why"),
    [
        ("shot.set", {"id": "2B", "prompt": "A red door."}, "own prompt replaces all parts"),
        ("project.set", {"engine": "animatic"}, "animatic has no prompt parts"),
    ],
)
async def test_keys_are_dimmed_with_a_reason_where_no_part_can_be_changed(
    studio: Studio, command: str, values: dict[str, str], why: str
) -> None:
    registry.run_by_id(studio, command, values)
    async with inspector(studio, (80, 24)) as stage:
        before = studio.take_snapshot().story.revision
        assert {"ui.enter", "ui.leave_out", "ui.take_back"} <= stage.screen.list_idle_acts()
        for key in ("space", "x", "enter"):
            await stage.press(key)
            assert why in stage.said
        assert studio.take_snapshot().story.revision == before
