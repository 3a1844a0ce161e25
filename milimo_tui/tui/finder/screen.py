"""The finder: a search field, the ranked results below it, and a picture and description of the result under
the cursor.

`find_acts` has the actions on a result, `find_going` opens its screen, and `find_preview` builds its preview.
Searches run in a separate thread; a new search abandons the running one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import aclosing
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual.containers import Horizontal, Vertical
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Label

from milimo_tui.studio.project.find_words import (
    FindQuery,
    complete_find_query,
    parse_find_query,
    search_items,
)
from milimo_tui.studio.project.findables import FINDABLE_KINDS, Findable, FindIndex, list_findables
from milimo_tui.studio.project.found_films import list_readable_films, search_other_films
from milimo_tui.tui.background.work_threads import WorkThread
from milimo_tui.tui.finder.find_acts import FindActs
from milimo_tui.tui.finder.find_going import go_to_find
from milimo_tui.tui.finder.find_preview import FindPreview, read_find_preview
from milimo_tui.tui.finder.finder_rows import TEACHES, build_find_rows, format_find_counts
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.keys.completion import extend_to_common_start
from milimo_tui.tui.panes.paned_screen import PanedScreen
from milimo_tui.tui.panes.split import Split
from milimo_tui.tui.shell.modes import Mode
from milimo_tui.tui.shot.drawn_boards import DrawnBoards
from milimo_tui.tui.shot.portraits import Portraits
from milimo_tui.tui.shot.shot_state import PictureSource
from milimo_tui.tui.terminal.theme import WORKING
from milimo_tui.tui.widgets.empty import Empty
from milimo_tui.tui.widgets.picture import Picture
from milimo_tui.tui.widgets.prompt import SteadyInput
from milimo_tui.tui.widgets.rows import Row, Rows
from milimo_tui.tui.widgets.text import join_line, wrap_words

if TYPE_CHECKING:
    from milimo_tui.story.values.film import Story
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.keys.key_parser import KeyCommand

REST = 0.15  # Seconds that the cursor must rest on a result before its preview is shown.
LONG = 0.3  # Seconds after which reading the film shows its progress.
PLACES = "places"  # The key under which a film stores the results that the user went to last.
MOST_PLACES = 12


class FindField(SteadyInput):
    """The finder's search field. It has the keys of a text field."""

    is_writing = True


class WordsMode(Mode):
    """The mode FIND, active while the search field has the focus."""

    NAME = "FIND"
    CONTEXTS = ("finder_field",)
    HIDES_KEYS = True

    def __init__(self, screen: FinderScreen) -> None:
        self._screen = screen

    @property
    def is_on(self) -> bool:
        return self._screen.typing

    def leave_by_escape(self, key_command: KeyCommand) -> bool:
        """Move the focus from the search field to the results; return False if there are none."""
        return not self._screen.is_asking and self._screen.go_to_results()


