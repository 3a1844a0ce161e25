"""Preserve some latents of a take while the other latents are regenerated. The pipelines of diffusers have no
argument for this.

Lightricks preserves the latents outside a range by noise levels for each token (ltx-core,
`TemporalRegionMask`): a latent is regenerated if its time span overlaps the range. Imports torch, so only
workers use this module.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from milimo_tui.engines.ltx2.take.pipelines import HeldSound
from milimo_tui.engines.ltx2.take.sampling import Around


def preserve_latents(made: NDArray[np.bool_]) -> Around:
    """Return a context manager that makes a pass preserve some latents of an existing take. `made` (n, h, w)
    is True for the latents that are regenerated. The other latents get no noise, and the transformer receives
    them as free of noise.
    """

    @contextmanager
    def around(pipeline: Any) -> Iterator[None]:
        plain = pipeline.apply_first_frame_conditioning
        grid = torch.from_numpy(~made).float()[None, None]
        stays = pipeline._pack_latents(
            grid, pipeline.transformer_spatial_patch_size, pipeline.transformer_temporal_patch_size
        )

        def applied(latents: Tensor, mask: Tensor, *args: Any, **more: Any) -> tuple[Tensor, Tensor, Tensor]:
            latents, mask, clean = plain(latents, mask, *args, **more)
            preserved = stays.to(mask)
            return latents, torch.maximum(mask, preserved), torch.where(preserved > 0, latents, clean)

        pipeline.apply_first_frame_conditioning = applied
        try:
            yield
        finally:
            del pipeline.apply_first_frame_conditioning

    return around


def select_held_sound(
    latents: Tensor, span: tuple[Fraction, Fraction] | None, mels: Fraction, each: int
) -> tuple[HeldSound, ...]:
    """Return the sound latents that are preserved while the seconds [begin, end) of `span` are regenerated.
    `latents` (1, c, L, M) are the latents of the complete sound. If `span` is None, all of them are
    preserved.

    A latent covers `each` frames of the mel spectrogram, which has `mels` frames per second. Because the
    autoencoder is causal, a latent also depends on the `each` - 1 frames before it.
    """
    if span is None:
        return (HeldSound(latents),)
    count = latents.shape[2]
    touched = [
        index
        for index in range(count)
        if (each * index + 1) / mels > span[0] and max(0, each * (index - 1) + 1) / mels < span[1]
    ]
    if not touched:
        return (HeldSound(latents),)
    parts = ((0, touched[0]), (touched[-1] + 1, count))
    return tuple(HeldSound(latents[:, :, begin:end], begin) for begin, end in parts if end > begin)
