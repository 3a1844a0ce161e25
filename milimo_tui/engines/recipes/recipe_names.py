"""The suffixes of a recipe's name for other choices that affect the result: a merged LoRA, the decoder of the
pictures.

The name is stored with a take, and a remake asks for it. Pure.
"""

from __future__ import annotations

MERGED = ", LoRA merged"
DECODED = ", decoded by diffusion in "  # followed by the tile size


def on_ladder(name: str) -> str:
    """Return the name by which the ladder knows the recipe."""
    return name.partition(DECODED)[0].removesuffix(MERGED)


def is_merged(name: str) -> bool:
    """Return True if a LoRA was merged into the weights."""
    return name.partition(DECODED)[0].endswith(MERGED)


def get_diffusion_tiles(name: str) -> str:
    """Return the tiles in which pictures were decoded by diffusion; empty if they were not."""
    return name.partition(DECODED)[2]
