"""The job that writes down the words of a file, window by window."""

from __future__ import annotations

import json
from contextlib import closing
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from milimo_tui.core.errors import BadInput
from milimo_tui.core.time import round_half_up
from milimo_tui.engines.catalog.model_store import open_worker_store
from milimo_tui.engines.contract.engine import Context, Output, Result
from milimo_tui.engines.contract.still_files import get_input_path
from milimo_tui.engines.runtime.weight_loading import convert_memory_errors, load_cached_weights
from milimo_tui.engines.specs.word_specs import Transcribe
from milimo_tui.engines.whisper import model
from milimo_tui.engines.whisper.profile import FAMILY
from milimo_tui.engines.whisper.windows import RATE, iterate_sound_windows, trim_to_sound
from milimo_tui.media.read.probe import probe
from milimo_tui.media.sound.resample import ResampledSound
from milimo_tui.media.sound.sound_file import SoundFile

LISTENING = "listening"
QUIET = 1e-4  # A window whose samples are all below this level has no words.


def transcribe_file(spec: Transcribe, context: Context) -> Result:
    """Write the words of a file with their times to a JSON file."""
    path = get_input_path(spec.input)
    facts = probe(path)
    if facts.seconds is None:
        raise BadInput(f"{path.name} has no sound", "name a file with sound")
    found = open_worker_store().resolve(FAMILY, model=spec.model)
    whisper = load_cached_weights(found, model.load_whisper_model, context)
    words: list[tuple[int, int, str]] = []
    language = spec.language
    with closing(SoundFile(path, 1, stream=spec.stream)) as file:
        sound = ResampledSound(file, Fraction(file.sample_rate, RATE), Fraction(0), RATE)
        length = round_half_up(facts.seconds * RATE)

        def read(start: int, count: int) -> NDArray[np.float32]:
            return np.asarray(np.nan_to_num(sound.read(start, count)[0]), np.float32)

        with convert_memory_errors("there is too little memory for this model", "choose a smaller Whisper"):
            for window in iterate_sound_windows(read, length):
                context.progress(LISTENING, window.start // RATE, max(1, length // RATE))
                if np.abs(window.samples).max(initial=0.0) < QUIET:
                    continue
                language = language or whisper.find_language(window.samples)
                at = window.start / RATE
                for word in whisper.write_words(window.samples, language):
                    first, last = trim_to_sound(window.samples, word.start, word.end)
                    words.append((round((at + first) * 1000), round((at + last) * 1000), word.text))
    context.last_stage()
    target = context.workspace / "transcript.json"
    target.write_text(json.dumps({"language": language, "words": words}, ensure_ascii=False))
    output = Output(role="transcript", path=str(target), facts={"words": len(words), "language": language})
    return Result(outputs=(output,), facts={"model": found.id, "tiny": found.tiny})
