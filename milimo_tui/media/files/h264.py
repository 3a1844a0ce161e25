"""Parsing of H.264 bitstreams (ITU-T H.264, 7.3): the NAL units of a packet, parameter sets, and slice
headers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

SLICES = (1, 5)
IDR, SPS, PPS, MORE_SPS = 5, 7, 8, 13
SETS = (SPS, PPS, MORE_SPS)
_MARK = b"\0\0\0\1"
_P, _B, _I = 0, 1, 2  # Slice types.
# Profile numbers whose sequence parameter sets contain the chroma format and the bit depth.
_TOLD = (44, 83, 86, 100, 110, 118, 122, 128, 138, 139, 134, 135, 244)
_SQUEEZED = re.compile(rb"\0\0(?=[\0-\3])")
_HEAD = 1024  # The number of bytes at the start of a slice that certainly contain its header.


@dataclass(frozen=True, slots=True)
class ParameterSets:
    """The sequence and picture parameter sets of a stream, each with its NAL header."""

    sps: tuple[bytes, ...]
    pps: tuple[bytes, ...]

    @property
    def all(self) -> tuple[bytes, ...]:
        """All parameter sets, the sequence parameter sets first."""
        return (*self.sps, *self.pps)


@dataclass(frozen=True, slots=True)
class SequenceParameters:
    """The fields of a sequence parameter set that can be controlled by encoder options."""

    profile: int
    level: int
    number: int
    chroma: int
    frame_bits: int  # The number of bits in which a frame number is stored.
    order_type: int
    order_bits: int  # The number of bits in which the picture order count is stored.
    references: int
    square: bool  # True if the stream specifies square pixels.
    primaries: int
    transfer: int
    matrix: int
    steady: bool  # True if the stream specifies a constant frame rate.
    # The number of pictures by which display order may lag behind coding order; None if not specified.
    reordered: int | None
    reach_bits: int  # The base-2 logarithm of the longest vertical motion vector, in quarter pixels.


@dataclass(frozen=True, slots=True)
class PictureParameters:
    """The fields of a picture parameter set. Two equal values describe interchangeable parameter sets."""

    number: int
    sequence: int
    cabac: bool
    orders: bool
    references: int
    references_back: int
    weighted: bool
    weighted_both: int
    quantiser: int  # The initial quantiser of slices, minus 26.
    quantiser_s: int
    chroma: int
    deblocks: bool
    constrained: bool
    redundant: bool
    wide: bool  # True if 8×8 transforms are allowed.
    chroma_second: int


class BitReader:
    """A reader of bits, most significant bit first. Raises ValueError after the last bit."""

    def __init__(self, data: bytes) -> None:
        self._value, self._size, self.at = int.from_bytes(data, "big"), 8 * len(data), 0

    def take(self, count: int) -> int:
        """Return the next `count` bits as a number."""
        self.at += count
        if self.at > self._size:
            raise ValueError("a header ends too early")
        return self._value >> self._size - self.at & (1 << count) - 1

    def read_flag(self) -> bool:
        """Return the next bit as a Boolean."""
        return bool(self.take(1))

    def read_golomb(self) -> int:
        """Return the next unsigned Exp-Golomb number."""
        zeros = 0
        while not self.take(1):
            zeros += 1
        return (1 << zeros) - 1 + self.take(zeros)

    def read_signed_golomb(self) -> int:
        """Return the next signed Exp-Golomb number."""
        value = self.read_golomb()
        return (value + 1) // 2 if value % 2 else -(value // 2)

    def left(self) -> int:
        """Return the number of bits that were not read yet."""
        return self._size - self.at


def split_nal_units(data: bytes, length_bytes: int) -> Iterator[bytes]:
    """Yield the NAL units of a packet.

    `length_bytes` is the size in bytes of the length field before each unit, as in MP4. 0 means that the
    packet is a byte stream (Annex B).
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


def join_byte_stream(found: Iterable[bytes]) -> bytes:
    """Join NAL units into a byte stream (Annex B), with a start code before each unit, and return it."""
    return b"".join(_MARK + unit for unit in found)


def get_unit_type(unit: bytes) -> int:
    """Return the NAL unit type, the lower five bits of the first byte."""
    return unit[0] & 31 if unit else 0


def read_length_size(extradata: bytes) -> int:
    """Return the size in bytes of the length field before each NAL unit of a stream; 0 for a byte stream
    (Annex B).
    """
    return (extradata[4] & 3) + 1 if len(extradata) > 4 and extradata[0] == 1 else 0


def parse_parameter_sets(extradata: bytes) -> ParameterSets | None:
    """Parse the parameter sets in a stream's extradata. Return None if they are missing or incomplete."""
    try:
        found = list(
            _list_record_units(extradata) if read_length_size(extradata) else split_nal_units(extradata, 0)
        )
    except IndexError:
        return None
    sets = {
        kind: tuple(dict.fromkeys(each for each in found if get_unit_type(each) == kind))
        for kind in (SPS, PPS)
    }
    return ParameterSets(sets[SPS], sets[PPS]) if sets[SPS] and sets[PPS] else None


