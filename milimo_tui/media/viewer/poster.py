"""Posters: a small picture of a film as a JPEG in the film's cache.

`python -m milimo_tui.media.viewer.poster` makes posters: for each JSON line with `source`, `seconds` and `to`
it writes an answer: {} if the poster exists, else the error.
"""

from __future__ import annotations

import io
from fractions import Fraction
from pathlib import Path
from typing import Any

from PIL import Image

from milimo_tui.core.time import parse_ratio
from milimo_tui.media.files import answering, cache
from milimo_tui.media.viewer.preview import FilePreview, ViewSize

SIDE = 640  # pixels of the longer side
_QUALITY = 85


def write_poster(preview: FilePreview, source: Path, seconds: Fraction, to: Path) -> None:
    """Write a picture file, or a film's frame at `seconds`, as a poster.

    Raises the errors of the source, and DiskFull or ReadOnly if the poster cannot be written.
    """
    if to.exists():
        return
    picture = preview.picture(source, seconds, ViewSize(SIDE, SIDE))
    data = io.BytesIO()
    Image.fromarray(picture).save(data, "JPEG", quality=_QUALITY)
    cache.write_cached_file(to, data.getvalue())


def main() -> None:
    """Answer poster requests on stdin until the input ends."""
    preview = FilePreview()

    def make(order: dict[str, Any]) -> dict[str, Any]:
        write_poster(preview, Path(order["source"]), parse_ratio(order["seconds"]), Path(order["to"]))
        return {}

    answering.serve_json_requests(make)


if __name__ == "__main__":
    main()
