"""Test of PDF import and export: pages made by screenplain, and Milimo's pages read by pypdf and by
Milimo.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from pathlib import Path

import pypdf
import pytest
from pypdf.generic import DictionaryObject
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from screenplain.export import pdf as screenplain_pdf
from screenplain.parsers import fountain as screenplain

from milimo_tui.core.errors import BadInput
from milimo_tui.interchange.screenplays.pages import LINES, lay_out_pages
from milimo_tui.interchange.screenplays.pdf_in import MOST_PAGES
from milimo_tui.interchange.screenplays.pdf_out import find_undrawable_letters, to_pdf
from milimo_tui.interchange.screenplays.screenplay_file import convert_to_fountain
from milimo_tui.media.picture import fonts
from milimo_tui.story.screenplay.fountain import parse
from milimo_tui.story.screenplay.screenplay import Screenplay, ScriptElementKind
from milimo_tui.story.values.text import strip_emphasis
from tests.interchange.screenplays.test_fdx import SCRIPTS, WRITTEN_BY_SCREENPLAIN
from tests.story.feature import feature

HIDDEN = (
    ScriptElementKind.NOTE,
    ScriptElementKind.SECTION,
    ScriptElementKind.SYNOPSIS,
    ScriptElementKind.BONEYARD,
    ScriptElementKind.PAGE_BREAK,
)


def told(screenplay: Screenplay) -> list[tuple[str, str]]:
    """Return kind and text of the elements that are printed. A heading without INT. or EXT. (THE TOWER) and a
    transition count as action, because on the page they look the same.
    """
    out = []
    for each in screenplay.elements:
        text = " ".join(strip_emphasis(each.text).split())
        kind = each.kind.value
        if each.kind is ScriptElementKind.HEADING and each.slug and not each.slug.setting:
            kind = ScriptElementKind.ACTION.value if "CUT" not in text else ScriptElementKind.TRANSITION.value
        if each.kind is ScriptElementKind.TRANSITION:
            kind = ScriptElementKind.ACTION.value
        if each.cue:
            text = " ".join((text, *each.cue.extensions))
        if each.kind not in HIDDEN:
            out.append((kind, text.upper() if each.kind is ScriptElementKind.HEADING else text))
    return out


def set_by_screenplain(text: str) -> bytes:
    out = io.BytesIO()
    screenplain_pdf.to_pdf(screenplain.parse(io.StringIO(text)), out)
    return out.getvalue()


def shares(texts: list[tuple[str, bytes]]) -> dict[str, float]:
    """Return for each kind of element the share that is read back exactly and in order (0 to 1)."""
    whole: dict[str, int] = {}
    right: dict[str, int] = {}
    for text, data in texts:
        wanted, found = told(parse(text.encode())), told(parse(convert_to_fountain(data).data))
        same = SequenceMatcher(None, wanted, found, autojunk=False).get_matching_blocks()
        hit = {at for match in same for at in range(match.a, match.a + match.size)}
        for at, (kind, _) in enumerate(wanted):
            whole[kind] = whole.get(kind, 0) + 1
            right[kind] = right.get(kind, 0) + (at in hit)
    return {kind: right[kind] / count for kind, count in whole.items()}


@pytest.mark.long("files")
@pytest.mark.parametrize("writer", ["ours", "screenplain's"])
def test_pages_of_scripts_are_read_back(writer: str) -> None:
    texts = [path.read_text("utf-8") for path in WRITTEN_BY_SCREENPLAIN]
    texts += [feature(seed=seed, scenes=20).replace("*", "").replace("_", "") for seed in range(4)]
    found = shares(
        [
            (text, to_pdf(parse(text.encode())) if writer == "ours" else set_by_screenplain(text))
            for text in texts
        ]
    )
    assert found["heading"] >= 0.99, found
    assert found["cue"] >= 0.99, found
    assert found["dialogue"] >= 0.97, found
    assert found["action"] >= 0.97, found


def test_feature_script_is_equal_after_pages_of_pdf() -> None:
    text = feature(seed=9, scenes=60).replace("*", "").replace("_", "")
    found = shares([(text, to_pdf(parse(text.encode())))])
    assert min(found[kind] for kind in ("heading", "cue", "dialogue")) >= 0.99, found


RIGHT = (
    "> Burn slowly to White.",
    "> CUT TO THE CHASE AT THE OLD HARBOUR.",
    "> FADE IN:",
    "SMASH CUT TO:",
    "FADE OUT.",
)
LEFT = ("FADE IN:", "THE END")


@pytest.mark.parametrize("line", [*RIGHT, *LEFT])
def test_transition_is_printed_at_its_margin(line: str) -> None:
    text = f"INT. A - DAY\n\nRain.\n\n{line}\n\nINT. B - DAY\n\nSnow.\n"
    [page] = lay_out_pages(parse(text.encode()))
    words = line.removeprefix("> ")
    [piece] = [
        piece for row in page for piece in row.pieces if "".join(run.text for run in piece.runs) == words
    ]
    assert piece.column == (75 - len(words) if line in RIGHT else 15)
    read = parse(convert_to_fountain(to_pdf(parse(text.encode()))).data)
    assert words in [each.text for each in read.elements if each.kind is ScriptElementKind.TRANSITION]


def test_blank_line_inside_a_speech_is_printed_and_read_back() -> None:
    text = "INT. A - DAY\n\nMARA\nHello there.\n  \nAnd now?\n  \n  \nWell.\n(beat)\nMore.\n"
    screenplay = parse(text.encode())
    [page] = lay_out_pages(screenplay)
    lines = {"".join(run.text for piece in row.pieces for run in piece.runs): row.line for row in page}
    assert lines["And now?"] - lines["Hello there."] == 2
    assert lines["Well."] - lines["And now?"] == 3
    assert lines["More."] - lines["(beat)"] == 1
    read = convert_to_fountain(to_pdf(screenplay)).data.decode()
    assert "Hello there.\n  \nAnd now?\n  \nWell.\n(beat)\nMore." in read


SPEECHES = """INT. A - DAY

