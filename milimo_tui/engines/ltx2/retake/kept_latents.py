"""Latents of a take that stay while others are regenerated; the pipelines have no argument for this.

Lightricks preserve the latents outside a range with noise levels per token (ltx-core, `TemporalRegionMask`: a
latent is regenerated if its span touches the range). Imports torch; for workers.
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
    """Return a context manager that makes a pass preserve latents of an existing take that are not in `made`
    (n, h, w): no noise is added to them, and the transformer gets them as clean.
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
            held = stays.to(mask)
            return latents, torch.maximum(mask, held), torch.where(held > 0, latents, clean)

        pipeline.apply_first_frame_conditioning = applied
        try:
            yield
        finally:
            del pipeline.apply_first_frame_conditioning

    return around


def select_held_sound(
    latents: Tensor, span: tuple[Fraction, Fraction] | None, mels: Fraction, each: int
) -> tuple[HeldSound, ...]:
    """Return the parts of a sound's latents (1, c, L, M) that stay while seconds [begin, end) are
    regenerated; None: all stay.

    A latent covers `each` frames of the mel spectrogram, which has `mels` frames per second, and reaches back
    by all of them but one, because the autoencoder is causal.
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
