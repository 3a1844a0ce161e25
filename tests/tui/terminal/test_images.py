"""Test pictures as cells: half blocks at every colour depth, placeholders of the kitty protocol, and the
detection of the terminal.
"""

from __future__ import annotations

import base64
import os
import re
import shutil
import subprocess
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from milimo_tui.core.kitty_marks import MARKS, PLACEHOLDER
from milimo_tui.core.terminal_environment import read_terminal_environment
from milimo_tui.media.viewer.client import ViewerAnswer
from milimo_tui.tui.app.clipboard import find_tmux_copy_sequence
from milimo_tui.tui.terminal.capabilities import Terminal, apply_answers, ask_tmux, detect_terminal
from milimo_tui.tui.terminal.images import cells
from milimo_tui.tui.terminal.images.draw import (
    MAKE_DRAWING,
    MOST_IDS,
    PictureIds,
    build_viewer_parameters,
    cells_to_pixels,
)
from milimo_tui.tui.terminal.line import kitty
from milimo_tui.tui.terminal.line.cell_styles import get_picture_id, make_picture_style
from milimo_tui.tui.terminal.line.questions import TerminalAnswers
from milimo_tui.tui.terminal.theme import choose_theme_name
from tests.media.viewer.cell_pictures import make_strips

DEPTHS = ("truecolor", "256", "16", "none")


def packed(*looks: tuple[str, tuple[int, int, int], tuple[int, int, int]]) -> bytes:
    """Return cells in the format of the viewer. Each cell has a glyph, a foreground and a background
    colour.
    """
    return b"".join(cells.CELL.pack(ord(sign), *ink, *ground) for sign, ink, ground in looks)


@given(st.integers(1, 24), st.integers(1, 12), st.sampled_from(DEPTHS), st.integers(0, 8))
def test_picture_has_the_requested_number_of_cells(columns: int, rows: int, colours: str, count: int) -> None:
    data = packed(*[("▀", (count, 2, 3), (4, 5, 6))] * count)
    made = make_strips(data, columns, rows, colours)
    assert len(made) == rows
    for strip in made:
        assert strip.cell_length == columns
        assert sum(cell_len(segment.text) for segment in strip) == columns


def test_cell_of_a_picture_has_sign_ink_and_ground_and_a_mark() -> None:
    [strip] = make_strips(packed(("▚", (255, 0, 0), (0, 0, 255))), 1, 1, "truecolor")
    [segment] = list(strip)
    assert segment.text == "▚"
    assert segment.style is not None
    assert segment.style.color is not None
    assert segment.style.bgcolor is not None
    assert segment.style.color.triplet == (255, 0, 0)
    assert segment.style.bgcolor.triplet == (0, 0, 255)
    assert get_picture_id(segment.style) == 0


def test_equal_cells_share_a_segment() -> None:
    [strip] = make_strips(packed(*[("▀", (9, 9, 9), (9, 9, 9))] * 80), 80, 1, "truecolor")
    assert len(list(strip)) == 1


@pytest.mark.parametrize("colours", ["256", "16"])
def test_palettes_use_only_their_numbers(colours: str) -> None:
    [strip] = make_strips(packed(("▀", (7, 0, 0), (12, 0, 0))), 1, 1, colours)
    [segment] = list(strip)
    assert segment.style is not None
    numbers = [colour.number for colour in (segment.style.color, segment.style.bgcolor) if colour]
    assert numbers == [7, 12]


def test_no_colour_is_used_where_disabled() -> None:
    [strip] = make_strips(packed(("▒", (0, 0, 0), (0, 0, 0))), 1, 1, "none")
    assert [segment.style.color for segment in strip if segment.style is not None] == [None]


COMMAND = re.compile(r"\x1b_G([^;\x1b]*)(?:;([^\x1b]*))?\x1b\\")


def pixels(data: bytes, width: int, height: int) -> kitty.Pixels:
    text = base64.standard_b64encode(zlib.compress(data, 1)).decode()
    return kitty.Pixels("f=24,o=z", text, width, height, 8, 2)


@pytest.mark.parametrize("action", ["a=T", "a=f"])
def test_kitty_gets_the_picture_in_chunks_without_replies(action: str) -> None:
    rgb = os.urandom(64 * 32 * 3)
    picture = pixels(rgb, 64, 32)
    words = (
        picture.make_send_commands(0x010203) if action == "a=T" else picture.make_replace_commands(0x010203)
    )
    commands = COMMAND.findall("".join(words))
    assert [f"\x1b_G{keys};{data}\x1b\\" for keys, data in commands] == words
    assert len(commands) > 1
    assert all("q=2" in keys and len(data) <= kitty.CHUNK for keys, data in commands)
    assert [("m=1" in keys) for keys, _ in commands] == [True] * (len(commands) - 1) + [False]
    first = dict(part.split("=") for part in commands[0][0].split(","))
    assert first["a"] == action[2:]
    assert (first["i"], first["s"], first["v"]) == ("66051", "64", "32")
    if action == "a=T":
        assert (first["U"], first["c"], first["r"]) == ("1", "8", "2")
    else:
        assert all(keys.startswith("a=f") for keys, _ in commands)
    assert zlib.decompress(base64.b64decode("".join(data for _, data in commands))) == rgb


