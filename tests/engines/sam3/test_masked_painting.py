"""A mask of the film says what is painted anew: SAM 3 and FLUX.2 one after the other, both tiny."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

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
def test_row_55_a_mask_of_the_film_says_what_is_painted_anew(studio: Milimo) -> None:
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
