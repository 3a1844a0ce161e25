"""Test the seam of two chunks: the next chunk receives the sound of the previous chunk and continues it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file
from torch import Tensor

from milimo_tui.engines.contract.provenance import MEASURED
from milimo_tui.engines.contract.standalone import StandaloneContext
from milimo_tui.engines.ltx2.engine import Ltx2
from milimo_tui.engines.ltx2.take.chunk_joins import match_colour
from milimo_tui.engines.ltx2.take.seams import measure_seam, measure_sound_seam
from milimo_tui.engines.runtime.model_cache import get_model_cache
from milimo_tui.engines.specs.video_specs import Chunk, MakeVideo, Over
from milimo_tui.media.encode.take_file import TakeWriter
from tests.budget import thorough
from tests.engines.recording_context import JobRecorder
from tests.engines.tiny_home import Tiny, furnish, tiny

__all__ = ["tiny"]

OVERLAP = 25  # frames of the previous chunk that a chunk receives
LATENTS = 25  # sound latents per second


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Path:
    folder = tmp_path_factory.mktemp("seam") / "home"
    furnish(folder, tiny, "ltx2", "ltx23", "ltx2-upsampler", "ltx2-distilled-lora")
    return folder


@pytest.fixture(autouse=True)
def at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.set_num_threads(1)
    monkeypatch.setenv("MILIMO_HOME", str(home))


def spec(**settings: Any) -> MakeVideo:
    base: dict[str, Any] = {"engine": "ltx2", "prompt": "a lamp", "frames": 129, "rate": "24/1", "steps": 2}
    base |= {"width": 64, "height": 64, "stages": "one", "chunks": (Chunk(), Chunk(prompt="it goes out"))}
    return MakeVideo(**{**base, **settings})


def latents(folder: Path, stage: str) -> Tensor:
    """Return the sound latents of a stage from its newest checkpoint."""
    return torch.as_tensor(load_file(max(folder.glob(f"{stage}-*.state")))["sound"])


@pytest.mark.long("models")
@pytest.mark.parametrize("rate", thorough("models", [24, 25, 30]))
@pytest.mark.parametrize(
    ("model", "guidance"), thorough("models", [("tiny-ltx2", None), ("tiny-ltx23", 1.0)])
)
def test_sound_of_the_previous_chunk_starts_the_next(
    rate: int, model: str, guidance: float | None, tmp_path: Path
) -> None:
    """The next chunk starts with the exact sound latents of the previous chunk. Guidance affects only the
    latents after them.
    """
    Ltx2().run(spec(rate=f"{rate}/1", model=model, guidance=guidance), JobRecorder(tmp_path))
    before, after = (latents(tmp_path, f"chunk {index} of 2: sampling") for index in (1, 2))
    begins = round((121 - OVERLAP) * LATENTS / rate)  # the sound latent nearest to the chunk's first frame
    handed = before.shape[2] - begins
    assert handed == pytest.approx(OVERLAP * LATENTS / rate, abs=1)
    assert torch.allclose(after[:, :, :handed], before[:, :, begins:], atol=1e-5)
    assert after[:, :, handed:].std() > 0


@pytest.mark.long("models")
def test_transformer_gets_the_previous_sound_without_noise(tmp_path: Path) -> None:
    """In both passes the tokens of the previous sound have noise level 0, and the later sound has the level
    of the step.
    """
    shot = spec(width=128, height=128, stages="two", schedule="distilled")
    Ltx2().run(shot.model_copy(update={"frames": 9, "chunks": ()}), StandaloneContext(tmp_path / "loads"))
    inside = [held.value for held in get_model_cache() if held.key.component == "transformer"][-1]
    levels: list[Tensor] = []
    hook = inside.audio_time_embed.register_forward_pre_hook(lambda _, told: levels.append(told[0].clone()))
    try:
        Ltx2().run(shot, StandaloneContext(tmp_path / "made"))
    finally:
        hook.remove()
    alone, told = [one for one in levels if one.shape == (1,)], [one for one in levels if one.shape != (1,)]
    assert len(alone) == len(told) == 2 + 3  # each step of the first chunk has a matching step of the second
    for first, second in zip(alone, told, strict=True):
        assert set(second.tolist()) == {0, float(first)}
        assert (second == 0).sum() == 26  # sound latents of 25 frames
        assert (second[:26] == 0).all()


def test_seam_is_measured_in_colour_level_and_time() -> None:
    """The measured differences of colour, level and time equal the changes applied to the second chunk."""
    dice = np.random.default_rng(0)
    pictures = dice.integers(0, 200, (25, 64, 96, 3), dtype=np.uint8)
    sound = dice.normal(0, 0.1, (2, 50_000)).astype(np.float32)
    same = measure_seam(96, (pictures, pictures), (sound, sound), 48_000)
    assert (same.colour, same.level, same.late_ms) == (0, 0, 0)
    assert same.alike == pytest.approx(1)
    brighter = pictures.copy()
    brighter[3] += 40
    late = -2 * np.roll(sound, 96, axis=1)
    other = measure_seam(96, (pictures, brighter), (sound, late), 48_000)
    assert other.colour == pytest.approx(other.colour_most / 25)
    assert other.colour_most > 5
    assert other.level == pytest.approx(6.02, abs=0.01)
    assert other.alike == pytest.approx(-1, abs=0.01)
    assert other.late_ms == pytest.approx(2)
    assert same.phase == pytest.approx(0, abs=0.1)
    silent = measure_seam(96, (pictures, pictures), (sound, 0 * sound), 48_000)
    assert "no sound" in str(silent)


@pytest.mark.parametrize(("hertz", "behind"), [(440, 90), (440, -60), (187.5, 180), (3000, 10), (100, -135)])
def test_seam_reports_the_delay_of_its_wave(hertz: float, behind: float) -> None:
    """The second of two tones of equal pitch is delayed by a number of degrees, with a little noise on each.
    The seam reports that delay.
    """
    dice, time = np.random.default_rng(1), np.arange(50_000) / 48_000
    waves = [
        0.3 * np.sin(2 * np.pi * hertz * time - np.radians(late)) + dice.normal(0, 0.01, time.size)
        for late in (0, behind)
    ]
    first, second = (np.stack([wave] * 2).astype(np.float32) for wave in waves)
    seam = measure_sound_seam(96, (first, second), 48_000)
    assert seam.phase is not None
    assert seam.phase_hz is not None
    assert (seam.phase - behind + 180) % 360 - 180 == pytest.approx(0, abs=1)
    assert seam.phase_hz == pytest.approx(hertz, abs=6)
    assert f"phase {seam.phase:+.0f}°" in str(seam)


@pytest.mark.long("models")
def test_sound_seam_of_a_long_silent_take_is_measured(tmp_path: Path) -> None:
    silent = tmp_path / "silent.mov"
    with TakeWriter(silent, width=64, height=64, rate=Fraction(24), frames=497, metadata={}) as writer:
        for shade in range(497):
            writer.picture(np.full((64, 64, 3), shade % 200, np.uint8))
    (tmp_path / "made").mkdir()
    result = Ltx2().run(
        spec(frames=497, over=Over(input=str(silent)), chunks=()), JobRecorder(tmp_path / "made")
    )
    (seam,) = result.facts[MEASURED]["seams"]
    assert 0 < seam["frame"] < 481, "of two parts, as one go is of twenty seconds"
    assert seam["colour"] == 0, "its pictures stay as they are"
    assert abs(seam["alike"]) <= 1.001
    assert "phase" in seam["said"]


@pytest.mark.long("models")
def test_seams_of_a_take_are_in_its_facts_and_log(tmp_path: Path) -> None:
    context = JobRecorder(tmp_path)
    result = Ltx2().run(spec(), context)
    (seam,) = result.facts[MEASURED]["seams"]
    assert seam["frame"] == 121 - OVERLAP
    assert 0 < seam["colour"] <= seam["colour_most"] < 100
    assert f"seam at {seam['said']}" in context.lines


DRIFTS = {
    "brighter": lambda x: x * 1.06 + 0.02,
    "warmer": lambda x: x * np.array([1.06, 1.0, 0.92]),
    "gamma": lambda x: np.clip(x, 0, 1) ** 0.9,
    "paler": lambda x: x + 0.2 * (x.mean(axis=-1, keepdims=True) - x),
    "all of it": lambda x: np.clip(x * np.array([1.05, 1.0, 0.93]) + 0.02, 0, 1) ** 0.93,
}


@pytest.mark.parametrize("drift", list(DRIFTS))
def test_chain_of_four_chunks_with_drift_ends_under_two_at_each_seam(drift: str) -> None:
    """Each chunk drifts further than the previous chunk by the same amount. The frames that two chunks share
    show the drift, so each seam can be corrected to less than 2.
    """
    dice, overlap, frames = np.random.default_rng(5), 9, 33
    ground = np.asarray(
        Image.fromarray(dice.integers(10, 245, (9, 14, 3), dtype=np.uint8)).resize(
            (140, 90), Image.Resampling.BICUBIC
        )
    )
    truth = [np.roll(ground, 2 * index, axis=1) for index in range(4 * frames)]
    before: Any = None
    apart, after = [], []
    for chunk in range(4):
        start = chunk * (frames - overlap)
        shown = np.stack(truth[start : start + frames]) / 255
        for _ in range(chunk):
            shown = DRIFTS[drift](shown)
        noisy = shown * 255 + dice.normal(0, 1.5, shown.shape)
        own = np.clip(np.rint(noisy), 0, 255).astype(np.uint8)
        if before is not None:
            tail, silent = before[-overlap:], np.zeros((2, 9), np.float32)
            apart.append(measure_seam(start, (tail, own[:overlap]), (silent, silent), 48_000).colour)
            match_colour(own, own[:overlap].copy(), tail)
            after.append(measure_seam(start, (tail, own[:overlap]), (silent, silent), 48_000).colour)
            jump = measure_seam(start, (tail[-1:], own[overlap - 1 : overlap]), (silent, silent), 48_000)
            assert jump.colour_most < 2
        before = own
    assert max(apart) > 2, "it drifts"
    assert max(after) < 2, after
    assert len(after) == 3
    end = np.stack(truth[start : start + frames])
    drifted = measure_seam(0, (end, before), (silent, silent), 48_000).colour
    assert drifted < 3, "the last chunk is still near the first one's colours"
