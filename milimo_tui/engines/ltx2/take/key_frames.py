"""Make a take by DFR. The first pass makes the take and its key frames at half the size, and the second pass
refines both at full size. If the frames are doubled, another round follows. The sound is that of the first
pass.

Follows the composition of pipelines in diffusers' documentation (0.42.1). Imports torch and diffusers; for
workers.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import torch

from milimo_tui.engines.ltx2.plan.dfr import ROUND, DfrCanvas
from milimo_tui.engines.ltx2.plan.generations import TIME
from milimo_tui.engines.ltx2.take.sampling import DfrKeyFrames, Latents, SamplingPass

if TYPE_CHECKING:
    from milimo_tui.engines.ltx2.plan.chain import ChainChunk
    from milimo_tui.engines.ltx2.take.chunk_making import ChunkMaker


def sample_dfr_chunk(
    making: ChunkMaker, part: ChainChunk, canvas: DfrCanvas, dice: torch.Generator
) -> tuple[Latents, Latents]:
    """Return the latents of the first pass and of the last pass. The last pass is cut to the length of chunk
    `part`.
    """
    plan = making.plan
    first = replace(
        making.build_first_pass(part, None, dice),
        frames=canvas.frames,
        painted=DfrKeyFrames(canvas.positions),
        stochastic=False,
    )
    small = making.run_pass(first, part, "first")
    second = replace(
        first,
        stage=making.get_stage_name(part, "second pass"),
        width=plan.fitted.width,
        height=plan.fitted.height,
        sigmas=plan.refine,
        begun=replace(
            small,
            picture=_upscale_dfr_sides(making, small.picture),
            keyframes=_upscale_dfr_sides(making, small.keyframes),
        ),
        painted=DfrKeyFrames(canvas.positions, small.picture, making.detailing),
        around=making.build_beat_hooks(part, making.rate),
        whole=False,
    )
    large = making.run_pass(second, part, "second")
    frames = part.frames
    if canvas.doubled:
        large = _run_doubling_round(making, part, canvas, second, replace(large, sound=small.sound))
        frames = 2 * frames - 1
    return small, Latents(large.picture[:, :, : (frames - 1) // TIME + 1], small.sound)


def _run_doubling_round(
    making: ChunkMaker, part: ChainChunk, canvas: DfrCanvas, second: SamplingPass, large: Latents
) -> Latents:
    """Return the latents after the round that doubles the frames. Beats do not apply in this round, because
    each of its parts begins at its own time.
    """
    round_ = replace(
        second,
        stage=making.get_stage_name(part, "frames doubled"),
        sigmas=ROUND,
        begun=large,
        painted=DfrKeyFrames(
            canvas.positions, tiles=canvas.tiles, seconds=float(canvas.frames / making.rate)
        ),
        around=(),
        whole=True,
    )
    return making.run_pass(round_, part, "round")


def _upscale_dfr_sides(making: ChunkMaker, latents: torch.Tensor | None) -> torch.Tensor:
    """Return the latents with twice the width and height."""
    grown: torch.Tensor = making.session.upscale_latents("upsampler", latents)
    return grown
