"""Record a line from the microphone, in a process of its own, after a count-in."""

from __future__ import annotations

import contextlib
import json
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from milimo_tui.core.errors import Failed, Unavailable
from milimo_tui.core.safe_text import clean_one_line
from milimo_tui.media.files.helper_process import make_helper_environment, make_module_command

RECORDING_RATE = 48_000
_SLACK_SECONDS = 15.0  # The process may take this much longer than the recording, to open the device.


def record_from_microphone(
    path: Path, seconds: float, *, count_in: int, on_count: Callable[[str], None]
) -> None:
    """Record `seconds` seconds to a WAV file. `on_count` is called with the words of the count-in, one each
    second.

    Raises Unavailable if there is no microphone, Failed if nothing was recorded.
    """
    for number in range(count_in, 0, -1):
        on_count(str(number))
        time.sleep(1)
    on_count("recording")
    module = "milimo_tui.studio.machine.recording_process"
    process = subprocess.Popen(
        make_module_command(module, str(RECORDING_RATE), str(seconds), str(path)),
        env=make_helper_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert process.stdout is not None
        # The pipe of standard input stays open: its end would stop the recording.
        deadline = time.monotonic() + seconds + _SLACK_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        if process.poll() is None:
            raise Failed(
                "the microphone did not answer", "milimo line record LINE --from FILE adds a file instead"
            )
        answer = _parse_answer(process.stdout.read())
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
    if "samples" not in answer:
        why = clean_one_line(str(answer.get("reason", "the recording process ended")), 120)
        raise Unavailable(
            f"no microphone can be used: {why}", "milimo line record LINE --from FILE adds a file instead"
        )
    if not answer["samples"]:
        raise Failed("the microphone gave no sound", "check the input device of this machine")


def _parse_answer(printed: bytes) -> dict[str, object]:
    try:
        answer = json.loads(printed.splitlines()[-1])
    except (IndexError, ValueError):
        return {}
    return answer if isinstance(answer, dict) else {}
