"""Test that the spoken lines of a shot lead its take: each character speaks with an own voice, and the take's
own sound is the recording of the lines.
"""

from __future__ import annotations

import json
import wave
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.front_door import Milimo, environment
from tests.media.reading import read_sound

__all__ = ["tiny"]

SCRIPT = "INT. ROOM - NIGHT\n\nMARA and JUN sit.\n\nMARA\nHello.\n\nJUN\nGood night.\n"
RATE = 48_000


@pytest.fixture
def small(tmp_path: Path, tiny: Tiny) -> Iterator[Milimo]:
    more = {"TORCHDYNAMO_DISABLE": "1", "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
    milimo = Milimo({**environment(tmp_path), **more}, tmp_path / "work")
    furnish(milimo.home, tiny, "ltx2")
    script = tmp_path / "work" / "room.fountain"
    script.write_text(SCRIPT)
    milimo.act("project", "new", "Room", "--rate", "24", "--size", "64x64", "--engine", "ltx2")
    milimo.act("script", "import", str(script))
    milimo.act("storyboard", "commit")
    milimo.act("shot", "join", "1B")
    yield milimo
    milimo.inside("supervisor", "stop", "--now")


def record_tone(path: Path, pitch: float, seconds: float) -> np.ndarray[Any, Any]:
    """Write a tone as a WAV file. Return its samples."""
    samples = (12_000 * np.sin(2 * np.pi * pitch * np.arange(round(seconds * RATE)) / RATE)).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return samples.astype(np.float32) / 32768


@pytest.mark.long("models")
def test_two_characters_speak_with_two_voices_in_the_sound_of_a_take(small: Milimo, tmp_path: Path) -> None:
    small.act("shot", "set", "1B", "--steps", "2", "--stages", "one", "--length", "41f")
    first, second = small.inside("line", "list")
    assert [first["shot"], second["shot"]] == ["1B", "1B"]
    refused = small("--json", "shot", "make", "1B", "--sound", "lines", code=2)
    assert "1B.1" in json.loads(refused.stdout or refused.stderr)["error"]["message"]
    voices = [record_tone(tmp_path / f"{pitch}.wav", pitch, 0.5) for pitch in (300, 700)]
    for line, pitch in ((first, 300), (second, 700)):
        small.act("line", "record", line["line"], "--from", str(tmp_path / f"{pitch}.wav"))
    small.act("shot", "make", "1B", "--sound", "lines")
    take = small.inside("shot", "takes", "1B")[-1]
    heard = read_sound(Path(take["path"]), Fraction(take["head"], 24), 41 * RATE // 24)
    recording = next(row for row in small.inside("asset", "list") if row["name"] == "lines of 1B.wav")
    # The file of the take has 16 bits.
    led = read_sound(Path(recording["path"]), Fraction(0), heard.shape[1])
    assert np.abs(heard - led).max() < 2 / 32768
    lines = small.inside("line", "list")
    assert lines[0]["start"] + 0.5 <= lines[1]["start"]
    for line, voice in zip(lines, voices, strict=True):
        start = round((line["start"] + 0.1) * RATE)
        spoken, wanted = (
            np.abs(np.fft.rfft(each)) for each in (heard[0, start : start + 9600], voice[:9600])
        )
        assert spoken.argmax() == wanted.argmax()
    assert not small.inside("shot", "show", "1B")["stale"]
    laid = small.inside("line", "lay")
    assert laid["lines"] == []
    small.act("line", "record", first["line"], "--from", str(tmp_path / "700.wav"))
    assert len(small.inside("line", "lay")["lines"]) == 2
