"""Test that `tools.house` finds each kind of problem in a small tree, and that this code base has none."""

from __future__ import annotations

from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from tools import house

ROOT = Path(__file__).parents[2]
GLOSSARY = (
    "| word | use | rule |\n| --- | --- | --- |\n| `told`, `Desk` | `message` | banned in `film.cut` |\n"
)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Create a tree without problems: two packages, one of which uses the other."""
    write(tmp_path, "milimo_tui/film/cut/split.py", "def split(): ...\n")
    write(tmp_path, "milimo_tui/film/screen.py", "from milimo_tui.film.cut import split\n")
    write(tmp_path, "tools/page.py", "import milimo_tui.film.screen\n")
    write(tmp_path, "docs/glossary.md", GLOSSARY.replace("`film.cut`", "`milimo_tui.film.cut`"))
    return tmp_path


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    for folder in path.parents:
        if folder == root:
            break
        if path.suffix == ".py":
            (folder / "__init__.py").touch()


def measured(root: Path) -> tuple[int, str, str]:
    """Return exit status, figures and complaints for a tree."""
    figures, complaints = StringIO(), StringIO()
    with redirect_stdout(figures), redirect_stderr(complaints):
        code = house.main(root)
    return code, figures.getvalue(), complaints.getvalue()


def test_valid_tree_is_counted_and_passes(tree: Path) -> None:
    code, figures, complaints = measured(tree)
    assert (code, complaints) == (0, "")
    assert figures.startswith("3 lines in 7 files\n")
    assert "0 file names occur twice or more" in figures
    assert "0 circles" in figures


def test_folder_with_too_many_modules_is_reported(tree: Path) -> None:
    for number in range(house.MOST_MODULES):
        write(tree, f"milimo_tui/film/cut/edit_{number}.py", "")
    code, _, complaints = measured(tree)
    assert code == 1
    assert complaints == f"milimo_tui/film/cut has {house.MOST_MODULES + 1} modules; at most 25\n"


@pytest.mark.parametrize("late", [False, True], ids=["at the top", "late and for types"])
def test_import_cycle_of_four_is_reported_and_one_of_three_allowed(tree: Path, *, late: bool) -> None:
    names = ["a", "b", "c", "d"]
    for at, name in enumerate(names[:3]):
        write(tree, f"milimo_tui/film/{name}.py", f"from milimo_tui.film import {names[(at + 1) % 3]}\n")
    assert measured(tree)[0] == 0
    last = "from milimo_tui.film.a import one\n"
    if late:
        last = f"from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    {last}"
    write(tree, "milimo_tui/film/c.py", "def work():\n    import milimo_tui.film.d\n")
    write(tree, "milimo_tui/film/d.py", last)
    code, figures, complaints = measured(tree)
    assert code == 1
    assert "1 circles, the largest of 4 files" in figures
    assert complaints == f"circle: {', '.join(f'milimo_tui.film.{name}' for name in names)}\n"


@pytest.mark.parametrize(
    "text",
    ["def told(): ...", "class Desk: ...", "def split(told): ...", "told = 1", "for told in (): ..."],
)
def test_banned_name_is_found_wherever_it_is_defined(tree: Path, text: str) -> None:
    write(tree, "milimo_tui/film/cut/split.py", f"{text}\n")
    code, _, complaints = measured(tree)
    assert code == 1
    assert complaints.startswith("milimo_tui/film/cut/split.py:1: `")
    assert complaints.endswith("` is banned here: `message`\n")


def test_banned_name_counts_as_a_whole_word_in_its_package(tree: Path) -> None:
    write(tree, "milimo_tui/film/screen.py", "told = 1\n")
    write(tree, "milimo_tui/film/cut/split.py", "untold = told_by = 1\nprint(told_by.told, 'told')\n")
    assert measured(tree)[0] == 0


def test_module_name_may_not_be_banned(tree: Path) -> None:
    write(tree, "milimo_tui/film/cut/told.py", "")
    assert "told.py:1: `told` is banned here" in measured(tree)[2]


def test_repeated_file_names_are_listed(tree: Path) -> None:
    write(tree, "milimo_tui/film/cut/screen.py", "")
    assert "1 file names occur twice or more: screen.py 2" in measured(tree)[1]


@pytest.mark.long("pages")
def test_this_repository_passes() -> None:
    code, _, complaints = measured(ROOT)
    assert (code, complaints) == (0, "")


@pytest.mark.parametrize(
    "text",
    [
        "import os\nos.pidfd_open(1)\n",
        "x = 1\nPATH = '/proc/self/statm'\n",
        "def cores(os):\n    return getattr(os, 'sched_getaffinity', None)\n",
    ],
)
def test_linux_features_are_used_in_one_module(tree: Path, text: str) -> None:
    write(tree, "milimo_tui/film/cut/split.py", text)
    code, _, complaints = measured(tree)
    assert code == 1
    assert complaints.startswith("milimo_tui/film/cut/split.py:2: `")
    assert complaints.endswith("` exists on Linux only: use it in `core.linux`\n")
    (tree / "milimo_tui/film/cut/split.py").unlink()
    write(tree, "milimo_tui/core/__init__.py", "")
    write(tree, "milimo_tui/core/linux.py", text)
    assert measured(tree)[0] == 0
