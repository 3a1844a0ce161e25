"""The pipelines of diffusers with four things they have no argument for: the very frame at which something
is followed, latents instead of pictures, encoded inputs that are remembered, and going on from a step in the
middle.

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

from milimo_tui.engines.ltx2.decode.decoding import visiting
from milimo_tui.engines.ltx2.scene.references import Slotted
from milimo_tui.engines.runtime.determinism import generator

Remember = Callable[[Tensor, Callable[[], Tensor]], Tensor]  # latents of an input, encoded when not known


@dataclass
class Pinned(LTX2VideoCondition):  # type: ignore[misc]
    """Pictures that are followed from a pixel frame on, as the makers pin them. `index` counts latents of
    eight frames: the pipelines only go by it to tell the first frame, which is replaced, from the others.
    """

    frame: int = 0

    def __post_init__(self) -> None:
        self.index = min(1, self.frame)


@dataclass(frozen=True, slots=True)
class Given:
    """Latents of the picture (1, C, n, h, w) that the take begins with, denormalised: the end of the chunk
    before.
    """

    latents: Tensor
    strength: float = 1.0


@dataclass(frozen=True, slots=True)
class HeldSound:
    """Latents of the sound (1, c, m, M), denormalised, that stay as they are, from its latent `at` on."""

    latents: Tensor
    at: int = 0


@dataclass(frozen=True, slots=True)
class Middle:
    """The state after a step: packed latents with those of key frames, packed latents of the sound, and where
    a stochastic sampler's noise has come to.
    """

    step: int
    latents: Tensor
    sound: Tensor
    dice: Tensor | None = None


class _Ours:
    """What both pipelines get beside their own; set before each call by `prepare`."""

    given: Given | None = None
    middle: Middle | None = None
    remember: Remember | None = None
    held: Sequence[HeldSound] = ()
    _heard: Sequence[tuple[int, Tensor]] = ()  # what is held, as packed latents
    _pins: Iterator[int] = iter(())  # pixel frames of what is followed behind the first, in its order

    def preprocess_conditions(
        self, conditions: Any, height: int, width: int, num_frames: int, **more: Any
    ) -> Any:
        """Those of diffusers, after them the latents that are given."""
        self._pins = iter([one.frame for one in conditions or () if one.index])
        found = super().preprocess_conditions(conditions, height, width, num_frames, **more)  # type: ignore[misc]
        frames, strengths, indices, pixels = (list(one) for one in found)
        if self.given is not None:
            count = self.given.latents.shape[2]
            # Never looked at: `_encoding` hands out the latents it carries.
            carrier = torch.empty((1, 3, 1, 1, 1))
            carrier.given = self.given.latents  # type: ignore[attr-defined]
            frames.append(carrier)
            strengths.append(self.given.strength)
            indices.append(0)
            pixels.append((count - 1) * 8 + 1)
        return frames, strengths, indices, pixels

    def _prepare_keyframe_coords(self, **asked: Any) -> Any:
        """Where in time a picture is: at its own frame, not at the first one of its latent."""
        return super()._prepare_keyframe_coords(**{**asked, "pixel_frame_idx": next(self._pins)})  # type: ignore[misc]

    def prepare_latents(self, *args: Any, **more: Any) -> Any:
        with _encoding(self.vae, self.remember):  # type: ignore[attr-defined]
            found = super().prepare_latents(*args, **more)  # type: ignore[misc]
        if self.middle is None:
            return found
        latents, *rest = found
        return (self.middle.latents.to(latents), *rest)

    def prepare_audio_latents(self, *args: Any, **more: Any) -> Any:
        """Noise, or the sound so far, with what is held in its place."""
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
        """Put what is held of the sound back in its place, in packed latents of it."""
        for at, latents in self._heard:
            sound[:, at : at + latents.shape[1]] = latents[:, : sound.shape[1] - at]


class Condition(_Ours, LTX2ConditionPipeline):  # type: ignore[misc]
    """Text, pictures and clips."""


class InContext(Slotted, _Ours, LTX2InContextPipeline):  # type: ignore[misc]
    """A control through the take, and pictures and clips beside it."""


class Painting(_Ours, LTX2DFRPipeline):  # type: ignore[misc]
    """DFR: text, pictures and clips, with key frames painted beside the take. `own` are the tokens of the
    take itself in what is sampled now. Its round that doubles the frames is diffusers' other pipeline of the
    same parts, called on this one, so that what is placed on a card is placed once.
    """

    own: int = 0
    temporal_latent_upsampler: Any = None
    _pack_public_audio = LTX2DFRTemporalRefinePipeline._pack_public_audio

    def doubled(self, **asked: Any) -> Any:
        """One round: latents of twice the frames, less one."""
        return LTX2DFRTemporalRefinePipeline.__call__(self, **asked)

    def upsample_latents(self, latents: Tensor, upsampler: Any) -> Tensor:
        """Normalised latents doubled in time by a model that is on the card only meanwhile."""
        with visiting(upsampler, self._execution_device):
            grown: Tensor = LTX2DFRTemporalRefinePipeline.upsample_latents(self, latents, upsampler)
        return grown

    def encode_conditions(self, conditions: Any, *args: Any, **more: Any) -> Any:
        """Each at its very frame; diffusers knows the first frame of its latent."""
        found = LTX2DFRPipeline.encode_conditions(self, conditions, *args, **more)
        return [(one.frame, *rest) for one, (_, *rest) in zip(conditions or (), found, strict=True)]

    def _prepare_keyframe_coords(self, **asked: Any) -> Any:
        return LTX2DFRPipeline._prepare_keyframe_coords(self, **asked)

    def prepare_latents(self, *args: Any, **more: Any) -> Any:
        frames, height, width = more["num_frames"], more["height"], more["width"]
        self.own = ((frames - 1) // 8 + 1) * (height // 32) * (width // 32)
        return super().prepare_latents(*args, **more)


@contextmanager
def _encoding(vae: Any, remember: Remember | None) -> Iterator[None]:
    """While open, the autoencoder hands out latents that are given or remembered instead of encoding."""
    plain = vae.encode

    def encode(pixels: Tensor, *args: Any, **more: Any) -> Any:
        given = getattr(pixels, "given", None)
        if given is None and remember is not None:
            given = remember(pixels, lambda: _latents(plain(pixels)))
        if given is None:
            return plain(pixels, *args, **more)
        return _Encoded(given.to(vae.device, vae.dtype))

    vae.encode = encode
    try:
        yield
    finally:
        del vae.encode  # the class's own again


def _latents(encoded: Any) -> Tensor:
    found: Tensor = encoded.latent_dist.mode()
    return found


class _Encoded:
    """What an encoder returns, of latents that are known already."""

    def __init__(self, latents: Tensor) -> None:
        self._latents = latents

    @property
    def latent_dist(self) -> _Encoded:
        return self

    def mode(self) -> Tensor:
        return self._latents


def scheduler() -> Any:
    """Takes the noise levels as they are: no shift, no stretch (the shipped one would bend them)."""
    return FlowMatchEulerDiscreteScheduler(shift=1.0, use_dynamic_shifting=False, shift_terminal=None)


def round_scheduler() -> Any:
    """Of the round that doubles the frames: half of each step's noise is drawn anew, as its makers fix it."""
    return LTXEulerAncestralRFScheduler(eta=0.5)


