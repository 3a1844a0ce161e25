"""Test the kinds of lines in the outline, which the script editor shows."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.story.screenplay.screenplay import ScriptElementKind
from milimo_tui.story.shots.outline import make_outline

# Each line with its kind.
LINES = (
    ("INT. CAFE - DAY [[the red one]]", ScriptElementKind.HEADING),
    ("", None),
    ("Mara walks. [[a", ScriptElementKind.ACTION),
    ("long", ScriptElementKind.NOTE),
    ("note]] She sits.", ScriptElementKind.ACTION),
    ("", None),
    ("[[alone]] [[two]]", ScriptElementKind.NOTE),
    ("", None),
    ("MARA [[softly]]", ScriptElementKind.CUE),
    ("([[later]] smiling)", ScriptElementKind.PARENTHETICAL),
    ("Hello. /* gone */", ScriptElementKind.DIALOGUE),
    ("", None),
    ("/* some", ScriptElementKind.BONEYARD),
    ("", ScriptElementKind.BONEYARD),
    ("lines */", ScriptElementKind.BONEYARD),
    ("", None),
    ("CUT TO: [[hard]]", ScriptElementKind.TRANSITION),
    ("", None),
    ("# Act one [[sic]]", ScriptElementKind.SECTION),
)


def test_line_with_words_next_to_a_note_has_the_kind_of_its_words() -> None:
    text = "\n".join(line for line, _ in LINES)
    found = make_outline(text, len(LINES), Fraction(25))
    assert list(zip([line for line, _ in LINES], found.kinds, strict=True)) == list(LINES)


@given(st.sampled_from(["INT. CAFE - DAY", "EXT. YARD"]), st.text("ab é*", min_size=1, max_size=9))
def test_note_after_a_heading_changes_no_kind(heading: str, note: str) -> None:
    text = f"{heading}\n\nRain.\n"
    noted = f"{heading} [[{note}]]\n\nRain. [[{note}]]\n"
    assert make_outline(noted, 4, Fraction(25)).kinds == make_outline(text, 4, Fraction(25)).kinds
