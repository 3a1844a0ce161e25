"""The devices that play sound: a PulseAudio server, or an output of this machine through PortAudio.

For use in the sound process only, because these devices block and their libraries print text.
"""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from milimo_tui.core.errors import Unavailable
from milimo_tui.studio.machine.sound_output import find_sound_output, is_remote_server, load_pulse_library
from milimo_tui.tui.sound.line_format import LineFormat, SoundPacker, choose_line_format
from milimo_tui.tui.sound.pulse_stream import FLOAT32, S16, ULAW, PulseStream
from milimo_tui.tui.sound.server_clock import ServerClock, TimingReport
from milimo_tui.tui.sound.sound import CHANNELS, FRAME_BYTES, FoundSound, SoundPipe

BLOCK = 1024  # Sample frames per callback: about 21 ms at 48 kHz.
WRITE_SECONDS = 0.02
# Seconds of sound that a server on this machine buffers, and seconds of sound that must be buffered before
# playback begins. For a server behind a network, `PulseRoute` computes larger values.
BUFFER_SECONDS, FIRST_SECONDS = 0.2, 0.04
PROBE = 20_000  # Bytes of silence that are sent to measure the rate of a connection.
# Seconds that a sleeping device may need to wake up, and seconds without sound after which a device sleeps.
WAKE_SECONDS, REST_SECONDS = 1.3, 2.0


class PortAudioDevice:
    """The default output of the machine, through PortAudio."""

    def __init__(self, library: Any, sample_rate: int) -> None:
        self.sample_rate = sample_rate
        self._pipe = SoundPipe()
        self._stream = library.RawOutputStream(
            samplerate=sample_rate,
            blocksize=BLOCK,
            channels=CHANNELS,
            dtype="float32",
            callback=self._fill_buffer,
        )
        self._stream.start()

    @property
    def latency(self) -> float:
        return float(self._stream.latency)

    def _fill_buffer(self, out: Any, frames: int, time: Any, status: Any) -> None:
        out[:] = self._pipe.take_padded(frames)

    def feed(self, pcm: bytes) -> None:
        self._pipe.feed(pcm)

    def count_heard(self) -> int:
        return max(0, self._pipe.taken - int(self.latency * self.sample_rate))

    def count_waiting(self) -> int:
        return self._pipe.count_waiting()

    def drop_waiting(self) -> None:
        self._pipe.drop_waiting()

    def close(self) -> None:
        self._stream.abort()
        self._stream.close()


@dataclass(frozen=True, slots=True)
class PulseRoute:
    """The connection to a sound server. `form` is the sound format (None for unconverted float32). The round
    trip is in seconds.
    """

    form: LineFormat | None = None
    trip: float = 0.0

    @property
    def buffer(self) -> float:
        """The length of the buffer to request from the server, in seconds.

        The server gives half of the buffer to its device. When the other half is used up, it requests more
        sound, which arrives one round trip later. A buffer of less than two round trips would therefore run
        empty (pulsecore/protocol-native.c: adjust_latency). The length is doubled once more, for sound that
        arrives late.
        """
        return BUFFER_SECONDS + 4 * self.trip

    @property
    def first(self) -> float:
        """The seconds of sound that must be buffered before playback begins.

        The device takes its half of the buffer at once. With less sound the device would run empty and
        request sound again and again.
        """
        return self.buffer / 2 if self.form else FIRST_SECONDS


def measure_route(library: ctypes.CDLL, server: str, sample_rate: int) -> PulseRoute:
    """Measure the connection to a sound server: the round trip, and the rate at which silence (which nobody
    hears) is transferred.

    The measurement takes five round trips and the transfer of PROBE bytes. Raises Unavailable with the
    server's reason.
    """
    stream = PulseStream(library, server, (S16, sample_rate, CHANNELS), 4 * PROBE, 4 * PROBE)
    try:
        began = time.monotonic()
        stream.flush()
        trip = time.monotonic() - began
        stream.write(bytes(PROBE))
        stream.flush()
        seconds = max(0.001, time.monotonic() - began - 2 * trip)
    finally:
        stream.free_stream()
    return PulseRoute(choose_line_format(PROBE / seconds, sample_rate), trip)


