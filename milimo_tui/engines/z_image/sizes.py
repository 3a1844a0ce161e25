"""Estimate the memory that Z-Image's weights and work take, from its configuration and tensor shapes."""

from __future__ import annotations

from milimo_tui.engines.recipes.model_sizes import Sizes, Weights, Work, part

PARTS = (
    part("text_encoder", 4.02, blocks=36, leaf=0.39, wide=0.39),
    part("transformer", 6.15, blocks=34, leaf=0.039, wide=0.01),
    part("vae", 0.08, leaf=0.005),
)
SIZES = Sizes(
    Work(10.3, 0.4, 150_000, 16, 1, 1550.0, 12.0, tile=1024, square=522_240, pixel_flop=9.6e6),
    tuple(Weights(model, PARTS) for model in ("z-image-turbo", "z-image")),
)
