"""Test the test card: its questions and measurements, and the settings that follow from a person's
answers.
"""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from milimo_tui.core.host import get_config_folder, read_settings
from milimo_tui.core.settings import Settings
from milimo_tui.media.viewer.terminal_facts import GLYPHS_BY_SETTING
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.home.card_picture import HEIGHT, WIDTH, make_test_png
from milimo_tui.tui.home.card_questions import (
    CELLS,
    find_finest_cells,
    list_card_questions,
    list_settings_from_answers,
)
from milimo_tui.tui.home.card_screen import CardScreen
from milimo_tui.tui.terminal.capabilities import Terminal, apply_answers, detect_terminal
from milimo_tui.tui.terminal.line.questions import TerminalAnswers
from tests.front_door import Milimo
from tests.tui.slow_line import KITTY, XTERM, slow_line
from tests.tui.stage import on

ROOT = Path(__file__).parents[3]
TERMINAL = Terminal("truecolor", "blocks")


def test_card_needs_a_terminal(milimo: Milimo) -> None:
    words = [sys.executable, "-m", "milimo_tui.cli.main", "doctor", "--card"]
    done = subprocess.run(words, env=milimo.env, cwd=milimo.cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "terminal" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("seen", "cells"),
    [
        ("yyyy", "octants"), ("yyyn", "sextants"), ("yynn", "quadrants"), ("ynnn", "half"), ("nnnn", ""),
        ("yyy", ""), ("yyny", "quadrants"), ("", ""),
    ],
)  # fmt: skip
def test_finest_cells_are_those_before_the_first_broken_one(seen: str, cells: str) -> None:
    assert find_finest_cells({name: key == "y" for name, key in zip(CELLS, seen, strict=False)}) == cells


def test_only_differences_become_settings() -> None:
    settings = Settings()
    seen = dict.fromkeys(("greys", "colours", "box", "half", "quadrants", "braille", "picture"), True)
    assert (
        list_settings_from_answers(seen | {"sextants": False}, TERMINAL, settings) == {}
    )  # These answers agree with how the program draws at present.
    assert list_settings_from_answers(seen | {"sextants": True, "octants": False}, TERMINAL, settings) == {
        "cells": "sextants"
    }
    assert list_settings_from_answers(seen | {"colours": False}, TERMINAL, settings) == {
        "theme": "milimo-ansi"
    }
    assert list_settings_from_answers(seen | {"box": False}, TERMINAL, settings) == {"signs": "ascii"}
    assert list_settings_from_answers({"half": False}, TERMINAL, settings) == {"images": "off"}
    assert list_settings_from_answers({"picture": False}, TERMINAL, settings) == {"images": "off"}
    kitty = replace(TERMINAL, pictures="kitty")
    assert list_settings_from_answers({"picture": False}, kitty, settings) == {"images": "blocks"}
    assert list_settings_from_answers({"picture": False}, kitty, Settings(images="blocks")) == {}


def test_braille_without_colour_is_a_setting_if_its_dots_were_seen() -> None:
    settings, none = Settings(), replace(TERMINAL, colours="none")
    assert list_settings_from_answers({"braille": True, "quadrants": True}, none, settings) == {
        "cells": "braille"
    }
    # The terminal shows colours, so an answer about braille dots changes no setting.
    assert list_settings_from_answers({"braille": True}, TERMINAL, settings) == {}
    dotted = replace(none, signs=GLYPHS_BY_SETTING["octants"])
    assert list_settings_from_answers({"braille": True, "sextants": True}, dotted, settings) == {}
    assert list_settings_from_answers({"braille": False}, dotted, settings) == {"cells": "quadrants"}
    assert list_settings_from_answers({"braille": False, "quadrants": True}, none, settings) == {}
    assert list_settings_from_answers({"braille": False, "quadrants": False}, none, settings) == {
        "images": "off"
    }


def test_question_about_a_feature_that_is_not_shown_is_not_asked() -> None:
    def names(terminal: Terminal, *, ascii_only: bool = False) -> list[str]:
        return [question.name for question in list_card_questions(terminal, ascii_only=ascii_only)]

    assert names(TERMINAL)[-1] == "picture"
    assert len(names(TERMINAL)) == 9
    assert names(replace(TERMINAL, colours="none", pictures="off"), ascii_only=True) == []
    assert names(replace(TERMINAL, colours="16", pictures="off"), ascii_only=True) == ["colours"]


