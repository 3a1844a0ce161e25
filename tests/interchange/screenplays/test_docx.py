"""Test of Word documents made by python-docx, read by styles, by indents, or as plain typed text."""

from __future__ import annotations

import io
import time
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
from milimo_tui.interchange.screenplays.screenplay_file import convert_to_fountain
from milimo_tui.story.screenplay.fountain import parse
from milimo_tui.story.screenplay.screenplay import Screenplay, ScriptElement, ScriptElementKind
from tests.story.feature import feature

NAMES = {
    ScriptElementKind.HEADING: "Scene Heading",
    ScriptElementKind.ACTION: "Action",
    ScriptElementKind.CUE: "Character",
    ScriptElementKind.DIALOGUE: "Dialogue",
    ScriptElementKind.PARENTHETICAL: "Parenthetical",
    ScriptElementKind.TRANSITION: "Transition",
}
INDENTS = {ScriptElementKind.CUE: 2.2, ScriptElementKind.DIALOGUE: 1.0, ScriptElementKind.PARENTHETICAL: 1.6}


def words(screenplay: Screenplay) -> list[tuple[str, str]]:
    hidden = (
        ScriptElementKind.NOTE,
        ScriptElementKind.SECTION,
        ScriptElementKind.SYNOPSIS,
        ScriptElementKind.BONEYARD,
    )
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
        text = f"({each.text})" if each.kind is ScriptElementKind.PARENTHETICAL else f"{number}{spoken(each)}"
        paragraph = document.add_paragraph(text, style=NAMES[each.kind] if how == "styles" else None)
        if how == "indents":
            paragraph.paragraph_format.left_indent = Inches(INDENTS.get(each.kind, 0))
            if each.kind is ScriptElementKind.TRANSITION:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    return bytes_of(document)


