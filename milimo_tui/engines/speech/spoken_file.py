"""Write the file of a spoken line, and describe the file for the job's result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from milimo_tui.core.errors import Failed
from milimo_tui.engines.contract.engine import Context, Output, Result
from milimo_tui.engines.specs.sound_specs import MakeSpeech
from milimo_tui.media.encode.wav_file import write_wav_file
from milimo_tui.media.read.probe import probe
from milimo_tui.media.sound.resample import resample
from milimo_tui.media.sound.samples import Sound

SPEECH_ROLE = "speech"
# Facts of a result: the times of words in seconds, and a mark for a provisional voice.
WORDS, SCRATCH = "words", "scratch"
# The largest sample of a silent result. An engine that makes only silence has failed.
_SILENCE = 1e-5


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
