"""Read the headers of GGUF files: names, types and shapes of the tensors. Also check that the file is
complete.

The format (ggml-org/ggml, docs/gguf.md) begins with magic, version, counts and key-value metadata. The name,
dimensions, type and offset of each tensor follow. The tensors begin at the next multiple of the alignment.
Nothing is executed, no tensor is read, and no package is needed.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from milimo_tui.core.errors import BadInput, Damaged
from milimo_tui.core.host import explain_os_error
from milimo_tui.engines.catalog.safetensors_headers import TensorEntry, WeightsHeader

GGUF = ".gguf"
MAGIC = b"GGUF"
VERSIONS = (2, 3)
MOST_TENSORS = 100_000
MOST_NOTES = 100_000
# A header is refused if one of its strings has more bytes, or one of its lists more items. Vocabularies are
# long.
MOST_TEXT = 100_000_000
MOST_SIDES = 8
ALIGNMENT = "general.alignment"


@dataclass(frozen=True, slots=True)
class GgufType:
    """A GGUF tensor type: a block of `numbers` values takes `bytes` bytes. `read` is True if diffusers can
    unpack the type.
    """

    name: str
    numbers: int
    bytes: int
    read: bool = True


GGUF_TYPES: dict[int, GgufType] = {
    0: GgufType("F32", 1, 4),
    1: GgufType("F16", 1, 2),
    30: GgufType("BF16", 1, 2),
    2: GgufType("Q4_0", 32, 18),
    3: GgufType("Q4_1", 32, 20),
    6: GgufType("Q5_0", 32, 22),
    7: GgufType("Q5_1", 32, 24),
    8: GgufType("Q8_0", 32, 34),
    10: GgufType("Q2_K", 256, 84),
    11: GgufType("Q3_K", 256, 110),
    12: GgufType("Q4_K", 256, 144),
    13: GgufType("Q5_K", 256, 176),
    14: GgufType("Q6_K", 256, 210),
    20: GgufType("IQ4_NL", 32, 18),
    23: GgufType("IQ4_XS", 256, 136),
    9: GgufType("Q8_1", 32, 40, read=False),
    15: GgufType("Q8_K", 256, 292, read=False),
    16: GgufType("IQ2_XXS", 256, 66, read=False),
    17: GgufType("IQ2_XS", 256, 74, read=False),
    18: GgufType("IQ3_XXS", 256, 98, read=False),
    19: GgufType("IQ1_S", 256, 50, read=False),
    21: GgufType("IQ3_S", 256, 110, read=False),
    22: GgufType("IQ2_S", 256, 82, read=False),
    24: GgufType("I8", 1, 1, read=False),
    25: GgufType("I16", 1, 2, read=False),
    26: GgufType("I32", 1, 4, read=False),
    27: GgufType("I64", 1, 8, read=False),
    28: GgufType("F64", 1, 8, read=False),
    29: GgufType("IQ1_M", 256, 56, read=False),
    34: GgufType("TQ1_0", 256, 54, read=False),
    35: GgufType("TQ2_0", 256, 66, read=False),
    39: GgufType("MXFP4", 32, 17, read=False),
    40: GgufType("NVFP4", 64, 36, read=False),
}
GGUF_TYPES_BY_NAME = {kind.name: kind for kind in GGUF_TYPES.values()}
NUMBER_FORMATS = {
    0: "<B",
    1: "<b",
    2: "<H",
    3: "<h",
    4: "<I",
    5: "<i",
    6: "<f",
    7: "<?",
    10: "<Q",
    11: "<q",
    12: "<d",
}
TEXT, LIST = 8, 9


def read_gguf_header(path: Path) -> WeightsHeader:
    """Return the header of a GGUF file.

    Raises BadInput for a file that is not GGUF, or that has a tensor type diffusers can't unpack. Raises
    Damaged for a truncated file.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            found = _GgufReader(path, file, size).read_file_header()
    except OSError as error:
        raise explain_os_error(error, path, "read") from error
    return found


def count_tensor_bytes(tensor: TensorEntry) -> int:
    """Return the number of bytes that the tensor takes in the file."""
    kind, count = GGUF_TYPES_BY_NAME[tensor.dtype], 1
    for side in tensor.shape:
        count *= side
    return count // kind.numbers * kind.bytes


