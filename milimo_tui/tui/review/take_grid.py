"""The grid: two or more takes of a shot, shown at the same frame and played in step (`v`).

The take under the cursor is the shown take, so every key of the screen acts on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual import events
from textual.containers import Grid, Vertical
from textual.message import Message

from milimo_tui.core.errors import MilimoError
from milimo_tui.story.values import picked_takes
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.play.play_source import PlaySource
from milimo_tui.tui.play.source_player import SourcePlayer
from milimo_tui.tui.review.review_layout import compute_grid_layout
from milimo_tui.tui.review.review_lines import REJECTED
from milimo_tui.tui.terminal.theme import EMPTY, PICKED, STARS, TextStyles
from milimo_tui.tui.widgets.lines import Line
from milimo_tui.tui.widgets.picture import Picture
from milimo_tui.tui.widgets.text import join_line, truncate_line

if TYPE_CHECKING:
    from milimo_tui.story.values.film import Story, Take
    from milimo_tui.tui.keys.key_parser import KeyCommand

MOST = 9  # Maximum number of takes on a page of the grid.
PICTURES = tuple(f"grid-{place}" for place in range(MOST))
LEAST = 2  # Minimum number of takes for which a grid is shown.


class GridCell(Vertical):
    """A cell of the grid: a take's picture, and below it a caption that distinguishes the take from the
    others.
    """

    class Clicked(Message):
        """Posted when a cell is clicked, with the index of its take on the page."""

        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place

    def __init__(self, place: int) -> None:
        super().__init__(Picture(id=PICTURES[place]), Line(), classes="grid-cell")
        self.place = place

    def on_click(self, event: events.Click) -> None:
        if event.button == 1:
            self.post_message(self.Clicked(self.place))


class TakeGrid(Grid):
    """The widget with the cells of a page. `arrange_cells` shows as many cells as there are takes."""

    def __init__(self, *, id: str) -> None:
        super().__init__(*(GridCell(place) for place in range(MOST)), id=id)

    def arrange_cells(self, captions: Sequence[tuple[Text, ...]], ratio: float) -> None:
        """Show one cell for each caption, with pictures as large as possible. `ratio` is the pictures' aspect
        ratio.
        """
        found = compute_grid_layout(len(captions), max(1, self.size.width), max(1, self.size.height), ratio)
        self.styles.grid_size_columns, self.styles.grid_size_rows = found.columns, found.rows
        for cell in self.query(GridCell):
            cell.display = cell.place < len(captions)
            if cell.display:
                room, words = max(4, found.wide - 2), captions[cell.place]
                fitting = next((each for each in words if each.cell_len <= room), words[-1])
                cell.query_one(Line).show_line(truncate_line(fitting, room))


class GridPlayer(SourcePlayer):
    """The player of the grid. It plays all takes of a grid page at the same frame while the grid is shown."""

    is_on = False
    _loaded: tuple[str, ...] = ()  # Ids of the takes of the page.

    @action
    def act_right(self, key_command: KeyCommand) -> None:
        self.go_to_frame(self.frame + key_command.times)

    @action
    def act_left(self, key_command: KeyCommand) -> None:
        self.go_to_frame(self.frame - key_command.times)

    def end_grid(self) -> None:
        """Switch the grid off, so that the next drawing shows one take."""
        self.clear_source()
        self.is_on, self._loaded = False, ()

    async def load_page(self, story: Story, list_page: Callable[[], tuple[Take, ...]]) -> None:
        """Load the takes that `list_page` returns, unless they are loaded already."""
        page = list_page()
        ids = tuple(take.id for take in page)
        if not page or ids == self._loaded:
            return
        paths = self._screen.studio_app.studio.require_project().paths

        def read() -> PlaySource:
            from milimo_tui.tui.review.take_player import load_playable_take

            plans = tuple(load_playable_take(story, paths, take).plan for take in page)
            return PlaySource(plans, plans[0].name)

        try:
            source = await self._screen.in_thread(read)
        except MilimoError as error:
            self._screen.studio_app.show_error(error)
            return
        if self.is_on and ids == tuple(take.id for take in list_page()):
            self._loaded = ids
            self.set_source(source)


def draw_take_grid(
    grid: TakeGrid,
    story: Story,
    takes: tuple[Take, ...],
    page: tuple[Take, ...],
    take: Take | None,
    ink: TextStyles,
) -> None:
    """Draw the cells of a page with their captions. The pictures are drawn later, when their plans are
    loaded.
    """
    ratio = story.project.width / max(1, story.project.height)
    grid.arrange_cells(make_grid_captions(story, takes, page, take, ink), ratio)


def make_grid_captions(
    story: Story, takes: tuple[Take, ...], page: tuple[Take, ...], here: Take | None, ink: TextStyles
) -> list[tuple[Text, ...]]:
    """Return a caption for each take of the page: cursor, take number, judgement, and the settings in which
    the take differs from the others. `here` is the take under the cursor.
    """
    from milimo_tui.studio.script import sweep_pages

    values: Mapping[str, Mapping[str, Any]] = {take.id: sweep_pages.list_take_values(take) for take in takes}
    own = sweep_pages.list_differing_values(values.values())
    shot = next((shot for shot in story.shots if takes and shot.id == takes[0].shot), None)
    shown = picked_takes.pick_from_takes(shot, takes) if shot is not None else None
    places = {take.id: place for place, take in enumerate(takes, 1)}
    return [
        format_grid_caption(
            take,
            places[take.id],
            sweep_pages.make_take_label(values[take.id], own),
            ink,
            here=here is not None and take.id == here.id,
            picked=shown is not None and take.id == shown.id,
        )
        for take in page
    ]


def format_grid_caption(
    take: Take, place: int, own: str, ink: TextStyles, *, here: bool, picked: bool
) -> tuple[Text, ...]:
    """Return a take's caption, `▸ take 2 ● ★★★ seed 511`, and a shorter version for a narrow cell. `own`
    describes the settings in which the take differs from the others.
    """
    sign, style = (PICKED, ink.picked) if picked else (EMPTY, ink.muted)
    if take.rejected:
        sign, style = REJECTED, ink.failed
    stars = (f" {STARS * take.rating}" if take.rating else "", ink.stale)
    words = (f"  {own}" if own else "", ink.muted)
    bar, name = ("▸ " if here else "  ", ink.accent), ink.strong if here else ink.text
    whole = join_line(bar, (f"take {place} ", name), (sign, style), stars, words)
    return whole, join_line(bar, (f"{place} ", name), (sign, style), stars, (words[0][1:], ink.muted))
