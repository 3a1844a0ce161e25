"""The notes and markers of the cut as a list of tasks, next to the frame of the note under the cursor.

Every action is a command of the registry. Esc goes back to the timeline, Enter to the note's frame there.
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
from milimo_tui.core.format import plural
from milimo_tui.cut.layout.excerpt import excerpt, stretch_around
from milimo_tui.cut.layout.layout import Layout, layout
from milimo_tui.cut.notes.marker_colours import COLOURS
from milimo_tui.cut.notes.note_list import Thread, next_open, threads
from milimo_tui.studio.project.next_here import Place, Step
from milimo_tui.tui.cuts.notes_lines import FILTERS, detail_rows, filtered, note_heads, note_rows
from milimo_tui.tui.keys.completion import paths
from milimo_tui.tui.panes.paned_screen import PanedScreen
from milimo_tui.tui.panes.split import Split
from milimo_tui.tui.play.monitor import Monitor
from milimo_tui.tui.widgets.empty import Empty
from milimo_tui.tui.widgets.lines import Line
from milimo_tui.tui.widgets.picture import Picture
from milimo_tui.tui.widgets.rows import Rows
from milimo_tui.tui.widgets.text import line

if TYPE_CHECKING:
    from milimo_tui.cut.plan.plan import Plan
    from milimo_tui.studio.session.studio import Snapshot
    from milimo_tui.tui.keys.key_parser import KeyCommand


CLIPS_AROUND = 50  # Number of clips planned before and after a note.


class NotesScreen(PanedScreen):
    """The list of notes, with the frame and the text of the note under the cursor."""

    MODE = "notes"
    TITLE = "Notes"
    CONTEXTS = ("notes", "panes", "list", "global")
    CSS_PATH = "notes.tcss"
    AUTO_FOCUS = "#notes"
    UNDOES = "cut"

    def __init__(self) -> None:
        super().__init__()
        self.placed: Layout | None = None
        self.found: tuple[Thread, ...] = ()
        self.names: dict[str, str] = {}
        self.plan: Plan | None = None
        # The range of frames that the plan covers; None means the complete cut.
        self.planned: tuple[int, int] | None = None
        self.which = FILTERS[0]

    def body(self) -> Iterable[Widget]:
        side = Vertical(Picture(id="picture"), Rows(id="words", quiet=True), id="side")
        found = Vertical(Line(id="heads"), Rows(id="notes"), id="found")
        yield Split(found, side, id="pane", wide=110)
        yield Empty(id="empty")

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
        return self.timeline_playhead

    # -- drawing -----------------------------------------------------------------------------------

    def show_film(self, film: Snapshot | None) -> None:
        if film is None or film.cut is None:
            self.dismiss()
            return
        first = self.placed is None
        self.placed = film.layout or layout(film.cut)
        self.found = threads(self.placed)
        story = film.story
        files = {asset.id: asset.name for asset in story.assets}
        self.names = files | {cut.id: cut.name for cut in film.cuts} | dict(story.numbers)
        self._draw()
        if first:
            self._go_near(self.playhead)
        self.plan = None
        self.background(self._show_picture, "picture", exclusive=True)

    def _draw(self) -> None:
        if self.placed is None:
            return
        shown = filtered(self.found, self.which)
        empty = self.query_one(Empty)
        empty.display = not shown
        self.query_one("#pane").display = bool(shown)
        if not shown:
            none = "Nothing is left to do." if self.found else f"“{self.placed.cut.name}” has no notes yet."
            empty.teach(
                none,
                [
                    ("{ui.add}", "asks for something at the playhead"),
                    ("{ui.read_in}", "reads a file of notes"),
                    ("{ui.bring}", "brings those of another cut"),
                ],
            )
        self.query_one("#heads", Line).show(*note_heads(self.ink))
        self.list.show(note_rows(shown, self.placed, self.names, self.ink))
        self._draw_words()
        if shown and self.focused is None:  # The list was hidden, so nothing has the focus.
            self.list.focus()
        self.refresh_lines()

    def _draw_words(self) -> None:
        words = self.query_one("#words", Rows)
        if self.here is not None and self.placed is not None:
            width = max(16, words.size.width - 3)
            words.show(detail_rows(self.here, self.placed, self.names, self.ink, width))

    def _go_near(self, frame: int) -> None:
        """Put the cursor on the first open note at or after a frame."""
        found = next_open(self.found, frame - 1)
        if found is not None:
            self._show(found)

    def _show(self, thread: Thread) -> None:
        keys = [row.key for row in self.list.rows]
        if thread.marker.id in keys:
            self.list.move_to(keys.index(thread.marker.id))

    async def _plan_around(self, frame: int) -> None:
        """Plan the film around a frame; a long cut is never planned completely."""
        film, placed, studio = self.film, self.placed, self.studio_app.studio
        if film is None or placed is None or not placed.cut.clips:
            return

        def plan_excerpt() -> tuple[Plan, tuple[int, int] | None]:
            from milimo_tui.studio.render.render_plan import plan_now

            around = stretch_around(placed, frame, CLIPS_AROUND)
            cut = excerpt(placed, *around) if around else placed.cut
            return plan_now(replace(film, cut=cut), studio.project()), around

        try:
            self.plan, self.planned = await self.in_thread(plan_excerpt)
        except MilimoError as error:
            self.plan = None
            self.studio_app.say_error(error)

    async def _show_picture(self) -> None:
        """Show the frame of the note under the cursor."""
        picture, note = self.query_one(Picture), self.here
        if note is None or note.frame is None or not picture.display:
            return
        start, end = self.planned or (0, note.frame + 1)
        if self.plan is None or not start <= note.frame < end:
            await self._plan_around(note.frame)
        wide, high = picture.wanted_pixels
        drawing = None
        if self.plan is not None:
            drawing = await self.monitor.frame(self.plan, min(note.frame, self.plan.frames - 1), wide, high)
        if picture.is_attached and note is self.here:
            picture.show(drawing, self.monitor.trouble or "no picture here")

    def on_rows_moved(self, event: Rows.Moved) -> None:
        if event.rows.id == "notes":
            self._draw_words()
            self.background(self._show_picture, "picture", exclusive=True)

    def on_picture_resized(self, event: Picture.Resized) -> None:
        self._draw_words()
        self.background(self._show_picture, "picture", exclusive=True)

    def next_place(self) -> Place:
        here = self.here
        left = [each for each in self.found if each.is_task and not each.marker.done]
        if not left:
            return Place(self.MODE)
        if here is not None and here in left:
            words, does, act = f"to do: “{here.marker.text}”", "goes there", "ui.enter"
        else:
            words, does, act = f"{len(left)} to do", "goes to the next", "ui.first_to_do"
        step = Step("", "cut.notes", words, does=does, screen=self.MODE, act=act)
        return Place(self.MODE, step=step, acts=("ui.tick", "ui.enter", "ui.reply"))

    def act_first_to_do(self, key_command: KeyCommand) -> None:
        """Put the cursor on the first open note."""
        self._go_near(0)

    def facts(self) -> Text:
        ink = self.ink
        left = sum(each.is_task and not each.marker.done for each in self.found)
        done = sum(each.marker.done for each in self.found)
        which = "" if self.which == "all" else f"   {self.which} alone"
        return line(
            (f"{left} to do", ink.stale if left else ink.muted), (f"   {done} done{which}", ink.muted)
        )

    # -- navigation --------------------------------------------------------------------------------

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Go to the note's frame on the timeline (Enter)."""
        note = self.here
        if note is None or note.frame is None:
            self.say("a trim hides the frame that it marks", "warn", "it shows when the clip is longer")
            return
        self.studio_app.background(partial(self.studio_app.from_list, note.frame), "acts")

    def act_next_item(self, key_command: KeyCommand) -> None:
        self._step(1)

    def act_previous_item(self, key_command: KeyCommand) -> None:
        self._step(-1)

    def _step(self, step: int) -> None:
        at = self.here.frame if self.here is not None and self.here.frame is not None else -1
        found = next_open(self.found, at, step)
        if found is None:
            self.say("nothing is left to do", "good")
        else:
            self._show(found)

    def act_filter(self, key_command: KeyCommand) -> None:
        """Switch between all notes, open tasks, and notes without plain markers."""
        self.which = FILTERS[(FILTERS.index(self.which) + 1) % len(FILTERS)]
        self._draw()

    # -- actions -----------------------------------------------------------------------------------

    async def act_tick(self, key_command: KeyCommand) -> None:
        note = self.here
        if note is not None:
            done = await self.command("cut.note_done", notes=[note.marker.id], undone=note.marker.done)
            if done is not None and not note.marker.done:
                self.list.move_to(self.list.cursor + 1)

    async def act_add(self, key_command: KeyCommand) -> None:
        text = await self.ask("note", name="NOTE")
        if text:
            await self.command("cut.note_add", text=text, at=str(self.playhead))

    async def act_reply(self, key_command: KeyCommand) -> None:
        note = self.here
        text = await self.ask("answer", name="NOTE") if note is not None else None
        if note is not None and text:
            await self.command("cut.note_reply", note=note.marker.id, text=text)

    async def act_edit(self, key_command: KeyCommand) -> None:
        note = self.here
        text = await self.ask("words", note.marker.text, name="NOTE") if note is not None else None
        if note is not None and text is not None and text != note.marker.text:
            await self.command("cut.note_set", note=note.marker.id, text=text)

    async def act_colour(self, key_command: KeyCommand) -> None:
        note = self.here
        if note is None:
            return
        colour = await self.ask("colour", note.marker.colour, name="NOTE", suggestions=tuple(COLOURS))
        if colour is not None:
            await self.command("cut.note_set", note=note.marker.id, colour=colour)

    async def act_delete(self, key_command: KeyCommand) -> None:
        if self.here is not None:
            await self.command("cut.note_delete", notes=[self.here.marker.id])

    async def act_read_in(self, key_command: KeyCommand) -> None:
        """Import a file of notes; if there are frozen cuts, ask which cut the notes are about."""
        file = await self.ask("file of notes", name="READ", lines=paths)
        if not file:
            return
        about = ""
        if versions := self._others(frozen=True):
            about = await self.ask("about the cut", versions[-1], name="READ", suggestions=versions) or ""
        outcome = await self.command("cut.note_import", file=file, about=about)
        if outcome is not None and outcome.text:
            self.studio_app.show_text("What did not come in as it was", outcome.text)

    async def act_bring(self, key_command: KeyCommand) -> None:
        others = self._others()
        if not others:
            self.say(
                "there is no other cut to bring notes from", "warn", "{ui.cuts} keeps a version of this one"
            )
            return
        cut = await self.ask("notes of the cut", others[-1], name="BRING", suggestions=others)
        outcome = await self.command("cut.note_bring", cut=cut) if cut else None
        if outcome is not None and outcome.text:
            lost = plural(len(outcome.data["lost"]), "note")
            self.studio_app.show_text(f"{lost} with no place any more", outcome.text)

    def _others(self, *, frozen: bool = False) -> tuple[str, ...]:
        film = self.film
        if film is None or film.cut is None:
            return ()
        own = film.cut.id
        return tuple(cut.name for cut in film.cuts if cut.id != own and (cut.frozen or not frozen))

    async def act_write_out(self, key_command: KeyCommand) -> None:
        file = await self.ask("write notes to (.txt .csv .edl)", name="WRITE", lines=paths)
        if file:
            await self.command("cut.note_export", file=file, open=self.which == "to do")
