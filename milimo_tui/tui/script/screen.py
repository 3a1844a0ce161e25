"""The Script screen: the editor with the screenplay, and next to it the outline with the shots. A commit
applies the text to the film.

While the user reads, keys are commands as on the timeline: motions, operators, objects (`normal_keys`). While
the user writes, keys type text (`writing_keys`). The setting `script_keys` selects a plain mode without
commands, or the user's own editor.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import TextArea

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.screens import ScreenName
from milimo_tui.interchange.files.script import make_text_file_name
from milimo_tui.story.shots.committed import CommittedShots
from milimo_tui.story.shots.outline import Outline
from milimo_tui.story.values.film import ElementKind
from milimo_tui.studio.project.screen_next_step import NextStep, ScreenPlace
from milimo_tui.studio.script.boarded_script import compute_script_digest
from milimo_tui.studio.script.unsaved_text import (
    UnsavedText,
    delete_recovery_copy,
    is_script_changed_since,
)
from milimo_tui.tui.background.collector import freeze_heap
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.panes.paned_screen import PanedScreen
from milimo_tui.tui.panes.split import Split
from milimo_tui.tui.script.mark_walk import MarkWalk
from milimo_tui.tui.script.outline_rows import (
    OutlineRows,
    build_unwritten_rows,
    parse_row_line,
    summarise_outline,
)
from milimo_tui.tui.script.outliner import Outliner
from milimo_tui.tui.script.recorded_screen import RecordedScreen
from milimo_tui.tui.script.recovery_copy import RecoveryCopy
from milimo_tui.tui.script.script_modes import SelectingMode, WritingMode
from milimo_tui.tui.script.text.source_text import EditorText, close_text, open_text
from milimo_tui.tui.shell import handover
from milimo_tui.tui.shell.modes import EscapeStep
from milimo_tui.tui.terminal.theme import STALE
from milimo_tui.tui.widgets.empty import TO_HOME, Empty
from milimo_tui.tui.widgets.rows import Rows

if TYPE_CHECKING:
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.terminal.theme import TextStyles

PAUSE = 0.25  # Seconds without a key after which the text is parsed again.
# Minimum pause in multiples of the duration of the last parse, so that a long text is not parsed at every
# pause in typing.
PAUSE_FACTOR = 4
LONGEST_PAUSE = 3.0
START = """Title: {name}

INT. SOMEWHERE - NIGHT

What is seen, in the present tense.

