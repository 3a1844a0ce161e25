"""Paint pages: a PDF with searchable text, or a PNG picture for each page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from milimo_tui.engines.boards.letters import measure_line_width, split_into_font_runs
from milimo_tui.engines.boards.page import HEIGHT, WIDTH, Page, PictureMark, ShapeMark, TextMark
from milimo_tui.media.picture import fonts

DOTS = 150 / 72  # pixels for each point, which gives 150 dots per inch
QUALITY = 88  # JPEG quality of pictures in a PDF, from 0 to 100
PictureOf = Callable[[int], Image.Image]
PageProgress = Callable[[int, int], None]


def paint_pdf(
    path: Path, pages: Sequence[Page], picture: PictureOf, title: str, progress: PageProgress
) -> None:
    """Write all pages into one PDF. `progress` is called with the number of finished pages after each."""
    canvas = Canvas(str(path), pagesize=(WIDTH, HEIGHT), invariant=1)
    canvas.setTitle(title)
    for number, page in enumerate(pages):
        # Set the line width on each page, because setting it after the last page would begin another page.
        canvas.setLineWidth(0.6)
        for mark in page:
            if isinstance(mark, PictureMark):
                image = ImageReader(_encode_pdf_jpeg(picture(mark.panel)))
                canvas.drawImage(image, mark.x, HEIGHT - mark.y - mark.height, mark.width, mark.height)
            elif isinstance(mark, ShapeMark):
                _draw_pdf_shape(canvas, mark)
            else:
                _draw_pdf_text(canvas, mark)
        canvas.showPage()
        progress(number + 1, len(pages))
    canvas.save()


def _encode_pdf_jpeg(picture: Image.Image) -> BytesIO:
    """Return a picture as JPEG data, which needs a tenth of the space of an uncompressed picture in a PDF."""
    data = BytesIO()
    picture.convert("RGB").save(data, "JPEG", quality=QUALITY)
    data.seek(0)
    return data


def _draw_pdf_text(canvas: Canvas, mark: TextMark) -> None:
    canvas.setFillColorRGB(*(value / 255 for value in mark.ink.value))
    x = mark.x - measure_line_width(mark.text, mark.size) if mark.right else mark.x
    text = canvas.beginText(x, HEIGHT - mark.y)
    for face, run in split_into_font_runs(mark.text):
        text.setFont(face, mark.size)
        text.textOut(run)
    canvas.drawText(text)


def _draw_pdf_shape(canvas: Canvas, mark: ShapeMark) -> None:
    colour = tuple(value / 255 for value in mark.ink.value)
    canvas.setStrokeColorRGB(*colour)
    canvas.setFillColorRGB(*colour)
    path = canvas.beginPath()
    path.moveTo(mark.points[0][0], HEIGHT - mark.points[0][1])
    for x, y in mark.points[1:]:
        path.lineTo(x, HEIGHT - y)
    if mark.filled:
        path.close()
    canvas.drawPath(path, stroke=1, fill=int(mark.filled))


def paint_png_pages(
    paths: Sequence[Path], pages: Sequence[Page], picture: PictureOf, progress: PageProgress
) -> None:
    """Write each page as a PNG picture. After each page, `progress` is called with the number of finished
    pages.
    """
    for number, (path, page) in enumerate(zip(paths, pages, strict=True)):
        sheet = Image.new("RGB", (round(WIDTH * DOTS), round(HEIGHT * DOTS)), "white")
        draw = ImageDraw.Draw(sheet)
        for mark in page:
            if isinstance(mark, PictureMark):
                size = (max(1, round(mark.width * DOTS)), max(1, round(mark.height * DOTS)))
                shown = picture(mark.panel).resize(size, Image.Resampling.LANCZOS)
                sheet.paste(shown, (round(mark.x * DOTS), round(mark.y * DOTS)))
            elif isinstance(mark, ShapeMark):
                points = [(x * DOTS, y * DOTS) for x, y in mark.points]
                if mark.filled:
                    draw.polygon(points, fill=mark.ink.value)
                else:
                    draw.line(points, fill=mark.ink.value, width=2)
            else:
                x = mark.x - measure_line_width(mark.text, mark.size) if mark.right else mark.x
                place = (x * DOTS, mark.y * DOTS)
                fonts.draw_text_line(draw, *place, mark.text, int(mark.size * DOTS), mark.ink.value)
        sheet.save(path, "PNG", optimize=True)
        progress(number + 1, len(paths))
