"""Compare the parser with other Fountain parsers: where both of those agree on the format, ours reads the
same.

The texts avoid the known faults of each other parser: accented cues, the cue 3RD COP, FADE IN: read as a
heading, and forced headings changed to capitals.
"""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from screenplain.parsers import fountain as screenplain
from screenplain.types import Dialog, DualDialog, Slug, Transition
from screenplay_tools.fountain.parser import Parser
from screenplay_tools.screenplay import ElementType

from milimo_tui.story.screenplay.fountain import parse
from milimo_tui.story.screenplay.screenplay import Screenplay, ScreenplayMode, ScriptElementKind
from milimo_tui.story.values.text import collapse_text
from tests.story.feature import feature

SAMPLE = Path(__file__).parents[3] / "examples" / "rain-market.fountain"


def plain_feature(seed: int, scenes: int, size: int = 10) -> str:
    text = feature(seed, scenes, size).replace("ZOË", "ZOE").replace("3RD COP", "THIRD COP")
    return text.replace("FADE IN:", "CUT TO:")


TEXTS = {
    "feature": plain_feature(seed=3, scenes=40),
    "long scenes": plain_feature(seed=5, scenes=6, size=60),
    "dual": "INT. A - DAY\n\na\n\nMARA\nYes.\n\nJUN ^\nNo.\n\nCUT TO:\n\nEXT. B - NIGHT\n\nShe waits.\n",
    "notes": "INT. A - DAY\n\na [[why]]\n\nMARA\nYes. [[no]]\n\n/* INT. C - DAY\n\nx */\n\nEXT. B\n\nb\n",
    "indented": "INT. A - DAY\n\n\tHe waits.\n\n\t\tMARA\n\t(low)\n\tYes.\n\nEXT. B - DAY\n\nb\n",
}


def ours(text: str) -> Screenplay:
    return parse(text.encode(), ScreenplayMode.SCREENPLAY)


def headings(screenplay: Screenplay) -> list[str]:
    return [element.text for element in screenplay.elements if element.kind is ScriptElementKind.HEADING]


def speeches(screenplay: Screenplay) -> list[tuple[str, str]]:
    """Return the pair (name, complete dialogue) for each cue."""
    out: list[tuple[str, str]] = []
    for element in screenplay.elements:
        if element.kind is ScriptElementKind.CUE and element.cue:
            out.append((element.cue.name, ""))
        elif element.kind is ScriptElementKind.DIALOGUE:
            out[-1] = (out[-1][0], f"{out[-1][1]} {collapse_text(element.text)}".strip())
    return out


@pytest.mark.parametrize("name", TEXTS)
def test_screenplain_reads_the_same(name: str) -> None:
    text, mine = TEXTS[name], ours(TEXTS[name])
    paragraphs = list(screenplain.parse(io.StringIO(text)))
    dialogs: list[Dialog] = []
    for paragraph in paragraphs:
        if isinstance(paragraph, Dialog):
            dialogs.append(paragraph)
        elif isinstance(paragraph, DualDialog):
            dialogs += [paragraph.left, paragraph.right]
    theirs = [
        (
            str(dialog.character).partition("(")[0].strip(),
            " ".join(str(line) for bracket, line in dialog.blocks if not bracket).strip(),
        )
        for dialog in dialogs
    ]
    assert headings(mine) == [str(p.line) for p in paragraphs if isinstance(p, Slug)]
    assert [name for name, _ in speeches(mine)] == [name for name, _ in theirs]
    assert [" ".join(said.split()) for _, said in theirs] == [said for _, said in speeches(mine)]
    transitions = [element.text for element in mine.elements if element.kind is ScriptElementKind.TRANSITION]
    assert transitions == [str(p.line) for p in paragraphs if isinstance(p, Transition)]


@pytest.mark.parametrize("name", TEXTS)
def test_screenplay_tools_reads_the_same(name: str) -> None:
    text, mine = TEXTS[name], ours(TEXTS[name])
    parser = Parser()
    parser.add_text(text)
    elements = parser.script.elements
    assert headings(mine) == [e.text for e in elements if e.type is ElementType.HEADING]
    assert [who for who, _ in speeches(mine)] == [e.name for e in elements if e.type is ElementType.CHARACTER]
    parentheticals = [
        element.text for element in mine.elements if element.kind is ScriptElementKind.PARENTHETICAL
    ]
    assert parentheticals == [e.text for e in elements if e.type is ElementType.PARENTHETICAL]


def test_both_other_parsers_read_the_sample_equally() -> None:
    text = SAMPLE.read_text(encoding="utf-8")
    mine = ours(text)
    slugs = [p for p in screenplain.parse(io.StringIO(text)) if isinstance(p, Slug)]
    parser = Parser()
    parser.add_text(text)
    characters = [e.name for e in parser.script.elements if e.type is ElementType.CHARACTER]
    assert headings(mine) == [str(p.line) for p in slugs]
    assert [who for who, _ in speeches(mine)] == characters
