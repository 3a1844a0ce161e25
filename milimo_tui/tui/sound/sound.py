"""The sound output as the player sees it: an output that counts what was heard, and a pipe of waiting
bytes.
"""

from __future__ import annotations

import struct
import threading
from dataclasses import dataclass
from typing import Protocol

CHANNELS = 2
SAMPLE_BYTES = 4  # float32
FRAME_BYTES = CHANNELS * SAMPLE_BYTES
HEADER = struct.Struct("<cI")  # A command to the sound process: its letter, and a number or a byte count.


class SoundOut(Protocol):
    """A stereo float32 output that counts what was heard. Positions are sample frames."""

    @property
    def sample_rate(self) -> int: ...

    @property
    def latency(self) -> float:
        """Seconds from when the device takes sound until it is heard."""
        ...

    def feed(self, pcm: bytes) -> None:
        """Append interleaved float32 stereo."""
        ...

    def count_heard(self) -> int:
        """Return the sample frames of fed sound played since `drop_waiting`; inserted silence never
        counts.
        """
        ...

    def count_waiting(self) -> int:
        """Return the sample frames that were fed and not yet taken by the device."""
        ...

    def drop_waiting(self) -> None:
        """Drop the waiting sound and count from zero again."""
        ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class FoundSound:
    """A device, or None with a sentence for the message line, which names actions as hints do."""

    out: SoundOut | None
    reason: str = ""


class SoundPipe:
    """Bytes between the code that feeds sound and the device's callback, with a count of the frames taken."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._bytes = bytearray()
        self._taken = 0

    def feed(self, pcm: bytes) -> None:
        with self._lock:
            self._bytes += pcm

    def take_padded(self, frames: int) -> bytes:
        """Take exactly `frames` sample frames, padded with silence; only real frames count."""
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
        """The sample frames taken since the last `drop_waiting`."""
        with self._lock:
            return self._taken

    def count_waiting(self) -> int:
        """Return the waiting sample frames."""
        with self._lock:
            return len(self._bytes) // FRAME_BYTES

    def drop_waiting(self) -> None:
        """Drop the waiting sound and count from zero again."""
        with self._lock:
            self._bytes.clear()
            self._taken = 0
