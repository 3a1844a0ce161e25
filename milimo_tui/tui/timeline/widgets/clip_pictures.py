"""The small pictures of the first and last frames on the timeline's clips.

Drawing code asks for a picture and draws nothing if it is not loaded yet. The owner of `ClipPictures` then
fetches the missing pictures and draws the timeline again.
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

# Maximum number of cached pictures; beyond it the oldest are removed. A screen shows fewer.
MAX_CACHED_PICTURES = 160
AT_ONCE = 6  # Number of pictures to fetch before the timeline is drawn again.
WIDEST = 16  # Maximum width of a picture in cells. A wider picture gets this width.

# A request for a picture: path of the file, time in the file in seconds, and size in columns and rows.
PictureRequest = tuple[str, Fraction, int, int]


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
    """Return the request for the picture at the `head` or `tail` (`end`) of a clip. Return None for a sound
    file.

    `begins` is the time in the file, in seconds, of the clip's source time 0. `rate` and `shape` (width
    divided by height) are those of the cut. `folder` is the film's folder.
    """
    if asset.kind is AssetKind.SOUND:
        return None
    still = asset.kind is AssetKind.PICTURE
    at = Fraction(0) if still else max(Fraction(0), begins + find_end_second(clip, end, rate))
    path = asset.path if not asset.managed else str(folder / asset.path)
    return (path, at, choose_picture_columns(rows, shape), rows)


def find_end_second(clip: Clip, end: str, rate: Fraction) -> Fraction:
    """Return the time in seconds, within the clip's source, of the clip's first frame (`end` is `head`) or
    last frame (`tail`).
    """
    return get_source_second(clip, 0 if end == "head" else clip.frames - 1, rate)


def choose_picture_columns(rows: int, shape: Fraction) -> int:
    """Return the number of columns for a picture of `rows` rows. `shape` is width divided by height; a cell
    is twice as high as wide.
    """
    return min(WIDEST, round(rows * 2 * shape))


class ClipPictures:
    """A cache of the small pictures on the timeline's clips.

    `of` is a function that returns the rows of a clip's picture. The timeline caches the rows that it drew,
    together with this function. When pictures arrive, `of` is replaced by a new function object, so the
    timeline draws these rows again.
    """

    def __init__(
        self, where: Callable[[Clip, str, int], PictureRequest | None], ask: Callable[[], None]
    ) -> None:
        """Create an empty cache. `where` returns the request for a picture: its arguments are the clip,
        `head` or `tail`, and the height in rows. `ask` is called when a picture is missing; it must start
        `fetch_missing`.
        """
        self._where, self._ask = where, ask
        self._strips: dict[PictureRequest, Sequence[Strip]] = {}
        self._missing: dict[PictureRequest, None] = {}
        self._fetching = False
        self._renew_strips_function()

    def drop_drawings(self) -> None:
        """Remove all pictures from the cache. They are requested again when they are drawn."""
        self._strips.clear()
        self._renew_strips_function()

    def _renew_strips_function(self) -> None:
        self.of: Callable[[Clip, str, int], Sequence[Strip]] = partial(self._find_strips)

    def _find_strips(self, clip: Clip, end: str, rows: int) -> Sequence[Strip]:
        """Return the rows of the picture at a clip's `head` or `tail`. If the picture is not cached, request
        it and return an empty sequence.
        """
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
        self, draw: Callable[[PictureRequest], Awaitable[Sequence[Strip]]], on_fetched: Callable[[], None]
    ) -> None:
        """Fetch the missing pictures with the function `draw`, beginning with the newest request. After every
        `AT_ONCE` pictures and at the end, call `on_fetched`, which draws the timeline again.
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
                    on_fetched()
        finally:
            self._fetching = False
