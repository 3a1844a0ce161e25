"""Test that a picture records how it was made: the record is shown, and the picture is made again equally or
with a change.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.front_door import Milimo, environment

__all__ = ["tiny"]

SMALL = ("--width", "96", "--height", "64", "--steps", "2")


@pytest.fixture(scope="module")
def studio(made: Path, tiny: Tiny, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Milimo]:
    folder = tmp_path_factory.mktemp("again")
    shutil.copytree(made / "home", folder / "home", ignore=shutil.ignore_patterns("supervisor.*"))
    furnish(folder / "home", tiny, "flux2-klein-base", "flux2-klein", "flux2-lora")
    env = {**environment(folder), "TORCHDYNAMO_DISABLE": "1", "OMP_NUM_THREADS": "1"}
    runner = Milimo(env, folder / "work")
    yield runner
    runner.inside("supervisor", "stop", "--now")


@pytest.fixture
def house(studio: Milimo, tmp_path: Path) -> str:
    """Add a picture to the film, to be used as a reference, and return its id."""
    path = tmp_path / "house.png"
    pixels = np.random.default_rng(5).integers(0, 256, (64, 96, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(path)
    return str(studio.json("asset", "add", str(path))["id"])


@pytest.mark.long("command_line")
def test_row_49_every_parameter_of_a_picture_is_recorded_and_restored(studio: Milimo, house: str) -> None:
    """The record contains every parameter. In Milimo Video, size, negative prompt and options were lost, and
    the drawn seed was stored as null.
    """
    asked = (
        "--negative", "fog", "--guidance", "3", "--lora", "tiny-flux2-lora@0.5", "--references", house,
        "--count", "2", "--deterministic",
    )  # fmt: skip
    made = studio.json("picture", "make", "A red cup", *SMALL, *asked)
    second = made["pictures"][1]["id"]
    said = studio.json("asset", "show", second)["made"]
    wanted = {
        "prompt": "A red cup",
        "negative": "fog",
        "guidance": 3.0,
        "steps": 2,
        "width": 96,
        "height": 64,
    }
    assert {name: said["spec"][name] for name in wanted} == wanted
    assert said["seed"] == made["seed"] + 1
    assert said["model"]["id"] == "tiny-flux2-klein-base"
    assert said["spec"]["loras"][0]["strength"] == 0.5
    assert said["spec"]["deterministic"] is True
    assert len(said["inputs"]) == 1
    assert said["seconds"] > 0
    # These weights do not support negative prompts. The remake must use the weights of the record instead.
    studio.json("model", "use", "tiny-flux2-klein")
    again = studio.json("picture", "remake", second)
    assert again["equal"] is True
    assert (again["differences"], again["changed"]) == ([], [])
    assert again["path"] == made["pictures"][1]["path"], "media is named by its hash"


@pytest.mark.long("command_line")
def test_changed_order_makes_another_picture(studio: Milimo, house: str) -> None:
    made = studio.json("picture", "make", "A red cup", *SMALL, "--references", house)
    spec = studio.json("picture", "remake", made["id"], "--prompt", "A blue cup", "--dry-run")["spec"]
    assert (spec["prompt"], spec["seed"]) == ("A blue cup", made["seed"])
    other = studio.json("picture", "remake", made["id"], "--seed", "77")
    assert "equal" not in other
    assert studio.json("asset", "show", other["id"])["made"]["seed"] == 77


@pytest.mark.long("command_line")
def test_file_outside_the_film_shows_its_origin(studio: Milimo, tmp_path: Path) -> None:
    made = studio.json("picture", "make", "A lamp", *SMALL)
    copy = shutil.copyfile(made["path"], tmp_path / "copy.png")
    assert studio.json("picture", "remake", str(copy))["equal"] is True


@pytest.mark.long("command_line")
def test_picture_that_cannot_be_remade_is_reported(studio: Milimo, house: str) -> None:
    error = studio.json("picture", "remake", house, code=2)["error"]
    assert (error["kind"], bool(error["hint"])) == ("not_found", True)
    made = studio.json("picture", "make", "A lamp", *SMALL, "--references", house)
    big = studio.json("picture", "upscale", made["id"])
    error = studio.json("picture", "remake", big["id"], "--guidance", "3", code=2)["error"]
    assert "guidance" in error["message"]


def test_drawn_board_and_imported_asset_show_their_known_origin(studio: Milimo, house: str) -> None:
    assert studio.json("asset", "show", house)["made"] == {}
    shot = studio.json("shot", "list")[0]
    [take] = studio.json("shot", "takes", shot["id"])
    said = studio.json("asset", "show", Path(take["path"]).name)["made"]
    assert said["engine"] == "animatic"
    assert said["spec"]["facts"]["number"] == shot["number"]
