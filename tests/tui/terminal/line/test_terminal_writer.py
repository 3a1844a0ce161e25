"""Compare the studio's terminal writer with the terminal emulator pyte: the terminal shows the right cells,
however the output is divided.
"""

from __future__ import annotations

import gc
from unicodedata import normalize

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual._compositor import LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from milimo_tui.core.kitty_marks import MARKS, PLACEHOLDER
from milimo_tui.tui.terminal.line import direct, kitty
from milimo_tui.tui.terminal.line.cell_styles import make_picture_style
from milimo_tui.tui.terminal.line.looks import (
    MAX_CACHED_LOOKS,
    MAX_PICTURE_LOOKS,
    MAX_RECENT_LOOKS,
    Look,
    Looks,
)
from milimo_tui.tui.terminal.line.screen_copies import (
    ONE_WIDE,
    Cell,
    EscapeWriter,
    ScreenCopy,
    split_by_cells,
)

COLUMNS, ROWS = 12, 4
COLOURS = [None, "#101216", "#e7e5df", "#5fd3c6"]
signs = st.sampled_from([*"ab ▏●░한", "e\u0301"])
words = st.lists(signs, min_size=1, max_size=6).map("".join)


@st.composite
def update(draw: st.DrawFn) -> LayoutUpdate:
    """Draw an update with some text or picture cells in a random style at a random position."""
    x, y = draw(st.integers(0, COLUMNS - 1)), draw(st.integers(0, ROWS - 1))
    if draw(st.booleans()):
        ink = Color.parse(draw(st.sampled_from(COLOURS[1:])) or "")
        style: Style = make_picture_style(color=ink, bgcolor=Color.parse("#203040"))
        text = "▀" * draw(st.integers(1, 5))
    else:
        colours, either = st.sampled_from(COLOURS), st.booleans()
        style = Style(
            color=draw(colours),
            bgcolor=draw(colours),
            bold=draw(either),
            underline=draw(either),
            reverse=draw(either),
        )
        text = draw(words)
    wide = COLUMNS - ("\u0301" in text)  # pyte puts a combining mark after the last column into the next row.
    x = min(x, wide - 1)
    strip = Strip([Segment(text, style)]).crop(0, wide - x)
    return LayoutUpdate([[strip]], Region(x, y, strip.cell_length, 1))


def shown(screen: pyte.Screen) -> list[list[tuple[str, str, str, bool]]]:
    return [
        [(c.data, c.fg, c.bg, c.bold) for c in (screen.buffer[y][x] for x in range(COLUMNS))]
        for y in range(ROWS)
    ]


def rgb(sgr: str) -> str:
    parts = sgr.split(";")
    return "".join(f"{int(part):02x}" for part in parts[2:]) if len(parts) == 5 else "default"


@given(st.lists(st.tuples(update(), st.integers(0, 200), st.integers(0, 200)), max_size=12))
def test_terminal_shows_the_expected_cells(steps: list[tuple[LayoutUpdate, int, int]]) -> None:
    glass = ScreenCopy(COLUMNS, ROWS, Looks("truecolor"))
    screen = pyte.Screen(COLUMNS, ROWS)
    stream = pyte.Stream(screen)
    for taken, text_room, picture_room in steps:
        assert glass.take_update(taken)
        stream.feed(glass.take_changed_text(text_room))
        stream.feed(glass.take_changed_pictures(picture_room))
    for _ in range(200):
        if glass.is_shown:
            break
        stream.feed(glass.take_changed_text(60) + glass.take_changed_pictures(60))
    assert glass.is_shown
    assert (glass.take_changed_text(10**6), glass.take_changed_pictures(10**6)) == ("", "")
    for y, row in enumerate(glass.copy_wanted_cells()):
        for x, (char, look) in enumerate(row):
            cell = screen.buffer[y][x]
            if x and row[x - 1][0] and row[x - 1][0] != char and char == "":
                continue  # pyte stores nothing in the right half of a wide character.
            if char and (x + 1 >= COLUMNS or row[x + 1][0]) and len(char) == 1 and ord(char) > 0x1100:
                continue  # No terminal shows half of a wide character at an edge.
            if char:
                assert cell.data == normalize("NFC", char)  # pyte stores characters in this normal form.
                attributes = look.attributes.split(";")
                assert (cell.bg, cell.underscore, cell.reverse) == (
                    rgb(look.ground), "4" in attributes, "7" in attributes
                )  # fmt: skip
                # The foreground of a blank cell is invisible.
                if char != " " or cell.reverse or cell.underscore:
                    assert (cell.fg, cell.bold) == (rgb(look.ink), "1" in attributes)


