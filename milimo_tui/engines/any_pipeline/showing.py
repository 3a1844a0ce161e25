"""Make small previews of the latents of any pipeline, with a projection to colours that is fitted to the
autoencoder.

Imports torch, so only workers import this module. Latents of an unknown shape get no preview, because a
preview must not make its job fail.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from milimo_tui.core.reasons import reason
from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.runtime.latent_preview import (
    Projection,
    compute_in_float32,
    convert_to_pixel_tensor,
    encode_latent_preview,
    fit_projection,
    make_colour_chart,
)
from milimo_tui.engines.runtime.memory import get_device

TOKENS = 24  # side of the test chart in tokens, which is enough to fit autoencoders of a hundred channels
UNITS = ("vae_scale_factor", "vae_scale_factor_spatial", "vae_spatial_compression_ratio")
PREVIEW_ERRORS = (RuntimeError, AttributeError, LookupError, TypeError, ValueError, AssertionError)


@dataclass(frozen=True, slots=True)
class LatentPreviewer:
    """A maker of preview pictures, which projects a pipeline's latents to colours.

    The latents of a picture are a grid of tokens. Each token has `channels` numbers and covers a square of
    the picture whose side is `unit` pixels.
    """

    projection: Projection
    channels: int
    unit: int

    def of(self, width: int, height: int, frames: int) -> Callable[[Tensor], bytes]:
        """Return a function that makes a small JPEG from the latents of a picture or clip of the given size.

        The function raises ValueError for latents of an unknown shape.
        """

        def show(latents: Tensor) -> bytes:
            tokens, rows, columns, many = self._arrange_latent_tokens(latents, width, height, frames)
            return encode_latent_preview(tokens, self.projection, columns=columns, rows=rows, frames=many)

        return show

    def _arrange_latent_tokens(
        self, latents: Tensor, width: int, height: int, frames: int
    ) -> tuple[Tensor, int, int, int]:
        """Return the tokens of the first picture or clip in a batch of latents, as an array of shape (frames
        * rows * columns, channels). Also return the numbers of rows, columns and frames.
        """
        if latents.dim() == 5:  # shape (B, C, F, H, W) or (B, F, C, H, W)
            one = latents[0] if latents.shape[1] == self.channels else latents[0].transpose(0, 1)
            many, rows, columns = (int(each) for each in one.shape[1:])
            return self._check_channel_count(one.permute(1, 2, 3, 0).flatten(0, 2)), rows, columns, many
        if latents.dim() == 4:  # shape (B, C, H, W)
            rows, columns = (int(each) for each in latents.shape[2:])
            return self._check_channel_count(latents[0].flatten(1).T), rows, columns, 1
        if latents.dim() != 3:
            raise ValueError(f"latents of {latents.dim()} dimensions")
        # The shape is (B, tokens, channels). Each token covers 1x1 or 2x2 latents; tokens are ordered by
        # frame, then by row.
        patch = 2 if latents.shape[2] == 4 * self.channels else 1
        rows, columns = height // (self.unit * patch), width // (self.unit * patch)
        many = latents.shape[1] // max(1, rows * columns)
        if rows * columns * many != latents.shape[1] or many > frames:
            raise ValueError(f"{latents.shape[1]} tokens of {width}×{height}, {frames} frames")
        if patch == 1:
            return self._check_channel_count(latents[0]), rows, columns, many
        loose = latents[0].view(many, rows, columns, self.channels, 2, 2).permute(0, 1, 4, 2, 5, 3)
        return loose.reshape(-1, self.channels), 2 * rows, 2 * columns, many

    def _check_channel_count(self, tokens: Tensor) -> Tensor:
        if tokens.shape[1] != self.channels:
            raise ValueError(f"latents of {tokens.shape[1]} channels, not {self.channels}")
        return tokens


def build_latent_previewer(pipe: Any, context: Context) -> LatentPreviewer | None:
    """Return the previewer for a pipeline's latents. None, with a log message, for an unknown kind of
    autoencoder.
    """
    vae = getattr(pipe, "vae", None)
    if vae is None:
        return None
    try:
        return _fit_latent_previewer(pipe, vae)
    except PREVIEW_ERRORS as error:
        context.log(f"no preview of what is made: {reason(error)}")
        return None


def _fit_latent_previewer(pipe: Any, vae: Any) -> LatentPreviewer:
    unit = next((int(one) for name in UNITS if (one := getattr(pipe, name, 0))), 8)
    chart = make_colour_chart(TOKENS * unit, TOKENS * unit)
    where = get_device()
    deep = any(isinstance(part, torch.nn.Conv3d) for part in vae.encoder.modules())
    with torch.no_grad(), compute_in_float32(vae, where):
        pixels = convert_to_pixel_tensor(chart).to(where, vae.dtype)
        made = vae.encode(pixels[:, :, None] if deep else pixels)
        distribution = getattr(made, "latent_dist", None)
        latents = distribution.mode() if distribution is not None else getattr(made, "latent", None)
        if latents is None:
            latents = made.latents
        latents = _normalise_latents(latents[:, :, 0] if deep else latents, vae)
    columns = latents.shape[-1]
    tokens = latents[0].flatten(1).T
    projection = fit_projection(tokens, columns, chart, side=max(1, min(unit, 8) // 2))
    return LatentPreviewer(projection, int(latents.shape[1]), TOKENS * unit // columns)


def _normalise_latents(latents: Tensor, vae: Any) -> Tensor:
    """Return the autoencoder's latents (1, C, H, W) in the scale that the denoising steps use.

    The mean and standard deviation of each channel are used if the autoencoder declares them, otherwise its
    shift and scale.
    """

    # Some autoencoders store these values as buffers next to their weights.
    kept = dict(vae.named_buffers(recurse=False))

    def known(name: str) -> Any:
        return kept[name] if name in kept else vae.config.get(name)

    scale = float(known("scaling_factor") or 1.0)
    mean, spread = known("latents_mean"), known("latents_std")
    if mean is not None and spread is not None:
        mean, spread = (torch.as_tensor(one).view(1, -1, 1, 1).to(latents) for one in (mean, spread))
        return (latents - mean) * scale / spread
    return (latents - float(known("shift_factor") or 0.0)) * scale
