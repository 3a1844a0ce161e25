"""A form that fills the screen: fields one below the other, opened in place, saved together.

Enter opens a field; on a field that was just answered it saves the form, if nothing is wrong or missing. A
refused text stays as it was typed, with the reason below it. Esc leaves a field that the user opened; in a
field that the form opened by itself it leaves the form, if nothing was answered yet.
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
from milimo_tui.tui.fields.form_field import FormField, Kind
from milimo_tui.tui.forms.form import Foresee, Form, Renewal
from milimo_tui.tui.forms.form_lines import KEEP, form_rows, label_width
from milimo_tui.tui.forms.form_list import GUTTER, FormList
from milimo_tui.tui.shell.screen import StudioScreen
from milimo_tui.tui.terminal.theme import FAILED, WORKING
from milimo_tui.tui.widgets.lines import Line
from milimo_tui.tui.widgets.rows import Rows
from milimo_tui.tui.widgets.text import line

if TYPE_CHECKING:
    from milimo_tui.studio.session.studio import Snapshot
    from milimo_tui.tui.keys.key_parser import KeyCommand

LAID_OUT_SECONDS = 2.0  # Longest wait for a layout.
FIRST_ROW = 2  # First row of the list, below the heading.
WORKING_AFTER = 0.3  # Seconds after which a running save is shown.


class Foot(Line):
    """The line on the form's state; a click on it saves the form."""

    class Clicked(Message):
        """The line was clicked."""

    def on_click(self, event: Click) -> None:
        self.post_message(self.Clicked())


