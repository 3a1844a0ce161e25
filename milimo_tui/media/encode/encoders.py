"""The FFmpeg options of each encoder, made from the settings of a delivery. There is one function for each
encoder.

Some encoders choose their number of threads by the machine, and the number changes their output. They are
limited to one thread.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache

from milimo_tui.core import linux
from milimo_tui.cut.delivery.delivery import PictureFormat

Options = dict[str, str]

# By default SVT-AV1 logs every setting on stderr. Level 1 logs errors only.
os.environ.setdefault("SVT_LOG", "1")

# FFmpeg's sound encoder and the sample format that it needs, by codec name.
SOUND = {
    "aac": ("aac", "fltp"),
    "opus": ("libopus", "flt"),
    "mp3": ("libmp3lame", "fltp"),
    "pcm_s16le": ("pcm_s16le", "s16"),
    "pcm_s24le": ("pcm_s24le", "s32"),
    "flac": ("flac", "s32"),
}

# x265 options that make the output repeatable: one thread, no settings text in the stream, and closed groups
# of pictures, each of which can be decoded alone.
_STEADY_265 = "log-level=error:info=0:pools=none:frame-threads=1:open-gop=0"


def make_encoder_options(picture: PictureFormat, width: int) -> Options:
    """Return the FFmpeg options of an encoder. Bit rate, raster and GOP length are set elsewhere.

    `width` is the picture's width in pixels, on which a workaround for x264 depends.
    """
    made = _OPTION_MAKERS.get(picture.encoder, _make_no_options)(picture)
    if picture.encoder == "libx264" and _is_nondeterministic(width):
        made["x264-params"] = "asm=avx2"
    if picture.profile:
        made["profile"] = picture.profile
    for name, value in picture.options:
        # Encoder parameters are one colon-separated option, so a second value is appended instead of
        # replacing the first.
        joined = name.endswith("-params") and name in made
        made[name] = f"{made[name]}:{value}" if joined else value
    return made


def _make_crf_option(picture: PictureFormat) -> Options:
    """Return the option for constant quality (CRF), or no option if there is no quality or a bit rate is
    set.
    """
    return {} if picture.quality is None or picture.bit_rate else {"crf": str(picture.quality)}


def _make_no_options(picture: PictureFormat) -> Options:
    return {}


def _make_x264_options(picture: PictureFormat) -> Options:
    return {"preset": picture.speed, **_make_crf_option(picture)}


def _make_x265_options(picture: PictureFormat) -> Options:
    return {"preset": picture.speed, **_make_crf_option(picture), "x265-params": _STEADY_265}


def _make_svt_av1_options(picture: PictureFormat) -> Options:
    return {"preset": picture.speed, **_make_crf_option(picture), "svtav1-params": "lp=1"}


def _make_vpx_options(picture: PictureFormat) -> Options:
    return {"deadline": "good", "cpu-used": picture.speed, **_make_crf_option(picture)}


def _make_prores_options(picture: PictureFormat) -> Options:
    return {"vendor": "apl0"}  # The vendor id of Apple, which players expect in ProRes.


def _make_ffv1_options(picture: PictureFormat) -> Options:
    return {"level": "3", "slicecrc": "1", "slices": "4"}


def _make_webp_options(picture: PictureFormat) -> Options:
    return {"quality": str(picture.quality or 80), "compression_level": "4"}


def _make_nvenc_options(picture: PictureFormat) -> Options:
    steady = {} if picture.bit_rate else {"rc": "vbr", "cq": str(picture.quality or 20)}
    return {"preset": "p5", **steady}


def _make_qsv_options(picture: PictureFormat) -> Options:
    steady = {} if picture.bit_rate else {"global_quality": str(picture.quality or 20)}
    return {"preset": "medium", **steady}


def _make_amf_options(picture: PictureFormat) -> Options:
    if picture.bit_rate:
        return {"quality": "balanced"}
    level = str(picture.quality or 20)
    return {"quality": "balanced", "rc": "cqp", "qp_i": level, "qp_p": level}


_OPTION_MAKERS: dict[str, Callable[[PictureFormat], Options]] = {
    "libx264": _make_x264_options,
    "libx265": _make_x265_options,
    "libsvtav1": _make_svt_av1_options,
    "libvpx-vp9": _make_vpx_options,
    "prores_ks": _make_prores_options,
    "ffv1": _make_ffv1_options,
    "libwebp_anim": _make_webp_options,
    "h264_nvenc": _make_nvenc_options,
    "hevc_nvenc": _make_nvenc_options,
    "av1_nvenc": _make_nvenc_options,
    "h264_qsv": _make_qsv_options,
    "hevc_qsv": _make_qsv_options,
    "av1_qsv": _make_qsv_options,
    "h264_amf": _make_amf_options,
    "hevc_amf": _make_amf_options,
    "av1_amf": _make_amf_options,
}


def _is_nondeterministic(width: int) -> bool:
    """Return True if x264 would write different bytes each time it encodes the same pictures of this width in
    pixels.

    x264's AVX-512 code does so if the width in macroblocks is not a multiple of 16. Four encodes with x264
    165 gave four results at widths 160 and 320, but one result at 768 and 1024.
    """
    return _has_avx512() and -(-width // 16) % 16 != 0


@cache
def _has_avx512() -> bool:
    # Only Linux reports CPU flags here; on other systems the answer is False.
    return "avx512f" in linux.read_proc_file("cpuinfo")
