"""Test the mask screen with keys and mouse on tiny weights and the real queue: tools, objects, undo, masks
found by a model, saving, tracking and inpainting.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from milimo_tui.media.encode.take_file import write_take
from milimo_tui.media.masks.drawn import MaskRenderer
from milimo_tui.media.read.footage import Footage
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.mask.screen import MaskScreen
from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.front_door import Milimo, environment
from tests.tui.stage import Stage, on

__all__ = ["tiny"]

ONE_THREAD = {"TORCHDYNAMO_DISABLE": "1", "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
SIDES = (128, 96)
FRAMES = 5


@pytest.fixture
def studio(tmp_path: Path, tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    """Open a film with a photo and a clip, and tiny weights that find a mask everywhere and paint noise."""
    env = {**environment(tmp_path), **ONE_THREAD}
    milimo = Milimo(env, tmp_path / "work")
    furnish(milimo.home, tiny, "sam3", "flux2-klein")
    milimo.act("project", "new", "Masks")
    random = np.random.default_rng(0)
    ground = np.asarray(Image.fromarray(random.integers(0, 255, (6, 8, 3), dtype=np.uint8)).resize(SIDES))
    Image.fromarray(ground).save(milimo.cwd / "photo.png")
    width, height = SIDES
    moving = [np.roll(ground, 4 * index, axis=1) for index in range(FRAMES)]
    write_take(milimo.cwd / "clip.mov", moving, width=width, height=height, rate=Fraction(25), frames=FRAMES)
    for name in ("photo.png", "clip.mov"):
        milimo.act("asset", "add", str(milimo.cwd / name))
    for name, value in env.items():
        if name.startswith(("MILIMO_", "XDG_", "TORCH", "OMP", "HF_")):
            monkeypatch.setenv(name, value)
    studio = Studio.open(home=str(milimo.home), actor="test")
    yield studio
    client = studio.client_or_none()
    if client is not None:
        client.stop(now=True, wait=5.0)
    studio.close()


@asynccontextmanager
async def masking(studio: Studio, name: str, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Stage]:
    """Open the mask screen from the Media screen on a file."""
    async with on(studio, "media", size) as stage:
        rows = stage.screen.rows
        asset = next(asset for asset in studio.take_snapshot().story.assets if asset.name == name)
        rows.move_to(next(place for place, row in enumerate(rows.rows) if row.key == asset.id))
        await stage.press("Z", "k")
        await stage.until(lambda: isinstance(stage.screen, MaskScreen) and stage.screen.state is not None)
        await stage.until(lambda: stage.screen.picture.drawing is not None)
        await stage.settle()
        yield stage


def pixels(stage: Stage) -> Any:
    """Return the combined mask of all active objects at the frame on the screen."""
    state = stage.screen.state
    with MaskRenderer(state.drawing.width, state.drawing.height) as drawn:
        return drawn.render_combined_mask(state.drawing, state.frame).copy()


async def worked(stage: Stage) -> None:
    """Wait until no job works on the mask."""
    await stage.until(lambda: not stage.screen._model.describe_mask_job(), "a model still works")
    await stage.settle()


@pytest.mark.long("screens")
async def test_row_50_box_brush_eraser_and_lasso_work_by_keys_with_undo(studio: Studio) -> None:
    async with masking(studio, "photo.png") as stage:
        await stage.press("b", "L", "J")
        assert "BOX" in stage.text
        await stage.press("enter")
        boxed = pixels(stage)
        assert boxed.any()
        await stage.press("p", "H", "H", "p")
        brushed = pixels(stage)
        assert (brushed >= boxed).all()
        assert brushed.sum() > boxed.sum()
        await stage.press("P", "L", "P")
        erased = pixels(stage)
        assert erased.sum() < brushed.sum()
        await stage.press("o", "L", "o", "J", "o", "enter")
        assert pixels(stage).sum() > erased.sum()
        for expected in (erased, brushed, boxed):
            await stage.press("u")
            np.testing.assert_array_equal(pixels(stage), expected)
        await stage.press("u")
        assert not pixels(stage).any()
        await stage.press("u")
        assert "nothing to undo" in stage.said
        await stage.press("ctrl+r", "ctrl+r")
        np.testing.assert_array_equal(pixels(stage), brushed)


@pytest.mark.long("screens")
async def test_row_54_objects_are_numbered_named_coloured_toggled_and_joined(studio: Studio) -> None:
    async with masking(studio, "photo.png") as stage:
        await stage.press("b", "L", "J", "enter", "A", "H", "b", "L", "J", "enter")
        assert [one.number for one in stage.screen.state.drawing.objects] == [1, 2]
        both = pixels(stage)
        await stage.press("e")
        await stage.type("coin")
        await stage.press("enter")
        assert "coin" in stage.text
        await stage.press("space")
        alone = pixels(stage)
        assert alone.sum() < both.sum()
        await stage.press("1", "&")
        assert pixels(stage).sum() < alone.sum() or not (both.sum() - alone.sum())
        await stage.press("u", "space", "2", "space", "|")
        assert stage.screen.state.object.name == "coin"
        for keys, change in (("+", 1), ("-", -1)):
            before = pixels(stage).astype(int).sum()
            await stage.press(keys)
            assert (pixels(stage).astype(int).sum() - before) * change > 0
        before = pixels(stage)
        await stage.press("i", "i")
        np.testing.assert_array_equal(pixels(stage), before)
        await stage.press("f", "s", "x")
        assert [one.number for one in stage.screen.state.drawing.objects] == [1]


@pytest.mark.long("screens")
async def test_mouse_paints_and_clicks_on_a_mask(studio: Studio) -> None:
    async with masking(studio, "photo.png") as stage:
        region = stage.screen.picture.region
        middle = region.x + region.width // 2, region.y + region.height // 2
        await stage.press("p")
        await stage.pilot.mouse_down(offset=middle)
        for step in range(1, 5):
            await stage.pilot.hover(offset=(middle[0] + step, middle[1]))
        await stage.pilot.mouse_up(offset=(middle[0] + 4, middle[1]))
        await stage.settle()
        drawn = pixels(stage)
        assert drawn.any()
        box = np.flatnonzero(drawn.any(axis=0))
        assert SIDES[0] // 4 < box[0] < SIDES[0] * 3 // 4


@pytest.mark.long("screens")
async def test_mask_by_words_is_corrected_by_points_and_a_brush_then_kept(
    studio: Studio,
) -> None:
    async with masking(studio, "photo.png") as stage:
        await stage.press("S", "ctrl+u")
        await stage.type("0.1")
        await stage.press("enter", "t")
        await stage.type("coin")
        await stage.press("enter")
        await stage.until(lambda: stage.screen.state.drawing.objects, "nothing was found")
        await worked(stage)
        assert stage.screen.state.object.name == "coin"
        by_words = pixels(stage)
        await stage.press("a")
        await worked(stage)
        await stage.press("L", "J", "X")
        await worked(stage)
        key = stage.screen.state.object.key(0)
        assert [click.belongs for click in key.clicks] == [True, False]
        assert key.box is not None
        by_clicks = pixels(stage)
        await stage.press("p", "H", "p", "enter")
        await worked(stage)
        await stage.until(lambda: stage.screen.state.mask, "it was not kept")
        assert by_words.any()
        brushed = pixels(stage)
        assert (brushed >= by_clicks).all()
        await stage.press("c", "c")
        await stage.fill({"prompt": "a blue lamp"})
        await stage.until(lambda: isinstance(stage.screen, MaskScreen))
        client = studio.client_or_none()
        assert client is not None
        await stage.until(
            lambda: any(
                job.kind == "inpaint" and job.state in ("done", "failed") for job in client.list_jobs()
            )
        )
        done = next(job for job in client.list_jobs() if job.kind == "inpaint")
        assert done.state == "done", done.error
        after = np.asarray(Image.open(done.outputs["picture"]).convert("RGB"))
        with Footage(Path(stage.screen.state.path)) as photo:
            changed = (photo.frame(0) != after).any(axis=2)
        assert changed.any()
        assert not changed[brushed == 0].any()  # Every pixel outside of the mask is unchanged.


@pytest.mark.long("screens")
async def test_row_53_mask_is_tracked_both_ways_with_one_correction(studio: Studio) -> None:
    async with masking(studio, "clip.mov") as stage:
        await stage.press("]", "]", "b", "L", "J", "enter", "T", "a")
        await stage.until(lambda: stage.screen.state.drawing.is_moving, "it was not followed")
        await worked(stage)
        drawn = pixels(stage)
        await stage.press("]")
        assert stage.screen.state.frame == 3
        followed = pixels(stage)
        await stage.press("p", "K", "K", "p")
        corrected = pixels(stage)
        assert corrected.sum() > followed.sum()
        was = stage.screen.state.drawing.get_object(1).moving
        await stage.press("T", "a")
        await stage.until(
            lambda: stage.screen.state.drawing.get_object(1).moving != was, "not followed again"
        )
        await worked(stage)
        with Footage(Path(stage.screen.state.drawing.get_object(1).moving)) as moving:
            np.testing.assert_array_equal(moving.frame(3)[..., 0], corrected)
            np.testing.assert_array_equal(moving.frame(2)[..., 0], drawn)
        assert not stage.screen.state.is_unsaved
        await stage.press("{")
        assert stage.screen.state.frame == 2


@pytest.mark.long("screens")
async def test_kept_mask_is_opened_with_its_names_and_an_unsaved_one_asked_about(
    studio: Studio,
) -> None:
    async with masking(studio, "photo.png", (80, 24)) as stage:
        await stage.press("b", "L", "J", "enter", "e")
        await stage.type("palm")
        await stage.press("enter", "enter")
        await stage.until(lambda: stage.screen.state.mask, "it was not kept")
        await worked(stage)
        before = pixels(stage)
        await stage.press("+", "escape")
        assert "not saved" in stage.text
        await stage.press("n")
        assert stage.screen.MODE == "mask"
        await stage.press("r")
        await stage.press("enter")
        await stage.press("y")
        await stage.until(lambda: not stage.screen.state.is_unsaved)
        assert stage.screen.state.object.name == "palm"
        np.testing.assert_array_equal(pixels(stage), before)
        await stage.press("escape")
        assert stage.screen.MODE == "media"
