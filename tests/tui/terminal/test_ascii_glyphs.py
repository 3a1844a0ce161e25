"""Test the screen in ASCII: every glyph has a replacement of the same width, states remain distinct, and
letters are unchanged.
"""

from __future__ import annotations

from pathlib import Path
from unicodedata import category, east_asian_width

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

import milimo_tui
from milimo_tui.tui.keys import keymap_file
from milimo_tui.tui.terminal.row_filters import ASCII_REPLACEMENTS, AsciiFilter, wants_ascii
from milimo_tui.tui.timeline.values.clip_style import ClipState
from tests.tui.timeline.screen_text import FOLDER


def test_every_sign_of_the_timeline_has_a_plain_one() -> None:
    shown = {char for path in FOLDER.glob("*.txt") for char in path.read_text() if not char.isascii()}
    assert shown
    assert sorted(shown - ASCII_REPLACEMENTS.keys()) == []
    assert all(len(sign) == 1 and sign.isascii() for sign in ASCII_REPLACEMENTS.values())


def test_every_written_sign_has_a_plain_one() -> None:
    written = {char for path in Path(milimo_tui.__file__).parent.rglob("*.py") for char in path.read_text()}
    written |= set(keymap_file.FOLDER.joinpath("keymap.toml").read_text())
    signs = {
        char for char in written - ASCII_REPLACEMENTS.keys() if not char.isascii() and not char.isalnum()
    }
    # Wide Japanese punctuation and the vowel signs of Arabic and Hindi are only read, in stories and in the
    # answers of models. The studio never writes them, so they need no replacement.
    read_only = {
        char for char in signs if east_asian_width(char) in ("W", "F") or category(char).startswith("M")
    }
    assert sorted(signs - read_only) == []


def test_states_and_markers_stay_distinct() -> None:
    states = [ASCII_REPLACEMENTS[state.glyph] for state in ClipState if state is not ClipState.PLAIN]
    assert len(set(states)) == len(states)
    assert len({ASCII_REPLACEMENTS[sign] for sign in "◆◇▲■▼"}) == 5


def test_styles_widths_and_letters_stay() -> None:
    bold = Style(bold=True)
    written = AsciiFilter().apply(
        [Segment("▐1B Müller ●3▌", bold), Segment("雨 ╲╱"), Segment("plain")], Color(0, 0, 0)
    )
    assert [segment.text for segment in written] == ["|1B Müller *3|", "雨 \\/", "plain"]
    assert written[0].style is bold


@pytest.mark.parametrize(
    ("setting", "environ", "wanted"),
    [
        ("ascii", {}, True),
        ("unicode", {"TERM": "linux"}, False),
        ("auto", {"TERM": "linux", "LANG": "de_DE.UTF-8"}, True),
        ("auto", {"TERM": "xterm", "LANG": "de_DE.UTF-8"}, False),
        ("auto", {"TERM": "xterm", "LANG": "de_DE.ISO-8859-1"}, True),
        ("auto", {"TERM": "xterm", "LANG": "de_DE.ISO-8859-1", "LC_ALL": "C.utf8"}, False),
        ("auto", {"TERM": "xterm", "LANG": "C"}, False),
    ],
)
def test_plain_signs_are_used_on_request_or_where_needed(
    setting: str, environ: dict[str, str], wanted: bool
) -> None:
    assert wants_ascii(setting, environ) is wanted
