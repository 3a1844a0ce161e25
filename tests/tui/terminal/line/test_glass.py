"""The glass beside pyte: in whatever portions it is sent, the terminal shows what it should."""

from __future__ import annotations

import gc
from unicodedata import normalize

import pyte
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
from milimo_tui.tui.terminal.line.cell_styles import picture_style
from milimo_tui.tui.terminal.line.glass import ONE_WIDE, Cell, Glass, Writing, split
from milimo_tui.tui.terminal.line.looks import MOST_KEPT, MOST_NEAR, MOST_PICTURES, Look, Looks

COLUMNS, ROWS = 12, 4
COLOURS = [None, "#101216", "#e7e5df", "#5fd3c6"]
signs = st.sampled_from([*"ab ▏●░한", "e\u0301"])
words = st.lists(signs, min_size=1, max_size=6).map("".join)


@st.composite
def update(draw: st.DrawFn) -> LayoutUpdate:
    """Some text in some look, laid somewhere: a picture's cells or words."""
    x, y = draw(st.integers(0, COLUMNS - 1)), draw(st.integers(0, ROWS - 1))
    if draw(st.booleans()):
        ink = Color.parse(draw(st.sampled_from(COLOURS[1:])) or "")
        style: Style = picture_style(color=ink, bgcolor=Color.parse("#203040"))
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
    wide = COLUMNS - ("\u0301" in text)  # pyte puts a mark behind the last column into the next row
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
def test_the_terminal_shows_what_it_should(steps: list[tuple[LayoutUpdate, int, int]]) -> None:
    glass = Glass(COLUMNS, ROWS, Looks("truecolor"))
    screen = pyte.Screen(COLUMNS, ROWS)
    stream = pyte.Stream(screen)
    for taken, text_room, picture_room in steps:
        assert glass.take(taken)
        stream.feed(glass.words(text_room))
        stream.feed(glass.pictures(picture_room))
    for _ in range(200):
        if glass.is_shown:
            break
        stream.feed(glass.words(60) + glass.pictures(60))
    assert glass.is_shown
    assert (glass.words(10**6), glass.pictures(10**6)) == ("", "")
    for y, row in enumerate(glass.wanted()):
        for x, (char, look) in enumerate(row):
            cell = screen.buffer[y][x]
            if x and row[x - 1][0] and row[x - 1][0] != char and char == "":
                continue  # the right half of a wide one: pyte keeps nothing there
            if char and (x + 1 >= COLUMNS or row[x + 1][0]) and len(char) == 1 and ord(char) > 0x1100:
                continue  # half of a wide one at an edge: no terminal shows it
            if char:
                assert cell.data == normalize("NFC", char)  # as pyte keeps it
                attributes = look.attributes.split(";")
                assert (cell.bg, cell.underscore, cell.reverse) == (
                    rgb(look.ground), "4" in attributes, "7" in attributes
                )  # fmt: skip
                if char != " " or cell.reverse or cell.underscore:  # of a blank alone nobody sees the ink
                    assert (cell.fg, cell.bold) == (rgb(look.ink), "1" in attributes)


def test_what_stands_is_not_sent_again_and_a_cell_costs_little() -> None:
    glass = Glass(80, 1, Looks("truecolor"))
    row = Style(color="#e7e5df", bgcolor="#101216")

    def show(text: str) -> str:
        glass.take(LayoutUpdate([[Strip([Segment(text.ljust(80), row)])]], Region(0, 0, 80, 1)))
        return glass.words(10**6)

    assert len(show("00:00:01:03")) > 80
    assert show("00:00:01:03") == ""
    assert len(show("00:00:01:04")) < 60
    assert glass.is_shown


def test_of_pictures_that_have_gone_few_looks_are_kept() -> None:
    """Each picture has an id, and so a look, that never comes again."""
    looks = Looks("truecolor")
    for id in range(1, 4 * MOST_PICTURES):
        assert looks.of(kitty.style_of(id)) is looks.of(kitty.style_of(id)), "equal ones are one object"
    kept = [each.picture for each in gc.get_objects() if isinstance(each, Look) and each.picture]
    assert max(kept) == 4 * MOST_PICTURES - 1
    assert len(kept) <= MOST_PICTURES + 100, "with those of other tests"


