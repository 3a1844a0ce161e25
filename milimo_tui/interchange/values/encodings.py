"""Detect the encoding of a text from its bytes: UTF-8, UTF-16, UTF-32, Windows-1252, Mac Roman or Latin-1."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from milimo_tui.core.errors import BadInput

# Byte order marks. Those of UTF-32 come first, because the little-endian mark of UTF-32 begins with that of
# UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_OLD = (("cp1252", "Windows-1252"), ("mac_roman", "Mac Roman"), ("latin-1", "Latin-1"))
_LOOKED_AT = 65_536  # Number of bytes that are examined to guess the encoding.
_INSIDE = re.compile(r"(?<=[a-z])[^\x00-\x7f](?=[a-z])", re.IGNORECASE)
_USUAL = frozenset("’‘“”–—…«»•\xa9")


@dataclass(frozen=True, slots=True)
class DecodedText:
    """A decoded text. `encoding` is the name of its encoding; empty for UTF-8. `old_mac` is True if its lines
    ended with CR, as on old Macs.
    """

    text: str
    encoding: str = ""
    old_mac: bool = False

    @property
    def reading_notes(self) -> tuple[str, ...]:
        """Sentences for the user about the encoding and the line ends."""
        read = (f"read as {self.encoding}",) if self.encoding else ()
        return (*read, "lines ended by CR") if self.old_mac else read


def decode_text(data: bytes) -> DecodedText:
    """Return the decoded text of a file. Raises BadInput if its bytes are invalid in the encoding of its byte
    order mark.
    """
    for mark, codec, name in _MARKS:
        if data.startswith(mark):
            return _decode_strictly(data, codec, name)
    zeros = data[:_LOOKED_AT].count(0)
    if zeros * 3 > len(data[:_LOOKED_AT]):
        even = data[0:_LOOKED_AT:2].count(0)
        return _decode_strictly(data, "utf-16-be" if even * 2 > zeros else "utf-16-le", "UTF-16")
    try:
        return _make_decoded_text(data.decode("utf-8"), "")
    except UnicodeDecodeError:
        if zeros:
            raise BadInput("the file is not text", "give a text file, saved as UTF-8") from None
    return max((_decode_old_encoding(data, codec, name) for codec, name in _OLD), key=_score_decoding)


def _decode_strictly(data: bytes, codec: str, name: str) -> DecodedText:
    try:
        return _make_decoded_text(data.decode(codec), name)
    except UnicodeDecodeError as error:
        raise BadInput(
            f"this is not {name} text as it claims: byte {error.start} is not part of a letter",
            "save it as UTF-8",
        ) from None


def _decode_old_encoding(data: bytes, codec: str, name: str) -> DecodedText:
    try:
        return _make_decoded_text(data.decode(codec), name)
    except UnicodeDecodeError:
        return DecodedText("", name)


def _score_decoding(each: DecodedText) -> int:
    """Return a score for the plausibility of a decoding. A higher score is more plausible. Letters inside
    words raise the score, and unusual characters lower it.
    """
    head = each.text[:_LOOKED_AT]
    if not head:
        return -len(_OLD) * _LOOKED_AT
    inside = sum(3 if found[0].isalpha() else -3 for found in _INSIDE.finditer(head))
    usual = sum(2 for letter in head if letter in _USUAL)
    odd = sum(4 for letter in head if "\x80" <= letter <= "\x9f")
    shouted = sum(2 for found in _INSIDE.finditer(head) if found[0].isupper())
    return inside + usual - odd - shouted


def _make_decoded_text(text: str, encoding: str) -> DecodedText:
    return DecodedText(text, encoding, "\r" in text and "\n" not in text)
