"""The encoding of a take's pictures and sound to latents, from which a retake starts. Imports torch, so only
workers use this module.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from milimo_tui.engines.ltx2.scene.log_mel import encode_sound


def encode_take_pictures(vae: Any, shown: NDArray[np.uint8], where: Any) -> Tensor:
    """Encode pictures (8 (n - 1) + 1, height, width, 3) to latents (1, C, n, h, w). `where` is the device."""
    pixels = torch.from_numpy(shown).permute(3, 0, 1, 2)[None].float() / 127.5 - 1
    with torch.no_grad():
        latents = vae.encode(pixels.to(where, vae.dtype)).latent_dist.mode()
    return torch.as_tensor(latents).float()


def encode_take_sound(vae: Any, heard: NDArray[np.float32], rate: int, count: int, where: Any) -> Tensor:
    """Encode a sound (2, samples) of sample rate `rate` to `count` latents (1, c, count, M). Longer sounds
    are cut; for shorter sounds the last latent is repeated. `where` is the device.
    """
    latents = encode_sound(vae, heard, rate, where)[:, :, :count]
    missing = count - latents.shape[2]
    return torch.cat([latents, latents[:, :, -1:].expand(-1, -1, max(0, missing), -1)], dim=2).to(where)