def _list_record_units(record: bytes) -> Iterator[bytes]:
    """Yield the NAL units of a decoder configuration record (ISO/IEC 14496-15), the extradata of MP4."""
    at = 5
    for mask in (31, 255):
        count = record[at] & mask
        at += 1
        for _ in range(count):
            size = record[at] << 8 | record[at + 1]
            yield record[at + 2 : at + 2 + size]
            at += 2 + size


def parse_sequence_parameters(unit: bytes) -> SequenceParameters:
    """Parse a sequence parameter set. Raises ValueError if it is truncated or has scaling lists."""
    bits = BitReader(_remove_emulation_prevention(unit[1:]))
    profile = bits.take(8)
    bits.take(8)
    level, number, chroma = bits.take(8), bits.read_golomb(), 1
    if profile in _TOLD:
        chroma = bits.read_golomb()
        if chroma == 3:
            bits.read_flag()
        bits.read_golomb(), bits.read_golomb(), bits.read_flag()
        if bits.read_flag():
            raise ValueError("scaling lists")
    frame_bits, order_type, order_bits = bits.read_golomb() + 4, bits.read_golomb(), 0
    if order_type == 0:
        order_bits = bits.read_golomb() + 4
    elif order_type == 1:
        raise ValueError("an order of its own")
    references = bits.read_golomb()
    bits.read_flag(), bits.read_golomb(), bits.read_golomb()
    if not bits.read_flag():
        raise ValueError("fields")
    bits.read_flag()
    if bits.read_flag():
        for _ in range(4):
            bits.read_golomb()
    values = (profile, level, number, chroma, frame_bits, order_type, order_bits, references)
    return SequenceParameters(*values, *(_parse_usability_information(bits) if bits.read_flag() else _UNTOLD))


_UNTOLD = (False, 2, 2, 2, False, None, 0)
_SQUARE, _OWN_SHAPE = 1, 255


def _parse_usability_information(bits: BitReader) -> tuple[bool, int, int, int, bool, int | None, int]:
    """Parse the video usability information (Annex E.1).

    Return whether pixels are square, the codes of primaries, transfer and matrix, whether the rate is
    constant, the reorder depth, and the motion vector range.
    """
    shape = bits.take(8) if bits.read_flag() else 0
    if shape == _OWN_SHAPE:
        bits.take(32)
    colours, reordered, reach = (2, 2, 2), None, 0
    if bits.read_flag():
        bits.read_flag()
    if bits.read_flag():
        bits.take(4)
        if bits.read_flag():
            colours = bits.take(8), bits.take(8), bits.take(8)
    if bits.read_flag():
        bits.read_golomb(), bits.read_golomb()
    steady = bits.read_flag() and bool(bits.take(65) & 1)
    if bits.read_flag() or bits.read_flag():
        raise ValueError("a buffer of its own")
    bits.read_flag()
    if bits.read_flag():
        bits.read_flag(), bits.read_golomb(), bits.read_golomb(), bits.read_golomb()
        reach, reordered = bits.read_golomb(), bits.read_golomb()
    return shape == _SQUARE, *colours, steady, reordered, reach


def parse_picture_parameters(unit: bytes) -> PictureParameters:
    """Parse a picture parameter set. Raises ValueError if it is truncated, has slice groups or scaling
    lists.
    """
    plain = _remove_emulation_prevention(unit[1:])
    bits = BitReader(plain)
    number, sequence, cabac, orders = (
        bits.read_golomb(),
        bits.read_golomb(),
        bits.read_flag(),
        bits.read_flag(),
    )
    if bits.read_golomb():
        raise ValueError("groups of slices")
    first = (bits.read_golomb() + 1, bits.read_golomb() + 1, bits.read_flag(), bits.take(2))
    quantiser, quantiser_s, chroma = (
        bits.read_signed_golomb(),
        bits.read_signed_golomb(),
        bits.read_signed_golomb(),
    )
    deblocks, constrained, redundant = bits.read_flag(), bits.read_flag(), bits.read_flag()
    wide, second = False, chroma
    if bits.left() > _count_trailing_bits(plain):
        wide = bits.read_flag()
        if bits.read_flag():
            raise ValueError("scaling lists")
        second = bits.read_signed_golomb()
    quantisers = (quantiser, quantiser_s, chroma)
    flags = (deblocks, constrained, redundant)
    return PictureParameters(number, sequence, cabac, orders, *first, *quantisers, *flags, wide, second)


def _count_trailing_bits(plain: bytes) -> int:
    """Return the number of trailing bits, a one followed by zeros, that only mark the end of a NAL unit."""
    value = int.from_bytes(plain, "big")
    return (value & -value).bit_length() if value else 0


