"""Start a private PulseAudio server for a test, and record its output with times."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from milimo_tui.studio.machine.sound_output import is_server_listening

HAS_SERVER = bool(shutil.which("pulseaudio") and shutil.which("parec"))
RECORDED = 24_000  # samples per second of the recording


def _wait_for(process: subprocess.Popen[bytes]) -> None:
    """Wait at most 20 seconds for a process that was asked to exit, then kill it."""
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def server(folder: Path) -> Iterator[Path]:
    """Yield the socket path of a private PulseAudio server with a null output."""
    place, log = folder / "native", (folder / "log").open("wb")
    process = subprocess.Popen(
        [
            "pulseaudio", "-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1",
            "-L", "module-null-sink sink_name=nobody",
            "-L", f"module-native-protocol-unix socket={place}",
        ],
        env={"HOME": str(folder), "XDG_RUNTIME_DIR": str(folder), "PATH": "/usr/bin:/bin"},
        stdout=log, stderr=log,
    )  # fmt: skip
    try:
        end = time.monotonic() + 20
        while not is_server_listening(f"unix:{place}"):
            assert time.monotonic() < end, (folder / "log").read_text()
            time.sleep(0.05)
        yield place
    finally:
        process.send_signal(signal.SIGTERM)
        _wait_for(process)
        log.close()


class Recorder:
    """A recorder of the server's output in one channel, which stands in for a loudspeaker."""

    def __init__(self, place: Path) -> None:
        self._env = {"PULSE_SERVER": f"unix:{place}", "HOME": str(place.parent), "PATH": "/usr/bin:/bin"}
        self._process = subprocess.Popen(
            ["parec", "--device=nobody.monitor", "--raw", "--format=s16le", f"--rate={RECORDED}",
             "--channels=1", "--latency-msec=20"],
            env=self._env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        # Recorded pieces, each with the time at which its last sample was played
        self._came: list[tuple[float, bytes]] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        while data := os.read(self._process.stdout.fileno(), 1 << 16):
            self._came.append((time.monotonic(), data))

    def heard(self, since: float) -> tuple[float, NDArray[np.float32]]:
        """Return the sound recorded after `since` (monotonic, in seconds), and the time at which its first
        sample was played.
        """
        pieces = [(at, data) for at, data in list(self._came) if at >= since]
        levels = np.frombuffer(b"".join(data for _, data in pieces), "<i2")
        sound = (levels / 32768).astype(np.float32)
        # A piece can arrive late but never early. The earliest start that follows from any piece is therefore
        # the true start.
        counts = np.cumsum([len(data) // 2 for _, data in pieces])
        starts = [at - count / RECORDED for (at, _), count in zip(pieces, counts, strict=True)]
        return float(min(starts)), sound

    def streams(self) -> str:
        """Return PulseAudio's description of the streams that play on the server."""
        words = ["pactl", "list", "sink-inputs"]
        return subprocess.run(words, env=self._env, capture_output=True, text=True, check=True).stdout

    def close(self) -> None:
        self._process.terminate()
        _wait_for(self._process)


@contextmanager
def recorder(place: Path) -> Iterator[Recorder]:
    """Yield a `Recorder` and close it after the test."""
    made = Recorder(place)
    try:
        yield made
    finally:
        made.close()
