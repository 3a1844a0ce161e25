"""The headers of GGUF files: names, types and shapes of the tensors, and a check that the file is complete.

The format (ggml-org/ggml, docs/gguf.md): magic, version, counts, key-value metadata, then name, dimensions,
type and offset of each tensor. The tensors begin at the next multiple of the alignment. Nothing is executed,
no tensor is read, and no package is needed.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from milimo_tui.core.errors import BadInput, Damaged
from milimo_tui.core.host import explain
from milimo_tui.engines.catalog.safetensors_headers import Header, Tensor

GGUF = ".gguf"
MAGIC = b"GGUF"
VERSIONS = (2, 3)
MOST_TENSORS = 100_000
MOST_NOTES = 100_000
MOST_TEXT = 100_000_000  # bytes of one string or list: vocabularies are long
MOST_SIDES = 8
ALIGNMENT = "general.alignment"


@dataclass(frozen=True, slots=True)
class Kind:
    """A GGUF tensor type: `numbers` values take `bytes` bytes. `read` is True if diffusers can unpack the
    type.
    """

    name: str
    numbers: int
    bytes: int
    read: bool = True


KINDS: dict[int, Kind] = {
    0: Kind("F32", 1, 4), 1: Kind("F16", 1, 2), 30: Kind("BF16", 1, 2),
    2: Kind("Q4_0", 32, 18), 3: Kind("Q4_1", 32, 20), 6: Kind("Q5_0", 32, 22), 7: Kind("Q5_1", 32, 24),
    8: Kind("Q8_0", 32, 34), 10: Kind("Q2_K", 256, 84), 11: Kind("Q3_K", 256, 110),
    12: Kind("Q4_K", 256, 144),
    13: Kind("Q5_K", 256, 176), 14: Kind("Q6_K", 256, 210), 20: Kind("IQ4_NL", 32, 18),
    23: Kind("IQ4_XS", 256, 136),
    9: Kind("Q8_1", 32, 40, read=False), 15: Kind("Q8_K", 256, 292, read=False),
    16: Kind("IQ2_XXS", 256, 66, read=False), 17: Kind("IQ2_XS", 256, 74, read=False),
    18: Kind("IQ3_XXS", 256, 98, read=False), 19: Kind("IQ1_S", 256, 50, read=False),
    21: Kind("IQ3_S", 256, 110, read=False), 22: Kind("IQ2_S", 256, 82, read=False),
    24: Kind("I8", 1, 1, read=False), 25: Kind("I16", 1, 2, read=False), 26: Kind("I32", 1, 4, read=False),
    27: Kind("I64", 1, 8, read=False), 28: Kind("F64", 1, 8, read=False),
    29: Kind("IQ1_M", 256, 56, read=False),
    34: Kind("TQ1_0", 256, 54, read=False), 35: Kind("TQ2_0", 256, 66, read=False),
    39: Kind("MXFP4", 32, 17, read=False), 40: Kind("NVFP4", 64, 36, read=False),
}  # fmt: skip
BY_NAME = {kind.name: kind for kind in KINDS.values()}
NUMBERS = {
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


def read_gguf(path: Path) -> Header:
    """Return the header of a GGUF file.

    Raises BadInput for a file that is not GGUF or has a type that cannot be unpacked, and Damaged for a
    truncated file.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            found = _Reader(path, file, size).header()
    except OSError as error:
        raise explain(error, path, "read") from error
    return found


def bytes_of(tensor: Tensor) -> int:
    """Return the number of bytes that the tensor takes in the file."""
    kind, count = BY_NAME[tensor.dtype], 1
    for side in tensor.shape:
        count *= side
    return count // kind.numbers * kind.bytes


