"""Reading of still pictures: upright according to their EXIF orientation, and limited in size. Pillow decodes
most formats, and FFmpeg some formats of film production.
"""

from __future__ import annotations

import stat
import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.core.reasons import reason
from milimo_tui.media.files.allowed_formats import open_media, open_picture

MAX_SIDE = 16384
MAX_PIXELS = 16384 * 8192
_DEEP = ("I", "I;16", "I;16B", "I;16L", "F")
# The first bytes of the still formats that Pillow cannot read and FFmpeg can: OpenEXR, DPX, Radiance HDR,
# PFM, PHM, PAM, SGI (Pillow refuses its compressed files) and JPEG-LS.
_DECODED_BY_FFMPEG = (
    b"\x76\x2f\x31\x01",
    b"SDPX",
    b"XPDS",
    b"#?RADIANCE",
    b"#?RGBE",
    b"PF\n",
    b"Pf\n",
    b"PH\n",
    b"Ph\n",
    b"P7\n",
    b"\x01\xda",
    b"\xff\xd8\xff\xf7",
)
_SMALLER = f"make it smaller: at most {MAX_SIDE} pixels a side and {MAX_PIXELS // 10**6} million in all"
_WHOLE = "save it again in its program, as PNG, JPEG, WebP or TIFF"


def refuse_huge_picture(name: str, width: int, height: int) -> None:
    """Raise BadInput for a picture whose pixels would not fit into memory. `name` is the file name for the
    message.
    """
    if width > MAX_SIDE or height > MAX_SIDE or width * height > MAX_PIXELS:
        raise BadInput(f"{name} is too large: {width}×{height}", _SMALLER)


def refuse_pipe_or_device(path: Path) -> None:
    """Raise BadInput if a path is a pipe or a device, because reading a pipe without a writer never ends."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return  # The caller opens the file next, which reports this error.
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise BadInput(f"{path.name} is a pipe or a device, not a file", "name a file")


def open_still(path: Path) -> Image.Image | None:
    """Return a picture decoded and upright, in mode RGB or RGBA.

    Returns None if the file is not a picture or is an animation. Raises NotFound, and BadInput for a damaged
    or too large picture.
    """
    refuse_pipe_or_device(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            with open_picture(path) as image:
                refuse_huge_picture(path.name, *image.size)
                if getattr(image, "n_frames", 1) > 1:
                    return None
                image.load()
                return _convert_to_rgb(ImageOps.exif_transpose(image))
        except UnidentifiedImageError:
            return _decode_production_still(path)
        except FileNotFoundError as error:
            raise NotFound(f"{path.name} does not exist", f"its path was {path}") from error
        except Image.DecompressionBombError as error:
            raise BadInput(f"{path.name} is too large", _SMALLER) from error
        except (SyntaxError, ValueError, EOFError, OSError) as error:
            raise BadInput(f"{path.name} is a damaged picture: {reason(error)}", _WHOLE) from error


def _decode_production_still(path: Path) -> Image.Image | None:
    """Return a still that FFmpeg decodes, in square pixels and in mode RGB or RGBA; None for another file.
    Raises BadInput.
    """
    with path.open("rb") as handle:
        if not handle.read(max(map(len, _DECODED_BY_FFMPEG))).startswith(_DECODED_BY_FFMPEG):
            return None
    from av.error import FFmpegError

    try:
        with open_media(path) as container:
            stream = container.streams.video[0]
            refuse_huge_picture(path.name, stream.width, stream.height)
            frame = next(container.decode(stream))
            pixels = "rgba" if any(part.is_alpha for part in frame.format.components) else "rgb24"
            width = max(1, round(stream.width * (stream.sample_aspect_ratio or 1)))
            image = Image.fromarray(frame.to_ndarray(format=pixels))
            return image.resize((width, image.height)) if width != image.width else image
    except (OSError, FFmpegError, IndexError, StopIteration) as error:
        why = reason(error) if isinstance(error, OSError) else "it has no picture"
        raise BadInput(f"{path.name} is a damaged picture: {why}", _WHOLE) from error


def _convert_to_rgb(image: Image.Image) -> Image.Image:
    if image.mode in _DEEP:
        values = np.asarray(image, dtype=np.float32)
        span = 65535.0 if image.mode.startswith("I") else max(1.0, float(values.max(initial=0.0)))
        return Image.fromarray((values * (255 / span)).clip(0, 255).astype(np.uint8)).convert("RGB")
    clear = image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info
    return image.convert("RGBA" if clear else "RGB")


def read_still(path: Path) -> Image.Image:
    """Return a still picture as `open_still` does, but raise BadInput if the file is not a still picture."""
    image = open_still(path)
    if image is None:
        raise BadInput(f"{path.name} is not a picture", "name a PNG, JPEG, WebP or TIFF")
    return image


def image_to_array(image: Image.Image) -> NDArray[np.uint8]:
    """Return an RGB or RGBA picture as (height, width, 3 or 4) uint8."""
    return np.asarray(image, dtype=np.uint8)
