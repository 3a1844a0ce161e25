"""Settings that make x264 write the same headers as a source file, so that encoded packets can follow packets
copied from the source.

Options of x264 control profile, level, reference frames, picture order and other header fields. The initial
quantiser depends on the quality alone, so it is corrected in the header of each slice. This does not change
the decoded pictures.
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
# X264's names of the colour codes that can be copied. A source with other colours is encoded.
_COLOURS = {1: "bt709", 2: "undef"}
_MOST_BETWEEN = 16  # The largest number of consecutive B-frames that x264 supports.


@dataclass(frozen=True, slots=True)
class X264Match:
    """A delivery whose x264 packets can be decoded with the given `headers`, which come from a source file.

    `sequence` and `picture` are the parameters with which x264 itself encodes. `by` is added to the quantiser
    of each slice, because x264's own headers specify another initial quantiser than `headers`.
    """

    delivery: Delivery
    headers: ParameterSets
    sequence: SequenceParameters
    # The encoder's own picture parameters, which differ from the headers in the initial quantiser only.
    picture: PictureParameters
    by: int

    def fitted(self, packets: Iterable[CodedPacket]) -> Iterator[CodedPacket]:
        """Yield the encoder's packets with the quantisers in their slices changed to fit the headers of the
        source file.
        """
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
    """Return a delivery whose x264 packets fit the given headers, or None if x264 cannot write such
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
        # X264 changes the requested chroma offset according to its psychovisual settings, so a second attempt
        # compensates for the change.
        for _ in range(2):
            fitted = _set_x264_headers(delivery, sequence, picture, offset)
            own = _read_encoder_headers(plan, fitted)
            parameters = h264.parse_picture_parameters(own.pps[0])
            if parameters.chroma == picture.chroma:
                break
            offset += picture.chroma - parameters.chroma
    except ValueError:
        return None
    if own.sps != headers.sps or replace(parameters, quantiser=picture.quantiser) != picture:
        return None
    return X264Match(fitted, headers, sequence, parameters, parameters.quantiser - picture.quantiser)


def _read_encoder_headers(plan: RenderPlan, delivery: Delivery) -> ParameterSets:
    """Return the headers that the encoder of a delivery writes. Raises ValueError if the encoder writes
    none.
    """
    encoder = formats.make_picture_encoder(plan, delivery)
    found = h264.parse_parameter_sets(bytes(encoder.extradata or b""))
    if found is None:
        raise ValueError("an encoder without headers")
    return found


def _set_x264_headers(
    delivery: Delivery, sequence: SequenceParameters, picture: PictureParameters, offset: int
) -> Delivery:
    """Return the delivery with the x264 options that produce the given parameters. `offset` is the chroma
    quantiser offset.

    Raises ValueError for unsupported colours.
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
    """Return a number of B-frames for which x264 stores the picture order in as many bits as the source does.

    If several numbers fit, return the number closest to three, because three is x264's default. Raises
    ValueError if no number fits.
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
