"""Export a screenplay to PDF in Courier 12 and the standard layout, with a title page and scene numbers in
both margins.

PDF's built-in Courier font has only the letters of Western Europe. Other letters are drawn one by one in the
same columns, with a font that fontconfig finds.
"""

from __future__ import annotations

import io
import unicodedata
from functools import partial
from itertools import groupby

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from milimo_tui.interchange.screenplays.pages import UNPRINTED, PagePiece, lay_out_pages, wrap_emphasized_text
from milimo_tui.media.picture import fonts
from milimo_tui.media.picture.pdf_faces import register_pdf_font
from milimo_tui.story.screenplay.screenplay import CENTRED_TITLE_KEYS, Screenplay
from milimo_tui.story.values.emphasis import StyledRun

PAPER = (612.0, 792.0)  # Width and height of Letter paper in points.
_SIZE = 12.0
_CELL = 7.2  # Width of a letter in points: ten letters per inch.
_TOP = PAPER[1] - 72 - _SIZE + 2  # The baseline of the first line, in points from the bottom of the page.
_NUMBER_LINE = PAPER[1] - 36 - _SIZE + 2
_MIDDLE = 45  # The column halfway between the left and the right margin, at which centred text is centred.
_FACES = ("Courier", "Courier-Bold", "Courier-Oblique", "Courier-BoldOblique")
_MONOSPACE = "DejaVu Sans Mono"
_INVISIBLE = frozenset({"Mn", "Me", "Cc", "Cf"})  # Unicode categories of marks, controls and joiners.


def to_pdf(screenplay: Screenplay) -> bytes:
    """Return a screenplay as PDF. Equal screenplays give equal bytes."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=PAPER, invariant=1)
    canvas.setTitle(screenplay.title)
    canvas.setCreator("Milimo")
    if screenplay.title_page:
        _draw_title_page(canvas, screenplay)
    for number, page in enumerate(lay_out_pages(screenplay), 1):
        if number > 1:
            text = f"{number}."
            _draw_piece(canvas, PagePiece(75 - len(text), (StyledRun(text),)), _NUMBER_LINE)
        for row in page:
            for piece in row.pieces:
                _draw_piece(canvas, piece, _TOP - row.line * _SIZE)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def find_undrawable_letters(screenplay: Screenplay) -> tuple[str, ...]:
    """Return the letters of a screenplay that no installed font can draw in a PDF, in order of their first
    use. Marks that change other letters, such as accents and joiners, are not listed.
    """
    texts = [value for entry in screenplay.title_page for value in entry.values]
    for each in screenplay.elements:
        texts += [each.text, *(each.cue.extensions if each.cue else ())] if each.kind not in UNPRINTED else ()
    letters = dict.fromkeys(letter for text in texts for letter in text)
    return tuple(letter for letter in letters if not _is_in_courier(letter) and not _is_drawable(letter))


def _is_drawable(letter: str) -> bool:
    if letter.isspace() or unicodedata.category(letter) in _INVISIBLE:
        return True
    font = pdfmetrics.getFont(_choose_face(StyledRun(letter), letter))
    return isinstance(font, TTFont) and ord(letter) in font.face.charToGlyph


def _draw_title_page(canvas: Canvas, screenplay: Screenplay) -> None:
    rows: dict[str, list[str]] = {}
    for entry in screenplay.title_page:
        rows.setdefault(entry.key.casefold(), []).extend(entry.values)
    line = 17
    for key in CENTRED_TITLE_KEYS:
        for value in rows.pop(key, ()):
            for runs in wrap_emphasized_text(value.upper() if key == "title" else value, 50):
                column = _MIDDLE - sum(len(run.text) for run in runs) // 2
                _draw_piece(canvas, PagePiece(column, runs), _TOP - line * _SIZE)
                line += 1
            line += 1
        line += 1 if key == "title" else 0
    below = [runs for values in rows.values() for value in values for runs in wrap_emphasized_text(value, 40)]
    for at, runs in enumerate(below):
        _draw_piece(canvas, PagePiece(15, runs), _TOP - (54 - len(below) + at) * _SIZE)
    canvas.showPage()


def _draw_piece(canvas: Canvas, piece: PagePiece, y: float) -> None:
    x = piece.column * _CELL
    for run in piece.runs:
        if run.underline:
            canvas.line(x, y - 2, x + len(run.text.rstrip()) * _CELL, y - 2)
        for face, letters in groupby(run.text, partial(_choose_face, run)):
            text = "".join(letters)
            if face in _FACES:
                canvas.setFont(face, _SIZE)
                canvas.drawString(x, y, text)
            else:
                _draw_letters_in_cells(canvas, face, text, x, y)
            x += len(text) * _CELL


def _draw_letters_in_cells(canvas: Canvas, face: str, text: str, x: float, y: float) -> None:
    canvas.setFont(face, _SIZE)
    for at, letter in enumerate(text):
        canvas.drawString(x + at * _CELL, y, letter)


def _choose_face(run: StyledRun, letter: str) -> str:
    if _is_in_courier(letter):
        return _FACES[(1 if run.bold else 0) + (2 if run.italic else 0)]
    return register_pdf_font(fonts.find_font_path(letter, fonts.family(_MONOSPACE)))


def _is_in_courier(letter: str) -> bool:
    try:
        letter.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True
