"""Test `tools.language_counts`: the counts of a small tree, and the recorded limits that no count may
exceed.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tools import house
from tools.language_counts import RECORD, count_tree, find_long_subjects, read_record, write_record

SOURCE = '''"""What is told here."""

from typing import Protocol


class Reader(Protocol):
    name: str

    def read(self) -> bytes: ...


class FileReader:
    """A reader of a file."""

    name = "file"

    def read(self) -> bytes:
        return b""

    def told(self) -> str:
        return ""

    def read_line(self) -> bytes:
        return b""

    @property
    def size(self) -> int:
        return 0


def split() -> None: ...


def lines_kept() -> None: ...
'''

FAKE = "class FakeReader:\n    def read(self) -> bytes: ...\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Create a tree of one module with a fake in its tests and a glossary that bans no words."""
    package = tmp_path / "milimo_tui"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "reader.py").write_text(SOURCE)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "glossary.md").touch()
    (tmp_path / "tools").mkdir()
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "fakes.py").write_text(FAKE)
    return tmp_path


def test_counts_of_a_small_tree_are_right(tree: Path) -> None:
    assert count_tree(tree).values == {
        "one_word_functions_percent": 50.0,  # The function `split` has one word; `lines_kept` has two.
        # The methods `Reader.read`, `told` and `read_line` count. `FileReader.read` does not, because it
        # implements the protocol; the class assigns the attribute that the protocol declares.
        "one_word_methods_percent": 66.7,
        "repeated_function_names_percent": pytest.approx(28.6),
        "class_names_defined_twice": 0,
        "protocols": 1,
        "riddle_docstrings": 1,
        "participle_functions": 1,
        "modules_that_name_dissolve": 0,
        "messages_asserted_in_tests": 0,
    }


def test_asserted_messages_are_counted(tree: Path) -> None:
    hint = 'film.make("1A"), or film.make(missing=True)'  # Five words of the program's own messages.
    (tree / "tests" / "test_hint.py").write_text(f"def test_hint(error):\n    assert {hint!r} in error\n")
    (tree / "tests" / "test_fact.py").write_text("def test_fact(code):\n    assert code == 2\n")
    assert count_tree(tree).values["messages_asserted_in_tests"] == 1


def test_house_fails_when_a_count_rises(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_record(tree, count_tree(tree))
    assert house.main(tree) == 0
    (tree / "milimo_tui" / "writer.py").write_text('"""How it is written."""\n')
    capsys.readouterr()
    assert house.main(tree) == 1
    assert "riddle_docstrings: 2, recorded 1" in capsys.readouterr().err


def test_protocol_with_one_implementation_is_reported(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / "tests" / "fakes.py").unlink()
    assert house.main(tree) == 1
    assert capsys.readouterr().err.startswith("milimo_tui.reader.Reader has fewer than two implementations")


def test_record_is_never_raised(tree: Path) -> None:
    write_record(tree, count_tree(tree))
    before = read_record(tree)
    (tree / "milimo_tui" / "writer.py").write_text('"""How it is written."""\n')
    write_record(tree, count_tree(tree))
    assert read_record(tree) == before
    assert (tree / RECORD).read_text().startswith("# Counts")


def test_long_commit_subjects_since_a_commit_are_found(tmp_path: Path) -> None:
    def commit(subject: str) -> str:
        who = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
        subprocess.run(
            ["git", *who, "commit", "-q", "--allow-empty", "-m", subject], cwd=tmp_path, check=True
        )
        head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=tmp_path, capture_output=True, check=True)
        return head.stdout.decode().strip()

    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    start = commit("a" * 80)
    commit("b" * 72)
    commit("c" * 73)
    assert find_long_subjects(tmp_path, start) == ["c" * 73]
    with pytest.raises(LookupError):
        find_long_subjects(tmp_path, start[:8] + "0" * 32)
