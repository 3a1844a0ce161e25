"""The devices that sound is played on: a PulseAudio server through its simple client library, or an output of
this machine through PortAudio. For the sound process alone: they block, and their libraries print.
"""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from milimo_tui.core.errors import Unavailable
from milimo_tui.studio.machine.sound_way import find_way, is_far, load_pulse
from milimo_tui.tui.sound.line_format import LineFormat, Packer, best_format
from milimo_tui.tui.sound.sound import CHANNELS, FRAME_BYTES, FoundSound, Pipe

BLOCK = 1024  # sample frames a callback: about 21 ms at 48 kHz
WRITE_SECONDS = 0.02
BUFFER_SECONDS, FIRST_SECONDS = 0.2, 0.04  # kept in the server; there before it begins
IN_PACE = 3  # times that a server's word must agree with the time, before it is taken
PROBE = 20_000  # bytes that tell how fast a line is
WAKE_SECONDS, REST_SECONDS = 1.3, 2.0  # a device that rested so long is asleep; so long it may take to wake
_PLAYBACK, _ULAW, _S16, _FLOAT32 = 1, 2, 3, 5  # pulse/def.h, pulse/sample.h
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


@dataclass(frozen=True, slots=True)
class Way:
    """How a stream goes to its server: the form of its sound, None for float32 as it is fed, and the seconds
    there and back.
    """

    form: LineFormat | None = None
    trip: float = 0.0

    @property
    def buffer(self) -> float:
        """Return the seconds to ask of the server for its buffer.

        It gives half of them to its device, asks for sound when the other half has gone, and has it a round
        trip later: with less than twice that it starves (pulsecore/protocol-native.c: adjust_latency). As
        much again for what comes late.
        """
        return BUFFER_SECONDS + 4 * self.trip

    @property
    def first(self) -> float:
        """Return the seconds of sound that are to be there before it begins.

        The device takes its half at once: with less it would run dry, and ask for all anew, again and again.
        """
        return self.buffer / 2 if self.form else FIRST_SECONDS


class Simple:
    """A stream of PulseAudio's simple library. Its functions wait for the server."""

    def __init__(
        self, library: ctypes.CDLL, server: str, spec: tuple[int, int, int], tlength: int, prebuf: int
    ) -> None:
        """`spec` is format, rate and channels, buffers are in bytes. Raises Unavailable with its reason."""
        library.pa_simple_new.restype = ctypes.c_void_p
        library.pa_simple_get_latency.restype = ctypes.c_uint64
        self._library = library
        self._error = ctypes.c_int()
        stream = library.pa_simple_new(
            server.encode() or None, b"Milimo", _PLAYBACK, None, b"film", ctypes.byref(_Spec(*spec)), None,
            ctypes.byref(_Buffer(_LATER, tlength, prebuf, _LATER, _LATER)), ctypes.byref(self._error),
        )  # fmt: skip
        if not stream:
            raise Unavailable(self._why())
        self._stream = ctypes.c_void_p(stream)

    def _why(self) -> str:
        library = ctypes.CDLL("libpulse.so.0")
        library.pa_strerror.restype = ctypes.c_char_p
        words: bytes = library.pa_strerror(self._error)
        return words.decode(errors="replace").lower()

    def write(self, data: bytes) -> bool:
        """Write once there is room; False where the server has gone."""
        size = ctypes.c_size_t(len(data))
        written: int = self._library.pa_simple_write(self._stream, data, size, ctypes.byref(self._error))
        return written >= 0

    def flush(self) -> None:
        """Drop what the server has. Answered by it: behind all that was written."""
        self._library.pa_simple_flush(self._stream, ctypes.byref(self._error))

    def behind(self) -> float:
        """Return in how many seconds what was written last is heard."""
        taken: int = self._library.pa_simple_get_latency(self._stream, ctypes.byref(self._error))
        return taken / 1e6

    def free(self) -> None:
        self._library.pa_simple_free(self._stream)


