"""A form that fills the screen: its fields are listed, opened in place and saved together.

Enter opens a field. On the field that was just answered, Enter saves the form, unless a field is wrong or
missing. A refused text stays as typed, with the reason below it. Esc closes a field that the user opened. If
the form opened the field by itself and no field was answered yet, Esc closes the form.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual.events import Click
from textual.geometry import Region
from textual.message import Message
from textual.types import CSSPathType
from textual.widget import Widget

from milimo_tui.core.errors import MilimoError
from milimo_tui.tui.fields.form_field import FieldKind, FormField
from milimo_tui.tui.forms.form import Foresee, Form, Renewal
from milimo_tui.tui.forms.form_lines import KEEP, build_form_rows, measure_label_width
from milimo_tui.tui.forms.form_list import GUTTER, FormList
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.shell.screen import StudioScreen
from milimo_tui.tui.terminal.theme import FAILED, WORKING
from milimo_tui.tui.widgets.lines import Line
from milimo_tui.tui.widgets.rows import Rows
from milimo_tui.tui.widgets.text import join_line

if TYPE_CHECKING:
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.keys.key_parser import KeyCommand

# If Textual has not laid out the list after this number of seconds, the open field stays at its estimated
# position.
LAID_OUT_SECONDS = 2.0
FIRST_ROW = 2  # The list's first row on the screen, below the heading.
WORKING_AFTER = 0.3  # Seconds after which a save that is still running is shown.


class Foot(Line):
    """The bottom line, which describes the form's state. A click on it saves the form."""

    class Clicked(Message):
        """Posted when the line is clicked."""

    def on_click(self, event: Click) -> None:
        self.post_message(self.Clicked())


