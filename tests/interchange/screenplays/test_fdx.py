"""Test of Final Draft import and export: files of other programs, files that come back, and parts that stay
byte-identical.
"""

from __future__ import annotations

import io
import re
import time
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from screenplain.export import fdx as screenplain_fdx
from screenplain.parsers import fountain as screenplain
from screenplay_tools.fdx.parser import Parser as OtherParser
from screenplay_tools.screenplay import ElementType

from milimo_tui.core.errors import BadInput
from milimo_tui.interchange.screenplays.fdx_merge import merge_into_fdx
from milimo_tui.interchange.screenplays.fdx_out import to_fdx
from milimo_tui.interchange.screenplays.screenplay_file import convert_to_fountain
from milimo_tui.story.screenplay.fountain import parse
from milimo_tui.story.screenplay.screenplay import Screenplay, ScreenplayMode, ScriptElementKind
from tests.story.feature import feature

SCRIPTS = sorted((Path(__file__).parents[3] / "bench/reading_cases").glob("*.fountain"))
# The scripts of which screenplain writes everything. It omits text of some scripts: notes in headings, dual
# dialogue, and headings in other languages.
WRITTEN_BY_SCREENPLAIN = [
    path for path in SCRIPTS if path.name[:2] not in ("05", "06", "10", "14", "15", "16")
]
RICH = """\
<?xml version="1.0" encoding="UTF-8" standalone="no" ?>
<FinalDraft DocumentType="Script" Template="No" Version="5">
  <Content>
    <Paragraph Number="12A" Type="Scene Heading">
      <SceneProperties Length="2/8" Page="1" Title=""><Summary><Paragraph><Text>Not said.</Text></Paragraph>
      </Summary></SceneProperties>
      <Text>INT. BAR &amp; GRILL - NIGHT</Text>
    </Paragraph>
    <Paragraph Type="Action"><Text>Rain. </Text><Text RevisionID="2" Style="Bold+Italic">All of it</Text>
      <Text TagNumber="4"> runs down.</Text></Paragraph>
    <Paragraph Alignment="Left"><DualDialogue>
      <Paragraph Type="Character"><Text>MARA</Text></Paragraph>
      <Paragraph Type="Dialogue"><Text>Yes.</Text></Paragraph>
      <Paragraph Type="Character"><Text>JUN (V.O.)</Text></Paragraph>
      <Paragraph Type="Parenthetical"><Text>(low)</Text></Paragraph>
      <Paragraph Type="Dialogue"><Text>No.</Text></Paragraph>
    </DualDialogue></Paragraph>
    <Paragraph Type="Shot"><ScriptNote ID="1"><Paragraph><Text>whose hand?</Text></Paragraph></ScriptNote>
      <Text>CLOSE ON A HAND</Text></Paragraph>
    <Paragraph Number="13" Type="Scene Heading"><Text>OMITTED</Text><OmittedScene>
      <Paragraph Type="Scene Heading"><Text>INT. GONE - DAY</Text></Paragraph>
      <Paragraph Type="Action"><Text>Never seen.</Text></Paragraph></OmittedScene></Paragraph>
    <Paragraph/>
    <Paragraph Type="New Act"><Text>ACT TWO</Text></Paragraph>
    <Paragraph Type="Sidebar"><Text>Of its own kind.</Text></Paragraph>
    <Paragraph Type="Transition"><Text>SMASH TO BLACK</Text></Paragraph>
  </Content>
  <TitlePage><Content>
    <Paragraph Alignment="Center"><Text>THE BAR</Text></Paragraph>
    <Paragraph Alignment="Center"><Text>Written by</Text></Paragraph>
    <Paragraph Alignment="Center"><Text>Ana Ruiz</Text></Paragraph>
    <Paragraph Alignment="Left"><Text>ana@example.org</Text></Paragraph>
  </Content></TitlePage>
  <SmartType><Characters><Character>MARA</Character></Characters></SmartType>
  <Revisions ActiveSet="2"><Revision ID="2" Name="Blue"/></Revisions>
</FinalDraft>
"""
READ = """\
Title: THE BAR
Credit: Written by
Author: Ana Ruiz
Contact: ana@example.org

INT. BAR & GRILL - NIGHT #12A#

Rain. ***All of it*** runs down.

MARA
Yes.

JUN (V.O.) ^
(low)
No.

CLOSE ON A HAND

[[whose hand?]]

.OMITTED #13#

> ACT TWO <

Of its own kind.

> SMASH TO BLACK
"""


