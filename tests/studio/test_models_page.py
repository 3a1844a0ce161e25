"""Test the documentation page about shots made by a model: every command on the page exists."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from milimo_tui.studio.registry import registry
from milimo_tui.studio.registry.args import read_arguments
from milimo_tui.studio.registry.grammar import parse

PAGE = Path(__file__).parents[2] / "docs" / "models.md"


def commands() -> list[str]:
    """Return the command lines in the code blocks of the page, without their comments."""
    found = []
    for block in re.findall(r"```\n(.*?)```", PAGE.read_text(), re.DOTALL):
        for line in block.splitlines():
            if not line.startswith("milimo "):
                continue
            told = re.split(r" {2,}|, or$", line)[0]
            found += [f"milimo {part.removeprefix('milimo ')}" for part in told.split(" · ")]
    return found


@pytest.mark.parametrize("line", commands())
def test_every_command_of_the_page_exists(line: str) -> None:
    entry, values = parse(shlex.split(line)[1:])
    registry.parse_command_args(entry, values)


def test_every_flag_of_the_table_belongs_to_shot_set() -> None:
    flags = set(re.findall(r"`--([\w-]+)", PAGE.read_text().split("| flag |")[1].split("\n\n")[0]))
    known = {name.replace("_", "-") for name in read_arguments(registry.find_command("shot.set").args)}
    assert len(flags) > 15
    assert flags <= known
