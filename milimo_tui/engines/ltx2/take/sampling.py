"""Run one sampling pass of a take, from noise to latents. Each step is reported, previewed and saved, and can
be cancelled.

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

# A function that takes a pipeline and returns a context. While the context is open, the calls of the
# pipeline's transformer are changed.
Around = Callable[[Any], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True)
class EncodedPrompts:
    """An encoded prompt (1, 1024, width) with its mask, and the encoded negative prompt with its mask. The
    negative prompt is None if there is no text guidance.
    """

    prompt: Tensor
    mask: Tensor
    against: Tensor | None = None
    against_mask: Tensor | None = None

    def build_prompt_arguments(self) -> dict[str, Tensor]:
        """Return the embeddings and masks under the argument names of the pipelines."""
        named = {
            "prompt_embeds": self.prompt,
            "prompt_attention_mask": self.mask,
            "negative_prompt_embeds": self.against,
            "negative_prompt_attention_mask": self.against_mask,
        }
        return {name: value for name, value in named.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Latents:
    """The result of a pass: denormalised latents of the picture (1, C, n, h, w) and of the sound (1, c, L,
    M). A DFR pass also has latents of its key frames (1, C, k, h, w).
    """

    picture: Tensor
    sound: Tensor
    keyframes: Tensor | None = None


@dataclass(frozen=True, slots=True)
class DfrKeyFrames:
    """The key frames of a DFR pass, at the frames `positions`. They are generated in this pass, unless
    `SamplingPass.begun` contains them from the pass before.

    `reference` are latents that guide the pass; they are `downscale` times smaller. `tiles` is the number of
    parts of the round that doubles the frames; 0 in other passes. In this round the sound stays unchanged,
    and `seconds` is its length.
    """

    positions: Sequence[int]
    reference: Tensor | None = None
    downscale: int = 1
    tiles: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplingPass:
    """The settings of one sampling pass.

    - `begun` are the latents to start from: the enlarged result of the pass before.
    - `given` are latents of the chunk before.
    - `painted` are the key frames of DFR.
    - `held` is existing sound that must stay.
    - `controls` are references of an IC-LoRA; they are `downscale` times smaller.
    - `dice` is the chunk's random generator. It was made from `seed` and continues from pass to pass.
    - `around` are contexts that are open during the transformer's calls, entered in order.
    - `whole` is True if the pass can't be resumed in the middle, because later steps depend on the cached
      results of earlier steps.
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
        """Number of steps that are reported. A round that doubles the frames runs all noise levels in each of
        its parts.
        """
        tiles = self.painted.tiles if self.painted is not None else 0
        return len(self.sigmas) * max(1, tiles)

    @property
    def grid(self) -> tuple[int, int, int]:
        """Numbers of latent frames, rows and columns."""
        return (self.frames - 1) // TIME + 1, self.height // SPACE, self.width // SPACE