class PulseDevice:
    """A sound output that plays through a PulseAudio server. A thread writes the sound and reads the server's
    timing reports.

    Nothing is sent while nothing plays, so that the connection stays free. Over the network, the sound format
    fits the rate of the connection, and the buffer is long enough for the server to play while it requests
    more sound.
    """

    def __init__(self, library: ctypes.CDLL, sample_rate: int, server: str) -> None:
        """Connect to the server. Raises Unavailable with the server's reason."""
        self.sample_rate = sample_rate
        self._way = measure_route(library, server, sample_rate) if is_remote_server(server) else PulseRoute()
        form = self._way.form
        spec, width = (FLOAT32, sample_rate, CHANNELS), FRAME_BYTES
        if form is not None:
            spec = (ULAW if form.is_law else S16, form.compute_sample_rate(sample_rate), form.channels)
            width = form.frame_bytes
        tlength, prebuf = (int(seconds * spec[1]) * width for seconds in (self._way.buffer, self._way.first))
        self._stream = PulseStream(library, server, spec, tlength, prebuf)
        self._packer = SoundPacker(form) if form is not None else None
        self.latency = self._first_latency
        self._pipe = SoundPipe()
        self._changed = threading.Condition()
        self._turn = 0  # Number of `drop_waiting` calls so far; the thread notices a new call by it.
        self._clock = ServerClock(sample_rate)
        # Number of sample frames written to the server, and the time of the last timing report (monotonic,
        # s).
        self._written, self._at = 0, 0.0
        self._open = True
        threading.Thread(target=self._run_writer, daemon=True).start()

    @property
    def _first_latency(self) -> float:
        return self._way.buffer + self._way.trip + WAKE_SECONDS

    def feed(self, pcm: bytes) -> None:
        self._pipe.feed(pcm)
        with self._changed:
            self._changed.notify_all()

    def count_heard(self) -> int:
        with self._changed:
            return self._count_heard_locked()

    def _count_heard_locked(self) -> int:
        return min(self._written, self._clock.count_heard_frames(time.monotonic()))

    def count_waiting(self) -> int:
        return self._pipe.count_waiting()

    def drop_waiting(self) -> None:
        with self._changed:
            self._pipe.drop_waiting()
            self._turn += 1
            self._written = 0
            self._clock.reset_clock()
            if time.monotonic() - self._at > REST_SECONDS:
                self.latency = self._first_latency
            self._changed.notify_all()

    def close(self) -> None:
        with self._changed:
            self._open = False
            self._changed.notify_all()

    def _run_writer(self) -> None:
        with suppress(Unavailable):  # The connection to the server is lost, so the thread ends.
            self._write_and_listen()
        with self._changed:
            # Sound that was not heard by now will never be heard, so it no longer counts as written.
            self._written = self._count_heard_locked()

    def _write_and_listen(self) -> None:
        turn, block = 0, int(WRITE_SECONDS * self.sample_rate)
        # The bytes to write next, and their length in sample frames (0 if there are none).
        piece, frames = b"", 0
        in_server = False  # True while the server's buffer may contain sound that was written.
        # Reports from before this time (monotonic, s) are ignored, because they refer to dropped sound.
        cut_at = 0.0
        while self._open:
            with self._changed:
                at_rest = (
                    not frames
                    and not self._pipe.count_waiting()
                    and self._count_heard_locked() >= self._written
                )
                if turn == self._turn and at_rest:
                    self._changed.wait()
                is_cut, turn = turn != self._turn, self._turn
                frames = 0 if is_cut else frames
                pcm = b"" if frames else self._pipe.take_available(block)
            if is_cut and in_server:
                self._stream.flush()
                in_server = False
            if is_cut:
                cut_at = time.monotonic()
                if self._packer is not None:
                    self._packer.reset_filter()
            if pcm:
                piece = self._packer.pack(pcm) if self._packer is not None else pcm
                frames = len(pcm) // FRAME_BYTES
            is_written = bool(frames) and self._stream.get_writable_bytes() >= len(piece)
            if is_written:
                self._stream.write(piece)
                in_server = True
            self._stream.run_loop_once(0 if is_written else WRITE_SECONDS)
            word = self._stream.read_timing()
            with self._changed:
                if turn != self._turn:
                    continue
                if is_written:
                    self._written, frames = self._written + frames, 0
                if word is not None and word.at - word.spread > cut_at:
                    self._apply_report(word)

    def _apply_report(self, word: TimingReport) -> None:
        self._clock.take_report(word, self._written)
        self._at = time.monotonic()
        if count := self._count_heard_locked():
            self.latency = (self._written - count) / self.sample_rate


def open_device(sample_rate: int, environ: Mapping[str, str]) -> FoundSound:
    """Open the sound device that the environment variables name, otherwise the machine's default output.
    Blocks until the device is open.
    """
    output = find_sound_output(environ)
    if output.kind == "pulse":
        found = _open_pulse(sample_rate, output.server)
        if found.out is not None or output.server:
            return found  # If the user named a server, its sound must not come out of this machine instead.
    return _open_port_audio(sample_rate) if output.kind else FoundSound(None, output.reason)


def _open_pulse(sample_rate: int, server: str) -> FoundSound:
    library = load_pulse_library()
    if library is None:
        return FoundSound(None, "no sound: PULSE_SERVER needs a library here (apt install libpulse0)")
    try:
        return FoundSound(PulseDevice(library, sample_rate, server))
    except Unavailable as error:
        return FoundSound(None, f"no sound: {server or 'the sound server'} says {error.message}")


def _open_port_audio(sample_rate: int) -> FoundSound:
    try:
        import sounddevice
    except (ImportError, OSError):
        return FoundSound(None, "no sound: the PortAudio library is missing (apt install libportaudio2)")
    try:
        sounddevice.query_devices(kind="output")
        return FoundSound(PortAudioDevice(sounddevice, sample_rate))
    except (sounddevice.PortAudioError, ValueError) as error:
        detail = str(error).partition("[")[0].strip()
        return FoundSound(None, f"no sound: this machine has no output device ({detail})")