class Ancestral(LTXEulerAncestralRFScheduler):  # type: ignore[misc]
    """The stochastic steps of LTX-2.5's distilled first pass. As with the makers, one generator goes through
    them all, beside that of the passes; picture and sound draw from it in turn.
    """

    timesteps: Any
    dice: torch.Generator

    def __deepcopy__(self, _: Any) -> Ancestral:
        """The pipelines' copy for the sound: with dice of its own, it would get the picture's numbers."""
        return copy.copy(self)

    def set_timesteps(
        self, num_inference_steps: int | None = None, device: Any = None, sigmas: Any = None, **_: Any
    ) -> None:
        super().set_timesteps(sigmas=[*(float(one) for one in sigmas), 0.0], device=device)
        self.timesteps = self.timesteps[:-1]

    def step(self, model_output: Tensor, timestep: Any, sample: Tensor, **more: Any) -> Any:
        return super().step(model_output, timestep, sample, generator=self.dice, **more)


def ancestral(eta: float, seed: int, middle: Middle | None = None) -> Any:
    """A sampler that adds noise anew at each step, drawn from that seed; it goes on where `middle` was."""
    made = Ancestral(eta=eta)
    made.dice = generator(seed + 10_000)
    if middle is not None and middle.dice is not None:
        made.dice.set_state(middle.dice)
    return made


def assembled(parts: dict[str, Any], *, follows_control: bool, paints: bool = False) -> Any:
    """A pipeline of parts that are held; no part is copied or cast. `paints`: that of DFR."""
    names = ("vae", "audio_vae", "text_encoder", "tokenizer", "connectors", "transformer", "vocoder")
    cls = Painting if paints else InContext if follows_control else Condition
    made = cls(scheduler=scheduler(), **{name: parts[name] for name in names})
    made.set_progress_bar_config(disable=True)
    return made


def prepare(
    pipeline: Any,
    *,
    given: Given | None,
    held: Sequence[HeldSound],
    middle: Middle | None,
    remember: Remember | None,
) -> None:
    pipeline.given, pipeline.held, pipeline.middle, pipeline.remember = given, held, middle, remember
