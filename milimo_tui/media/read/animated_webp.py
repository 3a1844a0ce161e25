"""Animated WebP, which FFmpeg can't decode: its pages by Pillow, as a reader of pictures at source times."""

from __future__ import annotations

from bisect import bisect_right
from fractions import Fraction
from pathlib import Path
from types import TracebackType

import av
import numpy as np
from PIL import Image

from milimo_tui.core.errors import BadInput, Failed
from milimo_tui.cut.values.streams import PictureFacts, StreamFacts
from milimo_tui.media.files.stills import refuse_huge
from milimo_tui.media.files.unreadable import unreadable
from milimo_tui.media.picture.colour import Rgb

SUFFIX = ".webp"
MOST_PAGES = 10_000
_SHORTEST = Fraction(1, 100)  # seconds; what says that it lasts no time lasts a tenth, as browsers have it
_UNTOLD = Fraction(1, 10)


def is_pages(path: Path) -> bool:
    """Whether this is an animated WebP. A look at its head alone."""
    if path.suffix.lower() != SUFFIX:
        return False
    try:
        with Image.open(path) as image:
            return getattr(image, "n_frames", 1) > 1
    except OSError:
        return False


class PageReader:
    """One open animation. Not for two threads at once."""

    aspect = Fraction(1)

    def __init__(self, path: Path) -> None:
        """Open it and read how long each page stays. Raises BadInput, NotFound."""
        self._path = path
        try:
            self._image = Image.open(path)
        except OSError as error:
            raise unreadable(path, error) from error
        refuse_huge(path.name, *self._image.size)
        self.pages = int(getattr(self._image, "n_frames", 1))
        if self.pages > MOST_PAGES:
            raise BadInput(f"{path.name} has {self.pages} pages: too many", f"{MOST_PAGES} are read")
        self._begins: list[Fraction] = []
        self.seconds = Fraction(0)
        for page in range(self.pages):
            self._turn_to(page)
            stays = Fraction(int(self._image.info.get("duration", 0)), 1000)
            self._begins.append(self.seconds)
            self.seconds += stays if stays >= _SHORTEST else _UNTOLD
        self._shown: tuple[int, av.VideoFrame] | None = None

    def frame(self, seconds: Fraction) -> av.VideoFrame:
        """The page on screen at that time, in RGBA. Raises Failed when it is damaged."""
        page = max(0, bisect_right(self._begins, seconds) - 1)
        if self._shown is None or self._shown[0] != page:
            self._turn_to(page)
            pixels = np.asarray(self._image.convert("RGBA"), dtype=np.uint8)
            self._shown = (page, av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgba"))
        return self._shown[1]

    def picture(self, seconds: Fraction) -> Rgb:
        """The page at that time as RGB."""
        return np.ascontiguousarray(self.frame(seconds).to_ndarray()[..., :3])

    def facts(self) -> StreamFacts:
        """What the animation is, as of any film."""
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
        self._image.close()

    def __enter__(self) -> PageReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _turn_to(self, page: int) -> None:
        try:
            self._image.seek(page)
            self._image.load()
        except (SyntaxError, ValueError, EOFError, OSError) as error:
            raise Failed(f"{self._path.name} is damaged: page {page + 1} can't be read") from error
