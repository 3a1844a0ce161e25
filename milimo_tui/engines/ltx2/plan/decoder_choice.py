"""Choose between the two decoders of LTX-2.5, the autoencoder and the diffusion decoder, and choose the tile
size of the diffusion decoder. Both are chosen before any weights are loaded. All functions are pure.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from milimo_tui.engines.ltx2.plan.generations import TIME, read_component_config

DECODER = "diffusion_decoder"  # folder of the diffusion decoder within the weights


class Tile(NamedTuple):
    """A block of the clip that the diffusion decoder decodes at once: the side of its square in pixels, and
    its number of frames.
    """

    side: int
    frames: int

    def __str__(self) -> str:
        return f"tiles of {self.side} px and {self.frames} frames"


# Available tiles, the largest first. The first is Lightricks' own tile (ltx-core, August 2026); the others
# are for cards with less memory. The next constants are the overlap of two tiles in pixels and in frames.
TILES = (Tile(768, 80), Tile(512, 80), Tile(384, 56), Tile(256, 48))
SHARED, SHARED_FRAMES = 64, 24
# Number of tensors that are in memory while a block of the decoder computes. Each is as large as all tokens
# of a tile.
HELD = 12
# GB of attention keys and values that are copied at once for the windows of several blocks of tokens
COPIED_GB = 1.0
# Bytes of memory for each pixel of each frame of the clip that stay occupied until all tiles are decoded
KEPT = 18.0
# Number of feature maps of the complete clip in memory: the inputs of the last two stages of the decoder, and
# a copy during the computation
FEATURES = 3
CELL = 8  # A feature covers a square with this side in pixels, and two frames.
# Maximum number of tokens for the diffusion decoder on the CPU. For more tokens the autoencoder is used,
# because the diffusion decoder would take too long: minutes or more for ten times this number.
MOST_ON_A_PROCESSOR = 100_000


def parse_tile(words: str) -> Tile | None:
    """Return the tile that the text `words` describes, in the form that `str` gives for a tile. Return None
    for any other text.
    """
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
    """Return the largest tile for which the memory is sufficient, or None if even the smallest needs too
    much. The diffusion decoder may use at most `room_gb` GB (10⁹ bytes) in addition to its weights.
    `width_bytes` is the number of bytes of one value. `then` is the tile with which an earlier take was
    decoded; it is tried first.
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
    """Return the GB that the diffusion decoder needs with the tile `by`, in addition to its weights."""
    channels: list[int] = config["decoder_stage_channels"]
    activations = (
        count_decoder_tokens(config, min(frames, by.frames), min(width, by.side), min(height, by.side))
        * channels[-1]
    )
    cells = math.ceil((frames + 2 * TIME) / 2) * math.ceil(width / CELL) * math.ceil(height / CELL)
    whole = cells * channels[-2] * FEATURES
    copied = COPIED_GB * min(1.0, channels[-1] / 256)
    return ((activations * HELD + whole) * width_bytes + frames * width * height * KEPT) / 1e9 + copied


def count_decoder_tokens(config: Mapping[str, Any], frames: int, width: int, height: int) -> int:
    """Return the number of tokens in the last stage of the diffusion decoder. That stage does nearly all of
    the work.
    """
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
    """Return the tile for decoding by diffusion if `room_gb` GB are enough, with an empty reason. Otherwise
    return None and, if the model has a diffusion decoder, the reason why it is not used. `card` says whether
    the decoder runs on a graphics card. `then` is the tile of an earlier take and is used if it fits.
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
