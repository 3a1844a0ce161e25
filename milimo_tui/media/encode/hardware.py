"""Detection of hardware encoders: a short test encode shows which of them work on this machine, or why they
fail.

FFmpeg's own list cannot be used, because it names the encoders of the build, not of the machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import av
import numpy as np
from av.error import FFmpegError
from av.video.codeccontext import VideoCodecContext

from milimo_tui.cut.delivery.delivery import Delivery, PictureFormat
from milimo_tui.media.encode import encoders

# FFmpeg's hardware encoders of each codec, in order of preference.
HARDWARE_ENCODERS: dict[str, tuple[str, ...]] = {
    "h264": ("h264_nvenc", "h264_qsv", "h264_amf", "h264_v4l2m2m"),
    "h265": ("hevc_nvenc", "hevc_qsv", "hevc_amf", "hevc_v4l2m2m"),
    "av1": ("av1_nvenc", "av1_qsv", "av1_amf"),
}
_FRAMES = 5
# The size of the test pictures in pixels, above the minimum size of every encoder.
_WIDTH, _HEIGHT = 320, 192
_LIKE = 30.0  # An encoder passes if each picture and its encoded copy have at least this PSNR, in dB.


@dataclass(frozen=True, slots=True)
class EncoderProof:
    """The result of a test encode with one encoder. `reason` is empty if the encoder works."""

    encoder: str
    reason: str


def choose_encoder(delivery: Delivery) -> tuple[Delivery, tuple[str, ...]]:
    """Return the delivery with an encoder that works on this machine, and messages for the user.

    If hardware encoding was requested but does not work, the delivery uses a software encoder and a message
    gives the reasons. Otherwise there are no messages.
    """
    picture = delivery.picture
    if picture is None or not picture.hardware:
        return delivery, ()
    proofs = prove_encoders_of_codec(picture.codec, _choose_hardware_pixels(picture))
    works = next((proof.encoder for proof in proofs if not proof.reason), "")
    if works:
        changes = {"encoder": works, "pixels": _choose_hardware_pixels(picture)}
        return delivery.model_copy(update={"picture": picture.model_copy(update=changes)}), ()
    plain = delivery.model_copy(update={"picture": picture.model_copy(update={"hardware": False})})
    reasons = "; ".join(f"{proof.encoder}: {proof.reason}" for proof in proofs) or "none is known"
    return plain, (
        f"no hardware encoder for {picture.codec} works here: {picture.encoder} is used ({reasons})",
    )


def prove_encoders_of_codec(codec: str, pixels: str) -> tuple[EncoderProof, ...]:
    """Test the hardware encoders of a codec in order of preference, and stop at the first that works.
    `pixels` is the pixel format.
    """
    out = []
    for name in HARDWARE_ENCODERS.get(codec, ()):
        out.append(EncoderProof(name, prove_encoder(name, pixels)))
        if not out[-1].reason:
            break
    return tuple(out)


@cache
def prove_encoder(encoder: str, pixels: str) -> str:
    """Encode and decode a few test pictures. Return the reason why the encoder does not work here, or an
    empty text if it works.
    """
    try:
        context = av.CodecContext.create(encoder, "w")
    except (FFmpegError, ValueError):
        return "not in this build of FFmpeg"
    assert isinstance(context, VideoCodecContext)
    context.width, context.height, context.pix_fmt = _WIDTH, _HEIGHT, pixels
    context.framerate, context.time_base = Fraction(25), Fraction(1, 25)
    context.options = encoders.make_encoder_options(
        PictureFormat(encoder=encoder, quality=20, speed=""), _WIDTH
    )
    pictures = [_make_test_picture(index, pixels) for index in range(_FRAMES)]
    try:
        packets = [packet for picture in pictures for packet in context.encode(picture)]
        packets += context.encode(None)
        decoder = av.CodecContext.create(context.codec.canonical_name, "r")
        assert isinstance(decoder, VideoCodecContext)
        decoder.extradata = context.extradata
        seen = [frame for packet in packets for frame in decoder.decode(packet)] + decoder.decode(None)
    except (FFmpegError, OSError, ValueError) as error:
        return _describe_open_error(error)
    if len(seen) != _FRAMES:
        return f"only {len(seen)} of {_FRAMES} pictures were encoded"
    worst = min(_measure_psnr(put, got) for put, got in zip(pictures, seen, strict=True))
    return "" if worst >= _LIKE else f"its pictures differ from the input ({worst:.0f} dB)"


def _choose_hardware_pixels(picture: PictureFormat) -> str:
    """Return the pixel format for hardware encoders, which take 10-bit samples in 16-bit words (`p010le`)."""
    return "p010le" if "10" in picture.pixels else "yuv420p"


def _make_test_picture(index: int, pixels: str) -> av.VideoFrame:
    ramp = np.add.outer(np.arange(_HEIGHT), np.arange(_WIDTH)) // 3 + 8 * index
    shown = np.repeat((ramp % 200 + 30).astype(np.uint8)[..., None], 3, axis=2)
    frame = av.VideoFrame.from_ndarray(shown, format="rgb24").reformat(format=pixels)
    frame.pts, frame.time_base = index, Fraction(1, 25)
    return frame


def _measure_psnr(put: av.VideoFrame, got: av.VideoFrame) -> float:
    one, other = (frame.to_ndarray(format="gray").astype(float) for frame in (put, got))
    error = float(((one - other) ** 2).mean())
    return 99.0 if error == 0 else float(10 * np.log10(255**2 / error))


def _describe_open_error(error: Exception) -> str:
    reason = getattr(error, "strerror", None) or str(error)
    return f"it can't be opened here ({reason})"