@dataclass(slots=True)
class _Reader:
    """A reader of the header of an open GGUF file."""

    path: Path
    file: BinaryIO
    size: int
    notes: dict[str, str] = field(default_factory=dict)

    def header(self) -> Header:
        if self.file.read(4) != MAGIC:
            raise BadInput(
                f"{self.path.name} is not a GGUF file", "milimo model use FILE takes .safetensors and .gguf"
            )
        version = int(self._number("<I"))
        if version not in VERSIONS:
            raise self._odd(f"version {version}")
        tensors, notes = int(self._number("<Q")), int(self._number("<Q"))
        if tensors > MOST_TENSORS or notes > MOST_NOTES:
            raise self._odd(f"{tensors:,} tensors and {notes:,} notes")
        for _ in range(notes):
            key = self._text()
            self.notes[key] = self._value(int(self._number("<I")))
        rows = [self._tensor() for _ in range(tensors)]
        self._check_end(rows)
        return Header({name: tensor for name, tensor, _ in rows}, self.notes, self.size)

    def _tensor(self) -> tuple[str, Tensor, int]:
        name, sides = self._text(), int(self._number("<I"))
        if sides > MOST_SIDES:
            raise self._odd(f"{name} has {sides:,} sides")
        # the file stores the fastest-changing dimension first
        shape = tuple(int(self._number("<Q")) for _ in range(sides))[::-1]
        number, place = int(self._number("<I")), int(self._number("<Q"))
        kind = KINDS.get(number)
        if kind is None or not kind.read:
            packed = kind.name if kind else f"type {number}"
            raise BadInput(
                f"{self.path.name} is packed as {packed}, which can't be read here",
                "take one of Q8_0, Q6_K, Q5_K or Q4_K",
            )
        if shape and shape[-1] % kind.numbers:
            raise self._odd(
                f"{name} has rows of {shape[-1]:,}, and {kind.name} packs {kind.numbers} at a time"
            )
        return name, Tensor(kind.name, shape), place

    def _check_end(self, rows: list[tuple[str, Tensor, int]]) -> None:
        said = self.notes.get(ALIGNMENT, "32")
        if not said.isdecimal() or not 0 < int(said) <= 1 << 20:
            raise self._odd(f"an alignment of {said}")
        begins = -(-self.file.tell() // int(said)) * int(said)
        ends = begins + max((place + bytes_of(tensor) for _, tensor, place in rows), default=0)
        if self.size < ends:
            raise self._cut(ends)

    def _value(self, kind: int, depth: int = 0) -> str:
        """Return a metadata value as text. A list is skipped and returned as an empty text, as vocabularies
        are not needed here.
        """
        if kind == TEXT:
            return self._text()
        if kind in NUMBERS:
            return str(self._number(NUMBERS[kind]))
        if kind != LIST or depth > 1:
            raise self._odd(f"a note of type {kind}")
        inner, count = int(self._number("<I")), int(self._number("<Q"))
        if inner in NUMBERS:
            self._skip(struct.calcsize(NUMBERS[inner]) * count)
        else:
            self._each(count, lambda: self._value(inner, depth + 1))
        return ""

    def _each(self, count: int, read: Callable[[], object]) -> None:
        if count > MOST_TEXT:
            raise self._odd(f"a list of {count:,}")
        for _ in range(count):
            read()

    def _skip(self, count: int) -> None:
        if self.file.tell() + count > self.size:
            raise self._cut(self.file.tell() + count)
        self.file.seek(count, 1)

    def _text(self) -> str:
        length = int(self._number("<Q"))
        if length > MOST_TEXT:
            raise self._odd(f"a text of {length:,} bytes")
        return self._bytes(length).decode("utf-8", "replace")

    def _number(self, form: str) -> float:
        value: float = struct.unpack(form, self._bytes(struct.calcsize(form)))[0]
        return value

    def _bytes(self, count: int) -> bytes:
        found = self.file.read(count)
        if len(found) < count:
            raise self._cut(self.file.tell() + count - len(found))
        return found

    def _cut(self, wanted: int) -> Damaged:
        return Damaged(
            f"{self.path.name} is cut: {self.size:,} bytes of at least {wanted:,}",
            "fetch it again: it is not whole",
        )

    def _odd(self, what: str) -> BadInput:
        return BadInput(
            f"{self.path.name} is no GGUF file that can be read: {what}", "fetch it again, or take another"
        )
