"""Define the methods by which terminals display pictures, and encode pictures accordingly. A request
specifies the method in its field `way`.

A `way` has `kind` (cells, kitty, iterm2 or sixel), `columns` and `rows`. These fields are optional:

- `cell`, default [8, 16]: the width and height of a cell in pixels.
- `budget`, default 0 (no limit): the largest number of bytes to send. Cells in fewer than 256 colours have no
  limit.
- `colours`, default "truecolor", for cells.
- `signs`, default [], for cells: the glyph families of the font.
- `bits`, default 6, for cells: bits per colour channel.
- `steady`, default 0, for cells: a cell is not sent again if its colour levels have changed by at most this
  much.
- `medium`, default "direct", for kitty: "shared" (memory) and "file" need a terminal on the same machine.
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
# Sizes in pixels are rounded, so a picture may exceed a cell border by up to this part of a cell without
# occupying a further cell.
_HAIR = Fraction(1, 50)


@dataclass(frozen=True, slots=True)
class Way:
    """The form in which a picture is sent to the terminal; the module docstring describes its fields. Raises
    BadInput for a form that no terminal supports.
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
        """Return the size in pixels in which a picture must be drawn for this display mode. For cells this is
        8×8 pixels per cell, where a pixel has the proportions of a cell. If `letterbox` is True, bars in the
        colour `bars` fill the rest.
        """
        width, height = self.cell
        if self.kind == "cells":
            parts = cells.PARTS
            size, aspect = (self.columns * parts, self.rows * parts), Fraction(height, width)
            return ViewSize(*size, letterbox, bars, aspect, cell=(parts, parts), in_cells=True)
        enlarged = self.kind == "sixel"  # other terminals enlarge pictures
        return ViewSize(
            self.columns * width, self.rows * height, letterbox, bars, enlarged=enlarged, cell=self.cell
        )


