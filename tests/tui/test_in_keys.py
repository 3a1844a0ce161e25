"""Advice in the studio names keys: every message of the code is walked."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from milimo_tui.tui import keymap_file
from milimo_tui.tui.in_keys import in_keys

SOURCE = Path(__file__).parents[2] / "milimo_tui"
KEYMAP = keymap_file.load("default")
VERBS = r"\bmilimo (?:[a-z]+) ?"


def _messages() -> list[str]:
    """Every text in the code that names a command of the shell."""
    found = []
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            text = node.value if isinstance(node, ast.Constant) else None
            if isinstance(text, str) and "\n" not in text and re.search(VERBS, text):
                found.append(text)
    return found


def test_no_message_of_the_studio_names_a_shell_command() -> None:
    messages = _messages()
    assert len(messages) > 200
    from milimo_tui.studio.words import WORDS

    left = re.compile(rf"\bmilimo (?:{'|'.join([*WORDS, 'help', 'run'])})\b")
    for screen in ("storyboard", "timeline", "jobs", "film"):
        for text in messages:
            told = in_keys(text, KEYMAP, (screen, "list", "global"))
            assert not left.search(told), (text, told)


@pytest.mark.parametrize(
    ("text", "screen", "told"),
    [
        ("milimo storyboard commit makes it", "script", "c c makes it"),
        ("milimo storyboard commit makes it", "storyboard", ":storyboard commit makes it"),
        ("milimo job list", "storyboard", "g j"),
        ("milimo shot make 3B", "storyboard", ":shot make 3B"),
        ("milimo cut remove", "timeline", "x"),
        ("milimo scene list", "storyboard", ":scene list"),
        ("milimo help keys tells all", "storyboard", "? tells all"),
        ("milimo brings you back here", "storyboard", "milimo brings you back here"),
        ("see milimo shot set --pipeline auto, or", "shot", "see :shot set --pipeline auto, or"),
    ],
)
def test_a_command_is_told_by_its_key_or_by_what_is_typed(text: str, screen: str, told: str) -> None:
    assert in_keys(text, KEYMAP, (screen, "list", "global")) == told
