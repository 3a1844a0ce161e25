"""The devices that sound is played on: a PulseAudio server through its simple client library, or an output of
this machine through PortAudio. For the sound process alone: they block, and their libraries print.
"""

from __future__ import annotations

import ctypes
import threading
import time
from array import array
from collections.abc import Mapping
from typing import Any

from milimo_tui.core.errors import Unavailable
from milimo_tui.studio.machine.sound_way import find_way, load_pulse
from milimo_tui.tui.sound.sound import CHANNELS, FRAME_BYTES, FoundSound, Pipe

BLOCK = 1024  # sample frames a callback: about 21 ms at 48 kHz
WRITE_SECONDS = 0.02
BUFFER_SECONDS, FIRST_SECONDS = 0.2, 0.04  # kept in the server; there before it begins
WAKE_SECONDS, REST_SECONDS = 1.3, 2.0  # a device that rested so long is asleep; so long it may take to wake
_PLAYBACK, _S16, _FLOAT32 = 1, 3, 5  # pulse/def.h, pulse/sample.h
_LATER = 0xFFFFFFFF  # of a buffer: as the server thinks best


class Device:
    """The default output of the machine, through PortAudio."""

    def __init__(self, library: Any, sample_rate: int) -> None:
        self.sample_rate = sample_rate
        self._pipe = Pipe()
        self._stream = library.RawOutputStream(
            samplerate=sample_rate, blocksize=BLOCK, channels=CHANNELS, dtype="float32", callback=self._fill
        )
        self._stream.start()

    @property
    def latency(self) -> float:
        return float(self._stream.latency)

    def _fill(self, out: Any, frames: int, time: Any, status: Any) -> None:
        out[:] = self._pipe.take(frames)

    def feed(self, pcm: bytes) -> None:
        self._pipe.feed(pcm)

    def heard(self) -> int:
        return max(0, self._pipe.taken - int(self.latency * self.sample_rate))

    def waiting(self) -> int:
        return self._pipe.waiting()

    def cut(self) -> None:
        self._pipe.cut()

    def close(self) -> None:
        self._stream.abort()
        self._stream.close()


class _Spec(ctypes.Structure):
    """pa_sample_spec."""

    _fields_ = (("format", ctypes.c_int), ("rate", ctypes.c_uint32), ("channels", ctypes.c_uint8))


class _Buffer(ctypes.Structure):
    """pa_buffer_attr, in bytes."""

    _fields_ = tuple(
        (name, ctypes.c_uint32) for name in ("maxlength", "tlength", "prebuf", "minreq", "fragsize")
    )


