"""The studio's end of the connection to the sound process. It sends sound and counts the heard sample frames,
and never blocks.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import threading
import time
from typing import Any

from milimo_tui.media.files import helper_process
from milimo_tui.studio.machine.sound_output import find_sound_output, is_server_listening
from milimo_tui.tui.sound.sound import FRAME_BYTES, HEADER, FoundSound

OPEN_SECONDS = 6.0
# If no report arrives, the count of heard sample frames is advanced for at most this number of seconds after
# the last report.
BETWEEN_SECONDS = 0.05


class Speaker:
    """A sound output whose device is in a separate process. Has the interface of `SoundOut`."""

    def __init__(self, process: subprocess.Popen[bytes], sample_rate: int, latency: float) -> None:
        self.sample_rate, self.latency = sample_rate, latency
        self.ended = False
        self._process = process
        self._number = self._fed = self._most = 0
        # The last report of the process: command number, sample frames heard and taken, and the time
        # (monotonic, s).
        self._told = (0, 0, 0, time.monotonic())
        self._commands: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        for work in (self._write_commands, self._read_reports):
            threading.Thread(target=work, daemon=True, name="sound").start()

    def feed(self, pcm: bytes) -> None:
        self._fed += len(pcm) // FRAME_BYTES
        self._commands.put(HEADER.pack(b"F", len(pcm)) + pcm)

    def count_heard(self) -> int:
        number, heard, _, reported_at = self._told
        if number != self._number:
            return 0
        if heard:  # The sound has played on since the last report, so the time since then is added.
            heard += int(min(BETWEEN_SECONDS, max(0.0, time.monotonic() - reported_at)) * self.sample_rate)
        self._most = max(self._most, min(heard, self._fed))
        return self._most

    def count_waiting(self) -> int:
        number, _, taken, _ = self._told
        return self._fed - taken if number == self._number else self._fed

    def drop_waiting(self) -> None:
        self._number += 1
        self._fed = self._most = 0
        self._commands.put(HEADER.pack(b"C", self._number))

    def close(self) -> None:
        """Close the input of the sound process, which then exits."""
        self._commands.put(None)

    def _write_commands(self) -> None:
        assert self._process.stdin is not None
        try:
            while (command := self._commands.get()) is not None:
                self._process.stdin.write(command)
                self._process.stdin.flush()
            self._process.stdin.close()
        except OSError:
            self.ended = True

    def _read_reports(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            number, heard, taken, self.latency, reported_at = json.loads(line)
            self._told = (number, heard, taken, reported_at)
        self._process.wait()
        self.ended = True
        self._commands.put(None)


def find_sound(sample_rate: int) -> FoundSound:
    """Start the sound process, which opens the output that the environment variables name, otherwise the
    machine's default output.

    Blocks until the device is open, at most six seconds, so call this function in a thread.
    """
    output = find_sound_output(os.environ)
    if not output.kind:
        return FoundSound(None, output.reason)
    if output.server and not is_server_listening(output.server):
        return FoundSound(
            None, f"no sound: no server answers at {output.server}; {{home:ui.doctor}} on Home says how"
        )
    process = subprocess.Popen(
        helper_process.make_module_command("milimo_tui.tui.sound.sound_process", str(sample_rate)),
        env=helper_process.make_helper_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        # A key such as Ctrl-C sends a signal to the terminal's processes; the sound process must not get the
        # signal.
        start_new_session=True,
    )
    late = threading.Timer(OPEN_SECONDS, process.kill)
    late.daemon = True
    late.start()
    assert process.stdout is not None
    line = process.stdout.readline()
    late.cancel()
    hello: dict[str, Any] = json.loads(line) if line.endswith(b"\n") else {}
    if "latency" not in hello:
        process.communicate()
        return FoundSound(None, hello.get("reason", "no sound: its device does not answer"))
    return FoundSound(Speaker(process, sample_rate, hello["latency"]))
