"""The display modes of terminals for pictures, as requests specify them, and the encoding of pictures for
them.

A request's `way` has `kind` (cells, kitty, iterm2 or sixel), `columns` and `rows`, and these optional fields
with their defaults: `cell` [8, 16], the pixels of a cell; `budget` 0, the most bytes as sent (0: no limit;
cells in fewer than 256 colours have none); for cells `colours` "truecolor", `signs` [], the glyph families of
the font, `bits` 6, the bits per channel, and `steady` 0, the channel steps up to which a cell stays as in the
slot's last picture; for kitty `medium` "direct" ("shared", "file": same machine).
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
from milimo_tui.media.viewer.preview import Colour, ViewSize

KINDS = ("cells", "kitty", "iterm2", "sixel")
MEDIA = ("direct", "shared", "file")
Header = dict[str, Any]
MOST_SLOTS = 16
_HAIR = Fraction(1, 50)  # share of a cell that rounding to pixels may have added


@dataclass(frozen=True, slots=True)
class Way:
    """The form in which a picture is sent to the terminal. Raises BadInput for a form that no terminal
    supports.
    """

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
            raise BadInput(f"a picture can't be sent as “{self.kind}” ({self.medium})")
        if min(self.columns, self.rows, *self.cell) < 1 or self.budget < 0:
            raise BadInput(f"a picture can't be drawn in {self.columns}×{self.rows} cells")

    def size(self, letterbox: bool, bars: Colour) -> ViewSize:
        """Return the requested pixels: for cells 8×8 per cell, with the aspect ratio of the cells."""
        width, height = self.cell
        if self.kind == "cells":
            parts = cells.PARTS
            size, aspect = (self.columns * parts, self.rows * parts), Fraction(height, width)
            return ViewSize(*size, letterbox, bars, aspect, cell=(parts, parts), in_cells=True)
        enlarged = self.kind == "sixel"  # with the other kinds the terminal enlarges the picture
        return ViewSize(
            self.columns * width, self.rows * height, letterbox, bars, enlarged=enlarged, cell=self.cell
        )


def parse_display_mode(asked: Mapping[str, Any]) -> Way:
    """Return the display mode of a request. Raises BadInput."""
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
        raise BadInput("the kind, columns and rows of the picture are missing") from error


class LastSentCells:
    """The cells that were sent last, by the slot of their request: the content of its screen area."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[str, cells.Cells]] = OrderedDict()

    def reuse_unchanged_cells(self, slot: str, made: cells.Cells, way: Way) -> cells.Cells:
        """Return the cells with those that hardly changed left as they were, so that playback sends few
        cells.
        """
        colours, before = self._kept.pop(slot, ("", made))
        if way.steady and colours == way.colours and before.shape == made.shape:
            made = np.where(cells.find_changed_cells(before, made, way.steady, way.colours), made, before)
        self._kept[slot] = (way.colours, made)
        while len(self._kept) > MOST_SLOTS:
            self._kept.popitem(last=False)
        return made


def encode_for_terminal(
    picture: Rgb,
    way: Way,
    bars: Colour,
    local: LocalPictures,
    last: LastSentCells | None = None,
    slot: str = "",
) -> tuple[Header, bytes]:
    """Return a picture in the size of the mode, encoded for the terminal, with a header that describes it.

    The header has `way` (the kind), `format`, `width` and `height`, and the `columns` and `rows` that the
    picture fills.

    - cells: format "cells", size in cells; the bytes are `cells.CELL`.
    - kitty: format "png", "zlib" or "rgb" (f=100; f=24 and o=z; f=24), size in pixels. For a local medium the
      header has
      `place`, its name, and `size` in bytes, and the answer has no bytes.
    - iterm2: format "jpeg" or "png".
    - sixel: format "sixel" and `parts`, each with its first row, its rows and its bytes: separate images, one
      after another.

    For kitty and iterm2 the picture may have fewer pixels than its place: the terminal enlarges it.
    """
    if way.kind == "cells":
        picture = _pad_to_full_cells(picture, bars)
        made = cells.picture_to_cells(picture, way.colours, way.signs, way.bits)
        if way.budget:
            made = cell_bytes.fit_cells_to_bytes(picture, made, way.colours, way.signs, way.budget)
        if last is not None:
            made = last.reuse_unchanged_cells(slot, made, way)
        rows, columns = made.shape
        return _make_picture_header(way, "cells", (columns, rows), (columns, rows)), made.tobytes()
    picture = np.ascontiguousarray(picture)
    whole = (picture.shape[1], picture.shape[0])
    place = _fit_into_cells(way, *whole)
    if way.kind == "iterm2":
        data, *size = full_pixels.encode_jpeg(picture, way.budget)
        return _make_picture_header(
            way, "png" if data.startswith(full_pixels.PNG) else "jpeg", size, place
        ), data
    if way.kind == "sixel":
        data, parts = full_pixels.encode_sixels(picture, way.cell[1], way.budget)
        return {**_make_picture_header(way, "sixel", whole, place), "parts": parts}, data
    if way.medium != "direct":
        data = picture.tobytes()
        name = local.write_to_shared_memory(data) if way.medium == "shared" else local.file(data)
        return {**_make_picture_header(way, "rgb", whole, place), "place": name, "size": len(data)}, b""
    if not way.budget:
        return _make_picture_header(way, "zlib", whole, place), full_pixels.compress_rgb(picture)
    data, *size = full_pixels.encode_png(picture, way.budget)
    return _make_picture_header(way, "png", size, place), data


def _make_picture_header(way: Way, format: str, size: Sequence[int], place: tuple[int, int]) -> Header:
    """Return the common fields of every answer: form, size, and the cells that the picture fills."""
    names = ("width", "height", "columns", "rows")
    return {"way": way.kind, "format": format, **dict(zip(names, (*size, *place), strict=True))}


def _fit_into_cells(way: Way, width: int, height: int) -> tuple[int, int]:
    """Return the cells for a picture's shape, however few pixels it has."""
    wide, high = way.cell
    scale = min(Fraction(way.columns * wide, width), Fraction(way.rows * high, height))
    columns, rows = math.ceil(width * scale / wide - _HAIR), math.ceil(height * scale / high - _HAIR)
    return max(1, columns), max(1, rows)


def _pad_to_full_cells(picture: Rgb, bars: Colour) -> Rgb:
    """Return a picture with its last row and column of cells filled up."""
    parts = cells.PARTS
    height, width = picture.shape[:2]
    down, across = -height % parts, -width % parts
    if not down and not across:
        return picture
    out = np.empty((height + down, width + across, 3), np.uint8)
    out[:] = bars
    out[:height, :width] = picture
    return out
