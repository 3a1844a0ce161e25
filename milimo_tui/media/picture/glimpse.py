"""A small preview picture of a frame, shown while the rest of a take or film is still being made."""

from __future__ import annotations

import io

import av
from PIL import Image

SIDE = 320  # The longer side of the preview in pixels.
_QUALITY = 80


def encode_glimpse(frame: av.VideoFrame) -> bytes:
    """Return the frame as a small JPEG; its colours are approximate."""
    scale = min(1.0, SIDE / max(frame.width, frame.height))
    width, height = (max(2, round(side * scale)) for side in (frame.width, frame.height))
    data = io.BytesIO()
    small = frame.reformat(width=width, height=height, format="rgb24").to_ndarray()
    Image.fromarray(small).save(data, "JPEG", quality=_QUALITY)
    return data.getvalue()
