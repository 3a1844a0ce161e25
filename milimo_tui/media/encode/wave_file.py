"""Write sound of 32-bit floats as a WAV file, so that no sample of a generated sound changes.

Texts are stored in an ID3 chunk, because the text chunk of the format itself has no place for other names.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from milimo_tui.core.errors import BadInput
from milimo_tui.core.host import replace_file_atomically

_FLOAT = 3  # The format code of samples that are IEEE floats.
_UTF8 = 3  # The code of the encoding of texts in an ID3 chunk.


def write_wave(
    path: Path,
    sound: NDArray[np.float32],
    sample_rate: int,
    *,
    texts: Mapping[str, str] | None = None,
    loops: bool = False,
) -> None:
    """Write sound of shape (channels, samples) to `path`. `texts` are stored as metadata. With `loops`, a
    loop over the complete file is stored, as samplers read it.

    Raises BadInput for sound of another shape, DiskFull and ReadOnly from the disk.
    """
    if sound.ndim != 2 or not sound.size or sound.shape[0] > 32:
        raise BadInput("sound needs at least one sample and at most 32 channels")
    channels, count = sound.shape
    body = np.ascontiguousarray(sound.T, dtype="<f4").tobytes()
    layout = struct.pack(
        "<HHIIHHH", _FLOAT, channels, sample_rate, sample_rate * channels * 4, channels * 4, 32, 0
    )
    chunks = [
        (b"fmt ", layout),
        (b"fact", struct.pack("<I", count)),
        *([(b"smpl", _format_loop(count, sample_rate))] if loops else []),
        *([(b"ID3 ", _format_texts(texts))] if texts else []),
        (b"data", body),
    ]
    whole = b"".join(
        name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2) for name, data in chunks
    )
    with replace_file_atomically(path, "write") as temporary:
        temporary.write_bytes(b"RIFF" + struct.pack("<I", len(whole) + 4) + b"WAVE" + whole)


def _format_loop(count: int, sample_rate: int) -> bytes:
    head = struct.pack("<9I", 0, 0, 1_000_000_000 // sample_rate, 60, 0, 0, 0, 1, 0)
    return head + struct.pack("<6I", 0, 0, 0, count - 1, 0, 0)


def _format_texts(texts: Mapping[str, str]) -> bytes:
    frames = b"".join(map(_format_text_frame, texts, texts.values()))
    return b"ID3\x04\0\0" + _format_synchsafe(len(frames)) + frames


def _format_text_frame(name: str, text: str) -> bytes:
    body = bytes([_UTF8]) + name.encode() + b"\0" + text.encode()
    return b"TXXX" + _format_synchsafe(len(body)) + b"\0\0" + body


def _format_synchsafe(number: int) -> bytes:
    """Return a number in four bytes of seven bits each."""
    return bytes((number >> shift) & 0x7F for shift in (21, 14, 7, 0))