def test_kitty_cells_have_row_column_and_id_and_are_one_cell_wide() -> None:
    strips = kitty.make_placeholder_strips(0x010203, 5, 3)
    assert len(strips) == 3
    for row, strip in enumerate(strips):
        assert strip.cell_length == 5
        [segment] = list(strip)
        assert cell_len(segment.text) == 5
        assert segment.text.count(PLACEHOLDER) == 5
        assert segment.text[1] == MARKS[row]
        assert segment.style is not None
        assert segment.style.color is not None
        assert segment.style.color.triplet == (1, 2, 3)
        assert strip.crop(2, 4).text == f"{PLACEHOLDER}{MARKS[row]}{MARKS[2]}" + (
            f"{PLACEHOLDER}{MARKS[row]}{MARKS[3]}"
        )


def test_every_sequence_is_wrapped_inside_tmux() -> None:
    for words in (
        *pixels(bytes(12), 2, 2).make_send_commands(1, wrap=True),
        kitty.make_free_command(1, wrap=True),
    ):
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
def test_picture_protocol_is_detected_by_the_environment(
    environ: dict[str, str], wanted: str, pictures: str
) -> None:
    assert detect_terminal(environ, wanted).pictures == pictures


class Tmux:
    """A stand-in for the tmux command that returns fixed answers."""

    def __init__(self, through: str, outer: str, connection: str = "") -> None:
        self.through, self.outer, self.connection = through, outer, connection

    def __call__(self, *words: str) -> str:
        answers = {"show-options": self.through, "show-environment": self.connection}
        return answers.get(words[0], self.outer)


@pytest.mark.parametrize(
    ("through", "outer", "pictures", "wrap"),
    [
        ("on", "xterm-kitty", "kitty", True),
        ("all", "xterm-ghostty", "kitty", True),
        ("off", "xterm-kitty", "blocks", False),
        ("", "", "blocks", False),
        ("on", "xterm-256color", "blocks", True),
    ],
)
def test_tmux_is_asked_for_passthrough_and_the_outer_terminal(
    through: str, outer: str, pictures: str, wrap: bool
) -> None:
    inside = detect_terminal({"TERM": "tmux-256color", "TMUX": "x", "COLORTERM": "truecolor"})
    found = ask_tmux(inside, "auto", Tmux(through, outer))
    assert (found.pictures, found.wrap) == (pictures, wrap)
    assert ("without passthrough" in found.sentence) == (through not in ("on", "all"))
    assert found.can_improve == (through not in ("on", "all"))
    assert len(f"{found.sentence}  d fixes it.") <= 80


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
@pytest.mark.parametrize("where", [(), ("-g",), ("-w",), ("-p",)])
def test_passthrough_counts_wherever_it_is_set(tmp_path: Path, where: tuple[str, ...]) -> None:
    """Passthrough can be set for all panes, for the panes of a window, or for one pane."""
    tmux = ["tmux", "-S", str(tmp_path / "socket"), "-f", os.devnull]

    def ask(*words: str) -> str:
        done = subprocess.run([*tmux, *words], capture_output=True, text=True, check=False)
        return done.stdout.strip()

    ask("new-session", "-d", "cat")
    try:
        if where:
            ask("set-option", *where, "allow-passthrough", "on")
        inside = detect_terminal({"TERM": "tmux-256color", "TMUX": "x"})
        assert ask_tmux(inside, "auto", ask).wrap == bool(where)
        ask("set-option", "-s", "set-clipboard", "off")
        assert (find_tmux_copy_sequence("words", ask) is not None) == bool(where)
    finally:
        ask("kill-server")


def test_tmux_is_asked_for_the_connection_of_its_client() -> None:
    began = {"TERM": "tmux-256color", "TMUX": "x", "SSH_CONNECTION": "192.0.2.1 5000 192.0.2.2 22"}
    inside = detect_terminal(began)
    assert inside.remote
    here = ask_tmux(inside, "auto", Tmux("on", "xterm-256color RGB", "-SSH_CONNECTION"))
    assert (here.remote, here.connection) == (False, "")
    there = ask_tmux(inside, "auto", Tmux("on", "xterm", "SSH_CONNECTION=198.51.100.7 6000 192.0.2.2 22"))
    assert (there.remote, there.connection) == (True, "198.51.100.7 6000 192.0.2.2 22")
    assert there.can_improve  # True colour is possible after the changes that the doctor suggests.
    untold = ask_tmux(inside, "auto", Tmux("on", "xterm-256color RGB"))
    assert untold.connection == began["SSH_CONNECTION"]