def told(screenplay: Screenplay) -> list[object]:
    """Return the content of a screenplay without comments, for which Final Draft has no element."""
    return [
        (each.kind, " ".join(each.text.split()), each.slug and each.slug.number, each.cue)
        for each in screenplay.elements
        if each.kind is not ScriptElementKind.BONEYARD
    ]


def test_features_of_final_draft_are_read() -> None:
    read = convert_to_fountain(RICH.encode())
    assert read.data.decode() == READ
    kind, revised = read.notes
    assert re.search("^1 paragraph .*“Sidebar”", kind)
    assert revised.startswith("1 revised paragraph")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "iso-8859-1"])
def test_unedited_file_is_written_byte_for_byte(encoding: str) -> None:
    text = RICH.replace("UTF-8", encoding.removesuffix("-sig").removesuffix("-be")).replace(
        "hand?", "mañana?"
    )
    data = text.encode(encoding)
    data = b"\xfe\xff" + data if encoding == "utf-16-be" else data
    read = convert_to_fountain(data)
    assert "mañana" in read.data.decode()
    assert merge_into_fdx(data, parse(read.data, ScreenplayMode.SCREENPLAY)).data == data
    edited = parse(read.data.replace(b"runs down", b"pours"), ScreenplayMode.SCREENPLAY)
    back = merge_into_fdx(data, edited)
    assert back.changed == 1
    assert told(parse(convert_to_fountain(back.data).data, ScreenplayMode.SCREENPLAY)) == told(edited)


def test_edit_leaves_all_other_bytes() -> None:
    read = convert_to_fountain(RICH.encode()).data.decode()
    edited = (
        read.replace("BAR & GRILL", "CAFÉ").replace("\nNo.\n", "\nNever.\n").replace("> SMASH TO BLACK\n", "")
    )
    edited = edited.replace("[[whose hand?]]\n\n", "[[whose hand?]]\n\nA new line.\n\nMARA\nGone.\n\n")
    back = merge_into_fdx(RICH.encode(), parse(edited.encode(), ScreenplayMode.SCREENPLAY)).data.decode()
    kept = [
        '<SceneProperties Length="2/8" Page="1" Title="">', 'RevisionID="2" Style="Bold+Italic"',
        '<Text TagNumber="4">', '<ScriptNote ID="1">', "<OmittedScene>", "Never seen.", "<SmartType>",
        '<Revisions ActiveSet="2">', "<Paragraph/>", 'Type="Sidebar"',
    ]  # fmt: skip
    assert [each for each in kept if each not in back] == []
    assert "SMASH" not in back
    assert told(parse(convert_to_fountain(back.encode()).data, ScreenplayMode.SCREENPLAY)) == told(
        parse(edited.encode())
    )


def test_changed_title_is_written_to_the_title_page() -> None:
    read = convert_to_fountain(RICH.encode()).data.decode()
    back = merge_into_fdx(RICH.encode(), parse(read.replace("THE BAR", "The Last Bar").encode()))
    assert back.changed == 1
    assert (
        convert_to_fountain(back.data).data.decode().startswith("Title: The Last Bar\nCredit: Written by\n")
    )
    bare = (
        b'<FinalDraft><Content><Paragraph Type="Action"><Text>Rain.</Text></Paragraph></Content></FinalDraft>'
    )
    titled = merge_into_fdx(bare, parse(b"Title: Rain\n\nRain.\n", ScreenplayMode.SCREENPLAY)).data
    assert convert_to_fountain(titled).data == b"Title: Rain\n\nRain.\n"


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem[:2])
def test_written_file_reads_the_same(script: Path) -> None:
    screenplay = parse(script.read_bytes())
    written = to_fdx(screenplay)
    again = parse(convert_to_fountain(written).data)
    assert told(again) == told(screenplay)
    assert again.title == screenplay.title
    assert to_fdx(again) == written


def test_another_program_reads_the_written_file() -> None:
    """screenplay-tools reads a written file. It reads only the first text run of a paragraph, so the script
    has no emphasis and no dual dialogue.
    """
    screenplay = parse(feature(seed=4, scenes=30).replace("*", "").replace("_", "").encode())
    script = OtherParser().parse(to_fdx(screenplay).decode())
    kinds = {
        ElementType.HEADING: ScriptElementKind.HEADING,
        ElementType.ACTION: ScriptElementKind.ACTION,
        ElementType.CHARACTER: ScriptElementKind.CUE,
        ElementType.DIALOGUE: ScriptElementKind.DIALOGUE,
        ElementType.PARENTHETICAL: ScriptElementKind.PARENTHETICAL,
        ElementType.TRANSITION: ScriptElementKind.TRANSITION,
    }
    theirs = [kinds[each.type] for each in script.elements if each.type in kinds]
    ours = [each.kind for each in screenplay.elements if each.kind in kinds.values()]
    assert theirs == ours


