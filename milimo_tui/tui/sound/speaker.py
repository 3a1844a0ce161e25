"""The studio's end of the sound process: feeds it and counts what was heard, without ever blocking."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import threading
import time
from typing import Any

from milimo_tui.media.files import helper_process
from milimo_tui.studio.machine.sound_way import find_sound_output, is_server_listening
from milimo_tui.tui.sound.sound import FRAME_BYTES, HEADER, FoundSound

OPEN_SECONDS = 6.0
BETWEEN_SECONDS = 0.05  # Seconds for which playback is assumed to continue without a report.


class Speaker:
    """A device in a separate process, as a `SoundOut`."""

    def __init__(self, process: subprocess.Popen[bytes], sample_rate: int, latency: float) -> None:
        self.sample_rate, self.latency = sample_rate, latency
        self.ended = False
        self._process = process
        self._number = self._fed = self._most = 0
        self._told = (0, 0, 0, time.monotonic())  # The last report: number, heard, taken, time.
        self._commands: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        for work in (self._write_commands, self._read_reports):
            threading.Thread(target=work, daemon=True, name="sound").start()

    def feed(self, pcm: bytes) -> None:
        self._fed += len(pcm) // FRAME_BYTES
        self._commands.put(HEADER.pack(b"F", len(pcm)) + pcm)

    def count_heard(self) -> int:
        number, heard, _, when = self._told
        if number != self._number:
            return 0
        if heard:  # Sound continues between two reports.
            heard += int(min(BETWEEN_SECONDS, max(0.0, time.monotonic() - when)) * self.sample_rate)
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
        """End the process: it exits when its input closes."""
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
            number, heard, taken, self.latency, when = json.loads(line)
            self._told = (number, heard, taken, when)
        self._process.wait()
        self.ended = True
        self._commands.put(None)


def find_sound(sample_rate: int) -> FoundSound:
    """Open the output named by the environment, otherwise the machine's own, in a separate process.

    Blocks while the device is opened, at most six seconds: call it in a thread.
    """
    way = find_sound_output(os.environ)
    if not way.kind:
        return FoundSound(None, way.reason)
    if way.server and not is_server_listening(way.server):
        return FoundSound(
            None, f"no sound: nobody answers at {way.server}; {{home:ui.doctor}} on Home says how"
        )
    process = subprocess.Popen(
        helper_process.make_module_command("milimo_tui.tui.sound.sound_process", str(sample_rate)),
        env=helper_process.make_helper_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Signals from keys of the terminal must not reach the process.
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
