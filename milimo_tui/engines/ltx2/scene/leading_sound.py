"""The leading sound of a take. The take plays it unchanged, and its latents are given to the model so that
the pictures follow it.

Imports torch; for workers.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from milimo_tui.core.time import frame_to_sample, round_half_up
from milimo_tui.engines.ltx2.plan.chain import ChainChunk
from milimo_tui.engines.ltx2.plan.conditioning import resolve_input_path
from milimo_tui.engines.ltx2.scene.log_mel import encode_sound
from milimo_tui.engines.specs.video_specs import Leading
from milimo_tui.media.sound.resample import resample
from milimo_tui.media.sound.sound_file import SoundFile


@dataclass(frozen=True, slots=True)
class LeadingSound:
    """The leading sound for a complete take, and its latents. `stereo` are its samples at the film's sample
    rate, with silence after the end of the file.
    """

    stereo: NDArray[np.float32]
    sample_rate: int
    latents: Tensor

    def cut_to_chunk(self, part: ChainChunk, rate: Fraction) -> NDArray[np.float32]:
        """Return the samples (2, n) of the sound during chunk `part`. `rate` is the frame rate in which the
        chunk's start and end are counted.
        """
        begin, end = (frame_to_sample(frame, rate, self.sample_rate) for frame in (part.start, part.end))
        return self.stereo[:, begin:end]


def read_stereo_samples(sound: Leading, samples: int, sample_rate: int) -> NDArray[np.float32]:
    """Return `samples` stereo samples of the sound's file, resampled to `sample_rate`, from the second
    `sound.start` on. Silence follows the end of the file. Raises BadInput if the file has no sound; NotFound,
    ReadOnly.
    """
    file = SoundFile(resolve_input_path(sound.input))
    try:
        begin = round_half_up(sound.start * file.sample_rate)
        count = -(-samples * file.sample_rate // sample_rate) + 1
        heard = resample(file.read(begin, count), file.sample_rate, sample_rate)
    finally:
        file.close()
    found = heard[:, :samples]
    return np.pad(found, ((0, 0), (0, samples - found.shape[1])))


def encode_leading_sound(
    stereo: NDArray[np.float32], sample_rate: int, parts: Any, where: Any
) -> LeadingSound:
    """Encode a sound, and return it with its latents as a leading sound. `parts` are the model's loaded parts
    by component name, and `where` is the device on which the sound is encoded.
    """
    return LeadingSound(stereo, sample_rate, encode_sound(parts["audio_vae"], stereo, sample_rate, where))
