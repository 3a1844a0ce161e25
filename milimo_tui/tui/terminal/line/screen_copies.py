"""Holds two copies of the screen: the wanted content and the content that the terminal shows. Only
differences are sent.

A key that changes one cell sends one cell. A repaint of the same content sends nothing, and content that was
replaced before it was sent is never sent.

A cell is a character with its combining marks, and a look (its colours and attributes). The right half of a
wide character is the cell "". Text is sent first and pictures after it. If not all cells of a picture can be
sent, the cells with the largest colour error are sent first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from rich.cells import cell_len, split_graphemes
from rich.segment import Segment
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.strip import Strip

from milimo_tui.core.kitty_marks import MARKS, PLACEHOLDER
from milimo_tui.tui.terminal.line.looks import PLAIN, Look, Looks

Cell = tuple[str, Look]
BLANK: Cell = (" ", PLAIN)
# A placeholder for an unknown cell of the terminal. It differs from every wanted cell.
UNKNOWN: Cell = ("\ufffd", Look())
# A text of at most this many characters is cached together with its cells, because short texts often appear
# again.
CACHED_TEXT_CELLS = 40
# A placeholder that belongs to no picture, for example in a text by another person. Kitty would show any
# picture there, and other terminals an unknown character.
STRAY_PLACEHOLDER = re.compile(f"{PLACEHOLDER}[{''.join(MARKS)}]*")
# If there are fewer than this many unchanged cells between two changed cells, they are sent again, because
# moving the cursor over them would take as many bytes.
JOIN_GAP = 4


class ScreenCopy:
    """The wanted and the shown cells of a screen of `columns` × `rows`.

    `take_update` stores the wanted content; `take_changed_text` and `take_changed_pictures` return the
    sequences to send.
    """

    def __init__(self, columns: int, rows: int, looks: Looks) -> None:
        self.looks = looks
        self.resize(columns, rows)
        self._held: set[int] = set()
        self._lent: dict[int, Look] = {}

    def resize(self, columns: int, rows: int) -> None:
        """Start again with another screen size. The terminal's content counts as unknown."""
        self.columns, self.rows = columns, rows
        self._wanted: list[list[Cell]] = [[BLANK] * columns for _ in range(rows)]
        self._shown: list[list[Cell]] = [[UNKNOWN] * columns for _ in range(rows)]
        self._changed = set(range(rows))

    def forget_screen(self) -> None:
        """Treat the terminal's content as unknown, because the screen was cleared or used by another
        program.
        """
        self._shown = [[UNKNOWN] * self.columns for _ in range(self.rows)]
        self._changed = set(range(self.rows))

    def forget_row(self, y: int) -> None:
        """Treat the content of a row as unknown, because something may have been printed there."""
        if y < self.rows:
            self._shown[y] = [UNKNOWN] * self.columns
            self._changed.add(y)

    def hold_picture(self, picture: int) -> None:
        """Hold back the cells of a picture until `release_picture` is called. The terminal shows the old
        content there until it has received the picture.
        """
        self._held.add(picture)

    def lend_cells(self, picture: int, look: Look) -> None:
        """Show an older picture in the cells of `picture` until `picture` was sent completely. `look` is the
        look of the older picture's cells, which refers to that picture.
        """
        if picture in self._held:
            self._lent[picture] = look
            self._mark_picture_rows(picture)

    def release_picture(self, picture: int) -> None:
        """Allow the cells of a picture to be sent, because the terminal now has the picture or will never get
        it.
        """
        if picture in self._held:
            self._held.remove(picture)
            self._lent.pop(picture, None)
            self._mark_picture_rows(picture)

    def _mark_picture_rows(self, picture: int) -> None:
        """Mark the screen rows in which a picture has wanted cells as changed, so that they are compared
        again.
        """
        for y, row in enumerate(self._wanted):
            if any(look.picture == picture for _, look in row):
                self._changed.add(y)

    def list_wanted_pictures(self) -> set[int]:
        """Return the ids of the pictures that have cells in the wanted content."""
        return {look.picture for row in self._wanted for _, look in row if look.picture}

    def list_shown_pictures(self) -> set[int]:
        """Return the ids of the pictures that have cells in the content that the terminal shows."""
        return {look.picture for row in self._shown for _, look in row if look.picture}

    def take_update(self, update: CompositorUpdate) -> bool:
        """Apply an update of Textual's compositor to the wanted content. Return False if its type is
        unknown.
        """
        if isinstance(update, ChopsUpdate):
            for x, y, strip in yield_changed_strips(update):
                self._put_segments(x, y, strip)
        elif isinstance(update, LayoutUpdate):
            for y, strips in enumerate(update.strips, update.region.y):
                x = update.region.x
                for strip in strips:
                    self._put_segments(x, y, strip)
                    x += strip.cell_length
        else:
            return False
        return True

    def _put_segments(self, x: int, y: int, strip: Iterable[Segment]) -> None:
        """Store the segments of a strip as wanted cells, from column `x` of row `y`. Cells outside the screen
        are dropped.
        """
        if not 0 <= y < self.rows:
            return
        cells: list[Cell] = []
        look_of = self.looks.get_look
        for text, style, control in strip:
            if control:
                continue
            look = look_of(style)
            if PLACEHOLDER in text and not look.picture:
                text = STRAY_PLACEHOLDER.sub(" ", text)
            if len(text) == 1 and text in ONE_WIDE:
                cells.append((text, look.bare or look if text == " " else look))
            elif len(text) > CACHED_TEXT_CELLS or look.picture is not None:  # Rare, so not cached.
                cells += split_into_cells.__wrapped__(text, look)
            else:
                cells += split_into_cells(text, look)
        row = self._wanted[y]
        skip, end = max(0, -x), min(len(cells), self.columns - x)
        if end <= skip:
            return
        new = cells[skip:end]
        if row[x + skip : x + end] != new:
            row[x + skip : x + end] = new
            # If half of a wide character was overwritten, its other half becomes a blank.
            if x + end < self.columns and row[x + end][0] == "":
                row[x + end] = (" ", row[x + end][1])
            if x + skip > 0 and new[0][0] and is_two_wide(row[x + skip - 1][0]):
                row[x + skip - 1] = (" ", row[x + skip - 1][1])
            self._changed.add(y)

    @property
    def is_shown(self) -> bool:
        """True if the terminal shows the wanted content. Cells of pictures that are still being sent do not
        count.
        """
        return not any(True for y in sorted(self._changed) for _ in self._find_wrong_cells(y))

    def _find_wrong_cells(self, y: int) -> Iterator[int]:
        """Yield the columns of row `y` in which the terminal shows a wrong cell that may be sent now."""
        wanted, shown, held_pictures = self._wanted[y], self._shown[y], self._held
        if wanted == shown:
            self._changed.discard(y)
            return
        for x, (cell, was) in enumerate(zip(wanted, shown, strict=True)):
            if cell != was:
                if held_pictures and cell[1].picture in held_pictures:
                    look = self._lent.get(cell[1].picture or 0)
                    if look is None or was == (cell[0], look):
                        continue
                yield x

    def take_changed_text(self, limit: int) -> str:
        """Return escape sequences of about `limit` bytes that correct changed text on the screen. The text
        counts as shown afterwards.
        """
        out = EscapeWriter()
        for y in sorted(self._changed):
            if out.bytes >= limit:
                break
            wanted, shown = self._wanted[y], self._shown[y]
            if wanted == shown:
                self._changed.discard(y)
                continue
            both = enumerate(zip(wanted, shown, strict=True))
            columns = [x for x, (cell, was) in both if cell != was and cell[1].picture is None]
            self._write_cells(out, y, columns)
        return out.finish_text()

    def take_changed_pictures(self, limit: int) -> str:
        """Return escape sequences of about `limit` bytes that correct changed cells of pictures on the
        screen. If that is too few bytes for all of these cells, the cells with the largest colour error are
        corrected first.
        """
        wrong = [
            (y, x)
            for y in sorted(self._changed)
            for x in self._find_wrong_cells(y)
            if (self._wanted[y][x][1].picture or 0) >= 0 and self._wanted[y][x][1].picture is not None
        ]
        if not wrong:
            return ""
        if len(wrong) * COSTLY > limit:
            wrong.sort(key=self._measure_cell_error, reverse=True)
            wrong = sorted(wrong[: max(1, limit // COSTLY)])
        out = EscapeWriter()
        rows: dict[int, list[int]] = {}
        for y, x in wrong:
            rows.setdefault(y, []).append(x)
        for y, columns in rows.items():
            if out.bytes >= limit:
                break
            self._write_cells(out, y, columns)
        return out.finish_text()

    def find_wrong_bands(self) -> dict[int, dict[int, tuple[int, int]]]:
        """Return the rows of directly drawn pictures (Sixel, iTerm2) that the terminal does not show
        correctly.

        The result maps each picture's id to a mapping from the row inside the picture to the screen column
        and row at which that row of the picture begins.
        """
        out: dict[int, dict[int, tuple[int, int]]] = {}
        for y in sorted(self._changed):
            for x in self._find_wrong_cells(y):
                text, look = self._wanted[y][x]
                if look.picture is not None and look.picture < 0:
                    row, column = decode_placeholder(text)
                    out.setdefault(-look.picture, {})[row] = (x - column, y)
        return out

    def record_band(self, picture: int, x: int, y: int, columns: int, rows: int) -> None:
        """Record that a band of a picture was drawn at column `x` and row `y`. The band covers the text
        there, which must be sent again.
        """
        for row in range(max(0, y), min(self.rows, y + rows)):
            for column in range(max(0, x), min(self.columns, x + columns)):
                cell = self._wanted[row][column]
                self._shown[row][column] = cell if cell[1].picture == -picture else UNKNOWN
            self._changed.add(row)

    def _measure_cell_error(self, place: tuple[int, int]) -> int:
        y, x = place
        wanted, shown = self._wanted[y][x][1].shade, self._shown[y][x][1].shade
        if len(wanted) != 6 or len(shown) != 6:
            return 255
        r, g, b, u, v, w = wanted
        p, q, s, i, j, k = shown
        return abs(r - p) + abs(g - q) + abs(b - s) + abs(u - i) + abs(v - j) + abs(w - k)

    def _write_cells(self, out: EscapeWriter, y: int, columns: list[int]) -> None:
        """Write the cells in `columns` of row `y` to `out`, and record them as shown. If a few correct cells
        are between two changed cells, write these too if that takes fewer bytes than moving the cursor.
        """
        wanted, shown, count = self._wanted[y], self._shown[y], len(columns)
        edge, at = self.columns - 1, 0
        while at < count:
            first = last = columns[at]
            at += 1
            while at < count:
                next_one = columns[at]
                if next_one != last + 1 and not self._can_join_runs(y, last + 1, next_one):
                    break
                last = next_one
                at += 1
            while first > 0 and wanted[first][0] == "":
                first -= 1
            while last < edge and wanted[last + 1][0] == "":
                last += 1
            cells = wanted[first : last + 1]
            if self._lent:
                cells = [(text, self._lent.get(look.picture or 0, look)) for text, look in cells]
            out.put_cells(first, y, cells)
            shown[first : last + 1] = cells
            # Overwriting half of a wide character leaves a blank in most terminals. A kitty placeholder may
            # have been sent without row and column marks, which continues the cell to its left. In such cases
            # the neighbouring cell must be sent again.
            if last < edge and (shown[last + 1][0] == "" or is_orphan(shown[last], shown[last + 1])):
                shown[last + 1] = UNKNOWN
                self._changed.add(y)
            if first > 0 and is_two_wide(shown[first - 1][0]):
                shown[first - 1] = UNKNOWN
                self._changed.add(y)

    def _can_join_runs(self, y: int, first: int, end: int) -> bool:
        """Return True if the correct cells between two runs of changed cells can be written too, so that no
        cursor movement is needed. These cells are in row `y`, from column `first` to before column `end`.
        They must be few, have one look, and not belong to a picture that is still being sent.
        """
        if end - first >= JOIN_GAP:
            return False
        between = self._wanted[y][first - 1 : end]
        before = between[0][1]
        return before.picture not in self._held and all(
            look is before or (text == " " and look is before.bare) for text, look in between
        )

    def copy_wanted_cells(self) -> list[list[Cell]]:
        """Return the wanted cells, row by row."""
        return [list(row) for row in self._wanted]


COSTLY = 24  # Approximate bytes for one cell of a picture if both of its colours change.


class EscapeWriter:
    """A builder of escape sequences. It tracks the position of the terminal's cursor and the current look, so
    that only changes are written.
    """

    def __init__(self) -> None:
        self._out: list[str] = []
        self._look: Look | None = None
        self._place: tuple[int, int] | None = None
        self._link = ""
        # The last placeholder cell that was written: its column, row, combining mark for the row, and look. A
        # placeholder to its right needs no combining marks (kitty, graphics-protocol, “Unicode
        # placeholders”).
        self._left: tuple[int, int, str, Look] | None = None
        self.bytes = 0

    def put_cells(self, x: int, y: int, cells: Sequence[Cell]) -> None:
        """Write cells from column `x` of row `y`. Characters of single width are written in a separate, fast
        loop, because most of the painting time is spent there.
        """
        at, count = 0, len(cells)
        while at < count:
            if cells[at][0] not in ONE_WIDE:
                self.put_cell(x + at, y, cells[at])
                at += 1
                continue
            begin, now, link = at, self._look, self._link
            parts: list[str] = []
            for text, look in cells[at:] if at else cells:
                if text not in ONE_WIDE or look.link != link:
                    break
                if look is not now:
                    change = _make_look_change if look.picture is None else _make_look_change.__wrapped__
                    words, now = change(now, look, text == " ")
                    parts.append(words)
                parts.append(text)
                at += 1
            if at > begin:
                if self._place != (x + begin, y):
                    self._move_terminal_cursor(x + begin, y)
                self._append_sequence("".join(parts))
                self._look, self._place = now, (x + at, y)
            if at < count:
                self.put_cell(x + at, y, cells[at])
                at += 1

    def put_cell(self, x: int, y: int, cell: Cell) -> None:
        """Write one cell. After a wide character or one with combining marks the cursor position counts as
        unknown, because terminals disagree about the width.
        """
        text, look = cell
        if not text:
            return  # This cell is the right half of the wide character before it, which fills both cells.
        if self._place != (x, y):
            self._move_terminal_cursor(x, y)
        if look is not self._look:
            if look.link != self._link:
                self._append_sequence(f"\x1b]8;;{look.link}\x1b\\")
                self._link = look.link
            change = _make_look_change if look.picture is None else _make_look_change.__wrapped__
            words, self._look = change(self._look, look, text == " ")
            self._append_sequence(words)
        follows = text[0] == PLACEHOLDER and self._left == (x - 1, y, text[1:2], look)
        self._append_sequence(PLACEHOLDER if follows else text)
        self._left = (x, y, text[1:2], look)
        self._place = (x + 1, y) if is_one_wide(text) or text[0] == PLACEHOLDER else None

    def _move_terminal_cursor(self, x: int, y: int) -> None:
        """Move the cursor to column `x` of row `y` with the shortest sequence: CUF to the right within a row,
        otherwise CUP.
        """
        if self._place is not None and self._place[1] == y and x > self._place[0]:
            gap = x - self._place[0]
            self._append_sequence("\x1b[C" if gap == 1 else f"\x1b[{gap}C")
        else:
            self._append_sequence(f"\x1b[{y + 1};{x + 1}H")

    def _append_sequence(self, words: str) -> None:
        self._out.append(words)
        self.bytes += len(words) if words.isascii() else len(words.encode())

    def finish_text(self) -> str:
        """Return the escape sequences written so far. Colours, attributes and link are reset at the end."""
        if self._link:
            self._append_sequence("\x1b]8;;\x1b\\")
            self._link = ""
        if self._look is not None and self._look is not PLAIN:
            self._append_sequence("\x1b[0m")
            self._look = PLAIN
        return "".join(self._out)


def yield_changed_strips(update: ChopsUpdate) -> Iterator[tuple[int, int, Strip]]:
    """Yield the changed parts of a compositor update: column, row and strip."""
    for y, first, last in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is None or x >= last or end <= first:
                continue
            if first > x or last < end:
                strip = strip.crop(max(0, first - x), min(end, last) - x)
            yield max(x, first), y, strip


def is_orphan(left: Cell, cell: Cell) -> bool:
    """Return True if a kitty placeholder is separated from the rest of its picture's row: the cell at its
    left, `left`, is not the previous column of the same picture.

    A cell of a directly drawn picture is never an orphan, because such a picture stays visible next to text
    that is written over a part of it.
    """
    if not cell[0].startswith(PLACEHOLDER) or (cell[1].picture or 0) < 0:
        return False
    if not left[0].startswith(PLACEHOLDER) or left[1] is not cell[1]:
        return True
    (row, column), placeholder = decode_placeholder(left[0]), decode_placeholder(cell[0])
    return placeholder != (row, column + 1)


@lru_cache(1 << 12)
def _make_look_change(now: Look | None, look: Look, is_blank: bool) -> tuple[str, Look]:
    """Return the escape sequence that changes the look `now` to `look`, and the look that the terminal has
    afterwards. Called for text only, not for cells of pictures.

    Before a blank, only the background is changed. The foreground stays as it was, because a blank does not
    show it.
    """
    if not is_blank or now is None or not (look.is_bare and now.is_bare):
        return look.make_sgr_change(now), look
    if now.ground == look.ground:
        return "", now
    return f"\x1b[{look.ground}m", now.with_background(look.ground)


# Ranges of characters that fill one cell, which most characters on the screen do: Latin, Greek, Cyrillic,
# arrows, lines, blocks, and the braille, octants and sextants of pictures.
RANGES = (
    (0x20, 0x7F), (0xA0, 0xAD), (0xAE, 0x300), (0x370, 0x483), (0x2190, 0x21FF), (0x2500, 0x25FD),
    (0x2800, 0x2900), (0x1CD00, 0x1CDE6), (0x1FB00, 0x1FB3C),
)  # fmt: skip
ONE_WIDE = frozenset(chr(code) for first, end in RANGES for code in range(first, end))


@lru_cache(1 << 13)
def is_one_wide(char: str) -> bool:
    """Return True if a text is a single character that fills one cell in every terminal."""
    return len(char) == 1 and (char.isascii() or cell_len(char) == 1)


@lru_cache(1 << 10)
def split_into_cells(text: str, look: Look) -> tuple[Cell, ...]:
    """Return the cells of a text that has one look. Blanks get the look without a foreground
    (`Look.bare`).
    """
    bare = look.bare or look
    chars = text if text.isascii() else split_by_cells(text)
    return tuple([(char, bare if char == " " else look) for char in chars])


def is_two_wide(char: str) -> bool:
    """Return True if a character fills two cells."""
    return char not in ONE_WIDE and cell_len(char) == 2


@lru_cache(1 << 13)
def decode_placeholder(placeholder: str) -> tuple[int, int]:
    """Return the row and column that the combining marks of a kitty placeholder encode."""
    return NUMBERS[placeholder[1]], NUMBERS[placeholder[2]]


NUMBERS = {mark: number for number, mark in enumerate(MARKS)}


MOST_SIGNS = 1 << 14
# Each different text of a cell is stored once. Otherwise every cell of a line or picture would take 80 bytes.
_interned_texts: dict[str, str] = {}


@lru_cache(1 << 12)
def split_by_cells(text: str) -> tuple[str, ...]:
    """Split a text into cells: combining marks stay with their character, and "" follows a wide character."""
    if len(_interned_texts) > MOST_SIGNS:
        _interned_texts.clear()
    if text.startswith(PLACEHOLDER):
        cells = [text[at : at + 3] for at in range(0, len(text), 3)]
        return tuple([_interned_texts.setdefault(sign, sign) for sign in cells])
    out: list[str] = []
    for start, end, width in split_graphemes(text)[0]:
        if width:
            sign = text[start:end]
            out.append(_interned_texts.setdefault(sign, sign))
            out += [""] * (width - 1)
    return tuple(out)
