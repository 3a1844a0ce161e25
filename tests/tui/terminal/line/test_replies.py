"""Test terminal replies: the answers to the studio's questions, and the questions themselves."""

from __future__ import annotations

import pytest

from milimo_tui.tui.terminal.line.questions import (
    TerminalAnswers,
    make_question_batch,
    parse_answers,
    parse_terminal_version,
    wrap_terminal_question,
)
from milimo_tui.tui.terminal.line.replies import Reply, parse_reply

ANSWERS = [
    "\x1b[0n", "\x1b[?62;4;22c", "\x1bP>|kitty(0.42.1)\x1b\\", "\x1b_Gi=31;OK\x1b\\", "\x1b[6;20;10t",
    "\x1bP1+r524742=38\x1b\\", "\x1bP1$r0;48:2::1:2:3m\x1b\\",
]  # fmt: skip


def test_answers_of_kitty_are_read() -> None:
    found = parse_answers([reply for each in ANSWERS if (reply := parse_reply(each)) is not None])
    assert found == TerminalAnswers("kitty", (0, 42, 1), True, True, True, (10, 20))
    assert found.placeholders
    assert found.signs == "octants"


@pytest.mark.parametrize(
    "sequence", ["\x1b[A", "\x1b[97u", "\x1b[6;999999;1t", "\x1b[٣n", f"\x1bP>|k({'9' * 5000})\x1b\\"]
)
def test_keys_and_impossible_answers_are_no_replies(sequence: str) -> None:
    assert parse_reply(sequence) is None


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
