"""Test of stopping pipelines and of latent previews, on small real modules."""

from __future__ import annotations

import io
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import AutoencoderKLFlux2, FlowMatchEulerDiscreteScheduler
from PIL import Image

from milimo_tui.core.errors import Cancelled
from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.runtime.cancel import allow_cancel_in_decode, make_step_callback, release_on_error
from milimo_tui.engines.runtime.latent_preview import (
    encode_latent_preview,
    fit_flux2_projection,
    fit_projection,
    make_colour_chart,
    predict_clean_latents,
)
from tests.engines.recording_context import JobRecorder


@pytest.fixture
def vae() -> Any:
    torch.manual_seed(0)
    return AutoencoderKLFlux2(
        block_out_channels=(8, 8, 8, 8), norm_num_groups=4, layers_per_block=1, latent_channels=32
    ).eval()


def test_projection_finds_the_colours_of_tokens() -> None:
    chart = make_colour_chart(640, 480)
    small = np.asarray(chart.resize((80, 60), Image.Resampling.BOX), dtype=np.float64) / 255
    patches = small.reshape(30, 2, 40, 2, 3).transpose(0, 2, 1, 3, 4).reshape(1200, 12)
    mix = np.random.default_rng(1).normal(size=(12, 16))
    tokens = torch.from_numpy(patches @ mix + 0.3)

    found = fit_projection(tokens, 40, chart, side=2)

    shown = np.asarray(found.picture(tokens, 40), dtype=np.float64) / 255
    assert shown.shape == (60, 80, 3)
    assert np.abs(shown - small).mean() < 0.02
    wrong = fit_projection(tokens.flip(0), 40, chart, side=2).picture(tokens, 40)
    assert np.abs(np.asarray(wrong) / 255 - small).mean() > 0.1


def test_latents_of_the_real_autoencoder_are_previewed_side_by_side(vae: Any) -> None:
    projection = fit_flux2_projection(vae, "cpu")
    assert projection.matrix.shape == (129, 12)
    tokens = torch.randn(1, 12 * 8, 128)
    picture = Image.open(io.BytesIO(encode_latent_preview(tokens, projection, columns=12, rows=8)))
    assert (picture.format, picture.size) == ("JPEG", (320, 213))
    clip = torch.randn(1, 5 * 12 * 8 + 96, 128)  # with the tokens of a key frame appended
    strip = Image.open(io.BytesIO(encode_latent_preview(clip, projection, columns=12, rows=8, frames=5)))
    assert strip.size == (320, 71)
    broken = encode_latent_preview(torch.full((1, 96, 128), torch.nan), projection, columns=12, rows=8)
    assert Image.open(io.BytesIO(broken)).getpixel((5, 5)) == (127, 127, 127)


def test_preview_is_shown_without_its_noise() -> None:
    clean, noise = torch.randn(1, 6, 4), torch.randn(1, 6, 4)
    half = 0.5 * noise + 0.5 * clean
    # With the tokens of a reference appended
    velocity = torch.cat([noise - clean, torch.zeros(1, 3, 4)], dim=1)
    assert torch.allclose(predict_clean_latents(half, velocity, 0.5), clean, atol=1e-6)


def test_step_reports_previews_saves_and_stops(tmp_path: Path) -> None:
    context: Context = (listening := JobRecorder(tmp_path, stop_at=2))
    saved: list[int] = []
    checked: list[int] = []
    pipeline = type("P", (), {"scheduler": FlowMatchEulerDiscreteScheduler()})()
    callback = make_step_callback(
        context,
        "denoising",
        4,
        preview=lambda latents: bytes(latents.shape),
        checkpoint=lambda done, tensors: saved.append(done),
        check=lambda done, latents: checked.append(done),
    )
    assert callback(pipeline, 0, None, {"latents": torch.zeros(1, 2, 3)}) == {}
    with pytest.raises(Cancelled):
        callback(pipeline, 1, None, {"latents": torch.zeros(1, 2, 3)})
    assert listening.reports == [("denoising", 1, 4), ("denoising", 2, 4)]
    assert saved == checked == [1, 2]
    assert listening.pictures == [b"\x01\x02\x03"] * 2


@pytest.mark.parametrize(
    "velocity",
    [
        (torch.ones(1, 6, 4), torch.ones(1, 2, 4)),  # picture and sound tokens together
        torch.ones(1, 5, 4),
        torch.ones(2, 6, 4),
        torch.ones(1, 6, 8),
        torch.ones(6, 4),
    ],
    ids=["two", "fewer tokens", "two of them", "other channels", "other dimensions"],
)
def test_velocity_of_another_shape_stops_no_job(tmp_path: Path, velocity: Any) -> None:
    listening, seen = JobRecorder(tmp_path), list[torch.Tensor]()
    scheduler = FlowMatchEulerDiscreteScheduler()
    scheduler.set_timesteps(4)
    scheduler._step_index = 1
    pipeline = type("P", (), {"scheduler": scheduler})()

    def show(latents: torch.Tensor) -> bytes:
        seen.append(latents)
        return b"seen"

    latents = torch.zeros(1, 6, 4)
    make_step_callback(listening, "denoising", 4, preview=show)(
        pipeline, 0, None, {"latents": latents, "noise_pred": velocity}
    )
    assert listening.pictures == [b"seen"]
    assert seen[0] is latents, "they are shown as they are"


@pytest.mark.parametrize("stop_at", [1, 3])
def test_decode_stops_inside(vae: Any, tmp_path: Path, stop_at: int) -> None:
    listening = JobRecorder(tmp_path, stop_at=stop_at)
    latents = torch.zeros(1, 32, 8, 8)
    with pytest.raises(Cancelled), allow_cancel_in_decode(vae, listening), torch.no_grad():
        vae.decode(latents)
    assert len(listening.reports) == stop_at
    with torch.no_grad():
        assert vae.decode(latents).sample.shape == (1, 3, 64, 64)
    assert len(listening.reports) == stop_at, "its hooks are gone"


def test_tensors_of_a_stopped_call_are_released() -> None:
    held: list[weakref.ref[torch.Tensor]] = []
    # The worker holds this error until it has reported the end of the job
    stop = Cancelled("cancelled by request")

    def call() -> None:
        latents = torch.zeros(100)
        held.append(weakref.ref(latents))
        raise stop

    class Pipeline:
        freed = 0

        def maybe_free_model_hooks(self) -> None:
            self.freed += 1

    pipeline = Pipeline()
    with pytest.raises(Cancelled) as caught, release_on_error(pipeline):
        call()
    assert caught.value is stop
    assert held[0]() is None
    assert pipeline.freed == 1
