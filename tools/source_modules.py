"""Read the Python modules of the repository, for the tools that measure it."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PACKAGES = ("milimo_tui", "tools")


@dataclass(frozen=True, slots=True)
class Module:
    """A Python file: its dotted name, path, text and syntax tree."""

    name: str
    path: Path
    text: str
    tree: ast.Module

    @property
    def lines(self) -> int:
        """Number of lines."""
        return self.text.count("\n")


def read_modules(root: Path, packages: Sequence[str] = PACKAGES) -> list[Module]:
    """Read all modules of the packages below the folder `root`, ordered by name."""
    found = []
    for package in packages:
        for path in sorted((root / package).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            text = path.read_text()
            found.append(Module(name, path, text, ast.parse(text)))
    return found
