"""Estimate the memory that SAM 3's weights and its work take."""

from __future__ import annotations

from milimo_tui.engines.recipes.model_sizes import Sizes, Weights, Work, part

SIZES = Sizes(
    # The layers inspect the type of their weights, so the weights can't be quantised.
    Work(0.86, 0.0, 0.0, 14, 1, 0.0, 12.0, fixed_gb=2.0, quantised=False, does="looks"),
    (Weights("sam3", (part("model", 0.86, blocks=32, leaf=0.02, wide=0.05),)),),
)