class FormScreen(StudioScreen):
    """A screen on which the user fills in a form. The future `done` ends with True if the form was saved,
    otherwise with False.
    """

    MODE = "form"
    TITLE = "Form"
    CONTEXTS: ClassVar[tuple[str, ...]] = ("form", "list")
    CSS_PATH: ClassVar[CSSPathType | None] = "form.tcss"
    AUTO_FOCUS = "#form"
    NORMAL_NAME: ClassVar[str] = "FORM"
    NEEDS_FILM = False
    OUT: ClassVar[str] = "Esc discards"  # The hint at the right of the bottom line, on the effect of Esc.

    def __init__(self, form: Form, key: str = "", *, opens: bool = False) -> None:
        """Create the screen. The cursor begins on the field `key`; with `opens`, that field is opened at
        once.
        """
        super().__init__()
        self.form = form
        self.done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._key, self._opens = key, opens
        self._answered = ""  # Key of the field answered last; empty after the cursor has left that field.
        self._then = 0  # Number of rows that the cursor moves when the open field closes (negative: up).
        self._is_keeping = False
        self._is_reading = False

    def compose_body(self) -> Iterable[Widget]:
        yield FormList(self._can_drag_field, id="form")
        yield Foot(id="form-foot")

    @property
    def list(self) -> FormList:
        return self.query_one("#form", FormList)

    @property
    def contexts(self) -> tuple[str, ...]:
        found = super().contexts
        return ("form_field", *found) if self.prompt.is_open else found

    @property
    def is_asking(self) -> bool:
        return not self._is_keeping

    @property
    def _field_here(self) -> FormField | None:
        return self.form.get_field(self.list.key)

    def format_header_title(self) -> Text:
        return join_line((self.form.title, self.ink.strong))

    def format_header_facts(self) -> Text | str:
        return self.form.facts

    def show_film(self, film: FilmSnapshot | None) -> None:
        self._draw_form()

    def on_mount(self) -> None:
        self._draw_form()
        first = self._key or next((field.key for field in self.form.missing_fields), "")
        self.list.show_rows(self.list.rows, first or None)
        if self._opens or (self.form.whole and self.form.missing_fields):
            # Open the field at once, because the user may already be typing its value.
            self._open_field_here()

    def on_unmount(self) -> None:
        if not self.done.done():
            self.done.set_result(False)

    def on_resize(self) -> None:
        super().on_resize()
        self.call_after_refresh(self._draw_form)

    def _draw_form(self) -> None:
        rows = self.list
        rows.label = measure_label_width(self.form)
        width = rows.size.width or self.size.width
        rows.show_rows(build_form_rows(self.form, self.ink, width, self.with_keys))
        self._draw_form_foot()
        self.refresh_lines()

    def _draw_form_foot(self) -> None:
        ink, words = self.ink, self.form.describe_form_state()
        style = ink.failed if words.startswith(FAILED) else ink.text if self.form.is_complete else ink.muted
        if self._is_keeping or self._is_reading:
            words, style = f"{WORKING} {'saving' if self._is_keeping else 'reading'}", ink.working
        foot, keeps, out = self.query_one("#form-foot", Foot), f"Enter {self.form.verb}", f"   {self.OUT}"
        has_room = cell_len(f"{words}  {keeps}{out}") <= (foot.size.width or self.size.width) - 2
        # If there is no space for the key that saves, the form's last row shows it.
        keeps = keeps if self._can_save_now and has_room else ""
        foot.show_line(join_line((words, style)), join_line((keeps, ink.key), (out, ink.muted)))

    @property
    def _can_save_now(self) -> bool:
        """True if Enter would save the form: the form is complete, and the cursor is on the field just
        answered or on the last row.
        """
        key = self.list.key
        return self.form.is_complete and (key == KEEP or (bool(key) and self._answered == key))

    def on_rows_moved(self, event: Rows.Moved) -> None:
        if event.key != self._answered:
            self._answered = ""
        self._draw_form_foot()

    def on_foot_clicked(self, event: Foot.Clicked) -> None:
        self.run_in_background(self._save_form)

    def on_form_list_entered(self, event: FormList.Entered) -> None:
        """Open the field, or save the form if the field was just answered. A number typed before Enter
        becomes the value of a number or a time.
        """
        field = self._field_here
        if field is None or event.count is None or field.kind not in (FieldKind.NUMBER, FieldKind.TIME):
            self.run_in_background(self._open_or_save)
            return
        self.form.set_field_answer(field, f"{event.count}{'f' if field.kind is FieldKind.TIME else ''}")
        self._answered = field.key
        self._update_consequences()
        self._draw_form()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        self.run_in_background(self._open_or_save)

    def _open_field_here(self) -> None:
        self.run_in_background(partial(self._open_field, by_itself=True))

    async def _open_or_save(self) -> None:
        if self._can_save_now:
            await self._save_form()
        else:
            await self._open_field()

    async def _open_field(self, typed: str | None = None, *, by_itself: bool = False) -> None:
        """Open the field under the cursor in place, and store the text that the user enters.

        `typed` is the first text; if it is None, the present text. `by_itself` means that the form opened the
        field, not the user: Esc may then also close the form.
        """
        field = self._field_here
        if field is None:
            return
        if field.kind is FieldKind.SWITCH:
            self._step_field_value(field, 1)
            return
        self._then = 0
        before = self.form.get_field_text(field)
        given = await self.ask_text(
            field.label,
            before if typed is None else typed,
            name=field.label.upper()[:12],
            field=field,
            at=self._locate_field(),
        )
        if given is not None:
            self.form.set_field_answer(field, given)
            self._answered = field.key
            self._update_consequences()
        self._draw_form()
        if given is not None:
            self._go_to_next_field(field)
        elif by_itself and self._closes_with_field(field):
            self.dismiss()

    def _closes_with_field(self, field: FormField) -> bool:
        """Return True if Esc also closes the form, in a field that the form opened by itself. This is so as
        long as the user has typed nothing into the form.
        """
        return not self.form.typed_texts

    def _locate_field(self) -> Region | None:
        """Return the screen region of the value under the cursor; None if it is scrolled out of sight.

        Before the list has been laid out, return an estimate and correct it later.
        """
        if self.list.size.height:
            return self.list.find_field_region(self.list.key)
        self.call_after_refresh(self._place_open_field, time.monotonic() + LAID_OUT_SECONDS)
        left = GUTTER + measure_label_width(self.form)
        return Region(left, FIRST_ROW + max(0, self.list.cursor), max(1, self.app.size.width - left - 1), 1)

    def _place_open_field(self, end: float) -> None:
        """Move the open field to the region of its value on the screen. If the list has not been laid out
        yet, try again after each refresh until the monotonic time `end`.
        """
        if not self.prompt.is_open:
            return
        if self.list.size.height and (at := self.list.find_field_region(self.list.key)) is not None:
            self.prompt.move_inline_prompt(at)
        elif time.monotonic() < end:
            self.call_after_refresh(self._place_open_field, end)

    def _go_to_next_field(self, field: FormField) -> None:
        """Move on after a field was answered.

        Go to the field that Tab asked for, otherwise to the next required field. If every field is answered,
        save the form.
        """
        if self._then:
            self._move_field_cursor(self._then)
            self._then = 0
        elif not self.form.explain_problem(field) and (next_field := self.form.next_field_to_ask) is not None:
            self.list.show_rows(self.list.rows, next_field.key)
            self.call_after_refresh(self._open_field_here)
        elif self.form.is_fully_answered:
            self.run_in_background(self._save_form)

    def _move_field_cursor(self, step: int) -> None:
        for _ in range(abs(step)):
            self.list.move_to(self.list.cursor + (1 if step > 0 else -1), step)

    def _step_field_value(self, field: FormField, count: int, *, big: bool = False) -> None:
        if self.form.step_field(field, count, big=big):
            self._answered = field.key
            self._update_consequences()
            self._draw_form()
        elif field.is_steppable:
            self.show_message(f"{field.label} is at its limit", "warn")
        else:
            self.show_message("this field needs a typed value", hint="Enter opens it")

    def _can_drag_field(self, key: str) -> bool:
        field = self.form.get_field(key)
        return field is not None and field.kind in (FieldKind.NUMBER, FieldKind.TIME)

    def on_form_list_dragged(self, event: FormList.Dragged) -> None:
        field = self.form.get_field(event.key)
        if field is not None:
            self.list.show_rows(self.list.rows, event.key)
            self._step_field_value(field, event.steps)

    @action
    async def act_edit(self, key_command: KeyCommand) -> None:
        """Open the field under the cursor, even if it is already answered (e)."""
        await self._open_field()

    @action
    async def act_keep(self, key_command: KeyCommand) -> None:
        """Save the form, whatever row the cursor is on (w)."""
        await self._save_form()

    @action
    def act_less(self, key_command: KeyCommand) -> None:
        self._step_value_here(-key_command.times, big=bool(key_command.binding.args.get("big")))

    @action
    def act_more(self, key_command: KeyCommand) -> None:
        self._step_value_here(key_command.times, big=bool(key_command.binding.args.get("big")))

    def _step_value_here(self, count: int, *, big: bool) -> None:
        if (field := self._field_here) is not None:
            self._step_field_value(field, count, big=big)

    @action
    def act_toggle(self, key_command: KeyCommand) -> None:
        field = self._field_here
        if field is not None and field.kind is FieldKind.SWITCH:
            self._step_field_value(field, 1)
        else:
            self.show_message("this field is not a switch", hint="Enter opens it")

    @action
    def act_reset(self, key_command: KeyCommand) -> None:
        """Restore the text that the field had when the form was opened (r)."""
        if (field := self._field_here) is not None:
            self.form.reset_field(field)
            self._answered = ""
            self._update_consequences()
            self._draw_form()

    @action
    async def act_next_field(self, key_command: KeyCommand) -> None:
        """In an open path field, complete the path as far as possible. If nothing can be completed, go to the
        next field (Tab).
        """
        opened = self.prompt.opened
        if opened is not None and opened.field.kind is FieldKind.PATH and await self._complete_path():
            return
        self._leave_field(1)

    @action
    def act_previous_field(self, key_command: KeyCommand) -> None:
        self._leave_field(-1)

    @action
    def act_field_below(self, key_command: KeyCommand) -> None:
        """Select the next choice or a smaller number in an open field with steps. In other fields, go to the
        field below (Down).
        """
        self._move_in_field(1, key_command)

    @action
    def act_field_above(self, key_command: KeyCommand) -> None:
        self._move_in_field(-1, key_command)

    def _move_in_field(self, step: int, key_command: KeyCommand) -> None:
        opened = self.prompt.opened
        if opened is None or not opened.has_steps:
            self._leave_field(step)
        elif step > 0:
            self.prompt.act_down(key_command)
        else:
            self.prompt.act_up(key_command)

    async def _complete_path(self) -> bool:
        """Complete the typed path; return True if text was added. A path that names a file is already
        complete.
        """
        from milimo_tui.tui.fields.path_facts import is_file_path

        before, opened = self.prompt.typed, self.prompt.opened
        path = opened.get_answer(before) if opened is not None else before
        if not before.strip() or await self.in_thread(partial(is_file_path, path)):
            return False
        await self.prompt.complete_typed()
        return self.prompt.typed != before

    def _leave_field(self, step: int) -> None:
        """Store the text of the open field, even if it is wrong, and move the cursor by `step` rows."""
        if self.prompt.is_open:
            self._then = step
            self.prompt.answer_unchecked()
        else:
            self._move_field_cursor(step)

    async def _save_form(self) -> None:
        """Save the form. If the command refuses, the typed texts stay and the reason is shown."""
        form = self.form
        if self._is_keeping:
            return
        if not form.is_complete:
            left = (*form.wrong_fields, *form.missing_fields)
            if left:
                self.list.show_rows(self.list.rows, left[0].key)
            self.show_message(form.describe_form_state().removeprefix(f"{FAILED} "), "warn")
            return
        self._is_keeping = True
        timer = self.set_timer(WORKING_AFTER, self._draw_form_foot)
        try:
            reason = await form.keep(form.values)
        finally:
            timer.stop()
            self._is_keeping = False
        if reason:
            self._answered = ""
            form.attach_refusal(reason)
            self._draw_form()
            if wrong := form.wrong_fields:
                self.list.show_rows(self.list.rows, wrong[0].key)
            return
        if not self.done.done():
            self.done.set_result(True)
        self.dismiss()

    def _update_consequences(self) -> None:
        """Read the fields again if they depend on the changed text, and compute the text on the consequences
        of the changes. The former fields and text stay visible meanwhile.
        """
        renewal = self.form.renewal
        if renewal is not None and self.form.is_outdated:
            self.run_in_background(partial(self._reload_fields, renewal), "renew", exclusive=True)
        if self.form.foresee is not None:
            read = partial(self._read_consequences, self.form.foresee, dict(self.form.values))
            self.run_in_background(read, "foresee", exclusive=True)

    async def _reload_fields(self, renewal: Renewal) -> None:
        """Read the fields for the present choices and show them. The old fields stay visible meanwhile."""
        form = self.form
        timer = self.set_timer(WORKING_AFTER, self._draw_form_foot)
        self._is_reading = True
        try:
            while form.is_outdated:
                chosen = form.renewal_texts
                form.replace_fields(await self.in_thread(partial(renewal.read, form.typed_texts)), chosen)
        except MilimoError as error:
            form.attach_refusal(error.message)
        finally:
            timer.stop()
            self._is_reading = False
        self._draw_form()

    async def _read_consequences(self, foresee: Foresee, values: dict[str, str]) -> None:
        try:
            self.form.foreseen = await self.in_thread(partial(foresee, values)) if values else ""
        except MilimoError as error:
            self.form.foreseen = ""
            self.form.attach_refusal(error.message)
            self._draw_form()
        self._draw_form_foot()