def _remove_emulation_prevention(squeezed: bytes) -> bytes:
    """Return the content of a NAL unit without the emulation prevention bytes."""
    return squeezed.replace(b"\0\0\3", b"\0\0")


def _add_emulation_prevention(plain: bytes) -> bytes:
    return _SQUEEZED.sub(b"\0\0\3", plain)


def shift_slice_quantiser(
    unit: bytes, sequence: SequenceParameters, picture: PictureParameters, by: int
) -> bytes:
    """Add `by` to the quantiser stored in the header of a slice, and return the changed slice.

    The change compensates for a picture parameter set whose initial quantiser is smaller by `by`, so the
    decoded pictures do not change. `sequence` and `picture` are the parameters with which the slice was
    encoded. Raises ValueError for a slice type that x264 does not write.
    """
    plain = _remove_emulation_prevention(unit[1:])
    bits = BitReader(plain[:_HEAD])
    _skip_to_quantiser(bits, unit[0], sequence, picture)
    before = bits.at
    value = bits.read_signed_golomb()
    after = bits.at
    if picture.deblocks and bits.read_golomb() != 1:
        bits.read_signed_golomb(), bits.read_signed_golomb()
    whole, size = int.from_bytes(plain[:_HEAD], "big"), 8 * len(plain[:_HEAD])
    code, length = _encode_signed_golomb(value + by)
    head = (whole >> size - before) << length | code
    count = before + length
    # CABAC data must begin at a byte boundary, so the bits between header and data are filled again.
    if picture.cabac:
        end = bits.at
        head = head << end - after | whole >> size - end & (1 << end - after) - 1
        count += end - after
        fill = -count % 8
        body = (head << fill | (1 << fill) - 1).to_bytes((count + fill) // 8, "big") + plain[-(-end // 8) :]
    else:
        rest = 8 * len(plain) - after - (_count_trailing_bits(plain) - 1)
        data = int.from_bytes(plain, "big") >> _count_trailing_bits(plain) - 1 & (1 << rest) - 1
        count += rest
        fill = -count % 8
        body = ((head << rest | data) << fill).to_bytes((count + fill) // 8, "big")
    return unit[:1] + _add_emulation_prevention(body)


def _encode_signed_golomb(value: int) -> tuple[int, int]:
    """Encode a signed number as Exp-Golomb; return the code and its length in bits."""
    code = (2 * value - 1 if value > 0 else -2 * value) + 1
    return code, 2 * code.bit_length() - 1


def _skip_to_quantiser(
    bits: BitReader, head: int, sequence: SequenceParameters, picture: PictureParameters
) -> None:
    """Read the fields of a slice header that precede the quantiser (7.3.3), so that the quantiser is the next
    value in `bits`. `head` is the first byte of the NAL unit.
    """
    is_idr = head & 31 == IDR
    bits.read_golomb()
    kind = bits.read_golomb() % 5
    if kind not in (_P, _B, _I):
        raise ValueError("a slice that switches")
    bits.read_golomb()
    bits.take(sequence.frame_bits)
    if is_idr:
        bits.read_golomb()
    if sequence.order_type == 0:
        bits.take(sequence.order_bits)
        if picture.orders:
            bits.read_signed_golomb()
    if picture.redundant:
        bits.read_golomb()
    if kind == _B:
        bits.read_flag()
    if kind != _I:
        _skip_reference_lists(bits, kind, sequence, picture)
    if head >> 5 & 3:
        _skip_reference_marking(bits, is_idr=is_idr)
    if picture.cabac and kind != _I:
        bits.read_golomb()


def _skip_reference_lists(
    bits: BitReader, kind: int, sequence: SequenceParameters, picture: PictureParameters
) -> None:
    counts = [picture.references, picture.references_back][: 2 if kind == _B else 1]
    if bits.read_flag():
        counts = [bits.read_golomb() + 1 for _ in counts]
    for _ in counts:
        if bits.read_flag():
            while bits.read_golomb() != 3:
                bits.read_golomb()
    if picture.weighted if kind == _P else picture.weighted_both == 1:
        bits.read_golomb()
        if sequence.chroma:
            bits.read_golomb()
        for count in counts:
            for _ in range(count):
                _skip_prediction_weights(bits, 1)
                if sequence.chroma:
                    _skip_prediction_weights(bits, 2)


def _skip_prediction_weights(bits: BitReader, planes: int) -> None:
    if bits.read_flag():
        for _ in range(2 * planes):
            bits.read_signed_golomb()


# The number of arguments of each memory management control operation.
_ARGUMENTS = {1: 1, 2: 1, 3: 2, 4: 1, 5: 0, 6: 1}


def _skip_reference_marking(bits: BitReader, *, is_idr: bool) -> None:
    if is_idr:
        bits.take(2)
    elif bits.read_flag():
        while operation := bits.read_golomb():
            for _ in range(_ARGUMENTS[operation]):
                bits.read_golomb()
