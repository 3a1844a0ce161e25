"""The interface of a sound output as the player uses it, and a buffer for sound that waits for the device."""

from __future__ import annotations

import struct
import threading
from dataclasses import dataclass
from typing import Protocol

CHANNELS = 2
SAMPLE_BYTES = 4  # Bytes of a float32 sample.
FRAME_BYTES = CHANNELS * SAMPLE_BYTES
# Header of a command to the sound process: a letter, then a number or the length of the data in bytes.
HEADER = struct.Struct("<cI")


class SoundOut(Protocol):
    """A stereo float32 output that counts the sound that was heard. Positions and counts are in sample
    frames.
    """

    @property
    def sample_rate(self) -> int: ...

    @property
    def latency(self) -> float:
        """Seconds between the time at which the device takes sound and the time at which the sound is
        heard.
        """
        ...

    def feed(self, pcm: bytes) -> None:
        """Add sound to the end of the sound that waits for the device. `pcm` is interleaved float32
        stereo.
        """
        ...

    def count_heard(self) -> int:
        """Return the number of sample frames heard since the last call of `drop_waiting`. Silence inserted by
        the device does not count.
        """
        ...

    def count_waiting(self) -> int:
        """Return the number of sample frames that were fed but not taken by the device yet."""
        ...

    def drop_waiting(self) -> None:
        """Drop the sound that the device has not taken yet, and count the heard sample frames from zero
        again.
        """
        ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class FoundSound:
    """The result of a search for a sound device: the device, or None and the reason.

    The reason is a sentence for the message line, in which key commands are written as in hints.
    """

    out: SoundOut | None
    reason: str = ""


class SoundPipe:
    """A thread-safe buffer between the code that feeds sound and the device that takes sound. Counts the
    sample frames that were taken.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._bytes = bytearray()
        self._taken = 0

    def feed(self, pcm: bytes) -> None:
        with self._lock:
            self._bytes += pcm

    def take_padded(self, frames: int) -> bytes:
        """Take exactly `frames` sample frames. Missing sound is replaced by silence, which does not count as
        taken.
        """
        return self.take_available(frames).ljust(frames * FRAME_BYTES, b"\0")

    def take_available(self, frames: int) -> bytes:
        """Take the waiting sound, at most `frames` sample frames."""
        with self._lock:
            pcm = bytes(self._bytes[: frames * FRAME_BYTES])
            del self._bytes[: frames * FRAME_BYTES]
            self._taken += len(pcm) // FRAME_BYTES
        return pcm

    @property
    def taken(self) -> int:
        """The number of sample frames taken since the last `drop_waiting`."""
        with self._lock:
            return self._taken

    def count_waiting(self) -> int:
        """Return the number of waiting sample frames."""
        with self._lock:
            return len(self._bytes) // FRAME_BYTES

    def drop_waiting(self) -> None:
        """Drop the waiting sound and count the taken sample frames from zero again."""
        with self._lock:
            self._bytes.clear()
            self._taken = 0
