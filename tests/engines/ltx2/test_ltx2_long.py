"""Test takes of twenty seconds and longer with spoken lines.

Two lines in twenty seconds are made in one run if memory allows, otherwise in two chunks, and no line is
spoken twice. In longer takes each line is spoken at the second that a person set.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor

from milimo_tui.core.time import frame_to_sample
from milimo_tui.engines.ltx2.engine import Ltx2
from milimo_tui.engines.ltx2.plan import installed_parts, recipe_request
from milimo_tui.engines.ltx2.plan.chunk_memory import make_chunk_memory_check
from milimo_tui.engines.ltx2.plan.plan import plan_ltx2_take
from milimo_tui.engines.recipes.tables import find_recipe_packages
from milimo_tui.engines.recipes.values import Card, Request
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.media.read.probe import probe
from tests.engines.recording_context import JobRecorder
from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.front_door import Milimo, environment
from tests.media.reading import read_sound, tags

__all__ = ["tiny"]

FRAMES = 481  # 20 s at 24 fps
SOUND = 25  # sound latents per second
HALF = 257  # frames in the first of two chunks
HERS, HIS = "MARA says: “Good night.”", "JUN says: “Come back.”"
SPEC = MakeVideo(
    engine="ltx2",
    prompt=f"A lamp. {HERS} {HIS}",
    frames=FRAMES,
    rate="24/1",
    width=64,
    height=64,
    stages="one",
    steps=2,
)


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.set_num_threads(1)
    furnish(tmp_path / "home", tiny, "ltx2")
    monkeypatch.setenv("MILIMO_HOME", str(tmp_path / "home"))


def fits_in() -> Callable[[float], Callable[[int], bool]]:
    """Return a function that takes a machine's memory in GB and returns a test: does a run of `n` frames
    fit?
    """
    store = installed_parts.model_store()
    found = store.resolve("ltx2", "model", "")
    known = installed_parts.weights(store, found)

    def request(go: int) -> Request:
        return recipe_request.on_shelf(store, found, SPEC, plan_ltx2_take(SPEC, known, (), go), known)

    def machine(gb: float) -> Callable[[int], bool]:
        card = Card("CPU", gb, gb, "cpu", host_gb=gb)
        return make_chunk_memory_check(card, request, (), find_recipe_packages())

    return machine


def too_small() -> float:
    """Return the GB of a machine in which half of the take fits but not the complete take."""
    machine = fits_in()
    least, most = 0.0, 64.0
    for _ in range(60):
        gb = (least + most) / 2
        if machine(gb)(HALF) and not machine(gb)(FRAMES):
            return gb
        least, most = (least, gb) if machine(gb)(FRAMES) else (gb, most)
    raise AssertionError("there is no such machine")


def made(folder: Path) -> tuple[list[str], list[Tensor]]:
    """Make a take in `folder`, and return the prompt and the sound latents of each chunk."""
    folder.mkdir()
    context = JobRecorder(folder)
    Ltx2().run(SPEC, context)
    chunks: list[list[Any]] = json.loads(tags(folder / "take.mov")["milimo"])["chunks"]
    states = sorted(folder.glob("*sampling-*.state"))
    assert len(states) == len(chunks)
    return [chunk[3] for chunk in chunks], [torch.as_tensor(load_file(state)["sound"]) for state in states]


@pytest.mark.long("models")
def test_twenty_seconds_have_two_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MILIMO_TEST_CARD", "cpu 64")
    prompts, (whole,) = made(tmp_path / "one")
    assert prompts == [SPEC.prompt]
    assert whole.shape[2] == round(FRAMES * SOUND / 24), "all of the sound in one go"

    monkeypatch.setenv("MILIMO_TEST_CARD", f"cpu {too_small()}")
    prompts, (first, second) = made(tmp_path / "two")
    assert prompts == [f"A lamp. {HERS}", f"A lamp. {HIS}"]
    begins = round((HALF - 25) * SOUND / 24)  # The second chunk receives the last 25 frames of the first.
    handed = first.shape[2] - begins
    assert torch.allclose(second[:, :, :handed], first[:, :, begins:], atol=1e-5), "what was said goes on"
    assert begins + second.shape[2] == pytest.approx(whole.shape[2], abs=1), "and is as long in all"
    fresh, heard = second[:, :, handed:], first[:, :, -(second.shape[2] - handed) :]
    assert not torch.allclose(fresh, heard, atol=0.1), "behind it is another sound"


@pytest.fixture
def film(tmp_path: Path, tiny: Tiny) -> Iterator[Milimo]:
    folder = tmp_path / "film"
    folder.mkdir()
    more = {"TORCHDYNAMO_DISABLE": "1", "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
    milimo = Milimo({**environment(folder), **more}, folder / "work")
    furnish(milimo.home, tiny, "ltx23")
    script = folder / "work" / "lamps.fountain"
    script.write_text(SCRIPT)
    milimo.act("project", "new", "Lamps", "--rate", "25", "--size", "64x64", "--engine", "ltx2")
    milimo.act("script", "import", str(script), "--project", "lamps", "--commit")
    try:
        yield milimo
    finally:
        milimo.inside("supervisor", "stop", "--now")


SCRIPT = """INT. ROOM - NIGHT