def bytes_of(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.mark.parametrize("how", ["styles", "indents"])
def test_feature_script_reads_the_same(how: str) -> None:
    screenplay = parse(feature(seed=7, scenes=25).replace("*", "").replace("_", "").encode())
    kept = [each for each in words(screenplay) if each[0] in {kind.value for kind in NAMES}]
    read = convert_to_fountain(written(screenplay, how))
    assert len(read.notes) == (0 if how == "styles" else 1), "that kinds of lines are known by their indents"
    assert words(parse(read.data)) == kept


def test_document_without_styles_is_read_as_typed() -> None:
    document = Document()
    for line in ("INT. BAR - NIGHT", "", "Rain.", "", "MARA", "(low)", "Yes."):
        document.add_paragraph(line)
    read = convert_to_fountain(bytes_of(document))
    [told] = read.notes
    assert "plain text" in told
    assert words(parse(read.data))[2:] == [("cue", "MARA"), ("parenthetical", "low"), ("dialogue", "Yes.")]


def test_indented_name_without_capitals_speaks() -> None:
    document = Document()
    rows = [
        ("INT. LAB - DAY", 0.0),
        ("MARA", 2.2),
        ("Hello.", 1.0),
        ("Dr. Ada", 2.2),
        ("(low)", 1.6),
        ("Yes.", 1.0),
    ]
    for text, left in rows:
        document.add_paragraph(text).paragraph_format.left_indent = Inches(left)
    read = parse(convert_to_fountain(bytes_of(document)).data)
    assert [spoken(each) for each in read.elements] == [text.strip("()") for text, _ in rows]
    assert [each.cue.name for each in read.elements if each.cue] == ["MARA", "Dr. Ada"]


def test_cue_and_speech_in_one_paragraph_are_two() -> None:
    document = Document()
    document.add_paragraph("INT. LAB - DAY")
    document.add_paragraph("Rain.\nMARA\nshouts.")
    speech = document.add_paragraph("MARA")
    speech.paragraph_format.left_indent = Inches(2.2)
    speech.add_run().add_break()
    speech.add_run("Hello, ")
    speech.add_run("you").italic = True
    document.add_paragraph("\t\t\t\tPETE\n\t\tYes.\n\t\tAnd no.")
    read = parse(convert_to_fountain(bytes_of(document)).data)
    assert [(each.kind.value, spoken(each)) for each in read.elements[2:]] == [
        ("cue", "MARA"),
        ("dialogue", "Hello, *you*"),
        ("cue", "PETE"),
        ("dialogue", "Yes. And no."),
    ]


@pytest.mark.parametrize(("again", "cues"), [("PETE", ["PETE", "MARA", "PETE"]), ("PART TWO OF IT", [])])
def test_centred_names_speak_if_one_occurs_twice(again: str, cues: list[str]) -> None:
    document = Document()
    for text in (
        "MY FILM",
        "A Story",
        "INT. LAB - DAY",
        "PETE",
        "Hello.",
        "MARA",
        "(low)",
        "Yes?",
        again,
        "No.",
    ):
        document.add_paragraph(text).alignment = WD_ALIGN_PARAGRAPH.CENTER
    read = parse(convert_to_fountain(bytes_of(document)).data)
    assert [each.cue.name for each in read.elements if each.cue] == cues
    if cues:
        lines = [spoken(each) for each in read.elements if each.kind is ScriptElementKind.DIALOGUE]
        assert lines == ["Hello.", "Yes?", "No."]


def test_text_styles_are_kept() -> None:
    document = Document()
    document.styles.add_style("Action", WD_STYLE_TYPE.PARAGRAPH)
    document.add_paragraph("INT. BAR - NIGHT")
    paragraph = document.add_paragraph(style="Action")
    paragraph.add_run("It is ")
    paragraph.add_run("very").bold = True
    paragraph.add_run(" late.")
    assert convert_to_fountain(bytes_of(document)).data.decode().endswith("It is **very** late.\n")


def packed(parts: Sequence[tuple[str, bytes]], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for name, data in parts:
            archive.writestr(name, data)
    return out.getvalue()


def test_highland_bundle_is_read() -> None:
    read = convert_to_fountain(packed([("film.textbundle/text.md", b"INT. BAR - NIGHT\n\nRain.\n")]))
    assert read.data == b"INT. BAR - NIGHT\n\nRain.\n"
    assert read.notes == ("a Highland file",)


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"


def document_of(body: str) -> bytes:
    space = f'xmlns:w="{W}" xmlns:mc="{MC}"'
    return packed(
        [("word/document.xml", f"<w:document {space}><w:body>{body}</w:body></w:document>".encode())]
    )


def styled(name: str, inner: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{name}"/></w:pPr>{inner}</w:p>'


def test_old_revisions_and_repeated_texts_are_left_out() -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>In a box.</w:t></w:r></w:p></w:txbxContent>"
    twice = f"<mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
    twice = f"<mc:AlternateContent>{twice}</mc:AlternateContent>"
    old = "<w:rPrChange><w:rPr><w:b/></w:rPr></w:rPrChange>"
    was = '<w:pPrChange><w:pPr><w:pStyle w:val="Dialogue"/></w:pPr></w:pPrChange>'
    body = (
        styled("SceneHeading", "<w:r><w:t>INT. BAR - NIGHT</w:t></w:r>")
        + styled("Action", f"<w:r><w:t>Rain </w:t></w:r><w:r>{twice}</w:r><w:r><w:t>falls.</w:t></w:r>")
        + f'<w:p><w:pPr><w:pStyle w:val="Action"/>{was}</w:pPr>'
        + f"<w:r><w:rPr>{old}</w:rPr><w:t>It pours</w:t></w:r>"
        + "<w:del><w:r><w:delText> never</w:delText></w:r></w:del><w:r><w:noBreakHyphen/><w:t>ed.</w:t></w:r>"
        + "<w:moveFrom><w:r><w:t> Gone.</w:t></w:r></w:moveFrom></w:p>"
        + "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>In a table.</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    )
    read = convert_to_fountain(document_of(body)).data.decode()
    assert read == "INT. BAR - NIGHT\n\nRain falls.\n\nIn a box.\n\nIt pours-ed.\n\nIn a table.\n"


def test_speech_of_thirty_thousand_paragraphs_is_read_in_time() -> None:
    began = time.process_time()
    cue = styled("Character", "<w:r><w:t>MARA</w:t></w:r>")
    line = styled("Dialogue", "<w:r><w:t>a</w:t></w:r>")
    read = convert_to_fountain(document_of(cue + line * 30_000))
    assert read.data.startswith(b"MARA\na\na\n")
    assert time.process_time() - began < 10


BOMB = b"<a>" + b" " * 70_000_000 + b"</a>"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (packed([("a.txt", b"x")]), "packed file"),
        (packed([("word/document.xml", b"<!DOCTYPE x><a/>")]), "document type"),
        (packed([("word/document.xml", b"<a>")]), "damaged"),
        (packed([("word/document.xml", b'<?xml version="1.0" encoding="UT-8"?><a/>')]), "unknown encoding"),
        (packed([("word/document.xml", b'<?xml version="1.0" encoding="utf-7"?><a/>')]), "multi-byte"),
        (packed([("word/document.xml", b"<a>" * 300)]), "nested deeper"),
        (packed([("word/document.xml", BOMB)]), "unpacks to more than 64 MB"),
        (packed([("word/document.xml", b"<a/>")])[:40], "damaged"),
        (packed([("word/document.xml", b"<a/>")], zipfile.ZIP_LZMA), "packed by a method"),
        (document_of("<w:p/>" * 200_001), "more than 200,000 paragraphs"),
    ],
    ids=["zip", "doctype", "cut", "encoding", "two bytes", "deep", "bomb", "half", "lzma", "many"],
)
def test_unreadable_file_gets_one_sentence(data: bytes, said: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        convert_to_fountain(data)
    assert said in caught.value.message
    assert "\n" not in caught.value.message
