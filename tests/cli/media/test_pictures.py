"""Test pictures from the command line to the film, with a real supervisor, a real worker and the real model
classes on tiny weights.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from milimo_tui.engines.catalog.installed_weights import InstalledWeights
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.media.read.footage import Footage
from milimo_tui.media.read.probe import probe
from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.front_door import Milimo, environment

__all__ = ["tiny"]

SMALL = ("--width", "128", "--height", "96")
FEW = ("--steps", "2")


@pytest.fixture(scope="module")
def studio(made: Path, tiny: Tiny, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Milimo]:
    """Yield a home with the tiny film and tiny weights. Its worker keeps the weights in memory for all tests
    of this file.
    """
    folder = tmp_path_factory.mktemp("pictures")
    shutil.copytree(made / "home", folder / "home", ignore=shutil.ignore_patterns("supervisor.*"))
    furnish(
        folder / "home", tiny, "flux2-klein", "flux2-klein-base", "flux2-lora", "ltx2-camera-lora", "sam3"
    )
    env = {**environment(folder), "TORCHDYNAMO_DISABLE": "1", "OMP_NUM_THREADS": "1"}
    runner = Milimo(env, folder / "work")
    yield runner
    runner.inside("supervisor", "stop", "--now")


@pytest.fixture
def house(tmp_path: Path) -> Path:
    path = tmp_path / "house.png"
    noise = np.random.default_rng(5).integers(0, 256, (112, 176, 3), dtype=np.uint8)
    Image.fromarray(noise).save(path)
    return path


@pytest.fixture
def mask(tmp_path: Path) -> Path:
    path = tmp_path / "mask.png"
    picture = Image.new("L", (176, 112), 0)
    picture.paste(255, (60, 40, 100, 70))
    picture.save(path)
    return path


def asset(studio: Milimo, id: str) -> dict[str, Any]:
    found: dict[str, Any] = studio.json("asset", "show", id)
    return found


def element(studio: Milimo, trigger: str) -> dict[str, Any]:
    return next(row for row in studio.json("element", "list") if row["trigger"] == trigger)


def error(studio: Milimo, *words: str, code: int = 2) -> dict[str, str]:
    told: dict[str, str] = studio.json(*words, code=code)["error"]
    return told


@pytest.mark.long("command_line")
def test_picture_is_made_and_added_to_the_media(studio: Milimo) -> None:
    made = studio.json("picture", "make", "a red house", "--width", "130", "--height", "96", "--seed", "7")
    assert made["kind"] == "picture"
    assert (made["seed"], made["steps"], made["model"]) == (7, 4, "tiny-flux2-klein")
    [note] = made["notes"]
    assert re.findall(r"\d+(?:×\d+)?", note) == ["144×96", "130×96", "16"]
    facts = probe(Path(made["path"]))
    assert (facts.kind, facts.width, facts.height) == ("picture", 130, 96)
    row = asset(studio, made["id"])
    assert (row["name"], row["path"], row["online"]) == ("a-red-house-7.png", made["path"], True)
    job = studio.json("job", "show", made["job"])
    assert job["state"] == "done"
    again = studio.json("picture", "make", "a red house", "--width", "130", "--height", "96", "--seed", "7")
    assert again["id"] == made["id"], "the same bits are the same media"


@pytest.mark.long("command_line")
def test_several_pictures_are_reported_one_by_one(studio: Milimo) -> None:
    made = studio.json("picture", "make", "three boats", *SMALL, *FEW, "--count", "3", "--seed", "1")
    assert len({row["path"] for row in made["pictures"]}) == 3
    assert made["pictures"][0] == {"id": made["id"], "path": made["path"]}
    names = [asset(studio, row["id"])["name"] for row in made["pictures"]]
    assert names == ["three-boats-1.png", "three-boats-2.png", "three-boats-3.png"]


@pytest.mark.long("command_line")
def test_second_picture_loads_no_model_again_and_a_lora_only_itself(studio: Milimo) -> None:
    studio.json("picture", "make", "warm", *SMALL, *FEW)
    plain = studio.json("picture", "make", "again", *SMALL, *FEW)
    data = studio.json("picture", "make", "again", *SMALL, *FEW, "--lora", "tiny-flux2-lora@2")
    logs = [studio.act("job", "log", made["job"]) for made in (plain, data)]
    assert "loaded" not in logs[0]
    assert [line.partition("loaded ")[2][:8] for line in logs[1].splitlines() if "loaded " in line] == [
        "LoRA tin"
    ]


@pytest.mark.long("command_line")
def test_references_keep_their_order_and_elements_add_theirs(studio: Milimo, house: Path, mask: Path) -> None:
    studio.json("element", "set", "@Mara", "--description", "a tired detective")
    drawn = studio.json("element", "draw", "@Mara", *SMALL, *FEW)
    shown = ("picture", "make", "@Mara by the sea", "--references", str(house), str(mask), "--dry-run")
    spec = studio.json(*shown)["spec"]
    assert spec["prompt"] == "Mara (a tired detective) by the sea"
    assert spec["references"] == [str(house), str(mask), drawn["path"]]
    assert (spec["width"], spec["height"]) == (176, 112), "the first reference's sides"
    told = error(studio, "picture", "make", "x", "--references", *_copies(house, 5))
    assert re.findall(r"\b\d\b", told["message"].replace("FLUX.2", "")) == ["4", "5"]


def _copies(picture: Path, count: int) -> list[str]:
    copies = [picture.with_name(f"copy-{number}.png") for number in range(count)]
    for copy in copies:
        shutil.copy(picture, copy)
    return [str(copy) for copy in copies]


def test_picture_for_a_shot_becomes_its_board_and_takes_stay(studio: Milimo) -> None:
    before = studio.json("shot", "show", "1A")
    made = studio.json("picture", "make", "--shot", "1A", *SMALL, *FEW)
    after = studio.json("shot", "show", "1A")
    assert (after["take"], after["takes"]) == (before["take"], before["takes"])
    used = asset(studio, made["id"])
    assert used["used"] is True
    spec = studio.json("picture", "make", "--shot", "1A", "--dry-run")["spec"]
    assert "Mara lights a lamp on the table" in spec["prompt"], "the words of the script"
    assert "static" not in spec["prompt"], "a picture has no movement"
    assert made["seed"] == after["seed"], "the first has the shot's seed"
    assert spec["seed"] != made["seed"], "the next has its own"
    studio.json("shot", "set", "1A", "--lock")
    assert studio.json("picture", "make", "--shot", "1A", "--dry-run")["spec"]["seed"] == made["seed"]
    studio.json("shot", "set", "1A", "--unlock")
    other = studio.json("picture", "make", "a lamp", "--board", "1B", *SMALL, *FEW)
    assert studio.json("picture", "make", "x", "--references", "1B", "--dry-run")["spec"]["references"] == [
        other["path"]
    ]


def test_concept_art_makes_missing_pictures_and_keeps_takes(studio: Milimo) -> None:
    takes = {row["id"]: row["take"] for row in studio.json("shot", "list")}
    art = (
        "storyboard",
        "board",
        "--missing",
        "--engine",
        "flux2",
        "--width",
        "64",
        "--height",
        "64",
        "--steps",
        "1",
    )
    first = studio.json(*art)
    assert first["jobs"]
    assert all(row["state"] == "done" for row in first["ended"])
    assert studio.json(*art)["jobs"] == [], "there is one for each now"
    forced = studio.json("storyboard", "board", "1A", *art[3:])
    assert len(forced["jobs"]) == 1
    assert {row["id"]: row["take"] for row in studio.json("shot", "list")} == takes


def test_elements_are_drawn_by_templates_that_a_film_may_change(studio: Milimo) -> None:
    studio.json("element", "add", "Lamp", "--kind", "object", "--description", "a brass lamp of @Mara")
    draw = ("element", "draw", "@Lamp")
    usual = studio.json(*draw, "--dry-run")["spec"]
    assert "Concept design of a thing, Lamp: a brass lamp of Mara" in usual["prompt"]
    studio.json("element", "template", "object", "Drawing of {name}, {description}.")
    own = studio.json(*draw, "--dry-run")["spec"]
    assert own["prompt"].startswith("Drawing of Lamp, a brass lamp of Mara")
    assert (own["width"], own["height"]) == (1024, 1024)
    first = studio.json(*draw, *SMALL, *FEW)
    second = studio.json(*draw, *SMALL, *FEW)
    assert element(studio, "@Lamp")["references"] == [second["id"], first["id"]], "the newest shows it"
    assert "no {colour}" in error(studio, "element", "template", "object", "{name} in {colour}")["message"]
    studio.json("element", "template", "object", "")
    assert studio.json(*draw, "--dry-run")["spec"]["prompt"] == usual["prompt"]
    nobody = error(studio, "element", "draw", "@Kitchen")
    assert "Kitchen" in nobody["message"]


@pytest.mark.long("command_line")
def test_inpainting_changes_only_the_mask(studio: Milimo, house: Path, mask: Path) -> None:
    made = studio.json(
        *("picture", "inpaint", str(house), "a dog", "--mask", str(mask), "--grow", "2", "--feather", "4"),
        *("--strength", "1", "--seed", "3"),
    )
    before, after = (np.asarray(Image.open(path)) for path in (house, made["path"]))
    changed = (before != after).any(axis=2)
    inside = np.zeros(changed.shape, dtype=bool)
    inside[40 - 6 : 70 + 6, 60 - 6 : 100 + 6] = True
    assert changed.any()
    assert not changed[~inside].any()
    assert (made["steps_run"], made["seed"]) == (4, 3)


def test_frame_of_a_take_is_repainted_as_a_picture(studio: Milimo, tmp_path: Path) -> None:
    [take] = [row for row in studio.json("shot", "takes", "1B") if row["picked"]]
    facts = probe(Path(take["path"]))
    assert facts.width
    assert facts.height
    mask = tmp_path / "corner.png"
    corner = Image.new("L", (facts.width, facts.height), 0)
    corner.paste(255, (0, 0, 64, 64))
    corner.save(mask)
    paint = ("picture", "inpaint", "1B", "a dog", *FEW, "--mask", str(mask))
    made = studio.json(*paint, "--frame", "3")
    with Footage(Path(take["path"])) as footage:
        before = footage.frame(3)
    after = np.asarray(Image.open(made["path"]))
    assert (before[64:] == after[64:]).all()
    assert (before[:64, :64] != after[:64, :64]).any()
    assert "9999" in error(studio, *paint, "--frame", "9999")["message"]


@pytest.mark.long("command_line")
def test_clicked_object_is_repainted(studio: Milimo, house: Path) -> None:
    words = ("picture", "inpaint", str(house), "a dog", *FEW, "--box", "60,40,100,70")
    made = studio.json(*words)
    kinds = [
        studio.json("job", "show", id)["kind"] for id in studio.json("job", "show", made["job"])["depends_on"]
    ]
    assert kinds == ["segment"]


def test_upscaling_doubles_both_sides(studio: Milimo, house: Path) -> None:
    made = studio.json("picture", "upscale", str(house), *FEW)
    facts = probe(Path(made["path"]))
    assert (facts.width, facts.height) == (352, 224)


@pytest.mark.long("command_line")
def test_shot_of_one_frame_is_a_picture_in_the_media(studio: Milimo, house: Path) -> None:
    studio.json(
        "shot", "set", "2A", "--length", "1f", "--engine", "flux2", "--seed", "9", "--lock", "--steps", "2"
    )
    studio.json("shot", "condition", "add", "2A", str(house), "--strength", "0.5")
    changes = studio.json("shot", "show", "2A")["way"]["changes"]
    # The change is announced before the job runs.
    [said] = [change for change in changes if change.startswith("strength 0.5 ")]
    [job] = studio.json("shot", "make", "2A")["jobs"]
    assert said in studio.json("job", "show", job)["history"][-1]["notes"]
    [take] = [row for row in studio.json("shot", "takes", "2A") if row["engine"] == "flux2"]
    assert (take["frames"], take["seed"]) == (1, 9)
    assert probe(Path(take["path"])).frames == 1
    pictures = [row for row in studio.json("asset", "list") if row["name"].endswith("-9.png")]
    assert len(pictures) == 1


@pytest.mark.long("command_line")
def test_impossible_requests_are_refused_with_a_suggestion(
    studio: Milimo, house: Path, mask: Path, tmp_path: Path
) -> None:
    one, black, huge, text = (tmp_path / name for name in ("one.png", "black.png", "huge.png", "text.png"))
    Image.new("RGB", (1, 1)).save(one)
    Image.new("L", (176, 112), 0).save(black)
    Image.new("L", (20000, 64)).save(huge)
    text.write_text("not a picture")
    make, paint = ("picture", "make", "x"), ("picture", "inpaint", str(house), "a dog")
    for words, said in (
        (("picture", "make"), ""),
        ((*make, "--width", "5000", "--height", "5000"), "5000×5000"),
        ((*make, "--width", "20", "--height", "20"), "20×20"),
        ((*make, "--aspect", "5:5"), "“5:5”"),
        (
            (*make, "--negative", "blue"),
            "tiny-flux2-klein",
        ),
        ((*make, "--references", str(one)), "reference 1 is 1×1"),
        ((*make, "--references", str(huge)), "20000×64"),
        ((*make, "--references", str(text)), "text.png"),
        ((*make, "--references", "nowhere.png"), "“nowhere.png”"),
        ((*make, "--lora", "nothing"), "“nothing”"),
        ((*paint, "--mask", str(black)), "empty"),
        ((*paint, "--mask", str(one)), "1×1"),
        (paint, ""),
        ((*make, "--lora", "tiny-ltx2-camera-lora"), "lora.safetensors"),
        (("picture", "upscale", str(one)), "one.png is 1×1"),
    ):
        told = error(studio, *words)
        assert said in told["message"], told
        assert told["hint"], told
    missing = error(studio, *make, "--model", "flux2-klein-4b", code=3)
    assert "model download flux2-klein-4b" in missing["hint"]
    assert studio.json("job", "list", "--state", "failed") == []


def test_large_weights_without_a_gpu_are_refused_before_queueing(studio: Milimo) -> None:
    store = ModelStore(studio.home / "models")
    store.register(InstalledWeights(id="large", family="flux2", path=str(store.folder / "tiny-flux2-klein")))
    try:
        told = error(studio, "picture", "make", "x", "--model", "large", code=3)
    finally:
        store.forget("large")
    assert told["message"].startswith("large ")
    assert "GPU" in told["message"]
    assert "engine explain flux2" in told["hint"]


def test_negative_prompts_need_base_weights(studio: Milimo) -> None:
    made = studio.json(
        "picture", "make", "x", *SMALL, *FEW, "--negative", "blue", "--model", "tiny-flux2-klein-base"
    )
    assert (made["negative"], made["guidance"]) == ("blue", 4.0)


def test_picture_without_a_film_is_stored_in_the_home(studio: Milimo) -> None:
    current = studio.home / "current"
    known = current.read_bytes()
    current.unlink()
    try:
        made = studio.json("picture", "make", "a red house", *SMALL, *FEW)
    finally:
        current.write_bytes(known)
    assert made["id"] == made["job"]
    assert Path(made["path"]).is_relative_to(studio.home / "workspace")
    assert probe(Path(made["path"])).width == 128
