"""Import a screenplay from the text layer of a PDF.

pdfium reads the letters of each page with their positions. `page_layout` finds the kind of each line by the
position of its first letter.
"""

from __future__ import annotations

import ctypes
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate

import pypdfium2
import pypdfium2.raw as pdfium

from milimo_tui.core.errors import BadInput
from milimo_tui.core.format import format_count
from milimo_tui.interchange.screenplays.fountain_blocks import ReadScript, to_fountain
from milimo_tui.interchange.screenplays.page_layout import PrintedLine, PrintedPage, classify_pages

MOST_PAGES = 5000
MOST_LETTERS = 20_000_000
# Maximum number of lines whose kind was guessed that the import's note quotes. If there are more, the note
# ends with “…”.
MOST_NAMED = 8
# A PDF is unreadable if less than this share of its characters are letters, or more than this share have no
# Unicode value. PDFs with fewer characters are not judged.
_LEAST_LETTERS, _MOST_UNMAPPED, _FEWEST_CHARACTERS = 0.4, 0.1, 60
# Characters that are not counted: blanks, line ends, and pdfium's character for a hyphen at a line's end.
_LEFT_OUT = dict.fromkeys(map(ord, " \xa0\r\n\x02"))
# Unicode categories of characters that no screenplay contains: control, private use, unassigned, surrogate.
_FOREIGN_CATEGORIES = frozenset({"Cc", "Co", "Cn", "Cs"})
_POINTS = 72.0  # Points per inch.
_CELL, _GAP = 7.2, 18.0  # In points: the width of a Courier letter, and the smallest gap that splits a line.
# Returns the position of a letter by its index in the text, in points from the bottom left.
Origin = Callable[[int], tuple[float, float]]
_HINT = "export it again from the program it was written in, as FDX or Fountain"


@dataclass(slots=True)
class _CharacterCounts:
    """The numbers of characters in a PDF, without blanks. `unmapped` characters have no Unicode value,
    because their font does not specify the letters that it draws.
    """

    characters: int = 0
    letters: int = 0
    unmapped: int = 0

    def count_page(self, text_page: pypdfium2.PdfTextPage, text: str) -> None:
        """Add the characters of a page with this text."""
        characters = text.translate(_LEFT_OUT)
        self.characters += len(characters)
        self.letters += sum(map(str.isalpha, characters))
        marked = sum(
            pdfium.FPDFText_HasUnicodeMapError(text_page.raw, at) == 1
            for at in range(text_page.count_chars())
        )
        self.unmapped += max(
            marked, sum(unicodedata.category(each) in _FOREIGN_CATEGORIES for each in characters)
        )

    @property
    def is_unreadable(self) -> bool:
        """True if the characters of the PDF are not the letters that a reader sees. Without a map, the first
        letters of a font often appear as punctuation and digits: `!"#$%`.
        """
        return self.characters >= _FEWEST_CHARACTERS and (
            self.letters < _LEAST_LETTERS * self.characters
            or self.unmapped > _MOST_UNMAPPED * self.characters
        )


def read_pdf(data: bytes) -> ReadScript:
    """Read a PDF. Raises BadInput with one sentence if the file is damaged, locked, a scan without text,
    longer than any script, or if its fonts do not specify their letters.
    """
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).casefold()
        why = "it is locked with a password" if locked else "it is damaged or not a PDF"
        raise BadInput(f"this PDF can't be read: {why}", _HINT) from None
    try:
        if len(document) > MOST_PAGES:
            raise BadInput(
                f"this PDF has {len(document):,} pages, more than {MOST_PAGES:,}, unlike any screenplay",
                _HINT,
            )
        counts = _CharacterCounts()
        pages = tuple(_iterate_printed_pages(document, counts))
    except pypdfium2.PdfiumError:
        raise BadInput("this PDF can't be read: one of its pages is damaged", _HINT) from None
    finally:
        document.close()
    if not any(page.lines for page in pages):
        raise BadInput(
            f"this PDF has no text in its {format_count(len(pages), 'page')}: it is scanned or empty",
            "recognise its text first (OCR), or give the script as FDX or Fountain",
        )
    if counts.is_unreadable:
        raise BadInput(
            "this PDF can't be read: its fonts do not specify their letters",
            "recognise its text first (OCR), or give the script as FDX or Fountain",
        )
    found = classify_pages(pages)
    written = to_fountain(found.blocks, found.title)
    unsure = [str(line) for line, doubt in zip(written.lines, found.unsure, strict=True) if doubt and line]
    notes = [f"{format_count(len(pages), 'page')} of PDF, line types guessed from positions"]
    if counts.unmapped:
        notes.append(
            f"{format_count(counts.unmapped, 'letter')} can't be read: the font does not specify them"
        )
    if unsure:
        more = ", …" if len(unsure) > MOST_NAMED else ""
        notes.append(f"unsure of {format_count(len(unsure), 'line')}: {', '.join(unsure[:MOST_NAMED])}{more}")
    return ReadScript(written.text, tuple(notes))


