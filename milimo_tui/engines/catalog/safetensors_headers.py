"""Read the headers of safetensors files: names, types and shapes of the tensors. Also check that the file is
complete.

A file begins with eight bytes that hold a length (little endian). JSON of that length follows, then the
tensors. Nothing is executed and no tensor is read.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import BadInput, Damaged, MilimoError
from milimo_tui.core.host import explain_os_error
from milimo_tui.core.untrusted_json import parse_untrusted_json

HEADER_BYTES = 100_000_000  # a file with a larger header is refused, as by the safetensors library
# Number of bits of a value, by the format's type names (huggingface/safetensors, `tensor.rs` of 0.8).
BITS_OF_TYPE = {
    "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6,
    "BOOL": 8, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8, "F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8,
    "I16": 16, "U16": 16, "F16": 16, "BF16": 16, "I32": 32, "U32": 32, "F32": 32,
    "C64": 64, "F64": 64, "I64": 64, "U64": 64,
}  # fmt: skip
PICKLES = frozenset({".bin", ".ckpt", ".pt", ".pth", ".pkl", ".pickle"})
SAFE = ".safetensors"
_FETCH_AGAIN = "download it again, or use another file"


@dataclass(frozen=True, slots=True)
class TensorEntry:
    """A tensor as the header describes it. `dtype` is the format's type name (`BF16`, `F8_E4M3`)."""

    dtype: str
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class WeightsHeader:
    """The header of a weights file: its tensors by name, and its metadata."""

    tensors: dict[str, TensorEntry]
    metadata: dict[str, str]
    bytes: int  # size of the complete file in bytes


def refuse_pickle(path: Path) -> None:
    """Raise BadInput for a pickle, because a pickle can run code when it is loaded.

    Pickles are recognised by their name or their first bytes.
    """
    if path.suffix.lower() in PICKLES or _begins_as_pickle(path):
        raise BadInput(
            f"{path.name} is a pickle, which can run code when it is loaded: it is not used",
            "download the same weights as .safetensors",
        )


def read_safetensors_header(path: Path) -> WeightsHeader:
    """Return the header of a safetensors file.

    Raises BadInput for a pickle, for any other file format, and for a header that contradicts the sizes of
    its tensors. Raises Damaged for a truncated file.
    """
    refuse_pickle(path)
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            length = _parse_header_length(path, file.read(8), size)
            text = file.read(length)
    except OSError as error:
        raise explain_os_error(error, path, "read") from error
    entries = _parse_header_json(path, text)
    metadata = entries.pop("__metadata__", {})
    try:
        tensors = {
            name: TensorEntry(str(entry["dtype"]), tuple(int(side) for side in entry["shape"]))
            for name, entry in entries.items()
        }
        places = {name: _parse_data_offsets(entry["data_offsets"]) for name, entry in entries.items()}
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise _make_not_safetensors_error(path) from error
    end = max((place[1] for place in places.values()), default=0)
    if size < 8 + length + end:
        raise _make_truncated_file_error(path, size, 8 + length + end)
    _check_tensor_layout(path, tensors, places, size - 8 - length)
    notes = metadata if isinstance(metadata, dict) else {}
    return WeightsHeader(tensors, {str(key): str(value) for key, value in notes.items()}, size)


def _parse_data_offsets(offsets: Any) -> tuple[int, int]:
    """Return the start and the end of a tensor in bytes, counted from the end of the header."""
    begin, end = offsets
    return int(begin), int(end)


def _check_tensor_layout(
    path: Path, tensors: dict[str, TensorEntry], places: dict[str, tuple[int, int]], whole: int
) -> None:
    """Check the position and size of each tensor against the size of the file. `places` maps each tensor's
    name to its start and end in bytes, and `whole` is the number of bytes of all tensors in the file. Raises
    BadInput.

    Tensors must follow each other without gaps to the end of the file, because the safetensors library
    requires it.
    """
    before = 0
    for name, (begin, end) in sorted(places.items(), key=lambda one: one[1]):
        tensor = tensors[name]
        if tensor.dtype not in BITS_OF_TYPE:
            raise BadInput(
                f"{path.name} stores {name} as {tensor.dtype}, which can't be read here", _FETCH_AGAIN
            )
        if begin != before:
            where = "within the tensor before it" if begin < before else "after a gap"
            raise BadInput(f"{path.name} is damaged: {name} begins {where}", _FETCH_AGAIN)
        if min(tensor.shape, default=0) < 0 or math.prod(tensor.shape) * BITS_OF_TYPE[tensor.dtype] != 8 * (
            end - begin
        ):
            sides = "×".join(map(str, tensor.shape)) or "one number"
            raise BadInput(
                f"{path.name} is damaged: the size of {name} does not match {sides} values of {tensor.dtype}",
                _FETCH_AGAIN,
            )
        before = end
    if before != whole:
        raise BadInput(
            f"{path.name} is damaged: {whole - before:,} bytes follow the last tensor",
            _FETCH_AGAIN,
        )


WEIGHT_SCALES = (".weight_scale", ".scale_weight")
INPUT_SCALES = (".input_scale", ".scale_input")
MARKERS = ("scaled_fp8",)  # names of tensors that only mark that the file has scales
SECOND_SCALES = (".weight_scale_2",)  # name suffixes of the scales of weights in 4-bit blocks


def has_weight_scales(header: WeightsHeader) -> bool:
    """Return True if weights are stored in 8 bits with separate scales."""
    return any(name.endswith(WEIGHT_SCALES) for name in header.tensors)


def refuse_four_bits(path: Path, header: WeightsHeader) -> None:
    """Raise BadInput for weights in 4-bit blocks (NVFP4), because no test has shown that they are read
    correctly.
    """
    if any(name.endswith(SECOND_SCALES) for name in header.tensors):
        raise BadInput(
            f"{path.name} is packed as NVFP4, which can't be read here",
            "use the fp8 or bf16 weights, or a GGUF file of the same model",
        )


def _make_truncated_file_error(path: Path, size: int, wanted: int) -> Damaged:
    return Damaged(
        f"{path.name} is truncated: {size:,} of {wanted:,} bytes",
        "milimo model download fetches the rest; milimo model verify checks all files",
    )


def _parse_header_length(path: Path, first: bytes, size: int) -> int:
    if len(first) < 8:
        raise _make_truncated_file_error(path, len(first), 8)
    (length,) = struct.unpack("<Q", first)
    if not 2 <= length <= HEADER_BYTES:
        raise _make_not_safetensors_error(path)
    if length > size - 8:
        raise _make_truncated_file_error(path, size, 8 + length)
    return int(length)


def _parse_header_json(path: Path, text: bytes) -> dict[str, Any]:
    try:
        value = parse_untrusted_json(text)
    except ValueError as error:  # invalid JSON or invalid UTF-8
        raise _make_not_safetensors_error(path) from error
    if not isinstance(value, dict):
        raise _make_not_safetensors_error(path)
    return value


def _make_not_safetensors_error(path: Path) -> MilimoError:
    return BadInput(
        f"{path.name} is not a safetensors file", "weights are loaded only from .safetensors files"
    )


def _begins_as_pickle(path: Path) -> bool:
    """Return True if a file begins as a pickle (protocol 2 and up), or as the zip archive in which torch
    stores a pickle.
    """
    try:
        with path.open("rb") as file:
            first = file.read(4)
    except OSError:
        return False  # the next function that reads the file reports the error
    return first[:2] in (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05") or first == b"PK\x03\x04"
