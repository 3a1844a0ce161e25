"""Settings that make x264 encode like a source, so that its packets can follow copied packets under one set
of headers.

Profile, level, references, order and the other headers are set by x264's options. The initial quantiser,
which depends on the quality alone, is corrected in the head of each slice: this changes no picture.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from milimo_tui.cut.delivery.delivery import Delivery
from milimo_tui.cut.plan.plan import RenderPlan
from milimo_tui.media.encode import formats
from milimo_tui.media.encode.coded import CodedPacket
from milimo_tui.media.files import h264
from milimo_tui.media.files.h264 import ParameterSets, PictureParameters, SequenceParameters

_ENCODER = "libx264"
_COLOURS = {1: "bt709", 2: "undef"}  # sources with other colours are not copied
_MOST_BETWEEN = 16  # B-frames in a row


@dataclass(frozen=True, slots=True)
class X264Match:
    """A delivery whose encoder writes `headers`, after `by` is added to the quantiser of each slice."""

    delivery: Delivery
    headers: ParameterSets
    sequence: SequenceParameters
    picture: PictureParameters  # the encoder's own
    by: int

    def fitted(self, packets: Iterable[CodedPacket]) -> Iterator[CodedPacket]:
        """Return the encoder's packets, adjusted so that they fit the headers."""
        if not self.by:
            yield from packets
            return
        for each in packets:
            changed = (
                h264.shift_slice_quantiser(unit, self.sequence, self.picture, self.by)
                if h264.get_unit_type(unit) in h264.SLICES
                else unit
                for unit in h264.split_nal_units(each.data, 0)
            )
            yield replace(each, data=h264.join_byte_stream(changed))


def match_x264_to_headers(plan: RenderPlan, delivery: Delivery, headers: ParameterSets) -> X264Match | None:
    """Return settings with which x264 encodes under the given headers, or None if x264 cannot write such
    headers.
    """
    if delivery.picture is None or delivery.picture.encoder != _ENCODER:
        return None
    if len(headers.sps) > 1 or len(headers.pps) > 1:
        return None
    try:
        sequence, picture = (
            h264.parse_sequence_parameters(headers.sps[0]),
            h264.parse_picture_parameters(headers.pps[0]),
        )
        offset = picture.chroma
        for _ in range(2):  # x264 shifts the chroma offset by an amount that its psychovisual settings choose
            fitted = _set_x264_headers(delivery, sequence, picture, offset)
            own = _read_encoder_headers(plan, fitted)
            mine = h264.parse_picture_parameters(own.pps[0])
            if mine.chroma == picture.chroma:
                break
            offset += picture.chroma - mine.chroma
    except ValueError:
        return None
    if own.sps != headers.sps or replace(mine, quantiser=picture.quantiser) != picture:
        return None
    return X264Match(fitted, headers, sequence, mine, mine.quantiser - picture.quantiser)


def _read_encoder_headers(plan: RenderPlan, delivery: Delivery) -> ParameterSets:
    """Return the headers that the encoder of a delivery writes. Raises ValueError if it cannot be opened."""
    encoder = formats.make_picture_encoder(plan, delivery)
    found = h264.parse_parameter_sets(bytes(encoder.extradata or b""))
    if found is None:
        raise ValueError("an encoder without headers")
    return found


def _set_x264_headers(
    delivery: Delivery, sequence: SequenceParameters, picture: PictureParameters, offset: int
) -> Delivery:
    """Return the delivery with x264 options that produce the headers. Raises ValueError for unsupported
    colours.
    """
    assert delivery.picture is not None
    colours = (sequence.primaries, sequence.transfer, sequence.matrix)
    if any(colour not in _COLOURS for colour in colours):
        raise ValueError("colours of its own")
    primaries, transfer, matrix = (_COLOURS[colour] for colour in colours)
    between = _choose_b_frames(sequence)
    words: dict[str, str | int] = {
        "level": sequence.level,
        "ref": picture.references,
        "bframes": between,
        "b-pyramid": "normal" if sequence.reordered == 2 else "none",
        "weightp": 2 if picture.weighted else 0,
        "weightb": int(picture.weighted_both > 0),
        "cabac": int(picture.cabac),
        "8x8dct": int(picture.wide),
        "constrained-intra": int(picture.constrained),
        "chroma-qp-offset": offset,
        "mvrange": 1 << max(5, sequence.reach_bits - 2),
        "colorprim": primaries,
        "transfer": transfer,
        "colormatrix": matrix,
        "force-cfr": int(sequence.steady),
        "sps-id": sequence.number,
    }
    if sequence.square:
        words["sar"] = "1/1"
    if not sequence.references:
        words["keyint"] = 1
    joined = ":".join(f"{name}={value}" for name, value in words.items())
    options = (*delivery.picture.options, ("x264-params", joined))
    return delivery.model_copy(update={"picture": delivery.picture.model_copy(update={"options": options})})


def _choose_b_frames(sequence: SequenceParameters) -> int:
    """Return a number of B-frames for which x264 writes the given order bits: the closest to three, its
    default.

    Raises ValueError if no number fits.
    """
    if sequence.order_type:
        return 0
    pyramid = 2 if sequence.reordered == 2 else 1
    fit = [
        count
        for count in range(1, _MOST_BETWEEN + 1)
        if ((count + 2) * pyramid * 4).bit_length() == max(4, sequence.order_bits)
    ]
    if not fit:
        raise ValueError("an order that x264 does not count in")
    return min(fit, key=lambda count: abs(count - 3))
