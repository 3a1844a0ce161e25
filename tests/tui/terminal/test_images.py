"""Pictures as cells: half-blocks at every colour depth, kitty placeholders, what the terminal is."""

from __future__ import annotations

import base64
import os
import re
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from milimo_tui.tui.terminal.capabilities import Terminal, ask_tmux, from_environment
from milimo_tui.tui.terminal.images import blocks, kitty
from milimo_tui.tui.terminal.images.draw import draw, pixels_for
from milimo_tui.tui.terminal.theme import depth, theme_name

DEPTHS = ("truecolor", "256", "16", "none")


@given(st.integers(1, 24), st.integers(1, 12), st.sampled_from(DEPTHS), st.binary(max_size=64))
def test_a_picture_is_as_many_cells_as_asked_whatever_the_bytes(
    width: int, height: int, colours: str, some: bytes
) -> None:
    rgb = (some * (width * height * 3 // max(1, len(some)) + 1))[: width * height * 3]
    made = blocks.strips(rgb, width, height, colours)
    assert len(made) == (height + 1) // 2
    for strip in made:
        assert strip.cell_length == width
        assert sum(cell_len(segment.text) for segment in strip) == width


def test_truecolour_is_the_pixels_themselves() -> None:
    rgb = bytes([255, 0, 0, 0, 0, 255])  # red over blue
    [strip] = blocks.strips(rgb, 1, 2, "truecolor")
    [segment] = list(strip)
    assert segment.text == "▀"
    assert segment.style is not None
    assert segment.style.color is not None
    assert segment.style.bgcolor is not None
    top, bottom = segment.style.color.triplet, segment.style.bgcolor.triplet
    assert top is not None
    assert bottom is not None
    assert top.red > 240
    assert (top.green, top.blue) == (0, 0)
    assert bottom.blue > 240


def test_equal_cells_share_a_segment() -> None:
    [strip] = blocks.strips(bytes([9, 9, 9]) * 80 * 2, 80, 2, "truecolor")
    assert len(list(strip)) == 1


@pytest.mark.parametrize("colours", DEPTHS)
def test_light_and_dark_differ_at_every_depth(colours: str) -> None:
    dark = blocks.strips(bytes(16 * 8 * 3), 16, 8, colours)
    light = blocks.strips(b"\xff" * (16 * 8 * 3), 16, 8, colours)
    assert [list(strip) for strip in dark] != [list(strip) for strip in light]
    if colours == "none":
        assert all(segment.style is None or not segment.style.color for strip in light for segment in strip)


def test_256_and_16_use_palette_numbers_only() -> None:
    rgb = os.urandom(16 * 8 * 3)
    for colours, most in (("256", 256), ("16", 16)):
        for strip in blocks.strips(rgb, 16, 8, colours):
            for segment in strip:
                assert segment.style is not None
                for colour in (segment.style.color, segment.style.bgcolor):
                    assert colour is not None
                    assert colour.number is not None
                    assert colour.number < most


def test_a_flat_colour_of_a_palette_is_that_colour_but_for_its_dithering() -> None:
    """Pure red, and a grey of the ramp that lies between two steps of the cube."""
    for rgb, colours, numbers in (
        ((255, 0, 0), "256", {196}),
        ((0x80, 0x80, 0x80), "256", {243, 244, 245}),
        ((255, 85, 85), "16", {9}),
        ((0, 0, 0), "16", {0}),
    ):
        shown = blocks.strips(bytes(rgb) * 8 * 8, 8, 8, colours)
        styles = [segment.style for strip in shown for segment in strip if segment.style is not None]
        found = {colour.number for style in styles for colour in (style.color, style.bgcolor) if colour}
        assert found & numbers, (rgb, colours, found)
        assert len(found) <= 5, "near ones alone"


COMMAND = re.compile(r"\x1b_G([^;\x1b]*)(?:;([^\x1b]*))?\x1b\\")


def test_kitty_sends_the_picture_in_chunks_and_asks_for_no_reply() -> None:
    rgb = os.urandom(64 * 32 * 3)
    words = kitty.send(0x010203, rgb, 64, 32, 8, 2)
    commands = COMMAND.findall(words)
    assert "".join(f"\x1b_G{keys};{data}\x1b\\" for keys, data in commands) == words
    assert len(commands) > 1
    assert all("q=2" in keys and len(data) <= kitty.CHUNK for keys, data in commands)
    assert [("m=1" in keys) for keys, _ in commands] == [True] * (len(commands) - 1) + [False]
    first = dict(part.split("=") for part in commands[0][0].split(","))
    assert first["U"] == "1"
    assert (first["c"], first["r"], first["s"], first["v"]) == ("8", "2", "64", "32")
    assert zlib.decompress(base64.b64decode("".join(data for _, data in commands))) == rgb


def test_kitty_cells_carry_row_column_and_id_and_are_one_cell_wide() -> None:
    strips = kitty.strips(0x010203, 5, 3)
    assert len(strips) == 3
    for row, strip in enumerate(strips):
        assert strip.cell_length == 5
        [segment] = list(strip)
        assert cell_len(segment.text) == 5
        assert segment.text.count(kitty.PLACEHOLDER) == 5
        assert segment.text[1] == kitty.MARKS[row]
        assert segment.style is not None
        assert segment.style.color is not None
        assert segment.style.color.triplet == (1, 2, 3)
        assert strip.crop(2, 4).text == f"{kitty.PLACEHOLDER}{kitty.MARKS[row]}{kitty.MARKS[2]}" + (
            f"{kitty.PLACEHOLDER}{kitty.MARKS[row]}{kitty.MARKS[3]}"
        )


def test_inside_tmux_every_word_is_wrapped() -> None:
    for words in (kitty.send(1, b"\0" * 12, 2, 2, 1, 1, wrap=True), kitty.forget(1, wrap=True)):
        assert words.startswith("\x1bPtmux;\x1b\x1b_G")
        assert re.fullmatch(r"(\x1bPtmux;(?:[^\x1b]|\x1b\x1b)*\x1b\\)+", words)


@pytest.mark.parametrize(
    ("environ", "wanted", "pictures"),
    [
        ({"TERM": "xterm-256color"}, "auto", "blocks"),
        ({"TERM": "xterm-kitty"}, "auto", "kitty"),
        ({"TERM": "xterm-ghostty"}, "auto", "kitty"),
        ({"TERM": "xterm-kitty", "TMUX": "/tmp/x,1,0"}, "auto", "blocks"),
        ({"TERM": "xterm-kitty", "TMUX": "/tmp/x,1,0"}, "kitty", "blocks"),
        ({"TERM": "screen", "STY": "1.x", "KITTY_WINDOW_ID": "1"}, "auto", "blocks"),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, "kitty", "kitty"),
        ({"TERM": "xterm"}, "kitty", "blocks"),
        ({"TERM": "xterm-kitty", "NO_COLOR": "1"}, "auto", "blocks"),
        ({"TERM": "xterm-kitty"}, "blocks", "blocks"),
        ({"TERM": "xterm-kitty"}, "off", "off"),
    ],
)
def test_the_way_to_draw_is_told_from_the_environment(
    environ: dict[str, str], wanted: str, pictures: str
) -> None:
    assert from_environment(environ, wanted).pictures == pictures


class Tmux:
    """Answers as tmux would."""

    def __init__(self, through: str, outer: str) -> None:
        self.through, self.outer = through, outer

    def __call__(self, *words: str) -> str:
        return self.through if words[0] == "show-options" else self.outer


@pytest.mark.parametrize(
    ("through", "outer", "pictures", "wrap"),
    [
        ("on", "xterm-kitty", "kitty", True),
        ("all", "xterm-ghostty", "kitty", True),
        ("off", "xterm-kitty", "blocks", False),
        ("", "", "blocks", False),
        ("on", "xterm-256color", "blocks", False),
    ],
)
def test_tmux_is_asked_for_passthrough_and_what_is_outside(
    through: str, outer: str, pictures: str, wrap: bool
) -> None:
    inside = from_environment({"TERM": "tmux-256color", "TMUX": "x", "COLORTERM": "truecolor"})
    found = ask_tmux(inside, "auto", Tmux(through, outer))
    assert (found.pictures, found.wrap) == (pictures, wrap)
    assert ("without passthrough" in found.sentence) == (through not in ("on", "all"))
    assert found.can_better == (pictures != "kitty")


@pytest.mark.parametrize(
    ("environ", "colours"),
    [
        ({"NO_COLOR": "", "COLORTERM": "truecolor"}, "none"),
        ({"COLORTERM": "truecolor", "TERM": "xterm"}, "truecolor"),
        ({"TERM": "tmux-256color"}, "256"),
        ({"TERM": "linux"}, "16"),
        ({"TERM": "xterm-kitty"}, "truecolor"),
        ({}, "16"),
        ({"TEXTUAL_COLOR_SYSTEM": "256", "COLORTERM": "truecolor"}, "256"),
    ],
)
def test_how_many_colours(environ: dict[str, str], colours: str) -> None:
    assert depth(environ) == colours


def test_the_theme_falls_to_the_terminal_s_own_colours() -> None:
    assert theme_name("milimo-light", "truecolor") == "milimo-light"
    assert theme_name("milimo-light", "16") == "milimo-ansi"
    assert theme_name("milimo-dark", "none") == "milimo-ansi"


class Square:
    width = height = 4
    data = b"\x80" * 48


def test_drawing_goes_the_way_the_terminal_has() -> None:
    assert not draw(Terminal("truecolor", "off"), Square(), 4, 2).strips
    half = draw(Terminal("truecolor", "blocks"), Square(), 4, 2)
    assert len(half.strips) == 2
    assert not half.words
    full = draw(Terminal("truecolor", "kitty"), Square(), 4, 2)
    assert len(full.strips) == 2
    assert full.id
    assert full.words.startswith("\x1b_G")
    assert pixels_for(Terminal("truecolor", "blocks"), 20, 10) == (20, 20)
    assert pixels_for(Terminal("truecolor", "kitty"), 20, 10) == (160, 160)
