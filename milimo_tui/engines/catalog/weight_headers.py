"""Read the header of a single weights file in either format, safetensors or GGUF, and estimate its
precision.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Literal

from milimo_tui.engines.catalog.gguf_headers import GGUF, count_tensor_bytes, read_gguf_header
from milimo_tui.engines.catalog.safetensors_headers import SAFE, WeightsHeader, read_safetensors_header

SINGLE_FILE_SUFFIXES = (SAFE, GGUF)  # suffixes of the files that can hold a model in a single file
GgufPrecision = Literal["gguf-q8", "gguf-q5", "gguf-q4"]
LEAST_BITS: dict[GgufPrecision, float] = {
    "gguf-q8": 7.0,
    "gguf-q5": 5.1,
}  # a file has the first precision whose least number of bits per value it reaches


def read_weights_header(path: Path) -> WeightsHeader:
    """Return the header of a safetensors or GGUF file.

    Raises the errors of `read_safetensors_header` and `read_gguf_header`.
    """
    return read_gguf_header(path) if is_gguf(path) else read_safetensors_header(path)


def is_gguf(path: Path) -> bool:
    """Return True if a file is GGUF, by its suffix."""
    return path.suffix.lower() == GGUF


def estimate_gguf_precision(header: WeightsHeader) -> GgufPrecision:
    """Return the GGUF precision that the memory recipes assume for a file. It is chosen by the average number
    of bits per quantised value.
    """
    packed = [each for each in header.tensors.values() if not each.dtype.startswith(("F", "BF"))]
    count = sum(math.prod(each.shape) for each in packed)
    bits = 8 * sum(map(count_tensor_bytes, packed)) / count if count else 16.0
    return next((name for name, least in LEAST_BITS.items() if bits >= least), "gguf-q4")
