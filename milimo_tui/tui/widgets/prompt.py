"""One line to type in, in place of the message line: commands, timecodes, searches, fields."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
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
from milimo_tui.tui.fields.form_field import FormField, Kind, free_words
from milimo_tui.tui.widgets.choice_box import ChoiceBox
from milimo_tui.tui.widgets.host import host_of, host_screen_of
from milimo_tui.tui.widgets.open_field import PROBING, OpenField

if TYPE_CHECKING:
    from textual.timer import Timer

    from milimo_tui.tui.keys.completion import Lines
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.terminal.theme import Ink

MOST_REMEMBERED = 100
PROBE_AFTER = 0.15  # seconds of rest after which a typed path is looked at
TO_TYPE = 12  # cells that stay free behind what is typed
PROBING_AFTER = 0.3  # seconds after which that is told


class SteadyInput(Input):
    """A field whose cursor stands still: a screen at rest sends nothing over the line."""

    cursor_blink = reactive(False, init=False)

    def on_resize(self) -> None:
        """Keep the cursor in sight: words that were put in before there was room begin at its left edge."""
        at = Region(self.cursor_screen_offset.x - self.content_region.x + self.scroll_offset.x, 0, 1, 1)
        self.scroll_to_region(at, force=True, animate=False)


class Field(SteadyInput):
    """The field of a prompt; a pasted text of several lines is handed to the screen."""

    def action_cursor_right(self, select: bool = False) -> None:
        """Go right; at the end of the words, complete them (as Tab does)."""
        prompt = self.parent
        if not select and self.cursor_at_end and not self._suggestion and isinstance(prompt, Prompt):
            prompt.run_worker(prompt.complete(), group="acts")
        else:
            super().action_cursor_right(select)

    def on_paste(self, event: events.Paste) -> None:
        if "\n" in event.text.strip():
            event.prevent_default()
            event.stop()
            self.post_message(Prompt.Pasted(event.text))


class Prompt(Horizontal):
    """`ask` shows it and waits; Enter answers, Esc leaves; up and down walk what was typed before.

    The first Tab goes on as far as all that could follow is alike, each further one takes the next of them.
    Where a field is asked for, up and down go through its choices or step its number; what it can't be stays
    as it was typed, the reason beside it. It stands in the message's place, or where the value does (`at`).
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
        self._draft = ""  # what was typed before up went to what was typed earlier
        self.above: tuple[Text, ...] = ()  # rows above the line
        self._lines: Lines | None = None
        self._completing = asyncio.Lock()
        self._round: tuple[Sequence[str], int] = ((), -1)  # what Tab goes round, and where it is
        self.beside = ""  # words at the right end of the line, of the next question alone
        self.opened: OpenField | None = None  # the field that is asked for
        self._at: Region | None = None
        self._probe_timer: Timer | None = None

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
        field: FormField | None = None,
        at: Region | None = None,
    ) -> str | None:
        """Ask for a line; return None where it is left, and at once while another question is open or where
        the screen was closed meanwhile.

        A secret is not shown, and forgotten by this line once it is answered. `changed` is called with what
        is typed so far; `lines` are what Tab completes to (asked off the event loop); the rows `above` stand
        above the line. `field` says what may stand there; `at` where on the screen its value stands.
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
        self.suggest(suggestions)
        self._lines = lines or self._lines
        self._open(field or self._known_field(label, suggestions, lines), value, at)
        entry.password = secret
        entry.placeholder = self.opened.field.default if self.opened is not None else ""
        entry.value = value
        entry.cursor_position = len(value)
        if self.opened is not None and self.opened.begins_anew:
            entry.select_all()  # a letter begins another value
        self._changed = changed
        self.display = True
        self.screen.query_one(self._instead_of).display = at is not None
        self.screen.set_focus(entry)  # at once: the very next key is typed into it
        self._show_field()
        try:
            return await self._answer
        finally:
            self._answer = self._changed = self._lines = self.opened = None
            self.above = ()
            if self.is_attached:
                self._leave()

    def keeps_from(self, widget: Widget | None) -> bool:
        """Keep the keys while a line is typed; the widget that wants them has them behind it.

        Returns False where nothing is typed, and for what belongs to the prompt.
        """
        if self._answer is None or (widget is not None and self in widget.ancestors_with_self):
            return False
        self._before = widget
        return True

    async def closed(self) -> None:
        """Wait until nothing is asked."""
        while self._answer is not None:
            await asyncio.wait([self._answer])
            await asyncio.sleep(0)  # for whoever asked to hear the answer

    def _known_field(self, label: str, words: tuple[str, ...], lines: Lines | None) -> FormField | None:
        """Return a field of known words, or of a path, for what is asked for without one."""
        if words:
            return free_words(label, words)
        from milimo_tui.tui.keys.completion import paths

        return FormField(key=label, label=label, kind=Kind.PATH) if lines is paths else None

    def _open(self, field: FormField | None, value: str, at: Region | None) -> None:
        """Take a field, and the place where its value stands."""
        self.opened, self._at = OpenField(field, value) if field is not None else None, at
        if field is not None and self._lines is None:
            from milimo_tui.tui.keys.completion import among, paths

            words = tuple(choice.word for choice in field.choices)
            files = partial(paths, suffixes=field.suffixes)
            self._lines = files if field.kind is Kind.PATH else among(words) if words else None
        self.set_class(at is not None, "-inline")
        if at is not None:
            self.styles.offset, self.styles.width = (at.x, at.y), at.width

    def move_to(self, at: Region) -> None:
        """Put the line elsewhere, while it stands where its value does."""
        if self._at is not None:
            self._at = at
            self.styles.offset, self.styles.width = (at.x, at.y), at.width
            self._show_field()

    # -- the field that is open -------------------------------------------------------------------------

    def rows_above(self, ink: Ink, width: int, most: int) -> tuple[Text, ...]:
        """Return the rows that stand above the line, at most so many."""
        if self.opened is None or self._at is not None:
            return self.above[:most]
        notes = self.opened.notes(ink)
        free = most - len(notes) - len(self.above)
        return (*self.above[:most], *self.opened.choice_rows(ink, width, free), *notes)

    def _show_field(self) -> None:
        """Draw what belongs to the field: its choices, why not, what a path leads to."""
        if self.opened is None or not self.screen.size.height:
            return
        if self._at is not None:
            ink, box = host_of(self).ink, self.screen.query_one(ChoiceBox)
            note = self._note_beside(self.opened, self._at, ink)
            self.query_one("#prompt-beside", Label).update(note or "")
            if note is None:
                box.show(self.opened, self._at, self.screen.size, ink, self.take_choice)
            else:
                box.hide()
        else:
            host_screen_of(self).refresh_message()

    def _note_beside(self, opened: OpenField, at: Region, ink: Ink) -> Text | None:
        """Return what is to be known of a field where it has room behind what is typed; None where only a box
        has room for it, which covers the fields below.
        """
        notes = opened.notes(ink)
        if opened.choices or len(notes) != 1 or cell_len(self.typed) + notes[0].cell_len + TO_TYPE > at.width:
            return None
        return notes[0]

    def take_choice(self, index: int) -> None:
        """Answer with one of the choices that fit (a click on it)."""
        if self.opened is not None:
            text = self.opened.take(index)
            if self.opened.leads_on(text):
                self._put(text)
            else:
                self.query_one(Input).value = text
                self._accept()

    def give(self) -> None:
        """Answer with what stands there, right or wrong: who asked says what becomes of it."""
        typed = self.typed
        self._settle(self.opened.chosen(typed) if self.opened is not None else typed)

    def _look_at_path(self) -> None:
        """Look at the path that is typed, or that the cursor is on, once the person rests."""
        if self._probe_timer is not None:
            self._probe_timer.stop()
        opened = self.opened
        if opened is None or opened.field.kind is not Kind.PATH:
            return
        if path := opened.chosen(self.typed):
            self._probe_timer = self.set_timer(PROBE_AFTER, partial(self._probe, opened, path))

    def _probe(self, opened: OpenField, path: str) -> None:
        from milimo_tui.tui.fields.path_facts import facts_of

        self.run_worker(self._show_facts(opened, path, facts_of), group="probe", exclusive=True)

    async def _show_facts(self, opened: OpenField, path: str, read: Callable[[str], str]) -> None:
        if self._at is not None and self._lines is not None and self.typed.strip() == path:
            paths = await host_screen_of(self).in_thread(partial(self._lines, self.typed))
            if self._is_of(opened, path):
                opened.offer(paths)
                self._show_field()
        look = opened.field.look
        found = in_own_thread(partial(read, path)) if look is None else asyncio.ensure_future(look(path))
        done, _ = await asyncio.wait([found], timeout=PROBING_AFTER)
        if not done and self._is_of(opened, path):
            opened.facts = PROBING
            self._show_field()
        facts = await found
        if self._is_of(opened, path):
            opened.facts = facts
            self._show_field()

    def _is_of(self, opened: OpenField, path: str) -> bool:
        return self.opened is opened and opened.chosen(self.typed) == path

    # -- leaving ----------------------------------------------------------------------------------------

    def _leave(self) -> None:
        """Give the line back to the message, and the keys to whoever had them."""
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
        if self.opened is not None:
            self.opened.type(event.value)
            self._show_field()
            self._look_at_path()
        if self._changed is not None:
            self._changed(event.value)

    def _settle(self, value: str | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(value)

    def act_accept(self, key_command: KeyCommand) -> None:
        self._accept()

    def _accept(self) -> None:
        """Answer with what stands there; what the field can't be stays, with the reason beside it."""
        field = self.query_one(Input)
        value = field.value
        if self.opened is not None:
            self.opened.type(value)  # Enter typed in one breath with the words is for them
            value = self.opened.chosen(value)
            if self.opened.leads_on(value):
                self._put(value)
                return
            if self.opened.refuse(value):
                self._show_field()
                return
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
        """Go to what was typed earlier, and back to what is being typed, which is never lost."""
        earlier = self._typed.get(self.name_shown, [])
        before, self._place = self._place, max(0, min(len(earlier), self._place + step))
        if before == self._place:
            return
        if before == len(earlier):
            self._draft = self.typed
        self._put(earlier[self._place] if self._place < len(earlier) else self._draft)

    async def act_complete(self, key_command: KeyCommand) -> None:
        """Complete what is typed (Tab); nothing is ever erased."""
        await self._complete(1)

    async def act_complete_back(self, key_command: KeyCommand) -> None:
        await self._complete(-1)

    async def complete(self) -> None:
        """Complete what is typed, as Tab does."""
        await self._complete(1)

    async def _complete(self, step: int) -> None:
        async with self._completing:  # a second Tab goes on from what the first one found
            await self._complete_once(step)

    async def _complete_once(self, step: int) -> None:
        from milimo_tui.tui.keys.completion import common_start

        field = self.query_one(Input)
        typed, (found, place) = field.value, self._round
        if self.opened is not None and (path := self.opened.path_gone_to(typed)):
            self._put(path)
            return
        if len(found) > 1 and place >= 0 and typed == found[place]:  # of one alone, what follows it is asked
            place = (place + step) % len(found)
        elif self._lines is not None and field.cursor_position == len(typed):
            screen = host_screen_of(self)
            found = tuple(await screen.in_thread(partial(self._lines, typed)))
            longer = common_start(typed, found) if found else typed
            if field.value != typed or not found:
                return
            if len(longer) > len(typed) and longer not in found:
                self._put(longer)
                return
            place = found.index(longer) if longer in found and longer != typed else 0
            if found[place] == typed and len(found) > 1:
                place = 1
        else:
            return
        self._round = found, place
        self._put(found[place])

    def act_up(self, key_command: KeyCommand) -> None:
        self._walk(-1)

    def act_down(self, key_command: KeyCommand) -> None:
        self._walk(1)

    def _put(self, text: str) -> None:
        """Have a text stand in the line, the cursor behind it."""
        field = self.query_one(Input)
        field.value = text
        field.cursor_position = len(text)

    def _walk(self, step: int) -> None:
        """Go to another choice, step a number, else walk what was typed before."""
        if self.opened is None or not self.opened.moves:
            self._recall(step)
            return
        text = self.opened.move(step)
        if text is not None:
            self._put(text)
        elif self._changed is not None:
            self._changed(self.opened.chosen(self.typed))
        self._look_at_path()
        self._show_field()


def in_own_thread(work: Callable[[], str]) -> asyncio.Future[str]:
    """Do work in a thread of its own, which nothing waits for at the end; the result comes on this loop."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[str] = loop.create_future()

    def settle(result: str) -> None:
        if not future.done():
            future.set_result(result)

    def serve() -> None:
        try:
            result = work()
        except Exception as error:  # noqa: BLE001 - a preview that fails says so
            result = f"✕ {reason(error)}"
        with suppress(RuntimeError):  # the loop ended meanwhile
            loop.call_soon_threadsafe(settle, result)

    threading.Thread(target=serve, name="studio-probe", daemon=True).start()
    return future
