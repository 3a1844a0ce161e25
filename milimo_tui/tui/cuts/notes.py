"""The notes and markers of the cut as a list of tasks, with the frame of the note under the cursor.

Every action is a registered command. Esc returns to the timeline; Enter goes to the note's frame there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from rich.text import Text
from textual.containers import Vertical
from textual.widget import Widget

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.format import format_count
from milimo_tui.core.screens import ListName
from milimo_tui.cut.layout.excerpt import create_excerpt, find_excerpt_range
from milimo_tui.cut.layout.layout import Layout, layout
from milimo_tui.cut.notes.marker_colours import MarkerColour
from milimo_tui.cut.notes.note_list import Thread, find_next_open_task, list_threads
from milimo_tui.studio.project.screen_next_step import NextStep, ScreenPlace
from milimo_tui.tui.cuts.notes_lines import (
    FILTERS,
    build_note_detail_rows,
    build_note_rows,
    filter_notes,
    format_note_headings,
)
from milimo_tui.tui.cuts.timeline_playhead import find_timeline_playhead
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.keys.completion import list_path_completions
from milimo_tui.tui.panes.paned_screen import PanedScreen
from milimo_tui.tui.panes.split import Split
from milimo_tui.tui.play.monitor import Monitor
from milimo_tui.tui.widgets.empty import Empty
from milimo_tui.tui.widgets.lines import Line
from milimo_tui.tui.widgets.picture import Picture
from milimo_tui.tui.widgets.rows import Rows
from milimo_tui.tui.widgets.text import join_line

if TYPE_CHECKING:
    from milimo_tui.cut.plan.plan import RenderPlan
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.keys.key_parser import KeyCommand


# Number of clips on each side of a note that are included in the render plan for its picture.
CLIPS_AROUND = 50


class NotesScreen(PanedScreen):
    """The screen with the list of notes, and the frame and text of the note under the cursor."""

    MODE = ListName.NOTES
    TITLE = "Notes"
    CONTEXTS = ("notes", "panes", "list", "global")
    CSS_PATH = "notes.tcss"
    AUTO_FOCUS = "#notes"
    UNDOES = "cut"

    def __init__(self) -> None:
        super().__init__()
        self.cut_layout: Layout | None = None
        self.found: tuple[Thread, ...] = ()
        self.names: dict[str, str] = {}
        self.plan: RenderPlan | None = None
        # The range of frames that the plan covers; None means the complete cut.
        self.planned: tuple[int, int] | None = None
        self.which = FILTERS[0]

    def compose_body(self) -> Iterable[Widget]:
        side = Vertical(Picture(id="picture"), Rows(id="words", quiet=True), id="side")
        found = Vertical(Line(id="heads"), Rows(id="notes"), id="found")
        yield Split(found, side, id="pane", wide=110)
        yield Empty(self.with_keys, id="empty")

    def on_mount(self) -> None:
        super().on_mount()
        self.monitor = Monitor(self.studio_app.pictures, "notes")

    @property
    def list(self) -> Rows:
        return self.query_one("#notes", Rows)

    @property
    def here(self) -> Thread | None:
        """The note under the cursor; None if there is none."""
        return next((each for each in self.found if each.marker.id == self.list.key), None)

    @property
    def playhead(self) -> int:
        """The frame of the timeline's playhead."""
        return find_timeline_playhead(self)

    def show_film(self, film: FilmSnapshot | None) -> None:
        if film is None or film.cut is None:
            self.dismiss()
            return
        first = self.cut_layout is None
        self.cut_layout = film.layout or layout(film.cut)
        self.found = list_threads(self.cut_layout)
        story = film.story
        files = {asset.id: asset.name for asset in story.assets}
        self.names = files | {cut.id: cut.name for cut in film.cuts} | dict(story.numbers)
        self._draw_notes()
        if first:
            self._go_to_open_note(self.playhead)
        self.plan = None
        self.run_in_background(self._show_note_frame, "picture", exclusive=True)

    def _draw_notes(self) -> None:
        if self.cut_layout is None:
            return
        notes = filter_notes(self.found, self.which)
        empty = self.query_one(Empty)
        empty.display = not notes
        self.query_one("#pane").display = bool(notes)
        if not notes:
            none = (
                "Nothing is left to do." if self.found else f"“{self.cut_layout.cut.name}” has no notes yet."
            )
            empty.show_guide(
                none,
                [
                    ("{ui.add}", "asks for something at the playhead"),
                    ("{ui.read_in}", "reads a file of notes"),
                    ("{ui.bring}", "copies notes from another cut"),
                ],
            )
        self.query_one("#heads", Line).show_line(*format_note_headings(self.ink))
        self.list.show_rows(build_note_rows(notes, self.cut_layout, self.names, self.ink))
        self._draw_note_details()
        # While the list was hidden it could not have the focus, so nothing has the focus.
        if notes and self.focused is None:
            self.list.focus()
        self.refresh_lines()

    def _draw_note_details(self) -> None:
        words = self.query_one("#words", Rows)
        if self.here is not None and self.cut_layout is not None:
            width = max(16, words.size.width - 3)
            words.show_rows(build_note_detail_rows(self.here, self.cut_layout, self.names, self.ink, width))

    def _go_to_open_note(self, frame: int) -> None:
        """Put the cursor on the first note at or after `frame` whose task is open."""
        found = find_next_open_task(self.found, frame - 1)
        if found is not None:
            self._select_note(found)

    def _select_note(self, thread: Thread) -> None:
        keys = [row.key for row in self.list.rows]
        if thread.marker.id in keys:
            self.list.move_to(keys.index(thread.marker.id))

    async def _plan_around_frame(self, frame: int) -> None:
        """Make a render plan for the clips around a frame. Planning all of a long cut would take too long."""
        film, placed, studio = self.film, self.cut_layout, self.studio_app.studio
        if film is None or placed is None or not placed.cut.clips:
            return

        def plan_excerpt() -> tuple[RenderPlan, tuple[int, int] | None]:
            from milimo_tui.studio.render.render_plan import plan_current_cut

            around = find_excerpt_range(placed, frame, CLIPS_AROUND)
            cut = create_excerpt(placed, *around) if around else placed.cut
            return plan_current_cut(replace(film, cut=cut), studio.require_project()), around

        try:
            self.plan, self.planned = await self.in_thread(plan_excerpt)
        except MilimoError as error:
            self.plan = None
            self.studio_app.show_error(error)

    async def _show_note_frame(self) -> None:
        """Show the frame of the note under the cursor."""
        picture, note = self.query_one(Picture), self.here
        if note is None or note.frame is None or not picture.display:
            return
        start, end = self.planned or (0, note.frame + 1)
        if self.plan is None or not start <= note.frame < end:
            await self._plan_around_frame(note.frame)
        wide, high = picture.wanted_pixels
        drawing = None
        if self.plan is not None:
            drawing = await self.monitor.draw_plan_frame(
                self.plan, min(note.frame, self.plan.frames - 1), wide, high
            )
        if picture.is_attached and note is self.here:
            picture.show_own_drawing(drawing, self.monitor.problem or "no picture here")

    def on_rows_moved(self, event: Rows.Moved) -> None:
        if event.rows.id == "notes":
            self._draw_note_details()
            self.run_in_background(self._show_note_frame, "picture", exclusive=True)

    def on_picture_resized(self, event: Picture.Resized) -> None:
        self._draw_note_details()
        self.run_in_background(self._show_note_frame, "picture", exclusive=True)

    def get_current_place(self) -> ScreenPlace:
        here = self.here
        left = [each for each in self.found if each.is_task and not each.marker.done]
        if not left:
            return ScreenPlace(self.MODE)
        if here is not None and here in left:
            words, does, step_action = f"to do: “{here.marker.text}”", "goes there", "ui.enter"
        else:
            words, does, step_action = f"{len(left)} to do", "goes to the next", "ui.first_to_do"
        step = NextStep("", "cut.notes", words, does=does, act=step_action)
        return ScreenPlace(self.MODE, step=step, acts=("ui.tick", "ui.enter", "ui.reply"))

    @action
    def act_first_to_do(self, key_command: KeyCommand) -> None:
        """Put the cursor on the first note whose task is open."""
        self._go_to_open_note(0)

    def format_header_facts(self) -> Text:
        ink = self.ink
        left = sum(each.is_task and not each.marker.done for each in self.found)
        done = sum(each.marker.done for each in self.found)
        filter_note = "" if self.which == "all" else f"   {self.which} alone"
        return join_line(
            (f"{left} to do", ink.stale if left else ink.muted), (f"   {done} done{filter_note}", ink.muted)
        )

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Go to the note's frame on the timeline (Enter)."""
        note = self.here
        if note is None or note.frame is None:
            self.show_message("the frame of this note is trimmed off", "warn", "lengthen the clip to see it")
            return
        self.studio_app.run_in_background(partial(self.studio_app.return_from_list, note.frame), "acts")

    @action
    def act_next_item(self, key_command: KeyCommand) -> None:
        self._go_to_next_open_note(1)

    @action
    def act_previous_item(self, key_command: KeyCommand) -> None:
        self._go_to_next_open_note(-1)

    def _go_to_next_open_note(self, step: int) -> None:
        at = self.here.frame if self.here is not None and self.here.frame is not None else -1
        found = find_next_open_task(self.found, at, step)
        if found is None:
            self.show_message("all notes are done", "good")
        else:
            self._select_note(found)

    @action
    def act_filter(self, key_command: KeyCommand) -> None:
        """Switch to the next filter: all notes and markers, only open tasks, or all except plain markers."""
        self.which = FILTERS[(FILTERS.index(self.which) + 1) % len(FILTERS)]
        self._draw_notes()

    @action
    async def act_tick(self, key_command: KeyCommand) -> None:
        note = self.here
        if note is not None:
            done = await self.run_and_wait("cut.note_done", notes=[note.marker.id], undone=note.marker.done)
            if done is not None and not note.marker.done:
                self.list.move_to(self.list.cursor + 1)

    @action
    async def act_add(self, key_command: KeyCommand) -> None:
        text = await self.ask_text("text of the note", name="NOTE")
        if text:
            await self.run_and_wait("cut.note_add", text=text, at=str(self.playhead))

    @action
    async def act_reply(self, key_command: KeyCommand) -> None:
        note = self.here
        text = await self.ask_text("answer to the note", name="NOTE") if note is not None else None
        if note is not None and text:
            await self.run_and_wait("cut.note_reply", note=note.marker.id, text=text)

    @action
    async def act_edit(self, key_command: KeyCommand) -> None:
        note = self.here
        text = (
            await self.ask_text("text of the note", note.marker.text, name="NOTE")
            if note is not None
            else None
        )
        if note is not None and text is not None and text != note.marker.text:
            await self.run_and_wait("cut.note_set", note=note.marker.id, text=text)

    @action
    async def act_colour(self, key_command: KeyCommand) -> None:
        note = self.here
        if note is None:
            return
        colour = await self.ask_text(
            "colour of the note", note.marker.colour, name="NOTE", suggestions=tuple(MarkerColour)
        )
        if colour is not None:
            await self.run_and_wait("cut.note_set", note=note.marker.id, colour=colour)

    @action
    async def act_delete(self, key_command: KeyCommand) -> None:
        if self.here is not None:
            await self.run_and_wait("cut.note_delete", notes=[self.here.marker.id])

    @action
    async def act_read_in(self, key_command: KeyCommand) -> None:
        """Ask for a file of notes and import it. If there are frozen cuts, ask which of them the notes are
        about.
        """
        file = await self.ask_text("file of notes to import", name="READ", lines=list_path_completions)
        if not file:
            return
        about = ""
        if versions := self._list_other_cut_names(frozen=True):
            answer = await self.ask_text(
                "the notes are about the cut", versions[-1], name="READ", suggestions=versions
            )
            if answer is None:
                return
            about = answer
        outcome = await self.run_and_wait("cut.note_import", file=file, about=about)
        if outcome is not None and outcome.text:
            self.studio_app.show_text("Differences from the file", outcome.text)

    @action
    async def act_bring(self, key_command: KeyCommand) -> None:
        others = self._list_other_cut_names()
        if not others:
            self.show_message(
                "there is no other cut to copy notes from", "warn", "{ui.cuts} saves a version of this one"
            )
            return
        cut = await self.ask_text("copy notes from the cut", others[-1], name="BRING", suggestions=others)
        outcome = await self.run_and_wait("cut.note_bring", cut=cut) if cut else None
        if outcome is not None and outcome.text:
            lost = format_count(len(outcome.data["lost"]), "note")
            self.studio_app.show_text(f"{lost} without a place now", outcome.text)

    def _list_other_cut_names(self, *, frozen: bool = False) -> tuple[str, ...]:
        film = self.film
        if film is None or film.cut is None:
            return ()
        own = film.cut.id
        return tuple(cut.name for cut in film.cuts if cut.id != own and (cut.frozen or not frozen))

    @action
    async def act_write_out(self, key_command: KeyCommand) -> None:
        file = await self.ask_text(
            "write notes to the file (.txt .csv .edl)", name="WRITE", lines=list_path_completions
        )
        if file:
            await self.run_and_wait("cut.note_export", file=file, open=self.which == "to do")
