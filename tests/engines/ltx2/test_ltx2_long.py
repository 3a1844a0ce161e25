"""Twenty seconds with two lines spoken: one go where memory allows it, else two chunks, and no line twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor

from milimo_tui.engines.ltx2.engine import Ltx2
from milimo_tui.engines.ltx2.plan import installed_parts, recipe_request
from milimo_tui.engines.ltx2.plan.chunk_memory import allows
from milimo_tui.engines.ltx2.plan.plan import plan
from milimo_tui.engines.recipes.tables import installed_packages
from milimo_tui.engines.recipes.values import Card, Request
from milimo_tui.engines.specs.video_specs import MakeVideo
from tests.engines.listening import Listening
from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.media.reading import tags

__all__ = ["tiny"]

FRAMES = 481  # 20 s at 24
SOUND = 25  # latents a second
HALF = 257  # frames of the first of two chunks
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
    """Tells of a machine of so many GB whether a go of so many frames fits into it."""
    store = installed_parts.model_store()
    found = store.resolve("ltx2", "model", "")
    known = installed_parts.weights(store, found)

    def request(go: int) -> Request:
        return recipe_request.on_shelf(store, found, SPEC, plan(SPEC, known, (), go), known)

    def machine(gb: float) -> Callable[[int], bool]:
        card = Card("CPU", gb, gb, "cpu", host_gb=gb)
        return allows(card, request, (), installed_packages())

    return machine


def too_small() -> float:
    """GB of a machine that half of the take fits into and the whole does not."""
    machine = fits_in()
    least, most = 0.0, 64.0
    for _ in range(60):
        gb = (least + most) / 2
        if machine(gb)(HALF) and not machine(gb)(FRAMES):
            return gb
        least, most = (least, gb) if machine(gb)(FRAMES) else (gb, most)
    raise AssertionError("there is no such machine")


def made(folder: Path) -> tuple[list[str], list[Tensor]]:
    """What each chunk was told, and the latents of its sound, of a take made in that folder."""
    folder.mkdir()
    context = Listening(folder)
    Ltx2().run(SPEC, context)
    told: list[list[Any]] = json.loads(tags(folder / "take.mov")["milimo"])["chunks"]
    states = sorted(folder.glob("*sampling-*.state"))
    assert len(states) == len(told)
    return [chunk[3] for chunk in told], [torch.as_tensor(load_file(state)["sound"]) for state in states]


@pytest.mark.long("models")
def test_twenty_seconds_with_two_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MILIMO_TEST_CARD", "cpu 64")
    prompts, (whole,) = made(tmp_path / "one")
    assert prompts == [SPEC.prompt]
    assert whole.shape[2] == round(FRAMES * SOUND / 24), "all of the sound in one go"

    monkeypatch.setenv("MILIMO_TEST_CARD", f"cpu {too_small()}")
    prompts, (first, second) = made(tmp_path / "two")
    assert prompts == [f"A lamp. {HERS}", f"A lamp. {HIS}"]
    begins = round((HALF - 25) * SOUND / 24)  # the second chunk is handed the last 25 frames of the first
    handed = first.shape[2] - begins
    assert torch.allclose(second[:, :, :handed], first[:, :, begins:], atol=1e-5), "what was said goes on"
    assert begins + second.shape[2] == pytest.approx(whole.shape[2], abs=1), "and is as long in all"
    fresh, heard = second[:, :, handed:], first[:, :, -(second.shape[2] - handed) :]
    assert not torch.allclose(fresh, heard, atol=0.1), "behind it is another sound"
