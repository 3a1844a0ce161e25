"""Estimate the memory for Wan 2.2. The sizes of its weights come from the authors' configurations. The memory
for its work comes from measured tensor shapes (`bench/shapes.py`).

The autoencoder works in 32 bits, as in the authors' code, so its parameters count twice.
"""

from __future__ import annotations

from milimo_tui.engines.recipes.model_sizes import ModelPart, Sizes, Weights, Work, part
from milimo_tui.engines.wan.kinds import SMALL, WanKind

# With the small kind of weights (5B), a token covers 32 × 32 pixels, so there are fewer tokens to compute.
# With the kinds that have two transformers, it covers 16 × 16.
SMALL_WORK = Work(
    12.1, 0.3, 192_400, 32, 4, 5410.0, 18.0, tile=256, slice=4,
    square=368_640, pixel_flop=1.89e7, in_turn=True, sliced=True, masks=False,
)  # fmt: skip
PAIR_WORK = Work(
    34.5, 0.3, 113_300, 16, 4, 4900.0, 18.0, tile=256, slice=4,
    square=819_200, pixel_flop=8.7e6, in_turn=True, sliced=True, masks=False,
)  # fmt: skip
ENCODER = part("text_encoder", 5.68, blocks=24, leaf=1.05, wide=2.06)


def _weigh_transformer_half(name: str) -> ModelPart:
    return part(name, 14.29, blocks=40, leaf=0.157, wide=0.23)


def _weigh_wan_pair(model: str) -> Weights:
    halves = (_weigh_transformer_half("transformer"), _weigh_transformer_half("transformer_2"))
    return Weights(model, (ENCODER, *halves, part("vae", 2 * 0.127, leaf=0.01)))


SIZES = Sizes(
    SMALL_WORK,
    (
        Weights(
            "wan-2.2-ti2v-5b",
            (
                ENCODER,
                part("transformer", 5.0, blocks=30, leaf=0.057, wide=0.09),
                part("vae", 2 * 0.705, leaf=0.06),
            ),
        ),
        _weigh_wan_pair("wan-2.2-t2v-a14b"),
        _weigh_wan_pair("wan-2.2-i2v-a14b"),
    ),
)


def choose_wan_work(kind: WanKind) -> Work:
    """Return the numbers from which the working memory for a kind of weights is estimated."""
    return SMALL_WORK if kind.name == SMALL.name else PAIR_WORK
