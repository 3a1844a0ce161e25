"""A terminal that reads bytes and knows the content of each cell: a character or a part of a picture.

pyte processes the text. APC, DCS and OSC 1337 sequences go to the readers of pictures. Underline colours,
which name the placement of a placeholder, are lost, because pyte does not store them.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

import numpy as np
import pyte
from numpy.typing import NDArray
from pyte.screens import Char

from tests.seen.faults import Fault
from tests.seen.iterm2_reader import Inline, read_file
from tests.seen.kitty_reader import KittyReader
from tests.seen.marks import NUMBER
from tests.seen.sixel_reader import Sixel, read_sixel

PLACEHOLDER = "\U0010eeee"
CONTROL = re.compile(rb"\x1b\[([0-?]*)([ -/]*)([@-~])")
SHORT = re.compile(rb"\x1b[ -/]*[0-OQ-WYZ\\^`-~]")
PASSED = {"?6", "?7", "?25"}
ALTERNATE = {"?47", "?1047", "?1049"}


@dataclass(frozen=True, slots=True)
class Part:
    """A cell that shows the cell at `row`, `column` of the image with the id `number`."""

    number: int
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Overlay:
    """A picture drawn over cells, and the characters that were in these cells before. A cell whose character
    has changed no longer shows the picture.
    """

    x: int
    y: int
    pixels: NDArray[np.uint8]
    under: dict[tuple[int, int], Char | None]


# pyte does not support faint text. Milimo never blinks, so faint is stored as blinking.
FAINT_AS = {2: 5}


class _Text(pyte.Screen):
    """A pyte screen that also keeps the number of a foreground colour from the 256-colour palette, because it
    is the id of an image.
    """

    def select_graphic_rendition(self, *attrs: int, private: bool = False) -> None:
        words = list(attrs or (0,))
        while words:
            word = words.pop(0)
            if word in (38, 48, 58) and words:
                kind = words.pop(0)
                count = 3 if kind == 2 else 1
                values, words = words[:count], words[count:]
                if word == 58:
                    continue
                super().select_graphic_rendition(word, kind, *values)
                if word == 38 and kind == 5 and values:
                    self.cursor.attrs = self.cursor.attrs._replace(fg=f"#{values[0]}")
            else:
                super().select_graphic_rendition(FAINT_AS.get(word, word))
                if word == 22:
                    super().select_graphic_rendition(25)


class Screen:
    """A terminal of `columns` × `rows` cells, each of `cell` pixels (width, height). With `tmux` it accepts
    sequences wrapped for tmux.
    """

    def __init__(
        self, columns: int, rows: int, *, cell: tuple[int, int] = (10, 20), tmux: bool = False
    ) -> None:
        self.text = _Text(columns, rows)
        self._stream = pyte.Stream(self.text)
        self._letters = codecs.getincrementaldecoder("utf-8")("strict")
        self._held = b""
        self._tmux = tmux
        self.cell = cell
        self.kitty = KittyReader(self.shown_ids, self._cursor, self._move, cell)
        self.inline: list[Inline] = []
        self.sixels: list[Sixel] = []
        self._laid: list[Overlay] = []

    @property
    def size(self) -> tuple[int, int]:
        """The numbers of columns and rows."""
        return self.text.columns, self.text.lines

    def resize(self, columns: int, rows: int) -> None:
        self.text.resize(rows, columns)

    def feed(self, data: bytes) -> None:
        """Process bytes. An incomplete sequence at the end is completed by the next call."""
        data, self._held = self._held + data, b""
        at = 0
        while at < len(data):
            begin = data.find(b"\x1b", at)
            if begin < 0:
                self._draw(data[at:])
                return
            self._draw(data[at:begin])
            end = self._sequence(data, begin)
            if end is None:
                self._held = data[begin:]
                return
            at = end

    def _draw(self, plain: bytes) -> None:
        self._stream.feed(self._letters.decode(plain))

    def _sequence(self, data: bytes, begin: int) -> int | None:
        """Process the sequence that starts at `begin`. Returns its end, or None if the sequence is
        incomplete.
        """
        kind = data[begin + 1 : begin + 2]
        if not kind:
            return None
        if kind == b"[":
            found = CONTROL.match(data, begin)
            if found is None:
                if len(data) - begin > 64:
                    raise Fault(f"a control sequence without an end: {data[begin : begin + 64]!r}")
                return None
            self._control(found)
            return found.end()
        if kind in b"P_]^X":
            return self._string(data, begin, kind)
        found = SHORT.match(data, begin)
        if found is None:
            if len(data) - begin > 4:
                raise Fault(f"an escape that is none: {data[begin : begin + 8]!r}")
            return None
        if found[0] == b"\x1bc":
            self.kitty.images.clear()
        if found[0][1:2] not in (b"=", b">", b"\\"):
            self._stream.feed(found[0].decode("ascii"))
        return found.end()

    def _string(self, data: bytes, begin: int, kind: bytes) -> int | None:
        r"""Process a string sequence up to its end: `ESC \`, or BEL for OSC. A doubled ESC is only allowed
        inside tmux's passthrough.
        """
        wrapped = data.startswith(b"\x1bPtmux;", begin)
        at = begin + 2
        while True:
            stop = re.compile(rb"[\x07\x1b]" if kind == b"]" else rb"\x1b").search(data, at)
            if stop is None or (stop[0] == b"\x1b" and stop.end() == len(data)):
                return None
            if stop[0] == b"\x07":
                body, end = data[begin + 2 : stop.start()], stop.end()
                break
            behind = data[stop.end() : stop.end() + 1]
            if behind == b"\\":
                body, end = data[begin + 2 : stop.start()], stop.end() + 1
                break
            if not (wrapped and behind == b"\x1b"):
                raise Fault(f"a string is broken off by an escape: {data[begin : stop.end() + 8]!r}")
            at = stop.end() + 1
        if wrapped:
            if not self._tmux:
                raise Fault("wrapped for a tmux, and there is none")
            self._passed(body.removeprefix(b"tmux;").replace(b"\x1b\x1b", b"\x1b"))
        else:
            self._given(kind, body)
        return end

    def _passed(self, inner: bytes) -> None:
        if inner.startswith((b"\x1b_", b"\x1bP", b"\x1b]")):
            if self._string(inner, 0, inner[1:2]) != len(inner):
                raise Fault(f"not one whole string in the passthrough: {inner[:80]!r}")
        elif CONTROL.fullmatch(inner) is None:
            raise Fault(f"a passthrough of what is no sequence: {inner[:80]!r}")

    def _given(self, kind: bytes, body: bytes) -> None:
        if kind == b"_" and body.startswith(b"G"):
            self.kitty.command(body[1:].decode("ascii"))
        elif kind == b"]" and body.startswith(b"1337;File="):
            found = read_file(body[10:].decode("ascii"), self._cursor(), self.cell, self.size)
            if found is not None:
                self.inline.append(found)
                self._lay(found.x, found.y, found.pixels)
                if found.moves:
                    self._move(found.columns, found.rows)
        elif kind == b"P" and re.match(rb"[0-9;]*q", body):
            sixel = read_sixel(body.decode("ascii"), self._cursor())
            self.sixels.append(sixel)
            self._lay(sixel.x, sixel.y, sixel.pixels)

    def _control(self, found: re.Match[bytes]) -> None:
        words, between, last = (group.decode("ascii") for group in found.groups())
        if between or words.startswith(("<", "=", ">")):
            return
        if last in "hl" and words.startswith("?"):
            modes = {f"?{mode}" for mode in words[1:].split(";")}
            if modes & ALTERNATE:
                self.text.erase_in_display(2)
                self._clear()
            for mode in sorted(modes & PASSED):
                self._stream.feed(f"\x1b[{mode}{last}")
        elif words.startswith("?"):
            return
        elif last == "m":
            self.text.select_graphic_rendition(*_colours(words))
        elif last in "ST":
            self._scroll(int(words or 1), up=last == "S")
        elif last in "nctu":
            return
        else:
            if last == "J" and words in ("2", "3"):
                self._clear()
            self._stream.feed(found[0].decode("ascii"))

    def _scroll(self, count: int, *, up: bool) -> None:
        margins = self.text.margins or pyte.screens.Margins(0, self.text.lines - 1)
        held = (self.text.cursor.x, self.text.cursor.y)
        self.text.cursor.y = margins.bottom if up else margins.top
        for _ in range(count):
            (self.text.index if up else self.text.reverse_index)()
        self.text.cursor.x, self.text.cursor.y = held

    def _cursor(self) -> tuple[int, int]:
        return min(self.text.cursor.x, self.text.columns - 1), self.text.cursor.y

    def _move(self, columns: int, rows: int) -> None:
        self.text.cursor.x = min(self.text.columns - 1, self.text.cursor.x + columns)
        self.text.cursor.y = min(self.text.lines - 1, self.text.cursor.y + rows)

    def _clear(self) -> None:
        self.kitty.clear()
        self._laid.clear()

    def _lay(self, x: int, y: int, pixels: NDArray[np.uint8]) -> None:
        """Draw a picture over the cells from column `x` and row `y`. Older pictures lose these cells."""
        across, down = self.cell
        columns = range(x, min(self.text.columns, x - -pixels.shape[1] // across))
        rows = range(y, min(self.text.lines, y - -pixels.shape[0] // down))
        under = {(column, row): self.text.buffer[row].get(column) for row in rows for column in columns}
        for older in self._laid:
            for at in under:
                older.under.pop(at, None)
        self._laid = [*(older for older in self._laid if older.under), Overlay(x, y, pixels, under)]

    def laid(self) -> dict[tuple[int, int], NDArray[np.uint8]]:
        """Return the pixels of Sixel and iTerm2 pictures in each cell that was not overwritten afterwards, by
        (column, row).
        """
        across, down = self.cell
        found = {}
        for one in self._laid:
            for (column, row), char in one.under.items():
                if self.text.buffer[row].get(column) is char:
                    left, top = (column - one.x) * across, (row - one.y) * down
                    found[column, row] = one.pixels[top : top + down, left : left + across]
        return found

    def row(self, y: int) -> str:
        return self.text.display[y]

    def parts(self) -> dict[tuple[int, int], Part]:
        """Return the image parts that placeholder cells show, by (column, row). A cell without its own
        numbers continues the cell to its left, as kitty specifies.
        """
        found: dict[tuple[int, int], Part] = {}
        for y, line in list(self.text.buffer.items()):
            if y >= self.text.lines:
                continue
            left: tuple[str, Part] | None = None
            for x in range(self.text.columns):
                char = line.get(x)
                if char is None or not char.data.startswith(PLACEHOLDER):
                    left = None
                    continue
                part = _part(char.data[1:], char.fg, left)
                left = (char.fg, part)
                found[x, y] = part
        return found

    def shown_ids(self) -> set[int]:
        """Return the ids of the images in the screen's placeholder cells."""
        return {part.number for part in self.parts().values()}

    def holes(self) -> list[tuple[tuple[int, int], Part]]:
        """Return the cells that refer to an image, or to a cell of an image, that does not exist."""
        holes = []
        for at, part in self.parts().items():
            one = self.kitty.virtual(part.number)
            if one is None or part.row >= one.rows or part.column >= one.columns:
                holes.append((at, part))
        return holes

    def pictures(self) -> dict[tuple[int, int, int, int], int]:
        """Return the pictures that are complete on the screen: the image id by (column, row, columns,
        rows).
        """
        found: dict[tuple[int, int, int, int], int] = {}
        parts = self.parts()
        for (x, y), part in parts.items():
            one = self.kitty.virtual(part.number)
            if part.row or part.column or one is None:
                continue
            whole = all(
                parts.get((x + column, y + row)) == Part(part.number, row, column)
                for row in range(one.rows)
                for column in range(one.columns)
            )
            if whole:
                found[x, y, one.columns, one.rows] = part.number
        return found

    def picture(self, x: int, y: int, columns: int, rows: int) -> NDArray[np.uint8]:
        """Return the picture in a rectangle of cells as RGB. Raises `Fault` if a cell shows no picture."""
        across, down = self.cell
        parts = self.parts()
        seen = np.zeros((rows * down, columns * across, 3), np.uint8)
        grids: dict[int, NDArray[np.uint8]] = {}
        for row in range(rows):
            for column in range(columns):
                part = parts.get((x + column, y + row))
                if part is None:
                    raise Fault(f"no picture at column {x + column} of row {y + row}")
                if part.number not in grids:
                    grid = self.kitty.grid(part.number)
                    if grid is None:
                        raise Fault(f"no image {part.number}, at column {x + column} of row {y + row}")
                    grids[part.number] = grid
                top, left = part.row * down, part.column * across
                seen[row * down : (row + 1) * down, column * across : (column + 1) * across] = grids[
                    part.number
                ][top : top + down, left : left + across]
        return seen


def _colours(words: str) -> list[int]:
    """Return the numbers of an SGR sequence, with `38:2::r:g:b` and similar forms converted to
    `38;2;r;g;b`.
    """
    numbers: list[int] = []
    for word in words.split(";"):
        if ":" not in word:
            numbers.append(int(word or 0))
            continue
        own = word.split(":")
        if own[0] in ("38", "48", "58"):
            values = [part for part in own[2:] if part] if own[1] == "2" else own[2:3]
            numbers.extend([int(own[0]), int(own[1]), *(int(value) for value in values[-3:])])
        else:
            numbers.append(int(own[0]))
    return numbers


def _part(marks: str, colour: str, left: tuple[str, Part] | None) -> Part:
    """Return the image and its cell for a placeholder with these combining marks and this colour. `left` is
    the placeholder to its left.
    """
    numbers = []
    for mark in marks:
        if mark not in NUMBER:
            raise Fault(f"a mark that numbers nothing: U+{ord(mark):04X}")
        numbers.append(NUMBER[mark])
    if colour.startswith("#"):
        low = int(colour[1:])
    elif re.fullmatch(r"[0-9a-f]{6}", colour):
        low = int(colour, 16)
    else:
        raise Fault(f"a placeholder's colour names no image: {colour}")
    beside = left[1] if left is not None and left[0] == colour else None
    if not numbers and beside:
        return Part(beside.number, beside.row, beside.column + 1)
    if len(numbers) == 1 and beside and beside.row == numbers[0]:
        return Part(beside.number, numbers[0], beside.column + 1)
    high = 0
    if len(numbers) == 2 and beside and (beside.row, beside.column + 1) == (numbers[0], numbers[1]):
        high = beside.number >> 24
    numbers += [0, 0, high][len(numbers) :]
    return Part(low | numbers[2] << 24, numbers[0], numbers[1])
