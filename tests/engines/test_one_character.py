"""Test of one character across shots: from reference pictures to the board and the first frame, with the
element's LoRA and seed, and a shot that continues the one before. Jobs are real and use tiny weights.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from milimo_tui.media.read.probe import probe
from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.front_door import Milimo, environment

__all__ = ["tiny"]

SCRIPT = """INT. KITCHEN - NIGHT

MARA lights a lamp on the table.

MARA sits down by the window.

The street lies empty.
"""


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Iterator[Milimo]:
    """Create a film of three short shots for LTX-2, in which @Mara has reference pictures, a LoRA and a
    seed.
    """
    folder = tmp_path_factory.mktemp("character")
    calm = {"TORCHDYNAMO_DISABLE": "1", "OMP_NUM_THREADS": "1"}
    milimo = Milimo({**environment(folder), **calm}, folder / "work")
    furnish(milimo.home, tiny, "ltx2-distilled", "ltx2-camera-lora", "flux2-klein", "flux2-lora")
    script = milimo.cwd / "kitchen.fountain"
    script.write_text(SCRIPT)
    for name, colour in (("face", "teal"), ("coat", "maroon")):
        Image.new("RGB", (96, 96), colour).save(milimo.cwd / f"{name}.png")
    for line in (
        "project new Kitchen --size 128x128 --engine ltx2",
        f"script import {script}",
        "storyboard commit",
        "element set @Mara --seed 777 --description a-tired-detective",
        "element reference add @Mara face.png",
        "element reference add @Mara coat.png",
        "element lora add @Mara tiny-ltx2-camera-lora --strength 0.8",
        "element lora add @Mara tiny-flux2-lora --strength 0.6",
        "shot set 1A --length 9f --steps 2 --stages one",
        "shot set 1B --length 9f --steps 2 --stages one",
        "shot set 1C --length 9f --steps 2 --stages one --continues 1A",
    ):
        ask(milimo, *line.split(" "))
    yield milimo
    milimo.inside("supervisor", "stop", "--now")


def ask(milimo: Milimo, *words: str, code: int = 0) -> Any:
    """Run a command in this process, in the folder with the user's files. Return its JSON document."""
    with pytest.MonkeyPatch.context() as here:
        here.chdir(milimo.cwd)
        return milimo.inside(*words, code=code)


def job(milimo: Milimo, shot: str, kind: str) -> Any:
    """Return the newest job of this kind for a shot, with its spec."""
    id = ask(milimo, "shot", "show", shot)["id"]
    mine = [job for job in ask(milimo, "job", "list") if job["shot"] == id and job["kind"] == kind]
    return ask(milimo, "job", "show", mine[-1]["id"])


def media(spec: Any, name: str) -> list[str]:
    return [Path(one["input"] if isinstance(one, dict) else one).name for one in spec[name]]


@pytest.mark.long("models")
def test_character_is_kept_across_shots_by_references_board_and_first_frame(film: Milimo) -> None:
    ask(film, "storyboard", "board", "1A", "1B", "--engine", "flux2")
    for shot in ("1A", "1B"):
        drawn = job(film, shot, "make_picture")["spec"]
        assert (len(drawn["references"]), drawn["seed"]) == (2, 777)
        assert [(one["id"], one["strength"]) for one in drawn["loras"]] == [("tiny-flux2-lora", 0.6)]
        answer = ask(film, "shot", "show", shot)
        assert [(row["source"], row["frame"], row["state"]) for row in answer["follows"]] == [
            ("board", 0, "sent")
        ]
        assert answer["way"]["pipeline"] == "ti2vid"
        assert "a picture" in answer["way"]["reason"]
        assert answer["problems"] == []
        assert answer["noise"]
    ask(film, "shot", "make", "1A")
    made, asked = job(film, "1A", "make_video")["spec"], ask(film, "shot", "show", "1B")["spec"]
    for spec in (made, asked):
        assert [one["source"] for one in spec["conditioning"]] == ["board"]
        assert Path(spec["conditioning"][0]["input"]).is_file()
        assert [(one["id"], one["strength"]) for one in spec["loras"]] == [("tiny-ltx2-camera-lora", 0.8)]
        assert spec["seed"] == 777
    assert made["conditioning"] != asked["conditioning"], "each begins with its own board"
    (take,) = ask(film, "shot", "takes", "1A")
    facts = probe(film.home / "projects" / "kitchen" / take["path"])
    assert (facts.frames, facts.width, facts.height) == (9, 128, 128)
    rows = {row["number"]: row for row in ask(film, "shot", "list")}
    assert not rows["1A"]["stale"], "as fresh as what the shot says"


@pytest.mark.long("models")
def test_other_strength_of_a_lora_makes_takes_stale_and_the_old_one_fresh_again(film: Milimo) -> None:
    ask(film, "element", "lora", "add", "@Mara", "tiny-ltx2-camera-lora", "--strength", "0.5")
    assert {row["number"]: row["stale"] for row in ask(film, "shot", "list")}["1A"]
    ask(film, "element", "lora", "add", "@Mara", "tiny-ltx2-camera-lora", "--strength", "0.8")
    assert not {row["number"]: row["stale"] for row in ask(film, "shot", "list")}["1A"]


@pytest.mark.long("models")
def test_row_74_shot_continues_the_last_frame_of_the_one_before(film: Milimo) -> None:
    ask(film, "shot", "make", "1C")
    spec = job(film, "1C", "make_video")["spec"]
    (one,) = spec["conditioning"]
    assert (one["source"], one["frame"], one["at"]) == ("continuity", 0, 8)
    (take,) = ask(film, "shot", "takes", "1C")
    assert take["frames"] == 9


@pytest.mark.long("models")
def test_input_set_by_user_comes_first_in_a_real_take(film: Milimo) -> None:
    ask(film, "shot", "condition", "add", "1C", "--take", "1A", "--at", "4", "--strength", "0.9")
    ask(film, "shot", "condition", "add", "1C", "face.png", "--frame", "last")
    answer = ask(film, "shot", "show", "1C")
    assert [(row["source"], row["state"].partition(":")[0]) for row in answer["follows"]] == [
        ("hand", "sent"),
        ("hand", "sent"),
        ("continuity", "not sent"),
    ]
    assert "first and last" in answer["way"]["reason"]
    ask(film, "shot", "make", "1C")
    spec = job(film, "1C", "make_video")["spec"]
    assert [(one["source"], one["frame"], one["at"]) for one in spec["conditioning"]] == [
        ("hand", 0, 4),
        ("hand", 8, None),
    ]
    notes = json.dumps(job(film, "1C", "make_video"))
    assert "keyframe" in notes
