"""A sampling pass of a take, from noise to latents; each step is reported, previewed, saved and can be
cancelled.

Imports torch and diffusers; for workers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.ltx2.decode.decoding import make_nan_watcher
from milimo_tui.engines.ltx2.plan.generations import SPACE, TIME, Generation
from milimo_tui.engines.ltx2.plan.guidance import Guidance
from milimo_tui.engines.ltx2.take.pipelines import (
    Ancestral,
    GivenLatents,
    HeldSound,
    InContextPipeline,
    PassState,
    Remember,
    make_ancestral_scheduler,
    make_round_scheduler,
    make_scheduler,
    prepare_pipeline,
)
from milimo_tui.engines.runtime.cancel import make_step_callback, request_callback_tensors
from milimo_tui.engines.runtime.latent_preview import Projection, make_latent_previewer

_SOUND = "audio_latents"
_DICE = "dice"
KEYFRAMES = "keyframes"

# A function of the pipeline that changes its transformer's calls while its context is open.
Around = Callable[[Any], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True)
class EncodedPrompts:
    """An encoded prompt (1, 1024, width) with its mask, and the encoded negative prompt; None without text
    guidance.
    """

    prompt: Tensor
    mask: Tensor
    against: Tensor | None = None
    against_mask: Tensor | None = None

    def build_prompt_arguments(self) -> dict[str, Tensor]:
        """Return the tensors under the pipelines' argument names."""
        named = {
            "prompt_embeds": self.prompt,
            "prompt_attention_mask": self.mask,
            "negative_prompt_embeds": self.against,
            "negative_prompt_attention_mask": self.against_mask,
        }
        return {name: value for name, value in named.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Latents:
    """The result of a pass: denormalised latents of picture (1, C, n, h, w) and sound (1, c, L, M); with DFR
    also those of its key frames (1, C, k, h, w).
    """

    picture: Tensor
    sound: Tensor
    keyframes: Tensor | None = None


@dataclass(frozen=True, slots=True)
class DfrKeyFrames:
    """The key frames of a DFR pass, at `positions` of its frames: new ones, or continued from the pass's
    `begun`. `reference` are latents that guide it, `downscale` times smaller. `tiles`: the pass is the round
    that doubles the frames, in this number of parts; the sound stays as it was made for `seconds` seconds.
    """

    positions: Sequence[int]
    reference: Tensor | None = None
    downscale: int = 1
    tiles: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplingPass:
    """The request for one pass. `begun` are latents to start from (the pass before, upscaled), `given` those
    of the chunk before, `painted` are DFR's key frames, `held` is the existing sound, `controls` are
    references of an IC-LoRA, `downscale` times smaller. `dice` is the chunk's generator, from its `seed`:
    each pass continues where the previous pass stopped. `around` are contexts that are open during the
    transformer's calls, entered in order. `whole`: the pass is not resumed from the middle, because its later
    steps depend on cached earlier steps.
    """

    stage: str
    generation: Generation
    words: EncodedPrompts
    width: int
    height: int
    frames: int
    rate: Fraction
    seed: int
    dice: torch.Generator
    sigmas: tuple[float, ...]
    guidance: Guidance
    conditions: Sequence[Any] = ()
    controls: Sequence[Any] = ()
    downscale: int = 1
    begun: Latents | None = None
    painted: DfrKeyFrames | None = None
    given: GivenLatents | None = None
    held: Sequence[HeldSound] = ()
    around: tuple[Around, ...] = ()
    stochastic: bool = False
    whole: bool = False
    remember: Remember | None = field(default=None, repr=False)

    @property
    def steps(self) -> int:
        """Number of steps as reported: a round runs its noise levels once in each of its parts."""
        tiles = self.painted.tiles if self.painted is not None else 0
        return len(self.sigmas) * max(1, tiles)

    @property
    def grid(self) -> tuple[int, int, int]:
        """Numbers of latent frames, rows and columns."""
        return (self.frames - 1) // TIME + 1, self.height // SPACE, self.width // SPACE


def run_sampling_pass(
    pipeline: Any, this: SamplingPass, context: Context, signature: str, projection: Projection | None
) -> Latents:
    """Run the pass, resumed from its last checkpoint. Raises Failed (NaN: frame and seed), Cancelled."""
    total = this.steps
    middle, done = _load_pass_checkpoint(this, context, signature)
    if done is not None:
        return done
    first = middle.step if middle else 0
    prepare_pipeline(pipeline, given=this.given, held=this.held, middle=middle, remember=this.remember)
    eta = this.generation.ancestral if this.stochastic else 0.0
    pipeline.scheduler = _make_pass_scheduler(this, eta, middle)
    frames, rows, columns = this.grid
    names = [
        *request_callback_tensors(pipeline, velocity="noise_pred_video"),
        _SOUND,
        "conditioning_mask",
        "clean_latents",
    ]
    pipeline._callback_tensor_inputs = list(dict.fromkeys([*pipeline._callback_tensor_inputs, *names]))
    callback = make_step_callback(
        context,
        this.stage,
        total,
        preview=make_latent_previewer(projection, columns=columns, rows=rows, frames=frames),
        checkpoint=partial(_save_pass_state, this, pipeline.scheduler, context, signature),
        check=make_nan_watcher(this.seed, frames, rows, columns),
    )

    def at_step(pipe: Any, index: int, timestep: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        if eta:
            tensors["latents"] = _restore_followed_latents(tensors)
        # In place, because the pipelines do not take the sound from the callback's result.
        pipe.hold(tensors[_SOUND])
        callback(pipe, first + index, timestep, tensors)
        return {"latents": tensors["latents"]} if eta else {}

    context.progress(this.stage, first, total)
    with ExitStack() as opened:
        for around in this.around:
            opened.enter_context(around(pipeline))
        call = pipeline.doubled if _is_doubling_round(this) else pipeline
        made = call(
            **_build_pass_arguments(pipeline, this, first),
            output_type="latent",
            callback_on_step_end=at_step,
            callback_on_step_end_tensor_inputs=names,
        )
    latents = Latents(made.frames, made.audio, getattr(made, KEYFRAMES, None))
    state = {"picture": latents.picture, "sound": latents.sound, _DICE: this.dice.get_state()}
    if latents.keyframes is not None:
        state[KEYFRAMES] = latents.keyframes
    _save_pass_checkpoint(this, context, signature, total, state)
    return latents


def choose_stg_block(row: Generation, transformer: Any) -> int:
    """Return the block that spatio-temporal guidance perturbs. Pipelines ignore a block that the model lacks,
    so a model with fewer blocks uses its last.
    """
    return min(row.stg_block, len(transformer.transformer_blocks) - 1)


def _build_pass_arguments(pipeline: Any, this: SamplingPass, first: int) -> dict[str, Any]:
    """Return the pipelines' arguments from step `first` on. All are passed, because a missing one would get
    the pipeline's default for another generation.
    """
    if this.painted is not None:
        return build_dfr_arguments(this, this.painted, first)
    return {
        **this.words.build_prompt_arguments(),
        **this.guidance.build_pipeline_arguments(),
        **_build_followed_arguments(pipeline, this),
        "width": this.width,
        "height": this.height,
        "num_frames": this.frames,
        "frame_rate": float(this.rate),
        "sigmas": list(this.sigmas[first:]),
        "num_inference_steps": len(this.sigmas) - first,
        "noise_scale": this.sigmas[0],
        "latents": this.begun.picture if this.begun else None,
        "audio_latents": this.begun.sound if this.begun else None,
        "generator": this.dice,
        "use_cross_timestep": this.generation.cross_timestep,
        "spatio_temporal_guidance_blocks": [choose_stg_block(this.generation, pipeline.transformer)],
    }


def build_dfr_arguments(this: SamplingPass, painted: DfrKeyFrames, first: int) -> dict[str, Any]:
    """Return the arguments of the DFR pipelines from step `first` on; these pipelines have no guidance."""
    words, begun = this.words, this.begun
    asked: dict[str, Any] = {
        "prompt_embeds": words.prompt,
        "prompt_attention_mask": words.mask,
        "conditions": list(this.conditions) or None,
        "width": this.width,
        "height": this.height,
        "num_frames": this.frames,
        "frame_rate": float(this.rate),
        "sigmas": list(this.sigmas[first:]),
        "noise_scale": this.sigmas[0],
        "latents": begun.picture if begun else None,
        "audio_latents": begun.sound if begun else None,
        "keyframes_latents": begun.keyframes if begun else None,
        "keyframe_positions": list(painted.positions),
        "generator": this.dice,
        "use_cross_timestep": this.generation.cross_timestep,
    }
    if painted.tiles:
        return {**asked, "source_seconds": painted.seconds, "condition_num_frames": this.frames}
    led = {"reference_latents": painted.reference, "reference_downscale_factor": painted.downscale}
    return {**asked, **led}


def _is_doubling_round(this: SamplingPass) -> bool:
    return this.painted is not None and this.painted.tiles > 0


def _make_pass_scheduler(this: SamplingPass, eta: float, middle: PassState | None) -> Any:
    if _is_doubling_round(this):
        return make_round_scheduler()
    return make_ancestral_scheduler(eta, this.seed, middle) if eta else make_scheduler()


def _build_followed_arguments(pipeline: Any, this: SamplingPass) -> dict[str, Any]:
    given: dict[str, Any] = {"conditions": list(this.conditions) or None}
    if this.given is not None:
        # An empty list, not None, so that the given latents are still added.
        given["conditions"] = list(this.conditions)
    if isinstance(pipeline, InContextPipeline):
        given["reference_conditions"] = list(this.controls) or None
        given["reference_downscale_factor"] = this.downscale
    return given


def _restore_followed_latents(tensors: dict[str, Any]) -> Tensor:
    """Return the latents after a stochastic step with the followed inputs restored, because the step added
    noise to them too.
    """
    latents: Tensor = tensors["latents"]
    mask = tensors["conditioning_mask"][: latents.shape[0]]
    return torch.where(mask >= 1, tensors["clean_latents"].to(latents), latents)


# -- checkpoints: the state after a step, or the result of the complete pass


def _load_pass_checkpoint(
    this: SamplingPass, context: Context, signature: str
) -> tuple[PassState | None, Latents | None]:
    found = context.checkpoints.newest(this.stage, signature)
    if found is None:
        return None, None
    state = load_file(found.path)
    if found.step >= this.steps:
        context.progress(this.stage, found.step, this.steps)
        this.dice.set_state(state[_DICE])
        return None, Latents(state["picture"], state["sound"], state.get(KEYFRAMES))
    return PassState(found.step, state["picture"], state["sound"], state.get(_DICE)), None


def _save_pass_state(
    this: SamplingPass, scheduler: Any, context: Context, signature: str, step: int, tensors: dict[str, Any]
) -> None:
    """Save the state after a step if it is time. The pass draws its noise only at its start, and again when
    resumed; a stochastic scheduler draws at every step, so its generator is saved too.
    """
    if not this.whole and context.checkpoints.due():
        dice = {_DICE: scheduler.dice.get_state()} if isinstance(scheduler, Ancestral) else {}
        latents = {"picture": tensors["latents"], "sound": tensors[_SOUND]}
        _save_pass_checkpoint(this, context, signature, step, latents | dice)


def _save_pass_checkpoint(
    this: SamplingPass, context: Context, signature: str, step: int, state: dict[str, Tensor]
) -> None:
    kept = {
        name: value.detach().to("cpu", value.dtype if name == _DICE else torch.float32).contiguous()
        for name, value in state.items()
    }

    def write(path: Path) -> None:
        save_file(kept, path)

    context.checkpoints.save(this.stage, signature, step, write)
