"""Test that the documents agree with the code: the tests they name exist, packages have descriptions, and
linked pages exist.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from milimo_tui.studio.registry.registry import list_commands
from tests.budget import BUDGETS, CI_SECONDS

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "milimo_tui"


@pytest.mark.parametrize("page", ["replaced-behaviour.md", "mended.md"])
def test_every_test_named_by_the_checklist_exists(page: str) -> None:
    text = (ROOT / "docs" / page).read_text()
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", text)
    assert len(named) > 30
    missing = [
        f"{path}::{name}"
        for path, name in named
        if not (ROOT / path).is_file() or not re.search(rf"def {name}\b", (ROOT / path).read_text())
    ]
    assert missing == []


def test_every_row_of_the_checklist_is_answered() -> None:
    text = (ROOT / "docs" / "replaced-behaviour.md").read_text()
    assert [row for row in range(1, 90) if f"\n| {row} | " not in text] == []


def test_every_answer_is_shown_by_a_test_and_its_commands_exist() -> None:
    text = (ROOT / "docs" / "replaced-behaviour.md").read_text()
    rows = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| ---")]
    heads = {"| row", "| what", "| defect", "| habit"}
    untested = [row for row in rows if "`tests/" not in row and " ".join(row.split()[:2]) not in heads]
    assert untested == []
    verbs = {command.cli for command in list_commands().values() if command.cli}
    groups = {verb.split()[0] for verb in verbs if " " in verb}
    unknown = []
    for words in re.findall(r"`([^`\n]+)`", text):
        called = words.removeprefix("milimo ").split()
        is_verb = called != words.split() or (len(called) > 1 and called[0] in groups)
        if is_verb and not any(" ".join(called[:count]) in verbs for count in range(1, len(called) + 1)):
            unknown.append(words)
    assert unknown == []


def _packages() -> list[Path]:
    return [path for path in PACKAGE.iterdir() if (path / "__init__.py").is_file()]


@pytest.mark.parametrize("package", _packages(), ids=lambda path: path.name)
def test_each_folder_describes_itself_and_is_on_the_map(package: Path) -> None:
    docstring = ast.get_docstring(ast.parse((package / "__init__.py").read_text()))
    assert docstring
    assert f"`{package.name}/`" in (ROOT / "ARCHITECTURE.md").read_text()


def test_each_module_starts_with_a_description() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in PACKAGE.rglob("*.py")
        if not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []


def test_links_between_pages_have_targets() -> None:
    broken = []
    for page in [ROOT / "README.md", ROOT / "ARCHITECTURE.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            if not (page.parent / " ".join(target.split())).exists():
                broken.append(f"{page.name}: {target}")
    assert broken == []


def test_decisions_named_in_the_code_exist() -> None:
    missing = [
        f"{path.name}: {page}"
        for path in PACKAGE.rglob("*.py")
        for page in re.findall(r"docs/decisions/[\w-]+(?:\.md)?", path.read_text())
        if not (ROOT / page).is_file()
    ]
    assert missing == []


def test_long_suites_fit_the_time_of_ci() -> None:
    assert sum(budget.ci_seconds for budget in BUDGETS.values()) <= CI_SECONDS
