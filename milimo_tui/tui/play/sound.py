"""Where sound goes: a device found at run time through `sounddevice`, or nowhere with the reason why.

Imported lazily and off the event loop; everything else here works without a sound library.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any, Protocol

CHANNELS = 2
SAMPLE_BYTES = 4  # float32
FRAME_BYTES = CHANNELS * SAMPLE_BYTES
BLOCK = 1024  # sample frames a callback: about 21 ms at 48 kHz


class SoundOut(Protocol):
    """A stereo float32 output that counts what was heard. Positions are sample frames."""

    @property
    def sample_rate(self) -> int: ...

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
        wanted = frames * FRAME_BYTES
        with self._lock:
            pcm = bytes(self._bytes[:wanted])
            del self._bytes[:wanted]
            self._taken += len(pcm) // FRAME_BYTES
        return pcm.ljust(wanted, b"\0")

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


class Device:
    """The default output of the machine. Built by `find_sound`, which knows the library is there."""

    def __init__(self, library: Any, sample_rate: int) -> None:
        self.sample_rate = sample_rate
        self._pipe = Pipe()
        self._stream = library.RawOutputStream(
            samplerate=sample_rate, blocksize=BLOCK, channels=CHANNELS, dtype="float32", callback=self._fill
        )
        self._stream.start()

    def _fill(self, out: Any, frames: int, time: Any, status: Any) -> None:
        out[:] = self._pipe.take(frames)

    def feed(self, pcm: bytes) -> None:
        self._pipe.feed(pcm)

    def heard(self) -> int:
        behind = int(self._stream.latency * self.sample_rate)
        return max(0, self._pipe.taken - behind)

    def waiting(self) -> int:
        return self._pipe.waiting()

    def cut(self) -> None:
        self._pipe.cut()

    def close(self) -> None:
        self._stream.abort()
        self._stream.close()


@dataclass(frozen=True, slots=True)
class FoundSound:
    """A device, or None with the sentence for the message line."""

    out: SoundOut | None
    reason: str = ""


def find_sound(sample_rate: int) -> FoundSound:
    """Open the default output. Blocks for the library's own start (call it in a thread)."""
    try:
        import sounddevice
    except (ImportError, OSError):
        return FoundSound(None, "no sound: the PortAudio library is missing (apt install libportaudio2)")
    try:
        sounddevice.query_devices(kind="output")
        return FoundSound(Device(sounddevice, sample_rate))
    except (sounddevice.PortAudioError, ValueError) as error:
        detail = str(error).partition("[")[0].strip()
        return FoundSound(None, f"no sound: this machine has no output device ({detail})")
