"""Test the escape sequences outside the cells: the title of the window, links to files and pages, and the
sequences that restore the terminal.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from rich.cells import cell_len
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.color import Color

from milimo_tui.tui.terminal.reset import make_picture_cleanup
from milimo_tui.tui.terminal.row_filters import LinkRemovalFilter, SafeCellFilter
from milimo_tui.tui.terminal.window_title import LONGEST, WindowTitle
from milimo_tui.tui.widgets.lines import Line
from milimo_tui.tui.widgets.text import (
    abbreviate_home,
    add_link_style,
    find_link_targets,
    join_line,
    link_targets_in_row,
    wrap_words,
)


def test_title_is_sanitised_written_on_change_and_restored() -> None:
    written: list[str] = []
    title = WindowTitle(written.append)
    title.restore_title()
    title.set_window_title("Rain\x1b]2;evil\x07 Market\n")
    title.set_window_title("Rain\x1b]2;evil\x07 Market\n")
    title.set_window_title("x" * 300)
    title.restore_title()
    title.restore_title()
    first, second, last = written
    assert first == "\x1b[22;2t\x1b]2;Rain Market\x1b\\"
    assert second == f"\x1b]2;{'x' * (LONGEST - 1)}…\x1b\\"
    assert last == "\x1b[23;2t"


async def test_link_takes_no_cells_and_no_file_name_controls_the_terminal() -> None:
    path = "/films/rain; mar\x1b]2;x\x07ket/été 4.mp4"

    class Room(App[None]):
        def compose(self) -> ComposeResult:
            yield Line(id="line")

    async with Room().run_test(size=(40, 3)) as pilot:
        shown = pilot.app.query_one("#line", Line)
        shown.show_line(join_line(("été 4.mp4", add_link_style(Style(bold=True), path)), " and more"))
        await pilot.pause()
        strip = shown.render_line(0)
        assert strip.cell_length == cell_len(strip.text) == shown.content_size.width
        out = strip.apply_filter(SafeCellFilter(), pilot.app.screen.background_colors[1]).render(Console())
    (address,) = re.findall(r"\x1b\]8;id=[-0-9]+;([ -~]+)\x1b\\", out)
    assert ";" not in address
    assert unquote(urlsplit(address).path) == path
    assert urlsplit(address).scheme == "file"
    assert "\x1b]2" not in out
    assert out.count("\x1b]8;;\x1b\\") == 1


def test_pictures_are_deleted_only_where_some_may_exist() -> None:
    assert "\x1b_G" not in make_picture_cleanup(kitty=False, wrap=False)
    assert "\x1b_Ga=d,d=A" in make_picture_cleanup(kitty=True, wrap=False)
    assert "\x1bPtmux;\x1b\x1b\\\x1b\x1b_Ga=d,d=A" in make_picture_cleanup(kitty=True, wrap=True)


def test_paths_and_addresses_are_links_even_when_wrapped() -> None:
    text = "made /films/rain-market/renders/a-very-long-name-of-a-film.mp4, see https://example.org/docs."
    places = find_link_targets(text)
    assert places == (
        "/films/rain-market/renders/a-very-long-name-of-a-film.mp4",
        "https://example.org/docs",
    )
    assert find_link_targets("and/or 1/2, ~/films and 24/25 fps") == ()
    for width in (30, 50, 200):
        links = set()
        for row in wrap_words(text, width):
            linked_row = link_targets_in_row(row, Style(), places)
            assert linked_row.plain == row
            for span in linked_row.spans:
                assert isinstance(span.style, Style)
                links.add(unquote(urlsplit(span.style.link or "").path))
        assert links == {places[0], "/docs"}, width


def test_path_in_the_home_folder_is_shortened_and_linked_in_full() -> None:
    home = str(Path.home())
    words = f"made {home}/films/a.mp4, not {home}-old/b.mp4; {home}"
    shown = abbreviate_home(words)
    assert shown == f"made ~/films/a.mp4, not {home}-old/b.mp4; ~"
    row = link_targets_in_row(shown, Style(), find_link_targets(words))
    links = [span.style.link or "" for span in row.spans if isinstance(span.style, Style)]
    assert unquote(urlsplit(links[0]).path) == f"{home}/films/a.mp4"


def test_terminal_that_prints_unknown_codes_gets_no_links() -> None:
    segments = [
        Segment("a film", add_link_style(Style(bold=True), "/films/a.mp4")),
        Segment(" b", Style()),
        Segment("c"),
    ]
    out = LinkRemovalFilter().apply(segments, Color(0, 0, 0))
    assert [segment.text for segment in out] == ["a film", " b", "c"]
    assert all(segment.style is None or not segment.style.link for segment in out)
    assert out[0].style is not None
    assert out[0].style.bold
