"""The grid: two or more takes of a shot, shown at the same frame and played in step (`v`).

The take under the cursor is the shown take, so every key of the screen acts on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from rich.text import Text
from textual import events
from textual.containers import Grid, Vertical
from textual.message import Message

from milimo_tui.core.errors import MilimoError
from milimo_tui.story.values import picked_takes
from milimo_tui.tui.play.play_source import PlaySource
from milimo_tui.tui.play.source_player import SourcePlayer
from milimo_tui.tui.review.review_layout import compute_grid_layout
from milimo_tui.tui.review.review_lines import REJECTED
from milimo_tui.tui.shell.modes import Mode
from milimo_tui.tui.terminal.theme import EMPTY, PICKED, STARS, TextStyles
from milimo_tui.tui.widgets.lines import Line
from milimo_tui.tui.widgets.picture import Picture
from milimo_tui.tui.widgets.text import join_line, truncate_line

if TYPE_CHECKING:
    from milimo_tui.story.values.film import Story, Take
    from milimo_tui.studio.project.review import ReviewItem
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.play.monitor import PlanFrame
    from milimo_tui.tui.play.viewing_keys import ViewingKeys
    from milimo_tui.tui.review.take_player import TakePlayer
    from milimo_tui.tui.shell.screen import StudioScreen

MOST = 9  # Maximum takes of a page.
PICTURES = tuple(f"grid-{place}" for place in range(MOST))
LEAST = 2  # Minimum takes of a grid.


class GridCell(Vertical):
    """A take of the grid: its picture above a caption that distinguishes it from the others."""

    class Clicked(Message):
        """Posted for a click on a cell, with its index on the page."""

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
    """The cells of a page; `arrange_cells` places the used ones."""

    def __init__(self, *, id: str) -> None:
        super().__init__(*(GridCell(place) for place in range(MOST)), id=id)

    def arrange_cells(self, captions: Sequence[tuple[Text, ...]], ratio: float) -> None:
        """Show one cell for each caption, each picture as large as possible."""
        found = compute_grid_layout(len(captions), max(1, self.size.width), max(1, self.size.height), ratio)
        self.styles.grid_size_columns, self.styles.grid_size_rows = found.columns, found.rows
        for cell in self.query(GridCell):
            cell.display = cell.place < len(captions)
            if cell.display:
                room, words = max(4, found.wide - 2), captions[cell.place]
                fitting = next((each for each in words if each.cell_len <= room), words[-1])
                cell.query_one(Line).show_line(truncate_line(fitting, room))


class GridPlayer(SourcePlayer):
    """Plays the takes of a page in step."""

    def act_right(self, key_command: KeyCommand) -> None:
        self.go_to_frame(self.frame + key_command.times)

    def act_left(self, key_command: KeyCommand) -> None:
        self.go_to_frame(self.frame - key_command.times)


class GridOwner(Protocol):
    """The screen whose takes a grid shows: the item under its cursor, and its drawing."""

    compared_take: str
    take_player: TakePlayer

    @property
    def story(self) -> Story | None: ...
    @property
    def item(self) -> ReviewItem | None: ...
    @property
    def take(self) -> Take | None: ...
    def draw_current_item(self) -> None:
        """Draw the item under the cursor and the shown take."""

    def load_take(self) -> None: ...


class GridKeys(Mode):
    """The mode in which several takes are shown: switches the grid on and off, moves its cursor, loads its
    takes.
    """

    is_on = False

    def __init__(
        self,
        screen: StudioScreen,
        core: GridOwner,
        viewing_keys: ViewingKeys[PlanFrame],
        *,
        on_moved: Callable[[], None],
        see: Callable[[str], None],
    ) -> None:
        """Create the grid. `on_moved` is called when the playhead has moved; `see` shows a take of the shot
        by its id.
        """
        self._screen, self._core, self._see = screen, core, see
        self.player = GridPlayer(screen, PICTURES, viewing_keys, on_moved=on_moved)
        self.is_on = False
        self._loaded: tuple[str, ...] = ()  # Ids of the takes of the page.

    @property
    def takes(self) -> tuple[Take, ...]:
        """All takes of the shot under the cursor, oldest first."""
        story, item = self._core.story, self._core.item
        shot = item.shot if item else ""
        return tuple(take for take in story.takes if take.shot == shot) if story and shot else ()

    @property
    def page(self) -> tuple[Take, ...]:
        """The visible takes: those of the page that has the cursor."""
        takes, here = self.takes, self._core.take
        place = next((at for at, take in enumerate(takes) if here and take.id == here.id), 0)
        first = place // MOST * MOST
        return takes[first : first + MOST]

    def act_grid(self, key_command: KeyCommand) -> None:
        """v: show the takes of this shot in a grid, or this take alone again."""
        if self.is_on:
            self.leave_grid()
        elif self._core.item is None:
            self._screen.show_message("no take is under the cursor yet", hint="{ui.filter} lists every take")
        elif len(self.takes) < LEAST:
            self._screen.show_message(
                "the shot has no other take", "warn", "{ui.edit} opens it; {shot:shot.make} there makes one"
            )
        else:
            frame = self._core.take_player.frame
            self._core.take_player.halt_playback()
            self.is_on, self.player.frame = True, frame
            self._core.compared_take = ""
            self._core.draw_current_item()
            self._core.load_take()

    def leave_by_escape(self, key_command: KeyCommand) -> bool:
        self.leave_grid()
        return True

    def leave_grid(self) -> None:
        """Show one take alone, at the same frame."""
        frame = self.player.frame
        self.end_grid()
        self._core.draw_current_item()
        self._core.take_player.frame = frame
        self._core.load_take()

    def end_grid(self) -> None:
        """End the grid; the next drawing shows one take."""
        self.player.clear_source()
        self.is_on, self._loaded = False, ()

    def act_take_next(self, key_command: KeyCommand) -> None:
        self._step_grid_cursor(key_command.times)

    def act_take_previous(self, key_command: KeyCommand) -> None:
        self._step_grid_cursor(-key_command.times)

    def _step_grid_cursor(self, by: int) -> None:
        takes, here = self.takes, self._core.take
        place = next((at for at, take in enumerate(takes) if here and take.id == here.id), 0)
        self._see(takes[(place + by) % len(takes)].id)

    def select_cell(self, place: int) -> None:
        """Put the cursor on the take with this index on the page."""
        page = self.page
        if place < len(page):
            self._see(page[place].id)

    def act_full_screen(self, key_command: KeyCommand) -> None:
        self._screen.show_message(
            "a grid is seen here alone", "warn", "Esc shows this take, {ui.full_screen} then all of it"
        )

    act_player = act_full_screen

    # -- drawing ---------------------------------------------------------------------------------------

    def draw_grid(self, story: Story, grid: TakeGrid) -> None:
        """Draw captions and cells; the pictures follow when their plans are loaded."""
        ratio = story.project.width / max(1, story.project.height)
        grid.arrange_cells(self.make_grid_captions(story), ratio)

    def make_grid_captions(self, story: Story) -> list[tuple[Text, ...]]:
        """Return the caption of each take of the page: cursor, number, judgement, and the values unique to
        the take.
        """
        from milimo_tui.studio.script import sweep_pages

        here, ink, takes = self._core.take, self._screen.ink, self.takes
        values: Mapping[str, Mapping[str, Any]] = {
            take.id: sweep_pages.list_take_values(take) for take in takes
        }
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
            for take in self.page
        ]

    async def load(self) -> None:
        """Load the takes of the page, unless they are loaded already."""
        story, page = self._core.story, self.page
        ids = tuple(take.id for take in page)
        if story is None or not page or ids == self._loaded:
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
        if self.is_on and ids == tuple(take.id for take in self.page):
            self._loaded = ids
            self.player.set_source(source)


def format_grid_caption(
    take: Take, place: int, own: str, ink: TextStyles, *, here: bool, picked: bool
) -> tuple[Text, ...]:
    """Return a take's caption, `▸ take 2 ● ★★★  seed 511`, and a shorter version for a narrow cell."""
    sign, style = (PICKED, ink.picked) if picked else (EMPTY, ink.muted)
    if take.rejected:
        sign, style = REJECTED, ink.failed
    stars = (f" {STARS * take.rating}" if take.rating else "", ink.stale)
    words = (f"  {own}" if own else "", ink.muted)
    bar, name = ("▸ " if here else "  ", ink.accent), ink.strong if here else ink.text
    whole = join_line(bar, (f"take {place} ", name), (sign, style), stars, words)
    return whole, join_line(bar, (f"{place} ", name), (sign, style), stars, (words[0][1:], ink.muted))
