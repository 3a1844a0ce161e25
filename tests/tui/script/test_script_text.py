"""Test that a screenplay passes through the editor without a change to any byte that was not edited."""

from __future__ import annotations

import re

from hypothesis import example, given
from hypothesis import strategies as st

from milimo_tui.tui.script.text.source_text import close_text, open_text, show_odd_as_symbols

ODD = "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\ufeff\x00\x07\x1b\x7f\x9b"
TEXT = st.text(st.sampled_from("aB é漢\t" + ODD) | st.characters(codec="utf-8"), max_size=12)
PIECES = re.compile("(\r\n|\n|\r)")
ENDS = st.sampled_from(["\n", "\r\n", "\r"])


@st.composite
def texts(draw: st.DrawFn) -> str:
    lines = draw(st.lists(TEXT, max_size=12))
    return "".join(line + draw(ENDS) for line in lines) + draw(TEXT)


@given(texts())
@example("\ufeffTitle: A\r\nB\n\x0cC\r")
@example("\U0010f00a odd of our own \x0c")
def test_unedited_text_is_written_byte_for_byte(text: str) -> None:
    opened = open_text(text)
    assert close_text(opened, opened.text.split("\n")) == text


@given(texts())
def test_editor_that_splits_at_every_line_separator_sees_the_same_lines(text: str) -> None:
    opened = open_text(text)
    assert tuple((opened.text + "x").splitlines())[: len(opened.lines) - 1] == opened.lines[:-1]


@given(texts(), st.data())
def test_one_edited_line_leaves_every_other_byte(text: str, data: st.DataObject) -> None:
    opened = open_text(text)
    lines = list(opened.lines)
    at = data.draw(st.integers(0, len(lines) - 1))
    lines[at] = "EDITED \u2603 unlike any other"
    after = close_text(opened, lines)
    before, now = PIECES.split(text), PIECES.split(after)
    assert now[: 2 * at] == before[: 2 * at]
    assert now[2 * at + 1 :] == before[2 * at + 1 :]


def test_new_lines_get_the_usual_ending() -> None:
    opened = open_text("a\r\nb\r\nc\nd")
    assert close_text(opened, ["a", "new", "b", "c", "d"]) == "a\r\nnew\r\nb\r\nc\nd"


@given(TEXT)
def test_each_character_is_shown_by_one_symbol(line: str) -> None:
    opened = open_text(line.replace("\n", "").replace("\r", ""))
    assert all(len(show_odd_as_symbols(words)) == len(words) for words in opened.lines)
