"""The process that records from the microphone. The device's libraries can block, print or crash here without
stopping the studio.

Started as `python -m milimo_tui.studio.machine.recording_process RATE SECONDS FILE`. It opens the microphone
and prints `{"ready": true}`, or `{"reason": text}` and ends. A byte on its standard input begins the
recording: a WAV file of 16 bits on one channel. While it records, it prints `{"level": peak}` from 0 to 1,
ten times a second. The recording stops when standard input closes or the seconds are over. The last line is
`{"samples": count}`.
"""

from __future__ import annotations

import json
import os
import queue
import select
import sys
import time
import wave
from array import array
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

from milimo_tui.studio.machine.pulse_microphone import PulseMicrophone, is_pulse_server_set

_POLL_SECONDS = 0.05
_SILENT_SECONDS = 5.0
_LEVEL_SAMPLES = 4800  # The number of samples after which a level is printed.


def main(rate: int, seconds: float, path: str) -> int:
    """Record and print the result. Return the exit status."""
    blocks: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    try:
        stream = _open_microphone(rate, blocks)
    except Exception as error:  # noqa: BLE001  the library raises errors of many classes
        _print_recording_answer({"reason": str(error) or type(error).__name__})
        return 1
    written = 0
    with wave.open(path, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        with stream:
            _print_recording_answer({"ready": True})
            if _wait_for_start(blocks):
                for block in _iterate_blocks(blocks, round(seconds * rate)):
                    file.writeframes(block)
                    written += len(block) // 2
                    _print_recording_answer({"level": round(_measure_peak(block), 3)})
    _print_recording_answer({"samples": written})
    return 0


def _open_microphone(rate: int, blocks: queue.SimpleQueue[bytes]) -> AbstractContextManager[Any]:
    """Return a context in which the microphone puts its sound into `blocks`. Raises errors of libraries."""
    if is_pulse_server_set():
        return PulseMicrophone(rate, blocks.put)
    import sounddevice

    if not any(device["max_input_channels"] for device in sounddevice.query_devices()):
        raise OSError("this machine has no input device")

    def take_block(data: Any, frames: int, times: Any, status: Any) -> None:
        blocks.put(bytes(data))

    stream: AbstractContextManager[Any] = sounddevice.RawInputStream(
        samplerate=rate, channels=1, dtype="int16", callback=take_block
    )
    return stream


def _wait_for_start(blocks: queue.SimpleQueue[bytes]) -> bool:
    """Drop sound until a byte arrives on standard input. Return False if standard input closed instead."""
    while not select.select([sys.stdin], [], [], _POLL_SECONDS)[0]:
        _drop_blocks(blocks)
    _drop_blocks(blocks)
    return bool(os.read(sys.stdin.fileno(), 1))


def _drop_blocks(blocks: queue.SimpleQueue[bytes]) -> None:
    while not blocks.empty():
        blocks.get()


def _iterate_blocks(blocks: queue.SimpleQueue[bytes], samples: int) -> Iterator[bytes]:
    """Yield the sound in blocks of about a tenth of a second, until `samples` samples were yielded or
    standard input closes. A device that sends nothing for five seconds ends the recording.
    """
    heard = time.monotonic()
    waiting, size = bytearray(), 0
    while samples > 0 and time.monotonic() < heard + _SILENT_SECONDS and not _has_input_ended():
        try:
            waiting += blocks.get(timeout=_POLL_SECONDS)
        except queue.Empty:
            continue
        heard = time.monotonic()
        size = min(len(waiting) // 2, samples)
        if size >= _LEVEL_SAMPLES or size == samples:
            yield bytes(waiting[: 2 * size])
            samples -= size
            del waiting[: 2 * size]
    if waiting and samples > 0:
        yield bytes(waiting[: 2 * min(len(waiting) // 2, samples)])


def _measure_peak(block: bytes) -> float:
    """Return the largest sample of a block of 16-bit sound, from 0 to 1."""
    samples = array("h", block)
    return max((abs(sample) for sample in samples), default=0) / 32768


def _print_recording_answer(answer: dict[str, Any]) -> None:
    sys.stdout.write(f"{json.dumps(answer)}\n")
    sys.stdout.flush()


def _has_input_ended() -> bool:
    ready, _, _ = select.select([sys.stdin], [], [], 0)
    return bool(ready) and not os.read(sys.stdin.fileno(), 1)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3]))