@dataclass(slots=True)
class _GgufReader:
    """A reader of the header of an open GGUF file."""

    path: Path
    file: BinaryIO
    size: int
    notes: dict[str, str] = field(default_factory=dict)

    def read_file_header(self) -> WeightsHeader:
        if self.file.read(4) != MAGIC:
            raise BadInput(
                f"{self.path.name} is not a GGUF file", "milimo model use FILE takes .safetensors and .gguf"
            )
        version = int(self._read_number("<I"))
        if version not in VERSIONS:
            raise self._make_format_error(f"version {version}")
        tensors, notes = int(self._read_number("<Q")), int(self._read_number("<Q"))
        if tensors > MOST_TENSORS or notes > MOST_NOTES:
            raise self._make_format_error(f"{tensors:,} tensors and {notes:,} notes")
        for _ in range(notes):
            key = self._read_string()
            self.notes[key] = self._read_metadata_value(int(self._read_number("<I")))
        rows = [self._read_tensor_entry() for _ in range(tensors)]
        self._check_file_end(rows)
        return WeightsHeader({name: tensor for name, tensor, _ in rows}, self.notes, self.size)

    def _read_tensor_entry(self) -> tuple[str, TensorEntry, int]:
        name, sides = self._read_string(), int(self._read_number("<I"))
        if sides > MOST_SIDES:
            raise self._make_format_error(f"{name} has {sides:,} sides")
        # Reverse the dimensions, because the file stores the fastest-changing dimension first.
        shape = tuple(int(self._read_number("<Q")) for _ in range(sides))[::-1]
        number, place = int(self._read_number("<I")), int(self._read_number("<Q"))
        kind = GGUF_TYPES.get(number)
        if kind is None or not kind.read:
            packed = kind.name if kind else f"type {number}"
            raise BadInput(
                f"{self.path.name} is packed as {packed}, which can't be read here",
                "use a file packed as Q8_0, Q6_K, Q5_K or Q4_K",
            )
        if shape and shape[-1] % kind.numbers:
            raise self._make_format_error(
                f"{name} has rows of {shape[-1]:,}, and {kind.name} packs {kind.numbers} at a time"
            )
        return name, TensorEntry(kind.name, shape), place

    def _check_file_end(self, rows: list[tuple[str, TensorEntry, int]]) -> None:
        alignment = self.notes.get(ALIGNMENT, "32")
        if not alignment.isdecimal() or not 0 < int(alignment) <= 1 << 20:
            raise self._make_format_error(f"an alignment of {alignment}")
        begins = -(-self.file.tell() // int(alignment)) * int(alignment)
        ends = begins + max((place + count_tensor_bytes(tensor) for _, tensor, place in rows), default=0)
        if self.size < ends:
            raise self._make_truncation_error(ends)

    def _read_metadata_value(self, kind: int, depth: int = 0) -> str:
        """Return a metadata value as text.

        A list is skipped and returned as an empty text, because lists such as vocabularies are not needed.
        """
        if kind == TEXT:
            return self._read_string()
        if kind in NUMBER_FORMATS:
            return str(self._read_number(NUMBER_FORMATS[kind]))
        if kind != LIST or depth > 1:
            raise self._make_format_error(f"a note of type {kind}")
        inner, count = int(self._read_number("<I")), int(self._read_number("<Q"))
        if inner in NUMBER_FORMATS:
            self._skip_bytes(struct.calcsize(NUMBER_FORMATS[inner]) * count)
        else:
            self._read_each_item(count, lambda: self._read_metadata_value(inner, depth + 1))
        return ""

    def _read_each_item(self, count: int, read: Callable[[], object]) -> None:
        if count > MOST_TEXT:
            raise self._make_format_error(f"a list of {count:,}")
        for _ in range(count):
            read()

    def _skip_bytes(self, count: int) -> None:
        if self.file.tell() + count > self.size:
            raise self._make_truncation_error(self.file.tell() + count)
        self.file.seek(count, 1)

    def _read_string(self) -> str:
        length = int(self._read_number("<Q"))
        if length > MOST_TEXT:
            raise self._make_format_error(f"a text of {length:,} bytes")
        return self._read_exact_bytes(length).decode("utf-8", "replace")

    def _read_number(self, form: str) -> float:
        value: float = struct.unpack(form, self._read_exact_bytes(struct.calcsize(form)))[0]
        return value

    def _read_exact_bytes(self, count: int) -> bytes:
        found = self.file.read(count)
        if len(found) < count:
            raise self._make_truncation_error(self.file.tell() + count - len(found))
        return found

    def _make_truncation_error(self, wanted: int) -> Damaged:
        return Damaged(
            f"{self.path.name} is truncated: {self.size:,} bytes of at least {wanted:,}",
            "download it again: it is incomplete",
        )

    def _make_format_error(self, what: str) -> BadInput:
        return BadInput(
            f"{self.path.name} is not a readable GGUF file: {what}", "download it again, or use another file"
        )
