"""Test that no screen or widget of Milimo uses a private attribute name that Textual uses itself."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import textwrap
from collections.abc import Iterator
from functools import cache

import pytest
from textual.widget import Widget

import milimo_tui.tui


@cache
def assigned(cls: type) -> set[str]:
    """Return the private names that the methods of `cls` assign on `self`, without inherited ones."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(cls)))
    except OSError:
        return set()
    found = (node for node in ast.walk(tree) if isinstance(node, ast.Attribute))
    return {
        node.attr
        for node in found
        if isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
        and node.attr.startswith("_")
    }


def ours() -> Iterator[type[Widget]]:
    for module in pkgutil.walk_packages(milimo_tui.tui.__path__, "milimo_tui.tui."):
        for _, cls in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if issubclass(cls, Widget) and cls.__module__ == module.name:
                yield cls


@pytest.mark.parametrize("cls", list(ours()), ids=lambda cls: cls.__name__)
def test_no_attribute_shadows_one_of_textual(cls: type[Widget]) -> None:
    theirs: set[str] = set()
    for base in cls.__mro__:
        if base.__module__.startswith("textual"):
            theirs |= set(vars(base)) | assigned(base)
    assert assigned(cls) & theirs == set()
