"""Make a retake: encode the old take, add noise where the take changes, sample, decode, and insert the new
pixels and sound into the old take.

The model's output is visible only in the changed area. All other pixels and samples are copied unchanged from
the old take's file. If any pixels are preserved, the new file is written losslessly. Imports torch and
diffusers; for workers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from milimo_tui.core.time import frame_to_sample
from milimo_tui.engines.contract.engine import Context, Output
from milimo_tui.engines.ltx2.decode.decoding import Pictures, decode_pictures, decode_sound
from milimo_tui.engines.ltx2.plan.plan import Ltx2Plan
from milimo_tui.engines.ltx2.plan.retake_rule import choose_retake_window, select_noise_levels
from milimo_tui.engines.ltx2.retake.area import Area
from milimo_tui.engines.ltx2.retake.latents import encode_take_pictures, encode_take_sound
from milimo_tui.engines.ltx2.retake.old_take import OldTake
from milimo_tui.engines.ltx2.retake.preserved_latents import preserve_latents, select_held_sound
from milimo_tui.engines.ltx2.take.loras import ActiveLora, switch_pass_loras
from milimo_tui.engines.ltx2.take.pipelines import HeldSound
from milimo_tui.engines.ltx2.take.sampling import Latents, SamplingPass, run_sampling_pass
from milimo_tui.engines.ltx2.take.session import Session
from milimo_tui.engines.ltx2.take.sound_levels import mark_held_sound_clean
from milimo_tui.engines.runtime.determinism import make_cpu_generator
from milimo_tui.engines.specs.video_specs import Again, MakeVideo
from milimo_tui.media.encode.take_file import TakeWriter
from milimo_tui.media.picture import colour
from milimo_tui.media.picture.plane_replacement import Frame, blend_into_frame, place_on_canvas
from milimo_tui.media.read.probe import probe
from milimo_tui.media.sound.loops import splice_sound
from milimo_tui.media.sound.resample import resample

STAGE = "making anew"


@dataclass(frozen=True, slots=True)
class RetakeMaker:
    """The maker of one retake and of its file.

    `again` is the part of `spec` that describes the change, `old` is the take being changed, `area` is the
    range and region that change, and `metadata` is written into the file.
    """

    spec: MakeVideo
    again: Again
    plan: Ltx2Plan
    session: Session
    loras: Sequence[ActiveLora]
    old: OldTake
    area: Area
    signature: str
    context: Context
    metadata: dict[str, str]

    def make(self, path: Path) -> Output:
        """Write the take. Raises BadInput for an empty mask, Failed (NaN, with frame and seed), OutOfMemory,
        DiskFull, Cancelled.
        """
        first, last = choose_retake_window(self.area.start, self.area.end, self.spec.frames, self.plan.go)
        dice = make_cpu_generator(self.spec.seed)
        made = self._sample_changed_latents(first, last, dice)
        parts, where = self.session.parts, self.session.pipeline._execution_device
        fresh = decode_pictures(parts, made.picture, self.spec.seed, dice, where, self.context, "decoding")
        sound = self._build_take_sound(first, made)
        self.session.pipeline.maybe_free_model_hooks()
        with self._open_take_writer(path) as writer:
            writer.sound(sound)
            for frame in range(self.spec.frames):
                writer.frame(self._build_take_frame(frame, first, fresh))
                self.context.progress("writing", frame + 1, self.spec.frames)
        return Output.of_file("take", path, probe(path).as_json())

    @property
    def _raster(self) -> tuple[int, int]:
        return self.plan.fitted.width, self.plan.fitted.height

    @property
    def _place(self) -> tuple[int, int]:
        return self.again.place or (0, 0)

    @property
    def _margins(self) -> tuple[int, int]:
        """The left and top margins, in pixels, by which the model's picture is larger than the take."""
        across, down = self._raster
        return (across - self.spec.width) // 2, (down - self.spec.height) // 2

    def _sample_changed_latents(self, first: int, last: int, dice: torch.Generator) -> Latents:
        """Return the latents of frames [first, last), of which only those in `area` are generated again.
        `dice` is the random generator.
        """
        session, plan, frames = self.session, self.plan, self.plan.go
        self.context.progress("encoding", 0, 1)
        made = self.area.find_changed_latents(first, frames, self._raster)
        place = (self._place[0] + self._margins[0], self._place[1] + self._margins[1])
        pictures = self.old.read_rgb_pictures(first, last, frames, self._raster, place)
        where = session.pipeline._execution_device
        latents = Latents(
            encode_take_pictures(session.parts["vae"], pictures, where),
            self._encode_old_sound(first, last, frames),
        )
        sound = self._select_sound_to_hold(latents.sound, first)
        sampling_pass = SamplingPass(
            stage=STAGE,
            generation=plan.generation,
            words=session.encode_prompts(
                plan.parts[0].prompt,
                plan.parts[0].negative,
                guided=plan.guidance.uses_negative_prompt,
                stage="reading the prompt",
            ),
            width=self._raster[0],
            height=self._raster[1],
            frames=frames,
            rate=self.spec.rate,
            seed=self.spec.seed,
            dice=dice,
            sigmas=select_noise_levels(self.again.strength, plan.sigmas),
            guidance=plan.guidance,
            begun=latents,
            held=sound,
            around=(preserve_latents(made), *((mark_held_sound_clean(sound),) if sound else ())),
        )
        switch_pass_loras(self.loras, session.pipeline, "first")
        return run_sampling_pass(
            session.pipeline, sampling_pass, self.context, self.signature, session.projection
        )

    def _encode_old_sound(self, first: int, last: int, frames: int) -> Tensor:
        """Return the latents of the old sound of frames [first, last). As many latents are returned as a
        pipeline makes for `frames` frames.
        """
        sound = self.old.read_range_sound(first, last, self.spec.sample_rate)
        count = round(frames / self.spec.rate * self.session.sound_rate)
        where = self.session.pipeline._execution_device
        return encode_take_sound(self.session.parts["audio_vae"], sound, self.spec.sample_rate, count, where)

    def _select_sound_to_hold(self, latents: Tensor, first: int) -> tuple[HeldSound, ...]:
        pipe, rate = self.session.pipeline, self.spec.rate
        span = None
        # If the range reaches the end of the take, its new sound also covers the extra frames that are
        # sampled after the end.
        if self.again.sound:
            end = self.area.end - first if self.area.end < self.spec.frames else self.plan.go
            span = (self.area.start - first) / rate, end / rate
        mels = Fraction(int(pipe.audio_sampling_rate), int(pipe.audio_hop_length))
        return select_held_sound(
            latents.cpu().float(), span, mels, int(pipe.audio_vae_temporal_compression_ratio)
        )

    def _build_take_sound(self, first: int, latents: Latents) -> NDArray[np.float32]:
        """Return the sound of the complete file. If the retake asks for new sound, the sound that is decoded
        from `latents` replaces the old sound in the regenerated range. `first` is the frame of the file at
        which `latents` begins.
        """
        rate, samples = self.spec.rate, self.spec.sample_rate
        old = self.old.read_range_sound(0, self.spec.frames, samples)
        if not self.again.sound:
            return old
        where = self.session.pipeline._execution_device
        decoded, own = decode_sound(self.session.parts, latents.sound, self.spec.seed, where)
        begin, end = (frame_to_sample(frame, rate, samples) for frame in (self.area.start, self.area.end))
        skipped = begin - frame_to_sample(first, rate, samples)
        return splice_sound(old, resample(decoded, own, samples)[:, skipped:], begin, end, samples)

    def _build_take_frame(self, number: int, first: int, fresh: Pictures) -> Frame:
        """Return frame `number` of the file: the old frame's planes, with the new pixels inserted where the
        area changes. `fresh` are the generated pictures, which begin at frame `first`.
        """
        if not self.area.has(number):
            return self._read_old_frame(number)
        left, top = self._margins
        picture = fresh[number - first][top : top + self.spec.height, left : left + self.spec.width]
        new, shares = colour.to_yuv(picture), self.area.weights(number)
        return new if shares is None else blend_into_frame(self._read_old_frame(number), new, shares)

    def _read_old_frame(self, number: int) -> Frame:
        """Return frame `number` of the old take. If the new take is larger, the old frame is placed on a
        canvas of the new size.
        """
        old = self.old.read_frame_planes(number)
        size = (self.spec.width, self.spec.height)
        return old if self.again.place is None else place_on_canvas(old, size, self.again.place)

    def _open_take_writer(self, path: Path) -> TakeWriter:
        spec = self.spec
        return TakeWriter(
            path,
            width=spec.width,
            height=spec.height,
            rate=spec.rate,
            frames=spec.frames,
            sample_rate=spec.sample_rate,
            metadata=self.metadata,
            lossless=self.again.keeps_some_pixels,
        )
