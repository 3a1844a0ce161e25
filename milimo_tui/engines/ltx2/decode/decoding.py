"""The decoding of latents to pictures and sound. It can be cancelled, and it checks the result for NaN.

Imports torch, so only workers use this module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from milimo_tui.core.errors import NotFinite
from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.ltx2.plan.decoder_choice import DECODER
from milimo_tui.engines.ltx2.plan.generations import TIME
from milimo_tui.engines.runtime.cancel import allow_cancel, allow_cancel_in_decode

Pictures = NDArray[np.uint8]  # array of (frames, height, width, 3)
Sound = NDArray[np.float32]  # array of (2, samples)
# Callback that receives each picture as soon as it is decoded
Ready = Callable[[NDArray[np.uint8]], None] | None


def decode_pictures(
    parts: Mapping[str, Any],
    latents: Tensor,
    seed: int,
    dice: torch.Generator,
    where: Any,
    context: Context,
    stage: str,
    ready: Ready = None,
) -> Pictures:
    """Decode denormalised latents (1, C, n, h, w) to 8 (n - 1) + 1 pictures. `dice` is the random generator
    that the diffusion decoder uses. `ready` is called with each finished picture in order, while later
    pictures are still being decoded. Raises Failed with the frame and the seed if the result contains NaN.
    """
    shown = np.empty((0, 0, 0, 3), np.uint8)
    done = 0
    with torch.no_grad():
        if DECODER in parts:
            _offload_previous_part(parts["vae"])
            pieces: Iterable[Tensor] = (
                _decode_by_diffusion(parts[DECODER], latents, dice, where, context, stage),
            )
        else:
            pieces = _decode_by_autoencoder(parts["vae"], latents, where, context, stage)
        for piece in pieces:
            if not done:
                shown = np.empty(((latents.shape[2] - 1) * TIME + 1, *piece.shape[3:], 3), np.uint8)
            for picture in convert_to_pictures(piece, seed, done):
                shown[done] = picture
                done += 1
                if ready is not None:
                    ready(shown[done - 1])
    return shown


def _decode_by_autoencoder(
    vae: Any, latents: Tensor, where: Any, context: Context, stage: str
) -> Iterator[Tensor]:
    moment = torch.zeros(1, device=where, dtype=vae.dtype) if vae.config.timestep_conditioning else None
    with allow_cancel_in_decode(vae, context, stage):
        yield from decode_in_slices(vae, latents.to(where, vae.dtype), moment)


def decode_in_slices(vae: Any, latents: Tensor, moment: Tensor | None) -> Iterator[Tensor]:
    """Decode latents (1, C, n, h, w) with an autoencoder, and yield the frames in order as tensors of (1, 3,
    F, H, W). `moment` is the timestep, for autoencoders that need a timestep. The latents are decoded in
    overlapping time slices if framewise decoding is on and they are longer than one slice.

    The first latent of a slice gives only one frame, because the decoder sees no latent before it. That frame
    is dropped, because the previous slice contains the same frame in better quality. The following frames of
    the overlap are blended with those of the previous slice. The slicing of diffusers instead drops the last
    frame of each slice, so that all slices after the first are one frame late.
    """
    size, step = (
        frames // TIME for frames in (vae.tile_sample_min_num_frames, vae.tile_sample_stride_num_frames)
    )
    count = latents.shape[2]
    if not vae.use_framewise_decoding or count <= size:
        yield torch.as_tensor(vae.decode(latents, moment, return_dict=False)[0])
        return
    overlap = (size - step) * TIME
    tail: Tensor | None = None  # last frames of the previous slice, which the current slice overlaps
    vae.use_framewise_decoding = (
        False  # turned off here, so that the autoencoder does not divide the slice again
    )
    try:
        for start in range(0, count, step):
            decoded = torch.as_tensor(
                vae.decode(latents[:, :, start : start + size + 1], moment, return_dict=False)[0]
            )
            if tail is not None:
                decoded = decoded[:, :, 1:]
                decoded[:, :, :overlap] = _blend_slices(tail, decoded[:, :, :overlap])
            if start + size + 1 >= count:
                yield decoded
                return
            done = decoded.shape[2] - overlap
            tail = decoded[:, :, done:].clone()
            yield decoded[:, :, :done]
    finally:
        vae.use_framewise_decoding = True


def _blend_slices(before: Tensor, after: Tensor) -> Tensor:
    """Cross-fade the frames that two slices have in common, from `before` to `after`."""
    count = after.shape[2]
    share = torch.arange(1, count + 1, device=after.device, dtype=after.dtype) / (count + 1)
    return torch.lerp(before[:, :, :count], after, share[None, None, :, None, None])


def _offload_previous_part(vae: Any) -> None:
    """Move the model that ran before the autoencoder off the GPU. A call of the autoencoder does this
    automatically, but the diffusion decoder is called instead, and the transformer would stay on the GPU.
    """
    before = getattr(getattr(vae, "_hf_hook", None), "prev_module_hook", None)
    if before is not None:
        before.offload()


def _decode_by_diffusion(
    decoder: Any, latents: Tensor, dice: torch.Generator, where: Any, context: Context, stage: str
) -> Tensor:
    with hold_on_device(decoder, where), allow_cancel(decoder, context, stage):
        placed = latents.to(where, decoder.dtype)
        return torch.as_tensor(decoder.decode(placed, generator=dice, return_dict=False)[0])


@contextmanager
def hold_on_device(model: Any, where: Any) -> Iterator[None]:
    """Hold a model on the device `where` for the duration of the block. Recipes move other models to the
    device, but not the diffusion decoder and the upsamplers.
    """
    rests = model.device
    model.to(where)
    try:
        yield
    finally:
        model.to(rests)


def convert_to_pictures(tensor: Tensor, seed: int, first: int = 0) -> Iterator[NDArray[np.uint8]]:
    """Convert a tensor (1, 3, F, H, W) with values from -1 to 1 to pictures of bytes. The pictures are
    yielded one by one, so that memory never holds the complete clip twice. `first` is the number of the first
    frame. Raises Failed with the number of a frame that contains NaN.
    """
    for frame in range(tensor.shape[2]):
        picture = tensor[0, :, frame].float()
        if not bool(torch.isfinite(picture).all()):
            raise make_nan_error(first + frame, seed)
        scaled = ((picture + 1) * 127.5).round_().clamp_(0, 255).to(torch.uint8)
        yield scaled.permute(1, 2, 0).cpu().numpy()


def decode_sound(parts: Mapping[str, Any], latents: Tensor, seed: int, where: Any) -> tuple[Sound, int]:
    """Decode denormalised latents (1, C, L, M) to stereo sound. Return the sound and its sample rate in Hz.
    Raises Failed if the sound contains NaN.
    """
    with torch.no_grad():
        vae = parts["audio_vae"]
        mel = vae.decode(latents.to(where, vae.dtype), return_dict=False)[0]
        # In some generations the vocoder has a wider number type than the mel spectrogram, so convert the
        # spectrogram.
        sound = parts["vocoder"](mel.to(parts["vocoder"].dtype))
    values: Sound = sound[0].float().cpu().numpy()
    if not np.isfinite(values).all():
        raise NotFinite(
            f"LTX-2 produced sound that contains values that are not numbers (NaN), seed {seed}",
            "try another seed; milimo model verify checks the weights",
        )
    return values, int(parts["vocoder"].config.output_sampling_rate)


def make_nan_watcher(seed: int, frames: int, rows: int, columns: int) -> Callable[[int, Tensor], None]:
    """Return a function that checks the latents after each step. It raises Failed with the frame and the seed
    as soon as the latents contain NaN. `frames`, `rows` and `columns` are the dimensions of the latents.
    """

    def look(step: int, tokens: Tensor) -> None:
        whole = torch.isfinite(tokens[0]).all(dim=-1)
        if bool(whole.all()):
            return
        at = int((~whole).nonzero()[0])
        latent = min(at // (rows * columns), frames - 1)
        raise make_nan_error(0 if latent == 0 else (latent - 1) * TIME + 1, seed, step)

    return look


def make_nan_error(frame: int, seed: int, step: int | None = None) -> NotFinite:
    """Return the error for NaN or infinite values in frame `frame`, which names the seed and, if known, the
    step.
    """
    at_step = f" at step {step}" if step is not None else ""
    return NotFinite(
        f"LTX-2 produced values that are not numbers (NaN) in frame {frame}{at_step}, seed {seed}",
        "try another seed or less guidance; milimo model verify checks the weights",
    )
