"""The sizes of FLUX.2's weights and the memory that its work needs, calculated from the published
configurations and tensor shapes.
"""

from __future__ import annotations

from dataclasses import replace

from milimo_tui.engines.recipes.model_sizes import Sizes, Weights, Work, part

DEV = "flux2-dev"
# Bytes that klein KV caches for each reference token during all steps. They hold the keys and values of 32
# blocks with 4096 channels each, and the data that distinguish reference tokens from picture tokens.
# `bench/shapes.py` counts the memory of the model klein by the same method.
CACHED_BYTES_PER_TOKEN = 610_000.0


def _make_klein_sizes(
    model: str,
    transformer: float,
    encoder: float,
    blocks: int,
    layers: int,
    wide: tuple[float, float],
) -> Weights:
    return Weights(
        model,
        (
            part("text_encoder", encoder, blocks=layers, leaf=0.62, wide=wide[0]),
            part("transformer", transformer, blocks=blocks, leaf=0.15, wide=wide[1]),
            part("vae", 0.08, leaf=0.003),
        ),
    )


SIZES = Sizes(
    Work(17.3, 0.4, 175_000, 16, 1, 1550.0, 12.0, tile=1024, masks=False, square=524_288, pixel_flop=9.6e6),
    (
        Weights(
            DEV,
            (
                part("text_encoder", 24.01, blocks=40, leaf=0.67, wide=1.34),
                part("transformer", 32.22, blocks=56, leaf=0.34, wide=0.25),
                part("vae", 0.08, leaf=0.003),
            ),
        ),
        _make_klein_sizes("flux2-klein-4b", 3.88, 4.02, 25, 36, (0.39, 0.05)),
        _make_klein_sizes("flux2-klein-9b", 9.08, 8.19, 32, 36, (1.24, 0.10)),
    ),
)


def get_flux2_work(weights: Weights) -> Work:
    """Return the numbers from which the memory for making pictures with these weights is calculated. The
    default numbers were counted for klein. The variant dev has numbers of its own, because its layers are 1.5
    times as wide and more of its blocks compute attention between all tokens.
    """
    if weights.model != DEV:
        return SIZES.work
    return replace(SIZES.work, token=262_000, encode_gb=0.6, square=4 * 56 * 6144)
