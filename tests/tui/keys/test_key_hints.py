"""Test that hints in the studio name keys instead of shell commands; the test checks every message in the
code.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from milimo_tui.studio.registry.registry import run_by_id
from milimo_tui.tui.app.palette import Palette
from milimo_tui.tui.keys import keymap_file
from milimo_tui.tui.keys.command_keys import replace_commands_by_keys
from tests.tui.stage import on
from tests.tui.studio_setup import make_studio

SOURCE = Path(__file__).parents[3] / "milimo_tui"
KEYMAP = keymap_file.load_keymap("default")
_SHELL = re.compile(r"\bmilimo [a-z]+ ")
VERBS = r"\bmilimo (?:[a-z]+) ?"


def _messages() -> list[str]:
    """Return every text in the code that names a shell command of Milimo."""
    found = []
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            text = node.value if isinstance(node, ast.Constant) else None
            if isinstance(text, str) and "\n" not in text and re.search(VERBS, text):
                found.append(text)
    return found


@pytest.mark.long("screens")
def test_no_message_of_the_studio_names_a_shell_command() -> None:
    messages = _messages()
    assert len(messages) > 200
    from milimo_tui.studio.registry.grammar import WORDS

    left = re.compile(rf"\bmilimo (?:{'|'.join([*WORDS, 'help', 'run'])})\b")
    for screen in ("storyboard", "timeline", "jobs", "film"):
        for text in messages:
            told = replace_commands_by_keys(text, KEYMAP, (screen, "list", "global"))
            assert not left.search(told), (text, told)


# Functions whose texts may name shell commands, because they are copied for the shell.
_FOR_THE_SHELL = {"models_lines.make_next_command", "models._copy_next_command"}
# Functions and errors whose texts pass through the message line, which replaces commands by keys.
_SAYS = {"show_message", "replace_commands_by_keys", "BadInput", "NotFound"}


def _drawn(tree: ast.Module, module: str) -> list[str]:
    """Return the texts of a screen module that name a shell command and do not pass through the message
    line.
    """
    from milimo_tui.studio.registry.grammar import WORDS

    shell = re.compile(rf"\bmilimo (?:{'|'.join([*WORDS, 'help', 'run'])})\b")
    found: list[str] = []

    def walk(node: ast.AST, *, where: str, is_said: bool) -> None:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            where = f"{module}.{node.name}"
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            is_said = is_said or name in _SAYS
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            return  # A docstring is not shown.
        text = node.value if isinstance(node, ast.Constant) else None
        is_shown = not is_said and where not in _FOR_THE_SHELL
        if is_shown and isinstance(text, str) and shell.search(text):
            found.append(f"{where}: {text}")
        for child in ast.iter_child_nodes(node):
            walk(child, where=where, is_said=is_said)

    walk(tree, where=module, is_said=False)
    return found


@pytest.mark.long("screens")
def test_no_drawn_text_names_a_shell_command() -> None:
    found = [
        text
        for path in (SOURCE / "tui").rglob("*.py")
        for text in _drawn(ast.parse(path.read_text()), path.stem)
    ]
    # Prefixes of constants that the code passes by name to the message line or to an error.
    said_by_name = ("value_keys: ", "keymap_file: ")
    assert [text for text in found if not text.startswith(said_by_name)] == []


@pytest.mark.long("screens")
async def test_shell_commands_in_foreign_text_become_keys(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home")
    try:
        # The home has no weights for this engine, so that making a take is refused.
        run_by_id(studio, "project.set", {"engine": "ltx2"})
        async with on(studio, "elements", (110, 40)) as stage:
            await stage.until(lambda: "LoRAs" in stage.text)
            assert "L adds one" in stage.text
            assert not _SHELL.search(stage.text), stage.text
        async with on(studio, "storyboard", (110, 40)) as stage:
            await stage.press("enter")
            await stage.until(lambda: "can’t yet" in stage.text)
            assert ":model download" in stage.text
            assert not _SHELL.search(stage.text), stage.text
    finally:
        studio.close()


async def test_palette_gives_the_reason_without_a_shell_command(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", None)
    try:
        async with on(studio, "home", (110, 40)) as stage:
            await stage.pilot.press("ctrl+p")
            await stage.until(lambda: isinstance(stage.app.screen, Palette))
            await stage.type("cut use")
            await stage.until(lambda: "no film" in stage.text)
            assert not _SHELL.search(stage.text), stage.text
    finally:
        studio.close()


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
        ("it is “ssh box milimo job list”", "storyboard", "it is “ssh box milimo job list”"),
        ("see milimo shot set --pipeline auto, or", "shot", "see :shot set --pipeline auto, or"),
    ],
)
def test_command_is_shown_by_its_key_or_typed_form(text: str, screen: str, told: str) -> None:
    assert replace_commands_by_keys(text, KEYMAP, (screen, "list", "global")) == told
