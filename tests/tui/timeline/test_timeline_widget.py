"""Test the timeline widget in an app: the rows redrawn for a step of the playhead, the messages sent for
mouse actions, and other sizes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from rich.color import Color
from textual.app import App, ComposeResult

from milimo_tui.tui.terminal.palettes import ANSI, DARK, LIGHT, ThemeColours
from milimo_tui.tui.terminal.theme import DARK_256, LIGHT_256
from milimo_tui.tui.timeline.values import view as views
from milimo_tui.tui.timeline.values.clip_style import build_clip_styles
from milimo_tui.tui.timeline.values.view import TimelineViewport
from milimo_tui.tui.timeline.widgets import timeline as widget
from milimo_tui.tui.timeline.widgets.row_layout import HEAD
from milimo_tui.tui.timeline.widgets.timeline import Timeline
from milimo_tui.tui.timeline.widgets.timeline_content import TimelineContent
from milimo_tui.tui.widgets.canvas import REVERSED, get_drawing_palette
from tests.tui.timeline.timeline_films import film, story

FILM = film([100, 121, 97, 130, 80, 200], v2=[-150, 120], a1=[400])
FACES = build_clip_styles(story(6, picked={0, 1, 2}))


class TimelineApp(App[None]):
    """An app with only a timeline. It records the messages of the timeline."""

    def __init__(self, tokens: ThemeColours = DARK) -> None:
        super().__init__()
        self.tokens = tokens
        self.messages: list[tuple[Any, ...]] = []

    def compose(self) -> ComposeResult:
        yield Timeline(palette=get_drawing_palette(self.tokens))

    @property
    def timeline(self) -> Timeline:
        return self.query_one(Timeline)

    def on_timeline_sought(self, event: Timeline.Sought) -> None:
        self.messages.append(("sought", event.frame, event.lane))

    def on_timeline_scrolled(self, event: Timeline.Scrolled) -> None:
        self.messages.append(("scrolled", event.cells, event.zoom))

    def on_timeline_resized(self, event: Timeline.Resized) -> None:
        self.messages.append(("resized", event.cells))


def content(playhead: int, *, zoom: int = 10, width: int = 74) -> TimelineContent:
    return TimelineContent(
        FILM, views.seek_frame(TimelineViewport(zoom=zoom, width=width, lane=1), FILM, playhead), FACES
    )


async def test_step_inside_a_clip_redraws_no_lane() -> None:
    app = TimelineApp()
    async with app.run_test(size=(80, 12)) as pilot:
        await pilot.pause()
        app.timeline.show_content(content(20))
        app.timeline.to_plain_rows()
        drawn = len(app.timeline._cache)
        app.timeline.show_content(content(30))
        text = app.timeline.to_plain_rows()
        assert len(app.timeline._cache) == drawn, "nothing that is drawn depends on where the playhead is"
        column = HEAD + 3
        assert text[1][column] == "▼"
        assert [line[column] for line in text[2:7]] == ["┃", "┃", "┃", "e", "┃"], "words stay readable"
        app.timeline.show_content(content(150))
        app.timeline.to_plain_rows()
        assert len(app.timeline._cache) > drawn + 1, "another clip is lit now"


async def test_changed_pictures_or_colours_redraw_everything() -> None:
    app = TimelineApp()
    async with app.run_test(size=(80, 12)) as pilot:
        await pilot.pause()
        app.timeline.show_content(content(20))
        before = app.timeline.to_plain_rows()
        app.timeline.show_content(replace(content(20), clip_styles=build_clip_styles(story(6))))
        after = app.timeline.to_plain_rows()
        assert sum("○" in line for line in after) > sum("○" in line for line in before)
        turn = app.timeline._turn
        app.timeline.set_palette(get_drawing_palette(LIGHT))
        assert app.timeline._turn > turn
        assert app.timeline.to_plain_rows() == after, "colours change no shape"


@pytest.mark.parametrize("tokens", [DARK, LIGHT, ANSI])
@pytest.mark.parametrize("size", [(20, 4), (40, 6), (80, 10), (200, 30), (7, 3), (3, 2)])
async def test_every_row_is_as_wide_as_the_widget_at_any_size(
    tokens: ThemeColours, size: tuple[int, int]
) -> None:
    app = TimelineApp(tokens)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        app.timeline.show_content(content(333, width=app.timeline.time_columns))
        for line in range(size[1]):
            assert app.timeline.render_line(line).cell_length == app.timeline.size.width


async def test_click_seeks_on_its_lane_and_on_the_map_and_the_wheel_scrolls() -> None:
    app = TimelineApp()
    async with app.run_test(size=(80, 12)) as pilot:
        await pilot.pause()
        app.timeline.show_content(content(0))
        app.messages.clear()
        v1 = next(y for y, line in enumerate(app.timeline.lines) if line.lane == 1)
        await pilot.click(Timeline, offset=(HEAD + 12, v1))
        assert app.messages == [("sought", 120, 1)]
        app.messages.clear()
        last = next(y for y, line in enumerate(app.timeline.lines) if line.kind.value == "map")
        await pilot.click(Timeline, offset=(HEAD + 37, last))
        ((kind, frame, lane),) = app.messages
        assert (kind, lane) == ("sought", None)
        assert frame == pytest.approx(FILM.frames / 2, abs=15)
        app.messages.clear()
        await pilot.click(Timeline, offset=(2, 3))
        assert app.messages == [], "the track's name is no time"


async def test_resize_is_reported() -> None:
    app = TimelineApp()
    async with app.run_test(size=(80, 12)) as pilot:
        await pilot.pause()
        await pilot.resize_terminal(100, 20)
        await pilot.pause()
        assert ("resized", 100 - HEAD) in app.messages


def test_palettes_have_every_name_of_the_drawing() -> None:
    grounds = ("clip", "current", "chosen", "join", "")
    signs = (
        "text",
        "muted",
        "rule",
        "accent",
        "working",
        "picked",
        "stale",
        "failed",
        "quiet",
        "wave",
        "edge",
    )
    for tokens in (DARK, LIGHT, DARK_256, LIGHT_256, ANSI):
        assert set(get_drawing_palette(tokens)) == {*signs, *grounds}
    plain = get_drawing_palette(ANSI, plain=True)
    assert all(look.is_default for look in plain.values() if isinstance(look, Color))
    assert {name for name, look in plain.items() if look == REVERSED} == {"current", "chosen"}


def test_cache_is_bounded() -> None:
    assert widget.CACHED_ROWS <= 512
