"""Test that messages give reasons in words: no message contains an exception or value in Python's
notation.
"""

from __future__ import annotations

import ast
import json
import sqlite3
from pathlib import Path

import pytest

import milimo_tui
from milimo_tui.core.errors import BadInput
from milimo_tui.core.reasons import UNCLEAR, reason
from tests.front_door import Milimo

SOURCES = sorted(Path(milimo_tui.__file__).parent.rglob("*.py"))


def bare(source: str) -> list[int]:
    """Return the numbers of the lines where an f-string includes a caught exception directly."""
    found = []
    for handler in ast.walk(ast.parse(source)):
        if not isinstance(handler, ast.ExceptHandler) or handler.name is None:
            continue
        for value in ast.walk(handler):
            shown = value.value if isinstance(value, ast.FormattedValue) else None
            if isinstance(shown, ast.Name) and shown.id == handler.name:
                found.append(shown.lineno)
    return found


@pytest.mark.long("command_line")
def test_no_message_includes_the_repr_of_an_error() -> None:
    assert bare('try: pass\nexcept OSError as error:\n    raise X(f"{error}")') == [3]
    found = {path.name: lines for path in SOURCES if (lines := bare(path.read_text()))}
    assert found == {}


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (FileNotFoundError(2, "No such file or directory", "/gone"), "No such file or directory"),
        (OSError("image file is truncated"), "image file is truncated"),
        (KeyError("rate"), "rate is missing"),
        (IndexError("list index out of range"), UNCLEAR),
        (TypeError("unsupported operand type(s)"), UNCLEAR),
        (ValueError("<_io.BytesIO object at 0x7f>"), UNCLEAR),
        (ValueError("No closing quotation"), "No closing quotation"),
        (ValueError(""), UNCLEAR),
        (RecursionError("maximum recursion depth exceeded"), "it is nested too deep"),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"), "it is not UTF-8 text"),
        (sqlite3.DatabaseError("database disk image is malformed"), "database disk image is malformed"),
        (
            json.JSONDecodeError("Expecting value", "[", 1),
            "it is not valid JSON at line 1, column 2: Expecting value",
        ),
        (BadInput("that is no rate", "a hint"), "that is no rate"),
    ],
)
def test_reasons_are_sentences(error: BaseException, said: str) -> None:
    assert reason(error) == said


@pytest.mark.long("hostile")
def test_undecodable_settings_file_is_reported_without_python_terms(milimo: Milimo) -> None:
    file = Path(milimo.env["XDG_CONFIG_HOME"]) / "milimo" / "config.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"render_crf = \xff\n")
    text = milimo("project", "list", code=2).stderr.decode()
    assert "UTF-8" in text
    file.unlink()
    file.mkdir()
    text = milimo("project", "list", code=2).stderr.decode()
    assert "a directory" in text
    assert "Errno" not in text
    file.rmdir()
