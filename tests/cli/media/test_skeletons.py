"""Test skeletons on the command line: a person in a picture is found, corrected, exported and used as a pose
for a shot.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from milimo_tui.media.picture import drawn_people
from milimo_tui.media.read.footage import Footage
from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.front_door import TINY, Milimo, environment
from tests.interchange.skeletons.test_skeletons import Read, validated

__all__ = ["tiny"]

pytestmark = pytest.mark.long("models")


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Iterator[Milimo]:
    folder = tmp_path_factory.mktemp("skeletons")
    more = {"TORCHDYNAMO_DISABLE": "1", "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
    milimo = Milimo({**environment(folder), **more}, folder / "work")
    furnish(milimo.home, tiny, "pose", "persons", "ltx2", "ltx2-ic-pose")
    (folder / "work" / "lamps.fountain").write_text(TINY)
    milimo.act("project", "new", "Skeletons", "--rate", "24", "--size", "96x64")
    milimo.act("script", "import", str(folder / "work" / "lamps.fountain"))
    milimo.act("storyboard", "commit")
    random = np.random.default_rng(1)
    ground = Image.fromarray(random.integers(0, 255, (16, 12, 3), dtype=np.uint8))
    ground.resize((96, 128), Image.Resampling.BICUBIC).save(folder / "work" / "mara.png")
    try:
        yield milimo
    finally:
        milimo.inside("supervisor", "stop", "--now")


def joint(told: Any, name: str) -> Any:
    return next(row for row in told["joints"] if row["joint"] == name)


def test_skeleton_sheet_is_found_corrected_exported_and_followed(studio: Milimo) -> None:
    found = studio.json("skeleton", "find", "mara.png")
    assert (found["name"], found["width"], found["height"], found["model"]) == ("mara", 96, 128, "tiny-pose")
    assert len(found["joints"]) == 17
    assert [row["name"] for row in studio.json("skeleton", "list")] == ["mara"]
    # Positions set by the user stay, and can be undone one by one.
    places = {
        "nose": "48,10", "left shoulder": "60,30", "right shoulder": "36,30", "left hip": "56,70",
        "right hip": "40,70", "left ankle": "57,120",
    }  # fmt: skip
    for name, place in places.items():
        told = studio.json("skeleton", "move", "mara", name, place)
    assert joint(told, "nose") == {"joint": "nose", "x": 48.0, "y": 10.0, "sure": 1.0, "by_hand": True}
    assert joint(studio.json("skeleton", "move", "mara", "nose", "+2,-1"), "nose")["x"] == 50.0
    assert "nose" in studio.json("skeleton", "move", "mara", "nose", "--gone")["unsure"]
    studio.json("skeleton", "undo", "mara")
    assert joint(studio.json("skeleton", "undo", "mara"), "nose")["x"] == 48.0
    assert "500,5 is outside" in studio.refusal("skeleton", "move", "mara", "nose", "500,5")
    assert "no joint “thumb”" in studio.refusal("skeleton", "move", "mara", "thumb", "5,5")
    again = studio.json("skeleton", "find", "mara.png")
    assert joint(again, "nose")["by_hand"]
    [kept] = (studio.home / "projects").glob("*/skeletons/mara.json")
    # The path is relative, so that the film can be moved.
    assert not Path(json.loads(kept.read_text())["source"]).is_absolute()
    # The skeleton is drawn over its picture.
    assert "every joint was found" in studio.act("skeleton", "show", "mara")
    studio.act("skeleton", "show", "mara", "--out", "shown.png")
    joints = [[row["x"], row["y"], row["sure"]] for row in again["joints"]]
    with Image.open(studio.cwd / "shown.png") as file, Image.open(studio.cwd / "mara.png") as plain:
        wanted = drawn_people.draw_skeletons_over(
            np.asarray(plain.convert("RGB")), [np.asarray(joints, dtype=np.float32)]
        )
        assert np.array_equal(np.asarray(file), wanted)
    # The skeleton is exported as glTF.
    studio.act("skeleton", "export", "mara", "mara.glb", "--tall", "1.8")
    assert "mara.glb already exists" in studio.refusal("skeleton", "export", "mara", "mara.glb")
    read = Read((studio.cwd / "mara.glb").read_bytes())
    assert {"hips", "spine", "neck"} <= {node["name"] for node in read.file["nodes"]}
    said = validated(studio.cwd / "mara.glb")
    assert said is None or (said["numErrors"], said["numWarnings"]) == (0, 0)
    # The shot follows the skeleton as a pose: exactly these joints, for the complete length of the shot.
    made = studio.json("skeleton", "pose", "mara", "--shot", "1A")
    with Footage(Path(made["path"])) as footage:
        drawn = footage.frame(footage.frames - 1)
        assert footage.rate == Fraction(24)
    wanted = drawn_people.draw_skeletons([np.asarray(joints, dtype=np.float32)], 96, 128)
    assert np.abs(drawn.astype(int) - wanted.astype(int)).mean() < 10
    [row] = studio.json("control", "list", "pose")
    assert (row["control"], row["followed"]) == ("pose", ["1A"])


def test_impossible_skeleton_is_refused_in_one_sentence(studio: Milimo) -> None:
    assert "no skeleton “nobody”" in studio.refusal("skeleton", "show", "nobody")
    assert "no frame 9" in studio.refusal("skeleton", "find", "mara.png", "--frame", "9")
    other = ("--name", "other", "--person", "32")
    assert "no person 32" in studio.refusal("skeleton", "find", "mara.png", *other)
    assert [row["name"] for row in studio.json("skeleton", "list")] == ["mara"]
