"""Test that a line is recorded from a microphone, and that a machine without one reports it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest

from tests.cli.voice.test_lines import list_lines, read_sound
from tests.front_door import Milimo
from tests.tui.sound.real_server import HAS_SERVER, server

# A stand-in for the package of the sound library: its microphone hears a square wave.
MICROPHONE = """
import threading, time

def query_devices():
    return [{"max_input_channels": 1}]

class RawInputStream:
    def __init__(self, samplerate, channels, dtype, callback):
        assert (channels, dtype) == (1, "int16")
        self._rate, self._callback, self._running = samplerate, callback, False

    def __enter__(self):
        self._running = True
        threading.Thread(target=self._run, daemon=True).start()
        return self

    def _run(self):
        levels = [6000 if i // 60 % 2 else -6000 for i in range(4800)]
        block = b"".join(level.to_bytes(2, "little", signed=True) for level in levels)
        while self._running:
            self._callback(block, 4800, None, None)
            time.sleep(0.02)

    def __exit__(self, *error):
        self._running = False
"""


def with_library(film: Milimo, folder: Path, source: str) -> Milimo:
    """Return `milimo` whose processes import this source as the sound library."""
    folder.mkdir()
    (folder / "sounddevice.py").write_text(source)
    return Milimo({**film.env, "PYTHONPATH": f"{folder}:{film.env['PYTHONPATH']}"}, film.cwd)


def test_line_is_recorded_from_the_microphone(film: Milimo, tmp_path: Path) -> None:
    recording = with_library(film, tmp_path / "library", MICROPHONE)
    [line] = list_lines(film)
    made = recording.json("line", "record", line["line"], "--seconds", "0.5", "--count-in", "0")
    assert made["seconds"] == pytest.approx(0.5)
    [line] = list_lines(film)
    assert (line["state"], line["take"]) == ("recorded", made["take"])
    assert float(np.abs(read_sound(line["path"])).max()) > 0.1


@pytest.mark.parametrize(
    "source",
    [
        "raise OSError('PortAudio library not found')",
        "class RawInputStream:\n    pass\n",
        "def query_devices():\n    return []\n",
        "1/0",
    ],
)
def test_machine_without_microphone_proposes_a_file(film: Milimo, tmp_path: Path, source: str) -> None:
    recording = with_library(film, tmp_path / "library", source)
    [line] = list_lines(film)
    done = recording("--json", "line", "record", line["line"], "--seconds", "0.2", "--count-in", "0", code=3)
    assert b"--from" in done.stdout + done.stderr
    assert b"device -1" not in done.stdout + done.stderr
    assert list_lines(film) == [line]


@pytest.mark.long("sound")
def test_line_is_recorded_from_a_sound_server(film: Milimo, tmp_path: Path) -> None:
    if not HAS_SERVER:
        pytest.skip("pulseaudio is not installed")
    folder = tmp_path / "server"
    folder.mkdir()
    [line] = list_lines(film)
    with server(folder) as place:
        env = {"PULSE_SERVER": f"unix:{place}", "HOME": str(folder)}
        tone = (12_000 * np.sin(np.arange(48_000 * 20) * 0.06)).astype("<i2").tobytes()
        # The only source of the server is the monitor of its output, which plays the tone.
        (folder / "tone").write_bytes(tone)
        player = subprocess.Popen(
            ["pacat", "--raw", "--format=s16le", "--rate=48000", "--channels=1", str(folder / "tone")],
            env={**env, "PATH": "/usr/bin:/bin"},
        )
        try:
            recording = Milimo({**film.env, **env}, film.cwd)
            made = recording.json("line", "record", line["line"], "--seconds", "1", "--count-in", "1")
        finally:
            player.kill()
            player.wait()
    assert made["seconds"] == pytest.approx(1)
    sound = read_sound(list_lines(film)[0]["path"])
    assert float(np.abs(sound[4800:]).max()) == pytest.approx(12_000, rel=0.02)
