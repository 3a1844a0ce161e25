"""The making of one chunk of a take: through its passes, to pictures and sound. No file is written here.

Imports torch and diffusers; for workers.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.contract.foretold_steps import can_skip_steps
from milimo_tui.engines.ltx2.decode.decoding import Pictures, Ready, decode_pictures, decode_sound
from milimo_tui.engines.ltx2.plan.chain import ChainChunk, locate_handover, locate_in_chunk
from milimo_tui.engines.ltx2.plan.conditioning import (
    FollowedSource,
    read_control_frames,
    read_source_pictures,
)
from milimo_tui.engines.ltx2.plan.dfr import SNAPPED
from milimo_tui.engines.ltx2.plan.guidance import OFF
from milimo_tui.engines.ltx2.plan.pipeline_rule import fit_clip_length
from milimo_tui.engines.ltx2.plan.plan import Ltx2Plan
from milimo_tui.engines.ltx2.plan.relay import (
    convert_to_sampled_beats,
    find_prompt_segments,
    get_sampled_rate,
)
from milimo_tui.engines.ltx2.scene.leading_sound import LeadingSound
from milimo_tui.engines.ltx2.scene.prompt_relay import find_segment_tokens, make_relay_hook
from milimo_tui.engines.ltx2.scene.references import Pictured, build_subject_references
from milimo_tui.engines.ltx2.take.chunk_joins import match_colour, shift_sound
from milimo_tui.engines.ltx2.take.kept_sound import KeptSound
from milimo_tui.engines.ltx2.take.key_frames import sample_dfr_chunk
from milimo_tui.engines.ltx2.take.loras import ActiveLora, switch_pass_loras
from milimo_tui.engines.ltx2.take.pipelines import GivenLatents, HeldSound, Pinned
from milimo_tui.engines.ltx2.take.sampling import Around, Latents, SamplingPass, run_sampling_pass
from milimo_tui.engines.ltx2.take.session import Session
from milimo_tui.engines.ltx2.take.sound_levels import (
    disable_sound_guidance,
    mark_held_sound_clean,
    mark_pictures_clean,
    prepend_voice_sample,
)
from milimo_tui.engines.runtime.determinism import make_cpu_generator
from milimo_tui.engines.runtime.step_cache import CacheDifference, use_step_cache
from milimo_tui.engines.specs.video_specs import Conditioning, MakeVideo
from milimo_tui.media.picture.likeness import measure_similarity
from milimo_tui.media.sound.resample import resample


@dataclass(frozen=True, slots=True)
class MadeChunk:
    """A finished chunk of the take: the latents of both passes, and its pictures. `sound_from` is the start
    of its sound in seconds of the take: at a latent of the previous sound, within 20 ms of the chunk's first
    frame.
    """

    part: ChainChunk
    sound_from: Fraction
    first: Latents
    final: Latents
    shown: Pictures
    apart: CacheDifference | None = None  # difference from the same chunk without a cache, if requested


@dataclass(frozen=True, slots=True)
class ChunkMaker:
    """The maker of the chunks of one take. `sources` are the inputs of `plan.conditioning`, in its order;
    `loras` are the LoRAs; `signature` covers everything that the take depends on. `leading` is the sound that
    the pictures follow; `taken` is the take whose pictures stay and get a new sound. `kept` is sound that
    exists already, `voice` are latents of a voice sample, `pictured` are the subject pictures for the LoRA in
    the file `subjects`. `detailing` is the factor by which DFR's reference is smaller. `aside` is a prefix
    for the stage names of a chunk that is made a second time for comparison.
    """

    spec: MakeVideo
    plan: Ltx2Plan
    session: Session
    sources: Sequence[FollowedSource]
    loras: Sequence[ActiveLora]
    downscale: int
    signature: str
    context: Context
    leading: LeadingSound | None = None
    taken: FollowedSource | None = None
    kept: KeptSound | None = None
    voice: torch.Tensor | None = None
    pictured: Sequence[Pictured] = ()
    subjects: Path | None = None
    detailing: int = 2
    aside: str = ""

    @property
    def rate(self) -> Fraction:
        """Frames per second that are sampled: half of the film's rate if time is doubled afterwards."""
        return get_sampled_rate(self.spec)

    def get_stage_name(self, part: ChainChunk, name: str) -> str:
        """Return the name of a stage, which differs for each chunk."""
        count = len(self.plan.parts)
        which = f"chunk {part.index + 1} of {count}: " if count > 1 else ""
        return f"{self.aside}{which}{name}"

    def make_chunk(
        self, part: ChainChunk, before: MadeChunk | None, ready: Ready = None
    ) -> tuple[MadeChunk, NDArray[np.float32]]:
        """Make a chunk: its pictures in the colours of the chunk before, and its sound at the film's sample
        rate. `ready` gets the pictures while later ones are decoded; only for a chunk without one before it.

        Raises Failed (NaN, with frame and seed), OutOfMemory, Cancelled.
        """
        dice, began = make_cpu_generator(part.seed), time.monotonic()
        first, final = self._sample_chunk(part, before, dice)
        took = time.monotonic() - began
        parts, where = self.session.parts, self.session.pipeline._execution_device
        shown = np.empty((0, 0, 0, 3), np.uint8)
        if self.is_last_chunk(part):
            self.context.last_stage()
        if self.taken is None:
            stage = self.get_stage_name(part, "decoding")
            shown = decode_pictures(parts, final.picture, part.seed, dice, where, self.context, stage, ready)
        apart = self._measure_cache_difference(part, before, shown, took) if self.is_measured else None
        if before is not None and self.taken is None:
            tail = before.shown[part.start - before.part.start :]
            match_colour(shown, shown[: part.overlap], tail[: part.overlap])
        begins = self._locate_sound_start(part, before)
        if self.leading is not None:  # The original sound is used, not its decoded latents.
            self.session.pipeline.maybe_free_model_hooks()
            return MadeChunk(part, begins, first, final, shown, apart), self.leading.cut_to_chunk(
                part, self.rate
            )
        sound, rate = decode_sound(parts, final.sound, part.seed, where)
        self.session.pipeline.maybe_free_model_hooks()
        late = round((begins - part.start / self.rate) * self.spec.sample_rate)
        return MadeChunk(part, begins, first, final, shown, apart), shift_sound(
            resample(sound, rate, self.spec.sample_rate), late
        )

    def is_last_chunk(self, part: ChainChunk) -> bool:
        """Return True if nothing is sampled after the chunk: only decoding and writing are left."""
        another = self.is_measured or self.spec.extension is not None
        return part is self.plan.parts[-1] and not another

    @property
    def is_measured(self) -> bool:
        """True if each chunk is also made without its cache."""
        return (
            self.spec.measured
            and self.taken is None
            and can_skip_steps(self.spec.cache, len(self.plan.sigmas))
        )

    def _measure_cache_difference(
        self, part: ChainChunk, before: MadeChunk | None, shown: Pictures, took: float
    ) -> CacheDifference:
        """Make the same chunk with every step computed, and compare it with the pictures made with the
        cache.
        """
        spec = self.spec.model_copy(update={"cache": "off", "measured": False})
        whole = replace(self, spec=spec, signature=f"{self.signature}-whole", aside="without the cache: ")
        dice, began = make_cpu_generator(part.seed), time.monotonic()
        _, final = whole._sample_chunk(part, before, dice)
        seconds = time.monotonic() - began
        parts, where = self.session.parts, self.session.pipeline._execution_device
        stage = whole.get_stage_name(part, "decoding")
        other = decode_pictures(parts, final.picture, part.seed, dice, where, self.context, stage)
        found = CacheDifference(measure_similarity(shown, other), took, seconds)
        self.context.log(f"the cache: {found}")
        return found

    def _open_step_cache(self, pipeline: Any) -> AbstractContextManager[None]:
        """Open the step cache of a first pass around its transformer's calls."""
        return use_step_cache(pipeline.transformer, self.spec.cache, len(self.plan.sigmas))

    def _sample_chunk(
        self, part: ChainChunk, before: MadeChunk | None, dice: torch.Generator
    ) -> tuple[Latents, Latents]:
        """Return the latents of the first pass and of the last, which continues with the same generator."""
        if self.plan.keyframes is not None:
            return sample_dfr_chunk(self, part, self.plan.keyframes, dice)
        this = self.build_first_pass(part, before, dice)
        first = self.run_pass(this, part, "first")
        grown = Latents(self._upscale_first_latents(first.picture), first.sound)
        if self.plan.stages == 1:
            return first, grown
        return first, self.run_pass(self._build_second_pass(this, part, before, grown), part, "second")

    def run_pass(self, this: SamplingPass, part: ChainChunk, which: str) -> Latents:
        """Run a pass with the LoRAs of `which` pass."""
        switch_pass_loras(self.loras, self.session.pipeline, which)
        signature = f"{self.signature}-{part.index}"
        return run_sampling_pass(
            self.session.pipeline, this, self.context, signature, self.session.projection
        )

    def build_first_pass(
        self, part: ChainChunk, before: MadeChunk | None, dice: torch.Generator
    ) -> SamplingPass:
        """Return the first pass: at half the size if a second pass follows, and at half the rate if time is
        doubled.
        """
        plan, scale = self.plan, self.plan.stages
        held = self._list_held_sound(part, before, scale)
        return SamplingPass(
            stage=self.get_stage_name(part, "first pass" if scale == 2 else "sampling"),
            generation=plan.generation,
            words=self.session.encode_prompts(
                part.prompt,
                part.negative,
                guided=plan.guidance.uses_negative_prompt,
                stage=self.get_stage_name(part, "reading the prompt"),
            ),
            width=plan.fitted.width // scale,
            height=plan.fitted.height // scale,
            frames=part.frames,
            rate=self.rate,
            seed=part.seed,
            dice=dice,
            sigmas=plan.sigmas,
            guidance=plan.guidance,
            conditions=self._build_conditions(part, part.frames, doubled=False),
            controls=[
                *self._build_control_references(part),
                *self._list_subject_references(part.frames, scale),
            ],
            downscale=self.downscale,
            given=self._get_given_latents(part, before, scale),
            held=held,
            around=(
                *_list_sound_hooks(held, self.voice),
                *([mark_pictures_clean()] if self.taken is not None else []),
                *self.build_beat_hooks(part, self.rate),
                *(
                    [disable_sound_guidance()]
                    if self.leading is not None and plan.guidance.passes > 1
                    else []
                ),
                self._open_step_cache,
            ),
            whole=can_skip_steps(self.spec.cache, len(plan.sigmas)),
            stochastic=plan.schedule == "distilled",
            remember=self.session.encode_with_cache,
        )

    def _upscale_first_latents(self, latents: torch.Tensor) -> torch.Tensor:
        """Return the latents in the size and length of the last pass, or of the decoder."""
        if self.plan.stages == 2:
            latents = self.session.upscale_latents("upsampler", latents)
        return (
            self.session.upscale_latents("temporal_upsampler", latents)
            if self.plan.temporal_upscale
            else latents
        )

    def _build_second_pass(
        self, this: SamplingPass, part: ChainChunk, before: MadeChunk | None, begun: Latents
    ) -> SamplingPass:
        """Return the second pass, which refines the first at full size: without guidance and controls, with
        inputs encoded again.
        """
        doubled = self.plan.temporal_upscale
        frames = 2 * part.frames - 1 if doubled else part.frames
        dubbed, voice = self.spec.is_dubbed, self.voice
        held = self._list_held_sound(part, before, 1)
        # As in Lightricks' pipeline, the speech of the first pass stays, and is also the voice reference.
        if dubbed:
            held, voice = (HeldSound(begun.sound.cpu().float()),), begun.sound.cpu().float()
        return replace(
            this,
            stage=self.get_stage_name(part, "second pass"),
            width=self.plan.fitted.width,
            height=self.plan.fitted.height,
            frames=frames,
            rate=self.spec.rate,
            sigmas=self.plan.refine,
            guidance=OFF,
            words=replace(this.words, against=None, against_mask=None),
            conditions=self._build_conditions(part, frames, doubled=doubled),
            controls=[
                *(self._build_control_references(part) if dubbed else ()),
                *(self._list_subject_references(frames, 1) if self.plan.layout == "slots" else ()),
            ],
            begun=begun,
            given=self._get_given_latents(part, before, 1),
            held=held,
            around=(*_list_sound_hooks(held, voice), *self.build_beat_hooks(part, self.spec.rate)),
            whole=False,
            stochastic=False,
        )

    def _get_given_latents(
        self, part: ChainChunk, before: MadeChunk | None, scale: int
    ) -> GivenLatents | None:
        """Return the latents that are given: of all pictures that stay, else of the end of the chunk before,
        with its first picture encoded alone and the rest as the original latents.
        """
        if self.taken is not None:
            return GivenLatents(
                self.encode_chunk_pictures(
                    *read_source_pictures(self.taken, part.frames, self.rate, part.start)
                )
            )
        if before is None:
            return None
        frame, tail = locate_handover(part, before.part)
        latents = before.first if scale == 2 else before.final
        first = self.encode_chunk_pictures(before.shown[frame], scale=scale)
        return GivenLatents(torch.cat([first, latents.picture[:, :, tail:].cpu().float()], dim=2))

    def _list_held_sound(
        self, part: ChainChunk, before: MadeChunk | None, scale: int
    ) -> tuple[HeldSound, ...]:
        """Return the sound that is held: the complete leading sound, else the end of the chunk before and the
        kept sound.
        """
        begins = self._locate_sound_start(part, before)
        if self.leading is not None:
            at = int(begins * self.session.sound_rate)
            return (HeldSound(self.leading.latents[:, :, at:]),)
        kept = self._list_kept_sound(part, begins)
        if before is None:
            return kept
        latents = before.first if scale == 2 else before.final
        at = int((begins - before.sound_from) * self.session.sound_rate)
        return (HeldSound(latents.sound[:, :, at:].cpu().float()), *kept)

    def _list_kept_sound(self, part: ChainChunk, begins: Fraction) -> tuple[HeldSound, ...]:
        if self.kept is None:
            return ()
        vae, where = self.session.parts["audio_vae"], self.session.pipeline._execution_device
        return self.kept.encode_held_parts(
            begins, part.end / self.rate - begins, vae, where, self.session.sound_grid
        )

    def _locate_sound_start(self, part: ChainChunk, before: MadeChunk | None) -> Fraction:
        """Return the start of the chunk's sound in seconds of the take: the latent of the previous sound that
        is nearest to the chunk's first frame.
        """
        if before is None:
            return Fraction(0)
        passed = part.start / self.rate - before.sound_from
        return before.sound_from + round(passed * self.session.sound_rate) / self.session.sound_rate

    def encode_chunk_pictures(self, *shown: NDArray[np.uint8] | Image.Image, scale: int = 1) -> torch.Tensor:
        """Return pictures of the take as latents (1, C, n, h, w) of a pass that is `scale` times smaller."""
        vae, where = self.session.parts["vae"], self.session.pipeline._execution_device
        pixels = torch.from_numpy(np.stack([np.asarray(one) for one in shown])).permute(0, 3, 1, 2)
        pixels = pixels.float() / 127.5 - 1
        size = (self.plan.fitted.height // scale, self.plan.fitted.width // scale)
        sized = torch.nn.functional.interpolate(pixels, size=size, mode="bilinear", antialias=True)
        with torch.no_grad():
            clip = sized.transpose(0, 1)[None]
            latents = vae.encode(clip.to(where, vae.dtype)).latent_dist.mode()
        return torch.as_tensor(latents).cpu().float()

    def _build_conditions(self, part: ChainChunk, frames: int, *, doubled: bool) -> list[Any]:
        """Return the take's conditioning in this chunk, as the pipelines take it."""
        rate = self.spec.rate if doubled else self.rate
        found = []
        for one, source in zip(self.plan.conditioning, self.sources, strict=True):
            length = source.count_frames(rate)
            there = locate_in_chunk(self._locate_conditioning(one, doubled), length, part, frames)
            if there is None:
                continue  # in another chunk, or already in the frames of the overlap
            shown = read_source_pictures(
                source, fit_clip_length(length - there.skipped, there.at, frames), rate, there.skipped
            )
            found.append(
                Pinned(
                    frames=shown if len(shown) > 1 else shown[0],
                    frame=there.at,
                    strength=one.strength,
                    crf=self.plan.generation.image_crf,
                )
            )
        return found

    def _list_subject_references(self, frames: int, scale: int) -> list[Any]:
        """Return the subject pictures as references of a pass that is `scale` times smaller."""
        if not self.pictured or self.subjects is None:
            return []
        width, height = (
            side // scale // self.downscale for side in (self.plan.fitted.width, self.plan.fitted.height)
        )
        return build_subject_references(
            self.plan.layout, self.pictured, self.subjects, width=width, height=height, frames=frames
        )

    def build_beat_hooks(self, part: ChainChunk, rate: Fraction) -> tuple[Around, ...]:
        """Return the hooks that restrict the words of beats to their seconds; `rate` is that of the pass."""
        beats = convert_to_sampled_beats(self.spec, self.plan.parts[-1].end)
        found = find_prompt_segments(beats, part, self.rate)
        if not found or (self.plan.keyframes is not None and rate > SNAPPED):
            return ()
        return (
            make_relay_hook(
                found, find_segment_tokens(self.session.parts["tokenizer"], part.prompt, found), rate
            ),
        )

    def _locate_conditioning(self, one: Conditioning, doubled: bool) -> int:
        """Return the frame at which a conditioning is followed: of the take, or of the sampled frames if time
        is doubled later.
        """
        frame = one.frame + self.plan.fitted.frames if one.frame < 0 else one.frame
        # Rounded up, so that an input after the first frame does not move to the first frame.
        return (frame + 1) // 2 if self.plan.temporal_upscale and not doubled else frame

    def _build_control_references(self, part: ChainChunk) -> list[Any]:
        from diffusers.pipelines.ltx2.pipeline_ltx2_ic_lora import LTX2ReferenceCondition

        return [
            LTX2ReferenceCondition(
                frames=read_control_frames(control, part.frames, self.rate, part.start),
                strength=min(1.0, control.strength),
            )
            for control in self.spec.control
        ]


def _list_sound_hooks(held: Sequence[HeldSound], voice: torch.Tensor | None) -> tuple[Around, ...]:
    """Return the hooks around the transformer's calls of a pass. The voice comes last, because its tokens
    follow those whose noise levels are set.
    """
    return (
        *([mark_held_sound_clean(held)] if held else []),
        *([prepend_voice_sample(voice)] if voice is not None else []),
    )