class FormScreen(StudioScreen):
    """A screen that asks for a form's fields. `done` ends with True if the form was saved."""

    MODE = "form"
    TITLE = "Form"
    CONTEXTS: ClassVar[tuple[str, ...]] = ("form", "list")
    CSS_PATH: ClassVar[CSSPathType | None] = "form.tcss"
    AUTO_FOCUS = "#form"
    NEEDS_FILM = False
    OUT: ClassVar[str] = "Esc gives up"  # The words on the effect of Esc.

    def __init__(self, form: Form, key: str = "", *, opens: bool = False) -> None:
        """Create the screen with the cursor on the field `key`. `opens`: open that field at once."""
        super().__init__()
        self.form = form
        self.done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._key, self._opens = key, opens
        self._answered = ""  # Key of the field that was answered last, while the cursor is on it.
        self._then = 0  # Number of fields that the cursor moves when the field is left.
        self._is_keeping = False
        self._is_reading = False

    def body(self) -> Iterable[Widget]:
        yield FormList(self._drags, id="form")
        yield Foot(id="form-foot")

    # -- screen interface ------------------------------------------------------------------------------

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
    def _here(self) -> FormField | None:
        return self.form.field(self.list.key)

    def mode_name(self) -> str:
        return self.prompt.name_shown if self.prompt.is_open else "FORM"

    def heading(self) -> Text:
        return line((self.form.title, self.ink.strong))

    def facts(self) -> Text | str:
        return self.form.facts

    def show_film(self, film: Snapshot | None) -> None:
        self._draw()

    def on_mount(self) -> None:
        self._draw()
        first = self._key or next((field.key for field in self.form.missing), "")
        self.list.show(self.list.rows, first or None)
        if self._opens or (self.form.whole and self.form.missing):
            self._open_here()  # Open the field now: keys typed right after the form's key are meant for it.

    def on_unmount(self) -> None:
        if not self.done.done():
            self.done.set_result(False)

    def on_resize(self) -> None:
        super().on_resize()
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        rows = self.list
        rows.label = label_width(self.form)
        rows.show(form_rows(self.form, self.ink, rows.size.width or self.size.width))
        self._draw_foot()
        self.refresh_lines()

    def _draw_foot(self) -> None:
        ink, words = self.ink, self.form.foot()
        style = ink.failed if words.startswith(FAILED) else ink.text if self.form.is_complete else ink.muted
        if self._is_keeping or self._is_reading:
            words, style = f"{WORKING} {'keeping' if self._is_keeping else 'reading'}", ink.working
        foot, keeps, out = self.query_one("#form-foot", Foot), f"Enter {self.form.verb}", f"   {self.OUT}"
        has_room = cell_len(f"{words}  {keeps}{out}") <= (foot.size.width or self.size.width) - 2
        keeps = keeps if self._keeps_now and has_room else ""  # The last row of the form shows this too.
        foot.show(line((words, style)), line((keeps, ink.key), (out, ink.muted)))

    @property
    def _keeps_now(self) -> bool:
        """True if Enter saves the form: the field under the cursor is answered, and no field is wrong or
        missing.
        """
        here = self.list.key
        return self.form.is_complete and (here == KEEP or (bool(here) and self._answered == here))

    def on_rows_moved(self, event: Rows.Moved) -> None:
        if event.key != self._answered:
            self._answered = ""
        self._draw_foot()

    def on_foot_clicked(self, event: Foot.Clicked) -> None:
        self.background(self._keep)

    def on_form_list_entered(self, event: FormList.Entered) -> None:
        """Open the field, or save the form if the field was just answered. A typed count becomes a number's
        value.
        """
        field = self._here
        if field is None or event.count is None or field.kind not in (Kind.NUMBER, Kind.TIME):
            self.background(self._enter)
            return
        self.form.answer(field, f"{event.count}{'f' if field.kind is Kind.TIME else ''}")
        self._answered = field.key
        self._foresee()
        self._draw()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        self.background(self._enter)

    # -- a field ---------------------------------------------------------------------------------------

    def _open_here(self) -> None:
        self.background(partial(self._open_field, by_itself=True))

    async def _enter(self) -> None:
        if self._keeps_now:
            await self._keep()
        else:
            await self._open_field()

    async def _open_field(self, typed: str | None = None, *, by_itself: bool = False) -> None:
        """Open the field under the cursor in place, and take the typed text.

        `by_itself`: the form opened the field, so leaving the field also leaves the form.
        """
        field = self._here
        if field is None:
            return
        if field.kind is Kind.SWITCH:
            self._step(field, 1)
            return
        self._then = 0
        before = self.form.text(field)
        given = await self.ask(
            field.label, before if typed is None else typed, name=field.label.upper()[:12], field=field,
            at=self._place_of_field(),
        )  # fmt: skip
        if given is not None:
            self.form.answer(field, given)
            self._answered = field.key
            self._foresee()
        self._draw()
        if given is not None:
            self._go_on(field)
        elif by_itself and self._leaves_with(field):
            self.dismiss()

    def _leaves_with(self, field: FormField) -> bool:
        """Return True if the form also closes when a field that it opened by itself is left."""
        return not self.form.typed

    def _place_of_field(self) -> Region | None:
        """Return the region of the value under the cursor; None if it is out of sight.

        Before the list has its place on the screen, return an estimate.
        """
        if self.list.size.height:
            return self.list.value_region(self.list.key)
        self.call_after_refresh(self._put_field, time.monotonic() + LAID_OUT_SECONDS)
        left = GUTTER + label_width(self.form)
        return Region(left, FIRST_ROW + max(0, self.list.cursor), max(1, self.app.size.width - left - 1), 1)

    def _put_field(self, end: float) -> None:
        """Move the open field to its value's region as soon as the list has its place."""
        if not self.prompt.is_open:
            return
        if self.list.size.height and (at := self.list.value_region(self.list.key)) is not None:
            self.prompt.move_to(at)
        elif time.monotonic() < end:
            self.call_after_refresh(self._put_field, end)

    def _go_on(self, field: FormField) -> None:
        """Go to the field that Tab asked for, otherwise to the next required one. Save the form if nothing is
        left.
        """
        if self._then:
            self._walk(self._then)
            self._then = 0
        elif not self.form.problem(field) and (asked := self.form.next_asked) is not None:
            self.list.show(self.list.rows, asked.key)
            self.call_after_refresh(self._open_here)
        elif self.form.is_said_whole:
            self.background(self._keep)

    def _walk(self, step: int) -> None:
        for _ in range(abs(step)):
            self.list.move_to(self.list.cursor + (1 if step > 0 else -1), step)

    def _step(self, field: FormField, count: int, *, big: bool = False) -> None:
        if self.form.step(field, count, big=big):
            self._answered = field.key
            self._foresee()
            self._draw()
        elif field.steps:
            self.say(f"{field.label} goes no further", "warn")
        else:
            self.say("this is typed", hint="Enter opens it")

    def _drags(self, key: str) -> bool:
        field = self.form.field(key)
        return field is not None and field.kind in (Kind.NUMBER, Kind.TIME)

    def on_form_list_dragged(self, event: FormList.Dragged) -> None:
        field = self.form.field(event.key)
        if field is not None:
            self.list.show(self.list.rows, event.key)
            self._step(field, event.steps)

    # -- actions ---------------------------------------------------------------------------------------

    async def act_edit(self, key_command: KeyCommand) -> None:
        """e: open the field, even if it is answered."""
        await self._open_field()

    async def act_keep(self, key_command: KeyCommand) -> None:
        """w: save the form, wherever the cursor is."""
        await self._keep()

    def act_less(self, key_command: KeyCommand) -> None:
        self._step_here(-key_command.times, big=bool(key_command.binding.args.get("big")))

    def act_more(self, key_command: KeyCommand) -> None:
        self._step_here(key_command.times, big=bool(key_command.binding.args.get("big")))

    def _step_here(self, count: int, *, big: bool) -> None:
        if (field := self._here) is not None:
            self._step(field, count, big=big)

    def act_toggle(self, key_command: KeyCommand) -> None:
        field = self._here
        if field is not None and field.kind is Kind.SWITCH:
            self._step(field, 1)
        else:
            self.say("this is no switch", hint="Enter opens it")

    def act_reset(self, key_command: KeyCommand) -> None:
        """r: restore the field's first value."""
        if (field := self._here) is not None:
            self.form.reset(field)
            self._answered = ""
            self._foresee()
            self._draw()

    async def act_next_field(self, key_command: KeyCommand) -> None:
        """Tab: complete a path as far as it exists, then go to the next field."""
        opened = self.prompt.opened
        if opened is not None and opened.field.kind is Kind.PATH and await self._completes():
            return
        self._leave_field(1)

    def act_previous_field(self, key_command: KeyCommand) -> None:
        self._leave_field(-1)

    def act_field_below(self, key_command: KeyCommand) -> None:
        """Down in a field: its next choice or a smaller number; in other fields, go to the field below."""
        self._move_in_field(1, key_command)

    def act_field_above(self, key_command: KeyCommand) -> None:
        self._move_in_field(-1, key_command)

    def _move_in_field(self, step: int, key_command: KeyCommand) -> None:
        opened = self.prompt.opened
        if opened is None or not opened.moves:
            self._leave_field(step)
        elif step > 0:
            self.prompt.act_down(key_command)
        else:
            self.prompt.act_up(key_command)

    async def _completes(self) -> bool:
        """Complete the typed path; return True if text was added. A file selected in the list counts as
        complete.
        """
        from milimo_tui.tui.fields.path_facts import is_file

        before, opened = self.prompt.typed, self.prompt.opened
        meant = opened.chosen(before) if opened is not None else before
        if not before.strip() or await self.in_thread(partial(is_file, meant)):
            return False
        await self.prompt.complete()
        return self.prompt.typed != before

    def _leave_field(self, step: int) -> None:
        """Take the text of the open field, right or wrong, and go to another field (Tab)."""
        if self.prompt.is_open:
            self._then = step
            self.prompt.give()
        else:
            self._walk(step)

    def act_out(self, key_command: KeyCommand) -> None:
        """Esc: abandon the form. The typed text is lost, and nothing is changed."""
        self.dismiss()

    act_close = act_out

    # -- saving ----------------------------------------------------------------------------------------

    async def _keep(self) -> None:
        """Save the form. A refused form stays as it was typed, with the reason."""
        form = self.form
        if self._is_keeping:
            return
        if not form.is_complete:
            left = (*form.wrong, *form.missing)
            if left:
                self.list.show(self.list.rows, left[0].key)
            self.say(form.foot().removeprefix(f"{FAILED} "), "warn")
            return
        self._is_keeping = True
        timer = self.set_timer(WORKING_AFTER, self._draw_foot)
        try:
            reason = await form.keep(form.values)
        finally:
            timer.stop()
            self._is_keeping = False
        if reason:
            self._answered = ""
            form.refuse(reason)
            self._draw()
            if wrong := form.wrong:
                self.list.show(self.list.rows, wrong[0].key)
            return
        if not self.done.done():
            self.done.set_result(True)
        self.dismiss()

    def _foresee(self) -> None:
        """Find out the consequences of the changes; the old words stay until these are known."""
        renewal = self.form.renewal
        if renewal is not None and self.form.is_outdated:
            self.background(partial(self._renew, renewal), "renew", exclusive=True)
        if self.form.foresee is not None:
            read = partial(self._read_foreseen, self.form.foresee, dict(self.form.values))
            self.background(read, "foresee", exclusive=True)

    async def _renew(self, renewal: Renewal) -> None:
        """Show the fields that fit the choices; the old fields stay until the new ones are read."""
        form = self.form
        timer = self.set_timer(WORKING_AFTER, self._draw_foot)
        self._is_reading = True
        try:
            while form.is_outdated:
                chosen = form.chosen
                form.renew(await self.in_thread(partial(renewal.read, form.typed)), chosen)
        except MilimoError as error:
            form.refuse(error.message)
        finally:
            timer.stop()
            self._is_reading = False
        self._draw()

    async def _read_foreseen(self, foresee: Foresee, values: dict[str, str]) -> None:
        try:
            self.form.foreseen = await self.in_thread(partial(foresee, values)) if values else ""
        except MilimoError as error:
            self.form.foreseen = ""
            self.form.refuse(error.message)
            self._draw()
        self._draw_foot()
