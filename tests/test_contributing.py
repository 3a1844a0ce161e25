"""Test that the names in CONTRIBUTING.md and in the package tables of ARCHITECTURE.md exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "CONTRIBUTING.md").read_text()
NAMED = sorted(
    set(re.findall(r"`((?:[\w.-]+/)*[\w-]+\.(?:py|toml|md|tcss)|(?:[\w-]+/)+)(?:::([\w.]+))?`", PAGE))
)
TO_BE = {
    "milimo_tui/",
    "file.py",
    "tui/name/",
    "engines/name/",
    "screen.py",
    "engine.py",
}  # Placeholders in the documents for names that a contributor will choose. They do not exist in the code.
OUTSIDE = ("tests/", "tools/", "docs/", "bench/", "pyproject.toml")


def _file(name: str) -> Path:
    at_root = ROOT / name
    return at_root if name.startswith(OUTSIDE) else ROOT / "milimo_tui" / name


def _defines(body: list[ast.stmt], name: str) -> bool:
    """Return True if a body defines a function, class or variable; `Class.method` is searched in the
    class.
    """
    first, _, rest = name.partition(".")
    for node in body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.name == first:
            return not rest or _defines(node.body, rest)
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if not rest and any(isinstance(each, ast.Name) and each.id == first for each in targets):
            return True
    return False


def test_page_names_its_subjects() -> None:
    assert len(NAMED) > 60


@pytest.mark.parametrize(("name", "symbol"), NAMED, ids=[f"{name}::{symbol}" for name, symbol in NAMED])
def test_every_file_and_symbol_of_the_page_exists(name: str, symbol: str) -> None:
    if name in TO_BE:
        return
    path = _file(name)
    assert path.exists(), f"{name} is not there"
    if symbol:
        assert _defines(ast.parse(path.read_text()).body, symbol), f"{name} has no {symbol}"


def test_every_named_make_command_is_a_target() -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    named = re.findall(r"`make ([a-z-]+)`|^    make ([a-z-]+)", PAGE, re.MULTILINE)
    assert {one or other for one, other in named} <= set(targets)


PACKAGE_ROWS = re.findall(
    r"^\| `([\w/]+)/` \| .+ \| (.*) ?\|$", (ROOT / "ARCHITECTURE.md").read_text(), re.MULTILINE
)


@pytest.mark.parametrize(("package", "modules"), PACKAGE_ROWS, ids=[package for package, _ in PACKAGE_ROWS])
def test_every_package_and_module_in_the_architecture_tables_exists(package: str, modules: str) -> None:
    folder = ROOT / "milimo_tui" / package
    assert (folder / "__init__.py").is_file()
    missing = [name for name in re.findall(r"`(\w+)`", modules) if not (folder / f"{name}.py").is_file()]
    assert missing == []


def test_every_package_is_in_the_architecture_tables() -> None:
    listed = {package for package, _ in PACKAGE_ROWS}
    root = ROOT / "milimo_tui"
    packages = {str(path.parent.relative_to(root)) for path in root.glob("*/*/__init__.py")}
    assert packages - listed == set()


def test_links_of_the_page_have_targets() -> None:
    assert [name for name in re.findall(r"\]\(([^)#:]+)\)", PAGE) if not (ROOT / name).exists()] == []
