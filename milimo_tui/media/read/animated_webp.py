"""A reader for animated WebP. FFmpeg cannot decode these files, so Pillow decodes their pages."""

from __future__ import annotations

from bisect import bisect_right
from fractions import Fraction
from pathlib import Path
from types import TracebackType

import av
import numpy as np

from milimo_tui.core.errors import BadInput, Failed
from milimo_tui.cut.values.streams import PictureFacts, StreamFacts
from milimo_tui.media.files.allowed_formats import open_picture
from milimo_tui.media.files.stills import refuse_huge_picture
from milimo_tui.media.files.unreadable import make_unreadable_error
from milimo_tui.media.picture.colour import Rgb

SUFFIX = ".webp"
MOST_PAGES = 10_000
# A page with at most this duration, in seconds, is shown for a tenth of a second, as in browsers.
_SHORTEST = Fraction(1, 100)
_UNTOLD = Fraction(1, 10)


def is_animated_webp(path: Path) -> bool:
    """Return True if the file is an animated WebP. Only its header is read."""
    if path.suffix.lower() != SUFFIX:
        return False
    try:
        with open_picture(path) as image:
            return getattr(image, "n_frames", 1) > 1
    except OSError:
        return False


class PageReader:
    """A reader for one animated WebP file. Not thread-safe."""

    aspect = Fraction(1)

    def __init__(self, path: Path) -> None:
        """Open the file and read the duration of each page. Raises NotFound, and BadInput for a file that
        cannot be read or has too many pages.
        """
        self._path = path
        try:
            self._image = open_picture(path)
        except OSError as error:
            raise make_unreadable_error(path, error) from error
        refuse_huge_picture(path.name, *self._image.size)
        self.pages = int(getattr(self._image, "n_frames", 1))
        if self.pages > MOST_PAGES:
            raise BadInput(
                f"{path.name} has too many pages: {self.pages}", f"at most {MOST_PAGES} can be read"
            )
        self._begins: list[Fraction] = []
        self.seconds = Fraction(0)
        for page in range(self.pages):
            self._load_page(page)
            stays = Fraction(int(self._image.info.get("duration", 0)), 1000)
            self._begins.append(self.seconds)
            self.seconds += stays if stays > _SHORTEST else _UNTOLD
        self._shown: tuple[int, av.VideoFrame] | None = None

    def frame(self, seconds: Fraction) -> av.VideoFrame:
        """Return the page that is on screen `seconds` after the start, in RGBA. Raises Failed if the page is
        damaged.
        """
        page = max(0, bisect_right(self._begins, seconds) - 1)
        if self._shown is None or self._shown[0] != page:
            self._load_page(page)
            pixels = np.asarray(self._image.convert("RGBA"), dtype=np.uint8)
            self._shown = (page, av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgba"))
        return self._shown[1]

    def picture(self, seconds: Fraction) -> Rgb:
        """Return the page that is on screen `seconds` after the start, in RGB."""
        return np.ascontiguousarray(self.frame(seconds).to_ndarray()[..., :3])

    def make_stream_facts(self) -> StreamFacts:
        """Return the stream facts of the animation, in the same form as those of a film."""
        rate = self.pages / self.seconds
        even = all(abs(begins - page / rate) < Fraction(1, 1000) for page, begins in enumerate(self._begins))
        width, height = self._image.size
        picture = PictureFacts(
            codec="webp",
            pixels="rgba",
            width=width,
            height=height,
            rate=rate,
            constant=even,
            range="pc",
            alpha=True,
        )
        return StreamFacts(container="webp", seconds=self.seconds, frames=self.pages, picture=picture)

    def close(self) -> None:
        """Close the file."""
        self._image.close()

    def __enter__(self) -> PageReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _load_page(self, page: int) -> None:
        try:
            self._image.seek(page)
            self._image.load()
        except (SyntaxError, ValueError, EOFError, OSError) as error:
            raise Failed(f"{self._path.name} is damaged: page {page + 1} can't be read") from error
