"""Test that commands for the terminal are removed from texts completely, without a visible remainder."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.core.safe_text import clean_one_line, remove_control_characters

COMMANDS = {
    "clear the screen": "\x1b[2J",
    "red": "\x1b[31m",
    "many colours": "\x1b[38;2;1;2;3m",
    "private mode": "\x1b[?1049h",
    "colour with a C1 character": "\x9b31m",
    "title ended by a bell": "\x1b]0;evil\x07",
    "title ended by a command": "\x1b]0;evil\x1b\\",
    "link": "\x1b]8;;http://evil\x1b\\",
    "device control": "\x1bPq#0;2;0;0;0\x1b\\",
    "character set": "\x1b(0",
    "reset": "\x1bc",
}
PLAIN = st.text(st.characters(categories=("L", "N", "P"), exclude_characters="\u061c"), max_size=8)


@pytest.mark.parametrize("kind", COMMANDS)
@given(before=PLAIN, after=PLAIN)
def test_command_is_removed_without_remainder(kind: str, before: str, after: str) -> None:
    assert remove_control_characters(f"{before}{COMMANDS[kind]}{after}") == f"{before}{after}"


@given(st.text(st.sampled_from("\x1b[]0;31mJ\x07\x9b\\Joan\n")))
def test_any_text_loses_its_control_characters_and_keeps_no_escape(text: str) -> None:
    assert not set(remove_control_characters(text)) & set("\x1b\x07\x9b")


def test_title_without_an_end_keeps_the_rest_of_the_text() -> None:
    assert "and JOAN waits" in remove_control_characters("\x1b]0;PETE and JOAN waits\nin the rain")
    assert clean_one_line("\x1b[31mJoan", 60) == "Joan"