def parse_display_mode(description: Mapping[str, Any]) -> Way:
    """Return the display mode described by `description`, the `way` of a request. Raises BadInput."""
    try:
        width, height = description.get("cell", (8, 16))
        return Way(
            kind=description["kind"],
            columns=int(description["columns"]),
            rows=int(description["rows"]),
            cell=(int(width), int(height)),
            colours=description.get("colours", "truecolor"),
            signs=frozenset(description.get("signs", ())),
            bits=int(description.get("bits", cells.USUAL_BITS)),
            steady=int(description.get("steady", 0)),
            budget=int(description.get("budget", 0)),
            medium=description.get("medium", "direct"),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BadInput("the kind, columns and rows of the picture are missing") from error


class LastSentCells:
    """The cells that were sent last for each slot, which is an area of the screen. They are remembered for
    the `MOST_SLOTS` most recently used slots.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[str, cells.Cells]] = OrderedDict()

    def reuse_unchanged_cells(self, slot: str, made: cells.Cells, mode: Way) -> cells.Cells:
        """Return the new cells `made`, with each cell that hardly differs replaced by the cell sent last.

        The terminal then receives few changed cells during playback. The display mode's `steady` sets the
        tolerance.
        """
        colours, before = self._kept.pop(slot, ("", made))
        if mode.steady and colours == mode.colours and before.shape == made.shape:
            made = np.where(cells.find_changed_cells(before, made, mode.steady, mode.colours), made, before)
        self._kept[slot] = (mode.colours, made)
        while len(self._kept) > MOST_SLOTS:
            self._kept.popitem(last=False)
        return made


def encode_for_terminal(
    picture: Rgb,
    mode: Way,
    bars: Colour,
    local: LocalPictures,
    last: LastSentCells | None = None,
    slot: str = "",
) -> tuple[Header, bytes]:
    """Return a picture encoded for the terminal: a header that describes it, and its bytes.

    `picture` must have the pixels that the display mode specifies. The header has `way` (the kind),
    `format`, `width`, `height`, and `columns` and `rows`, the size in cells that the picture fills. The
    formats are:

    - cells: format "cells"; width and height are in cells, and the bytes are `cells.CELL` records.
    - kitty: format "png", "zlib" or "rgb" (f=100; f=24 with o=z; f=24), size in pixels. If the medium is
      local, the header has `place` (the name of the file or shared memory) and `size` in bytes, and the
      answer has no bytes.
    - iterm2: format "jpeg" or "png", size in pixels.
    - sixel: format "sixel". `parts` lists separate images, from top to bottom, each with its first cell row,
      its number of rows and its bytes.

    For kitty and iterm2 the picture may have fewer pixels than the cells it fills, because the terminal
    enlarges it.
    """
    if mode.kind == "cells":
        picture = _pad_to_full_cells(picture, bars, (cells.PARTS, cells.PARTS))
        made = cells.picture_to_cells(picture, mode.colours, mode.signs, mode.bits)
        if mode.budget:
            made = cell_bytes.fit_cells_to_bytes(picture, made, mode.colours, mode.signs, mode.budget)
        if last is not None:
            made = last.reuse_unchanged_cells(slot, made, mode)
        rows, columns = made.shape
        return _make_picture_header(mode, "cells", (columns, rows), (columns, rows)), made.tobytes()
    if mode.kind == "sixel":
        picture = _pad_to_full_cells(picture, bars, mode.cell)
    picture = np.ascontiguousarray(picture)
    whole = (picture.shape[1], picture.shape[0])
    place = _fit_into_cells(mode, *whole)
    if mode.kind == "iterm2":
        data, *size = full_pixels.encode_jpeg(picture, mode.budget)
        return _make_picture_header(
            mode, "png" if data.startswith(full_pixels.PNG) else "jpeg", size, place
        ), data
    if mode.kind == "sixel":
        data, parts = full_pixels.encode_sixels(picture, mode.cell[1], mode.budget)
        return {**_make_picture_header(mode, "sixel", whole, place), "parts": parts}, data
    if mode.medium != "direct":
        data = picture.tobytes()
        name = local.write_to_shared_memory(data) if mode.medium == "shared" else local.file(data)
        return {**_make_picture_header(mode, "rgb", whole, place), "place": name, "size": len(data)}, b""
    if not mode.budget:
        return _make_picture_header(mode, "zlib", whole, place), full_pixels.compress_rgb(picture)
    data, *size = full_pixels.encode_png(picture, mode.budget)
    return _make_picture_header(mode, "png", size, place), data


def _make_picture_header(mode: Way, format: str, size: Sequence[int], place: tuple[int, int]) -> Header:
    """Return the fields that the header of every encoded picture has. The kind of `mode` becomes `way`, and
    `format` is entered as it is; `size` becomes width and height, and `place` becomes columns and rows.
    """
    names = ("width", "height", "columns", "rows")
    return {"way": mode.kind, "format": format, **dict(zip(names, (*size, *place), strict=True))}


def _fit_into_cells(mode: Way, width: int, height: int) -> tuple[int, int]:
    """Return the columns and rows of cells that a picture covers when it is fitted into the area of the
    display mode. Only the ratio of `width` to `height` matters.
    """
    wide, high = mode.cell
    scale = min(Fraction(mode.columns * wide, width), Fraction(mode.rows * high, height))
    columns, rows = math.ceil(width * scale / wide - _HAIR), math.ceil(height * scale / high - _HAIR)
    return max(1, columns), max(1, rows)


def _pad_to_full_cells(picture: Rgb, bars: Colour, cell: tuple[int, int]) -> Rgb:
    """Return a picture extended to complete cells at its right and lower edge, filled with the colour `bars`.
    `cell` is the width and height of a cell in pixels. A sixel picture would otherwise leave a part of older
    text visible.
    """
    height, width = picture.shape[:2]
    down, across = -height % cell[1], -width % cell[0]
    if not down and not across:
        return picture
    out = np.empty((height + down, width + across, 3), np.uint8)
    out[:] = bars
    out[:height, :width] = picture
    return out
