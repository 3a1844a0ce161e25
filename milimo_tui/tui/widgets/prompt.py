"""A line of text input that replaces the message line, for commands, timecodes, searches and fields."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.geometry import Region
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Input, Label

from milimo_tui.core.reasons import reason
from milimo_tui.tui.fields.form_field import FieldKind, FormField, make_free_choice_field
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.widgets.choice_box import ChoiceBox
from milimo_tui.tui.widgets.open_field import PROBING, OpenField
from milimo_tui.tui.widgets.terminal_app import get_terminal_app

if TYPE_CHECKING:
    from textual.timer import Timer

    from milimo_tui.tui.keys.completion import Lines
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.terminal.theme import TextStyles

MAX_REMEMBERED = 100
PROBE_DELAY = 0.15  # Seconds without typing after which the file at a typed path is examined.
# Cells that must stay free between the typed text and a note after it. Otherwise the note is shown in a box.
TYPING_SPACE = 12
# If examining a file takes longer than this many seconds, a notice says that it is not finished yet.
PROBING_NOTICE_DELAY = 0.3


class SteadyInput(Input):
    """An input whose cursor does not blink, so that an idle screen sends nothing over the connection."""

    cursor_blink = reactive(False, init=False)

    def on_resize(self) -> None:
        """Scroll so that the cursor is visible. Text that was set before the widget had a size would
        otherwise show only its beginning.
        """
        at = Region(self.cursor_screen_offset.x - self.content_region.x + self.scroll_offset.x, 0, 1, 1)
        self.scroll_to_region(at, force=True, animate=False)


class PromptField(SteadyInput):
    """The text input of a prompt. If several lines are pasted, the input passes them to the screen."""

    def action_cursor_right(self, select: bool = False) -> None:
        """Move the cursor right. At the end of the text, complete the text as Tab does."""
        prompt = self.parent
        if not select and self.cursor_at_end and not self._suggestion and isinstance(prompt, Prompt):
            prompt.run_worker(prompt.complete_typed(), group="acts")
        else:
            super().action_cursor_right(select)

    def on_paste(self, event: events.Paste) -> None:
        if "\n" in event.text.strip():
            event.prevent_default()
            event.stop()
            self.post_message(Prompt.Pasted(event.text))


class Prompt(Horizontal):
    """A question with one line of input. It is shown in place of the message line, or in place of a value on
    the screen that is being edited. `ask_for_line` shows the prompt and waits for the answer.

    - Enter answers and Esc leaves without an answer. Up and down recall earlier inputs.
    - The first Tab completes the text as far as all completions are the same. Each further Tab inserts
      another completion.
    - If the prompt asks for a field, up and down go through its choices or step its number. An invalid text
      stays as it was typed, with the reason next to it.
    """

    DEFAULT_CSS = """
    Prompt { height: 1; width: 1fr; display: none; padding: 0 1; }
    Prompt Label { width: auto; color: $accent; text-style: bold; padding-right: 1; }
    Prompt Input, Prompt Input:focus {
        border: none; height: 1; width: 1fr; padding: 0; background: $background; color: $text;
    }
    Prompt Input > .input--suggestion { color: $muted; }
    Prompt #prompt-beside { color: $muted; text-style: none; padding: 0 0 0 2; }
    Prompt.-inline { layer: over; position: absolute; padding: 0; }
    Prompt.-inline Label { display: none; }
    Prompt.-inline #prompt-beside { display: block; background: $raised; }
    Prompt.-inline Input, Prompt.-inline Input:focus { background: $raised; }
    """

    class Pasted(Message):
        """The user pasted several lines while a question was open."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(
        self,
        *,
        id: str | None = None,
        instead_of: str,
        redraw_rows: Callable[[], None],
        in_thread: Callable[[Callable[[], Sequence[str]]], Awaitable[Sequence[str]]],
    ) -> None:
        """Create a prompt. `instead_of` is the CSS selector of the widget whose position the prompt takes
        while a question is open. `redraw_rows` draws the rows above the prompt. `in_thread` runs a function
        that reads completions in a thread.
        """
        super().__init__(id=id)
        self._instead_of, self._redraw_rows, self._in_thread = instead_of, redraw_rows, in_thread
        self.name_shown = ""
        self._answer: asyncio.Future[str | None] | None = None
        self._before: Widget | None = None
        self._changed: Callable[[str], None] | None = None
        self._typed: dict[str, list[str]] = {}
        self._place = 0
        # The text that the user was typing when Up recalled an earlier input. Down brings this text back.
        self._draft = ""
        self.above: tuple[Text, ...] = ()  # Rows shown above the input line.
        self._lines: Lines | None = None
        self._completing = asyncio.Lock()
        # The completions that Tab goes through, and the index of the present one; −1 before the first.
        self._round: tuple[Sequence[str], int] = ((), -1)
        # A text for the right end of the input line, set before a question. It is shown with that question
        # only.
        self.beside = ""
        self.opened: OpenField | None = None  # The state of the field that the prompt asks for, or None.
        self._at: Region | None = None
        self._probe_timer: Timer | None = None

    @property
    def is_open(self) -> bool:
        """True while a question is open."""
        return self._answer is not None

    @property
    def typed(self) -> str:
        """The text in the input line."""
        return self.query_one(Input).value

    def compose(self) -> ComposeResult:
        yield Label("", markup=False)
        yield PromptField(compact=True, select_on_focus=False)
        yield Label("", id="prompt-beside", markup=False)

    async def ask_for_line(
        self,
        label: str,
        value: str,
        *,
        name: str,
        suggestions: tuple[str, ...] = (),
        secret: bool = False,
        changed: Callable[[str], None] | None = None,
        lines: Lines | None = None,
        above: Sequence[Text] = (),
        field: FormField | None = None,
        at: Region | None = None,
    ) -> str | None:
        """Ask for a line of text. Return None if the user cancels the question, if another question is
        open already, or if the screen closes meanwhile.

        - `secret` hides the text, and erases it from the line after the answer.
        - `changed` is called with the text after each change.
        - `lines` returns the completions for Tab. It is called in a thread.
        - `above` are rows shown above the input line.
        - `field` describes the allowed values.
        - `at` is the region of the value on the screen. If it is given, the question is shown there,
          otherwise on the message line.
        """
        if self._answer is not None or not self.is_attached:
            return None
        self._answer = asyncio.get_running_loop().create_future()
        self.name_shown = name
        self._place = len(self._typed.get(name, ()))
        self._before = self.screen.focused
        self.query_one(Label).update(label)
        self.query_one("#prompt-beside", Label).update(self.beside)
        self.beside = ""
        entry = self.query_one(Input)
        self.above, self._round = tuple(above), ((), -1)
        self.suggest_words(suggestions)
        self._lines = lines or self._lines
        self._open_prompt_field(field or self._infer_field(label, suggestions, lines), value, at)
        entry.password = secret
        entry.placeholder = self.opened.field.default if self.opened is not None else ""
        entry.value = value
        entry.cursor_position = len(value)
        if self.opened is not None and self.opened.replaces_on_typing:
            entry.select_all()  # All text is selected, so the first typed character replaces the value.
        self._changed = changed
        self.display = True
        self.screen.query_one(self._instead_of).display = at is not None
        self.screen.set_focus(entry)  # Focus at once, so that the very next key goes to the input.
        self._refresh_field()
        try:
            return await self._answer
        finally:
            self._answer = self._changed = self._lines = self.opened = None
            self.above = ()
            if self.is_attached:
                self._end_question()

    def keeps_focus_from(self, widget: Widget | None) -> bool:
        """Return True if `widget` must not get the focus now, because the user is typing in the prompt. In
        this case, remember `widget`, so that it gets the focus when the question is closed.

        Return False if no question is open, or if `widget` belongs to the prompt.
        """
        if self._answer is None or (widget is not None and self in widget.ancestors_with_self):
            return False
        self._before = widget
        return True

    async def wait_until_closed(self) -> None:
        """Wait until no question is open, and the code that asked has its answer."""
        while self._answer is not None:
            await asyncio.wait([self._answer])
            # Yield to the event loop once, so that the code that asked the question receives the answer
            # first.
            await asyncio.sleep(0)

    def _infer_field(self, label: str, words: tuple[str, ...], lines: Lines | None) -> FormField | None:
        """Return a form field for a question that has none. If `words` are given, the field has these words
        as choices. If `lines` completes paths, the field is for a path. Otherwise return None.
        """
        if words:
            return make_free_choice_field(label, words)
        from milimo_tui.tui.keys.completion import list_path_completions

        return (
            FormField(key=label, label=label, kind=FieldKind.PATH) if lines is list_path_completions else None
        )

    def _open_prompt_field(self, field: FormField | None, value: str, at: Region | None) -> None:
        """Begin to edit a field with the text `value`. If `at` is given, move the prompt to that region of
        the screen.
        """
        self.opened, self._at = OpenField(field, value) if field is not None else None, at
        if field is not None and self._lines is None:
            from milimo_tui.tui.keys.completion import complete_to_words, list_path_completions

            words = tuple(choice.word for choice in field.choices)
            files = partial(list_path_completions, suffixes=field.suffixes)
            self._lines = (
                files if field.kind is FieldKind.PATH else complete_to_words(words) if words else None
            )
        self.set_class(at is not None, "-inline")
        if at is not None:
            self.styles.offset, self.styles.width = (at.x, at.y), at.width

    def move_inline_prompt(self, at: Region) -> None:
        """Move the prompt to another region, if it is shown in place of a value on the screen."""
        if self._at is not None:
            self._at = at
            self.styles.offset, self.styles.width = (at.x, at.y), at.width
            self._refresh_field()

    def draw_rows_above(self, ink: TextStyles, width: int, most: int) -> tuple[Text, ...]:
        """Return at most `most` rows to show above the input line."""
        if self.opened is None or self._at is not None:
            return self.above[:most]
        notes = self.opened.draw_notes(ink)
        free = most - len(notes) - len(self.above)
        return (*self.above[:most], *self.opened.draw_choice_rows(ink, width, free), *notes)

    def _refresh_field(self) -> None:
        """Draw the choices and notes of the field again, after the text or the cursor changed."""
        if self.opened is None or not self.screen.size.height:
            return
        if self._at is not None:
            ink, box = get_terminal_app(self).ink, self.screen.query_one(ChoiceBox)
            note = self._inline_note(self.opened, self._at, ink)
            self.query_one("#prompt-beside", Label).update(note or "")
            if note is None:
                box.show_box(self.opened, self._at, self.screen.size, ink, self.take_choice)
            else:
                box.hide()
        else:
            self._redraw_rows()

    def _inline_note(self, opened: OpenField, at: Region, ink: TextStyles) -> Text | None:
        """Return the note about the field (such as the reason of a refusal) if it fits on the line after the
        typed text. Otherwise return None; the note is then shown in a box, which covers the fields under the
        line.
        """
        notes = opened.draw_notes(ink)
        if (
            opened.choices
            or len(notes) != 1
            or cell_len(self.typed) + notes[0].cell_len + TYPING_SPACE > at.width
        ):
            return None
        return notes[0]

    def take_choice(self, index: int) -> None:
        """Answer with the choice that the user clicked. If the choice is a folder, list its files instead."""
        if self.opened is not None:
            text = self.opened.select_choice(index)
            if self.opened.opens_folder(text):
                self._set_text(text)
            else:
                self.query_one(Input).value = text
                self._accept_text()

    def answer_unchecked(self) -> None:
        """Answer with the present text without checking it, because the code that asked checks it."""
        typed = self.typed
        self._set_answer(self.opened.get_answer(typed) if self.opened is not None else typed)

    def _schedule_probe(self) -> None:
        """Examine the file at the typed or selected path, as soon as the user stops typing."""
        if self._probe_timer is not None:
            self._probe_timer.stop()
        opened = self.opened
        if opened is None or opened.field.kind is not FieldKind.PATH:
            return
        if path := opened.get_answer(self.typed):
            self._probe_timer = self.set_timer(PROBE_DELAY, partial(self._probe_path, opened, path))

    def _probe_path(self, opened: OpenField, path: str) -> None:
        from milimo_tui.tui.fields.path_facts import describe_path

        self.run_worker(self._show_path_facts(opened, path, describe_path), group="probe", exclusive=True)

    async def _show_path_facts(self, opened: OpenField, path: str, read: Callable[[str], str]) -> None:
        if self._at is not None and self._lines is not None and self.typed.strip() == path:
            paths = await self._in_thread(partial(self._lines, self.typed))
            if self._is_current_path(opened, path):
                opened.offer_words(paths)
                self._refresh_field()
        look = opened.field.look
        found = (
            run_in_daemon_thread(partial(read, path)) if look is None else asyncio.ensure_future(look(path))
        )
        done, _ = await asyncio.wait([found], timeout=PROBING_NOTICE_DELAY)
        if not done and self._is_current_path(opened, path):
            opened.facts = PROBING
            self._refresh_field()
        facts = await found
        if self._is_current_path(opened, path):
            opened.facts = facts
            self._refresh_field()

    def _is_current_path(self, opened: OpenField, path: str) -> bool:
        return self.opened is opened and opened.get_answer(self.typed) == path

    def _end_question(self) -> None:
        """Replace the prompt by the message line again, and return the focus to the widget that had it before
        the question.
        """
        if self._probe_timer is not None:
            self._probe_timer.stop()
        self.workers.cancel_group(self, "probe")
        if self._at is not None:
            self._at = None
            self.screen.query_one(ChoiceBox).hide()
            self.remove_class("-inline")
            self.styles.offset = (0, 0)
            self.styles.clear_rule("width")
        field = self.query_one(Input)
        if field.password:
            field.value, field.password = "", False
        self.display = False
        self.screen.query_one(self._instead_of).display = True
        self.screen.set_focus(self._before if self._before and self._before.is_attached else None)

    def suggest_words(self, words: tuple[str, ...]) -> None:
        """Replace the words that Tab completes."""
        from textual.suggester import SuggestFromList

        from milimo_tui.tui.keys.completion import complete_to_words

        self.query_one(Input).suggester = SuggestFromList(words) if words else None
        self._lines = complete_to_words(words) if words else None

    def set_completion(self, lines: Lines) -> None:
        """Replace the function that returns the completions for Tab."""
        self._lines = lines

    def on_input_changed(self, event: Input.Changed) -> None:
        if self.opened is not None:
            self.opened.update_typed(event.value)
            self._refresh_field()
            self._schedule_probe()
        if self._changed is not None:
            self._changed(event.value)

    def _set_answer(self, value: str | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(value)

    @action
    def act_accept(self, key_command: KeyCommand) -> None:
        self._accept_text()

    def _accept_text(self) -> None:
        """Answer with the present text. If it is not a valid value, keep the question open and show the
        reason next to the text.
        """
        field = self.query_one(Input)
        value = field.value
        if self.opened is not None:
            # Enter may arrive together with the last typed letters, before the input reports them.
            self.opened.update_typed(value)
            value = self.opened.get_answer(value)
            if self.opened.opens_folder(value):
                self._set_text(value)
                return
            if self.opened.check_refusal(value):
                self._refresh_field()
                return
        typed = self._typed.setdefault(self.name_shown, [])
        if value and not field.password and typed[-1:] != [value]:
            typed.append(value)
            del typed[:-MAX_REMEMBERED]
        self._set_answer(value)

    def leave_unanswered(self) -> None:
        """Close the question without an answer."""
        self._set_answer(None)

    @action
    def act_out(self, key_command: KeyCommand) -> None:
        self.leave_unanswered()

    def _recall_input(self, step: int) -> None:
        """Replace the text by an earlier or later input. After the latest input, the text that the user was
        typing returns.
        """
        earlier = self._typed.get(self.name_shown, [])
        before, self._place = self._place, max(0, min(len(earlier), self._place + step))
        if before == self._place:
            return
        if before == len(earlier):
            self._draft = self.typed
        self._set_text(earlier[self._place] if self._place < len(earlier) else self._draft)

    @action
    async def act_complete(self, key_command: KeyCommand) -> None:
        """Complete the typed text (Tab). Completion never deletes typed text."""
        await self._complete_in_turn(1)

    @action
    async def act_complete_back(self, key_command: KeyCommand) -> None:
        await self._complete_in_turn(-1)

    async def complete_typed(self) -> None:
        """Complete the typed text, as Tab does."""
        await self._complete_in_turn(1)

    async def _complete_in_turn(self, step: int) -> None:
        # A second Tab waits until the first one has finished, and continues from its result.
        async with self._completing:
            await self._complete_once(step)

    async def _complete_once(self, step: int) -> None:
        from milimo_tui.tui.keys.completion import extend_to_common_start

        field = self.query_one(Input)
        typed, (found, place) = field.value, self._round
        if self.opened is not None and (path := self.opened.get_path_at_cursor(typed)):
            self._set_text(path)
            return
        # The only completion was inserted already, so look for the words that can follow it.
        if len(found) > 1 and place >= 0 and typed == found[place]:
            place = (place + step) % len(found)
        elif self._lines is not None and field.cursor_position == len(typed):
            found = tuple(await self._in_thread(partial(self._lines, typed)))
            longer = extend_to_common_start(typed, found) if found else typed
            if field.value != typed or not found:
                return
            if len(longer) > len(typed) and longer not in found:
                self._set_text(longer)
                return
            place = found.index(longer) if longer in found and longer != typed else 0
            if found[place] == typed and len(found) > 1:
                place = 1
        else:
            return
        self._round = found, place
        self._set_text(found[place])

    @action
    def act_up(self, key_command: KeyCommand) -> None:
        self._step_or_recall(-1)

    @action
    def act_down(self, key_command: KeyCommand) -> None:
        self._step_or_recall(1)

    def _set_text(self, text: str) -> None:
        """Set the text of the line, with the cursor at its end."""
        field = self.query_one(Input)
        field.value = text
        field.cursor_position = len(text)

    def _step_or_recall(self, step: int) -> None:
        """Handle up and down: move to another choice, step a number, or recall an earlier input."""
        if self.opened is None or not self.opened.has_steps:
            self._recall_input(step)
            return
        text = self.opened.step_choice(step)
        if text is not None:
            self._set_text(text)
        elif self._changed is not None:
            self._changed(self.opened.get_answer(self.typed))
        self._schedule_probe()
        self._refresh_field()


def run_in_daemon_thread(work: Callable[[], str]) -> asyncio.Future[str]:
    """Run a function in a daemon thread, so that the program can exit without waiting for it. Return a future
    of the present event loop for the result.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[str] = loop.create_future()

    def set_future(result: str) -> None:
        if not future.done():
            future.set_result(result)

    def run_work() -> None:
        try:
            result = work()
        except Exception as error:  # noqa: BLE001 - a preview that fails shows the error.
            result = f"✕ {reason(error)}"
        with suppress(RuntimeError):  # The event loop may have ended before the function finished.
            loop.call_soon_threadsafe(set_future, result)

    threading.Thread(target=run_work, name="studio-probe", daemon=True).start()
    return future
