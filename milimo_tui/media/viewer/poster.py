"""Make posters: small JPEG pictures of films, stored in the film's cache.

`python -m milimo_tui.media.viewer.poster` makes posters on request. Each request on stdin is a line of JSON
with `source` (a file), `seconds` and `to` (the path of the poster). The answer is {} if the poster exists
now, else the error.
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

SIDE = 640  # the longest side of a poster, in pixels
_QUALITY = 85


def write_poster(preview: FilePreview, source: Path, seconds: Fraction, to: Path) -> None:
    """Write a poster to the path `to`. The poster shows a picture file, or the frame of a video at `seconds`.
    An existing poster is not replaced.

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