@pytest.mark.parametrize("script", WRITTEN_BY_SCREENPLAIN, ids=lambda path: path.stem[:2])
def test_file_of_another_program_is_read(script: Path) -> None:
    """A file of screenplain is read. screenplain omits notes, sections and synopses, and writes headings in
    capitals.
    """
    text = script.read_text("utf-8")
    written = io.StringIO()
    screenplain_fdx.to_fdx(screenplain.parse(io.StringIO(text)), written)
    hidden = (
        ScriptElementKind.NOTE,
        ScriptElementKind.SECTION,
        ScriptElementKind.SYNOPSIS,
        ScriptElementKind.BONEYARD,
        ScriptElementKind.TRANSITION,
    )

    def words(screenplay: Screenplay) -> list[tuple[str, str]]:
        return [
            (each.kind.value, " ".join(each.text.upper().split()))
            for each in screenplay.elements
            if each.kind not in hidden
        ]

    read = convert_to_fountain(written.getvalue().encode())
    assert words(parse(read.data)) == words(parse(text.encode()))
    assert merge_into_fdx(read.original, parse(read.data)).data == read.original


def script_of(rows: list[tuple[str, str, str]], ends: str = "\n") -> bytes:
    body = "\n".join(
        f'    <Paragraph Type="{kind}"><Text{style}>{text}</Text></Paragraph>' for kind, style, text in rows
    )
    whole = f'<FinalDraft DocumentType="Script">\n  <Content>\n{body}\n  </Content>\n</FinalDraft>\n'
    return whole.replace("\n", ends).encode()


BOLD = ' Style="Bold"'


def test_bold_headings_are_headings_and_stay_bold() -> None:
    rows = [("Scene Heading", BOLD, "INT. BAR - DAY"), ("Character", BOLD, "MARA"), ("Dialogue", "", "Yes.")]
    data = script_of([*rows, ("Transition", BOLD, "CUT TO:")], "\r\n")
    text = convert_to_fountain(data).data
    assert text == b"INT. BAR - DAY\n\nMARA\nYes.\n\nCUT TO:\n"
    edited = text.replace(b"BAR", b"CAR").replace(b"Yes", b"*Never*") + b"\nRain.\n"
    back = merge_into_fdx(data, parse(edited, ScreenplayMode.SCREENPLAY)).data
    assert b'<Text Style="Bold">INT. CAR - DAY</Text>' in back
    assert b'<Text Style="Italic">Never</Text><Text>.</Text>' in back
    assert back.count(b"\n") == back.count(b"\r\n") == data.count(b"\n") + 3
    assert convert_to_fountain(back).data == edited


def test_dual_dialogue_changes_only_the_edited_letters() -> None:
    edited = convert_to_fountain(RICH.encode()).data.replace(b"\nNo.\n", b"\nNever.\n")
    back = merge_into_fdx(RICH.encode(), parse(edited, ScreenplayMode.SCREENPLAY))
    assert back.data == RICH.replace("<Text>No.</Text>", "<Text>Never.</Text>").encode()


@pytest.mark.parametrize(
    ("was", "instead"),
    [
        ("> runs down.<", "> runs down.<Text>never</Text><"),
        ('<Paragraph Alignment="Left"><Dual', "<Revision><Dual"),
    ],
    ids=["a text in a text", "what is no paragraph around a pair"],
)
@pytest.mark.parametrize("edit", [(b"Rain.", b"Snow."), (b"No.", b"Never."), (b"[[whose hand?]]", b"A dog.")])
def test_unusual_elements_are_edited_and_kept(was: str, instead: str, edit: tuple[bytes, bytes]) -> None:
    data = RICH.replace(was, instead)
    if instead.startswith("<Revision>"):
        data = data.replace("</DualDialogue></Paragraph>", "</DualDialogue></Revision>")
    assert data != RICH
    edited = convert_to_fountain(data.encode()).data.replace(*edit)
    back = convert_to_fountain(
        merge_into_fdx(data.encode(), parse(edited, ScreenplayMode.SCREENPLAY)).data
    ).data
    assert told(parse(back, ScreenplayMode.SCREENPLAY)) == told(parse(edited, ScreenplayMode.SCREENPLAY))


