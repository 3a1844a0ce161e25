"""The sizes of LTX-2's weights and the memory and time that its work needs, counted from the authors'
configurations and tensor shapes.
"""

from __future__ import annotations

from milimo_tui.engines.recipes.model_sizes import Sizes, Weights, Work, part

SPATIAL = part("latent_upsampler", 0.50, leaf=0.03)
TEMPORAL = part("temporal_latent_upsampler", 0.13, leaf=0.03)


def _make_ltx2_weights(
    model: str,
    transformer: float,
    connectors: float,
    vocoder: float,
    encoder: float = 12.20,
    *,
    read: bool = False,
) -> Weights:
    return Weights(
        model,
        (
            part("text_encoder", encoder, blocks=49, leaf=1.01, wide=1.02),
            part("connectors", connectors, leaf=min(connectors, 0.72)),
            part("transformer", transformer, blocks=48, leaf=0.067, wide=0.20),
            part("vae", 1.22, leaf=0.03),
            part("audio_vae", 0.05, leaf=0.01),
            part("vocoder", vocoder, leaf=0.01),
            SPATIAL,
        ),
        read=read,
    )


SIZES = Sizes(
    # `fixed_gb` includes 385 MB for the embeddings of a prompt. The tile sizes are Lightricks' (ltx-core,
    # `tiling.py`, August 2026), and the small tile sizes are diffusers'.
    Work(
        35.2,
        2.0,
        365_000,
        32,
        8,
        90.0,
        18.0,
        fixed_gb=0.5,
        mirrors=True,
        square=786_432,
        pixel_flop=1.27e6,
        tile=768,
        overlap=64,
        slice=80,
        slice_overlap=24,
        small=(512, 16),
        elements=8.5,
    ),
    (
        _make_ltx2_weights("ltx-2", 18.88, 1.43, 0.06),
        _make_ltx2_weights("ltx-2.3", 18.99, 3.17, 0.19),
        # The two published files have 42 and 26 GB; one of them also contains the connectors.
        _make_ltx2_weights("ltx-2.5", 21.0, 0.0, 0.19, 13.0, read=True),
    ),
)
