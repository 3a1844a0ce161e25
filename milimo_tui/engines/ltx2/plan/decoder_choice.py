"""Which of LTX-2.5's two decoders of the same latents is used: arithmetic before anything is loaded. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from milimo_tui.engines.ltx2.plan.generations import SPACE, TIME, config_of

DECODER = "diffusion_decoder"  # its folder beside the other parts
MOST_ATTENTION_GB = 0.25  # a tile of published size would need many thousands
TABLE_BYTES = 10  # of a pair of tokens while the table is made: 7.4 GB for 27,200 tokens, on a CPU
TILE_SIDE, TILE_FRAMES = 768, 80  # of a tile, as the makers and diffusers have it


def diffuses(folder: Path, frames: int, width: int, height: int) -> tuple[bool, str]:
    """Whether pictures of so many frames are decoded by diffusion, and why not where they could be."""
    config = config_of(folder, DECODER)
    if not config:
        return False, ""
    needs = attention_gb(config, frames, width, height)
    if needs <= MOST_ATTENTION_GB:
        return True, ""
    return False, f"decoded by the autoencoder: the diffusion decoder's windows would take {needs:,.1f} GB"


def attention_gb(config: Mapping[str, Any], frames: int, width: int, height: int) -> float:
    """GB (10⁹) of the diffusion decoder's largest attention. It attends within windows, which diffusers finds
    by a table of every token of a tile against every other; where it is not compiled, each pair is
    computed too.
    """
    patch = config["patch_size"]
    sides = (min(side // SPACE * SPACE, TILE_SIDE) // patch for side in (width, height))
    tokens = min((frames - 1) // TIME * TIME + 1, TILE_FRAMES) * math.prod(sides)
    heads = config["decoder_stage_channels"][-1] // config["decoder_head_dim"]
    return float(tokens**2 * max(TABLE_BYTES, 4 * heads) / 1e9)
