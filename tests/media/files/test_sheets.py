"""Test the recognition of reference sheets by their layout: turnarounds and panels are recognised, frames of
films are not.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from milimo_tui.media.files.facts import probe_in_subprocess
from milimo_tui.media.files.reference_sheets import explain_reference_sheet


def turnaround(figures: int, ground: str = "white", heights: tuple[float, ...] = ()) -> Image.Image:
    """Return a picture of `figures` identical persons side by side. `heights` scales each of them."""
    image = Image.new("RGB", (900, 600), ground)
    draw = ImageDraw.Draw(image)
    step = 900 / figures
    for number in range(figures):
        tall = 480 * (heights[number] if heights else 1)
        left, top = number * step + step * 0.25, 560 - tall
        draw.ellipse((left + step * 0.1, top, left + step * 0.4, top + 90), fill="peru")
        draw.rectangle((left, top + 90, left + step * 0.5, 560), fill="navy")
    return image


def scene() -> Image.Image:
    """Return a picture of a place that fills the frame."""
    image = Image.linear_gradient("L").resize((900, 600)).convert("RGB")
    ImageDraw.Draw(image).rectangle((100, 200, 800, 600), fill="brown")
    return image


@pytest.mark.parametrize("figures", [3, 4, 6])
@pytest.mark.parametrize("ground", ["white", "black", "#808890"])
def test_turnaround_sheet_is_recognised(figures: int, ground: str) -> None:
    assert f"{figures} views" in explain_reference_sheet(turnaround(figures, ground))


def test_turnaround_on_a_blank_ground_is_recognised() -> None:
    image = turnaround(3).convert("RGBA")
    pixels = np.array(image)
    pixels[(pixels[..., :3] == 255).all(axis=-1), 3] = 0
    image = Image.fromarray(pixels)
    assert explain_reference_sheet(image)


@pytest.mark.parametrize(
    "image",
    [
        turnaround(1),
        turnaround(2),
        # Three people of different height are a scene, not a turnaround.
        turnaround(3, heights=(1, 0.7, 0.9)),
        scene(),
        Image.new("RGB", (900, 600), "white"),
        Image.new("RGB", (1, 1)),
        Image.new("RGB", (3000, 4), "white"),
    ],
    ids=["one figure", "two figures", "three people", "a place", "nothing", "a dot", "a line"],
)
def test_other_picture_is_no_sheet(image: Image.Image) -> None:
    assert explain_reference_sheet(image) == ""


def test_film_frame_between_bars_is_no_sheet() -> None:
    image = Image.new("RGB", (900, 600), "black")
    image.paste(scene().resize((900, 380)), (0, 110))
    assert explain_reference_sheet(image) == ""


@pytest.mark.long("files")
def test_foreign_picture_is_examined_in_a_safe_process(tmp_path: Path) -> None:
    turnaround(3).save(tmp_path / "sheet.png")
    scene().save(tmp_path / "scene.png")
    assert "3 views" in probe_in_subprocess(tmp_path / "sheet.png").sheet
    assert probe_in_subprocess(tmp_path / "scene.png").sheet == ""
    assert "sheet" not in probe_in_subprocess(tmp_path / "scene.png").as_json()
