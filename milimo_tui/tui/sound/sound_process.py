"""The process that owns the sound device. The device's libraries can block, print or crash here without
stopping the studio.

Started as `python -m milimo_tui.tui.sound.sound_process RATE`. It ends when its standard input closes. It
reads these commands:

- `F`, a byte count, and that many bytes of sound to play.
- `C` and a number: drop the waiting sound, and count sample frames from zero again. Reports show the number.

It writes lines of JSON. The first line is `{"latency": seconds}` or `{"reason": text}`. During playback each
line is `[number, heard, taken, latency, monotonic time]`.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from typing import BinaryIO

from milimo_tui.tui.sound.sound import FRAME_BYTES, HEADER, SoundOut
from milimo_tui.tui.sound.sound_device import open_device

REPORT_SECONDS = 0.02


class CountedDevice:
    """A sound device with a count of the sample frames fed to it. The count began with the last C command
    (see the module docstring), whose number is stored here too.
    """

    def __init__(self, out: SoundOut) -> None:
        self._out = out
        self._lock = threading.Lock()
        self._number = self._fed = 0

    def feed(self, pcm: bytes) -> None:
        with self._lock:
            self._fed += len(pcm) // FRAME_BYTES
            self._out.feed(pcm)

    def restart_count(self, number: int) -> None:
        """Drop the waiting sound and count again under a new number."""
        with self._lock:
            self._number, self._fed = number, 0
            self._out.drop_waiting()

    def read_state(self) -> tuple[int, int, int]:
        """Return the number of the last C command, and the sample frames heard and taken by the device since
        then.
        """
        with self._lock:
            return self._number, self._out.count_heard(), self._fed - self._out.count_waiting()

    @property
    def latency(self) -> float:
        return self._out.latency


def report_state(device: CountedDevice, sink: BinaryIO) -> None:
    """Write the state of the device to `sink` as JSON whenever the state has changed. Never returns."""
    last = (0, 0, 0)
    while True:
        state = device.read_state()
        if state != last:
            last = state
            _write_json_line(sink, [*state, device.latency, time.monotonic()])
        time.sleep(REPORT_SECONDS)


def _write_json_line(sink: BinaryIO, value: object) -> None:
    try:
        sink.write(json.dumps(value).encode() + b"\n")
        sink.flush()
    except OSError:
        os._exit(0)


def main() -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sink = os.fdopen(os.dup(1), "wb")
    # Text that a library prints goes to standard error, so that it cannot mix with the reports.
    os.dup2(2, 1)
    found = open_device(int(sys.argv[1]), os.environ)
    if found.out is None:
        _write_json_line(sink, {"reason": found.reason})
        return 0
    device = CountedDevice(found.out)
    _write_json_line(sink, {"latency": found.out.latency})
    threading.Thread(target=report_state, args=(device, sink), daemon=True).start()
    while len(header := sys.stdin.buffer.read(HEADER.size)) == HEADER.size:
        command, value = HEADER.unpack(header)
        if command == b"F":
            device.feed(sys.stdin.buffer.read(value))
        else:
            device.restart_count(value)
    return 0


if __name__ == "__main__":
    code = main()
    # A thread may block in the device for any time, so the process exits without waiting for it.
    os._exit(code)
