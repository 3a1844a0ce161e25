"""Test remakes: frames and samples are equal on the same machine, and differences since the original take are
reported.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from milimo_tui.engines.contract.provenance import parse_provenance_marks
from milimo_tui.engines.recipes.card_records import CardRecords
from milimo_tui.engines.recipes.values import RecipeOutcome
from milimo_tui.engines.runtime.memory import card
from milimo_tui.media.files.tags import read_embedded_texts
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.studio.media.provenance import read_provenance
from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.front_door import TINY, Milimo, environment

__all__ = ["tiny"]

ONE_THREAD = {"TORCHDYNAMO_DISABLE": "1", "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Iterator[Milimo]:
    """Return `milimo` on a home with tiny LTX-2 weights and a film of 64x64 pixels from the tiny
    screenplay.
    """
    folder = tmp_path_factory.mktemp("remake")
    milimo = Milimo({**environment(folder), **ONE_THREAD}, folder / "work")
    furnish(milimo.home, tiny, "ltx2-distilled", "ltx2", "ltx2-upsampler", "ltx2-style-lora")
    script = folder / "work" / "two-lamps.fountain"
    script.write_text(TINY)
    milimo.json("project", "new", "Two Lamps", "--rate", "24", "--size", "64x64")
    milimo.json("script", "import", str(script))
    milimo.json("storyboard", "commit")
    for shot in ("1A", "1B", "2A"):
        milimo.json("shot", "set", shot, "--length", "9f", "--engine", "ltx2")
    try:
        yield milimo
    finally:
        milimo.inside("supervisor", "stop", "--now")


def made(studio: Milimo, shot: str) -> dict[str, Any]:
    """Make a take of the shot and return its row."""
    assert studio.json("shot", "make", shot)["ended"][0]["state"] == "done"
    return dict(studio.json("shot", "takes", shot)[-1])


def ran_out(home: Path, recipe: str) -> None:
    """Record in the home that `recipe` ran out of memory with the tiny weights on this machine."""
    known = RecipeOutcome("ltx2", "tiny-ltx2-distilled", recipe, 1, 1e6, ran=False)
    CardRecords(home).add_outcome(card(), known)


def project(studio: Milimo) -> ProjectFile:
    from milimo_tui.core.paths import Home

    return ProjectFile.open(Home(studio.home).get_project_paths("two-lamps"))


@pytest.mark.long("remake")
def test_remake_is_equal_in_each_frame_and_sample(studio: Milimo, tmp_path: Path) -> None:
    picture = tmp_path / "first.png"
    Image.effect_noise((64, 64), 60).convert("RGB").save(picture)
    studio.json("shot", "condition", "add", "1A", str(picture))
    studio.json("shot", "lora", "add", "1A", "tiny-ltx2-style-lora")
    studio.json("shot", "set", "1A", "--deterministic", "on")
    ran_out(studio.home, "float32, in main memory")
    take = made(studio, "1A")
    (studio.home / "cards.json").unlink()  # without the record, a different recipe is the best
    studio.act("supervisor", "stop")  # so that another process makes the remake
    # The remake must use its old weights although others are selected now
    studio.json("model", "use", "tiny-ltx2")
    again = studio.json("shot", "remake", "1A")
    assert again["equal"] is True
    assert (again["differences"], again["changed"]) == ([], [])
    assert (again["frames"], again["samples"]) == (9, 18_000)
    takes = studio.json("shot", "takes", "1A")
    assert [takes[0]["id"], takes[1]["id"]] == [again["take"], again["remade"]]
    assert takes[0]["path"] == takes[1]["path"], "the files are equal too, and media is named by its hash"
    marks = parse_provenance_marks(read_embedded_texts(Path(take["path"])))
    assert marks["model"]["id"] == "tiny-ltx2-distilled"
    assert len(marks["model"]["digest"]) == 64
    assert marks["recipe"]["name"] == "bf16, in main memory", "the remake keeps to it"
    assert "recipe" not in marks["spec"], "how it was made stands in the file once"
    assert marks["seed"] == take["seed"]
    assert {"milimo", "torch", "diffusers", "transformers"} <= marks["versions"].keys()
    assert len(marks["inputs"]) == 1
    assert marks["spec"]["deterministic"] is True
    assert str(studio.home) not in str(marks)
    with project(studio) as film:
        provenance = read_provenance(film, job=take["job"])
    assert provenance["seconds"] > 0
    assert provenance["machine"]["threads"] == "1"
    assert {name: provenance[name] for name in marks} == marks
    studio.json("model", "use", "tiny-ltx2-distilled")


@pytest.mark.long("models")
def test_takes_of_tiny_weights_are_marked_as_noise(studio: Milimo) -> None:
    take = made(studio, "1B")
    assert (take["noise"], take["previs"]) == (True, True)
    marks = read_embedded_texts(Path(take["path"]))
    assert marks["comment"].startswith("NOISE")


@pytest.mark.long("models")
def test_changed_weights_under_the_same_name_are_reported(studio: Milimo) -> None:
    made(studio, "2A")
    studio.json("model", "tiny", "ltx2-distilled", "--seed", "1")
    again = studio.json("shot", "remake", "2A", "--take", "1")
    assert again["equal"] is False
    assert "9 of 9 frames" in again["differences"][0]
    [changed] = [line for line in again["changed"] if "weights" not in line]
    assert changed.startswith("tiny-ltx2-distilled ")
    output = studio.act("shot", "remake", "2A", "--take", "1")
    assert changed in output


@pytest.mark.long("command_line")
def test_missing_inputs_and_weights_are_reported_before_making(studio: Milimo, tmp_path: Path) -> None:
    picture = tmp_path / "gone.png"
    Image.new("RGB", (64, 64), "green").save(picture)
    studio.json("shot", "condition", "add", "1B", str(picture))
    made(studio, "1B")
    take = str(len(studio.json("shot", "takes", "1B")))
    before = len(studio.json("job", "list"))
    with project(studio) as film:
        [asset] = [asset for asset in film.load_story().assets if asset.name == "gone.png"]
        file = film.paths.root / asset.path
    kept = file.rename(file.with_suffix(".away"))
    try:
        error = studio.json("shot", "remake", "1B", "--take", take, code=2)["error"]
    finally:
        kept.rename(file)
    assert (error["kind"], file.name in error["message"]) == ("bad_input", True)
    weights = studio.home / "models" / "tiny-ltx2-distilled"
    away = weights.rename(studio.home / "models-away")
    try:
        error = studio.json("shot", "remake", "1B", "--take", take, code=2)["error"]
    finally:
        away.rename(weights)
    assert "tiny-ltx2-distilled" in error["message"]
    assert len(studio.json("job", "list")) == before


@pytest.mark.long("command_line")
def test_film_of_tiny_weights_shows_its_takes_and_is_marked_as_noise(studio: Milimo) -> None:
    """A take of noise is never picked over existing drawn takes, unless a person names it."""
    script = studio.cwd / "lamp.fountain"
    script.write_text("Title: Lamp\n\nINT. ROOM - NIGHT\n\nA lamp is lit.\n")
    studio.json("project", "new", "Lamp", "--rate", "24", "--size", "64x64")
    drawn = studio.json("film", str(script))
    assert (drawn["previs"], drawn["noise"]) == (True, False)
    shot = drawn["shots"][0]["number"]
    studio.json("shot", "set", shot, "--length", "9f")
    studio.json("shot", "make", shot, "--engine", "animatic")
    studio.json("shot", "make", shot, "--engine", "ltx2")
    assert studio.json("shot", "list")[0]["engine"] == "animatic"
    noise = studio.json("film", str(script), "--engine", "ltx2")
    assert (noise["previs"], noise["noise"]) == (True, True)
    assert [one["engine"] for one in noise["shots"]] == ["ltx2"]
    again = studio.json("film", str(script), "--engine", "ltx2")
    assert again["jobs"] == [], "what is there is not made again"
    assert "noise" in studio.act("film", str(script), "--engine", "ltx2")
    studio.json("project", "use", "two-lamps")


@pytest.mark.long("remake")
def test_model_demo_runs_on_every_machine_and_describes_its_result(tmp_path: Path) -> None:
    """Without installed weights, `demo` builds tiny weights and takes one scene of the sample from screenplay
    to rendered film.
    """
    milimo = Milimo({**environment(tmp_path), **ONE_THREAD}, tmp_path / "work")
    try:
        made = milimo.json("demo", "--engine", "ltx2", "--scenes", "1")
        shots = milimo.json("shot", "list")
        takes = [take for shot in shots for take in milimo.json("shot", "takes", shot["id"])]
        refused = milimo.json("demo", "--engine", "film", code=2)["error"]
    finally:
        milimo.inside("supervisor", "stop", "--now")
    assert (made["noise"], made["previs"], made["problems"]) == (True, True, [])
    assert read_embedded_texts(Path(made["film"]))["comment"].startswith("NOISE")
    assert {(take["engine"], take["noise"]) for take in takes} == {("ltx2", True)}
    assert len(made["shots"]) == len(takes) == 4
    assert "engines that can" in refused["hint"]
