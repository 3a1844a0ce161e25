"""Which file a screenplay lies in, told by its bytes, and its text as Fountain."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

from milimo_tui.core.errors import BadInput
from milimo_tui.core.reasons import reason
from milimo_tui.interchange.screenplays.docx_in import BODY, read_docx
from milimo_tui.interchange.screenplays.encodings import decoded
from milimo_tui.interchange.screenplays.fdx_in import read_fdx
from milimo_tui.interchange.screenplays.fdx_tree import read_tree
from milimo_tui.interchange.screenplays.zip_part import DAMAGED, zip_part

_LOOKED_AT = 4096  # bytes


@dataclass(frozen=True, slots=True)
class Converted:
    """A screenplay as Fountain in UTF-8, what has to be said of the reading, and the file it came from where
    an export can go back into it (Final Draft).
    """

    data: bytes
    told: tuple[str, ...] = ()
    original: bytes = b""


def as_fountain(data: bytes) -> Converted:
    """Read a screenplay's file. Bytes of Fountain or plain text in UTF-8 stay as they are.

    Raises BadInput in one sentence for a file that is damaged. What is of no kind that is known here stays
    as it is: whether it is text is the parser's question.
    """
    if data.startswith(b"PK\x03\x04"):
        return _packed(data)
    if _is_fdx(data):
        found = read_fdx(read_tree(data))
        return Converted(found.text.encode(errors="replace"), found.told, data)
    if data.startswith(b"%PDF-"):
        from milimo_tui.interchange.screenplays.pdf_in import read_pdf  # pdfium: not for every text

        printed = read_pdf(data)
        return Converted(printed.text.encode(errors="replace"), printed.told)
    if data.startswith((b"{\\rtf", b"\x89PNG", b"\x7fELF")):
        return Converted(data)
    text = decoded(data)
    return Converted(text.text.encode(errors="replace") if text.encoding else data, text.told)


def _is_fdx(data: bytes) -> bool:
    head = data[:_LOOKED_AT].replace(b"\0", b"")
    return b"<FinalDraft" in head and head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<")


def _packed(data: bytes) -> Converted:
    """A zip: Word's document, or Highland's bundle of a Fountain text."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            names = packed.namelist()
            bundled = next((name for name in names if name.endswith(".textbundle/text.md")), "")
            bundled = bundled or next((name for name in names if name == "text.md"), "")
            if BODY not in names and bundled:
                return Converted(zip_part(packed, bundled), ("a Highland file",))
    except DAMAGED as error:
        raise BadInput(f"this packed file is damaged: {reason(error)}", "give another copy of it") from None
    found = read_docx(data)
    return Converted(found.text.encode(errors="replace"), found.told)
