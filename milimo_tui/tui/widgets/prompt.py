"""One line to type in, in place of the message line: commands, timecodes, searches, fields."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Input, Label

from milimo_tui.tui.widgets.host import host_screen_of

if TYPE_CHECKING:
    from milimo_tui.tui.keys.completion import Lines
    from milimo_tui.tui.keys.key_parser import KeyCommand

MOST_REMEMBERED = 100


class SteadyInput(Input):
    """A field whose cursor stands still: a screen at rest sends nothing over the line."""

    cursor_blink = reactive(False, init=False)


class Field(SteadyInput):
    """The field of a prompt; a pasted text of several lines is handed to the screen."""

    def on_paste(self, event: events.Paste) -> None:
        if "\n" in event.text.strip():
            event.prevent_default()
            event.stop()
            self.post_message(Prompt.Pasted(event.text))


class Prompt(Horizontal):
    """`ask` shows it and waits; Enter answers, Esc leaves; up and down walk what was typed before.

    The first Tab goes on as far as all that could follow is alike, each further one takes the next of them.
    """

    DEFAULT_CSS = """
    Prompt { height: 1; width: 1fr; display: none; padding: 0 1; }
    Prompt Label { width: auto; color: $accent; text-style: bold; padding-right: 1; }
    Prompt Input, Prompt Input:focus {
        border: none; height: 1; width: 1fr; padding: 0; background: $background; color: $text;
    }
    Prompt Input > .input--suggestion { color: $muted; }
    Prompt #prompt-beside { color: $muted; text-style: none; padding: 0 0 0 2; }
    """

    class Pasted(Message):
        """Several lines were pasted while a question was open."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, *, id: str | None = None, instead_of: str = "#message") -> None:
        """`instead_of` selects the line of the screen in whose place it stands while it asks."""
        super().__init__(id=id)
        self._instead_of = instead_of
        self.name_shown = ""
        self._answer: asyncio.Future[str | None] | None = None
        self._before: Widget | None = None
        self._changed: Callable[[str], None] | None = None
        self._typed: dict[str, list[str]] = {}
        self._place = 0
        self.above: tuple[Text, ...] = ()  # rows above the line
        self._lines: Lines | None = None
        self._completing = asyncio.Lock()
        self._round: tuple[Sequence[str], int] = ((), -1)  # what Tab goes round, and where it is
        self.beside = ""  # words at the right end of the line, of the next question alone

    @property
    def is_open(self) -> bool:
        return self._answer is not None

    @property
    def typed(self) -> str:
        """Return what stands in the line."""
        return self.query_one(Input).value

    def compose(self) -> ComposeResult:
        yield Label("", markup=False)
        yield Field(compact=True, select_on_focus=False)
        yield Label("", id="prompt-beside", markup=False)

    async def ask(
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
    ) -> str | None:
        """Ask for a line; return None where it is left, and at once while another question is open.

        A secret is not shown, and forgotten by this line once it is answered. `changed` is called with what
        is typed so far; `lines` are what Tab completes to (asked off the event loop); the rows `above` stand
        above the line.
        """
        if self._answer is not None:
            return None
        self._answer = asyncio.get_running_loop().create_future()
        self.name_shown = name
        self._place = len(self._typed.get(name, ()))
        self._before = self.screen.focused
        self.query_one(Label).update(label)
        self.query_one("#prompt-beside", Label).update(self.beside)
        self.beside = ""
        field = self.query_one(Input)
        self.above, self._round = tuple(above), ((), -1)
        self.suggest(suggestions)
        self._lines = lines or self._lines
        field.password = secret
        field.value = value
        field.cursor_position = len(value)
        self._changed = changed
        self.display = True
        self.screen.query_one(self._instead_of).display = False
        self.screen.set_focus(field)  # at once: the very next key is typed into it
        try:
            return await self._answer
        finally:
            self._answer = self._changed = self._lines = None
            self.above = ()
            if self.is_attached:
                self._leave()

    async def closed(self) -> None:
        """Wait until nothing is asked."""
        while self._answer is not None:
            await asyncio.wait([self._answer])
            await asyncio.sleep(0)  # for whoever asked to hear the answer

    def _leave(self) -> None:
        """Give the line back to the message, and the keys to whoever had them."""
        field = self.query_one(Input)
        if field.password:
            field.value, field.password = "", False
        self.display = False
        self.screen.query_one(self._instead_of).display = True
        self.screen.set_focus(self._before if self._before and self._before.is_attached else None)

    def suggest(self, words: tuple[str, ...]) -> None:
        """Complete from these words from now on."""
        from textual.suggester import SuggestFromList

        from milimo_tui.tui.keys.completion import among

        self.query_one(Input).suggester = SuggestFromList(words) if words else None
        self._lines = among(words) if words else None

    def complete_by(self, lines: Lines) -> None:
        """Let Tab complete to these lines from now on."""
        self._lines = lines

    def on_input_changed(self, event: Input.Changed) -> None:
        if self._changed is not None:
            self._changed(event.value)

    def _settle(self, value: str | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(value)

    def act_accept(self, key_command: KeyCommand) -> None:
        field = self.query_one(Input)
        value = field.value
        typed = self._typed.setdefault(self.name_shown, [])
        if value and not field.password and typed[-1:] != [value]:
            typed.append(value)
            del typed[:-MOST_REMEMBERED]
        self._settle(value)

    def leave(self) -> None:
        """Close the question unanswered."""
        self._settle(None)

    def act_out(self, key_command: KeyCommand) -> None:
        self.leave()

    def _recall(self, step: int) -> None:
        typed = self._typed.get(self.name_shown, [])
        self._place = max(0, min(len(typed), self._place + step))
        field = self.query_one(Input)
        field.value = typed[self._place] if self._place < len(typed) else ""
        field.cursor_position = len(field.value)

    async def act_complete(self, key_command: KeyCommand) -> None:
        """Complete what is typed (Tab); nothing is ever erased."""
        await self._complete(1)

    async def act_complete_back(self, key_command: KeyCommand) -> None:
        await self._complete(-1)

    async def _complete(self, step: int) -> None:
        async with self._completing:  # a second Tab goes on from what the first one found
            await self._complete_once(step)

    async def _complete_once(self, step: int) -> None:
        from milimo_tui.tui.keys.completion import common_start

        field = self.query_one(Input)
        typed, (found, place) = field.value, self._round
        if place >= 0 and typed == found[place]:
            place = (place + step) % len(found)
        elif self._lines is not None and field.cursor_position == len(typed):
            screen = host_screen_of(self)
            found = tuple(await screen.in_thread(partial(self._lines, typed)))
            longer = common_start(typed, found) if found else typed
            if field.value != typed or not found:
                return
            if len(longer) > len(typed) and longer not in found:
                field.value = longer
                field.cursor_position = len(longer)
                return
            place = found.index(longer) if longer in found and longer != typed else 0
            if found[place] == typed and len(found) > 1:
                place = 1
        else:
            return
        self._round = found, place
        field.value = found[place]
        field.cursor_position = len(field.value)

    def act_up(self, key_command: KeyCommand) -> None:
        self._recall(-1)

    def act_down(self, key_command: KeyCommand) -> None:
        self._recall(1)