def test_unchanged_cells_are_not_sent_again_and_one_cell_costs_little() -> None:
    glass = ScreenCopy(80, 1, Looks("truecolor"))
    row = Style(color="#e7e5df", bgcolor="#101216")

    def show(text: str) -> str:
        glass.take_update(LayoutUpdate([[Strip([Segment(text.ljust(80), row)])]], Region(0, 0, 80, 1)))
        return glass.take_changed_text(10**6)

    assert len(show("00:00:01:03")) > 80
    assert show("00:00:01:03") == ""
    assert len(show("00:00:01:04")) < 60
    assert glass.is_shown


def test_few_versions_of_removed_pictures_are_kept() -> None:
    """Each picture has its own id and therefore a style that never occurs again."""
    looks = Looks("truecolor")
    for id in range(1, 4 * MAX_PICTURE_LOOKS):
        assert looks.get_look(kitty.make_placeholder_style(id)) is looks.get_look(
            kitty.make_placeholder_style(id)
        ), "equal ones are one object"
    pictures = [each.picture for each in gc.get_objects() if isinstance(each, Look) and each.picture]
    assert max(pictures) == 4 * MAX_PICTURE_LOOKS - 1
    assert len(pictures) <= MAX_PICTURE_LOOKS + 100, "with those of other tests"


