"""Make one chunk of a take: run its sampling passes and decode pictures and sound. No file is written here.

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
from milimo_tui.engines.contract.predicted_steps import can_skip_steps
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
from milimo_tui.engines.ltx2.take.key_frames import sample_dfr_chunk
from milimo_tui.engines.ltx2.take.loras import ActiveLora, switch_pass_loras
from milimo_tui.engines.ltx2.take.pipelines import GivenLatents, HeldSound, Pinned
from milimo_tui.engines.ltx2.take.preserved_sound import KeptSound
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
    """A finished chunk of a take.

    `first` and `final` are the latents of the first and last pass, and `pictures` are the decoded pictures.
    `sound_from` is the start of the chunk's sound in seconds of the take. It is aligned to a sound latent of
    the previous chunk and within 20 ms of the chunk's first frame.
    """

    part: ChainChunk
    sound_from: Fraction
    first: Latents
    final: Latents
    pictures: Pictures
    # The difference from the same chunk made without a step cache, if the spec asks for a comparison.
    apart: CacheDifference | None = None


@dataclass(frozen=True, slots=True)
class ChunkMaker:
    """The maker of the chunks of one take.

    - `sources` are the opened inputs of `plan.conditioning`, in the same order.
    - `signature` is a hash of everything that the take depends on.
    - `leading` is a sound that the pictures follow.
    - `taken` is a take whose pictures stay and get a new sound.
    - `kept` is existing sound that stays.
    - `voice` are the latents of a voice sample.
    - `pictured` are the subject pictures, for the LoRA in the file `subjects`.
    - `detailing` is the factor by which the reference of DFR is smaller than the pass.
    - `aside` is a prefix of the stage names when a chunk is made a second time for comparison.
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
        """The frame rate of the sampled frames: half of the take's rate if the frames are doubled
        afterwards.
        """
        return get_sampled_rate(self.spec)

    def get_stage_name(self, part: ChainChunk, name: str) -> str:
        """Return the name of a stage for progress reports and checkpoints. If the take has several chunks,
        the name contains the chunk's number.
        """
        count = len(self.plan.parts)
        chunk_label = f"chunk {part.index + 1} of {count}: " if count > 1 else ""
        return f"{self.aside}{chunk_label}{name}"

    def make_chunk(
        self, part: ChainChunk, before: MadeChunk | None, ready: Ready = None
    ) -> tuple[MadeChunk, NDArray[np.float32]]:
        """Return a finished chunk and its sound at the film's sample rate. Its colours are matched to the
        chunk before.

        `ready` receives decoded pictures while later pictures are still being decoded. It can only be given
        for a chunk that has no chunk before it, because colours are matched after decoding.

        Raises Failed (NaN, with frame and seed), OutOfMemory, Cancelled.
        """
        dice, began = make_cpu_generator(part.seed), time.monotonic()
        first, final = self._sample_chunk(part, before, dice)
        cached_seconds = time.monotonic() - began
        parts, where = self.session.parts, self.session.pipeline._execution_device
        pictures = np.empty((0, 0, 0, 3), np.uint8)
        if self.is_last_chunk(part):
            self.context.last_stage()
        if self.taken is None:
            stage = self.get_stage_name(part, "decoding")
            pictures = decode_pictures(
                parts, final.picture, part.seed, dice, where, self.context, stage, ready
            )
        apart = (
            self._measure_cache_difference(part, before, pictures, cached_seconds)
            if self.is_measured
            else None
        )
        if before is not None and self.taken is None:
            tail = before.pictures[part.start - before.part.start :]
            match_colour(pictures, pictures[: part.overlap], tail[: part.overlap])
        begins = self._locate_sound_start(part, before)
        if self.leading is not None:  # The original sound is used, not its decoded latents.
            self.session.pipeline.maybe_free_model_hooks()
            return MadeChunk(part, begins, first, final, pictures, apart), self.leading.cut_to_chunk(
                part, self.rate
            )
        sound, rate = decode_sound(parts, final.sound, part.seed, where)
        self.session.pipeline.maybe_free_model_hooks()
        late = round((begins - part.start / self.rate) * self.spec.sample_rate)
        return MadeChunk(part, begins, first, final, pictures, apart), shift_sound(
            resample(sound, rate, self.spec.sample_rate), late
        )

    def is_last_chunk(self, part: ChainChunk) -> bool:
        """Return True if no sampling follows this chunk, only decoding and writing."""
        another = self.is_measured or self.spec.extension is not None
        return part is self.plan.parts[-1] and not another

    @property
    def is_measured(self) -> bool:
        """True if each chunk is made a second time without the step cache, for comparison."""
        return (
            self.spec.measured
            and self.taken is None
            and can_skip_steps(self.spec.cache, len(self.plan.sigmas))
        )

    def _measure_cache_difference(
        self, part: ChainChunk, before: MadeChunk | None, pictures: Pictures, cached_seconds: float
    ) -> CacheDifference:
        """Make the same chunk without the step cache, and return its difference from the pictures `pictures`
        that were made with the cache. `cached_seconds` is the number of seconds that sampling with the cache
        took.
        """
        spec = self.spec.model_copy(update={"cache": "off", "measured": False})
        whole = replace(self, spec=spec, signature=f"{self.signature}-whole", aside="without the cache: ")
        dice, began = make_cpu_generator(part.seed), time.monotonic()
        _, final = whole._sample_chunk(part, before, dice)
        seconds = time.monotonic() - began
        parts, where = self.session.parts, self.session.pipeline._execution_device
        stage = whole.get_stage_name(part, "decoding")
        other = decode_pictures(parts, final.picture, part.seed, dice, where, self.context, stage)
        found = CacheDifference(measure_similarity(pictures, other), cached_seconds, seconds)
        self.context.log(f"the cache: {found}")
        return found

    def _open_step_cache(self, pipeline: Any) -> AbstractContextManager[None]:
        """Return a context in which the transformer uses the spec's step cache. The cache is set up for the
        number of steps of the first pass.
        """
        return use_step_cache(pipeline.transformer, self.spec.cache, len(self.plan.sigmas))

    def _sample_chunk(
        self, part: ChainChunk, before: MadeChunk | None, dice: torch.Generator
    ) -> tuple[Latents, Latents]:
        """Run the passes of a chunk, and return the latents of the first pass and of the last pass. Both
        passes draw their noise from the random generator `dice`.
        """
        if self.plan.keyframes is not None:
            return sample_dfr_chunk(self, part, self.plan.keyframes, dice)
        first_pass = self.build_first_pass(part, before, dice)
        first = self.run_pass(first_pass, part, "first")
        grown = Latents(self._upscale_first_latents(first.picture), first.sound)
        if self.plan.stages == 1:
            return first, grown
        return first, self.run_pass(self._build_second_pass(first_pass, part, before, grown), part, "second")

    def run_pass(self, sampling_pass: SamplingPass, part: ChainChunk, pass_name: str) -> Latents:
        """Run a pass with the LoRAs that are active in it; `pass_name` is `first` or `second`."""
        switch_pass_loras(self.loras, self.session.pipeline, pass_name)
        signature = f"{self.signature}-{part.index}"
        return run_sampling_pass(
            self.session.pipeline, sampling_pass, self.context, signature, self.session.projection
        )

    def build_first_pass(
        self, part: ChainChunk, before: MadeChunk | None, dice: torch.Generator
    ) -> SamplingPass:
        """Return the settings of the first pass. Its width and height are halved if a second pass follows,
        and its frame rate is halved if the frames are doubled afterwards.
        """
        plan, scale = self.plan, self.plan.stages
        sound = self._list_held_sound(part, before, scale)
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
            held=sound,
            around=(
                *_list_sound_hooks(sound, self.voice),
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
        """Return the latents of the first pass, enlarged for the next stage. If a second pass follows, their
        width and height are doubled. If the frames are doubled, their length is doubled.
        """
        if self.plan.stages == 2:
            latents = self.session.upscale_latents("upsampler", latents)
        return (
            self.session.upscale_latents("temporal_upsampler", latents)
            if self.plan.temporal_upscale
            else latents
        )

    def _build_second_pass(
        self, first_pass: SamplingPass, part: ChainChunk, before: MadeChunk | None, latents: Latents
    ) -> SamplingPass:
        """Return the settings of the second pass, which refines `latents` at full size. `latents` are the
        enlarged latents of the first pass.

        The second pass has no guidance, and only a dubbed take keeps its controls. The conditioning inputs
        are encoded again at full size.
        """
        doubled = self.plan.temporal_upscale
        frames = 2 * part.frames - 1 if doubled else part.frames
        dubbed, voice = self.spec.is_dubbed, self.voice
        sound = self._list_held_sound(part, before, 1)
        # Lightricks' pipeline keeps the speech of the first pass in the second and also uses it as the voice
        # reference.
        if dubbed:
            sound, voice = (HeldSound(latents.sound.cpu().float()),), latents.sound.cpu().float()
        return replace(
            first_pass,
            stage=self.get_stage_name(part, "second pass"),
            width=self.plan.fitted.width,
            height=self.plan.fitted.height,
            frames=frames,
            rate=self.spec.rate,
            sigmas=self.plan.refine,
            guidance=OFF,
            words=replace(first_pass.words, against=None, against_mask=None),
            conditions=self._build_conditions(part, frames, doubled=doubled),
            controls=[
                *(self._build_control_references(part) if dubbed else ()),
                *(self._list_subject_references(frames, 1) if self.plan.layout == "slots" else ()),
            ],
            begun=latents,
            given=self._get_given_latents(part, before, 1),
            held=sound,
            around=(*_list_sound_hooks(sound, voice), *self.build_beat_hooks(part, self.spec.rate)),
            whole=False,
            stochastic=False,
        )

    def _get_given_latents(
        self, part: ChainChunk, before: MadeChunk | None, scale: int
    ) -> GivenLatents | None:
        """Return the picture latents that the pass must preserve, or None. `scale` is the factor by which the
        pass is smaller than the take.

        If a take only gets new sound, these are the latents of all its pictures. Otherwise they are the
        latents of the end of the chunk before. The first of these is made by encoding one picture, and the
        others are used unchanged.
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
        first = self.encode_chunk_pictures(before.pictures[frame], scale=scale)
        return GivenLatents(torch.cat([first, latents.picture[:, :, tail:].cpu().float()], dim=2))

    def _list_held_sound(
        self, part: ChainChunk, before: MadeChunk | None, scale: int
    ) -> tuple[HeldSound, ...]:
        """Return the sound latents that the pass must preserve: the complete leading sound if there is one,
        otherwise the end of the previous chunk's sound and the existing sound that stays.
        """
        begins = self._locate_sound_start(part, before)
        if self.leading is not None:
            at = int(begins * self.session.sound_rate)
            return (HeldSound(self.leading.latents[:, :, at:]),)
        sound = self._list_kept_sound(part, begins)
        if before is None:
            return sound
        latents = before.first if scale == 2 else before.final
        at = int((begins - before.sound_from) * self.session.sound_rate)
        return (HeldSound(latents.sound[:, :, at:].cpu().float()), *sound)

    def _list_kept_sound(self, part: ChainChunk, begins: Fraction) -> tuple[HeldSound, ...]:
        if self.kept is None:
            return ()
        vae, where = self.session.parts["audio_vae"], self.session.pipeline._execution_device
        return self.kept.encode_held_parts(
            begins, part.end / self.rate - begins, vae, where, self.session.sound_grid
        )

    def _locate_sound_start(self, part: ChainChunk, before: MadeChunk | None) -> Fraction:
        """Return the start of the chunk's sound in seconds of the take. This is the start of the previous
        chunk's sound latent that is nearest to the new chunk's first frame; 0 without a chunk before.
        """
        if before is None:
            return Fraction(0)
        passed = part.start / self.rate - before.sound_from
        return before.sound_from + round(passed * self.session.sound_rate) / self.session.sound_rate

    def encode_chunk_pictures(self, *shown: NDArray[np.uint8] | Image.Image, scale: int = 1) -> torch.Tensor:
        """Encode pictures, and return their latents (1, C, n, h, w). The latents are for a pass whose width
        and height are those of the take divided by `scale`.
        """
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
        """Return the take's conditioning inputs that belong to this chunk, as objects of the pipelines.
        `frames` is the chunk's number of frames; `doubled` is True if the frames were already doubled.
        """
        rate = self.spec.rate if doubled else self.rate
        found = []
        for one, source in zip(self.plan.conditioning, self.sources, strict=True):
            length = source.count_frames(rate)
            there = locate_in_chunk(self._locate_conditioning(one, doubled), length, part, frames)
            if there is None:
                # The input belongs to another chunk, or its frame is in the overlap with the chunk before.
                continue
            pictures = read_source_pictures(
                source, fit_clip_length(length - there.skipped, there.at, frames), rate, there.skipped
            )
            found.append(
                Pinned(
                    frames=pictures if len(pictures) > 1 else pictures[0],
                    frame=there.at,
                    strength=one.strength,
                    crf=self.plan.generation.image_crf,
                )
            )
        return found

    def _list_subject_references(self, frames: int, scale: int) -> list[Any]:
        """Return the subject pictures as references for a pass of `frames` frames, whose width and height are
        those of the take divided by `scale`.
        """
        if not self.pictured or self.subjects is None:
            return []
        width, height = (
            side // scale // self.downscale for side in (self.plan.fitted.width, self.plan.fitted.height)
        )
        return build_subject_references(
            self.plan.layout, self.pictured, self.subjects, width=width, height=height, frames=frames
        )

    def build_beat_hooks(self, part: ChainChunk, rate: Fraction) -> tuple[Around, ...]:
        """Return the hooks that restrict the words of beats to the seconds of the beats. `rate` is the frame
        rate of the pass.
        """
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
        """Return the frame of the take at which a conditioning input applies. `doubled` is True if the frames
        were already doubled. If they will be doubled later, the frame is counted at the lower rate of the
        sampled frames.
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


def _list_sound_hooks(sounds: Sequence[HeldSound], voice: torch.Tensor | None) -> tuple[Around, ...]:
    """Return the hooks that a pass needs for preserved sound and for a voice sample. The voice hook must come
    last, because the tokens of the voice are added after the tokens for which the other hook sets noise
    levels.
    """
    return (
        *([mark_held_sound_clean(sounds)] if sounds else []),
        *([prepend_voice_sample(voice)] if voice is not None else []),
    )
