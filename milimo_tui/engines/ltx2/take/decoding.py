"""From latents to pictures and sound: decoded so that it can be stopped, and looked through for NaN.

Imports torch; for workers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from milimo_tui.core.errors import Failed
from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.ltx2.plan.decoder_choice import DECODER, TILE_FRAMES, TILE_SIDE
from milimo_tui.engines.ltx2.plan.generations import TIME
from milimo_tui.engines.runtime.cancel import stoppable, stoppable_decode

Pictures = NDArray[np.uint8]  # (frames, height, width, 3)
Sound = NDArray[np.float32]  # (2, samples)


def decode_pictures(
    parts: Mapping[str, Any],
    latents: Tensor,
    seed: int,
    dice: torch.Generator,
    where: Any,
    context: Context,
    stage: str,
) -> Pictures:
    """(1, C, n, h, w) denormalised latents as 8 (n - 1) + 1 frames; `dice` go on from the passes. Raises
    Failed naming frame and seed.
    """
    with torch.no_grad():
        if DECODER in parts:
            made = _by_diffusion(parts[DECODER], latents, dice, where, context, stage)
        else:
            made = _by_autoencoder(parts["vae"], latents, where, context, stage)
    return to_pictures(made, seed)


def _by_autoencoder(vae: Any, latents: Tensor, where: Any, context: Context, stage: str) -> Tensor:
    moment = torch.zeros(1, device=where, dtype=vae.dtype) if vae.config.timestep_conditioning else None
    with stoppable_decode(vae, context, stage):
        return torch.as_tensor(vae.decode(latents.to(where, vae.dtype), moment, return_dict=False)[0])


def _by_diffusion(
    decoder: Any, latents: Tensor, dice: torch.Generator, where: Any, context: Context, stage: str
) -> Tensor:
    decoder.enable_tiling(TILE_SIDE, TILE_SIDE, TILE_FRAMES)
    with visiting(decoder, where), stoppable(decoder, context, stage):
        placed = latents.to(where, decoder.dtype)
        return torch.as_tensor(decoder.decode(placed, generator=dice, return_dict=False)[0])


@contextmanager
def visiting(model: Any, where: Any) -> Iterator[None]:
    """A model that is on the device for as long as it is needed: no recipe moves the diffusion decoder or the
    upsamplers.
    """
    rests = model.device
    model.to(where)
    try:
        yield
    finally:
        model.to(rests)


def to_pictures(made: Tensor, seed: int) -> Pictures:
    """(1, 3, F, H, W) from -1 to 1 as bytes, frame by frame: the whole never exists twice."""
    count, height, width = made.shape[2:]
    out = np.empty((count, height, width, 3), np.uint8)
    for frame in range(count):
        picture = made[0, :, frame].float()
        if not bool(torch.isfinite(picture).all()):
            raise no_numbers(frame, seed)
        scaled = ((picture + 1) * 127.5).round_().clamp_(0, 255).to(torch.uint8)
        out[frame] = scaled.permute(1, 2, 0).cpu().numpy()
    return out


def decode_sound(parts: Mapping[str, Any], latents: Tensor, seed: int, where: Any) -> tuple[Sound, int]:
    """(1, C, L, M) denormalised latents as stereo, and its rate. Raises Failed when it is no sound."""
    with torch.no_grad():
        vae = parts["audio_vae"]
        mel = vae.decode(latents.to(where, vae.dtype), return_dict=False)[0]
        sound = parts["vocoder"](mel.to(parts["vocoder"].dtype))  # wider than the mel in some generations
    values: Sound = sound[0].float().cpu().numpy()
    if not np.isfinite(values).all():
        raise Failed(
            f"LTX-2 gave a sound that is no number (NaN), seed {seed}",
            "another seed may do; milimo model verify looks whether the weights are whole",
        )
    return values, int(parts["vocoder"].config.output_sampling_rate)


def watcher(seed: int, frames: int, rows: int, columns: int) -> Callable[[int, Tensor], None]:
    """For each step: raises Failed, naming frame and seed, as soon as the latents are no numbers."""

    def look(step: int, tokens: Tensor) -> None:
        whole = torch.isfinite(tokens[0]).all(dim=-1)
        if bool(whole.all()):
            return
        at = int((~whole).nonzero()[0])
        latent = min(at // (rows * columns), frames - 1)
        raise no_numbers(0 if latent == 0 else (latent - 1) * TIME + 1, seed, step)

    return look


def no_numbers(frame: int, seed: int, step: int | None = None) -> Failed:
    """The error for NaN or infinity."""
    when = f" at step {step}" if step is not None else ""
    return Failed(
        f"LTX-2 gave no numbers (NaN) in frame {frame}{when}, seed {seed}",
        "another seed or less guidance may do; milimo model verify checks the weights",
    )