def test_a_picture_that_stands_there_is_not_sent_again_whatever_came_between() -> None:
    """A frame in 100 by 40 cells has some thousand looks; as many as are kept may come before it is painted
    anew, as it is when the window is left and entered.
    """
    glass = Glass(100, 40, Looks("truecolor"))

    def cell(x: int, y: int, kind: int) -> Segment:
        ink, ground = Color.from_rgb(x, y, kind), Color.from_rgb(y, x, kind)
        return Segment("▀", picture_style(color=ink, bgcolor=ground))

    def show(kind: int) -> str:
        rows = [Strip([cell(x, y, kind) for x in range(100)]) for y in range(40)]
        glass.take(LayoutUpdate([[row] for row in rows], Region(0, 0, 100, 40)))
        return glass.pictures(1 << 30)

    assert len(show(0)) > 40_000
    assert show(0) == ""
    for kind in range(3 * MOST_KEPT // 4000):
        assert len(show(kind + 1)) > 40_000
        assert show(kind + 1) == ""
    for at in range(3 * MOST_KEPT):
        glass.looks.of(picture_style(color=Color.from_rgb(at % 256, at // 256, 200)))
    assert show(3 * MOST_KEPT // 4000) == ""


def test_where_words_stand_in_their_text_makes_no_look_of_its_own() -> None:
    """Textual writes it into their styles, for a selection by mouse."""
    looks = Looks("truecolor")
    before = {id(each) for each in gc.get_objects() if isinstance(each, Style)}
    seen = {
        looks.of(Style(color="#e7e5df", bold=True, meta={"offset": (at % 100, at // 100)}))
        for at in range(4 * MOST_NEAR)
    }
    assert len(seen) == 1
    kept = [each for each in gc.get_objects() if isinstance(each, Style) and id(each) not in before]
    assert len(kept) <= MOST_NEAR


def test_a_blank_costs_no_ink() -> None:
    glass = Glass(20, 1, Looks("truecolor"))

    def show(*segments: tuple[str, str]) -> str:
        strip = Strip([Segment(text, Style.parse(style)) for text, style in segments])
        glass.take(LayoutUpdate([[strip]], Region(0, 0, 20, 1)))
        return glass.words(10**6)

    whole = show(
        ("one", "bold #e7e5df on #101216"), (" ", "#5fd3c6 on #101216"), ("two", "bold #e7e5df on #101216")
    )
    assert whole.count("m") == 3  # one look, the ground of the rest of the row, and back
    assert show(("one", "bold #e7e5df on #101216"), (" ", "#203040 on #101216")) == ""
    assert "48;2;32;48;64m" in show(("one", "bold #e7e5df on #101216"), (" ", "#203040 on #203040"))
    assert "4;" in show(("one", "bold #e7e5df on #101216"), (" ", "underline #203040 on #203040"))


def test_cells_that_wait_for_their_picture_leave_what_stands_there() -> None:
    glass = Glass(8, 2, Looks("truecolor"))
    blank = LayoutUpdate([[Strip([Segment("before  ")])]], Region(0, 0, 8, 1))
    glass.take(blank)
    glass.words(10**6)
    glass.hold(7)
    strip = Strip([Segment("ab"), *kitty.strips(7, 4, 1)[0], Segment("cd")])
    glass.take(LayoutUpdate([[strip]], Region(0, 0, 8, 1)))
    assert PLACEHOLDER not in glass.words(10**6) + glass.pictures(10**6)
    assert glass.pictures_wanted() == {7}
    glass.release(7)
    sent = glass.pictures(10**6)
    assert sent.count(PLACEHOLDER) == 4
    # One that follows another in its row needs no marks.
    assert sent.count(MARKS[0]) == 2
    assert glass.pictures_shown() == {7}
    assert glass.is_shown


def test_a_picture_that_is_parted_goes_on_with_marks_of_its_own() -> None:
    glass = Glass(COLUMNS, ROWS, Looks("truecolor"))
    glass.take(LayoutUpdate([[strip] for strip in kitty.strips(7, 6, 1)], Region(0, 0, 6, 1)))
    marked = [f"{PLACEHOLDER}{MARKS[0]}{mark}" for mark in MARKS[:6]]
    assert marked[3] not in glass.pictures(10_000), "it goes on from the cell at its left"
    glass.take(LayoutUpdate([[Strip([Segment("┃")])]], Region(2, 0, 1, 1)))
    assert "┃" in glass.words(10_000)
    assert glass.pictures(10_000).count(PLACEHOLDER) == 1
    glass.forget()
    sent = glass.words(10_000) + glass.pictures(10_000)
    assert [cell in sent for cell in marked] == [True, False, False, True, False, False]
    glass.take(LayoutUpdate([[kitty.strips(7, 6, 1)[0].crop(2, 3)]], Region(2, 0, 1, 1)))
    assert glass.pictures(10_000).count(PLACEHOLDER) == 1, "whole again, the rest stays"


def test_a_band_beside_what_is_written_over_it_is_not_sent_again() -> None:
    """The playhead over a clip's picture, drawn as sixels: it stands, and the rest of the band stays."""
    glass = Glass(8, 1, Looks("truecolor"))
    glass.take(LayoutUpdate([[direct.strips(7, 6, 1)[0]]], Region(0, 0, 6, 1)))
    assert glass.bands_wrong() == {7: {0: (0, 0)}}
    glass.drew(7, 0, 0, 6, 1)
    glass.take(LayoutUpdate([[Strip([Segment("┃")])]], Region(2, 0, 1, 1)))
    assert "┃" in glass.words(10_000)
    assert glass.bands_wrong() == {}


def test_the_most_wrong_cells_of_a_picture_go_first() -> None:
    glass = Glass(40, 1, Looks("truecolor"))

    def cells(*lights: int) -> LayoutUpdate:
        segments = [
            Segment("▀", picture_style(color=Color.from_rgb(at, at, at), bgcolor=Color.from_rgb(at, 0, 0)))
            for at in lights
        ]
        return LayoutUpdate([[Strip(segments)]], Region(0, 0, len(lights), 1))

    glass.take(cells(*[100] * 40))
    glass.words(10**6)
    glass.pictures(10**6)
    glass.take(cells(*[101] * 20, 200, *[101] * 19))
    first = glass.pictures(24)
    assert "38;2;200;200;200" in first
    assert "101" not in first


def test_another_size_or_a_cleared_terminal_gets_everything() -> None:
    glass = Glass(4, 1, Looks("none"))
    glass.take(LayoutUpdate([[Strip([Segment("abcd")])]], Region(0, 0, 4, 1)))
    assert "abcd" in glass.words(10**6)
    glass.forget()
    assert "abcd" in glass.words(10**6)
    glass.resize(2, 2)
    assert glass.words(10**6).count(" ") == 4


def test_a_text_is_split_by_cells() -> None:
    assert split("한a") == ("한", "", "a")
    assert split("e\u0301x") == ("e\u0301", "x")
    assert split(kitty.strips(1, 2, 1)[0].text) == (
        f"{PLACEHOLDER}{MARKS[0]}{MARKS[0]}",
        f"{PLACEHOLDER}{MARKS[0]}{MARKS[1]}",
    )


def test_a_sign_of_many_texts_is_held_once() -> None:
    texts = [f"{number} ━▌" for number in range(20)]
    assert len({id(sign) for text in texts for sign in split(text)[-2:]}) == 2
    rows = [strip.text for width in (5, 9) for strip in kitty.strips(1, width, 3)]
    assert len({id(sign) for text in rows for sign in split(text)}) == 3 * 9


@st.composite
def run(draw: st.DrawFn) -> list[Cell]:
    """Cells of one look, what is wide filled up."""
    ink, ground = draw(st.sampled_from(["39", "31"])), draw(st.sampled_from(["49", "44"]))
    bare = Look("", "39", ground)
    look = Look(draw(st.sampled_from(["", "1", "4"])), ink, ground, draw(st.sampled_from(["", "a:b"])))
    return [(char, bare if char == " " else look) for char in split(draw(words))]


@given(st.lists(run(), max_size=5), st.integers(0, 2))
def test_cells_of_a_row_are_written_as_one_by_one(runs: list[list[Cell]], times: int) -> None:
    together, apart = Writing(), Writing()
    cells = [cell for run in runs for cell in run]
    for y in range(times):
        together.put_all(3, y, cells)
        for x, cell in enumerate(cells, 3):
            apart.put(x, y, cell)
    assert (together.bytes, together.text()) == (apart.bytes, apart.text())


def test_what_is_taken_to_fill_one_cell_does_so() -> None:
    assert {cell_len(char) for char in ONE_WIDE} == {1}