MARA
Good night, my dear old house.

JUN (O.S.)
Come back before the rain does.

MARA
I will. I promise.
"""
SPOKEN = ("Good night, my dear old house.", "Come back before the rain does.", "I will. I promise.")


@pytest.mark.long("models")
def test_three_lines_of_a_long_shot_are_spoken_once_at_their_seconds(film: Milimo) -> None:
    """Each line of a long shot is spoken once, at the second that a person set, tested with commands and a
    worker. Earlier, lines were assigned to chunks by their number of letters.
    """

    def ask(*words: str) -> Any:
        return film.inside("shot", *words, "--project", "lamps", code=0)

    shots = ask("list")
    shot = shots[0]["id"]
    for _ in shots[1:]:
        ask("join", shot)
    ask("set", shot, "--length", "20s", "--steps", "2")
    (whole,) = ask("show", shot)["way"]["parts"]
    assert whole[0] == 505, "20 s are one go at 25 frames a second too"

    ask("set", shot, "--length", "30s", "--beats", "4, 8")
    ask("make", shot)
    (take,) = ask("takes", shot)
    facts = probe(Path(take["path"]))
    assert take["frames"] == 750
    frames = 750 + take["head"] + take["tail"]
    assert (facts.frames, facts.seconds) == (frames, Fraction(frames, 25))
    samples = frame_to_sample(frames, Fraction(25), 48_000)
    assert read_sound(Path(take["path"]), Fraction(0), samples + 4800)[:, samples:].max() == 0, "and no more"
    written = json.loads(tags(Path(take["path"]))["milimo"])
    told = [chunk[3] for chunk in written["chunks"]]
    assert [[line in words for line in SPOKEN] for words in told] == [[True] * 3, [False] * 3]
    assert told[1].endswith("Nobody says a word.")
    assert [[round(beat[2]), round(beat[3])] for beat in written["beats"][0]] == [[0, 4], [4, 8], [8, 16]]
    (seam,) = ask("show", shot)["seams"]
    assert "ΔE" in seam
    assert "phase" in seam

    ask("make", shot, "--takes", "3", "--hold")
    held = [job for job in film.inside("job", "list", code=0) if job["state"] == "held"]
    specs = [film.inside("job", "show", job["id"], code=0)["spec"] for job in held]
    assert [spec["among"] for spec in specs] == [3] * 3, "by which it is known whether compiling pays"

    ask("set", shot, "--length", "45s", "--beats", "14.5, 28")
    told = [part[2] for part in ask("show", shot)["way"]["parts"]]
    assert [[line in words for line in SPOKEN] for words in told] == [
        [True, True, False], [False, False, True], [False, False, False]
    ]  # fmt: skip
