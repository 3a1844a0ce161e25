"""The formats of media files that Milimo reads, and the functions that open a media file.

Some formats are texts that name other files or addresses: playlists (HLS, ffconcat), stream descriptions
(SDP, DASH) and numbered file names. libavformat would read what they name, so that a stranger's file could
show a private one. Only formats that contain their pictures and sound are therefore on the list, and only
files on disk are opened.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from av.container import InputContainer
    from PIL import Image

_FILM_FORMATS = """mov avi matroska mpegts mpeg mpegvideo mxf asf flv ogg nut gif apng dv ivf obu
    rm wtv gxf lxf yuv4mpegpipe h264 hevc vvc av1 m4v mjpeg vc1 dirac dnxhd apv cine"""
_SOUND_FORMATS = """wav w64 aiff caf mp3 aac ac3 eac3 ac4 dts dtshd truehd mlp flac au amr amrnb amrwb tta wv
    ape mpc mpc8 tak voc dsf iff loas sox gsm oma shn"""
_PICTURE_FORMATS = """png_pipe jpeg_pipe jpegls_pipe jpegxl_pipe jpegxl_anim jpegxs_pipe bmp_pipe dpx_pipe
    exr_pipe tiff_pipe webp_pipe j2k_pipe ppm_pipe pgm_pipe pgmyuv_pipe pbm_pipe pam_pipe pfm_pipe phm_pipe
    hdr_pipe psd_pipe sgi_pipe qoi_pipe dds_pipe pcx_pipe cri_pipe gif_pipe sunrast_pipe xwd_pipe"""
# The container formats that may be read, by libavformat's names.
CONTAINER_FORMATS = tuple(f"{_FILM_FORMATS} {_SOUND_FORMATS} {_PICTURE_FORMATS}".split())
# The protocols by which libavformat may read: files on disk and nothing else.
PROTOCOLS = ("file",)
_STILL_FORMATS = "PNG JPEG BMP DIB GIF PPM WEBP TIFF TGA JPEG2000 AVIF QOI DDS PCX ICO PSD SUN"
# The formats of still pictures that Pillow may read. Other formats run programs (EPS) or name other files.
STILL_FORMATS = tuple(_STILL_FORMATS.split())
# Pictures that libavformat does not recognise by their content, and the format that reads each, by suffix.
_FORMATS_BY_SUFFIX = {".tga": "image2", ".pam": "pam_pipe"}


def open_media(path: Path, options: Mapping[str, str] | None = None) -> InputContainer:
    """Open a media file whose format and protocol are on the lists of this module. `options` are further
    options of libavformat.

    Raises `av.error.ArgumentError` for another format, before anything that the file names is opened, and the
    other errors of PyAV and of the disk.
    """
    import av  # Imported lazily: processes that only read still pictures do not need av.

    # The prefix makes libavformat take a name such as "concat:a.mov" as the name of a file.
    return av.open(
        f"file:{path}",
        format=_FORMATS_BY_SUFFIX.get(path.suffix.lower()),
        options={**(options or {}), **limit_formats(path)},
    )


def limit_formats(path: Path) -> dict[str, str]:
    """Return the options with which libavformat opens only the formats and protocols that a file may have."""
    limits = {"format_whitelist": ",".join(CONTAINER_FORMATS), "protocol_whitelist": ",".join(PROTOCOLS)}
    if path.suffix.lower() == ".tga":
        # Without a pattern type, the reader opens exactly the named file.
        return {**limits, "format_whitelist": _FORMATS_BY_SUFFIX[".tga"], "pattern_type": "none"}
    return limits


def open_picture(path: Path) -> Image.Image:
    """Open a still picture or an animation whose format is on the list of this module. Raises the errors of
    Pillow.
    """
    from PIL import Image  # Imported lazily: the studio only needs the lists of this module.

    return Image.open(path, formats=STILL_FORMATS)