@pytest.mark.parametrize("cells", GLYPHS_BY_SETTING)
def test_setting_cells_is_obeyed(cells: str) -> None:
    found = detect_terminal({"TERM": "xterm-256color"}, cells=cells)
    assert found.signs == GLYPHS_BY_SETTING[cells]
    assert (
        apply_answers(found, "auto", TerminalAnswers("kitty", (0, 42)), cells).signs
        == GLYPHS_BY_SETTING[cells]
    )
    assert (
        apply_answers(found, "auto", TerminalAnswers("kitty", (0, 42))).signs == GLYPHS_BY_SETTING["octants"]
    )


def test_picture_is_a_png() -> None:
    data = make_test_png()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">2I", data[16:24]) == (WIDTH, HEIGHT)
    length = struct.unpack(">I", data[33:37])[0]
    assert data[37:41] == b"IDAT"
    assert len(zlib.decompress(data[41 : 41 + length])) == HEIGHT * (1 + 3 * WIDTH)


@pytest.mark.long("screens")
async def test_answers_are_written_only_when_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    for name in ("NO_COLOR", "TMUX", "LC_ALL", "LC_CTYPE", "LANG"):
        monkeypatch.delenv(name, raising=False)
    studio = Studio.open(home=str(tmp_path / "home"))
    async with on(studio, "home", (80, 24)) as stage:
        await stage.press("d")
        assert "c runs the test card" in stage.text
        await stage.press("c")
        assert isinstance(stage.screen, CardScreen)
        assert "1 of 9" in stage.text
        await stage.press(*"yyyyyyny")
        assert "9 of 9" in stage.text
        assert "Octants complete?" in next(row for row in stage.lines() if "✕" in row and "Box" not in row)
        await stage.press("ctrl+z", "shift+left")
        assert "ctrl+o ?  shift+left ✓  ctrl+z ✓" in stage.text
        assert "kitty ?  sixel ?" in stage.text  # No terminal answers the queries in this test.
        await stage.press("y")
        assert "cells = sextants" in stage.said
        assert not (get_config_folder() / "config.toml").exists()
        await stage.press("w")
        assert "next start" in stage.said
        assert read_settings()[0].cells == "sextants"
        monkeypatch.setenv("MILIMO_CELLS", "half")
        await stage.press("w")
        assert "MILIMO_CELLS" in stage.said
        await stage.press(",", "n")  # Braille is not a setting of a terminal that has colours.
        assert list_settings_from_answers({"braille": False}, TERMINAL, Settings()) == {}
        await stage.press("escape")
        assert stage.app.current_mode == "home"
        assert len(stage.app.screen_stack) == 1
    studio.close()


TOLD = {
    "kitty": ("kitty 0.42.1", "kitty ✓  sixel no  iTerm2 no  cell 10×20", "kitty keys ✓", "cells octants"),
    "xterm": ("xterm 390", "kitty no  sixel no  iTerm2 no  cell ?", "kitty keys no", "cells quadrants"),
}


@pytest.mark.long("slow line")
@pytest.mark.alone
@pytest.mark.parametrize(("kind", "answers"), [("kitty", KITTY), ("xterm", XTERM)])
def test_facts_of_the_terminal_and_the_connection_are_shown(
    tmp_path: Path, kind: str, answers: dict[bytes, bytes]
) -> None:
    env = {
        **os.environ, "MILIMO_HOME": str(tmp_path / "home"), "TERM": "xterm-256color",
        "COLORTERM": "truecolor", "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8",
    }  # fmt: skip
    for name in ("NO_COLOR", "TMUX", "STY", "KITTY_WINDOW_ID", "TERM_PROGRAM", "LC_ALL", "LC_CTYPE"):
        env.pop(name, None)
    command = [sys.executable, "-m", "milimo_tui.cli.main", "doctor", "--card"]
    with slow_line(command, env, 80, 24, bits=1e6, delay=0.05, answers=answers) as line:
        assert line.run(60, lambda: any(b"Test card" in piece for _, piece in line.came))
        line.run(6)
        line.press("\x0f")
        line.run(0.5)
        line.press("\x1b")
        line.run(1)
        *_, (_, text) = line.seen(slice(0, 24))
        for words in TOLD[kind]:
            assert words in text
        assert "ctrl+o ✓" in text
        figures = text.partition("round trip ")[2].split()
        assert 95 <= float(figures[0]) <= 250  # The line delays by 100 ms; a busy machine answers later.
        assert 40 <= float(figures[3]) <= 140  # The line carries 125 kB a second; a busy machine sends less.
        before = line.bytes
        line.run(2)
        assert line.bytes == before  # An idle screen sends nothing.
        line.press("\x1b")
        assert line.run(10, lambda: line.process.poll() is not None)
        assert line.process.returncode == 0
