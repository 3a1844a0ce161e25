"""What FLUX.2 klein weighs, and what its work takes: counted from the makers' configurations and shapes."""

from __future__ import annotations

from milimo_tui.engines.recipes.model_sizes import Sizes, Weights, Work, part


def _klein(
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
        _klein("flux2-klein-4b", 3.88, 4.02, 25, 36, (0.39, 0.05)),
        _klein("flux2-klein-9b", 9.08, 8.19, 32, 36, (1.24, 0.10)),
    ),
)
