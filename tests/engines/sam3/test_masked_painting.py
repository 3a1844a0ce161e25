"""Test of a mask that limits inpainting: SAM 3 finds the mask and FLUX.2 paints inside it, both with tiny
weights.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from milimo_tui.media.encode.take_file import write_take
from milimo_tui.media.picture import yuv
from milimo_tui.media.sound.sound_file import SoundFile
from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.front_door import Milimo, environment

__all__ = ["tiny"]


@pytest.fixture
def studio(tmp_path: Path, tiny: Tiny) -> Iterator[Milimo]:
    more = {"TORCHDYNAMO_DISABLE": "1", "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
    milimo = Milimo({**environment(tmp_path), **more}, tmp_path / "work")
    furnish(milimo.home, tiny, "sam3", "flux2-klein")
    milimo.act("project", "new", "Masks")
    yield milimo
    milimo.inside("supervisor", "stop", "--now")


@pytest.mark.long("models")
def test_row_55_mask_of_the_film_selects_what_is_repainted(studio: Milimo) -> None:
    random = np.random.default_rng(0)
    before = np.asarray(
        Image.fromarray(random.integers(0, 255, (8, 8, 3), dtype=np.uint8)).resize((128, 128))
    )
    photo = studio.cwd / "photo.png"
    Image.fromarray(before).save(photo)
    made = studio.inside("picture", "segment", str(photo), "--box", "10,10,70,90", code=0)
    studio.inside("picture", "mask", "rename", made["id"], "the lamp", code=0)
    mask = np.asarray(Image.open(made["path"]))
    assert 0 < (mask > 0).mean() < 1
    painted = studio.inside(
        "picture", "inpaint", str(photo), "a blue lamp", "--mask", "the lamp", "--steps", "2", code=0
    )
    after = np.asarray(Image.open(painted["path"]).convert("RGB"))
    changed = (before != after).any(axis=2)
    assert changed.any()
    assert not changed[mask == 0].any(), "outside of it each pixel stays"
    clip = studio.inside("picture", "inpaint", str(photo), "a lamp", "--mask", "nothing by that name", code=2)
    assert clip["error"]["hint"]


@pytest.mark.long("models")
def test_range_of_a_clip_is_painted_frame_by_frame_inside_the_mask(
    studio: Milimo,
) -> None:
    random = np.random.default_rng(0)
    ground = np.asarray(
        Image.fromarray(random.integers(0, 255, (8, 8, 3), dtype=np.uint8)).resize((128, 128))
    )
    clip = studio.cwd / "clip.mov"
    moving = [np.roll(ground, 6 * index, axis=1) for index in range(5)]
    sound = random.normal(0, 0.1, (2, 9600)).astype(np.float32)
    write_take(clip, moving, width=128, height=128, rate=Fraction(25), frames=5, sound=sound)
    studio.act("asset", "add", str(clip))
    mask = studio.inside("picture", "mask", "draw", "clip.mov", "--act", "box 30,30,90,90")
    made = studio.inside(
        "picture", "inpaint", "clip.mov", "a blue lamp", "--range", "1..3", "--mask", mask["id"],
        "--steps", "2", "--strength", "1",
    )  # fmt: skip
    black = np.asarray(Image.open(mask["path"])) == 0
    for number, (old, new) in enumerate(zip(planes(clip), planes(Path(made["path"])), strict=True)):
        for at, (before, after) in enumerate(zip(old, new, strict=True)):
            outside = black if at == 0 else black.reshape(64, 2, 64, 2).all(axis=(1, 3))
            if number not in (1, 2, 3):
                outside = np.ones_like(outside)
            np.testing.assert_array_equal(before[outside], after[outside])
        if number in (1, 2, 3):
            assert (old[0] != new[0]).any()
    np.testing.assert_array_equal(heard(clip), heard(Path(made["path"])))
    listed = {asset["id"]: asset for asset in studio.inside("asset", "list", "--all")}
    assert listed[made["id"]]["kind"] == "video"
    wrong = (("3..9",), ("3..1",), ("x",), ("1..2", "--frame", "1"))
    for words in wrong:
        studio.refusal("picture", "inpaint", "clip.mov", "a lamp", "--mask", mask["id"], "--range", *words)
    assert "mask" in studio.refusal("picture", "inpaint", "clip.mov", "a lamp", "--range", "1..2")


def planes(path: Path) -> list[list[NDArray[np.uint8]]]:
    """Return the stored luma and chroma planes of every frame."""
    with av.open(str(path)) as file:
        return [[view.copy() for view in yuv.get_plane_views(frame)] for frame in file.decode(video=0)]


def heard(path: Path) -> NDArray[np.float32]:
    file = SoundFile(path)
    try:
        return file.read(0, 9600)
    finally:
        file.close()