def test_note_that_ends_with_a_bracket_keeps_it() -> None:
    data = RICH.replace("whose hand?", "whose [hand]]").encode()
    text = convert_to_fountain(data).data
    read = parse(text, ScreenplayMode.SCREENPLAY)
    note = next(each.text for each in read.elements if each.kind is ScriptElementKind.NOTE)
    assert note.replace(" ]", "]") == "whose [hand]]"
    assert len(read.elements) == len(
        parse(convert_to_fountain(RICH.encode()).data, ScreenplayMode.SCREENPLAY).elements
    )


def test_boneyard_mark_in_title_page_or_note_hides_nothing() -> None:
    data = RICH.replace("Ana Ruiz", "/* Ana [[Ruiz").replace("whose hand?", "/* whose").encode()
    read = parse(convert_to_fountain(data).data, ScreenplayMode.SCREENPLAY)
    whole = parse(READ.encode(), ScreenplayMode.SCREENPLAY)
    assert [each.kind for each in read.elements] == [each.kind for each in whole.elements]


def test_utf_16_text_without_a_mark_is_written_back_unchanged() -> None:
    data = RICH.replace("UTF-8", "UTF-16").encode("utf-16-le")
    edited = convert_to_fountain(data).data.replace(b"runs down", b"pours")
    back = merge_into_fdx(data, parse(edited, ScreenplayMode.SCREENPLAY)).data
    assert convert_to_fountain(back).data == edited


@pytest.mark.long("files")
def test_ten_thousand_equal_paragraphs_are_compared_in_time() -> None:
    rows = [("Character", "", "MARA"), ("Dialogue", "", "Yes.")] * 5_000
    data = script_of([("Scene Heading", "", "INT. BAR - DAY"), *rows])
    text = convert_to_fountain(data).data
    edited = text.replace(b"Yes.", b"No.", 100).replace(b"DAY\n", b"DAY\n\nRain.\n")
    began = time.process_time()
    back = merge_into_fdx(data, parse(edited, ScreenplayMode.SCREENPLAY)).data
    assert time.process_time() - began < 10
    assert convert_to_fountain(back).data == edited


TYPES = ("Scene Heading", "Action", "Character", "Dialogue", "Parenthetical", "Transition", "Shot")
ODD = ("INT. A - DAY", "MARA", "CUT TO:", "=== x", "[[a", "b]]", "/* c", "a*b*c", "_x_", "(low)")
LETTERS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=24)
PARAGRAPHS = st.lists(st.tuples(st.sampled_from(TYPES), LETTERS | st.sampled_from(ODD)), max_size=12)


@pytest.mark.long("files")
@given(PARAGRAPHS)
def test_any_text_is_equal_after_a_round_trip(rows: list[tuple[str, str]]) -> None:
    body = "\n".join(
        f'<Paragraph Type="{kind}"><Text>{escape(text)}</Text></Paragraph>' for kind, text in rows
    )
    behind = '<Other a="1"/></FinalDraft>'
    data = f'<FinalDraft DocumentType="Script"><Content>\n{body}\n</Content>{behind}'.encode()
    read = convert_to_fountain(data)
    if not read.data.strip():
        return
    screenplay = parse(read.data, ScreenplayMode.SCREENPLAY)
    assert merge_into_fdx(data, screenplay).data == data
    said = "".join("".join(each.text.split()) for each in screenplay.elements)
    assert [text for _, text in rows if text.isascii() and text.isalnum() and text not in said] == []
    lines = read.data.decode().split("\n\n")
    half = len(lines) // 2
    edited = "\n\n".join([*lines[:half], "Somebody new comes in.", *lines[half + 1 :]])
    back = merge_into_fdx(data, parse(edited.encode(), ScreenplayMode.SCREENPLAY)).data
    assert back.endswith(behind.encode())
    assert "Somebody new comes in." in convert_to_fountain(back).data.decode()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><FinalDraft>&a;</FinalDraft>', "document type"),
        (b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><FinalDraft><Content/></FinalDraft>', "document type"),
        (b"<FinalDraft><Content><Paragraph>", "damaged in line 1"),
        (b"<FinalDraft><TitlePage/></FinalDraft>", "no script"),
        (b"<FinalDraft>" + b"<a>" * 70, "nested deeper"),
        (b"<x><FinalDraft/></x>", "with x"),
        (b'<?xml version="1.0" encoding="klingon"?><FinalDraft/>', "damaged"),
    ],
)
def test_unreadable_file_gets_one_sentence(data: bytes, said: str) -> None:
    with pytest.raises(BadInput) as caught:
        convert_to_fountain(data)
    assert said in caught.value.message
    assert "\n" not in caught.value.message