@pytest.mark.parametrize("through", ["on", "off"])
@pytest.mark.parametrize("wanted", ["auto", "sixel", "iterm2"])
def test_sixel_terminal_inside_tmux_gets_cells(through: str, wanted: str) -> None:
    inside = detect_terminal({"TERM": "tmux-256color", "TMUX": "x", "COLORTERM": "truecolor"}, wanted)
    found = ask_tmux(inside, wanted, Tmux(through, "foot 256,RGB,sixel,sync,title"))
    answers = TerminalAnswers("foot", (1, 20), sixel=True, true_colour=True, cell=(8, 16))
    assert found.pictures == apply_answers(found, wanted, answers).pictures == "blocks"


@pytest.mark.parametrize(
    ("environ", "colours"),
    [
        ({"NO_COLOR": "1", "COLORTERM": "truecolor"}, "none"),
        ({"NO_COLOR": "", "COLORTERM": "truecolor"}, "truecolor"),
        ({"COLORTERM": "truecolor", "TERM": "xterm"}, "truecolor"),
        ({"TERM": "tmux-256color"}, "256"),
        ({"TERM": "linux"}, "16"),
        ({"TERM": "xterm-kitty"}, "truecolor"),
        ({}, "16"),
        ({"TEXTUAL_COLOR_SYSTEM": "256", "COLORTERM": "truecolor"}, "256"),
    ],
)
def test_number_of_colours_is_detected(environ: dict[str, str], colours: str) -> None:
    assert read_terminal_environment(environ).colours == colours


@pytest.mark.parametrize(
    ("environ", "answers", "colours"),
    [
        ({"TERM": "xterm-256color"}, TerminalAnswers("xterm", (390,), true_colour=True), "truecolor"),
        ({"TERM": "xterm"}, TerminalAnswers("xterm", (390,), true_colour=True), "truecolor"),
        ({"TERM": "xterm"}, TerminalAnswers("xterm", (390,), colours=256), "256"),
        ({"TERM": "xterm"}, TerminalAnswers("xterm", (390,), colours=8), "16"),
        (
            {"TERM": "xterm-256color"},
            TerminalAnswers("iterm2", (3, 5)),
            "truecolor",
        ),  # This terminal answers neither question.
        ({"TERM": "xterm-256color"}, TerminalAnswers("vte", (7402,)), "truecolor"),
        ({"TERM": "xterm-256color"}, TerminalAnswers(), "256"),
        (
            {"TERM": "xterm", "TEXTUAL_COLOR_SYSTEM": "256"},
            TerminalAnswers("kitty", (0, 42), true_colour=True),
            "256",
        ),
        ({"TERM": "xterm", "TEXTUAL_COLOR_SYSTEM": "standard"}, TerminalAnswers("kitty", (0, 42)), "16"),
        ({"TERM": "xterm", "NO_COLOR": "1"}, TerminalAnswers("kitty", (0, 42), true_colour=True), "none"),
        ({"TERM": "tmux-256color", "TMUX": "x"}, TerminalAnswers("kitty", (0, 42), true_colour=True), "256"),
    ],
)
def test_answers_of_the_terminal_set_the_colours_unless_configured(
    environ: dict[str, str], answers: TerminalAnswers, colours: str
) -> None:
    assert apply_answers(detect_terminal(environ), "auto", answers).colours == colours


@pytest.mark.parametrize(
    ("environ", "told", "medium"),
    [
        ({}, TerminalAnswers(memory=True, files=True), "shared"),
        ({}, TerminalAnswers(files=True), "file"),
        ({}, TerminalAnswers(), "direct"),
        ({"SSH_CONNECTION": "a 1 b 22"}, TerminalAnswers(memory=True, files=True), "direct"),
        # The next tmux client may be on another machine.
        ({"TMUX": "x"}, TerminalAnswers(files=True), "direct"),
    ],
)
def test_local_pictures_use_shared_memory_or_files(
    environ: dict[str, str], told: TerminalAnswers, medium: str
) -> None:
    found = apply_answers(detect_terminal({"TERM": "xterm-kitty", **environ}), "auto", told)
    assert found.medium == medium


