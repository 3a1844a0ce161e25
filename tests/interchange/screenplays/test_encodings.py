"""Test of old text encodings: they are detected, reported, and give the same text."""

from __future__ import annotations

import pytest

from milimo_tui.core.errors import BadInput
from milimo_tui.interchange.screenplays.screenplay_file import convert_to_fountain
from milimo_tui.interchange.values.encodings import decode_text
from milimo_tui.story.screenplay.fountain import parse

FRENCH = "INT. CAFÉ - NUIT\n\nLe garçon, déjà âgé, s’arrête où l’évêque naïf pleure. Forêt d’été.\n"
GERMAN = "INT. KÜCHE - NACHT\n\nDer Bäcker öffnet die Tür – müde, größer als früher. „Grüß dich.“\n"
SPANISH = "EXT. CAÑÓN - DÍA\n\n¿Quién está ahí? El niño corrió más rápido.\n"


@pytest.mark.parametrize("text", [FRENCH, GERMAN, SPANISH])
@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("utf-8", ""), ("utf-8-sig", ""),
        ("utf-16", "UTF-16"), ("utf-16-le", "UTF-16"), ("utf-16-be", "UTF-16"), ("utf-32", "UTF-32"),
        ("cp1252", "Windows-1252"), ("mac_roman", "Mac Roman"),
    ],
)  # fmt: skip
def test_encoding_is_detected(text: str, codec: str, name: str) -> None:
    found = decode_text(text.encode(codec))
    assert found.text.removeprefix("\ufeff") == text
    assert found.encoding == name
    assert found.reading_notes == ((f"read as {name}",) if name else ())


def test_latin_1_is_distinguished_from_windows_by_its_own_characters() -> None:
    text = "INT. CAFÉ - NUIT\n\nLe garçon.\x85\n"
    assert decode_text(text.encode("latin-1")).text.startswith("INT. CAFÉ")


def test_old_mac_line_ends_are_read_and_reported() -> None:
    data = FRENCH.replace("\n", "\r").encode("mac_roman")
    read = convert_to_fountain(data)
    encoding, ending = read.notes
    assert encoding.endswith("Mac Roman")
    assert ending.endswith("CR")
    assert [scene.heading for scene in parse(read.data).scenes] == ["INT. CAFÉ - NUIT"]


def test_plain_utf_8_stays_byte_for_byte() -> None:
    for data in (FRENCH.encode(), b"\xef\xbb\xbf" + FRENCH.encode(), FRENCH.replace("\n", "\r\n").encode()):
        assert convert_to_fountain(data).data == data


@pytest.mark.parametrize(
    "data", [b"\xff\xfe\x00\xd8\x00\xd8\x41", b"abc\x00\xff\xfe\x00" + b"text " * 10, b"\xff\xfe\x00\x00\x00"]
)
def test_binary_file_gets_one_sentence(data: bytes) -> None:
    with pytest.raises(BadInput) as caught:
        convert_to_fountain(data)
    assert "\n" not in caught.value.message
