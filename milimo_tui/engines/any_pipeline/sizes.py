"""What any pipeline weighs and its work takes: weights by their files, work by that of a middling model.
Reads headers alone.

Its parts are held as they are: whole on the card, one after the other, or layer by layer.
"""

from __future__ import annotations

from dataclasses import replace

from milimo_tui.engines.any_pipeline.plan import Plan
from milimo_tui.engines.catalog.installed_weights import Found
from milimo_tui.engines.recipes.model_sizes import Part, Phase, Sizes, Weights, Work
from milimo_tui.engines.recipes.values import Request
from milimo_tui.engines.recipes.weight_sizes import weigh

# About what a transformer of 12 billion takes a token, and a middling autoencoder a pixel: counted for none.
WORK = Work(12.0, 0.4, 200_000, 16, 4, 1000.0, 18.0, square=500_000, pixel_flop=1.5e7, plain=True)
SIZES = Sizes(WORK, ())
READERS = ("text_encoder", "image_encoder", "connectors", "prior")  # how parts begin that work first
MAKERS = ("transformer", "unet", "controlnet", "motion_adapter", "decoder_unet")  # … that take the steps


def weights_of(found: Found) -> Weights:
    """Its parts by their files, each in the phase that its name tells. Raises as `weigh`."""
    told = weigh(found, SIZES)
    return replace(told, parts=tuple(map(_in_phase, told.parts)))


def request(engine: str, way: Plan, found: Found, takes: int = 1) -> Request:
    """What making it asks of a card. Raises as `weigh`."""
    work = WORK if way.pipeline.call.makes_clips else replace(WORK, latent_frames=1, pixel=1600.0)
    return Request(
        engine,
        weights_of(found),
        work,
        width=way.fitted.width,
        height=way.fitted.height,
        frames=way.fitted.frames,
        steps=way.steps,
        passes=2 if way.guided else 1,
        encodes=way.begins is not None,
        takes=takes,
    )


def _in_phase(part: Part) -> Part:
    phase: Phase = "decode"
    if part.name.startswith(READERS):
        phase = "encode"
    elif part.name.startswith(MAKERS):
        phase = "denoise"
    return replace(part, phases=(phase,), packed=phase != "decode")