@pytest.mark.parametrize(
    ("environ", "features", "colours"),
    [
        ({"TERM": "screen"}, "xterm-256color bpaste,clipboard,title", "256"),
        ({"TERM": "screen"}, "xterm-kitty 256,RGB,title", "truecolor"),
        ({"TERM": "tmux-256color", "COLORTERM": "truecolor"}, "xterm-256color bpaste,clipboard", "256"),
        # An old version of tmux
        ({"TERM": "tmux-256color", "COLORTERM": "truecolor"}, "xterm-256color", "truecolor"),
        ({"TERM": "screen"}, "vt220 title", "16"),
        ({"TERM": "tmux-256color", "NO_COLOR": "1"}, "xterm-kitty 256,RGB", "none"),
        ({"TERM": "tmux-256color", "TEXTUAL_COLOR_SYSTEM": "256"}, "xterm-kitty 256,RGB", "256"),
    ],
)
def test_colours_inside_tmux_are_those_of_the_attached_terminal(
    environ: dict[str, str], features: str, colours: str
) -> None:
    found = ask_tmux(detect_terminal({"TMUX": "x", **environ}), "auto", Tmux("on", features))
    assert found.colours == colours


def test_theme_is_reduced_to_the_colours_of_the_terminal() -> None:
    assert choose_theme_name("milimo-light", "truecolor") == "milimo-light"
    assert choose_theme_name("milimo-light", "256") == "milimo-light-256"
    assert choose_theme_name("milimo-ansi", "256") == "milimo-ansi"
    assert choose_theme_name("milimo-light", "16") == "milimo-ansi"
    assert choose_theme_name("milimo-dark", "none") == "milimo-ansi"


def test_pictures_use_the_protocol_of_the_terminal() -> None:
    blocks, full = Terminal("truecolor", "blocks"), Terminal("truecolor", "kitty")
    assert cells_to_pixels(20, 10) == (160, 160)
    parameters = build_viewer_parameters(blocks, 160, 160)
    assert (parameters["kind"], parameters["columns"], parameters["rows"]) == ("cells", 20, 10)
    assert build_viewer_parameters(full, 160, 160, 16_000)["budget"] == 16_000
    half = MAKE_DRAWING["cells"](
        blocks, ViewerAnswer(packed(("▀", (1, 2, 3), (4, 5, 6))), 1, 1, "cells", "cells", 1, 1)
    )
    assert (len(half.strips), half.pixels, half.id) == (1, None, 0)
    drawing = MAKE_DRAWING["kitty"](full, ViewerAnswer(b"PNG", 16, 16, "kitty", "png", 2, 1))
    assert len(drawing.strips) == 1
    assert isinstance(drawing.pixels, kitty.Pixels)
    assert drawing.pixels.make_send_commands(drawing.id)[0].startswith(f"\x1b_Ga=T,U=1,i={drawing.id},f=100,")


def test_no_picture_id_is_reused_while_in_use() -> None:
    ids = PictureIds(MOST_IDS - 5)
    kept = [ids.take_id() for _ in range(3)]
    gone = [ids.take_id() for _ in range(10_000)]
    assert len({*kept, *gone}) == 10_003
    assert 0 not in gone
    for id in gone:
        ids.release_id(id)
    ids._next = kept[0] - 1
    assert ids.take_id() not in kept


def test_one_picture_never_replaces_another() -> None:
    """Rich caches sums of styles by equality. The cells of two directly drawn pictures have no colours, so
    only the picture id can tell them apart.
    """
    one, other = (make_picture_style(color=None, picture=-id) for id in (1, 2))
    for style, id in ((one, -1), (other, -2)):
        assert get_picture_id(style + Style.null()) == id
        assert get_picture_id(Style.null() + style) in (id, None)
    assert one != other
    assert one == make_picture_style(color=None, picture=-1)
    assert len({one, other, make_picture_style(color=None, picture=-2)}) == 2


@pytest.mark.parametrize(
    ("terminal", "words"),
    [
        (Terminal("256", "blocks"), "256 colours, pictures in quadrants."),
        (Terminal("truecolor", "blocks", signs=("sextants",)), "truecolour, pictures in sextants."),
        (Terminal("truecolor", "blocks", signs=("sextants", "octants")), "truecolour, pictures in octants."),
        (Terminal("16", "blocks", signs=()), "16 colours, pictures in half-blocks."),
        (Terminal("none", "blocks"), "no colour, pictures in shades."),
        (Terminal("none", "blocks", signs=("shades", "braille")), "no colour, pictures in braille."),
        (Terminal("truecolor", "kitty"), "truecolour, pictures in kitty graphics."),
        (Terminal("256", "sixel"), "256 colours, pictures in sixel."),
        (Terminal("256", "off"), "256 colours, no pictures."),
    ],
)
def test_sentence_names_how_pictures_are_drawn(terminal: Terminal, words: str) -> None:
    assert terminal.sentence == f"This terminal: {words}"
