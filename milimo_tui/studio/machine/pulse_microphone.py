"""The microphone of the PulseAudio server that `PULSE_SERVER` names, through the library of simple streams
(pulse/simple.h). Over SSH, this is the microphone of the user's own machine.
"""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Callable
from types import TracebackType

from milimo_tui.core.errors import Unavailable

_S16, _RECORD = 3, 2  # A sample format of pulse/sample.h, and a direction of pulse/def.h.
_CHOSEN_BY_SERVER = 0xFFFFFFFF
_BLOCKS_PER_SECOND = 20


class _SampleSpec(ctypes.Structure):
    """The C structure `pa_sample_spec`."""

    _fields_ = (("format", ctypes.c_int), ("rate", ctypes.c_uint32), ("channels", ctypes.c_uint8))


class _BufferAttributes(ctypes.Structure):
    """The C structure `pa_buffer_attr`; all values are in bytes."""

    _fields_ = tuple(
        (name, ctypes.c_uint32) for name in ("maxlength", "tlength", "prebuf", "minreq", "fragsize")
    )


def is_pulse_server_set() -> bool:
    """Return True if the environment names a PulseAudio server."""
    return bool(os.environ.get("PULSE_SERVER"))


class PulseMicrophone:
    """An open microphone of the server. Within a `with` block, a thread passes blocks of 16-bit samples to
    `take_block`.
    """

    def __init__(self, rate: int, take_block: Callable[[bytes], None]) -> None:
        """Connect to the server. Raises Unavailable if the library or the server cannot be used."""
        try:
            self._library = ctypes.CDLL("libpulse-simple.so.0")
        except OSError as error:
            raise Unavailable(
                "PULSE_SERVER is set, but the library libpulse-simple is not installed",
                "sudo apt install libpulse0",
            ) from error
        self._library.pa_simple_new.restype = ctypes.c_void_p
        self._take_block = take_block
        self._bytes = 2 * rate // _BLOCKS_PER_SECOND
        spec = _SampleSpec(_S16, rate, 1)
        buffer = _BufferAttributes(*[_CHOSEN_BY_SERVER] * 4, self._bytes)
        code = ctypes.c_int()
        self._stream = ctypes.c_void_p(
            self._library.pa_simple_new(
                None, b"Milimo", _RECORD, None, b"line", ctypes.byref(spec), None, ctypes.byref(buffer),
                ctypes.byref(code),
            )
        )  # fmt: skip
        if not self._stream:
            raise Unavailable(f"the sound server has no microphone (error {code.value})")
        self._is_open = True
        self._thread = threading.Thread(target=self._read_blocks, daemon=True)

    def __enter__(self) -> PulseMicrophone:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # The stream is not freed, because the thread may wait in it. The process ends soon.
        self._is_open = False

    def _read_blocks(self) -> None:
        data = ctypes.create_string_buffer(self._bytes)
        while self._is_open:
            if self._library.pa_simple_read(self._stream, data, ctypes.c_size_t(self._bytes), None) < 0:
                return
            self._take_block(data.raw)
