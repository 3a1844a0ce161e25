"""Test terminal replies among keys: however the input is divided, keys remain keys and no reply becomes a
key.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.tui.terminal.line.questions import (
    TerminalAnswers,
    make_question_batch,
    parse_answers,
    parse_terminal_version,
    wrap_terminal_question,
)
from milimo_tui.tui.terminal.line.replies import Reply, ReplyFilter

ANSWERS = [
    "\x1b[0n", "\x1b[?62;4;22c", "\x1bP>|kitty(0.42.1)\x1b\\", "\x1b_Gi=31;OK\x1b\\", "\x1b[6;20;10t",
    "\x1bP1+r524742=38\x1b\\", "\x1bP1$r0;48:2::1:2:3m\x1b\\",
]  # fmt: skip
KEYS = ["a", "g", "\r", "\x1b[A", "\x1b[6~", "\x1b[1;5C", "\x1bOP", "é", "\x1b[97;5u"]


@given(st.lists(st.sampled_from(ANSWERS + KEYS), max_size=12), st.lists(st.integers(1, 7), max_size=40))
def test_keys_and_answers_are_separated_in_any_pieces(sent: list[str], cuts: list[int]) -> None:
    text, at = "".join(sent), 0
    replies = ReplyFilter()
    keys, heard = "", list[Reply]()
    for cut in [*cuts, len(text)]:
        left, found = replies.feed(text[at : at + cut], expects=True)
        keys, heard, at = keys + left, heard + found, at + cut
    keys += replies.release_held_text()
    assert keys == "".join(each for each in sent if each in KEYS)
    assert len(heard) == sum(each in ANSWERS for each in sent)


def test_bare_escape_is_not_delayed_without_a_pending_question() -> None:
    replies = ReplyFilter()
    assert replies.feed("\x1b", expects=False) == ("\x1b", [])
    assert replies.feed("\x1b", expects=True) == ("", [])
    assert replies.release_held_text() == "\x1b"


def test_answers_of_kitty_are_read() -> None:
    replies = ReplyFilter()
    _, heard = replies.feed("".join(ANSWERS), expects=True)
    found = parse_answers(heard)
    assert found == TerminalAnswers("kitty", (0, 42, 1), True, True, True, (10, 20))
    assert found.placeholders
    assert found.signs == "octants"


def test_unanswered_feature_is_absent() -> None:
    assert parse_answers([Reply("attributes", "?62;22")]) == TerminalAnswers()
    assert not parse_answers(
        [Reply("version", "WezTerm 20240203-110809"), Reply("graphics", "i=31;OK")]
    ).placeholders
    assert parse_answers([Reply("version", "WezTerm 20240203-110809")]).iterm2
    assert not parse_answers([Reply("term", "0+r524742"), Reply("setting", "0$r")]).true_colour


def test_number_of_colours_is_read_in_hexadecimal() -> None:
    assert parse_answers([Reply("term", "1+r436f=323536")]).colours == 256
    assert parse_answers([Reply("term", "1+r436F=38")]).colours == 8
    assert not parse_answers([Reply("term", "1+r436f=323536")]).true_colour
    assert parse_answers([Reply("term", "1+r436f=zz"), Reply("term", "0+r436f")]).colours == 0
    assert parse_answers([Reply("term", "1+r524742=382F382F38")]).true_colour


def test_names_and_versions_of_terminals_are_read() -> None:
    assert parse_terminal_version("XTerm(390)") == ("xterm", (390,))
    assert parse_terminal_version("iTerm2 3.5.0") == ("iterm2", (3, 5, 0))
    assert parse_terminal_version("foot(1.20.2)") == ("foot", (1, 20, 2))
    assert parse_terminal_version("VTE(7402)") == ("vte", (7402,))
    assert parse_terminal_version("ghostty 1.1.3") == ("ghostty", (1, 1, 3))
    assert parse_terminal_version("") == ("", ())


def test_every_question_is_wrapped_inside_tmux() -> None:
    bare, inside = make_question_batch(wrap=False, plain=False), make_question_batch(wrap=True, plain=False)
    assert bare.endswith("\x1b[c")
    assert inside.count("\x1bPtmux;") == 7
    assert "\x1b_G" in bare
    assert "\x1b_G" not in inside.replace("\x1b\x1b_G", "")
    assert make_question_batch(wrap=False, plain=True) == "\x1b[c"
    assert wrap_terminal_question("\x1b[c") == "\x1bPtmux;\x1b\x1b[c\x1b\\"