def _iterate_printed_pages(
    document: pypdfium2.PdfDocument, counts: _CharacterCounts
) -> Iterator[PrintedPage]:
    letters = 0
    for number in range(len(document)):
        page = document[number]
        width, height = page.get_size()
        text_page = page.get_textpage()
        text = text_page.get_text_range()
        letters += len(text)
        if letters > MOST_LETTERS:
            raise BadInput("this PDF has more text than any screenplay", _HINT)
        counts.count_page(text_page, text)
        lines = sorted(
            _iterate_printed_lines(text_page, text, height), key=lambda line: (round(line.y, 1), line.x)
        )
        text_page.close()
        page.close()
        yield PrintedPage(width / _POINTS, height / _POINTS, tuple(lines))


def _iterate_printed_lines(
    text_page: pypdfium2.PdfTextPage, text: str, height: float
) -> Iterator[PrintedLine]:
    """Yield the printed lines of a page. Each has the positions of its first and last letters, in inches from
    the top left corner of the page.

    pdfium counts the letters of the text in units of UTF-16.
    """
    origin, at = _make_origin_reader(text_page), 0
    for row in text.split("\n"):
        line = row.rstrip("\r ")
        stripped = line.lstrip()
        if stripped:
            first, last = at + len(line) - len(stripped), at + _count_units(line) - 1
            x, y = origin(first)
            end, _ = origin(last)
            if end - x > (len(stripped) - 1) * _CELL + _GAP:
                yield from _split_wide_line(origin, stripped, first, (height - y) / _POINTS)
            else:
                yield PrintedLine(x / _POINTS, (height - y) / _POINTS, end / _POINTS, stripped)
        at += _count_units(row) + 1


def _count_units(text: str) -> int:
    """Return the length of a text in units of UTF-16."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _split_wide_line(origin: Origin, text: str, first: int, y: float) -> Iterator[PrintedLine]:
    """Yield the pieces of a line that has wide gaps, such as scene numbers in the margins or two sides of
    dual dialogue.
    """
    units = accumulate(text, lambda at, letter: at + _count_units(letter), initial=first)
    places = [origin(at)[0] / _POINTS for _, at in zip(text, units, strict=False)]
    letters = [at for at, letter in enumerate(text) if not letter.isspace()]
    begin = letters[0]
    for at, after in zip(letters, [*letters[1:], len(text)], strict=True):
        if after == len(text) or places[after] - places[at] > (_GAP + (after - at) * _CELL) / _POINTS:
            yield PrintedLine(places[begin], y, places[at], text[begin : at + 1])
            begin = after


def _make_origin_reader(text_page: pypdfium2.PdfTextPage) -> Origin:
    """Return a function that returns the position of a letter by its index in the text of the page.

    pdfium numbers the characters of a page differently from the letters of the text, because the text leaves
    out characters such as line breaks inside a paragraph. The function reuses the same C variables for every
    letter, because creating new ones takes time.
    """
    x, y = ctypes.c_double(), ctypes.c_double()
    to_x, to_y, page, ask = ctypes.byref(x), ctypes.byref(y), text_page.raw, pdfium.FPDFText_GetCharOrigin
    find_character = pdfium.FPDFText_GetCharIndexFromTextIndex

    def origin(index: int) -> tuple[float, float]:
        ask(page, find_character(page, index), to_x, to_y)
        return x.value, y.value

    return origin
