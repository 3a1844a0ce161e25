"""Test of damaged, truncated, repeated and mixed files: each is read, or refused in one sentence, within a
time limit.
"""

from __future__ import annotations

import io
import random
import re
import time
import zipfile
from collections.abc import Callable, Mapping
from copy import deepcopy
from functools import partial
from xml.etree import ElementTree

import pytest

from milimo_tui.core.errors import BadInput
from milimo_tui.interchange.screenplays.docx_in import BODY, STYLES
from milimo_tui.interchange.screenplays.fdx_merge import merge_into_fdx
from milimo_tui.interchange.screenplays.pdf_out import to_pdf
from milimo_tui.interchange.screenplays.screenplay_file import convert_to_fountain
from milimo_tui.story.screenplay.fountain import parse
from milimo_tui.story.screenplay.screenplay import Screenplay, ScreenplayMode
from tests.budget import rounds
from tests.interchange.screenplays.test_docx import W, packed, words, written
from tests.interchange.screenplays.test_fdx import RICH
from tests.story.feature import feature

Change = Callable[[bytes, random.Random], bytes]
LONGEST = 2.0  # limit of CPU seconds for one small file
_SIGNS = (b"<", b">", b"&", b"/", b"\0", b"\xff", b'"', b"9" * 40, b"&#10;", b"&#13;", b"\r\n", b"*_")
_XML = (b"<Paragraph>", b"</Paragraph>", b"<Text/>", b"</Text>", b"<![CDATA[", b"]]>", b"<!--", b"-->")
_PDF = (b"<?x ?>", b"<w:p>", b"<w:tab/>", b"stream", b"endobj", b"/Kids", b"/Length", b" 0 R ")
_PROLOG = b'<?xml version="1.0" encoding="UTF-8"?>\n'
_LINES = ("INT. A - DAY", "MARA", "CUT TO:", "[[a", "b]]", "/* c", "*a*_b", "(low)", "Rain.\r\n", "x" * 500)
_TEXTS = ("", " ", "\n", "a\n\nb", *_LINES)


def mutated(data: bytes, dice: random.Random) -> bytes:
    """Damage a few positions: change bytes, remove, repeat or move stretches, insert special characters, or
    truncate.
    """
    for _ in range(dice.randint(1, 6)):
        at = dice.randrange(len(data) + 1)
        stop = min(len(data), at + dice.choice((1, 1, 4, 30, 400)))
        act = dice.randrange(6)
        if act == 0:
            data = data[:at] + dice.randbytes(stop - at) + data[stop:]
        elif act == 1:
            data = data[:at] + data[stop:]
        elif act == 2:
            data = data[:at] + data[at:stop] * dice.randint(1, 20) + data[at:]
        elif act == 3:
            data = data[:at] + dice.choice((*_SIGNS, *_XML, *_PDF)) + data[at:]
        elif act == 4:
            to = dice.randrange(len(data) + 1)
            data = data[:to] + data[at:stop] + data[to:]
        elif dice.random() < 0.1:
            data = data[:at]
    return data


def turned(data: bytes, dice: random.Random) -> bytes:
    """Change the tree of an XML file: remove, repeat or move elements, and change texts, tags and
    attributes.
    """
    root = ElementTree.fromstring(data)
    for _ in range(dice.randint(1, 8)):
        every = [*root.iter()]
        one, other = dice.choice(every), dice.choice(every)
        act = dice.randrange(5)
        if act == 0 and len(one):
            one.remove(dice.choice(one))
        elif act == 1 and len(one):
            other.insert(dice.randint(0, len(other)), deepcopy(dice.choice(one)))
        elif act == 2:
            one.text = dice.choice(_TEXTS)
        elif act == 3 and one is not root:
            one.tag = other.tag
        else:
            one.attrib |= {key: value for key, value in other.attrib.items() if dice.random() < 0.8}
    return _PROLOG + ElementTree.tostring(root)


def either(data: bytes, dice: random.Random) -> bytes:
    return mutated(data, dice) if dice.random() < 0.2 else turned(data, dice)


def in_its_parts(data: bytes, dice: random.Random) -> bytes:
    """Damage one file inside a zip archive, and in a fifth of the cases the archive itself."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    hit = dice.randrange(len(parts))
    parts[hit] = parts[hit][0], either(parts[hit][1], dice)
    return mutated(packed(parts), dice) if dice.random() < 0.2 else packed(parts)


def two_parts(how: str) -> bytes:
    """Return a Word document that contains only the files that the importer reads. `how` is the layout:
    “styles” or “indents”.
    """
    document = written(parse(feature(seed=3, scenes=1).encode()), how)
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        body = archive.read(BODY)
    names = ("Character", "Dialogue", "Action")
    styles = "".join(f'<w:style w:styleId="{name}"><w:name w:val="{name}"/></w:style>' for name in names)
    return packed([(BODY, body), (STYLES, f'<w:styles xmlns:w="{W}">{styles}</w:styles>'.encode())])


FILES: Mapping[str, tuple[Callable[[], bytes], Change]] = {
    "fdx": (RICH.encode, either),
    "docx": (partial(two_parts, "styles"), in_its_parts),
    "docx by indents": (partial(two_parts, "indents"), in_its_parts),
    "pdf": (lambda: to_pdf(parse(feature(seed=3, scenes=2).encode())), mutated),
    "text": (lambda: "INT. CAFÉ - NUIT\n\nMARA\nDéjà *là*.\n".encode("utf-16"), mutated),
}


def held(seeds: range, made: bytes, change: Change) -> int:
    """Read damaged versions of a file, one for each seed. Return the number that could be read. A Final Draft
    file has to be written back byte-identical.
    """
    read = 0
    refused: list[str] = []
    for seed in seeds:
        data = change(made, random.Random(seed))
        began = time.process_time()
        try:
            found = convert_to_fountain(data)
            screenplay = parse(found.data, ScreenplayMode.SCREENPLAY)
        except BadInput as error:
            refused.append(error.message)
        else:
            read += 1
            if found.original:
                assert merge_into_fdx(data, screenplay).data == data, seed
                goes_back(data, found.data, random.Random(seed))
        assert time.process_time() - began < LONGEST, seed
    assert [each for each in refused if "\n" in each] == []
    return read


def goes_back(original: bytes, text: bytes, dice: random.Random) -> None:
    """Edit a screenplay and merge it into its original file. Reading that file has to give the edited
    text.
    """
    rows = text.split(b"\n\n")
    at = dice.randrange(len(rows))
    rows[at : at + dice.randrange(3)] = [b"Somebody new comes in."]
    edited = parse(b"\n\n".join(rows), ScreenplayMode.SCREENPLAY)
    back = parse(convert_to_fountain(merge_into_fdx(original, edited).data).data, ScreenplayMode.SCREENPLAY)
    assert unmarked(back) == unmarked(edited)


def unmarked(screenplay: Screenplay) -> list[tuple[str, str]]:
    """Return the elements without the backslashes that protect `*` and `_` from being read as emphasis."""
    return [(kind, re.sub(r"\\([*_])", r"\1", text)) for kind, text in words(screenplay)]


@pytest.mark.parametrize("kind", FILES)
def test_damaged_files_are_read_or_refused(kind: str) -> None:
    make, change = FILES[kind]
    assert held(range(30), make(), change)


@pytest.mark.long("script files")
@pytest.mark.parametrize("kind", FILES)
def test_thousands_of_damaged_files_are_read_or_refused(kind: str) -> None:
    make, change = FILES[kind]
    assert held(range(30, 30 + rounds("script files")), make(), change)
