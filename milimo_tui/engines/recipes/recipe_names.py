"""Read the suffixes of a recipe's name. A suffix records a choice that affects the result but is not part of
the ladder: a merged LoRA, or the diffusion decoder.

The name is stored with a take. If the take is made again, the recipe with this name is requested. Pure.
"""

from __future__ import annotations

MERGED = ", LoRA merged"
DECODED = ", decoded by diffusion in "  # The size of the tiles follows this suffix.


def on_ladder(name: str) -> str:
    """Return the recipe's name without the suffixes of this module. Recipes on the ladder have such names."""
    return name.partition(DECODED)[0].removesuffix(MERGED)


def is_merged(name: str) -> bool:
    """Return True if the name says that a LoRA was merged into the weights."""
    return name.partition(DECODED)[0].endswith(MERGED)


def get_diffusion_tiles(name: str) -> str:
    """Return the size of the tiles in which the diffusion decoder decoded the pictures. Empty if it was not
    used.
    """
    return name.partition(DECODED)[2]
