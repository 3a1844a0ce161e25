"""The sizes of Qwen-Image's weights, calculated from its configurations.

The costs of its work, such as bytes per token, are copied from another transformer of the same width in this
package. They are a guess until they are measured on a card.
"""

from __future__ import annotations

from milimo_tui.engines.recipes.model_sizes import Sizes, Weights, Work, part

PARTS = (
    part("text_encoder", 8.29, blocks=28, leaf=0.55, wide=1.09),
    part("transformer", 20.43, blocks=60, leaf=0.06, wide=0.03),
    part("vae", 0.13, leaf=0.005),
)
MODELS = ("qwen-image-2512", "qwen-image", "qwen-image-edit-2511")  # All three models have the same shapes.
SIZES = Sizes(
    Work(28.8, 0.6, 175_000, 16, 1, 1550.0, 12.0, tile=1024, square=737_280, pixel_flop=9.6e6, in_turn=True),
    tuple(Weights(model, PARTS) for model in MODELS),
)
