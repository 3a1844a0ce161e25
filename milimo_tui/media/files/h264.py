"""H.264 bitstreams (ITU-T H.264, 7.3): NAL units of a packet, parameter sets, and the header of a slice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

SLICES = (1, 5)
IDR, SPS, PPS, MORE_SPS = 5, 7, 8, 13
SETS = (SPS, PPS, MORE_SPS)
_MARK = b"\0\0\0\1"
_P, _B, _I = 0, 1, 2  # slice types
# Profiles whose sequence parameter sets specify chroma format and bit depth.
_TOLD = (44, 83, 86, 100, 110, 118, 122, 128, 138, 139, 134, 135, 244)
_SQUEEZED = re.compile(rb"\0\0(?=[\0-\3])")
_HEAD = 1024  # first bytes of a slice, which contain its header


@dataclass(frozen=True, slots=True)
class Headers:
    """A stream's parameter sets, each complete with its NAL header."""

    sps: tuple[bytes, ...]
    pps: tuple[bytes, ...]

    @property
    def all(self) -> tuple[bytes, ...]:
        """All parameter sets, the sequence parameter sets first."""
        return (*self.sps, *self.pps)


@dataclass(frozen=True, slots=True)
class Sequence:
    """The fields of a sequence parameter set that an encoder can be made to write."""

    profile: int
    level: int
    number: int
    chroma: int
    frame_bits: int  # bits of a frame number
    order_type: int
    order_bits: int  # bits of the picture order count
    references: int
    square: bool  # specifies square pixels
    primaries: int
    transfer: int
    matrix: int
    steady: bool  # specifies a constant frame rate
    reordered: int | None  # pictures that may wait for reordering; None: not specified
    reach_bits: int  # bits of a motion vector's length


@dataclass(frozen=True, slots=True)
class Picture:
    """The fields of a picture parameter set; equal values specify the same for every picture."""

    number: int
    sequence: int
    cabac: bool
    orders: bool
    references: int
    references_back: int
    weighted: bool
    weighted_both: int
    quantiser: int  # initial quantiser of slices, minus 26
    quantiser_s: int
    chroma: int
    deblocks: bool
    constrained: bool
    redundant: bool
    wide: bool  # 8×8 transforms
    chroma_second: int


class Bits:
    """A reader of bits from the most significant. Raises ValueError past the end."""

    def __init__(self, data: bytes) -> None:
        self._value, self._size, self.at = int.from_bytes(data, "big"), 8 * len(data), 0

    def take(self, count: int) -> int:
        """Return the next `count` bits as a number."""
        self.at += count
        if self.at > self._size:
            raise ValueError("a header ends too early")
        return self._value >> self._size - self.at & (1 << count) - 1

    def flag(self) -> bool:
        """Return the next bit as a Boolean."""
        return bool(self.take(1))

    def golomb(self) -> int:
        """Return the next unsigned Exp-Golomb number."""
        zeros = 0
        while not self.take(1):
            zeros += 1
        return (1 << zeros) - 1 + self.take(zeros)

    def signed(self) -> int:
        """Return the next signed Exp-Golomb number."""
        value = self.golomb()
        return (value + 1) // 2 if value % 2 else -(value // 2)

    def left(self) -> int:
        """Return the number of bits that are left."""
        return self._size - self.at


def units(data: bytes, length_bytes: int) -> Iterator[bytes]:
    """Yield the NAL units of a packet.

    `length_bytes` is the size of the length field before each unit, as in MP4; 0 for a byte stream (Annex B).
    """
    if length_bytes:
        at = 0
        while at + length_bytes < len(data):
            size = int.from_bytes(data[at : at + length_bytes], "big")
            at += length_bytes
            yield data[at : at + size]
            at += size
        return
    start = data.find(b"\0\0\1")
    while start >= 0:
        end = data.find(b"\0\0\1", start + 3)
        unit = data[start + 3 : end if end >= 0 else len(data)].rstrip(b"\0")
        if unit:
            yield unit
        start = end


def byte_stream(found: Iterable[bytes]) -> bytes:
    """Return units as a byte stream (Annex B)."""
    return b"".join(_MARK + unit for unit in found)


def kind_of(unit: bytes) -> int:
    """Return the NAL unit type."""
    return unit[0] & 31 if unit else 0


def length_bytes_of(extradata: bytes) -> int:
    """Return the size in bytes of the length field in the packets of a stream; 0 for a byte stream."""
    return (extradata[4] & 3) + 1 if len(extradata) > 4 and extradata[0] == 1 else 0


