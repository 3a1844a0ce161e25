"""Test `docs/room.md` and `docs/unattended.md`: all of their commands are run, one after the other."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.front_door import Milimo

DOCS = Path(__file__).parents[3] / "docs"
LINE = re.compile(r"^    milimo (.+?)(?: +#.*)?$", re.MULTILINE)


@pytest.mark.long("command_line")
@pytest.mark.parametrize("page", ["room.md", "unattended.md"])
def test_every_command_of_the_page_runs(film: Milimo, page: str) -> None:
    (film.cwd / "incoming").mkdir()
    lines = LINE.findall((DOCS / page).read_text())
    assert len(lines) > 10
    for line in lines:
        film.act(*shlex.split(line))
    assert film.json("supervisor", "status")["off"] is None


def test_page_names_every_kind_and_its_settings(film: Milimo) -> None:
    from milimo_tui.core.settings import ROOM, list_setting_rules
    from milimo_tui.studio.room.freeable import FreeableKind

    text = (DOCS / "room.md").read_text() + (DOCS / "unattended.md").read_text()
    for kind in FreeableKind:
        assert f"| `{kind.value}` |" in text, kind
    for rule in list_setting_rules().values():
        assert rule.part != ROOM or rule.name in text, rule.name
