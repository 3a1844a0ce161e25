"""Extend diffusers' pipelines with four features: conditioning at an exact frame, latents as input instead of
pictures, a cache of encoded inputs, and resuming a pass from a step in the middle.

Imports torch and diffusers; for workers.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from diffusers import (
    FlowMatchEulerDiscreteScheduler,
    LTX2ConditionPipeline,
    LTX2DFRPipeline,
    LTX2DFRTemporalRefinePipeline,
    LTX2InContextPipeline,
)
from diffusers.pipelines.ltx2.pipeline_ltx2_condition import LTX2VideoCondition
from diffusers.schedulers import LTXEulerAncestralRFScheduler
from torch import Tensor

from milimo_tui.engines.ltx2.decode.decoding import hold_on_device
from milimo_tui.engines.ltx2.scene.references import SlottedReferences
from milimo_tui.engines.runtime.determinism import make_cpu_generator

# A function that takes the pixels of an input and a function that encodes them. It returns the latents, and
# only encodes pixels that are not cached.
Remember = Callable[[Tensor, Callable[[], Tensor]], Tensor]


@dataclass
class Pinned(LTX2VideoCondition):  # type: ignore[misc]
    """Conditioning pictures that apply from pixel frame `frame` on, by Lightricks' method of pinning.

    diffusers' field `index` counts latents of eight frames. The pipelines use it only to distinguish the
    first frame, whose latents are replaced, from later frames.
    """

    frame: int = 0

    def __post_init__(self) -> None:
        self.index = min(1, self.frame)


@dataclass(frozen=True, slots=True)
class GivenLatents:
    """Denormalised picture latents (1, C, n, h, w) with which a chunk begins, such as the end of the chunk
    before.
    """

    latents: Tensor
    strength: float = 1.0


@dataclass(frozen=True, slots=True)
class HeldSound:
    """Denormalised sound latents (1, c, m, M) that stay unchanged. `at` is the index of the sound latent at
    which they begin.
    """

    latents: Tensor
    at: int = 0


@dataclass(frozen=True, slots=True)
class PassState:
    """The state of a pass after a step: packed picture latents including key frames, packed sound latents,
    and the state of a stochastic sampler's random generator.
    """

    step: int
    latents: Tensor
    sound: Tensor
    dice: Tensor | None = None


class _ResumablePipeline:
    """A mixin that adds the features of this module to a pipeline. `prepare_pipeline` sets its fields before
    each call.
    """

    given: GivenLatents | None = None
    middle: PassState | None = None
    remember: Remember | None = None
    held: Sequence[HeldSound] = ()
    # Held sound as packed latents, each with the index at which it begins
    _heard: Sequence[tuple[int, Tensor]] = ()
    _pins: Iterator[int] = iter(())  # pixel frames of the conditioning inputs after the first frame, in order

    def preprocess_conditions(
        self, conditions: Any, height: int, width: int, num_frames: int, **more: Any
    ) -> Any:
        """Return the conditions that diffusers prepares from `conditions`. If the pass has given latents,
        such as the end of the chunk before, these are added as the last condition.
        """
        self._pins = iter([one.frame for one in conditions or () if one.index])
        found = super().preprocess_conditions(conditions, height, width, num_frames, **more)  # type: ignore[misc]
        frames, strengths, indices, pixels = (list(one) for one in found)
        if self.given is not None:
            count = self.given.latents.shape[2]
            # The pixels of this tensor are never read: `_bypass_encoding` returns the latents attached to the
            # tensor.
            carrier = torch.empty((1, 3, 1, 1, 1))
            carrier.given = self.given.latents  # type: ignore[attr-defined]
            frames.append(carrier)
            strengths.append(self.given.strength)
            indices.append(0)
            pixels.append((count - 1) * 8 + 1)
        return frames, strengths, indices, pixels

    def _prepare_keyframe_coords(self, **arguments: Any) -> Any:
        """Return the coordinates of a conditioning picture, with the time of the frame at which the picture
        applies. diffusers would instead use the time of the first frame in the latent that contains this
        frame.
        """
        return super()._prepare_keyframe_coords(**{**arguments, "pixel_frame_idx": next(self._pins)})  # type: ignore[misc]

    def prepare_latents(self, *args: Any, **more: Any) -> Any:
        with _bypass_encoding(self.vae, self.remember):  # type: ignore[attr-defined]
            found = super().prepare_latents(*args, **more)  # type: ignore[misc]
        if self.middle is None:
            return found
        latents, *rest = found
        return (self.middle.latents.to(latents), *rest)

    def prepare_audio_latents(self, *args: Any, **more: Any) -> Any:
        """Return the sound latents at the start of a call: noise, or the saved latents of a resumed pass. The
        held sound is inserted in both.
        """
        found = super().prepare_audio_latents(*args, **more)  # type: ignore[misc]
        if self.middle is not None:
            found = self.middle.sound.to(found)
        self._heard = [(one.at, self._as_sampled(one.latents).to(found)) for one in self.held]
        self.hold(found)
        return found

    def _as_sampled(self, latents: Tensor) -> Tensor:
        vae: Any = self.audio_vae  # type: ignore[attr-defined]
        packed = self._pack_audio_latents(latents.to(vae.latents_mean))  # type: ignore[attr-defined]
        normalised: Tensor = self._normalize_audio_latents(packed, vae.latents_mean, vae.latents_std)  # type: ignore[attr-defined]
        return normalised

    def hold(self, sound: Tensor) -> None:
        """Write the held sound at its position into `sound`, the packed sound latents. The tensor is changed
        in place.
        """
        for at, latents in self._heard:
            sound[:, at : at + latents.shape[1]] = latents[:, : sound.shape[1] - at]


class ConditionPipeline(_ResumablePipeline, LTX2ConditionPipeline):  # type: ignore[misc]
    """The pipeline for text, pictures and clips."""


class InContextPipeline(SlottedReferences, _ResumablePipeline, LTX2InContextPipeline):  # type: ignore[misc]
    """The pipeline for a control that applies during the complete take, together with pictures and clips."""


class DfrPipeline(_ResumablePipeline, LTX2DFRPipeline):  # type: ignore[misc]
    """The pipeline of DFR, which generates key frames together with the take. Its inputs are text, pictures
    and clips.

    `own` is the number of tokens of the take itself in the current call. The round that doubles the frames
    belongs to another diffusers pipeline with the same parts. Its methods are called on this object, so that
    the parts are placed on a card only once.
    """

    own: int = 0
    temporal_latent_upsampler: Any = None
    _pack_public_audio = LTX2DFRTemporalRefinePipeline._pack_public_audio

    def doubled(self, **arguments: Any) -> Any:
        """Run the round that doubles the frames: n frames become 2n − 1."""
        return LTX2DFRTemporalRefinePipeline.__call__(self, **arguments)

    def upsample_latents(self, latents: Tensor, upsampler: Any) -> Tensor:
        """Return normalised latents of twice the length. The upsampler is on the card only during the
        call.
        """
        with hold_on_device(upsampler, self._execution_device):
            grown: Tensor = LTX2DFRTemporalRefinePipeline.upsample_latents(self, latents, upsampler)
        return grown

    def encode_conditions(self, conditions: Any, *args: Any, **more: Any) -> Any:
        """Return each encoded condition with the exact frame at which it applies. diffusers would instead
        return the first frame of the latent that contains this frame.
        """
        found = LTX2DFRPipeline.encode_conditions(self, conditions, *args, **more)
        return [(one.frame, *rest) for one, (_, *rest) in zip(conditions or (), found, strict=True)]

    def _prepare_keyframe_coords(self, **arguments: Any) -> Any:
        return LTX2DFRPipeline._prepare_keyframe_coords(self, **arguments)

    def prepare_latents(self, *args: Any, **more: Any) -> Any:
        frames, height, width = more["num_frames"], more["height"], more["width"]
        self.own = ((frames - 1) // 8 + 1) * (height // 32) * (width // 32)
        return super().prepare_latents(*args, **more)


@contextmanager
def _bypass_encoding(vae: Any, remember: Remember | None) -> Iterator[None]:
    """Return a context in which the autoencoder does not encode pixels whose latents are already known. It
    returns the latents that are attached to the input, or the latents that `remember` has cached.
    """
    plain = vae.encode

    def encode(pixels: Tensor, *args: Any, **more: Any) -> Any:
        given = getattr(pixels, "given", None)
        if given is None and remember is not None:
            given = remember(pixels, lambda: _get_mode_latents(plain(pixels)))
        if given is None:
            return plain(pixels, *args, **more)
        return _KnownEncoding(given.to(vae.device, vae.dtype))

    vae.encode = encode
    try:
        yield
    finally:
        del vae.encode  # restores the class's own method


def _get_mode_latents(encoded: Any) -> Tensor:
    found: Tensor = encoded.latent_dist.mode()
    return found


class _KnownEncoding:
    """A replacement for the return value of the autoencoder's `encode`. It carries latents that are already
    known.
    """

    def __init__(self, latents: Tensor) -> None:
        self._latents = latents

    @property
    def latent_dist(self) -> _KnownEncoding:
        return self

    def mode(self) -> Tensor:
        return self._latents


def make_scheduler() -> Any:
    """Return a scheduler that uses the given noise levels unchanged. The published configuration would shift
    and stretch them.
    """
    return FlowMatchEulerDiscreteScheduler(shift=1.0, use_dynamic_shifting=False, shift_terminal=None)


def make_round_scheduler() -> Any:
    """Return the scheduler for the round that doubles the frames. At each step, half of the noise is drawn
    again, as in Lightricks' code.
    """
    return LTXEulerAncestralRFScheduler(eta=0.5)


class Ancestral(LTXEulerAncestralRFScheduler):  # type: ignore[misc]
    """The stochastic sampler of LTX-2.5's distilled first pass.

    All steps draw from one random generator, which is separate from the generator of the passes, and picture
    and sound draw from it alternately, as in Lightricks' pipeline.
    """

    timesteps: Any
    dice: torch.Generator

    def __deepcopy__(self, _: Any) -> Ancestral:
        """Return a copy for the sound that shares the random generator. The pipelines copy the scheduler for
        the sound, and a copied generator would give the sound the same numbers as the picture.
        """
        return copy.copy(self)

    def set_timesteps(
        self, num_inference_steps: int | None = None, device: Any = None, sigmas: Any = None, **_: Any
    ) -> None:
        super().set_timesteps(sigmas=[*(float(one) for one in sigmas), 0.0], device=device)
        self.timesteps = self.timesteps[:-1]

    def step(self, model_output: Tensor, timestep: Any, sample: Tensor, **more: Any) -> Any:
        return super().step(model_output, timestep, sample, generator=self.dice, **more)


def make_ancestral_scheduler(eta: float, seed: int, middle: PassState | None = None) -> Any:
    """Return a scheduler that adds new noise at each step, drawn from `seed`. `eta` is the amount of new
    noise. If `middle` is given, its random generator continues from that state.
    """
    made = Ancestral(eta=eta)
    made.dice = make_cpu_generator(seed + 10_000)
    if middle is not None and middle.dice is not None:
        made.dice.set_state(middle.dice)
    return made


def assemble_pipeline(parts: dict[str, Any], *, follows_control: bool, paints: bool = False) -> Any:
    """Return a pipeline made of loaded parts, without copying or converting them. `follows_control` selects
    the pipeline for controls, and `paints` selects the pipeline of DFR.
    """
    names = ("vae", "audio_vae", "text_encoder", "tokenizer", "connectors", "transformer", "vocoder")
    cls = DfrPipeline if paints else InContextPipeline if follows_control else ConditionPipeline
    made = cls(scheduler=make_scheduler(), **{name: parts[name] for name in names})
    made.set_progress_bar_config(disable=True)
    return made


def prepare_pipeline(
    pipeline: Any,
    *,
    given: GivenLatents | None,
    held: Sequence[HeldSound],
    middle: PassState | None,
    remember: Remember | None,
) -> None:
    """Set the fields that `_ResumablePipeline` adds, before a call of the pipeline. `middle` is the state to
    resume from.
    """
    pipeline.given, pipeline.held, pipeline.middle, pipeline.remember = given, held, middle, remember
