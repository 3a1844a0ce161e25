"""Test of the step cache, which skips transformer steps: which steps are computed, how the others are
predicted, which measurements are reported, and that the pipeline is unchanged afterwards.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from milimo_tui.core.errors import Refused
from milimo_tui.engines.contract.engine import Result
from milimo_tui.engines.contract.predicted_steps import LEAST, TaylorSeerSchedule, notes
from milimo_tui.engines.contract.provenance import MEASURED
from milimo_tui.engines.flux2.engine import Flux2
from milimo_tui.engines.ltx2.engine import Ltx2
from milimo_tui.engines.runtime.step_cache import use_step_cache
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.media.read.frames import FrameReader
from tests.budget import thorough
from tests.engines.bare_pipelines import Calls, watched
from tests.engines.recording_context import JobRecorder
from tests.engines.runtime.test_apply import flux2, recipe
from tests.engines.tiny_home import Tiny, furnish, tiny

__all__ = ["tiny"]

CLOSE = 2e-5  # allowed difference of numbers around 1 in 32 bits, summed in another order


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Path:
    folder = tmp_path_factory.mktemp("caches") / "home"
    furnish(folder, tiny, "ltx2-distilled", "flux2-klein-base", "flux2-klein")
    return folder


@pytest.fixture(autouse=True)
def at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.set_num_threads(1)
    monkeypatch.setenv("MILIMO_HOME", str(home))


def shot(**more: Any) -> MakeVideo:
    base: dict[str, Any] = {"engine": "ltx2", "prompt": "a lamp", "frames": 9, "rate": "24/1", "seed": 3}
    return MakeVideo(**{**base, "width": 64, "height": 64, "stages": "one", **more})


def wish(**more: Any) -> MakePicture:
    base: dict[str, Any] = {"engine": "flux2", "prompt": "a red house", "width": 64, "height": 64, "seed": 7}
    return MakePicture(**{**base, "model": "tiny-flux2-klein-base", "guidance": 1.0, **more})


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., tuple[Result, JobRecorder]]:
    def made(spec: MakeVideo | MakePicture, *, saves: bool = False) -> tuple[Result, JobRecorder]:
        workspace = tmp_path / f"job {len(list(tmp_path.iterdir()))}"
        workspace.mkdir()
        context = JobRecorder(workspace, saves=saves)
        engine = Ltx2() if isinstance(spec, MakeVideo) else Flux2()
        return engine.run(spec, context), context

    return made


def test_first_and_last_steps_are_computed_and_some_between() -> None:
    assert TaylorSeerSchedule(8).computed == (0, 1, 2, 4, 6, 7)
    assert TaylorSeerSchedule(30).computed == (*range(7), 8, 11, 14, 17, 20, 23, 26, 29)
    for steps in range(LEAST, 101):
        computed = TaylorSeerSchedule(steps).computed
        assert computed[:3] == (0, 1, 2), "two differences are known before anything is foretold"
        assert computed[-1] == steps - 1
        assert max(b - a for a, b in pairwise(computed)) <= 3
        assert len(computed) < steps


def test_cache_is_described() -> None:
    assert notes("off", [30]) == ()
    (said,) = notes("taylorseer", [4, 3])
    assert said.startswith("TaylorSeer is left out: 4 steps ")
    assert "8" in said
    (said,) = notes("taylorseer", [8, 3])
    assert "6 of 8 steps" in said


def foretold_as_the_paper_says(calls: Calls, outputs: slice) -> list[float]:
    """Return the largest difference of each skipped call's outputs from the expected prediction: a
    first-order Taylor series through the two computed calls before it (arXiv 2503.06923, equations 3 to 5).
    """
    tensors: list[tuple[Tensor, ...]] = [one[outputs] for one in calls.tensors]
    computed = TaylorSeerSchedule(len(tensors)).computed
    apart = []
    for step in sorted(set(range(len(tensors))) - set(computed)):
        before, last = [one for one in computed if one < step][-2:]
        for first, second, there in zip(tensors[before], tensors[last], tensors[step], strict=True):
            wanted = second + (step - last) * (second - first) / (last - before)
            apart.append(float((there - wanted).abs().max()))
    return apart


@pytest.mark.long("models")
def test_take_with_taylorseer_leaves_no_trace(run: Callable[..., tuple[Result, JobRecorder]]) -> None:
    before, _ = run(shot())
    runs: list[int] = []

    def count(module: torch.nn.Module, _: object) -> None:
        if type(module).__name__ == "LTX2AudioVideoAttnProcessor" or type(module).__name__ == "LTX2Attention":
            runs.append(1)

    with watched() as plain:
        run(shot())
    hook = torch.nn.modules.module.register_module_forward_pre_hook(count)
    try:
        run(shot())
        whole = len(runs)
        runs.clear()
        with watched() as calls:
            cached_take, context = run(shot(cache="taylorseer"), saves=True)
        text = whole % 8  # runs of the text connectors, once for each take
        assert (len(runs) - text) * 8 == (whole - text) * 6, "of eight steps six are computed"
    finally:
        hook.remove()
    apart = foretold_as_the_paper_says(calls, slice(2, 4))
    assert len(apart) == 2 * 2
    assert max(apart) < CLOSE
    assert max(plain.differences(calls)[:3]) == 0, "as far as all is computed it is the same"
    assert plain.differences(calls)[-1] > 0
    assert "6 of 8 steps" in cached_take.notes[-1]
    assert [step for stage, step in context.kept.saved if stage == "sampling"] == [8], "whole passes alone"
    assert first_frame(run(shot())[0]) == first_frame(before)


def first_frame(result: Result) -> bytes:
    with FrameReader(Path(result.outputs[0].path)) as reader:
        return bytes(reader.picture(Fraction(0)).tobytes())


@pytest.mark.long("models")
def test_difference_from_all_steps_is_measured(run: Callable[..., tuple[Result, JobRecorder]]) -> None:
    plain, _ = run(shot())
    made, context = run(shot(cache="taylorseer", measured=True))
    (found,) = made.facts[MEASURED]["cache"]
    assert 5 < found["psnr"] < 100
    assert -1 < found["ssim"] < 1
    assert f"the cache: {found['said']}" in context.lines
    assert ("without the cache: sampling", 8, 8) in context.reports
    assert first_frame(made) != first_frame(plain)
    alone, _ = run(shot(measured=True))
    assert MEASURED not in alone.facts, "there is nothing to measure without a cache"


def test_cache_unknown_to_ltx2_is_refused(run: Callable[..., tuple[Result, JobRecorder]]) -> None:
    with pytest.raises(Refused, match="MagCache does not"):
        run(shot(cache="mag"))


@pytest.mark.long("models")
@pytest.mark.parametrize("cache", thorough("models", ["taylorseer", "mag"]))
def test_picture_is_made_with_a_cache(
    cache: str, run: Callable[..., tuple[Result, JobRecorder]], home: Path
) -> None:
    plain, _ = run(wish(steps=12))
    with watched() as calls:
        made, context = run(wish(steps=12, cache=cache, measured=True))
    (found,) = made.facts[MEASURED]["cache"]
    assert found["psnr"] is None or found["psnr"] > 5
    measured = any("ratios of" in line for line in context.lines)
    assert measured is (cache == "mag")
    if cache == "taylorseer":
        calls.tensors[12:] = []  # drop the calls of the comparison run, which has no cache
        assert max(foretold_as_the_paper_says(calls, slice(-1, None))) < CLOSE
        return
    (kept,) = (home / "checks").glob("mag-*.json")
    ratios = json.loads(kept.read_text())["ratios"]
    assert len(ratios) == 12
    assert ratios[0] == 1
    again, context = run(wish(steps=12, cache="mag"))
    assert not any("ratios of" in line for line in context.lines), "they are measured once"
    assert Path(again.outputs[0].path).read_bytes() != Path(plain.outputs[0].path).read_bytes()


def test_picture_of_four_steps_uses_no_cache(run: Callable[..., tuple[Result, JobRecorder]]) -> None:
    made, _ = run(wish(model="tiny-flux2-klein", guidance=None, cache="taylorseer", measured=True))
    assert any(note.startswith("TaylorSeer is left out") for note in made.notes)
    assert MEASURED not in made.facts


@pytest.mark.long("models")
@pytest.mark.parametrize("offload", ["blocks", "leaves"])
def test_placement_of_weights_changes_no_cached_result(offload: Any, tiny: Tiny) -> None:
    def made(pipe: Any) -> Tensor:
        with use_step_cache(pipe.transformer, "taylorseer", 10):
            found = pipe(
                prompt="a lighthouse", width=64, height=64, num_inference_steps=10, guidance_scale=1.0,
                max_sequence_length=16, generator=torch.Generator().manual_seed(7), output_type="pt",
            )  # fmt: skip
        return torch.as_tensor(found.images)

    folder = tiny("flux2-klein-base")
    assert torch.allclose(made(flux2(folder, recipe(offload))), made(flux2(folder, recipe())), atol=1e-4)