SOMEONE
What is said.
"""


class ScriptScreen(RecordedScreen, PanedScreen):
    """The Script screen. While reading, letters are commands. `i` or Enter begins to write: letters are then
    text, and Esc returns to reading.
    """

    MODE = ScreenName.SCRIPT
    TITLE = "Script"
    CONTEXTS = ("script", "panes", "global")
    CSS_PATH = "screen.tcss"
    AUTO_FOCUS = "#editor"

    def __init__(self) -> None:
        super().__init__()
        self._project = ""  # Id of the film whose screenplay is shown; empty for none.
        self._title = ""  # Name of that film.
        self._saved = ""  # The screenplay as it was last saved with the film.
        # Texts that are being saved. The new film snapshot with such a text may arrive before the save
        # returns, and must not count as a change made elsewhere.
        self._saving: list[str] = []
        self._source: EditorText = open_text("")
        self._outline, self._outliner = Outline(), Outliner()
        # Id of the film for which the heap was frozen after its first long parse. Frozen objects are excluded
        # from garbage collection.
        self._aside = ""
        self._rows_of = OutlineRows()
        # Pairs of a line number and the index of the outline row for that line.
        self._lines: list[tuple[int, int]] = []
        self._committed = CommittedShots()
        # The cached summary of the outline, with the values from which it was made.
        self._summary: tuple[Outline, CommittedShots, TextStyles, Text] | None = None
        self._dirty = False
        # True if the saved screenplay was changed elsewhere while the user edited the text here.
        self._clash = False
        # True if the text comes from a recovery copy that was begun on an older version of the screenplay.
        self._is_outdated = False
        self._timer: Timer | None = None
        self._wanted_line = 0
        self._pause = PAUSE
        self._walk = MarkWalk(self)
        self._recovery = RecoveryCopy(self, self._take_unsaved_text)
        self.modes = self.stack_modes(
            self.macros,
            WritingMode(self),
            SelectingMode(self),
            EscapeStep(lambda: self.outline_rows.has_focus, lambda _: self.editor.focus()),
        )

    @property
    def own_parts(self) -> tuple[object, ...]:
        return (*super().own_parts, self._walk)

    def on_unmount(self) -> None:
        self._outliner.end_outliner()
        self._recovery.update_before_end()

    def compose_body(self) -> Iterable[Widget]:
        yield Split(self.editor, Rows(id="outline"), id="script")
        yield Empty(self.with_keys, id="empty")

    @property
    def outline_rows(self) -> Rows:
        """The list that shows the outline."""
        return self.query_one("#outline", Rows)

    @property
    def writing_mode(self) -> str:
        """The writing mode: `normal` (with commands), `plain` or `editor` (an external program). The plain
        keymap implies `plain`.
        """
        settings = self.studio_app.studio.settings
        return (
            "plain"
            if settings.keymap == "plain" and settings.script_keys == "normal"
            else settings.script_keys
        )

    def on_mount(self) -> None:
        super().on_mount()
        self.editor.begins_here = self._can_begin_writing

    def show_film(self, film: FilmSnapshot | None) -> None:
        there = film is not None
        self.query_one("#script").display = there
        empty = self.query_one(Empty)
        empty.display = not there
        if film is None:
            empty.show_guide(
                "A film starts with its screenplay.",
                [TO_HOME],
            )
            self._leave_film()
            self.refresh_lines()
            return
        project = film.story.project
        self._committed = CommittedShots(film.story)
        people, places = (
            tuple(element.name for element in film.story.elements if element.kind is kind)
            for kind in (ElementKind.CHARACTER, ElementKind.LOCATION)
        )
        self.editor.writing.people, self.editor.writing.places = people, places
        if project.id != self._project:
            self._leave_film()
            self._project = project.id
            self._load_saved_text(project.script)
            if self.writing_mode == "plain" and project.script.strip():
                self._begin_plain_writing()
        elif project.script == self._saved:
            # The film still has the text from which the edited text here began, so there is no conflict.
            self._clash = False
        elif project.script not in self._saving:
            if self._dirty:
                self._clash = True
                self._show_clash()
            else:
                self._load_saved_text(project.script)
        self._title = project.name
        self._draw_outline()
        if self.focused is None and self.is_current and not self.prompt.is_open:
            self.editor.focus()

    def _leave_film(self) -> None:
        """Leave the film whose screenplay is shown. Unsaved text becomes a recovery copy, which is offered
        when the film is opened again.
        """
        if self.has_unsaved_text:
            self._recovery.release_text()
            self.show_message(
                f"the unsaved text of “{self._title}” is in a recovery copy",
                hint="Milimo offers it when you open the film again",
            )
        self._project, self._dirty = "", False

    def _load_saved_text(self, text: str) -> None:
        """Show the text of the screenplay that was read from the film. The cursor stays on its line."""
        row = self.editor.cursor_location[0]
        self._saved, self._clash, self._is_outdated = text, False, False
        self._source = open_text(text)
        self.editor.kinds, self.editor.as_written = [], None
        self.editor.load_text(self._source.text)
        self._dirty = False
        self.editor.move_to_line(max(0, self._wanted_line - 1) if self._wanted_line else row)
        self._wanted_line = 0
        self._parse_soon(0.0)
        self.refresh_lines()

    @property
    def text(self) -> str:
        """The text of the editor, in the form in which it would be saved."""
        return close_text(self._source, self.editor.document.lines)

    @property
    def has_unsaved_text(self) -> bool:
        """True if the text of the editor differs from the saved screenplay."""
        return self._dirty and bool(self._project)

    def _take_unsaved_text(self, id: str) -> Callable[[], UnsavedText] | None:
        """Return a function that builds the recovery copy `id` from the present text. Return None if the text
        is saved.
        """
        if not self.has_unsaved_text:
            return None
        film, title, saved = self._project, self._title, self._saved
        source, lines = self._source, tuple(self.editor.document.lines)
        return lambda: UnsavedText(id, film, title, close_text(source, lines), compute_script_digest(saved))

    def go_to_line(self, number: int) -> None:
        """Move the cursor to a line of the screenplay, counted from 1."""
        self._wanted_line = number
        if self._project:
            self.editor.move_to_line(number - 1)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        if event.text_area is not self.editor:
            return
        changed = tuple(self.editor.document.lines) != self._source.lines
        if changed or self._dirty:
            self._recovery.schedule_update()
        if changed != self._dirty:
            self._dirty = changed
            self.refresh_lines()
            if self._clash and not changed:
                self._show_clash()
        self._parse_soon(self._pause)

    def _parse_soon(self, pause: float) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(max(0.001, pause), self._parse_in_background)

    def _parse_in_background(self) -> None:
        self.run_in_background(self._parse_now, "parse", exclusive=True)

    async def _parse_now(self) -> None:
        film = self.film
        if film is None:
            return
        lines = tuple(self.editor.document.lines)
        rate, source = film.story.project.rate, self._source
        found = await self.in_thread(lambda: self._outliner.parse(lines, source.base, rate))
        if tuple(self.editor.document.lines) != lines:
            return  # Discard this outline: the user typed meanwhile, and another parse is scheduled.
        self._outline = found
        self.editor.names = found.names
        self.editor.set_kinds(found.kinds)
        self._draw_outline()
        self.refresh_lines()
        if self._outliner.process is not None and self._aside != self._project:
            self._aside = self._project
            freeze_heap()
        self._pause = max(PAUSE, min(LONGEST_PAUSE, PAUSE_FACTOR * self._outliner.seconds))

    def _draw_outline(self) -> None:
        rate = self.film.story.project.rate if self.film else Fraction(25)
        outline = self.outline_rows
        width = max(20, outline.size.width - 4)
        rows = self._rows_of.build_outline_rows(self._outline, self._committed, rate, self.ink, width)
        is_begun = any(line.strip() for line in self.editor.document.lines)
        outline.show_rows(rows if is_begun else build_unwritten_rows(self.ink, self.with_keys))
        self._lines = sorted((line, at) for at, line in enumerate(self._outline.start_lines))
        self._follow_cursor()

    def on_text_area_selection_changed(self, event: TextArea.SelectionChanged) -> None:
        self._follow_cursor()

    def _follow_cursor(self) -> None:
        """Select the row of the outline that belongs to the line of the cursor."""
        rows = self.outline_rows
        if rows.has_focus:
            return
        here = self.editor.cursor_location[0] + 1
        best = bisect_right(self._lines, here, key=lambda place: place[0]) - 1
        if best >= 0:
            rows.move_to(self._lines[best][1])

    def format_header_facts(self) -> Text | str:
        if not self._project or self.film is None:
            return ""
        text = self._get_summary_text(self.film.story.project.rate).copy()
        if self._dirty:
            text.append(f"   {STALE} not saved", self.ink.stale)
        return text

    def _get_summary_text(self, rate: Fraction) -> Text:
        """Return the summary of the outline. The text is cached, because it is drawn after every key."""
        known, wanted = self._summary, (self._outline, self._committed, self.ink)
        if known is None or any(old is not new for old, new in zip(known, wanted, strict=False)):
            known = self._summary = (
                *wanted,
                summarise_outline(self._outline, self._committed, rate, self.ink),
            )
        return known[3]

    def get_current_place(self) -> ScreenPlace:
        if not self._dirty:
            return ScreenPlace(self.MODE)
        save = NextStep("", "script.save", "the text is not saved", does="saves the text", act="ui.save")
        return ScreenPlace(self.MODE, step=save, acts=("ui.save", "ui.commit"))

    def describe_unsaved_changes(self) -> str:
        return "The screenplay is not saved." if self._dirty else ""

    def save_unsaved_changes(self) -> None:
        # If another film was opened on another screen, or if the screenplay was changed elsewhere and nobody
        # can be asked whether to overwrite it, the text only gets a recovery copy.
        is_film_open = self.film is not None and self.film.story.project.id == self._project
        if self._dirty and is_film_open and not (self._clash or self._is_outdated):
            from milimo_tui.studio.registry.registry import run_by_id

            # Ignore errors: the connection to the terminal was lost, so nobody could read a message.
            with suppress(MilimoError):
                run_by_id(self.studio_app.studio, "script.save", {"text": self.text}, place=ScreenName.SCRIPT)
                self._dirty = False
        self._recovery.update_before_end()

    def discard_unsaved_changes(self) -> None:
        self._recovery.discard_copy()

    @action
    def act_enter(self, key_command: KeyCommand) -> None:
        self.act_write(key_command)

    @action
    def act_write(self, key_command: KeyCommand) -> None:
        """Change from reading to writing."""
        self.editor.focus()
        self.editor.normal.act_write(key_command)

    def _can_begin_writing(self) -> bool:
        """Return True if the user writes in this editor instead of an external one. An empty screenplay gets
        a template first.
        """
        if not self._project or self.film is None:
            return False
        if self.writing_mode == "editor":
            self.run_in_background(self._edit_outside)
            return False
        if not self.editor.text.strip() and not self.editor.groups.undo_stack:
            self.editor.load_text(START.format(name=self.film.story.project.name))
        return True

    def _begin_plain_writing(self) -> None:
        """Begin to write at the cursor. In the plain mode the screen is always in this state."""
        self.editor.read_only = False
        self.editor.writing.begin_line()

    @action
    def act_undo(self, key_command: KeyCommand) -> None:
        """Undo changes of the text that were made in this editor, also if they are saved. At the first of
        them, stop: edits of the film are undone in the history.
        """
        for _ in range(key_command.times):
            if not self.editor.undo_text():
                break
        self.editor.normal.stand_on_letter()

    @action
    def act_redo(self, key_command: KeyCommand) -> None:
        """Redo changes of the text that `act_undo` has undone, in the same order."""
        for _ in range(key_command.times):
            if not self.editor.redo_text():
                break
        self.editor.normal.stand_on_letter()

    @action
    async def act_save(self, key_command: KeyCommand) -> None:
        await self._save_text()

    @action
    async def line_w(self, words: Sequence[str]) -> None:
        """Save the screenplay (`:w`, as in many editors)."""
        await self._save_text()

    @action
    async def line_e(self, words: Sequence[str]) -> None:
        """Load the saved screenplay (`:e`, as in many editors). One undo restores the text of the editor."""
        if self.film is not None:
            self._saved = self.film.story.project.script
            self._clash = self._is_outdated = False
            self._replace_text(self._saved)
            self._source = open_text(self._saved)
            self._dirty = False
            self.refresh_lines()
            await self._recovery.update_now()

    def _show_clash(self) -> None:
        self.show_message(
            "the screenplay was changed elsewhere too",
            "warn",
            "{ui.save} saves yours, :e loads theirs",
        )

    async def ensure_saved(self) -> bool:
        """Save the screenplay if it has unsaved changes. Return False, after a message with the reason, if
        that failed.
        """
        return not self._dirty or await self._save_text()

    async def _save_text(self) -> bool:
        """Save the screenplay with the film. Return False, after a message with the reason, if that
        failed.
        """
        if not self._project:
            return False
        if (self._clash or self._is_outdated) and not await self.confirm(
            "The screenplay was changed elsewhere. Overwrite that version?"
        ):
            return False
        text, before = self.text, self._saved
        self._saving.append(text)
        try:
            if await self.run_and_wait("script.save", text=text) is None:
                return False
        finally:
            self._saving.remove(text)
        self._saved, self._is_outdated = text, False
        # The film may already contain a third text, which another program saved meanwhile.
        self._clash = self.film is not None and self.film.story.project.script not in (before, text)
        self._source = open_text(text)
        self._dirty = tuple(self.editor.document.lines) != self._source.lines
        self.refresh_lines()
        await self._recovery.update_now()
        return True

    @action
    def act_talk(self, key_command: KeyCommand) -> None:
        """Open a conversation with a language model about the film. An answer can be inserted after the line
        of the cursor.
        """
        from milimo_tui.tui.storyboard.talk import TalkScreen

        if self.film is not None:
            self.app.push_screen(TalkScreen(line=self.editor.cursor_location[0] + 1))

    @action
    async def act_commit(self, key_command: KeyCommand) -> None:
        """Save the screenplay, and apply it to the film's scenes, shots and elements. Shots whose words are
        unchanged keep their takes.
        """
        if self._dirty and not await self._save_text():
            return
        done = await self.run_and_wait("storyboard.commit", careful=True)
        if done is not None and isinstance(
            done.data, list
        ):  # Nothing was committed, because shots with takes would be affected. Show the preview.
            from milimo_tui.tui.script.commit import CommitScreen

            self.app.push_screen(CommitScreen(done.data))

    @action
    async def act_read_script(self, key_command: KeyCommand) -> None:
        """Save the screenplay, and let a language model read it, as a job."""
        from milimo_tui.tui.script.reading_start import start_reading

        if await self.ensure_saved():
            await start_reading(self.studio_app)

    @action
    def act_scenario(self, key_command: KeyCommand) -> None:
        """Show the stored scenario (`Z s`). If there is none, ask for a story to analyse."""
        from milimo_tui.tui.script.scenario import open_scenario

        if self.film is None:
            self.show_message("no film is open", "warn", "{ui.mode home} starts one")
            return
        open_scenario(self)

    @action
    async def act_recover(self, key_command: KeyCommand) -> None:
        """Show the unsaved text of studios that were killed or crashed (`Z u`)."""
        from milimo_tui.tui.script.recovery import RecoveryScreen, find_recoveries

        copies = await find_recoveries(self.studio_app)
        if copies:
            self.studio_app.open_on_top(RecoveryScreen(copies))
        else:
            self.show_message("no unsaved text was left behind")

    @action
    async def act_print(self, key_command: KeyCommand) -> None:
        """Write the screenplay to a file, in the format of the file's suffix: Final Draft, PDF or
        Fountain.
        """
        from milimo_tui.tui.shot.printing import ask_print_file

        if self.film is None or (self._dirty and not await self._save_text()):
            return
        named = Path(self.film.story.project.script_name or "film")
        name = named.with_suffix(named.suffix if named.suffix == ".fdx" else ".pdf").name
        answer = await ask_print_file(self, "The screenplay to (.fdx, .pdf, .fountain):", name)
        if answer is not None:
            file, there = answer
            values = {"file": str(file), "overwrite": there}
            done = await self.studio_app.run_and_wait("script.export", values, quiet=True)
            if done is not None:
                self.show_message("; ".join(filter(None, (f"wrote {file.name}", done.message))), "good")

    @action
    async def act_editor(self, key_command: KeyCommand) -> None:
        """Open the complete screenplay in the user's own editor. The edited text replaces the text here, as
        if it had been typed.
        """
        await self._edit_outside()

    async def _edit_outside(self) -> None:
        film = self.film
        if film is None:
            return
        name = make_text_file_name(film.story.project.script_name)
        try:
            text = await handover.edit_in_editor(
                self.studio_app, self.text, name, self.editor.cursor_location[0] + 1
            )
        except MilimoError as error:
            self.studio_app.show_error(error)
            return
        self.take_edited_text(text)

    def take_edited_text(self, text: str) -> None:
        """Replace the text by one that was edited in another program, as if it had been typed here."""
        if self._replace_text(text):
            self.show_message(
                "loaded the text from your editor", hint="{ui.save} saves the text, {ui.commit} commits it"
            )

    def _replace_text(self, text: str) -> bool:
        """Replace the text of the editor, as one change that can be undone. Return False if it is the same
        text.
        """
        opened = open_text(text)
        if opened.lines == tuple(self.editor.document.lines):
            return False
        document = self.editor.document
        self.editor.replace(opened.text, document.start, document.end)
        self._source = replace(opened, lines=self._source.lines, ends=self._source.ends)
        return True

    async def take_recovered_text(self, copy: UnsavedText) -> None:
        """Replace the text by the text of a recovery copy, as if it had been typed here. The copy is deleted
        after the text has a new copy.
        """
        before = list(self.editor.document.lines)
        self._replace_text(copy.text)
        after = self.editor.document.lines
        self.editor.move_to_line(
            next((row for row, line in enumerate(after) if before[row : row + 1] != [line]), 0)
        )
        self._dirty = tuple(self.editor.document.lines) != self._source.lines
        self._is_outdated = self._dirty and is_script_changed_since(copy, self._saved)
        await self._recovery.update_now()
        await self.in_thread(lambda: delete_recovery_copy(self.studio_app.studio.home, copy.id))
        self.refresh_lines()

    @action
    async def act_to_shot(self, key_command: KeyCommand) -> None:
        """Go to the shot of the line at the cursor. If the user came from the timeline, go back there;
        otherwise open the page of the shot.
        """
        from milimo_tui.tui.timeline.screen import TimelineScreen

        film, here = self.film, self.editor.cursor_location[0] + 1
        if film is None:
            return
        outlined = self._outline.find_shot_at(here)
        shot = self._committed.find_film_shot(*outlined) if outlined else None
        if shot is None:
            self.show_message("this line has no shot yet", "warn", "{ui.commit} commits the screenplay")
            return
        if self.studio_app.previous_mode == ScreenName.TIMELINE and any(
            clip.source.ref == shot.id for clip in (film.cut.clips if film.cut else ())
        ):
            await self.studio_app.act_back(key_command)
            if isinstance(self.app.screen, TimelineScreen):
                self.app.screen.go_to_clip_of(shot.id)
            return
        await self.studio_app.go_to_shot(shot.id)

    @action
    def act_next_scene(self, key_command: KeyCommand) -> None:
        self.editor.normal.act_move(key_command)

    @action
    def act_previous_scene(self, key_command: KeyCommand) -> None:
        self.editor.normal.act_move(key_command)

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        self.editor.move_to_line(parse_row_line(event.key) - 1)
        self.editor.focus()

    def search_pane(self, words: str, step: int) -> None:
        if self.editor.go_to_match(words, step):
            self.editor.normal.stand_on_letter()
        else:
            self.show_message(
                f"“{words}” is not in the screenplay", "warn", "{ui.search} looks for something else"
            )
