"""How the name of a recipe goes on with what else decides the numbers: a LoRA that is merged, how pictures
are decoded. What was made says it, and a remake asks for it. Pure.
"""

from __future__ import annotations

MERGED = ", LoRA merged"
DECODED = ", decoded by diffusion in "  # and the tiles


def on_ladder(name: str) -> str:
    """Return the name that the ladder knows."""
    return name.partition(DECODED)[0].removesuffix(MERGED)


def is_merged(name: str) -> bool:
    """Return whether a LoRA was merged into the weights."""
    return name.partition(DECODED)[0].endswith(MERGED)


def decoded_in(name: str) -> str:
    """Return the tiles in which pictures were decoded by diffusion; nothing where they were not."""
    return name.partition(DECODED)[2]
