"""A picture in a plain shell: right size, right colours, and letters where colours are not wanted."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image

from milimo_tui.media.viewer.shell_picture import as_text
from tests.media.material import make_take


def test_half_blocks_carry_the_pictures_colours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    picture = Image.new("RGB", (40, 40), (200, 10, 20))
    picture.paste((10, 20, 200), (0, 20, 40, 40))
    picture.save(tmp_path / "p.png")
    monkeypatch.setenv("COLORTERM", "truecolor")
    lines = as_text(tmp_path / "p.png", 20, 10).splitlines()
    assert len(lines) == 10
    assert all(line.count("▀") == 20 for line in lines)
    assert lines[0].startswith("\x1b[38;2;200;10;20;48;2;200;10;20m▀▀")
    assert "2;10;20;200" in lines[-1]
    assert all(line.endswith("\x1b[0m") for line in lines)
    monkeypatch.setenv("COLORTERM", "")
    codes = re.findall(r"8;5;(\d+)", as_text(tmp_path / "p.png", 20, 10))
    assert {"160", "20"} <= set(codes)


def test_letters_without_colour(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    text = as_text(make_take(tmp_path / "a.mov", 3, first=0x5555), 32, 10)
    assert "\x1b" not in text
    assert len(text.splitlines()) == 10
    assert max(map(len, text.splitlines())) <= 32
    assert len(set(text)) > 3