class FinderScreen(PanedScreen):
    """The finder screen, which ctrl+f opens over any screen: the search field, the results and the
    preview.
    """

    MODE = "finder"
    TITLE = "Finder"
    NEEDS_FILM = False
    CONTEXTS: ClassVar[tuple[str, ...]] = ("finder", "panes", "list", "global")
    CSS_PATH = "screen.tcss"
    AUTO_FOCUS = "#find-field"

    def __init__(self, words: str = "") -> None:
        """Create the finder with `words` in its search field."""
        super().__init__()
        self._words = words
        self._lane = WorkThread("finder", drops=True)
        self._index: FindIndex | None = None
        # All results of the query, whatever kind is selected, the best first.
        self._found: list[Findable] = []
        self._listed: list[Findable] = []  # The results of the selected kind, which are shown in the list.
        # Results from other films; searched only if this film has no result.
        self._elsewhere: list[Findable] = []
        self._query = FindQuery()
        self._places: list[str] = []
        self._rest: Timer | None = None
        self._progress = (0, 0)  # Number of scenes read so far, and the total, while the film is read.
        # The completions that Tab steps through, and the index of the shown one (-1 for none).
        self._completing: tuple[list[str], int] = ([], -1)
        self._acts = FindActs(self)
        self._boards = DrawnBoards(self)
        self._portraits = Portraits(self, self._schedule_preview)
        self.modes = self.stack_modes(WordsMode(self))
        self._comes = False  # True while the missing picture of the result under the cursor is being drawn.

    def compose_body(self) -> Iterable[Widget]:
        yield Horizontal(
            Label("find", id="find-label"),
            FindField(self._words, compact=True, id="find-field", select_on_focus=False),
            Label("", id="find-counts", markup=False),
            id="find-row",
        )
        side_pane = Vertical(Picture(id="find-picture"), Rows(id="about", quiet=True), id="beside")
        found = Vertical(Rows(id="finds", always_active=True), Empty(self.with_keys, id="empty"), id="found")
        yield Split(found, side_pane, id="found-row")

    @property
    def own_parts(self) -> tuple[object, ...]:
        return (self._acts,)

    @property
    def rows(self) -> Rows:
        return self.query_one("#finds", Rows)

    @property
    def field(self) -> FindField:
        return self.query_one(FindField)

    @property
    def here(self) -> Findable | None:
        """The result under the cursor; None if there is none."""
        return next((each for each in self._listed if each.unique_key == self.rows.key), None)

    def on_mount(self) -> None:
        super().on_mount()
        self.rows.can_focus = True
        self.run_in_background(self._read_last_places, "places")
        self._draw_finder()

    def redraw_resized_panes(self) -> None:
        # Redraw without searching again, because a search would discard the listed results from other films.
        self._draw_finder()

    def on_unmount(self) -> None:
        self._lane.close()

    def show_film(self, film: FilmSnapshot | None) -> None:
        self._index = None
        self._search_typed_words()

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.input is self.field:
            self._search_typed_words()

    def _search_typed_words(self) -> None:
        """Search for the words in the field. A running search is abandoned."""
        self.run_in_background(partial(self._run_search, self.field.value), "find", exclusive=True)

    async def _run_search(self, typed: str) -> None:
        index = self._index or await self._read_index()
        query = parse_find_query(typed)
        wide = FindQuery(query.words, "" if query.words else query.kind)
        parts = await self._lane.run(lambda: iter(search_items(index, wide)))
        first = await self._lane.run(lambda: next(parts, []))
        if not query.words and not query.kind:
            known = {each.unique_key: each for each in index.items}
            first = [known[key] for key in self._places if key in known]
        is_new = query != self._query
        self._query, self._found, self._elsewhere = query, list(first), []
        self._list_finds(to_first=is_new)
        near = await self._lane.run(lambda: list(chain.from_iterable(parts)))
        if near:
            self._found += near
            self._list_finds()
        if not self._listed and query.words:
            await self._search_other_films(query)

    async def _read_index(self) -> FindIndex:
        """Return the search index of the film and the queue, read in a thread. Progress is shown if reading
        takes long.
        """
        film, queue, studio = self.film, self.studio_app.queue, self.studio_app.studio
        self._progress = (0, 0)

        def step(done: int, total: int) -> None:
            self._progress = (done, total)

        reading = self._lane.run(
            lambda: FindIndex.from_findables(
                list_findables(film, queue.jobs, list_readable_films(studio), step)
            )
        )
        while not reading.done():
            await asyncio.wait({reading}, timeout=LONG)
            if not reading.done():
                self._draw_find_counts()
        self._progress = (0, 0)
        index = await reading
        self._index = index if film is self.film else None
        return index

    async def _search_other_films(self, query: FindQuery) -> None:
        """Search the other films. The screen then shows the number of results, and Enter lists them."""
        studio = self.studio_app.studio

        def is_here() -> bool:
            return self.is_attached and self._query == query

        found = await self._lane.run(
            lambda: list(chain.from_iterable(search_other_films(studio, query, is_here)))
        )
        if is_here() and not self._listed:
            self._elsewhere = found
            self._draw_finder()

    async def _read_last_places(self) -> None:
        """Read the results that the user went to last in this film; they are listed while the field is
        empty.
        """

        def read() -> Any:
            file = self.studio_app.studio.project_or_none()
            return file.ui.get(PLACES) if file is not None else None

        kept = await self.in_thread(read)
        self._places = [each for each in kept if isinstance(each, str)] if isinstance(kept, list) else []
        if self._places and not self.field.value:
            self._search_typed_words()

    def _list_finds(self, *, to_first: bool = False) -> None:
        kind = self._query.kind
        self._listed = [each for each in self._found if not kind or each.kind == kind]
        rows = build_find_rows(self._listed, self._query, self.ink)
        self.rows.show_rows(rows, rows[0].key if to_first and rows else None)
        self._draw_finder()

    def _draw_finder(self) -> None:
        if not self.is_mounted:
            return
        self._draw_find_counts()
        empty, some = self.query_one(Empty), bool(self._listed)
        self.rows.display, empty.display = some, not some
        self.query_one("#beside").display = some
        if some:
            self._schedule_preview()
        elif not self._query.words:
            keymap = self.studio_app.keyboard.keymap
            finder = keymap.find_chord("ui.finder", ("finder_field",))
            taught = [(finder if keys == "ctrl+f" else keys, words) for keys, words in TEACHES]
            empty.show_guide("Type words to search the entire film.", taught)
        elif self._elsewhere:
            films = len({each.film for each in self._elsewhere})
            where = "another film" if films == 1 else f"{films} other films"
            empty.show_guide(
                f"no results in this film; {len(self._elsewhere)} in {where}, Enter searches there", []
            )
        else:
            empty.show_guide(
                "no results",
                [("", "Try fewer letters. Without a colon, all kinds are searched.")],
            )
        self.refresh_lines()

    def _draw_find_counts(self) -> None:
        ink, (done, total) = self.ink, self._progress
        if total:
            words = join_line((f"{WORKING} {done} of {total} scenes", ink.working))
        elif self._query.words or self._query.kind:
            words = format_find_counts(self._found, self._query.kind, ink)
        else:
            words = join_line(("last places" if self._listed else "", ink.muted))
        self.query_one("#find-counts", Label).update(words)

    def on_rows_moved(self, event: Rows.Moved) -> None:
        if event.rows.id == "finds":
            self._schedule_preview()

    def on_picture_resized(self, event: Picture.Resized) -> None:
        self._schedule_preview()

    def _schedule_preview(self) -> None:
        """Show the preview of the result under the cursor once the cursor has rested on it."""
        if not self.is_attached:
            return  # The finder was closed before a portrait was finished.
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.set_timer(
            REST, lambda: self.run_in_background(self._show_find_preview, "preview", exclusive=True)
        )

    async def _show_find_preview(self) -> None:
        """Show the preview's text, and then its picture."""
        found = self.here
        if found is None:
            return
        app, film, ink = self.studio_app, self.film, self.ink
        studio, queue = app.studio, app.queue
        preview: FindPreview = await self._lane.run(
            lambda: read_find_preview(studio, film, queue, found, ink)
        )
        if self.here is not found:
            return
        about = self.query_one("#about", Rows)
        width = max(16, about.size.width - 3)
        about.show_rows(_wrap_preview_lines(preview.lines, width))
        await self._show_find_picture(found, preview.source)

    async def _show_find_picture(self, found: Findable, source: PictureSource) -> None:
        """Show the picture of a result. The previous picture stays until the new one is drawn."""
        picture, pictures = self.query_one(Picture), self.studio_app.pictures
        columns, rows = picture.size
        drawing, is_on = None, self.studio_app.terminal.pictures != "off"
        self._comes = False
        if not source.path and is_on:
            source = await self._draw_missing_picture(found)
        if source.path and is_on:
            bars = self.ink.get_rgb("surface")
            drawing = await pictures.draw_file(
                Path(source.path), columns, rows, seconds=source.seconds, bars=bars, crop=source.crop
            )
        if self.here is found:
            words = "offline" if source.path else "…" if self._comes else "no picture"
            picture.show_shared_drawing(drawing, words)

    async def _draw_missing_picture(self, found: Findable) -> PictureSource:
        """Draw a picture for a shot or an element that has none, store it with the film, and return its
        source. Return an empty source if no picture can be drawn yet.
        """
        story = self.film.story if self.film is not None and not found.film else None
        if story is not None and found.kind == "element":
            return await self._find_or_draw_portrait(story, found.id)
        shot = next((each for each in story.shots if each.id == found.shot), None) if story else None
        if story is not None and shot is not None:
            async with aclosing(self._boards.draw_boards({shot.id: (story, shot)})) as drawn:
                async for _, path in drawn:
                    if path is not None:
                        return PictureSource(str(path))
        return PictureSource()

    async def _find_or_draw_portrait(self, story: Story, id: str) -> PictureSource:
        """Return an element's portrait. If it is missing, start drawing it and return an empty source; the
        preview is updated later.
        """
        element = next((each for each in story.elements if each.id == id), None)
        if element is None:
            return PictureSource()
        portrait = await self.in_thread(partial(self._portraits.find_portrait, story, element))
        if not portrait.is_there:
            self._comes = portrait.path not in self._portraits.failed
            if self._comes:
                self._portraits.draw_missing(story, (element,))
            return PictureSource()
        return PictureSource(str(portrait.path))

    @action
    def act_accept(self, key_command: KeyCommand) -> None:
        """Go to the result under the cursor. If this film has no results, list the results from other films
        (Enter).
        """
        self.run_in_background(self._accept_find)

    async def _accept_find(self) -> None:
        typed = self.field.value
        if (
            parse_find_query(typed) != self._query
        ):  # Enter may arrive together with the words, before the search for them has run.
            await self._run_search(typed)
        found = self.here
        if found is not None:
            self.close_and_go_to(found)
        elif self._elsewhere:
            self._found = self._elsewhere
            self._list_finds(to_first=True)

    @action
    def act_down(self, key_command: KeyCommand) -> None:
        self.rows.act_down(key_command)

    @action
    def act_up(self, key_command: KeyCommand) -> None:
        self.rows.act_up(key_command)

    @action
    def act_page_down(self, key_command: KeyCommand) -> None:
        self.rows.act_page_down(key_command)

    @action
    def act_page_up(self, key_command: KeyCommand) -> None:
        self.rows.act_page_up(key_command)

    @action
    async def act_complete(self, key_command: KeyCommand) -> None:
        """Complete the typed text to a kind of result or to a word of the film. Pressing Tab again shows the
        next completion.
        """
        await self._complete_find_words(1)

    @action
    async def act_complete_back(self, key_command: KeyCommand) -> None:
        await self._complete_find_words(-1)

    async def _complete_find_words(self, step: int) -> None:
        field, (offered, place) = self.field, self._completing
        typed = field.value
        if place >= 0 and offered[place] == typed:
            place = (place + step) % len(offered)
        else:
            index, found = self._index or await self._read_index(), tuple(self._found[:50])
            offered = await self._lane.run(lambda: complete_find_query(index, typed, found))
            if not offered or field.value != typed:
                return
            longer = extend_to_common_start(typed, offered)
            if longer != typed and longer not in offered:
                field.value, field.cursor_position = longer, len(longer)
                return
            place = offered.index(longer) if longer in offered else 0
        self._completing = offered, place
        field.value = offered[place]
        field.cursor_position = len(field.value)

    def go_to_results(self) -> bool:
        """Move the focus from the search field to the list of results; return False if the list is empty."""
        if self._listed:
            self.set_focus(self.rows)
            self.refresh_lines()
        return bool(self._listed)

    @action
    async def act_search(self, key_command: KeyCommand) -> None:
        """Move the focus back to the search field (/)."""
        self.set_focus(self.field)
        self.refresh_lines()

    @action
    def act_filter(self, key_command: KeyCommand) -> None:
        """Show only the next kind of result; after the last kind, show all again (f)."""
        there = [kind for kind in FINDABLE_KINDS if any(each.kind == kind for each in self._found)]
        order = ["", *there]
        place = order.index(self._query.kind) if self._query.kind in order else 0
        kind = order[(place + 1) % len(order)]
        words = self.field.value.partition(":")[2] if self._query.kind else self.field.value
        self.field.value = f"{kind}: {words.strip()}" if kind else words.strip()

    @action
    async def act_finder(self, key_command: KeyCommand) -> None:
        """Close the finder and open the command palette with the typed text (ctrl+f)."""
        app, words = self.studio_app, self.field.value
        await self.dismiss()
        app.run_in_background(partial(app.open_commands, words), "acts")

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        event.stop()
        found = self.here
        if event.rows.id == "finds" and found is not None:
            self.close_and_go_to(found)

    def close_and_go_to(self, found: Findable) -> None:
        """Close the finder and go to a result. Put the result first in the list of results that the user went
        to last.
        """
        app = self.studio_app
        if not found.film and found.kind != "film":
            self._places = [found.unique_key, *(each for each in self._places if each != found.unique_key)][
                :MOST_PLACES
            ]
            app.save_ui_value(PLACES, self._places)

        async def go() -> None:
            if self.is_attached:
                await self.dismiss()
            await go_to_find(app, found)

        app.run_in_background(go, "acts")


def _wrap_preview_lines(lines: Sequence[Text], width: int) -> list[Row]:
    """Return lines as rows, wrapped to `width` cells. If a line must be wrapped, all of its rows get one
    style: the style of the line's last part that has a style.
    """
    out: list[Row] = []
    for text in lines:
        if text.cell_len <= width:
            out.append(Row("", text))
            continue
        style = text.spans[-1].style if text.spans else text.style
        out += [Row("", Text(piece, style=style)) for piece in wrap_words(text.plain, width)]
    return out