def run_sampling_pass(
    pipeline: Any,
    sampling_pass: SamplingPass,
    context: Context,
    signature: str,
    projection: Projection | None,
) -> Latents:
    """Run the pass and return its latents. A pass that was interrupted resumes from its last checkpoint,
    which is found by `signature`. Raises Failed (NaN: frame and seed), Cancelled.
    """
    total = sampling_pass.steps
    middle, done = _load_pass_checkpoint(sampling_pass, context, signature)
    if done is not None:
        return done
    first = middle.step if middle else 0
    prepare_pipeline(
        pipeline,
        given=sampling_pass.given,
        held=sampling_pass.held,
        middle=middle,
        remember=sampling_pass.remember,
    )
    eta = sampling_pass.generation.ancestral if sampling_pass.stochastic else 0.0
    pipeline.scheduler = _make_pass_scheduler(sampling_pass, eta, middle)
    frames, rows, columns = sampling_pass.grid
    names = [
        *request_callback_tensors(pipeline, velocity="noise_pred_video"),
        _SOUND,
        "conditioning_mask",
        "clean_latents",
    ]
    pipeline._callback_tensor_inputs = list(dict.fromkeys([*pipeline._callback_tensor_inputs, *names]))
    callback = make_step_callback(
        context,
        sampling_pass.stage,
        total,
        preview=make_latent_previewer(projection, columns=columns, rows=rows, frames=frames),
        checkpoint=partial(_save_pass_state, sampling_pass, pipeline.scheduler, context, signature),
        check=make_nan_watcher(sampling_pass.seed, frames, rows, columns),
    )

    def at_step(pipe: Any, index: int, timestep: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        if eta:
            tensors["latents"] = _restore_followed_latents(tensors)
        # The sound is changed in place, because the pipelines ignore a sound that the callback returns.
        pipe.hold(tensors[_SOUND])
        callback(pipe, first + index, timestep, tensors)
        return {"latents": tensors["latents"]} if eta else {}

    context.progress(sampling_pass.stage, first, total)
    with ExitStack() as opened:
        for around in sampling_pass.around:
            opened.enter_context(around(pipeline))
        call = pipeline.doubled if _is_doubling_round(sampling_pass) else pipeline
        made = call(
            **_build_pass_arguments(pipeline, sampling_pass, first),
            output_type="latent",
            callback_on_step_end=at_step,
            callback_on_step_end_tensor_inputs=names,
        )
    latents = Latents(made.frames, made.audio, getattr(made, KEYFRAMES, None))
    state = {"picture": latents.picture, "sound": latents.sound, _DICE: sampling_pass.dice.get_state()}
    if latents.keyframes is not None:
        state[KEYFRAMES] = latents.keyframes
    _save_pass_checkpoint(sampling_pass, context, signature, total, state)
    return latents


def choose_stg_block(row: Generation, transformer: Any) -> int:
    """Return the index of the transformer block that spatio-temporal guidance perturbs. The pipelines ignore
    an index that the model does not have, so a model with fewer blocks uses its last block.
    """
    return min(row.stg_block, len(transformer.transformer_blocks) - 1)


def _build_pass_arguments(pipeline: Any, sampling_pass: SamplingPass, first: int) -> dict[str, Any]:
    """Return the arguments of the pipelines' call, from step `first` on. Every argument is passed, because
    the pipelines' defaults belong to another generation of the model.
    """
    if sampling_pass.painted is not None:
        return build_dfr_arguments(sampling_pass, sampling_pass.painted, first)
    return {
        **sampling_pass.words.build_prompt_arguments(),
        **sampling_pass.guidance.build_pipeline_arguments(),
        **_build_followed_arguments(pipeline, sampling_pass),
        "width": sampling_pass.width,
        "height": sampling_pass.height,
        "num_frames": sampling_pass.frames,
        "frame_rate": float(sampling_pass.rate),
        "sigmas": list(sampling_pass.sigmas[first:]),
        "num_inference_steps": len(sampling_pass.sigmas) - first,
        "noise_scale": sampling_pass.sigmas[0],
        "latents": sampling_pass.begun.picture if sampling_pass.begun else None,
        "audio_latents": sampling_pass.begun.sound if sampling_pass.begun else None,
        "generator": sampling_pass.dice,
        "use_cross_timestep": sampling_pass.generation.cross_timestep,
        "spatio_temporal_guidance_blocks": [choose_stg_block(sampling_pass.generation, pipeline.transformer)],
    }


def build_dfr_arguments(sampling_pass: SamplingPass, painted: DfrKeyFrames, first: int) -> dict[str, Any]:
    """Return the arguments of the DFR pipelines' call, from step `first` on. These pipelines have no
    guidance.
    """
    words, start = sampling_pass.words, sampling_pass.begun
    arguments: dict[str, Any] = {
        "prompt_embeds": words.prompt,
        "prompt_attention_mask": words.mask,
        "conditions": list(sampling_pass.conditions) or None,
        "width": sampling_pass.width,
        "height": sampling_pass.height,
        "num_frames": sampling_pass.frames,
        "frame_rate": float(sampling_pass.rate),
        "sigmas": list(sampling_pass.sigmas[first:]),
        "noise_scale": sampling_pass.sigmas[0],
        "latents": start.picture if start else None,
        "audio_latents": start.sound if start else None,
        "keyframes_latents": start.keyframes if start else None,
        "keyframe_positions": list(painted.positions),
        "generator": sampling_pass.dice,
        "use_cross_timestep": sampling_pass.generation.cross_timestep,
    }
    if painted.tiles:
        return {**arguments, "source_seconds": painted.seconds, "condition_num_frames": sampling_pass.frames}
    led = {"reference_latents": painted.reference, "reference_downscale_factor": painted.downscale}
    return {**arguments, **led}


def _is_doubling_round(sampling_pass: SamplingPass) -> bool:
    return sampling_pass.painted is not None and sampling_pass.painted.tiles > 0


def _make_pass_scheduler(sampling_pass: SamplingPass, eta: float, middle: PassState | None) -> Any:
    if _is_doubling_round(sampling_pass):
        return make_round_scheduler()
    return make_ancestral_scheduler(eta, sampling_pass.seed, middle) if eta else make_scheduler()


def _build_followed_arguments(pipeline: Any, sampling_pass: SamplingPass) -> dict[str, Any]:
    given: dict[str, Any] = {"conditions": list(sampling_pass.conditions) or None}
    if sampling_pass.given is not None:
        # The argument must be an empty list, not None: with None, the pipelines would skip the given latents.
        given["conditions"] = list(sampling_pass.conditions)
    if isinstance(pipeline, InContextPipeline):
        given["reference_conditions"] = list(sampling_pass.controls) or None
        given["reference_downscale_factor"] = sampling_pass.downscale
    return given


def _restore_followed_latents(tensors: dict[str, Any]) -> Tensor:
    """Return the latents after a step of a stochastic scheduler, with the latents of the conditioning inputs
    restored. They must be restored because the step adds noise to all latents.
    """
    latents: Tensor = tensors["latents"]
    mask = tensors["conditioning_mask"][: latents.shape[0]]
    return torch.where(mask >= 1, tensors["clean_latents"].to(latents), latents)


# -- checkpoints: the state after a step, or the result of the complete pass


def _load_pass_checkpoint(
    sampling_pass: SamplingPass, context: Context, signature: str
) -> tuple[PassState | None, Latents | None]:
    found = context.checkpoints.newest(sampling_pass.stage, signature)
    if found is None:
        return None, None
    state = load_file(found.path)
    if found.step >= sampling_pass.steps:
        context.progress(sampling_pass.stage, found.step, sampling_pass.steps)
        sampling_pass.dice.set_state(state[_DICE])
        return None, Latents(state["picture"], state["sound"], state.get(KEYFRAMES))
    return PassState(found.step, state["picture"], state["sound"], state.get(_DICE)), None


def _save_pass_state(
    sampling_pass: SamplingPass,
    scheduler: Any,
    context: Context,
    signature: str,
    step: int,
    tensors: dict[str, Any],
) -> None:
    """Save the state after a step as a checkpoint, if enough time has passed since the last.

    Most passes draw noise only at their start and draw the same noise again when they resume. A stochastic
    scheduler draws noise at every step, so the state of its random generator is saved too.
    """
    if not sampling_pass.whole and context.checkpoints.due():
        dice = {_DICE: scheduler.dice.get_state()} if isinstance(scheduler, Ancestral) else {}
        latents = {"picture": tensors["latents"], "sound": tensors[_SOUND]}
        _save_pass_checkpoint(sampling_pass, context, signature, step, latents | dice)


def _save_pass_checkpoint(
    sampling_pass: SamplingPass, context: Context, signature: str, step: int, state: dict[str, Tensor]
) -> None:
    kept = {
        name: value.detach().to("cpu", value.dtype if name == _DICE else torch.float32).contiguous()
        for name, value in state.items()
    }

    def write(path: Path) -> None:
        save_file(kept, path)

    context.checkpoints.save(sampling_pass.stage, signature, step, write)