def headers_of(extradata: bytes) -> Headers | None:
    """Return the parameter sets of a stream from its extradata, or None if they are missing or incomplete."""
    try:
        found = list(_listed(extradata) if length_bytes_of(extradata) else units(extradata, 0))
    except IndexError:
        return None
    sets = {
        kind: tuple(dict.fromkeys(each for each in found if kind_of(each) == kind)) for kind in (SPS, PPS)
    }
    return Headers(sets[SPS], sets[PPS]) if sets[SPS] and sets[PPS] else None


def _listed(record: bytes) -> Iterator[bytes]:
    """Yield the units of a decoder configuration record (ISO/IEC 14496-15)."""
    at = 5
    for mask in (31, 255):
        count = record[at] & mask
        at += 1
        for _ in range(count):
            size = record[at] << 8 | record[at + 1]
            yield record[at + 2 : at + 2 + size]
            at += 2 + size


def sequence_of(unit: bytes) -> Sequence:
    """Parse a sequence parameter set. Raises ValueError if it is truncated or has scaling lists."""
    bits = Bits(_plain(unit[1:]))
    profile = bits.take(8)
    bits.take(8)
    level, number, chroma = bits.take(8), bits.golomb(), 1
    if profile in _TOLD:
        chroma = bits.golomb()
        if chroma == 3:
            bits.flag()
        bits.golomb(), bits.golomb(), bits.flag()
        if bits.flag():
            raise ValueError("scaling lists")
    frame_bits, order_type, order_bits = bits.golomb() + 4, bits.golomb(), 0
    if order_type == 0:
        order_bits = bits.golomb() + 4
    elif order_type == 1:
        raise ValueError("an order of its own")
    references = bits.golomb()
    bits.flag(), bits.golomb(), bits.golomb()
    if not bits.flag():
        raise ValueError("fields")
    bits.flag()
    if bits.flag():
        for _ in range(4):
            bits.golomb()
    values = (profile, level, number, chroma, frame_bits, order_type, order_bits, references)
    return Sequence(*values, *(_usability(bits) if bits.flag() else _UNTOLD))


_UNTOLD = (False, 2, 2, 2, False, None, 0)
_SQUARE, _OWN_SHAPE = 1, 255


def _usability(bits: Bits) -> tuple[bool, int, int, int, bool, int | None, int]:
    """Parse the video usability information (Annex E.1): pixel shape, colours, constant rate, reordering,
    motion range.
    """
    shape = bits.take(8) if bits.flag() else 0
    if shape == _OWN_SHAPE:
        bits.take(32)
    colours, reordered, reach = (2, 2, 2), None, 0
    if bits.flag():
        bits.flag()
    if bits.flag():
        bits.take(4)
        if bits.flag():
            colours = bits.take(8), bits.take(8), bits.take(8)
    if bits.flag():
        bits.golomb(), bits.golomb()
    steady = bits.flag() and bool(bits.take(65) & 1)
    if bits.flag() or bits.flag():
        raise ValueError("a buffer of its own")
    bits.flag()
    if bits.flag():
        bits.flag(), bits.golomb(), bits.golomb(), bits.golomb()
        reach, reordered = bits.golomb(), bits.golomb()
    return shape == _SQUARE, *colours, steady, reordered, reach


def picture_of(unit: bytes) -> Picture:
    """Parse a picture parameter set. Raises ValueError if it is truncated, has slice groups or scaling
    lists.
    """
    plain = _plain(unit[1:])
    bits = Bits(plain)
    number, sequence, cabac, orders = bits.golomb(), bits.golomb(), bits.flag(), bits.flag()
    if bits.golomb():
        raise ValueError("groups of slices")
    first = (bits.golomb() + 1, bits.golomb() + 1, bits.flag(), bits.take(2))
    quantiser, quantiser_s, chroma = bits.signed(), bits.signed(), bits.signed()
    deblocks, constrained, redundant = bits.flag(), bits.flag(), bits.flag()
    wide, second = False, chroma
    if bits.left() > _trailing(plain):
        wide = bits.flag()
        if bits.flag():
            raise ValueError("scaling lists")
        second = bits.signed()
    quantisers = (quantiser, quantiser_s, chroma)
    flags = (deblocks, constrained, redundant)
    return Picture(number, sequence, cabac, orders, *first, *quantisers, *flags, wide, second)


