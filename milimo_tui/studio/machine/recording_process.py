"""The process that records from the microphone. The device's libraries can block, print or crash here without
stopping the studio.

Started as `python -m milimo_tui.studio.machine.recording_process RATE SECONDS FILE`. It writes a WAV file of
16 bits on one channel. It prints one line of JSON: `{"samples": count}` or `{"reason": text}`. It stops when
its standard input closes or the seconds are over.
"""

from __future__ import annotations

import json
import os
import queue
import select
import sys
import time
import wave
from typing import Any

_POLL_SECONDS = 0.05


def main(rate: int, seconds: float, path: str) -> int:
    """Record and print the result. Return the exit status."""
    try:
        import sounddevice

        blocks: queue.SimpleQueue[bytes] = queue.SimpleQueue()

        def take_block(data: Any, frames: int, times: Any, status: Any) -> None:
            blocks.put(bytes(data))

        stream = sounddevice.RawInputStream(samplerate=rate, channels=1, dtype="int16", callback=take_block)
    except Exception as error:  # noqa: BLE001  the library raises errors of many classes
        _print_recording_answer({"reason": str(error) or type(error).__name__})
        return 1
    left, end = round(seconds * rate), time.monotonic() + seconds + 5
    written = 0
    with wave.open(path, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        with stream:
            while left > 0 and time.monotonic() < end and not _has_input_ended():
                try:
                    block = blocks.get(timeout=_POLL_SECONDS)[: 2 * left]
                except queue.Empty:
                    continue
                file.writeframes(block)
                left -= len(block) // 2
                written += len(block) // 2
    _print_recording_answer({"samples": written})
    return 0


def _print_recording_answer(answer: dict[str, Any]) -> None:
    sys.stdout.write(f"{json.dumps(answer)}\n")
    sys.stdout.flush()


def _has_input_ended() -> bool:
    ready, _, _ = select.select([sys.stdin], [], [], 0)
    return bool(ready) and not os.read(sys.stdin.fileno(), 1)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3]))
