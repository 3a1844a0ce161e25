"""Test that partial updates write only the changed cells, and that other versions of Textual are not
patched.
"""

from __future__ import annotations

import importlib.util
import random
import tomllib
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, Compositor
from textual.app import App, ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.geometry import Region
from textual.strip import Strip
from textual.widgets import Static

from milimo_tui.studio.machine.doctor import check_textual_version
from milimo_tui.tui.terminal.line.screen_copies import yield_changed_strips
from milimo_tui.tui.terminal.patches import covered_rows, table

ROOT = Path(__file__).resolve().parents[3]


def update(*spans: tuple[int, int, int]) -> ChopsUpdate:
    """Return an update of a screen with one row: three widgets of ten cells, each in two colours."""
    text = "abcdefghijklmnopqrstuvwxyz1234"
    cuts = [0, 10, 20, 30]
    line: dict[int, Strip | None] = {}
    for start, end in pairwise(cuts):
        halves = (text[start : start + 5], "red"), (text[start + 5 : end], "blue")
        line[start] = Strip([Segment(words, Style(color=colour)) for words, colour in halves], end - start)
    return ChopsUpdate([line], list(spans), [cuts[1:]])


def test_changed_range_is_read_from_first_to_last_cell() -> None:
    text = "abcdefghijklmnopqrstuvwxyz1234"
    for spans in ([(0, 12, 17)], [(0, 8, 22)], [(0, 1, 2), (0, 28, 30)], [(0, 10, 20)], [(0, 0, 30)]):
        expected = {at: text[at] for _, first, last in spans for at in range(first, last)}
        read = [
            (x + at, char)
            for x, _, strip in yield_changed_strips(update(*spans))
            for at, char in enumerate(strip.text)
        ]
        assert dict(read) == expected
        assert len(read) == len(expected), "no cell twice"
    colours = [
        (segment.text, str(segment.style))
        for _, _, strip in yield_changed_strips(update((0, 4, 6)))
        for segment in strip
    ]
    assert colours == [("e", "red"), ("f", "blue")]


@pytest.mark.parametrize(
    ("version", "fits"), [("8.1.9", False), ("8.2.0", True), ("8.2.8", True), ("8.3.0", False)]
)
def test_untested_versions_use_their_own_code_and_are_named(
    version: str, fits: bool, caplog: pytest.LogCaptureFixture
) -> None:
    left_out = table.apply_patches(version)
    assert left_out == (() if fits else table.PATCHES)
    assert (f"Textual {version} was not tried" in caplog.text) is not fits
    if fits:
        assert Compositor.render_partial_update is covered_rows.render_partial_update


def test_tested_versions_are_the_limit() -> None:
    """A wider version range in pyproject.toml would allow versions of Textual that nobody has tested."""
    needs = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    [bound] = [need for need in needs if need.startswith("textual>")]
    assert {f"textual>={patch.first},<{patch.below}" for patch in table.PATCHES} == {bound}


def test_doctor_names_an_untested_version() -> None:
    needs = ["rich>=14", "textual-image<0.13,>=0.12", "textual<8.3,>=8.2"]
    assert not list(check_textual_version("8.2.9", needs))
    [finding] = check_textual_version("8.3.0", needs)
    assert not finding.ok
    assert "8.3.0" in finding.told


def textual_as_it_came() -> ModuleType:
    """Return a fresh copy of Textual's compositor module, because another test may have patched the imported
    one.
    """
    spec = importlib.util.find_spec("textual._compositor")
    assert spec is not None
    assert spec.loader is not None
    fresh = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(fresh)
    return fresh


class Middle(Horizontal):
    """A container that counts how often it is rendered."""

    rendered = 0

    def render_lines(self, crop: Region) -> list[Strip]:
        self.rendered += 1
        return super().render_lines(crop)


class Panes(App[None]):
    """A header, two panes (one of which scrolls), a bottom line, and a box on top of all of them."""

    CSS = """
    Screen { layers: below above; }
    #over { layer: above; offset: 12 3; width: 20; height: 4; background: darkgreen; border: solid white; }
    #left { width: 30; } #head, #foot { height: 1; background: navy; }
    """

    def compose(self) -> ComposeResult:
        yield Static("header", id="head")
        with Middle(id="middle"):
            with Vertical(id="left"):
                yield Static("left\n" * 4)
            with VerticalScroll(id="right"):
                yield Static("\n".join(f"[b]row {row}[/b] of many" for row in range(40)))
        yield Static("footer", id="foot")
        yield Static("over", id="over")


def shown(
    update: ChopsUpdate | None, spans: list[tuple[int, int, int]]
) -> Mapping[tuple[int, int], tuple[str, str]]:
    """Return the character and style of every cell in `spans`, keyed by row and column."""
    out: dict[tuple[int, int], tuple[str, str]] = {}
    assert update is not None
    for y, row in enumerate(update.chops):
        for start, strip in row.items():
            x = start
            for text, style, _ in strip or ():
                for char in text:
                    out[y, x] = char, str(style)
                    x += 1
    return {(y, x): out[y, x] for y, first, last in spans for x in range(first, last)}


@pytest.mark.long("screens")
async def test_rendering_equals_that_of_textual() -> None:
    fresh, chosen = textual_as_it_came(), random.Random(4)
    async with Panes().run_test(size=(60, 16)) as pilot:
        compositor = pilot.app.screen._compositor
        for _ in range(60):
            pilot.app.query_one("#right").scroll_to(y=chosen.randrange(20), animate=False)
            await pilot.pause()
            regions = set()
            for _ in range(chosen.randint(1, 4)):
                x, y = chosen.randrange(59), chosen.randrange(15)
                region = Region(x, y, chosen.randint(1, 60 - x), chosen.randint(1, 16 - y))
                regions.add(region)
            seen = []
            for render in (fresh.Compositor.render_partial_update, covered_rows.render_partial_update):
                compositor._dirty_regions = set(regions)
                update = render(compositor)
                seen.append(shown(update, list(compositor._regions_to_spans(regions))))
                assert not compositor._dirty_regions
            assert seen[0] == seen[1]


async def test_textual_still_renders_unchanged_widgets() -> None:
    """If this test fails, Textual itself renders only the changed widgets. Then remove
    `render_partial_update`.
    """
    fresh = textual_as_it_came()
    async with Panes().run_test(size=(60, 16)) as pilot:
        compositor, middle = pilot.app.screen._compositor, pilot.app.query_one(Middle)
        times = []
        for render in (fresh.Compositor.render_partial_update, covered_rows.render_partial_update):
            middle.rendered = 0
            compositor._dirty_regions = {Region(0, 0, 60, 1), Region(0, 15, 60, 1)}
            render(compositor)
            times.append(middle.rendered)
        assert times == [1, 0]


def test_empty_update_is_no_update() -> None:
    assert covered_rows.render_partial_update(Compositor()) is None