class PulseDevice:
    """A stream at a PulseAudio server. A thread of its own writes: a write waits until there is room.

    Where nothing plays no sound is sent, for the line's sake. Over the network samples have 16 bits, half of
    what they have here: 1.6 Mbit/s, of which a fifth of a second is on its way at most.
    """

    def __init__(self, library: ctypes.CDLL, sample_rate: int, server: str) -> None:
        """Connect. Raises Unavailable with the server's reason."""
        self.sample_rate, self.latency = sample_rate, BUFFER_SECONDS + WAKE_SECONDS
        self._library = library
        library.pa_simple_new.restype = ctypes.c_void_p
        library.pa_simple_get_latency.restype = ctypes.c_uint64
        self._is_far = "tcp" in server
        width = CHANNELS * 2 if self._is_far else FRAME_BYTES
        spec = _Spec(_S16 if self._is_far else _FLOAT32, sample_rate, CHANNELS)
        tlength, prebuf = (int(seconds * sample_rate) * width for seconds in (BUFFER_SECONDS, FIRST_SECONDS))
        buffer = _Buffer(_LATER, tlength, prebuf, _LATER, _LATER)
        self._error = ctypes.c_int()
        stream = library.pa_simple_new(
            server.encode() or None, b"Milimo", _PLAYBACK, None, b"film", ctypes.byref(spec), None,
            ctypes.byref(buffer), ctypes.byref(self._error),
        )  # fmt: skip
        if not stream:
            raise Unavailable(self._why())
        self._stream = ctypes.c_void_p(stream)
        self._pipe = Pipe()
        self._changed = threading.Condition()
        self._turn = 0  # of cuts
        self._heard, self._at = 0, 0.0  # in sample frames, and when that was so
        self._written = 0
        self._open = True
        threading.Thread(target=self._work, daemon=True).start()

    def _why(self) -> str:
        library = ctypes.CDLL("libpulse.so.0")
        library.pa_strerror.restype = ctypes.c_char_p
        words: bytes = library.pa_strerror(self._error)
        return words.decode(errors="replace").lower()

    def feed(self, pcm: bytes) -> None:
        self._pipe.feed(pcm)
        with self._changed:
            self._changed.notify_all()

    def heard(self) -> int:
        with self._changed:
            since = min(WRITE_SECONDS, time.monotonic() - self._at)
            return min(self._written, self._heard + int(since * self.sample_rate)) if self._heard else 0

    def waiting(self) -> int:
        return self._pipe.waiting()

    def cut(self) -> None:
        with self._changed:
            self._pipe.cut()
            self._turn += 1
            self._heard = self._written = 0
            if time.monotonic() - self._at > REST_SECONDS:
                self.latency = BUFFER_SECONDS + WAKE_SECONDS
            self._changed.notify_all()

    def close(self) -> None:
        with self._changed:
            self._open = False
            self._changed.notify_all()

    def _work(self) -> None:
        turn, block = 0, int(WRITE_SECONDS * self.sample_rate)
        while self._open:
            with self._changed:
                if turn == self._turn and not self._pipe.waiting():
                    self._changed.wait(WRITE_SECONDS if self._heard < self._written else None)
                is_cut, turn = turn != self._turn, self._turn
                pcm = self._pipe.take_fed(block)
            if is_cut:
                self._library.pa_simple_flush(self._stream, ctypes.byref(self._error))
            if pcm:
                data = in_16_bits(pcm) if self._is_far else pcm
                size = ctypes.c_size_t(len(data))
                if self._library.pa_simple_write(self._stream, data, size, ctypes.byref(self._error)) < 0:
                    return  # the server has gone: who listens sees that nothing is heard any more
            behind = self._library.pa_simple_get_latency(self._stream, ctypes.byref(self._error)) / 1e6
            with self._changed:
                if turn == self._turn:
                    self._written += len(pcm) // FRAME_BYTES
                    self._measure(behind)

    def _measure(self, behind: float) -> None:
        """Take note of what is heard now. A server tells of sound played before it has begun, until it has
        taken more than it keeps.
        """
        if self._written > BUFFER_SECONDS * self.sample_rate:
            self.latency, self._at = behind, time.monotonic()
            self._heard = max(self._heard, min(self._written, self._written - int(behind * self.sample_rate)))


def in_16_bits(pcm: bytes) -> bytes:
    """Return float32 samples as little-endian int16."""
    return array("h", [max(-32768, min(32767, round(one * 32767))) for one in array("f", pcm)]).tobytes()


def open_device(sample_rate: int, environ: Mapping[str, str]) -> FoundSound:
    """Open what the environment names, else the machine's default output. Blocks meanwhile."""
    way = find_way(environ)
    if way.kind == "pulse":
        found = _open_pulse(sample_rate, way.server)
        if found.out is not None or way.server:
            return found  # sound that was asked for there is not to come out of another machine
    return _open_port(sample_rate) if way.kind else FoundSound(None, way.reason)


def _open_pulse(sample_rate: int, server: str) -> FoundSound:
    library = load_pulse()
    if library is None:
        return FoundSound(None, "no sound: PULSE_SERVER needs a library here (apt install libpulse0)")
    try:
        return FoundSound(PulseDevice(library, sample_rate, server))
    except Unavailable as error:
        return FoundSound(None, f"no sound: {server or 'the sound server'} says {error.message}")


def _open_port(sample_rate: int) -> FoundSound:
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
