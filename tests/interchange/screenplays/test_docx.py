"""Word's documents, made by python-docx: read by styles, by indents, or as typed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Inches

from milimo_tui.core.errors import BadInput
from milimo_tui.interchange.screenplays.screenplay_file import as_fountain
from milimo_tui.story.screenplay.fountain import parse
from milimo_tui.story.screenplay.screenplay import Kind, Screenplay, ScriptElement
from tests.story.feature import feature

NAMES = {
    Kind.HEADING: "Scene Heading", Kind.ACTION: "Action", Kind.CUE: "Character", Kind.DIALOGUE: "Dialogue",
    Kind.PARENTHETICAL: "Parenthetical", Kind.TRANSITION: "Transition",
}  # fmt: skip
INDENTS = {Kind.CUE: 2.2, Kind.DIALOGUE: 1.0, Kind.PARENTHETICAL: 1.6}


def words(screenplay: Screenplay) -> list[tuple[str, str]]:
    hidden = (Kind.NOTE, Kind.SECTION, Kind.SYNOPSIS, Kind.BONEYARD)
    return [(each.kind.value, spoken(each)) for each in screenplay.elements if each.kind not in hidden]


def spoken(each: ScriptElement) -> str:
    text = " ".join(each.text.split())
    if each.cue:
        text = " ".join((each.cue.name, *(f"({extension})" for extension in each.cue.extensions)))
    return text


def written(screenplay: Screenplay, how: str) -> bytes:
    document = Document()
    for name in NAMES.values():
        if name not in document.styles:
            document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    for each in screenplay.elements:
        if each.kind not in NAMES:
            continue
        number = f"{each.slug.number} " if each.slug and each.slug.number else ""
        text = f"({each.text})" if each.kind is Kind.PARENTHETICAL else f"{number}{spoken(each)}"
        paragraph = document.add_paragraph(text, style=NAMES[each.kind] if how == "styles" else None)
        if how == "indents":
            paragraph.paragraph_format.left_indent = Inches(INDENTS.get(each.kind, 0))
            if each.kind is Kind.TRANSITION:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    return bytes_of(document)


def bytes_of(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.mark.parametrize("how", ["styles", "indents"])
def test_a_feature_reads_the_same(how: str) -> None:
    screenplay = parse(feature(seed=7, scenes=25).replace("*", "").replace("_", "").encode())
    kept = [each for each in words(screenplay) if each[0] in {kind.value for kind in NAMES}]
    read = as_fountain(written(screenplay, how))
    assert read.told == (() if how == "styles" else ("kinds of lines told by their indents",))
    assert words(parse(read.data)) == kept


def test_a_document_without_either_is_read_as_typed() -> None:
    document = Document()
    for line in ("INT. BAR - NIGHT", "", "Rain.", "", "MARA", "(low)", "Yes."):
        document.add_paragraph(line)
    read = as_fountain(bytes_of(document))
    assert read.told == ("read as plain text: it has no styles of a screenplay",)
    assert words(parse(read.data))[2:] == [("cue", "MARA"), ("parenthetical", "low"), ("dialogue", "Yes.")]


def test_styles_of_letters_are_kept() -> None:
    document = Document()
    document.styles.add_style("Action", WD_STYLE_TYPE.PARAGRAPH)
    document.add_paragraph("INT. BAR - NIGHT")
    paragraph = document.add_paragraph(style="Action")
    paragraph.add_run("It is ")
    paragraph.add_run("very").bold = True
    paragraph.add_run(" late.")
    assert as_fountain(bytes_of(document)).data.decode().endswith("It is **very** late.\n")


def packed(parts: Sequence[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts:
            archive.writestr(name, data)
    return out.getvalue()


def test_a_bundle_of_highland_is_read() -> None:
    read = as_fountain(packed([("film.textbundle/text.md", b"INT. BAR - NIGHT\n\nRain.\n")]))
    assert read.data == b"INT. BAR - NIGHT\n\nRain.\n"
    assert read.told == ("a Highland file",)


BOMB = b"<a>" + b" " * 70_000_000 + b"</a>"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (packed([("a.txt", b"x")]), "no document of Word"),
        (packed([("word/document.xml", b"<!DOCTYPE x><a/>")]), "document type"),
        (packed([("word/document.xml", b"<a>")]), "damaged"),
        (packed([("word/document.xml", b"<a>" * 300)]), "nested deeper"),
        (packed([("word/document.xml", BOMB)]), "unpacks to more than 64 MB"),
        (packed([("word/document.xml", b"<a/>")])[:40], "damaged"),
    ],
    ids=["zip", "doctype", "cut", "deep", "bomb", "half"],
)
def test_what_can_not_be_read_gets_one_sentence(data: bytes, said: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        as_fountain(data)
    assert said in caught.value.message
    assert "\n" not in caught.value.message