ANNA
🎬🎬🎬 first take 👍🏽.

Dr. Ada
(to #7)
Note 2 of 3.

@McQueen
I am here.

MARA
One word and
a second line!

PETE ^
Two?

ANNA
Three.

MARA ^
Four words are here.

Pete
Last words.

OMITTED #13#

INT. B - DAY #14#

It rains.
"""


def test_speeches_after_emoji_in_mixed_case_and_side_by_side_are_read_back() -> None:
    def list_spoken(text: bytes) -> list[tuple[str, str]]:
        return [
            (each.kind.value, " ".join("".join(filter(str.isascii, each.text)).split()))
            for each in parse(text).elements
        ]

    names = ["Dr. Ada", "Pete"]
    marked = SPEECHES
    for name in names:
        marked = marked.replace(f"\n\n{name}\n", f"\n\n@{name}\n")
    read = convert_to_fountain(to_pdf(parse(marked.encode()))).data
    assert list_spoken(read) == list_spoken(marked.encode())
    numbers = [each.slug.number for each in parse(read).elements if each.slug]
    assert numbers == ["", "13", "14"]


def test_dual_speeches_in_a_row_are_printed_as_pairs() -> None:
    [page] = lay_out_pages(parse(SPEECHES.encode()))
    lines = {"".join(run.text for run in piece.runs): row.line for row in page for piece in row.pieces}
    assert lines["Two?"] == lines["One word and"]
    assert lines["Three."] == lines["Four words are here."] == lines["a second line!"] + 3


def test_letters_that_no_font_has_are_listed() -> None:
    missing = "\U0001f9ff\ue123\U000e0fff"  # a symbol, a private letter and an unassigned one
    script = parse(f"INT. A - DAY\n\nMARA\nŻ é Я é {missing} no.\n\n[[\U0001fa90]]\n".encode())
    listed = find_undrawable_letters(script)
    assert "\ue123" in listed
    assert set(listed) <= set(missing)


def test_pages_keep_related_lines_together() -> None:
    pages = lay_out_pages(parse(feature(seed=2, scenes=80).encode()))
    assert len(pages) > 20
    for page in pages:
        lines = [row.line for row in page]
        assert lines == sorted(set(lines))
        assert lines[-1] < LINES
        last = "".join(run.text for piece in page[-1].pieces for run in piece.runs)
        assert not last.startswith(("INT.", "EXT."))
        assert page[-1].pieces[0].column != 37 or last == "(MORE)"


def test_another_reader_finds_the_words_and_the_title() -> None:
    screenplay = parse(SCRIPTS[0].read_bytes())
    reader = pypdf.PdfReader(io.BytesIO(to_pdf(screenplay)))
    assert reader.metadata is not None
    assert reader.metadata.title == screenplay.title
    words = " ".join(page.extract_text() for page in reader.pages).split()
    wanted = [
        word
        for each in screenplay.elements
        if each.kind is ScriptElementKind.DIALOGUE
        for word in strip_emphasis(each.text).split()
    ]
    assert [word for word in wanted if word not in words] == []


def test_same_script_gives_the_same_bytes_and_any_letters_are_drawn() -> None:
    screenplay = parse("INT. ŻÓŁW - DAY #3#\n\nПривет, κόσμε.\n".encode())
    assert to_pdf(screenplay) == to_pdf(screenplay)
    [scene] = parse(convert_to_fountain(to_pdf(screenplay)).data).scenes
    assert scene.number == "3"


def drawn(pages: int, lines: list[str] | None = None) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out)
    for _ in range(pages):
        for at, line in enumerate(lines or ()):
            canvas.drawString(108, 700 - 12 * at, line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def locked(data: bytes) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
    writer.encrypt("secret")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


WORDS = (
    "INT. CAFE - DAY",
    "Mara walks to the window and looks at the rain.",
    "MARA",
    "You are late, Jun. Why?",
)


def in_order_of_use(lines: Sequence[str], first: int) -> list[str]:
    """Return lines in which each letter is replaced by a code, as in a font without a Unicode map. The codes
    are given in the order in which the letters are first used, from `first` on.
    """
    codes = {letter: chr(first + at) for at, letter in enumerate(dict.fromkeys("".join(lines)))}
    return ["".join(codes[letter] if letter != " " else " " for letter in line) for line in lines]


def without_map(lines: Sequence[str]) -> bytes:
    """Draw lines with an embedded font, and remove the map from its codes to Unicode."""
    # Not a font that PDF exports use: reportlab embeds a file as it was embedded before.
    path = fonts.find_font_path("M", fonts.family("DejaVu Serif"))
    pdfmetrics.registerFont(TTFont("Unmapped", path, asciiReadable=False))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(612, 792))
    canvas.setFont("Unmapped", 12)
    for at, line in enumerate(lines):
        canvas.drawString(108, 700 - 24 * at, line)
    canvas.showPage()
    canvas.save()
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(out.getvalue()))
    for each in writer._objects:
        if isinstance(each, DictionaryObject):
            each.pop("/ToUnicode", None)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        lambda: drawn(1, in_order_of_use(WORDS, ord("!"))),
        lambda: drawn(1, in_order_of_use(WORDS * 3, ord("#"))),
        lambda: without_map(WORDS),
    ],
    ids=["punctuation", "later codes", "no map"],
)
def test_font_without_letters_is_refused_as_a_scan_is(data: Callable[[], bytes]) -> None:
    with pytest.raises(BadInput) as caught:
        convert_to_fountain(data())
    assert "OCR" in caught.value.hint


@pytest.mark.parametrize(
    "action",
    ["Дождь... 1, 2, 3! Мара ждёт, и поезд в 12:30 уходит без неё.", "10:45. She counts: 1, 2, 3, 4. Wow!"],
)
def test_letters_of_other_languages_and_numbers_are_read(action: str) -> None:
    text = f"INT. 221B BAKER ST. - 10 P.M.\n\n{action}\n\n{action}\n"
    read = parse(convert_to_fountain(to_pdf(parse(text.encode()))).data)
    assert action in [each.text.replace("\n", " ") for each in read.elements]


@pytest.mark.long("files")
@pytest.mark.parametrize(
    ("data", "said"),
    [
        (lambda: b"%PDF-1.7\n1 0 obj", "damaged"),
        (lambda: drawn(3), "no text in its 3 pages: it is"),
        (lambda: drawn(MOST_PAGES + 1), "5,001 pages"),
        (lambda: locked(drawn(1, ["INT. BAR - DAY"])), "locked with a password"),
    ],
    ids=["damaged", "scan", "long", "locked"],
)
def test_unreadable_file_gets_one_sentence(data: Callable[[], bytes], said: str) -> None:
    with pytest.raises(BadInput) as caught:
        convert_to_fountain(data())
    assert said in caught.value.message
    assert "\n" not in caught.value.message


def test_headers_numbers_and_revision_marks_are_no_text(tmp_path: Path) -> None:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(612, 792))
    for page in range(4):
        canvas.setFont("Courier", 12)
        canvas.drawString(108, 756, "THE BAR - Blue Rev. 3/4/26")
        canvas.drawString(500, 756, f"{page + 11}.")
        canvas.drawString(60, 700, f"{page + 1}")
        canvas.drawString(108, 700, "INT. BAR - NIGHT")
        canvas.drawString(550, 700, f"{page + 1}")
        canvas.drawString(108, 676, "Rain on the window, and more of it on the street,")
        canvas.drawString(540, 676, "*")
        canvas.drawString(108, 664, "all night.")
        canvas.drawString(266, 640, "MARA (CONT'D)")
        canvas.drawString(180, 628, "Yes.")
        canvas.drawString(266, 616, "(MORE)")
        canvas.showPage()
    canvas.save()
    screenplay = parse(convert_to_fountain(out.getvalue()).data)
    assert [scene.number for scene in screenplay.scenes] == ["1", "2", "3", "4"]
    assert told(screenplay)[:4] == [
        ("heading", "INT. BAR - NIGHT"),
        ("action", "Rain on the window, and more of it on the street, all night."),
        ("cue", "MARA CONT'D"),
        ("dialogue", "Yes."),
    ]
    assert len(screenplay.elements) == 16
