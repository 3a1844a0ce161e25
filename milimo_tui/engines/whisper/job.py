"""The job that writes down the words of a file, window by window."""

from __future__ import annotations

import json
import os
from contextlib import closing
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from milimo_tui.core.errors import BadInput, Failed, OutOfMemory
from milimo_tui.core.paths import Home
from milimo_tui.core.time import round_half_up
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.contract.engine import Context, Output, Result
from milimo_tui.engines.contract.still_files import get_input_path
from milimo_tui.engines.recipes.weight_sizes import list_part_files
from milimo_tui.engines.runtime.memory import is_out_of_memory
from milimo_tui.engines.runtime.model_cache import ModelKey, get_model_cache
from milimo_tui.engines.runtime.model_stack import report_damaged_weights
from milimo_tui.engines.specs.word_specs import Transcribe
from milimo_tui.engines.whisper import model
from milimo_tui.engines.whisper.model import WhisperModel
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
    found = _find_weights(spec.model)
    whisper = _load_whisper(found, context)
    words: list[tuple[int, int, str]] = []
    language = spec.language
    with closing(SoundFile(path, 1, stream=spec.stream)) as file:
        sound = ResampledSound(file, Fraction(file.sample_rate, RATE), Fraction(0), RATE)
        length = round_half_up(facts.seconds * RATE)

        def read(start: int, count: int) -> NDArray[np.float32]:
            return np.asarray(np.nan_to_num(sound.read(start, count)[0]), np.float32)

        try:
            for window in iterate_sound_windows(read, length):
                context.progress(LISTENING, window.start // RATE, max(1, length // RATE))
                if np.abs(window.samples).max(initial=0.0) < QUIET:
                    continue
                language = language or whisper.find_language(window.samples)
                at = window.start / RATE
                for word in whisper.write_words(window.samples, language):
                    first, last = trim_to_sound(window.samples, word.start, word.end)
                    words.append((round((at + first) * 1000), round((at + last) * 1000), word.text))
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            raise OutOfMemory(
                "there is too little memory for this model", "choose a smaller Whisper"
            ) from error
    context.last_stage()
    target = context.workspace / "transcript.json"
    target.write_text(json.dumps({"language": language, "words": words}, ensure_ascii=False))
    output = Output(role="transcript", path=str(target), facts={"words": len(words), "language": language})
    return Result(outputs=(output,), facts={"model": found.id, "tiny": found.tiny})


def _find_weights(wanted: str) -> ResolvedWeights:
    """Return the named weights, or the selected ones. Raises Unavailable, Damaged."""
    home = os.environ.get("MILIMO_HOME", "")
    if not home:
        raise Failed(
            "the worker was started without a studio home",
            "let the supervisor start it: milimo supervisor start",
        )
    return ModelStore(Home(Path(home)).models).resolve(FAMILY, model=wanted)


def _load_whisper(found: ResolvedWeights, context: Context) -> WhisperModel:
    """Return the model from the worker's cache, or load it. Raises Damaged."""

    def build() -> WhisperModel:
        with report_damaged_weights(found.id):
            return model.load_whisper_model(found)

    size = sum(path.stat().st_size for path in list_part_files(found.path))
    key = ModelKey(found.identity, found.role, "float32", title=found.id)
    return get_model_cache().pipeline(key, build, context, size)