def _trailing(plain: bytes) -> int:
    """Return the number of trailing bits that only end a unit: a one and zeros."""
    value = int.from_bytes(plain, "big")
    return (value & -value).bit_length() if value else 0


def _plain(squeezed: bytes) -> bytes:
    """Return a unit's bytes without the emulation prevention bytes."""
    return squeezed.replace(b"\0\0\3", b"\0\0")


def _guarded(plain: bytes) -> bytes:
    return _SQUEEZED.sub(b"\0\0\3", plain)


def requantised(unit: bytes, sequence: Sequence, picture: Picture, by: int) -> bytes:
    """Return a slice whose stored quantiser is larger by `by`, for a picture parameter set whose quantiser is
    smaller by `by`.

    `sequence` and `picture` are the parameters it was encoded with. The decoded pictures do not change.
    Raises ValueError for a slice type that x264 does not write.
    """
    plain = _plain(unit[1:])
    bits = Bits(plain[:_HEAD])
    _before_quantiser(bits, unit[0], sequence, picture)
    before = bits.at
    value = bits.signed()
    after = bits.at
    if picture.deblocks and bits.golomb() != 1:
        bits.signed(), bits.signed()
    whole, size = int.from_bytes(plain[:_HEAD], "big"), 8 * len(plain[:_HEAD])
    code, length = _golomb(value + by)
    head = (whole >> size - before) << length | code
    count = before + length
    if picture.cabac:  # CABAC data begins at a byte boundary
        end = bits.at
        head = head << end - after | whole >> size - end & (1 << end - after) - 1
        count += end - after
        fill = -count % 8
        body = (head << fill | (1 << fill) - 1).to_bytes((count + fill) // 8, "big") + plain[-(-end // 8) :]
    else:
        rest = 8 * len(plain) - after - (_trailing(plain) - 1)
        data = int.from_bytes(plain, "big") >> _trailing(plain) - 1 & (1 << rest) - 1
        count += rest
        fill = -count % 8
        body = ((head << rest | data) << fill).to_bytes((count + fill) // 8, "big")
    return unit[:1] + _guarded(body)


def _golomb(value: int) -> tuple[int, int]:
    """Return a signed number as an Exp-Golomb code, and its number of bits."""
    code = (2 * value - 1 if value > 0 else -2 * value) + 1
    return code, 2 * code.bit_length() - 1


def _before_quantiser(bits: Bits, head: int, sequence: Sequence, picture: Picture) -> None:
    """Read the header of a slice up to its quantiser (7.3.3)."""
    is_idr = head & 31 == IDR
    bits.golomb()
    kind = bits.golomb() % 5
    if kind not in (_P, _B, _I):
        raise ValueError("a slice that switches")
    bits.golomb()
    bits.take(sequence.frame_bits)
    if is_idr:
        bits.golomb()
    if sequence.order_type == 0:
        bits.take(sequence.order_bits)
        if picture.orders:
            bits.signed()
    if picture.redundant:
        bits.golomb()
    if kind == _B:
        bits.flag()
    if kind != _I:
        _references(bits, kind, sequence, picture)
    if head >> 5 & 3:
        _marking(bits, is_idr=is_idr)
    if picture.cabac and kind != _I:
        bits.golomb()


def _references(bits: Bits, kind: int, sequence: Sequence, picture: Picture) -> None:
    counts = [picture.references, picture.references_back][: 2 if kind == _B else 1]
    if bits.flag():
        counts = [bits.golomb() + 1 for _ in counts]
    for _ in counts:
        if bits.flag():
            while bits.golomb() != 3:
                bits.golomb()
    if picture.weighted if kind == _P else picture.weighted_both == 1:
        bits.golomb()
        if sequence.chroma:
            bits.golomb()
        for count in counts:
            for _ in range(count):
                _weights(bits, 1)
                if sequence.chroma:
                    _weights(bits, 2)


def _weights(bits: Bits, planes: int) -> None:
    if bits.flag():
        for _ in range(2 * planes):
            bits.signed()


_ARGUMENTS = {1: 1, 2: 1, 3: 2, 4: 1, 5: 0, 6: 1}  # number of arguments of each memory management operation


def _marking(bits: Bits, *, is_idr: bool) -> None:
    if is_idr:
        bits.take(2)
    elif bits.flag():
        while way := bits.golomb():
            for _ in range(_ARGUMENTS[way]):
                bits.golomb()
