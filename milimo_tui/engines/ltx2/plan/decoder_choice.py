"""Which of LTX-2.5's two decoders of the same latents is used: arithmetic before anything is loaded. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from milimo_tui.engines.ltx2.plan.generations import SPACE, TIME, config_of

DECODER = "diffusion_decoder"  # its folder beside the other parts
MOST_ATTENTION_GB = 0.25  # a take of published size would need many thousands


def diffuses(folder: Path, frames: int, width: int, height: int) -> tuple[bool, str]:
    """Whether pictures of so many frames are decoded by diffusion, and why not where they could be."""
    config = config_of(folder, DECODER)
    if not config:
        return False, ""
    needs = attention_gb(config, frames, width, height)
    if needs <= MOST_ATTENTION_GB:
        return True, ""
    return False, f"decoded by the autoencoder: attention of the diffusion decoder would take {needs:,.1f} GB"


def attention_gb(config: Mapping[str, Any], frames: int, width: int, height: int) -> float:
    """GB (10⁹) of the diffusion decoder's largest attention: every token of the pictures against every other
    in float32, which is how diffusers computes it where it is not compiled.
    """
    patch = config["patch_size"]
    latents = (frames - 1) // TIME, width // SPACE, height // SPACE
    tokens = (latents[0] * TIME + 1) * (latents[1] * SPACE // patch) * (latents[2] * SPACE // patch)
    heads = config["decoder_stage_channels"][-1] // config["decoder_head_dim"]
    return float(tokens**2 * heads * 4 / 1e9)
