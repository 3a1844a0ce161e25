"""Write the file of a spoken line, with the pitch and pace of its voice, and describe the file for the job's
result.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from milimo_tui.core.errors import Failed
from milimo_tui.engines.contract.engine import Context, Output, Result
from milimo_tui.engines.specs.sound_specs import MakeSpeech
from milimo_tui.media.encode.wav_file import write_wav_file
from milimo_tui.media.read.probe import probe
from milimo_tui.media.sound.ramped import PitchPreservedSound, TimeMapping
from milimo_tui.media.sound.resample import ResampledSound, resample
from milimo_tui.media.sound.samples import SampleSource, Sound

SPEECH_ROLE = "speech"
# Facts of a result: the times of words in seconds, and a mark for a provisional voice.
WORDS, SCRATCH = "words", "scratch"
# The largest sample of a silent result. An engine that makes only silence has failed.
_SILENCE = 1e-5
# The pitch-preserving speed counts time in frames of this rate.
_MAPPING_RATE = 100


class _SoundInMemory:
    """Sound that is held in memory, as a source of samples."""

    def __init__(self, sound: Sound, sample_rate: int) -> None:
        self._sound, self.sample_rate, self.channels = sound, sample_rate, sound.shape[0]

    def read(self, start: int, samples: int) -> Sound:
        out = np.zeros((self.channels, max(0, samples)), np.float32)
        first, last = max(0, start), min(self._sound.shape[1], start + samples)
        if last > first:
            out[:, first - start : last - start] = self._sound[:, first:last]
        return out

    def close(self) -> None:
        """Do nothing: the sound is in memory."""


def change_pitch_and_pace(sound: Sound, sample_rate: int, *, semitones: float, pace: float) -> Sound:
    """Return sound (channels, n) with another pitch and pace. With no change, `sound` itself is returned."""
    if not semitones and pace == 1:
        return sound
    factor = Fraction(2 ** (semitones / 12)).limit_denominator(96)
    source: SampleSource = _SoundInMemory(sound, sample_rate)
    if factor != 1:
        source = ResampledSound(source, factor, Fraction(0), sample_rate)
    speed = pace / float(factor)
    count = round(sound.shape[1] / pace)
    if abs(speed - 1) < 1e-6:
        return source.read(0, count)
    frame = _MAPPING_RATE / sample_rate
    mapping = TimeMapping((), speed, 0.0, float(_MAPPING_RATE), frame, 0)
    return PitchPreservedSound(source, mapping, sample_rate).read(0, count)


def finish_spoken_line(
    spec: MakeSpeech,
    context: Context,
    sound: Sound,
    sample_rate: int,
    *,
    scratch: bool = False,
    notes: Sequence[str] = (),
    words: Sequence[tuple[str, float, float]] = (),
    metadata: Mapping[str, str] | None = None,
    **facts: Any,
) -> Result:
    """Write spoken samples (channels, n) at the spec's sample rate, and return the job's result.

    `scratch` marks a provisional voice. `words` are the words with their start and end in seconds. Raises
    Failed if the sound is empty or silent.
    """
    if sound.shape[1] == 0 or not float(np.abs(np.nan_to_num(sound)).max()) > _SILENCE:
        raise Failed(
            f"{spec.engine} spoke nothing of “{spec.text[:40]}”",
            "choose another voice with milimo voice set",
        )
    path = context.workspace / "line.wav"
    write_wav_file(path, resample(sound, sample_rate, spec.sample_rate), spec.sample_rate, metadata)
    output = Output.of_file(SPEECH_ROLE, path, probe(path).as_json())
    timed = {WORDS: [[word, round(start, 4), round(end, 4)] for word, start, end in words]} if words else {}
    marks = {SCRATCH: True} if scratch else {}
    return Result(outputs=(output,), notes=tuple(notes), facts={**timed, **marks, **facts})
