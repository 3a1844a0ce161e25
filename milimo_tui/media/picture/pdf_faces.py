"""Fonts for PDF files: the same fonts as on pictures, under the names that the PDF writer uses."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from io import BytesIO

from PIL import ImageFont
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

_PLAIN = "Milimo"
_SIZE = 100


@lru_cache(maxsize=64)
def register_pdf_font(path: str) -> str:
    """Register a font file with the PDF writer and return the font's name there.

    For an empty path, or a file that is not a TrueType font, the bundled font is registered instead.
    """
    bundled = ImageFont.load_default(_SIZE)
    with suppress(TTFError, OSError):
        if path:
            pdfmetrics.registerFont(TTFont(path, path))
            return path
    if isinstance(bundled, ImageFont.FreeTypeFont):
        pdfmetrics.registerFont(TTFont(_PLAIN, BytesIO(bundled.font_bytes)))
        return _PLAIN
    return "Helvetica"
