"""The options of each encoder, from the fields of a delivery: one function per encoder.

Encoders that would choose a thread count by the machine get one thread: the count would change their output.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache

from milimo_tui.core import linux
from milimo_tui.cut.delivery.delivery import PictureFormat

Options = dict[str, str]

os.environ.setdefault("SVT_LOG", "1")  # SVT-AV1 logs every setting on stderr otherwise; errors stay

# Sound: FFmpeg's encoder and its input sample format.
SOUND = {
    "aac": ("aac", "fltp"),
    "opus": ("libopus", "flt"),
    "mp3": ("libmp3lame", "fltp"),
    "pcm_s16le": ("pcm_s16le", "s16"),
    "pcm_s24le": ("pcm_s24le", "s32"),
    "flac": ("flac", "s32"),
}

# One thread, no settings text in the stream, and every group of pictures decodes on its own.
_STEADY_265 = "log-level=error:info=0:pools=none:frame-threads=1:open-gop=0"


def options_of(picture: PictureFormat, width: int) -> Options:
    """Return the encoder's options for pictures of a width, except rate, raster and length of a group of
    pictures.
    """
    made = _ROWS.get(picture.encoder, _plain)(picture)
    if picture.encoder == "libx264" and _differs_by_itself(width):
        made["x264-params"] = "asm=avx2"
    if picture.profile:
        made["profile"] = picture.profile
    for name, value in picture.options:
        joined = name.endswith("-params") and name in made  # a nested list of options, which is extended
        made[name] = f"{made[name]}:{value}" if joined else value
    return made


def _crf(picture: PictureFormat) -> Options:
    """Return constant quality, unless a bit rate is set."""
    return {} if picture.quality is None or picture.bit_rate else {"crf": str(picture.quality)}


def _plain(picture: PictureFormat) -> Options:
    return {}


def _x264(picture: PictureFormat) -> Options:
    return {"preset": picture.speed, **_crf(picture)}


def _x265(picture: PictureFormat) -> Options:
    return {"preset": picture.speed, **_crf(picture), "x265-params": _STEADY_265}


def _svt(picture: PictureFormat) -> Options:
    return {"preset": picture.speed, **_crf(picture), "svtav1-params": "lp=1"}


def _vpx(picture: PictureFormat) -> Options:
    return {"deadline": "good", "cpu-used": picture.speed, **_crf(picture)}


def _prores(picture: PictureFormat) -> Options:
    return {"vendor": "apl0"}  # the vendor id that players look for


def _ffv1(picture: PictureFormat) -> Options:
    return {"level": "3", "slicecrc": "1", "slices": "4"}


def _webp(picture: PictureFormat) -> Options:
    return {"quality": str(picture.quality or 80), "compression_level": "4"}


def _nvenc(picture: PictureFormat) -> Options:
    steady = {} if picture.bit_rate else {"rc": "vbr", "cq": str(picture.quality or 20)}
    return {"preset": "p5", **steady}


def _qsv(picture: PictureFormat) -> Options:
    steady = {} if picture.bit_rate else {"global_quality": str(picture.quality or 20)}
    return {"preset": "medium", **steady}


def _amf(picture: PictureFormat) -> Options:
    if picture.bit_rate:
        return {"quality": "balanced"}
    level = str(picture.quality or 20)
    return {"quality": "balanced", "rc": "cqp", "qp_i": level, "qp_p": level}


_ROWS: dict[str, Callable[[PictureFormat], Options]] = {
    "libx264": _x264,
    "libx265": _x265,
    "libsvtav1": _svt,
    "libvpx-vp9": _vpx,
    "prores_ks": _prores,
    "ffv1": _ffv1,
    "libwebp_anim": _webp,
    "h264_nvenc": _nvenc,
    "hevc_nvenc": _nvenc,
    "av1_nvenc": _nvenc,
    "h264_qsv": _qsv,
    "hevc_qsv": _qsv,
    "av1_qsv": _qsv,
    "h264_amf": _amf,
    "hevc_amf": _amf,
    "av1_amf": _amf,
}


def _differs_by_itself(width: int) -> bool:
    """Return True if x264 would write different bytes from run to run.

    x264's AVX-512 code does so if the width in macroblocks is not a multiple of 16 (x264 165, four runs: four
    results at 160 and 320, one at 768 and 1024).
    """
    return _has_avx512() and -(-width // 16) % 16 != 0


@cache
def _has_avx512() -> bool:
    return "avx512f" in linux.proc_text("cpuinfo")  # other systems do not report it
