"""The ways a terminal takes a picture, as a request asks for one, and a picture encoded so.

A request's `way` has `kind` (cells, kitty, iterm2 or sixel), `columns` and `rows`; and where they are not as
here: `cell` [8, 16], the pixels of a cell; `budget` 0, the most bytes as sent (0: no bound; cells in fewer
than 256 colours have none); of cells `colours` "truecolor", `signs` [], the families of the font, `bits` 6,
of a channel that are kept, and `steady` 0, the steps of a channel up to which a cell stays as the slot's last
picture had it; of kitty `medium` "direct" ("shared", "file": same machine).
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from milimo_tui.core.errors import BadInput
from milimo_tui.media.picture.colour import Rgb
from milimo_tui.media.viewer import cell_bytes, cells, full_pixels
from milimo_tui.media.viewer.local_pictures import LocalPictures
from milimo_tui.media.viewer.preview import Colour, Size

KINDS = ("cells", "kitty", "iterm2", "sixel")
MEDIA = ("direct", "shared", "file")
Header = dict[str, Any]
MOST_SLOTS = 16
_HAIR = Fraction(1, 50)  # of a cell, that rounding to pixels may have added


@dataclass(frozen=True, slots=True)
class Way:
    """How a picture is handed over. Raises BadInput for what no terminal has."""

    kind: str
    columns: int
    rows: int
    cell: tuple[int, int] = (8, 16)
    colours: str = "truecolor"
    signs: frozenset[str] = frozenset()
    bits: int = cells.USUAL_BITS
    steady: int = 0
    budget: int = 0
    medium: str = "direct"

    def __post_init__(self) -> None:
        if self.kind not in KINDS or self.medium not in MEDIA:
            raise BadInput(f"a picture can't be handed over as “{self.kind}” ({self.medium})")
        if min(self.columns, self.rows, *self.cell) < 1 or self.budget < 0:
            raise BadInput(f"a picture can't be drawn in {self.columns}×{self.rows} cells")

    def size(self, letterbox: bool, bars: Colour) -> Size:
        """The pixels that are wanted: of cells 8×8 each, which are as high as their cells make them."""
        width, height = self.cell
        if self.kind == "cells":
            parts = cells.PARTS
            size, aspect = (self.columns * parts, self.rows * parts), Fraction(height, width)
            return Size(*size, letterbox, bars, aspect, cell=(parts, parts), in_cells=True)
        enlarged = self.kind == "sixel"  # the others are enlarged by the terminal
        return Size(
            self.columns * width, self.rows * height, letterbox, bars, enlarged=enlarged, cell=self.cell
        )


def way_of(asked: Mapping[str, Any]) -> Way:
    """The way that a request asks for. Raises BadInput."""
    try:
        width, height = asked.get("cell", (8, 16))
        return Way(
            kind=asked["kind"],
            columns=int(asked["columns"]),
            rows=int(asked["rows"]),
            cell=(int(width), int(height)),
            colours=asked.get("colours", "truecolor"),
            signs=frozenset(asked.get("signs", ())),
            bits=int(asked.get("bits", cells.USUAL_BITS)),
            steady=int(asked.get("steady", 0)),
            budget=int(asked.get("budget", 0)),
            medium=asked.get("medium", "direct"),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BadInput("a picture's way needs its kind, columns and rows") from error


class LastCells:
    """The cells that were handed over last, by the slot of their request: what its screen shows."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[str, cells.Cells]] = OrderedDict()

    def steadied(self, slot: str, made: cells.Cells, way: Way) -> cells.Cells:
        """Cells of which those that hardly changed are as they were: a film that plays sends few."""
        colours, before = self._kept.pop(slot, ("", made))
        if way.steady and colours == way.colours and before.shape == made.shape:
            made = np.where(cells.changed(before, made, way.steady, way.colours), made, before)
        self._kept[slot] = (way.colours, made)
        while len(self._kept) > MOST_SLOTS:
            self._kept.popitem(last=False)
        return made


def handed(
    picture: Rgb, way: Way, bars: Colour, local: LocalPictures, last: LastCells | None = None, slot: str = ""
) -> tuple[Header, bytes]:
    """A picture of `way.size` as the terminal wants it, and what it is.

    The header has `way` (the kind), `format`, `width` and `height`, and the `columns` and `rows` it fills.
    cells: format "cells", in cells; the bytes are `cells.CELL`. kitty: format "png", "zlib" or "rgb" (f=100;
    f=24 and o=z; f=24), in pixels, and of a local medium `place`, its name, and `size` in bytes, with no
    bytes in the answer. iterm2: format "jpeg" or "png". sixel: format "sixel" and `parts`, each its first
    row, its rows and its bytes: images of their own, one after another. Of kitty and iterm2 the picture may
    have fewer pixels than its place: the terminal enlarges it.
    """
    if way.kind == "cells":
        picture = _whole_cells(picture, bars)
        made = cells.least_error(picture, way.colours, way.signs, way.bits)
        if way.budget:
            made = cell_bytes.within(picture, made, way.colours, way.signs, way.budget)
        if last is not None:
            made = last.steadied(slot, made, way)
        rows, columns = made.shape
        return _header(way, "cells", (columns, rows), (columns, rows)), made.tobytes()
    picture = np.ascontiguousarray(picture)
    whole = (picture.shape[1], picture.shape[0])
    place = _place(way, *whole)
    if way.kind == "iterm2":
        data, *size = full_pixels.jpeg(picture, way.budget)
        return _header(way, "png" if data.startswith(full_pixels.PNG) else "jpeg", size, place), data
    if way.kind == "sixel":
        data, parts = full_pixels.sixels(picture, way.cell[1], way.budget)
        return {**_header(way, "sixel", whole, place), "parts": parts}, data
    if way.medium != "direct":
        data = picture.tobytes()
        name = local.shared(data) if way.medium == "shared" else local.file(data)
        return {**_header(way, "rgb", whole, place), "place": name, "size": len(data)}, b""
    if not way.budget:
        return _header(way, "zlib", whole, place), full_pixels.compressed(picture)
    data, *size = full_pixels.png(picture, way.budget)
    return _header(way, "png", size, place), data


def _header(way: Way, format: str, size: Sequence[int], place: tuple[int, int]) -> Header:
    """What every answer says: in what form, of which size, and the cells that it fills."""
    names = ("width", "height", "columns", "rows")
    return {"way": way.kind, "format": format, **dict(zip(names, (*size, *place), strict=True))}


def _place(way: Way, width: int, height: int) -> tuple[int, int]:
    """The cells of a picture's shape, however few its pixels are."""
    wide, high = way.cell
    scale = min(Fraction(way.columns * wide, width), Fraction(way.rows * high, height))
    columns, rows = math.ceil(width * scale / wide - _HAIR), math.ceil(height * scale / high - _HAIR)
    return max(1, columns), max(1, rows)


def _whole_cells(picture: Rgb, bars: Colour) -> Rgb:
    """A picture with its last row and column of cells filled up."""
    parts = cells.PARTS
    height, width = picture.shape[:2]
    down, across = -height % parts, -width % parts
    if not down and not across:
        return picture
    out = np.empty((height + down, width + across, 3), np.uint8)
    out[:] = bars
    out[:height, :width] = picture
    return out