def measured_way(library: ctypes.CDLL, server: str, sample_rate: int) -> Way:
    """Measure the line to a server: a round trip, and how fast silence goes there that nobody hears.

    Takes five round trips, and what PROBE bytes take. Raises Unavailable with the server's reason.
    """
    stream = Simple(library, server, (_S16, sample_rate, CHANNELS), 4 * PROBE, 4 * PROBE)
    try:
        began = time.monotonic()
        stream.flush()
        trip = time.monotonic() - began
        stream.write(bytes(PROBE))
        stream.flush()
        took = max(0.001, time.monotonic() - began - 2 * trip)
    finally:
        stream.free()
    return Way(best_format(PROBE / took, sample_rate), trip)


class PulseDevice:
    """A stream at a PulseAudio server. A thread of its own writes: a write waits until there is room.

    Where nothing plays no sound is sent, for the line's sake. Over the network it goes in the form that the
    line has room for, and so much is on its way that the server has some while it asks for more.
    """

    def __init__(self, library: ctypes.CDLL, sample_rate: int, server: str) -> None:
        """Connect. Raises Unavailable with the server's reason."""
        self.sample_rate = sample_rate
        self._way = measured_way(library, server, sample_rate) if is_far(server) else Way()
        form = self._way.form
        spec, width = (_FLOAT32, sample_rate, CHANNELS), FRAME_BYTES
        if form is not None:
            spec = (_ULAW if form.is_law else _S16, form.rate(sample_rate), form.channels)
            width = form.frame_bytes
        tlength, prebuf = (int(seconds * spec[1]) * width for seconds in (self._way.buffer, self._way.first))
        self._stream = Simple(library, server, spec, tlength, prebuf)
        self._packer = Packer(form) if form is not None else None
        self.latency = self._first_latency
        self._pipe = Pipe()
        self._changed = threading.Condition()
        self._turn = 0  # of cuts
        self._heard, self._at = 0, 0.0  # in sample frames, and when that was so
        self._told, self._in_pace = (0.0, 0), 0  # the same as the server told it; how often as time goes on
        self._written = 0
        self._open = True
        threading.Thread(target=self._work, daemon=True).start()

    @property
    def _first_latency(self) -> float:
        return self._way.buffer + self._way.trip + WAKE_SECONDS

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
            self._heard = self._written = self._in_pace = 0
            if time.monotonic() - self._at > REST_SECONDS:
                self.latency = self._first_latency
            self._changed.notify_all()

    def close(self) -> None:
        with self._changed:
            self._open = False
            self._changed.notify_all()

    def _work(self) -> None:
        turn, block = 0, int(WRITE_SECONDS * self.sample_rate)
        in_server = False  # something was written that was not dropped
        while self._open:
            with self._changed:
                if turn == self._turn and not self._pipe.waiting():
                    self._changed.wait(WRITE_SECONDS if self._heard < self._written else None)
                is_cut, turn = turn != self._turn, self._turn
                pcm = self._pipe.take_fed(block)
            if is_cut and in_server:
                self._stream.flush()
                in_server = False
            if is_cut and self._packer is not None:
                self._packer.begin()
            if pcm:
                if not self._stream.write(self._packer.pack(pcm) if self._packer is not None else pcm):
                    return  # the server has gone: who listens sees that nothing is heard any more
                in_server = True
            with self._changed:
                if turn != self._turn:
                    continue
                self._written += len(pcm) // FRAME_BYTES
                # Asked before, the server would keep the sound waiting with which it begins.
                tells = self._written > self._way.first * self.sample_rate
            if tells:
                behind = self._stream.behind()
                with self._changed:
                    if turn == self._turn:
                        self._measure(behind)

    def _measure(self, behind: float) -> None:
        """Take note of what is heard now.

        A server tells of sound played before it has begun, until it has taken more than it keeps; or until
        what it tells goes on as time does.
        """
        now, heard = time.monotonic(), self._written - int(behind * self.sample_rate)
        before, self._told = self._told, (now, heard)
        went = (now - before[0]) * self.sample_rate
        in_pace = behind > 0 and 0.5 * went < heard - before[1] < 1.5 * went
        if self._in_pace < IN_PACE:
            self._in_pace = self._in_pace + 1 if in_pace else 0
        if self._in_pace >= IN_PACE or self._written > self._way.buffer * self.sample_rate:
            self.latency, self._at = behind, now
            self._heard = max(self._heard, min(self._written, heard))


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
