"""Record a line from the microphone, in a process of its own, after a count-in."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from milimo_tui.core.errors import Failed, Unavailable
from milimo_tui.core.safe_text import clean_one_line
from milimo_tui.media.files.helper_process import make_helper_environment, make_module_command

RECORDING_RATE = 48_000
COUNT_IN = 3  # The usual number of seconds that are counted before the recording.
_MODULE = "milimo_tui.studio.machine.recording_process"
_SLACK_SECONDS = 15.0  # The process may take this much longer than the recording, to open the device.
_POLL_SECONDS = 0.02


class MicrophoneRecording:
    """A recording from the microphone. Use it in a `with` block, which ends the process.

    No method waits, so that a screen can call them between its key presses. `level` is the newest peak from 0
    to 1. `is_ready` is True when the microphone is open, and `has_ended` when the process has ended.
    """

    def __init__(self, path: Path, seconds: float, *, line: str) -> None:
        """Open the microphone. At most `seconds` seconds will be recorded to the WAV file `path`. `line` is
        the recorded line, such as “3C.1”, for messages.
        """
        self._hint = f"record from a file: milimo line record {line} --from FILE"
        self.level = 0.0
        self.is_ready = False
        self._answer: dict[str, object] = {}
        self._text = b""
        self._process = subprocess.Popen(
            make_module_command(_MODULE, str(RECORDING_RATE), str(seconds), str(path)),
            env=make_helper_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self._process.stdout is not None
        os.set_blocking(self._process.stdout.fileno(), False)

    def __enter__(self) -> MicrophoneRecording:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        self._process.wait()
        self.stop()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def start(self) -> None:
        """Begin to record."""
        if self._process.stdin is not None:
            with contextlib.suppress(BrokenPipeError, ValueError):
                self._process.stdin.write(b"r")
                self._process.stdin.flush()

    def stop(self) -> None:
        """End the recording. The process then writes its file and ends."""
        if self._process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.close()

    @property
    def has_ended(self) -> bool:
        """True if the process has ended. Reads what it printed."""
        has_ended = self._process.poll() is not None
        self._read_lines()
        return has_ended

    def require_opened(self) -> None:
        """Raise Unavailable if the microphone is not open."""
        if not self.is_ready:
            why = clean_one_line(str(self._answer.get("reason", "the device does not answer")), 120)
            raise Unavailable(f"no microphone can be used: {why}", self._hint)

    def require_sound(self) -> None:
        """Raise Failed if nothing was recorded. The process must have ended."""
        if "samples" not in self._answer:
            raise Failed("the microphone did not answer", self._hint)
        if not self._answer["samples"]:
            raise Failed("the microphone gave no sound", "check the input device of this machine")

    def _read_lines(self) -> None:
        stdout = self._process.stdout
        while stdout is not None and not stdout.closed and (data := stdout.read(1 << 16)):
            self._text += data
        *lines, self._text = self._text.split(b"\n")
        for line in lines:
            with contextlib.suppress(ValueError):
                answer = json.loads(line)
                if isinstance(answer, dict):
                    self._take_answer(answer)

    def _take_answer(self, answer: dict[str, object]) -> None:
        level = answer.get("level")
        if isinstance(level, int | float):
            self.level = float(level)
        self.is_ready = self.is_ready or "ready" in answer
        self._answer |= answer


def record_from_microphone(
    path: Path, seconds: float, *, line: str, count_in: int, on_count: Callable[[str], None]
) -> None:
    """Record `seconds` seconds to a WAV file, and wait until it is complete. `on_count` is called with the
    words of the count-in, one each second.

    Raises Unavailable if there is no microphone, Failed if nothing was recorded.
    """
    with MicrophoneRecording(path, seconds, line=line) as recording:
        _wait(lambda: recording.has_ended or recording.is_ready, _SLACK_SECONDS)
        recording.require_opened()
        for number in range(count_in, 0, -1):
            on_count(str(number))
            time.sleep(1)
        on_count("recording")
        recording.start()
        _wait(lambda: recording.has_ended, seconds + _SLACK_SECONDS)
        recording.require_sound()


def _wait(condition: Callable[[], bool], seconds: float) -> None:
    """Wait until a condition is True, for at most `seconds` seconds."""
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
