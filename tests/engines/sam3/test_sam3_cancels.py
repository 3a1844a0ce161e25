"""Test of repeated cancels of mask jobs at random points: each job ends there, and memory does not grow."""

from __future__ import annotations

import gc
import random
from fractions import Fraction
from pathlib import Path

import numpy as np
import psutil
import pytest
import torch

from milimo_tui.core.errors import Cancelled
from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.contract.standalone import StandaloneContext
from milimo_tui.engines.runtime.model_cache import get_model_cache
from milimo_tui.engines.sam3 import job
from milimo_tui.engines.specs.mask_specs import Point, Segment, Track, TrackPrompt
from milimo_tui.media.encode.take_file import write_take
from tests.budget import rounds
from tests.engines.tiny_home import Tiny, furnish, tiny

__all__ = ["tiny"]

SLOPE = 5e6  # Largest allowed growth of memory, in bytes for each round.
CLICK = Point(x=20, y=20)


class Stopping(StandaloneContext):
    """A context that cancels at the nth progress report (`at`). `told` counts the reports."""

    def __init__(self, workspace: Path, at: int) -> None:
        super().__init__(workspace)
        self.at, self.told = at, 0

    def progress(
        self, stage: str, done: int, total: int, note: str = "", *, frames: tuple[int, int] | None = None
    ) -> None:
        self.told += 1
        if self.told == self.at:
            raise Cancelled("cancelled by request")


def run(spec: Segment | Track, context: Context) -> None:
    if isinstance(spec, Track):
        job.track_clip(spec, context)
    else:
        job.segment_picture(spec, context)


@pytest.mark.long("cancels")
def test_thirty_cancelled_masks_free_their_memory(
    tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    monkeypatch.setenv("MILIMO_HOME", str(home))
    torch.set_num_threads(1)
    furnish(home, tiny, "sam3")
    path, dice = tmp_path / "clip.mov", np.random.default_rng(0)
    pictures = [dice.integers(0, 255, (48, 64, 3), dtype=np.uint8) for _ in range(8)]
    write_take(path, pictures, width=64, height=48, rate=Fraction(24), frames=8)
    specs: tuple[Segment | Track, ...] = (
        Segment(input=str(path), frame=3, text=("cat",), points=(CLICK,), threshold=0.0),
        Track(input=str(path), prompts=(TrackPrompt(frame=2, points=(CLICK,)),)),
        Track(input=str(path), text=("cat",), start=4),
    )
    calls = []
    for spec in specs:
        whole = Stopping(tmp_path / "workspace", at=0)
        run(spec, whole)
        calls.append(whole.told)
    residency_before = [str(held.key) for held in get_model_cache()]
    seeds, memory, process = random.Random(0), [], psutil.Process()
    for number in range(rounds("cancels")):
        spec, most = specs[number % 3], calls[number % 3]
        for held in get_model_cache():
            # Clear cached features, so that frames are encoded again and the cancel can happen there
            held.value.eye.features.clear()
        stopped = Stopping(tmp_path / "workspace", at=seeds.randint(3, most))
        with pytest.raises(Cancelled):
            run(spec, stopped)
        assert stopped.told == stopped.at, "nothing is done after the word"
        gc.collect()
        memory.append(process.memory_info().rss)
    slope = float(np.polyfit(range(len(memory)), memory, 1)[0])
    assert slope < SLOPE, f"{slope / 1e6:.1f} MB a round: {[round(one / 1e6) for one in memory]}"
    assert [str(held.key) for held in get_model_cache()] == residency_before, (
        "and the weights are still there"
    )
    assert not list((tmp_path / "workspace").glob(".*.part"))
