"""Detect the format of a screenplay file by its bytes, and convert the file to Fountain."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

from milimo_tui.core.errors import BadInput
from milimo_tui.core.reasons import reason
from milimo_tui.interchange.screenplays.docx_in import BODY, read_docx
from milimo_tui.interchange.screenplays.fdx_in import read_fdx
from milimo_tui.interchange.screenplays.fdx_tree import parse_fdx_tree
from milimo_tui.interchange.screenplays.zip_part import DAMAGED, zip_part
from milimo_tui.interchange.values.encodings import decode_text

_LOOKED_AT = 4096  # Number of bytes at the start of a file that are examined.


@dataclass(frozen=True, slots=True)
class ConvertedScreenplay:
    """A screenplay as Fountain in UTF-8, with notes about the import for the user.

    `original` is the imported Final Draft file, which an export can update; empty for other formats.
    """

    data: bytes
    notes: tuple[str, ...] = ()
    original: bytes = b""


def convert_to_fountain(data: bytes) -> ConvertedScreenplay:
    """Convert a screenplay file to Fountain. Fountain or plain text in UTF-8 is returned unchanged.

    Data of an unknown format is also returned unchanged, because the parser decides if it is text. Raises
    BadInput with one sentence for a damaged file.
    """
    if data.startswith(b"PK\x03\x04"):
        return _convert_zip(data)
    if _looks_like_fdx(data):
        found = read_fdx(parse_fdx_tree(data))
        return ConvertedScreenplay(found.text.encode(errors="replace"), found.notes, data)
    if data.startswith(b"%PDF-"):
        # Imported lazily: pdfium is only needed for PDF.
        from milimo_tui.interchange.screenplays.pdf_in import read_pdf

        printed = read_pdf(data)
        return ConvertedScreenplay(printed.text.encode(errors="replace"), printed.notes)
    if data.startswith((b"{\\rtf", b"\x89PNG", b"\x7fELF")):
        return ConvertedScreenplay(data)
    text = decode_text(data)
    return ConvertedScreenplay(
        text.text.encode(errors="replace") if text.encoding else data, text.reading_notes
    )


def _looks_like_fdx(data: bytes) -> bool:
    head = data[:_LOOKED_AT].replace(b"\0", b"")
    return b"<FinalDraft" in head and head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<")


def _convert_zip(data: bytes) -> ConvertedScreenplay:
    """Convert the screenplay in a zip file: a Word document, or a Highland bundle with a Fountain text."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            names = packed.namelist()
            bundled = next((name for name in names if name.endswith(".textbundle/text.md")), "")
            bundled = bundled or next((name for name in names if name == "text.md"), "")
            if BODY not in names and bundled:
                return ConvertedScreenplay(zip_part(packed, bundled), ("a Highland file",))
    except DAMAGED as error:
        raise BadInput(f"this packed file is damaged: {reason(error)}", "give another copy of it") from None
    found = read_docx(data)
    return ConvertedScreenplay(found.text.encode(errors="replace"), found.notes)
