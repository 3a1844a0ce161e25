"""The choice between LTX-2.5's two decoders of the same latents, and the tile size: computed before anything
is loaded. Pure.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from milimo_tui.engines.ltx2.plan.generations import TIME, read_component_config

DECODER = "diffusion_decoder"  # its folder next to the other parts


class Tile(NamedTuple):
    """The unit that is decoded at once: its side in pixels, and its frames."""

    side: int
    frames: int

    def __str__(self) -> str:
        return f"tiles of {self.side} px and {self.frames} frames"


# Lightricks' own tile first (ltx-core, August 2026), then tiles for smaller cards; below, the overlap of two.
TILES = (Tile(768, 80), Tile(512, 80), Tile(384, 56), Tile(256, 48))
SHARED, SHARED_FRAMES = 64, 24
HELD = 12  # number of tensors of the size of a tile's tokens that exist while a block computes
COPIED_GB = 1.0  # keys and values, copied for the attention windows of some blocks
KEPT = 18.0  # bytes per pixel that are held until all are decoded
FEATURES = 3  # complete inputs of the last two stages, and a copy while they are computed
CELL = 8  # pixels per side of such a feature, which covers two frames
MOST_ON_A_PROCESSOR = 100_000  # tokens; each of ten times as many takes minutes


def parse_tile(words: str) -> Tile | None:
    """Return the tile with this text (`str` of a tile), or None."""
    return next((one for one in TILES if str(one) == words), None)


def choose_largest_tile(
    config: Mapping[str, Any],
    room_gb: float,
    frames: int,
    width: int,
    height: int,
    width_bytes: int = 2,
    then: Tile | None = None,
) -> Tile | None:
    """Return the largest tile with which the decoder fits into `room_gb` GB (10⁹) in addition to its weights,
    or None if the smallest needs more. A number takes `width_bytes`. `then`, an earlier choice, is tried
    first.
    """
    tiles = TILES if then is None else (then, *TILES)
    fits = (
        one
        for one in tiles
        if estimate_diffusion_decoder_gb(config, one, frames, width, height, width_bytes) <= room_gb
    )
    return next(fits, None)


def estimate_diffusion_decoder_gb(
    config: Mapping[str, Any], by: Tile, frames: int, width: int, height: int, width_bytes: int = 2
) -> float:
    """Return the GB that the diffusion decoder takes with these tiles in addition to its weights."""
    channels: list[int] = config["decoder_stage_channels"]
    held = (
        count_decoder_tokens(config, min(frames, by.frames), min(width, by.side), min(height, by.side))
        * channels[-1]
    )
    cells = math.ceil((frames + 2 * TIME) / 2) * math.ceil(width / CELL) * math.ceil(height / CELL)
    whole = cells * channels[-2] * FEATURES
    copied = COPIED_GB * min(1.0, channels[-1] / 256)
    return ((held * HELD + whole) * width_bytes + frames * width * height * KEPT) / 1e9 + copied


def count_decoder_tokens(config: Mapping[str, Any], frames: int, width: int, height: int) -> int:
    """Return the number of tokens of the last stage, which is nearly all of the decoder's work."""
    return int(frames * math.ceil(width / config["patch_size"]) * math.ceil(height / config["patch_size"]))


def choose_diffusion_tile(
    folder: Path,
    room_gb: float,
    frames: int,
    width: int,
    height: int,
    *,
    card: bool,
    then: Tile | None = None,
) -> tuple[Tile | None, str]:
    """Return the tile for decoding pictures by diffusion if `room_gb` GB suffice; otherwise None, and the
    reason if the model has a diffusion decoder. `card`: the decoder runs on a card. `then` is an earlier
    choice, used if it fits.
    """
    config = read_component_config(folder, DECODER)
    if not config:
        return None, ""
    if not card and count_decoder_tokens(config, frames, width, height) > MOST_ON_A_PROCESSOR:
        return None, "decoded by the autoencoder: by diffusion it would take too long without a card"
    number = 2 if card else 4
    weighs = sum(file.stat().st_size for file in (folder / DECODER).glob("*.safetensors")) / 1e9 * number / 2
    found = choose_largest_tile(config, room_gb - weighs, frames, width, height, number, then)
    if found is not None:
        return found, ""
    least = weighs + estimate_diffusion_decoder_gb(config, TILES[-1], frames, width, height, number)
    return None, f"decoded by the autoencoder: by diffusion takes {least:.1f} GB, {room_gb:.1f} are left"
