"""The list of the film's cuts, with the differences of each from the current cut. Cuts can be switched,
copied, frozen and reframed.

Every action is a registered command.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual.containers import Vertical
from textual.widget import Widget

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.format import format_clock_duration, format_count
from milimo_tui.core.screens import ListName
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.notes.note_list import list_threads
from milimo_tui.cut.values.cut import Cut
from milimo_tui.tui.cuts.notes_lines import (
    build_current_cut_rows,
    build_cut_rows,
    build_difference_rows,
    format_cut_headings,
)
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.panes.paned_screen import PanedScreen
from milimo_tui.tui.panes.split import Split
from milimo_tui.tui.play.full_screen import open_full_screen_player
from milimo_tui.tui.terminal.theme import EMPTY, OFFLINE
from milimo_tui.tui.widgets.lines import Line
from milimo_tui.tui.widgets.picture_widget import Pictured
from milimo_tui.tui.widgets.poster_strip import PosterItem, PosterStrip
from milimo_tui.tui.widgets.rows import Rows
from milimo_tui.tui.widgets.text import join_line

if TYPE_CHECKING:
    from milimo_tui.cut.compare.comparison import CutDifference
    from milimo_tui.cut.plan.plan import RenderPlan
    from milimo_tui.cut.plan.visible_file import ShownFile
    from milimo_tui.store.project.project_file import ProjectFile
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.keys.key_parser import KeyCommand


BELOW = 13  # Number of rows reserved below the pictures for the list and the differences.


class CutsScreen(PanedScreen):
    """The screen with a picture of each cut, the list of cuts, and the differences of the cut under the
    cursor.
    """

    MODE = ListName.CUTS
    TITLE = "Cuts"
    CONTEXTS = ("cuts", "panes", "list", "global")
    CSS_PATH = "cuts.tcss"
    AUTO_FOCUS = "#cuts"

    def __init__(self) -> None:
        super().__init__()
        # Facts by cut id: `current` (True for the current cut), `frames` (its length) and `to_do` (the number
        # of its open tasks).
        self.cut_facts: dict[str, dict[str, Any]] = {}

    def compose_body(self) -> Iterable[Widget]:
        found = Vertical(Line(id="heads"), Rows(id="cuts"), id="found")
        cuts = Vertical(PosterStrip(id="frames"), found, id="pane")
        yield Split(cuts, Rows(id="differences", quiet=True), id="split", wide=160)

    @property
    def list(self) -> Rows:
        return self.query_one("#cuts", Rows)

    @property
    def here(self) -> Cut | None:
        """The cut under the cursor; None if there is none."""
        key = self.list.key
        return next((cut for cut in self.film.cuts if cut.id == key), None) if self.film else None

    def show_film(self, film: FilmSnapshot | None) -> None:
        if film is None or not film.cuts:
            self.dismiss()
            return
        facts = {}
        for cut in film.cuts:
            current = film.cut is not None and cut.id == film.cut.id
            placed = film.layout if current and film.layout is not None else layout(cut)
            open_ = sum(each.is_task and not each.marker.done for each in list_threads(placed))
            facts[cut.id] = {"current": current, "frames": placed.frames, "to_do": open_}
        self.cut_facts = facts
        self._draw_cuts()
        self.query_one(PosterStrip).renew_posters()
        self.run_in_background(self._show_cut_differences, "compare", exclusive=True)

    def on_resize(self) -> None:
        super().on_resize()
        self.call_after_refresh(self._draw_cuts)

    def _draw_cuts(self) -> None:
        if self.film is not None:
            width = self.list.size.width
            self.query_one("#heads", Line).show_line(*format_cut_headings(self.ink, width))
            opens_on = self.film.cut.id if self.film.cut is not None and not self.list.rows else None
            self.list.show_rows(build_cut_rows(self.film.cuts, self.cut_facts, self.ink, width), opens_on)
            self._draw_cut_frames()

    def _draw_cut_frames(self) -> None:
        """Create the strip that shows a frame of every cut: the frame at the cut's playhead. The pictures are
        loaded later, when the strip requests them.
        """
        items = []
        for cut in self.film.cuts if self.film else ():
            frames = self.cut_facts[cut.id]["frames"]
            items.append(
                PosterItem(cut.id, cut.name, format_clock_duration(float(frames / cut.rate)), cut.id)
            )
        strip, found = self.query_one(PosterStrip), self.query_one("#found").size
        strip.show_posters(items, self.list.key)
        strip.fit_to_body(found.width, self.query_one("#body").size.height, BELOW)

    def on_pictured_wanted(self, event: Pictured.Wanted) -> None:
        self.run_in_background(partial(self._load_cut_frames, event), "frames", exclusive=True)

    async def _load_cut_frames(self, event: Pictured.Wanted) -> None:
        """Load and show the requested frames one after the other."""
        cuts = {cut.id: cut for cut in self.film.cuts} if self.film else {}
        strip, ground = event.shown_in, self.ink.get_rgb("background")
        for id in event.pictures:
            cut, drawing = cuts.get(id), None
            shown = await self.in_thread(partial(self._find_playhead_file, cut)) if cut is not None else None
            if shown is not None:
                columns, rows = strip.picture_cells
                drawing = await self.studio_app.pictures.draw_file(
                    Path(shown.path), columns, rows, seconds=float(shown.seconds), bars=ground
                )
            if drawing is not None:
                strip.set_picture(id, drawing)
            else:
                strip.mark_picture_missing(id, EMPTY if shown is None else OFFLINE)

    def _find_playhead_file(self, cut: Cut) -> ShownFile | None:
        """Return the media file that a cut shows at its playhead; None for an empty cut or a gap. Call in a
        thread.
        """
        from milimo_tui.cut.plan.visible_file import find_shown_file
        from milimo_tui.studio.render.frozen_takes import load_frozen_takes
        from milimo_tui.studio.render.render_plan import plan_cut_range

        film, frames = self.film, self.cut_facts[cut.id]["frames"]
        if film is None or not frames:
            return None
        project, at = self.studio_app.studio.require_project(), min(cut.playhead, frames - 1)
        takes = load_frozen_takes(project, film.cuts)
        try:
            plan = plan_cut_range(film.story, project.paths, cut, at, at + 1, cuts=film.cuts, kept=takes)
        except MilimoError:
            # No plan is possible, for example for a cut that contains itself. The error is reported when the
            # user opens that cut.
            return None
        return find_shown_file(plan, 0)

    def on_poster_strip_clicked(self, event: PosterStrip.Clicked) -> None:
        self.list.show_rows(self.list.rows, key=event.key)

    def format_header_facts(self) -> Text:
        cuts = self.film.cuts if self.film else ()
        frozen = sum(cut.frozen for cut in cuts)
        return join_line(
            (format_count(len(cuts), "cut"), self.ink.muted), (f"   {frozen} frozen", self.ink.muted)
        )

    def on_rows_moved(self, event: Rows.Moved) -> None:
        if event.rows.id == "cuts":
            self.query_one(PosterStrip).choose_poster(event.key)
            self.run_in_background(self._show_cut_differences, "compare", exclusive=True)

    async def _show_cut_differences(self) -> None:
        """List the changes between the cut under the cursor and the current cut. For the current cut itself,
        describe its contents.
        """
        cut, film, studio = self.here, self.film, self.studio_app.studio
        if cut is None or film is None or film.cut is None:
            return
        current, rows = film.cut, self.query_one("#differences", Rows)
        if cut.id == current.id:
            placed = film.layout if film.layout is not None else layout(current)
            rows.show_rows(
                build_current_cut_rows(
                    placed, len(film.cuts), self.ink, self.with_keys, max(16, rows.size.width - 4)
                )
            )
            return

        def read() -> tuple[CutDifference, ...]:
            from milimo_tui.studio.cuts.versions import compare_film_cuts

            return compare_film_cuts(studio, cut, current)

        found = await self.in_thread(read)
        if rows.is_attached:
            rows.show_rows(build_difference_rows(cut, current, found, self.ink, rows.size.width - 4))

    async def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Make the cut under the cursor the current cut, and open the timeline (Enter)."""
        if event.rows.id == "cuts" and await self.run_and_wait("cut.use", name=event.key) is not None:
            self.studio_app.run_in_background(self.studio_app.return_from_list, "acts")

    def get_play_arguments(self) -> tuple[str, ...]:
        """Return the arguments of the command `play` for the cut under the cursor: the cut's id."""
        return (self.here.id,) if self.here is not None else ()

    @action
    def act_full_screen(self, key_command: KeyCommand) -> None:
        """Play the cut under the cursor in full screen (F)."""
        cut = self.here
        if cut is None:
            return

        def plan(project: ProjectFile, film: FilmSnapshot) -> RenderPlan:
            from milimo_tui.studio.render.playable_plans import plan_cut_playback

            return plan_cut_playback(project, film, cut)

        open_full_screen_player(self, cut.name, plan)

    @action
    async def act_add(self, key_command: KeyCommand) -> None:
        cut = self.here
        name = await self.ask_text(f"name for a copy of “{cut.name}”", name="CUT") if cut else None
        if cut and name:
            await self.run_and_wait("cut.new", name=name, copy_of=cut.id)

    @action
    async def act_freeze(self, key_command: KeyCommand) -> None:
        """Save a frozen copy of the cut under the cursor. If the user enters no name, the copy is
        numbered.
        """
        cut = self.here
        name = await self.ask_text(f"name for a frozen copy of “{cut.name}”", name="CUT") if cut else None
        if cut and name is not None:
            await self.run_and_wait("cut.freeze", name=name, of=cut.id)

    @action
    async def act_rename(self, key_command: KeyCommand) -> None:
        cut, film = self.here, self.film
        if cut is None or film is None or film.cut is None or cut.id != film.cut.id:
            self.show_message(
                "only the current cut can be renamed", "warn", "Enter makes this cut the current one"
            )
            return
        name = await self.ask_text("the cut's name", cut.name, name="CUT")
        if name:
            await self.run_and_wait("cut.rename", name=name)

    @action
    async def act_reframe(self, key_command: KeyCommand) -> None:
        """Ask for a new size and frame rate for the current cut, or for a copy of it."""
        if self.film is None or self.film.cut is None:
            return
        called = self.film.cut.name
        size = await self.ask_text(
            f"size in pixels of “{called}”, such as 1080x1920 (empty: unchanged)", name="CUT"
        )
        rate = (
            None if size is None else await self.ask_text("frames per second (empty: unchanged)", name="CUT")
        )
        name = (
            None
            if rate is None
            else await self.ask_text("name of a copy to change (empty: change this cut)", name="CUT")
        )
        if name is not None and (size or rate):
            await self.run_and_wait("cut.reframe", size=size or "", rate=rate or "", name=name)

    @action
    async def act_delete(self, key_command: KeyCommand) -> None:
        cut = self.here
        if cut and await self.confirm(f"Delete the cut “{cut.name}”?"):
            await self.run_and_wait("cut.delete", name=cut.id)
