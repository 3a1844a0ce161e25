"""Estimate the memory that any pipeline needs. The memory for its weights follows from the sizes of its
files. The memory for its work is assumed to be that of a medium-sized model.

Reads only file headers. The weights are not quantised. The parts are on the GPU completely, one after the
other, or layer by layer.
"""

from __future__ import annotations

from dataclasses import replace

from milimo_tui.engines.any_pipeline.plan import PipelineCallPlan
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.recipes.model_sizes import ModelPart, Phase, Sizes, Weights, Work
from milimo_tui.engines.recipes.values import Request
from milimo_tui.engines.recipes.weight_sizes import weigh

# Approximate memory for each token of a transformer of 12 billion parameters, and for each pixel of an
# average autoencoder. These numbers were not measured for any particular model.
WORK = Work(12.0, 0.4, 200_000, 16, 4, 1000.0, 18.0, square=500_000, pixel_flop=1.5e7, plain=True)
SIZES = Sizes(WORK, ())
# Name prefixes of the pipeline's parts that run before the denoising steps.
ENCODER_PARTS = ("text_encoder", "image_encoder", "connectors", "prior")
# Name prefixes of the pipeline's parts that compute the denoising steps.
DENOISER_PARTS = ("transformer", "unet", "controlnet", "motion_adapter", "decoder_unet")


def weigh_pipeline_parts(found: ResolvedWeights) -> Weights:
    """Return the size of each pipeline part's weights, and the phase of the job in which the part is used:
    encode, denoise or decode. The phase is guessed from the part's name. Raises the errors of `weigh`.
    """
    weights = weigh(found, SIZES)
    return replace(weights, parts=tuple(map(_assign_part_phase, weights.parts)))


def request(engine: str, plan: PipelineCallPlan, found: ResolvedWeights, takes: int = 1) -> Request:
    """Return the request from which the memory for making a take or a picture is estimated. `plan` is the
    plan of the pipeline call, `found` the weights, and `takes` the number of takes. Raises the errors of
    `weigh`.
    """
    work = WORK if plan.pipeline.call.makes_clips else replace(WORK, latent_frames=1, pixel=1600.0)
    return Request(
        engine,
        weigh_pipeline_parts(found),
        work,
        width=plan.fitted.width,
        height=plan.fitted.height,
        frames=plan.fitted.frames,
        steps=plan.steps,
        passes=2 if plan.guided else 1,
        encodes=plan.begins is not None,
        takes=takes,
    )


def _assign_part_phase(part: ModelPart) -> ModelPart:
    phase: Phase = "decode"
    if part.name.startswith(ENCODER_PARTS):
        phase = "encode"
    elif part.name.startswith(DENOISER_PARTS):
        phase = "denoise"
    return replace(part, phases=(phase,), packed=phase != "decode")
