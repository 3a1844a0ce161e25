"""A sound stream to a PulseAudio server through its C client library (pulse/stream.h, pulse/mainloop.h).

The library does work only while the calling thread runs one of these functions, so there are no callbacks and
no locks.
"""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable

from milimo_tui.core.errors import Unavailable
from milimo_tui.tui.sound.server_clock import TimingReport

ULAW, S16, FLOAT32 = 2, 3, 5  # Sample formats of pulse/sample.h.
_LATER = 0xFFFFFFFF  # A buffer attribute with this value is chosen by the server.
_TELLS_TIME, _ADJUSTS_LATENCY = 0x0008, 0x2000  # Stream flags of pulse/def.h, `pa_stream_flags`.
_CONTEXT_READY, _STREAM_READY, _RUNNING = 4, 2, 0
_POINTER, _SIZE = ctypes.c_void_p, ctypes.c_size_t
_RETURNS = {
    "pa_mainloop_new": _POINTER,
    "pa_mainloop_get_api": _POINTER,
    "pa_context_new": _POINTER,
    "pa_stream_new": _POINTER,
    "pa_stream_flush": _POINTER,
    "pa_stream_writable_size": _SIZE,
    "pa_strerror": ctypes.c_char_p,
}


class _Spec(ctypes.Structure):
    """The C structure `pa_sample_spec`."""

    _fields_ = (("format", ctypes.c_int), ("rate", ctypes.c_uint32), ("channels", ctypes.c_uint8))


class _Buffer(ctypes.Structure):
    """The C structure `pa_buffer_attr`; all values are in bytes."""

    _fields_ = tuple(
        (name, ctypes.c_uint32) for name in ("maxlength", "tlength", "prebuf", "minreq", "fragsize")
    )


class _Timing(ctypes.Structure):
    """The C structure `pa_timing_info`."""

    _fields_ = (
        ("seconds", ctypes.c_long),
        ("microseconds", ctypes.c_long),
        ("has_one_clock", ctypes.c_int),
        ("sink", ctypes.c_uint64),
        ("source", ctypes.c_uint64),
        ("transport", ctypes.c_uint64),
        ("plays", ctypes.c_int),
        ("write_is_unknown", ctypes.c_int),
        ("write", ctypes.c_int64),
        ("read_is_unknown", ctypes.c_int),
        ("read", ctypes.c_int64),
        ("configured_sink", ctypes.c_uint64),
        ("configured_source", ctypes.c_uint64),
        ("since", ctypes.c_int64),
    )


class PulseStream:
    """A playback stream to a PulseAudio server. After `free_stream` no other method may be called."""

    def __init__(
        self, library: ctypes.CDLL, server: str, spec: tuple[int, int, int], tlength: int, prebuf: int
    ) -> None:
        """Connect to the server. `spec` is sample format, sample rate and channels. `tlength` and `prebuf`
        are PulseAudio's target length and prebuffering in bytes. Raises Unavailable.
        """
        for name, kind in _RETURNS.items():
            getattr(library, name).restype = kind
        library.pa_stream_get_timing_info.restype = ctypes.POINTER(_Timing)
        self._library = library
        # Bytes per second of the stream.
        self._second = spec[1] * spec[2] * (1 if spec[0] == ULAW else 2 if spec[0] == S16 else 4)
        self._told = (0, 0)  # Seconds and microseconds of the newest timing report that was read.
        self._stream: ctypes.c_void_p | None = None
        self._loop = _POINTER(library.pa_mainloop_new())
        self._context = _POINTER(
            library.pa_context_new(_POINTER(library.pa_mainloop_get_api(self._loop)), b"Milimo")
        )
        try:
            self._connect(server, spec, tlength, prebuf)
        except Unavailable:
            self.free_stream()
            raise

    def _connect(self, server: str, spec: tuple[int, int, int], tlength: int, prebuf: int) -> None:
        library = self._library
        self._check_result(library.pa_context_connect(self._context, server.encode() or None, 0, None))
        self._work_until(lambda: library.pa_context_get_state(self._context) == _CONTEXT_READY)
        stream = _POINTER(library.pa_stream_new(self._context, b"film", ctypes.byref(_Spec(*spec)), None))
        self._check_result(0 if stream else -1)
        buffer = _Buffer(_LATER, tlength, prebuf, _LATER, _LATER)
        self._stream = stream
        flags = _TELLS_TIME | _ADJUSTS_LATENCY
        self._check_result(
            library.pa_stream_connect_playback(stream, None, ctypes.byref(buffer), flags, None, None)
        )
        self._work_until(lambda: library.pa_stream_get_state(stream) == _STREAM_READY)

    def _check_result(self, result: int) -> None:
        if result < 0:
            words: bytes = self._library.pa_strerror(self._library.pa_context_errno(self._context))
            raise Unavailable(words.decode(errors="replace").lower())

    def _work_until(self, is_done: Callable[[], bool]) -> None:
        while not is_done():
            self.run_loop_once(1.0)

    def run_loop_once(self, seconds: float) -> None:
        """Let the library send and receive data once. Wait at most `seconds` for data.

        Raises Unavailable if the connection to the server is lost.
        """
        library = self._library
        self._check_result(library.pa_mainloop_prepare(self._loop, int(seconds * 1e6)))
        self._check_result(library.pa_mainloop_poll(self._loop))
        self._check_result(library.pa_mainloop_dispatch(self._loop))
        if library.pa_context_get_state(self._context) > _CONTEXT_READY:
            self._check_result(-1)
        if self._stream is not None and library.pa_stream_get_state(self._stream) > _STREAM_READY:
            self._check_result(-1)

    def get_writable_bytes(self) -> int:
        """Return the number of bytes that the server requests now; 0 if none."""
        size: int = self._library.pa_stream_writable_size(self._stream)
        return 0 if size == _SIZE(-1).value else size

    def write(self, data: bytes) -> None:
        """Send bytes of sound to the server. Raises Unavailable if the connection to the server is lost."""
        self._check_result(
            self._library.pa_stream_write(self._stream, data, _SIZE(len(data)), None, ctypes.c_int64(0), 0)
        )

    def flush(self) -> None:
        """Drop the sound in the server's buffer, and wait until the server confirms. Everything written
        before is processed by then. Raises Unavailable.
        """
        library = self._library
        answer = _POINTER(library.pa_stream_flush(self._stream, None, None))
        self._check_result(0 if answer else -1)
        try:
            self._work_until(lambda: library.pa_operation_get_state(answer) != _RUNNING)
        finally:
            library.pa_operation_unref(answer)

    def read_timing(self) -> TimingReport | None:
        """Return the server's timing report if a new one arrived during playback, else None."""
        pointer = self._library.pa_stream_get_timing_info(self._stream)
        if not pointer:
            return None
        timing = pointer.contents
        at = (timing.seconds, timing.microseconds)
        if at == self._told or not timing.plays or timing.write_is_unknown or timing.read_is_unknown:
            return None
        self._told = at
        ago = time.time() - timing.seconds - timing.microseconds / 1e6
        delay = max(0, timing.write - timing.read) / self._second + timing.sink / 1e6
        return TimingReport(
            time.monotonic() - ago, timing.transport / 1e6, delay, timing.since / self._second
        )

    def free_stream(self) -> None:
        """Close the connection."""
        library = self._library
        if self._stream is not None:
            library.pa_stream_disconnect(self._stream)
            library.pa_stream_unref(self._stream)
        library.pa_context_disconnect(self._context)
        library.pa_context_unref(self._context)
        library.pa_mainloop_free(self._loop)