@pytest.mark.long("screens")
def test_unchanged_picture_is_not_sent_again() -> None:
    """A picture of 100 by 40 cells has thousands of styles. The cache must keep them until the picture is
    painted again, which happens when the window loses and regains the focus.
    """
    glass = ScreenCopy(100, 40, Looks("truecolor"))

    def cell(x: int, y: int, kind: int) -> Segment:
        ink, ground = Color.from_rgb(x, y, kind), Color.from_rgb(y, x, kind)
        return Segment("▀", make_picture_style(color=ink, bgcolor=ground))

    def show(kind: int) -> str:
        rows = [Strip([cell(x, y, kind) for x in range(100)]) for y in range(40)]
        glass.take_update(LayoutUpdate([[row] for row in rows], Region(0, 0, 100, 40)))
        return glass.take_changed_pictures(1 << 30)

    assert len(show(0)) > 40_000
    assert show(0) == ""
    for kind in range(3 * MAX_CACHED_LOOKS // 4000):
        assert len(show(kind + 1)) > 40_000
        assert show(kind + 1) == ""
    for at in range(3 * MAX_CACHED_LOOKS):
        glass.looks.get_look(make_picture_style(color=Color.from_rgb(at % 256, at // 256, 200)))
    assert show(3 * MAX_CACHED_LOOKS // 4000) == ""


def test_position_of_words_in_their_text_makes_no_new_style() -> None:
    """Textual writes the position into the style of the text, for selecting with the mouse."""
    looks = Looks("truecolor")
    before = {id(each) for each in gc.get_objects() if isinstance(each, Style)}
    seen = {
        looks.get_look(Style(color="#e7e5df", bold=True, meta={"offset": (at % 100, at // 100)}))
        for at in range(4 * MAX_RECENT_LOOKS)
    }
    assert len(seen) == 1
    objects = [each for each in gc.get_objects() if isinstance(each, Style) and id(each) not in before]
    assert len(objects) <= MAX_RECENT_LOOKS


def test_blank_needs_no_ink() -> None:
    glass = ScreenCopy(20, 1, Looks("truecolor"))

    def show(*segments: tuple[str, str]) -> str:
        strip = Strip([Segment(text, Style.parse(style)) for text, style in segments])
        glass.take_update(LayoutUpdate([[strip]], Region(0, 0, 20, 1)))
        return glass.take_changed_text(10**6)

    whole = show(
        ("one", "bold #e7e5df on #101216"), (" ", "#5fd3c6 on #101216"), ("two", "bold #e7e5df on #101216")
    )
    # Three style sequences: the shared style, the background of the rest of the row, and the reset
    assert whole.count("m") == 3
    assert show(("one", "bold #e7e5df on #101216"), (" ", "#203040 on #101216")) == ""
    assert "48;2;32;48;64m" in show(("one", "bold #e7e5df on #101216"), (" ", "#203040 on #203040"))
    assert "4;" in show(("one", "bold #e7e5df on #101216"), (" ", "underline #203040 on #203040"))


def test_cells_that_wait_for_their_picture_keep_the_old_content() -> None:
    glass = ScreenCopy(8, 2, Looks("truecolor"))
    blank = LayoutUpdate([[Strip([Segment("before  ")])]], Region(0, 0, 8, 1))
    glass.take_update(blank)
    glass.take_changed_text(10**6)
    glass.hold_picture(7)
    strip = Strip([Segment("ab"), *kitty.make_placeholder_strips(7, 4, 1)[0], Segment("cd")])
    glass.take_update(LayoutUpdate([[strip]], Region(0, 0, 8, 1)))
    assert PLACEHOLDER not in glass.take_changed_text(10**6) + glass.take_changed_pictures(10**6)
    assert glass.list_wanted_pictures() == {7}
    glass.release_picture(7)
    sent = glass.take_changed_pictures(10**6)
    assert sent.count(PLACEHOLDER) == 4
    # A placeholder that follows another placeholder in its row needs no marks.
    assert sent.count(MARKS[0]) == 2
    assert glass.list_shown_pictures() == {7}
    assert glass.is_shown


def test_split_picture_continues_with_its_own_markers() -> None:
    glass = ScreenCopy(COLUMNS, ROWS, Looks("truecolor"))
    glass.take_update(
        LayoutUpdate([[strip] for strip in kitty.make_placeholder_strips(7, 6, 1)], Region(0, 0, 6, 1))
    )
    marked = [f"{PLACEHOLDER}{MARKS[0]}{mark}" for mark in MARKS[:6]]
    assert marked[3] not in glass.take_changed_pictures(10_000), "it goes on from the cell at its left"
    glass.take_update(LayoutUpdate([[Strip([Segment("┃")])]], Region(2, 0, 1, 1)))
    assert "┃" in glass.take_changed_text(10_000)
    assert glass.take_changed_pictures(10_000).count(PLACEHOLDER) == 1
    glass.forget_screen()
    sent = glass.take_changed_text(10_000) + glass.take_changed_pictures(10_000)
    assert [cell in sent for cell in marked] == [True, False, False, True, False, False]
    glass.take_update(
        LayoutUpdate([[kitty.make_placeholder_strips(7, 6, 1)[0].crop(2, 3)]], Region(2, 0, 1, 1))
    )
    assert glass.take_changed_pictures(10_000).count(PLACEHOLDER) == 1, "whole again, the rest stays"


def test_picture_next_to_overwritten_cells_is_not_sent_again() -> None:
    """The playhead covers a column of a clip's picture drawn as sixels. The rest of the strip stays valid."""
    glass = ScreenCopy(8, 1, Looks("truecolor"))
    glass.take_update(LayoutUpdate([[direct.make_direct_strips(7, 6, 1)[0]]], Region(0, 0, 6, 1)))
    assert glass.find_wrong_bands() == {7: {0: (0, 0)}}
    glass.record_band(7, 0, 0, 6, 1)
    glass.take_update(LayoutUpdate([[Strip([Segment("┃")])]], Region(2, 0, 1, 1)))
    assert "┃" in glass.take_changed_text(10_000)
    assert glass.find_wrong_bands() == {}


@given(
    st.lists(st.sampled_from(["a", "한", "e\u0301", PLACEHOLDER, *MARKS[:3]]), min_size=1, max_size=9),
    st.sampled_from([None, Style(color="red"), make_picture_style(color=Color.from_rgb(1, 2, 3))]),
)
def test_placeholder_in_a_text_is_written_as_a_blank(signs: list[str], style: Style | None) -> None:
    """Only the connection itself writes placeholders: a film's text could name another picture."""
    text = "".join(signs)
    glass = ScreenCopy(30, 1, Looks("truecolor"))
    glass.take_update(LayoutUpdate([[Strip([Segment(f"{text}|", style)])]], Region(0, 0, 30, 1)))
    sent = glass.take_changed_text(10_000) + glass.take_changed_pictures(10_000)
    assert PLACEHOLDER not in sent
    assert "|" in sent


@pytest.mark.parametrize("number", [7, -7])
def test_tint_of_a_panel_keeps_the_picture_of_a_cell(number: int) -> None:
    style = make_picture_style(color=Color.from_rgb(0, 0, 7), picture=number)
    tinted = style.clear_meta_and_links() + Style(color="#404040", bgcolor="#101010")
    looks = Looks("truecolor")
    assert looks.get_look(tinted) is looks.get_look(style)
    assert looks.get_look(tinted).picture == number


def test_most_different_cells_of_a_picture_are_sent_first() -> None:
    glass = ScreenCopy(40, 1, Looks("truecolor"))

    def cells(*lights: int) -> LayoutUpdate:
        segments = [
            Segment(
                "▀", make_picture_style(color=Color.from_rgb(at, at, at), bgcolor=Color.from_rgb(at, 0, 0))
            )
            for at in lights
        ]
        return LayoutUpdate([[Strip(segments)]], Region(0, 0, len(lights), 1))

    glass.take_update(cells(*[100] * 40))
    glass.take_changed_text(10**6)
    glass.take_changed_pictures(10**6)
    glass.take_update(cells(*[101] * 20, 200, *[101] * 19))
    first = glass.take_changed_pictures(24)
    assert "38;2;200;200;200" in first
    assert "101" not in first


def test_new_size_or_cleared_terminal_gets_everything() -> None:
    glass = ScreenCopy(4, 1, Looks("none"))
    glass.take_update(LayoutUpdate([[Strip([Segment("abcd")])]], Region(0, 0, 4, 1)))
    assert "abcd" in glass.take_changed_text(10**6)
    glass.forget_screen()
    assert "abcd" in glass.take_changed_text(10**6)
    glass.resize(2, 2)
    assert glass.take_changed_text(10**6).count(" ") == 4


def test_text_is_split_by_cells() -> None:
    assert split_by_cells("한a") == ("한", "", "a")
    assert split_by_cells("e\u0301x") == ("e\u0301", "x")
    assert split_by_cells(kitty.make_placeholder_strips(1, 2, 1)[0].text) == (
        f"{PLACEHOLDER}{MARKS[0]}{MARKS[0]}",
        f"{PLACEHOLDER}{MARKS[0]}{MARKS[1]}",
    )


def test_repeated_sign_is_stored_once() -> None:
    texts = [f"{number} ━▌" for number in range(20)]
    assert len({id(sign) for text in texts for sign in split_by_cells(text)[-2:]}) == 2
    rows = [strip.text for width in (5, 9) for strip in kitty.make_placeholder_strips(1, width, 3)]
    assert len({id(sign) for text in rows for sign in split_by_cells(text)}) == 3 * 9


@st.composite
def run(draw: st.DrawFn) -> list[Cell]:
    """Draw some cells of one style. Wide characters are followed by an empty cell."""
    ink, ground = draw(st.sampled_from(["39", "31"])), draw(st.sampled_from(["49", "44"]))
    bare = Look("", "39", ground)
    look = Look(draw(st.sampled_from(["", "1", "4"])), ink, ground, draw(st.sampled_from(["", "a:b"])))
    return [(char, bare if char == " " else look) for char in split_by_cells(draw(words))]


@given(st.lists(run(), max_size=5), st.integers(0, 2))
def test_cells_of_a_row_are_written_as_if_one_by_one(runs: list[list[Cell]], times: int) -> None:
    together, apart = EscapeWriter(), EscapeWriter()
    cells = [cell for run in runs for cell in run]
    for y in range(times):
        together.put_cells(3, y, cells)
        for x, cell in enumerate(cells, 3):
            apart.put_cell(x, y, cell)
    assert (together.bytes, together.finish_text()) == (apart.bytes, apart.finish_text())


def test_sign_counted_as_one_cell_fills_one_cell() -> None:
    assert {cell_len(char) for char in ONE_WIDE} == {1}
