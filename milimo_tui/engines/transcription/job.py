"""The jobs that write down the words of a file, window by window, and that find its speakers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from milimo_tui.core.errors import BadInput
from milimo_tui.core.time import round_half_up
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.catalog.model_store import open_worker_store
from milimo_tui.engines.contract.engine import Context, Output, Result
from milimo_tui.engines.contract.still_files import get_input_path
from milimo_tui.engines.runtime.weight_loading import convert_memory_errors, load_cached_weights
from milimo_tui.engines.specs.word_specs import FindSpeakers, Transcribe
from milimo_tui.engines.transcription import diarization, parakeet, plain_text, whisper
from milimo_tui.engines.transcription.profile import DIARIZATION, FAMILY
from milimo_tui.engines.transcription.values import RATE, Samples, TranscriptionModel
from milimo_tui.engines.transcription.windows import WINDOW, iterate_sound_windows, trim_to_sound
from milimo_tui.media.read.probe import probe
from milimo_tui.media.sound.resample import ResampledSound
from milimo_tui.media.sound.sound_file import SoundFile

LISTENING = "listening"
QUIET = 1e-4  # A window whose samples are all below this level has no words.
# The functions that load the models, by the `model_type` of their configuration.
LOADERS: dict[str, Callable[[ResolvedWeights], TranscriptionModel]] = {
    "whisper": whisper.load,
    "parakeet_ctc": parakeet.load,
    "parakeet_tdt": parakeet.load,
    "qwen3_asr": plain_text.load,
    "moonshine": plain_text.load,
}


def transcribe_file(spec: Transcribe, context: Context) -> Result:
    """Write the words of a file with their times to a JSON file."""
    path = get_input_path(spec.input)
    found = open_worker_store().resolve(FAMILY, model=spec.model)
    with _open_sound(path, spec.stream) as (read, length):
        loader = LOADERS.get(found.generation or "whisper")
        if loader is None:
            raise BadInput(f"{found.id} can't write transcripts", "milimo model list names models that can")
        model = load_cached_weights(found, loader, context)
        words: list[tuple[int, int, str]] = []
        language = spec.language
        with convert_memory_errors("there is too little memory for this model", "choose a smaller model"):
            for window in iterate_sound_windows(read, length):
                context.progress(LISTENING, window.start // RATE, max(1, length // RATE))
                if np.abs(window.samples).max(initial=0.0) < QUIET:
                    continue
                heard = model.write_words(window.samples, language)
                language = language or heard.language
                at = window.start / RATE
                for word in heard.words:
                    first, last = trim_to_sound(window.samples, word.start, word.end)
                    words.append((round((at + first) * 1000), round((at + last) * 1000), word.text))
    made = {"language": language, "words": words, "estimated": model.is_estimating}
    facts = {"words": len(words), "language": language}
    return _write_result(context, "transcript", made, facts, found)


def find_speakers(spec: FindSpeakers, context: Context) -> Result:
    """Write the spans in which each speaker speaks to a JSON file."""
    path = get_input_path(spec.input)
    found = open_worker_store().resolve(DIARIZATION, model=spec.model)
    with _open_sound(path, spec.stream) as (read, length):
        model = load_cached_weights(found, diarization.load, context)
        blocks = []
        for start in range(0, length, WINDOW):
            context.progress(LISTENING, start // RATE, max(1, length // RATE))
            blocks.append(read(start, min(WINDOW, length - start)))
        with convert_memory_errors("there is too little memory for this file", "use a shorter file"):
            spans = model.find_speaker_spans(np.concatenate(blocks)) if blocks else ()
    rows = [(round(each.start * 1000), round(each.end * 1000), each.speaker) for each in spans]
    facts = {"speakers": len({each.speaker for each in spans})}
    return _write_result(context, "speakers", {"spans": rows}, facts, found)


@contextmanager
def _open_sound(path: Path, stream: int) -> Iterator[tuple[Callable[[int, int], Samples], int]]:
    """Open a sound stream of a file. Yield a function that reads mono samples at `RATE`, by start and count,
    and the number of these samples. Raises BadInput for a file without sound.
    """
    facts = probe(path)
    if facts.seconds is None:
        raise BadInput(f"{path.name} has no sound", "name a file with sound")
    with closing(SoundFile(path, 1, stream=stream)) as file:
        sound = ResampledSound(file, Fraction(file.sample_rate, RATE), Fraction(0), RATE)

        def read(start: int, count: int) -> Samples:
            return np.asarray(np.nan_to_num(sound.read(start, count)[0]), np.float32)

        yield read, round_half_up(facts.seconds * RATE)


def _write_result(
    context: Context, role: str, made: dict[str, Any], facts: dict[str, Any], found: ResolvedWeights
) -> Result:
    context.last_stage()
    target = context.workspace / f"{role}.json"
    target.write_text(json.dumps(made, ensure_ascii=False))
    output = Output(role=role, path=str(target), facts=facts)
    return Result(outputs=(output,), facts={"model": found.id, "tiny": found.tiny})
