"""Where sound goes, as the player knows it: an output that counts what was heard, and bytes on their way."""

from __future__ import annotations

import struct
import threading
from dataclasses import dataclass
from typing import Protocol

CHANNELS = 2
SAMPLE_BYTES = 4  # float32
FRAME_BYTES = CHANNELS * SAMPLE_BYTES
HEADER = struct.Struct("<cI")  # what the sound process is given: a command, and a number or how many bytes


class SoundOut(Protocol):
    """A stereo float32 output that counts what was heard. Positions are sample frames."""

    @property
    def sample_rate(self) -> int: ...

    @property
    def latency(self) -> float:
        """Return the seconds from when the device takes sound until it is heard."""
        ...

    def feed(self, pcm: bytes) -> None:
        """Append interleaved float32 stereo."""
        ...

    def heard(self) -> int:
        """Return the sample frames of fed sound played since `cut`; filled-in silence never counts."""
        ...

    def waiting(self) -> int:
        """Return the sample frames fed and not yet taken by the device."""
        ...

    def cut(self) -> None:
        """Drop what waits and count from zero again."""
        ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class FoundSound:
    """A device, or None with the sentence for the message line, which names acts as hints do."""

    out: SoundOut | None
    reason: str = ""


class Pipe:
    """Bytes between a feeder and the device's callback, with the count of what went through."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._bytes = bytearray()
        self._taken = 0

    def feed(self, pcm: bytes) -> None:
        with self._lock:
            self._bytes += pcm

    def take(self, frames: int) -> bytes:
        """Take exactly that many sample frames, silence where nothing waits; only real ones count."""
        return self.take_fed(frames).ljust(frames * FRAME_BYTES, b"\0")

    def take_fed(self, frames: int) -> bytes:
        """Take what waits, at most that many sample frames."""
        with self._lock:
            pcm = bytes(self._bytes[: frames * FRAME_BYTES])
            del self._bytes[: frames * FRAME_BYTES]
            self._taken += len(pcm) // FRAME_BYTES
        return pcm

    @property
    def taken(self) -> int:
        with self._lock:
            return self._taken

    def waiting(self) -> int:
        with self._lock:
            return len(self._bytes) // FRAME_BYTES

    def cut(self) -> None:
        with self._lock:
            self._bytes.clear()
            self._taken = 0
