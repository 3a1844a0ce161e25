"""The pictures of the first and last frames on the timeline's clips, as far as they are available.

A drawing routine requests the pictures that are missing; the owner of this object fetches them and draws
again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from fractions import Fraction
from functools import partial
from pathlib import Path

from textual.strip import Strip

from milimo_tui.cut.values.cut import Clip
from milimo_tui.cut.values.timing import get_source_second
from milimo_tui.story.values.film import Asset, AssetKind

MAX_CACHED_PICTURES = 160  # Number of cached drawings: more than a screen shows.
AT_ONCE = 6  # Number of pictures fetched before the timeline is drawn again.
WIDEST = 16  # Largest width of a picture in cells.

PictureRequest = tuple[str, Fraction, int, int]  # File, second of the file, columns, rows.


def make_picture_request(
    clip: Clip,
    asset: Asset,
    end: str,
    rows: int,
    *,
    begins: Fraction,
    rate: Fraction,
    shape: Fraction,
    folder: Path,
) -> PictureRequest | None:
    """Return the request for the picture of a clip's `head` or `tail`; None for a sound.

    `begins` is the second of the file at source time 0 of the clip; `rate` and `shape` (width by height) are
    those of the cut, `folder` is the project's folder.
    """
    if asset.kind is AssetKind.SOUND:
        return None
    still = asset.kind is AssetKind.PICTURE
    at = Fraction(0) if still else max(Fraction(0), begins + find_end_second(clip, end, rate))
    path = asset.path if not asset.managed else str(folder / asset.path)
    return (path, at, choose_picture_columns(rows, shape), rows)


def find_end_second(clip: Clip, end: str, rate: Fraction) -> Fraction:
    """Return the second of its source that a clip shows at its `head` or `tail`."""
    return get_source_second(clip, 0 if end == "head" else clip.frames - 1, rate)


def choose_picture_columns(rows: int, shape: Fraction) -> int:
    """Return the columns of a picture that is `rows` rows high."""
    return min(WIDEST, round(rows * 2 * shape))


class ClipPictures:
    """The strips of clips' pictures.

    `of` returns a clip's strips. It is replaced by a new function when pictures arrive, so that a cache of
    rows is invalidated.
    """

    def __init__(
        self, where: Callable[[Clip, str, int], PictureRequest | None], ask: Callable[[], None]
    ) -> None:
        """Create the pictures. `where` returns the request for an end of a clip at a height; `ask` starts
        `fetch_missing`.
        """
        self._where, self._ask = where, ask
        self._strips: dict[PictureRequest, Sequence[Strip]] = {}
        self._missing: dict[PictureRequest, None] = {}
        self._fetching = False
        self._renew_strips_function()

    def drop_drawings(self) -> None:
        """Drop all drawings; they are requested again when they are visible."""
        self._strips.clear()
        self._renew_strips_function()

    def _renew_strips_function(self) -> None:
        self.of: Callable[[Clip, str, int], Sequence[Strip]] = partial(self._find_strips)

    def _find_strips(self, clip: Clip, end: str, rows: int) -> Sequence[Strip]:
        """Return the cached rows of the picture at a clip's `head` or `tail`; request them if missing."""
        wanted = self._where(clip, end, rows)
        if wanted is None:
            return ()
        if wanted not in self._strips and wanted not in self._missing:
            self._missing[wanted] = None
            if not self._fetching:
                self._fetching = True
                self._ask()
        return self._strips.get(wanted, ())

    async def fetch_missing(
        self, draw: Callable[[PictureRequest], Awaitable[Sequence[Strip]]], come: Callable[[], None]
    ) -> None:
        """Fetch the missing pictures with `draw`, newest requests first; call `come` after every few
        pictures.
        """
        try:
            fetched = 0
            while self._missing:
                wanted, _ = self._missing.popitem()
                self._strips[wanted] = await draw(wanted)
                while len(self._strips) > MAX_CACHED_PICTURES:
                    del self._strips[next(iter(self._strips))]
                fetched += 1
                if fetched % AT_ONCE == 0 or not self._missing:
                    self._renew_strips_function()
                    come()
        finally:
            self._fetching = False
