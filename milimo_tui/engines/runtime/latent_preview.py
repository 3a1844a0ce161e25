"""Make small preview pictures of latents during sampling, by one matrix product instead of the autoencoder's
decoder.

The matrix is fitted to the loaded autoencoder, which encodes a chart of colours and shapes once. The code
therefore contains no numbers of published models. The caller chooses the device, because the autoencoder may
still be in main memory.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageFilter
from torch import Tensor

SIDE = 320  # length of the preview's longer side in pixels
_QUALITY = 80
# Strength of the ridge penalty, as a share of a channel's mean energy. Without the penalty, the fit would be
# unstable for channels that hardly vary over the chart.
_RIDGE = 1e-3


@dataclass(frozen=True, slots=True)
class Projection:
    """A linear map from a latent token of C channels to a square of `side` x `side` RGB pixels.

    `matrix` has the shape (C + 1, side * side * 3), and its last row is the constant term. It is on the CPU
    in float32.
    """

    matrix: Tensor
    side: int

    def picture(self, tokens: Tensor, columns: int) -> Image.Image:
        """Return the preview picture of latent tokens, a tensor (rows * columns, C) in row-major order."""
        flat = tokens.detach().to("cpu", torch.float32)
        rows = flat.shape[0] // columns
        values = torch.nan_to_num(flat[: rows * columns] @ self.matrix[:-1] + self.matrix[-1], nan=0.5)
        grid = values.reshape(rows, columns, self.side, self.side, 3).permute(0, 2, 1, 3, 4)
        pixels = grid.reshape(rows * self.side, columns * self.side, 3).clamp(0, 1) * 255
        return Image.fromarray(pixels.to(torch.uint8).numpy())


def make_colour_chart(width: int, height: int, seed: int = 0) -> Image.Image:
    """Return an artificial picture to which projections are fitted. It has many hues and both soft and hard
    edges, and neighbouring colours differ.
    """
    random = np.random.default_rng(seed)
    coarse = random.integers(0, 256, (max(2, height // 96), max(2, width // 96), 3), dtype=np.uint8)
    fine = random.integers(0, 256, (max(2, height // 24), max(2, width // 24), 3), dtype=np.uint8)
    soft = Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)
    hard = Image.fromarray(fine).resize((width, height), Image.Resampling.NEAREST)
    return Image.blend(soft, hard.filter(ImageFilter.GaussianBlur(2)), 0.5)


def fit_projection(tokens: Tensor, columns: int, seen: Image.Image, side: int) -> Projection:
    """Return the projection that best reproduces the picture `seen` from its encoded tokens (rows * columns,
    C). `side` is the side of a token in pixels, and `columns` is the number of tokens in a row.

    The fit uses least squares with a small ridge penalty, in float64 on the CPU.
    """
    known = tokens.detach().to("cpu", torch.float64)
    rows = known.shape[0] // columns
    small = seen.convert("RGB").resize((columns * side, rows * side), Image.Resampling.BOX)
    pixels = torch.from_numpy(np.asarray(small).copy()).to(torch.float64) / 255
    wanted = pixels.reshape(rows, side, columns, side, 3).permute(0, 2, 1, 3, 4).reshape(rows * columns, -1)
    middle, mean = known.mean(0), wanted.mean(0)
    around = known - middle
    energy = around.T @ around
    ridge = _RIDGE * energy.diagonal().mean().clamp_min(1e-12) * torch.eye(len(energy), dtype=torch.float64)
    slope = torch.linalg.solve(energy + ridge, around.T @ (wanted - mean))
    constant = mean - middle @ slope
    return Projection(torch.cat([slope, constant[None]]).to(torch.float32), side)


def fit_flux2_projection(vae: Any, device: Any) -> Projection:
    """Fit a projection for FLUX.2. A token has a side of 16 pixels and contains 2x2 latents, normalised as in
    the pipelines.
    """
    unit = 2 * 2 ** (len(vae.config.block_out_channels) - 1)
    side = 20 * unit
    chart = make_colour_chart(side, side)
    with torch.no_grad(), compute_in_float32(vae, device):
        latents = vae.encode(convert_to_pixel_tensor(chart).to(device, vae.dtype)).latent_dist.mode()
        latents = _pack_latent_squares(latents)
        mean = vae.bn.running_mean.view(1, -1, 1, 1).to(latents)
        spread = (vae.bn.running_var.view(1, -1, 1, 1) + vae.config.batch_norm_eps).sqrt().to(latents)
        tokens = ((latents - mean) / spread)[0].flatten(1).T
    return fit_projection(tokens, latents.shape[-1], chart, side=2)


def fit_qwen_projection(vae: Any, device: Any) -> Projection:
    """Fit a projection for Qwen-Image. A token has a side of 16 pixels and contains 2x2 latents. The
    autoencoder encodes the picture as a clip of one frame.
    """
    unit = 2 * 2 ** len(vae.config.temperal_downsample)
    side = 20 * unit
    chart = make_colour_chart(side, side)
    with torch.no_grad(), compute_in_float32(vae, device):
        pixels = convert_to_pixel_tensor(chart)[:, :, None].to(device, vae.dtype)
        latents = vae.encode(pixels).latent_dist.mode()
        mean, spread = (
            torch.tensor(values).view(1, -1, 1, 1, 1).to(latents)
            for values in (vae.config.latents_mean, vae.config.latents_std)
        )
        latents = _pack_latent_squares(((latents - mean) / spread)[:, :, 0])
        tokens = latents[0].flatten(1).T
    return fit_projection(tokens, latents.shape[-1], chart, side=2)


def fit_wan_projection(vae: Any, device: Any) -> Projection:
    """Fit a projection for Wan. A token is a latent of one frame, normalised as in the pipelines."""
    unit = int(vae.config.scale_factor_spatial)
    side = 24 * unit
    chart = make_colour_chart(side, side)
    with torch.no_grad(), compute_in_float32(vae, device):
        pixels = convert_to_pixel_tensor(chart)[:, :, None].to(device, vae.dtype)
        latents = vae.encode(pixels).latent_dist.mode()
        mean, spread = (
            torch.tensor(values).view(1, -1, 1, 1, 1).to(latents)
            for values in (vae.config.latents_mean, vae.config.latents_std)
        )
        tokens = ((latents - mean) / spread)[0].flatten(1).T
    return fit_projection(tokens, latents.shape[-1], chart, side=2)


def _pack_latent_squares(latents: Tensor) -> Tensor:
    """Return latents (N, C, H, W) with each square of 2x2 latents packed into one: (N, 4C, H/2, W/2)."""
    count, channels, height, width = latents.shape
    latents = latents.view(count, channels, height // 2, 2, width // 2, 2).permute(0, 1, 3, 5, 2, 4)
    return latents.reshape(count, channels * 4, height // 2, width // 2)


def fit_image_projection(vae: Any, device: Any) -> Projection:
    """Fit a projection for picture autoencoders whose latents are shifted and scaled. A token is a latent
    with a side of 8 pixels.
    """
    unit = 2 ** (len(vae.config.block_out_channels) - 1)
    side = 40 * unit
    chart = make_colour_chart(side, side)
    with torch.no_grad(), compute_in_float32(vae, device):
        latents = vae.encode(convert_to_pixel_tensor(chart).to(device, vae.dtype)).latent_dist.mode()
        tokens = ((latents - (vae.config.shift_factor or 0.0)) * vae.config.scaling_factor)[0].flatten(1).T
    return fit_projection(tokens, latents.shape[-1], chart, side=1)


def fit_ltx2_projection(vae: Any, device: Any) -> Projection:
    """Fit a projection for LTX-2. A token has a side of 32 pixels and one latent frame, normalised as in the
    pipelines.
    """
    unit = int(vae.spatial_compression_ratio)
    width, height = 24 * unit, 16 * unit
    chart = make_colour_chart(width, height)
    with torch.no_grad(), compute_in_float32(vae, device):
        pixels = convert_to_pixel_tensor(chart)[:, :, None].to(device, vae.dtype)
        latents = vae.encode(pixels).latent_dist.mode()
        mean = vae.latents_mean.view(1, -1, 1, 1, 1).to(latents)
        spread = vae.latents_std.view(1, -1, 1, 1, 1).to(latents)
        tokens = ((latents - mean) * vae.config.scaling_factor / spread)[0].flatten(1).T
    return fit_projection(tokens, latents.shape[-1], chart, side=4)


@contextmanager
def compute_in_float32(vae: Any, device: Any) -> Iterator[None]:
    """Return a context in which a 16-bit autoencoder computes in 32 bits if it is on a CPU. Some CPUs
    convolve 16-bit numbers a hundred times slower. Afterwards the original weights are restored unchanged.
    """
    halves = (torch.bfloat16, torch.float16)
    tensors = [*vae.parameters(), *vae.buffers()] if torch.device(device).type == "cpu" else []
    own = [(tensor, tensor.data) for tensor in tensors if tensor.dtype in halves]
    try:
        for tensor, data in own:
            tensor.data = data.float()
        yield
    finally:
        for tensor, data in own:
            tensor.data = data


def encode_latent_preview(
    tokens: Tensor, projection: Projection, *, columns: int, rows: int, frames: int = 1
) -> bytes:
    """Return a small JPEG of packed latents (B, frames * rows * columns, C) or (tokens, C).

    A clip is shown by its first, middle and last frame next to each other. Of several pictures (B), only the
    first is shown. Tokens after those of the frames, such as references and key frames, are ignored.
    """
    flat = tokens[0] if tokens.dim() == 3 else tokens
    one = rows * columns
    shown = sorted({0, frames // 2, frames - 1})
    pictures = [projection.picture(flat[at * one : (at + 1) * one], columns) for at in shown]
    strip = Image.new("RGB", (sum(picture.width for picture in pictures), pictures[0].height))
    left = 0
    for picture in pictures:
        strip.paste(picture, (left, 0))
        left += picture.width
    scale = SIDE / max(strip.size)
    size = (max(1, round(strip.width * scale)), max(1, round(strip.height * scale)))
    data = io.BytesIO()
    strip.resize(size, Image.Resampling.BICUBIC).save(data, "JPEG", quality=_QUALITY)
    return data.getvalue()


def predict_clean_latents(latents: Tensor, velocity: Tensor, sigma: float) -> Tensor:
    """Predict the final latents of a rectified flow, without noise (Liu et al., Flow Straight and Fast,
    2022).

    `latents` are the latents after the step to noise level `sigma` (1 is pure noise), and `velocity` is the
    model's output at that step.
    """
    return latents - sigma * velocity[:, : latents.shape[1]].to(latents.dtype)


def make_latent_previewer(
    projection: Projection | None, *, columns: int, rows: int, frames: int = 1
) -> Callable[[Tensor], bytes] | None:
    """Return the function that makes previews for `cancel.make_step_callback`, for latents with this number
    of columns, rows and frames. None if there is no projection.
    """
    if projection is None:
        return None
    known = projection
    return lambda tokens: encode_latent_preview(tokens, known, columns=columns, rows=rows, frames=frames)


def convert_to_pixel_tensor(picture: Image.Image) -> Tensor:
    """Return the picture as a tensor (1, 3, H, W) from -1 to 1."""
    values = torch.from_numpy(np.asarray(picture.convert("RGB")).copy()).to(torch.float32)
    return (values / 127.5 - 1).permute(2, 0, 1)[None]
