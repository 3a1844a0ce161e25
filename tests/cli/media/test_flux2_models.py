"""Test FLUX.2 dev and klein KV on the command line, with a real worker and tiny weights: pictures, equality
with the plain diffusers pipeline, and requests that these weights can't fulfil.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.budget import thorough
from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.front_door import Milimo, environment

__all__ = ["tiny"]

KEEPING, DEV = "tiny-flux2-klein-kv", "tiny-flux2-dev"
FEW = ("--width", "64", "--height", "64", "--steps", "2", "--seed", "7")


@pytest.fixture(scope="module")
def studio(made: Path, tiny: Tiny, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Milimo]:
    folder = tmp_path_factory.mktemp("kinds")
    shutil.copytree(made / "home", folder / "home", ignore=shutil.ignore_patterns("supervisor.*"))
    furnish(folder / "home", tiny, "flux2-klein-kv", "flux2-dev", "flux2-lora")
    milimo = Milimo({**environment(folder), "OMP_NUM_THREADS": "1"}, folder / "work")
    yield milimo
    milimo.inside("supervisor", "stop", "--now")


@pytest.fixture
def house(tmp_path: Path) -> Path:
    path = tmp_path / "house.png"
    noise = np.random.default_rng(5).integers(0, 256, (96, 96, 3), dtype=np.uint8)
    Image.fromarray(noise).save(path)
    return path


def shown(studio: Milimo, *words: str) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Make a picture with these options and return its pixels."""
    made = studio.inside("picture", "make", "a red house", *FEW, *words)
    with Image.open(made["path"]) as image:
        return np.asarray(image.convert("RGB"))


@pytest.mark.long("command_line")
@pytest.mark.parametrize("model", thorough("models", [KEEPING, DEV], one=True))
def test_reference_case_equals_the_bare_pipelines(studio: Milimo, model: str) -> None:
    facts = studio.inside("engine", "check", "flux2", "--model", model)["facts"]
    assert facts["bare"] == 0.0, "bit by bit, call by call"


@pytest.mark.long("command_line")
@pytest.mark.parametrize("model", [KEEPING, DEV])
def test_reference_and_lora_change_the_picture(studio: Milimo, model: str, house: Path) -> None:
    plain = shown(studio, "--model", model)
    assert (shown(studio, "--model", model) == plain).all()
    assert (shown(studio, "--model", model, "--references", str(house)) != plain).any()
    assert (shown(studio, "--model", model, "--lora", "tiny-flux2-lora") != plain).any()


@pytest.mark.long("command_line")
def test_dev_gets_its_guidance_and_klein_kv_gets_none(studio: Milimo) -> None:
    assert (shown(studio, "--model", DEV, "--guidance", "9") != shown(studio, "--model", DEV)).any()
    made = studio.inside("picture", "make", "a red house", *FEW, "--model", KEEPING, "--guidance", "9")
    [note] = made["notes"]
    assert re.search(r"\bguidance 9\b.*\bKV\b", note)


@pytest.mark.long("command_line")
def test_only_complete_pictures_are_made(studio: Milimo, house: Path) -> None:
    for model, kind in ((KEEPING, "KV"), (DEV, "dev")):
        error = studio.json("picture", "upscale", str(house), "--model", model, code=2)["error"]
        assert error["message"].startswith(f"{model} ")
        assert f"{kind} weights" in error["message"]
        assert "milimo model list" in error["hint"]
        paint = ("picture", "inpaint", str(house), "a dog", "--mask", str(house), "--model", model)
        assert studio.json(*paint, code=2)["error"]["message"] == error["message"]
        negative = ("picture", "make", "x", "--negative", "blue", "--model", model)
        message = studio.json(*negative, code=2)["error"]["message"]
        assert message.startswith(f"{model} takes no negative prompt: {kind} weights make one pass a step")
    assert studio.json("job", "list", "--state", "failed") == []
