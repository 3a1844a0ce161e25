"""The doubling of a take in width and height, or in frames per second, by LTX-2's latent upsamplers.

The pictures are encoded, and their latents are doubled and decoded. If the spec has a strength, the doubled
latents are also refined by the model with the prompt, as in the second stage of Lightricks' pipelines. Every
sample of the sound stays identical. Imports torch, so only workers use this module.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from milimo_tui.engines.contract.engine import Context, Output
from milimo_tui.engines.contract.fitting import round_frames_up, round_side_up
from milimo_tui.engines.ltx2.decode.decoding import Pictures, decode_pictures, hold_on_device
from milimo_tui.engines.ltx2.plan.generations import SPACE, TIME
from milimo_tui.engines.ltx2.plan.plan import Ltx2Plan
from milimo_tui.engines.ltx2.plan.retake_rule import select_noise_levels
from milimo_tui.engines.ltx2.retake.latents import encode_take_pictures, encode_take_sound
from milimo_tui.engines.ltx2.retake.old_take import OldTake
from milimo_tui.engines.ltx2.retake.preserved_latents import select_held_sound
from milimo_tui.engines.ltx2.take.loras import ActiveLora, switch_pass_loras
from milimo_tui.engines.ltx2.take.sampling import Latents, SamplingPass, run_sampling_pass
from milimo_tui.engines.ltx2.take.session import Session
from milimo_tui.engines.ltx2.take.sound_levels import mark_held_sound_clean
from milimo_tui.engines.runtime.determinism import make_cpu_generator
from milimo_tui.engines.runtime.placement import has_diffusers_hook
from milimo_tui.engines.specs.video_specs import Doubled, MakeVideo
from milimo_tui.media.encode.take_file import TakeWriter
from milimo_tui.media.read.probe import probe


@dataclass(frozen=True, slots=True)
class Refining:
    """The inputs for refining a doubled take with the model: the session with the loaded models, the LoRAs,
    and the signature under which checkpoints are stored.
    """

    session: Session
    loras: Sequence[ActiveLora]
    signature: str


@dataclass(frozen=True, slots=True)
class Doubling:
    """The doubling of one take, which writes a new file with `metadata`. `parts` are the loaded models by
    component name. `upsampler` is the latent upsampler for the picture size or for the frame rate, as
    `doubled` asks. `refining` is None if the take is not refined.
    """

    spec: MakeVideo
    doubled: Doubled
    plan: Ltx2Plan
    parts: dict[str, Any]
    upsampler: Any
    old: OldTake
    where: Any
    context: Context
    metadata: dict[str, str]
    refining: Refining | None = None

    def make(self, path: Path) -> Output:
        """Write the doubled take to `path`. Raises Failed (NaN, with frame and seed), OutOfMemory, DiskFull,
        Cancelled.
        """
        dice = make_cpu_generator(self.spec.seed)
        latents = self._double_latents()
        if self.refining is not None:
            latents = self._refine_latents(self.refining, latents, dice)
        with self._hold_autoencoder():
            pictures = decode_pictures(
                self.parts, latents, self.spec.seed, dice, self.where, self.context, "decoding"
            )
        return self._write_doubled_take(path, pictures)

    @property
    def _is_time(self) -> bool:
        return self.doubled.what == "time"

    @property
    def rate(self) -> Fraction:
        """Frames per second of the new file."""
        return self.spec.rate * 2 if self._is_time else self.spec.rate

    @property
    def frames(self) -> int:
        """Number of frames of the new file."""
        count = self.doubled.end - self.doubled.start
        return 2 * count if self._is_time else count

    def _hold_autoencoder(self) -> AbstractContextManager[None]:
        """Return a context manager that keeps the autoencoder on the device. It does nothing if a pipeline
        moves the autoencoder by itself.
        """
        vae = self.parts["vae"]
        comes = self.refining is not None or has_diffusers_hook(vae, "group_offloading")
        return nullcontext() if comes else hold_on_device(vae, self.where)

    def _double_latents(self) -> Tensor:
        """Encode the take and return its doubled latents. The pictures are padded at the right and bottom to
        the size of complete latents. The last picture is repeated until the number of pictures suits the
        encoder. If the frame rate is doubled, one more latent is encoded than needed, because n latents
        become 2n - 1.
        """
        first, last = self.doubled.start, self.doubled.end
        frames = round_frames_up(last - first + int(self._is_time), TIME)
        raster = (round_side_up(self.old.size[0], SPACE), round_side_up(self.old.size[1], SPACE))
        self.context.progress("encoding", 0, 1)
        pictures = self.old.read_rgb_pictures(first, last, frames, raster, (0, 0))
        with self._hold_autoencoder():
            latents = encode_take_pictures(self.parts["vae"], pictures, self.where)
        self.context.progress("doubling", 0, 1)
        model = self.upsampler
        with torch.no_grad(), hold_on_device(model, self.where):
            return torch.as_tensor(model(latents.to(model.device, model.dtype))).float()

    def _refine_latents(self, refining: Refining, latents: Tensor, dice: torch.Generator) -> Tensor:
        session, plan = refining.session, self.plan
        _, _, count, rows, columns = latents.shape
        frames = (count - 1) * TIME + 1
        heard = self.old.read_range_sound(self.doubled.start, self.doubled.end, self.spec.sample_rate)
        sound = encode_take_sound(
            session.parts["audio_vae"],
            heard,
            self.spec.sample_rate,
            round(frames / self.rate * session.sound_rate),
            self.where,
        )
        held_sound = select_held_sound(sound.cpu().float(), None, Fraction(1), 1)
        sampling_pass = SamplingPass(
            stage="refining",
            generation=plan.generation,
            words=session.encode_prompts(
                plan.parts[0].prompt,
                plan.parts[0].negative,
                guided=plan.guidance.uses_negative_prompt,
                stage="reading the prompt",
            ),
            width=columns * SPACE,
            height=rows * SPACE,
            frames=frames,
            rate=self.rate,
            seed=self.spec.seed,
            dice=dice,
            sigmas=select_noise_levels(self.doubled.strength, plan.sigmas),
            guidance=plan.guidance,
            begun=Latents(latents.to(self.where), sound),
            held=held_sound,
            around=(mark_held_sound_clean(held_sound),),
        )
        switch_pass_loras(refining.loras, session.pipeline, "first")
        made = run_sampling_pass(
            session.pipeline, sampling_pass, self.context, refining.signature, session.projection
        )
        session.pipeline.maybe_free_model_hooks()
        return made.picture

    def _write_doubled_take(self, path: Path, pictures: Pictures) -> Output:
        spec = self.spec
        with TakeWriter(
            path,
            width=spec.width,
            height=spec.height,
            rate=self.rate,
            frames=self.frames,
            sample_rate=spec.sample_rate,
            metadata=self.metadata,
        ) as writer:
            writer.sound(self.old.read_range_sound(self.doubled.start, self.doubled.end, spec.sample_rate))
            for number in range(self.frames):
                writer.picture(pictures[number][: spec.height, : spec.width])
                self.context.progress("writing", number + 1, self.frames)
        return Output.of_file("take", path, probe(path).as_json())
