"""Which of LTX-2.5's two decoders of the same latents is used, and in which tiles: arithmetic before anything
is loaded. Pure.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from milimo_tui.engines.ltx2.plan.generations import TIME, config_of

DECODER = "diffusion_decoder"  # its folder beside the other parts


class Tile(NamedTuple):
    """What is decoded at once: its side in pixels, and its frames."""

    side: int
    frames: int

    def __str__(self) -> str:
        return f"tiles of {self.side} px and {self.frames} frames"


# The makers' own first (ltx-core, August 2026), then such as a smaller card holds; what two of them share.
TILES = (Tile(768, 80), Tile(512, 80), Tile(384, 56), Tile(256, 48))
SHARED, SHARED_FRAMES = 64, 24
HELD = 12  # tensors as large as a tile's tokens that are there at once while a block computes
COPIED_GB = 1.0  # keys and values, as they are copied for the windows of some blocks
KEPT = 18.0  # bytes of each pixel that is kept until all are
FEATURES = 3  # what comes into the last two stages, whole, and its like while it is made
CELL = 8  # pixels of one of these features, and two frames
MOST_ON_A_PROCESSOR = 100_000  # tokens; of ten times as many each takes minutes


def tile_named(words: str) -> Tile | None:
    """The tile that words name, as `str` of one gives them; None for others."""
    return next((one for one in TILES if str(one) == words), None)


def tile(
    config: Mapping[str, Any],
    room_gb: float,
    frames: int,
    width: int,
    height: int,
    width_bytes: int = 2,
    then: Tile | None = None,
) -> Tile | None:
    """The largest tile by which that decoder makes those frames within so many GB (10⁹) beside its own
    weights; None where the smallest needs more. A number takes `width_bytes`. `then` comes before all others.
    """
    tiles = TILES if then is None else (then, *TILES)
    fits = (one for one in tiles if needs_gb(config, one, frames, width, height, width_bytes) <= room_gb)
    return next(fits, None)


def needs_gb(
    config: Mapping[str, Any], by: Tile, frames: int, width: int, height: int, width_bytes: int = 2
) -> float:
    """GB that the diffusion decoder takes beside its weights, decoding by such tiles."""
    channels: list[int] = config["decoder_stage_channels"]
    held = tokens(config, min(frames, by.frames), min(width, by.side), min(height, by.side)) * channels[-1]
    cells = math.ceil((frames + 2 * TIME) / 2) * math.ceil(width / CELL) * math.ceil(height / CELL)
    whole = cells * channels[-2] * FEATURES
    copied = COPIED_GB * min(1.0, channels[-1] / 256)
    return ((held * HELD + whole) * width_bytes + frames * width * height * KEPT) / 1e9 + copied


def tokens(config: Mapping[str, Any], frames: int, width: int, height: int) -> int:
    """Tokens of the last stage, which is nearly all of its work."""
    return int(frames * math.ceil(width / config["patch_size"]) * math.ceil(height / config["patch_size"]))


def diffuses(
    folder: Path,
    room_gb: float,
    frames: int,
    width: int,
    height: int,
    *,
    card: bool,
    then: Tile | None = None,
) -> tuple[Tile | None, str]:
    """The tiles in which pictures of so many frames are decoded by diffusion, where `room_gb` are left for
    it; None, and why not, where they could be. `card`: it works on one. `then`: to be kept to where it fits.
    """
    config = config_of(folder, DECODER)
    if not config:
        return None, ""
    if not card and tokens(config, frames, width, height) > MOST_ON_A_PROCESSOR:
        return None, "decoded by the autoencoder: by diffusion it would take too long without a card"
    number = 2 if card else 4
    weighs = sum(file.stat().st_size for file in (folder / DECODER).glob("*.safetensors")) / 1e9 * number / 2
    found = tile(config, room_gb - weighs, frames, width, height, number, then)
    if found is not None:
        return found, ""
    least = weighs + needs_gb(config, TILES[-1], frames, width, height, number)
    return None, f"decoded by the autoencoder: by diffusion takes {least:.1f} GB, {room_gb:.1f} are left"
