"""Make thumbnail strips: small pictures of a media file side by side in one JPEG, stored in the film's
cache.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from PIL import Image

from milimo_tui.core.errors import BadInput
from milimo_tui.media.files import cache as kept
from milimo_tui.media.files.facts import MediaFileFacts
from milimo_tui.media.viewer.preview import FilePreview, ViewSize

VERSION = 1
KIND = "thumbnails"
MAX_THUMBNAILS = 48
_JPEG_SIDE = 65500
_QUALITY = 85

Watch = Callable[[int, int], None]  # a progress callback: pictures done, pictures in total


@dataclass(frozen=True, slots=True)
class ThumbnailStrip:
    """A strip of `count` thumbnails, from left to right, in one JPEG. Each is `width` × `height` pixels; the
    file is divided into `count` equal parts, and thumbnail k shows the middle of part k.
    """

    path: Path
    count: int
    width: int
    height: int


def choose_thumbnail_times(facts: MediaFileFacts, most: int = MAX_THUMBNAILS) -> list[Fraction]:
    """Return the times of a strip's thumbnails, in seconds of the file: the middles of equal parts of at
    least a second.

    `most` limits the number of thumbnails. Raises BadInput for a sound file.
    """
    if facts.kind == "sound":
        raise BadInput("a sound has no picture")
    if facts.seconds is None:
        return [Fraction(0)]
    count = min(most, max(1, math.ceil(facts.seconds)))
    return [facts.seconds * (2 * index + 1) / (2 * count) for index in range(count)]


def load_thumbnail_strip(
    path: Path,
    facts: MediaFileFacts,
    width: int,
    height: int,
    cache: Path,
    watch: Watch = lambda done, total: None,
) -> ThumbnailStrip:
    """Return the thumbnail strip of a file from the cache folder, and make it first if it does not exist.

    `watch` receives the progress. Raises the errors of reading the file.
    """
    at = choose_thumbnail_times(facts, min(MAX_THUMBNAILS, _JPEG_SIDE // width))
    place = kept.locate_cached_file(
        cache, kept.identify_source(path), KIND, ".jpg", VERSION, width=width, height=height
    )
    strip = ThumbnailStrip(place, len(at), width, height)
    if place.exists():
        return strip
    sheet = Image.new("RGB", (width * len(at), height))
    preview = FilePreview()
    rate = facts.rate if facts.streams.is_sequence else None
    try:
        for index, seconds in enumerate(at):
            picture = preview.picture(path, seconds, ViewSize(width, height, letterbox=True), rate)
            sheet.paste(Image.fromarray(picture), (index * width, 0))
            watch(index + 1, len(at))
    finally:
        preview.close()
    data = io.BytesIO()
    sheet.save(data, "JPEG", quality=_QUALITY)
    kept.write_cached_file(place, data.getvalue())
    return strip
