"""The base of every screen: header, body, message and status lines, prompts, keys, commands.

To add a screen, make a package `tui/<name>` with a module `screen.py` that contains a subclass of
`StudioScreen`:

- The subclass sets `MODE`, `TITLE`, `CONTEXTS` (its table in keymap.toml, then the contexts that it inherits)
  and `CSS_PATH` (a `.tcss` file in the same folder).
- `compose_body` returns the widgets.
- `show_film` and `show_queue` draw the film and the queue.
- A method `act_<name>` performs each action `ui.<name>` of the screen's keymap table.
- `get_command_args` returns the arguments for a command whose id is bound to a key.
- `app.modes.SCREENS` names the screen.

An action is searched in the focused widget, its parents, the screen's `parts` in their order, the screen,
then the app. A screen with many actions is divided into parts (`own_parts`): objects that receive the things
that they need and have actions like a screen (see `timeline.screen`). States in which keys do something else
are `modes`.

Actions receive the `KeyCommand` and may be coroutines. They must never use the disk, `av` or the network
directly: `run_and_wait` and `in_thread` do that off the event loop.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from rich.text import Text
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.containers import Container
from textual.css.query import NoMatches
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.time import format_timecode
from milimo_tui.store.history.edit_places import TIMELINE, find_edit_place
from milimo_tui.studio.project.screen_next_step import ScreenPlace
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.keys.keymap import format_chord
from milimo_tui.tui.shell import screen_lines as lines
from milimo_tui.tui.shell.modes import Mode, ModeStack
from milimo_tui.tui.shell.ports import StudioApp, get_studio_app
from milimo_tui.tui.shell.question import YesNoQuestion
from milimo_tui.tui.terminal.theme import TextStyles
from milimo_tui.tui.widgets.choice_box import ChoiceBox
from milimo_tui.tui.widgets.empty import Empty, TooSmall
from milimo_tui.tui.widgets.hints import Hints
from milimo_tui.tui.widgets.lines import Line, StatusLine, WrappedMessage
from milimo_tui.tui.widgets.picture import Picture
from milimo_tui.tui.widgets.picture_widget import Pictured
from milimo_tui.tui.widgets.prompt import Prompt
from milimo_tui.tui.widgets.rows import Rows
from milimo_tui.tui.widgets.text import join_line
from milimo_tui.tui.widgets.tour_bar import TourBar

if TYPE_CHECKING:
    from textual.geometry import Region
    from textual.worker import WorkType

    from milimo_tui.studio.registry.registry import Outcome
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.background.queue_feed import LiveQueue
    from milimo_tui.tui.fields.form_field import FormField
    from milimo_tui.tui.keys.completion import Lines
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.shell.key_queue import KeyQueue

T = TypeVar("T")


# Seconds after opening a screen at which the screen is drawn completely again. A change that is painted
# during the first layout can get lost. In Textual 8.2.8 this happened about once in thirty times that a
# screen was opened and keys were typed at once.
SETTLED_SECONDS = (0.6, 2.0)


class StudioScreen(Screen[None]):
    """The base class of all screens of the studio. The module docstring says how to add a screen."""

    DEFAULT_CSS = """
    StudioScreen #head { margin-bottom: 1; }
    StudioScreen #body { height: 1fr; width: 1fr; }
    StudioScreen.-narrow #body { display: none; }
    StudioScreen.-short #body { display: none; }
    StudioScreen.-narrow TooSmall { display: block; }
    StudioScreen.-short TooSmall { display: block; }
    """

    MODE: ClassVar[str] = ""
    TITLE: ClassVar[str] = ""
    CONTEXTS: ClassVar[tuple[str, ...]] = ("global",)
    # The name that the status line shows while no other mode is active.
    NORMAL_NAME: ClassVar[str] = "NORMAL"
    # True if the keys of the screen only show a message while no film is open.
    NEEDS_FILM: ClassVar[bool] = True
    PROMPT_INSTEAD_OF: ClassVar[str] = "#message"
    # The undo history of this screen: `project` or `cut`. `u` undoes its last edit, and `g u` lists its
    # edits.
    UNDOES: ClassVar[str] = "project"
    # Empty switches off Textual's automatic focus, because each screen names the pane to focus first.
    AUTO_FOCUS: ClassVar[str | None] = ""

    def __init__(self) -> None:
        super().__init__()
        # Initially a value that is neither a film nor None, so that the first film (or None) counts as a
        # change.
        self._shown_film: object = self
        self._shown_queue: object = None
        # The queue in which key commands wait for running edits; None if the screen does not queue keys.
        self.key_queue: KeyQueue | None = None
        self.question = YesNoQuestion()
        # Create the prompt here, because keys and messages check its `is_open` even before the screen is
        # composed and after it is closed.
        self.prompt = Prompt(
            id="prompt",
            instead_of=self.PROMPT_INSTEAD_OF,
            redraw_rows=self.refresh_message,
            in_thread=self.in_thread,
        )
        self.searched_for = ""  # The words that were last searched for.
        self.modes = self.stack_modes()
        self._is_closing = False  # True if the screen must be closed as soon as it is in front again.

    def stack_modes(self, *modes: Mode) -> ModeStack:
        """Return a stack of `modes`, in the order in which they are asked to handle a request. The normal
        mode of this screen is asked last.
        """
        return ModeStack(self, NormalMode(self), *modes)

    def compose_body(self) -> Iterable[Widget]:
        """Return the widgets between header and message line."""
        return ()

    def show_film(self, film: FilmSnapshot | None) -> None:
        """Draw the film. Called on the event loop with each new snapshot of the film, and with None when no
        film is open.
        """

    def show_queue(self, queue: LiveQueue) -> None:
        """Draw the queue. Called on the event loop at most four times a second."""

    def format_header_title(self) -> Text:
        """Return the text at the left of the header: the name of the film and of this screen."""
        name = self.film.story.project.name if self.film else "Milimo"
        return join_line((name, self.ink.strong), (f" · {self.TITLE}" if self.TITLE else "", self.ink.muted))

    def format_header_facts(self) -> Text | str:
        """Return the text at the right of the header, such as the number of items on the screen."""
        return ""

    def get_command_args(self, command: str, key_command: KeyCommand) -> Mapping[str, Any] | None:
        """Return the arguments for a command that is bound to a key. Return None if nothing is selected to
        which the command could apply.
        """
        return {}

    async def run_typed_command(
        self, id: str, values: Mapping[str, Any], here: Mapping[str, Any]
    ) -> Outcome | None:
        """Run a command that was typed after `:` with the arguments `values`. Return None if the command was
        refused.

        `here` are arguments that the screen adds, such as the selected item.
        """
        return await self.studio_app.run_and_wait(id, {**here, **values})

    def go_to_frame(self, frame: int) -> bool:
        """Move the playhead to a frame. A screen without a playhead returns False, and the caller then opens
        the timeline.
        """
        return False

    def get_key_notes(self) -> Mapping[str, str]:
        """Return notes for keys whose effect depends on the item under the cursor, by action. Each note says
        what the key does with the present item.
        """
        return {}

    def list_idle_acts(self) -> frozenset[str]:
        """Return the ids of actions and commands (such as `ui.retry`) that can do nothing here now. The
        status line mutes their keys.

        If the user presses such a key, a message says why it does nothing. On an empty screen with an
        explanation, all keys of the screen are listed here, except those that the explanation names.
        """
        teacher = self.shown_empty_state
        if teacher is None:
            return frozenset()
        own = self.studio_app.keyboard.keymap.by_context.get(self.CONTEXTS[0], {})
        taught = {format_chord(each.chord) for each in own.values()} & {
            keys for keys, _ in teacher.guide_rows
        }
        return frozenset(each.run for each in own.values() if format_chord(each.chord) not in taught)

    @property
    def shown_empty_state(self) -> Empty | None:
        """The widget that explains an empty screen, if it is shown now; otherwise None."""
        return next((empty for empty in self.walk_children(Empty) if empty.display and empty.is_bare), None)

    def get_current_place(self) -> ScreenPlace:
        """Return the screen and the item on which the user is; the suggested next step depends on them.
        Called after every key, so it must be fast.
        """
        return ScreenPlace(self.MODE)

    def get_selected_file(self) -> str:
        """Return the absolute path of the selected media file; an empty string if none is selected."""
        return ""

    def get_play_arguments(self) -> tuple[str, ...]:
        """Return the arguments and options of `milimo play` for the selected item; an empty tuple if nothing
        is selected.
        """
        file = self.get_selected_file()
        return (file,) if file else ()

    @property
    def undo_history(self) -> str:
        """The name of the history that the undo key uses in the focused pane: `project` for edits of the
        film, `cut` for edits of the cut.
        """
        return self.UNDOES

    @property
    def edit_place(self) -> str:
        """The name of the screen that is stored with an edit made here, so that undo finds the edits of a
        screen. It is the app's current screen, or `timeline` for screens that edit the cut.
        """
        return TIMELINE if self.UNDOES == "cut" else self.studio_app.current_mode

    @property
    def undo_arguments(self) -> dict[str, Any]:
        """The arguments that make `u` and `U` undo and redo only edits of this screen."""
        return {"place": find_edit_place(self.edit_place)}

    def describe_unsaved_changes(self) -> str:
        """Return a sentence about changes that would be lost if the user left now; an empty string if there
        are none.
        """
        return ""

    def discard_unsaved_changes(self) -> None:
        """Delete recovery copies of unsaved changes, because the user leaves the studio without saving."""

    def save_unsaved_changes(self) -> None:
        """Save unsaved changes at once, without a question, because the connection to the terminal was
        lost.
        """

    @property
    def studio_app(self) -> StudioApp:
        return get_studio_app(self)

    @property
    def film(self) -> FilmSnapshot | None:
        return self.studio_app.film

    @property
    def lacks_film(self) -> bool:
        """True if this screen needs a film and none is open."""
        return self.NEEDS_FILM and self.film is None and not self.is_asking

    @property
    def ink(self) -> TextStyles:
        return self.studio_app.ink

    @property
    def own_parts(self) -> tuple[object, ...]:
        """The screen's own helper objects, which have its actions (`act_<name>`) and its commands for the `:`
        line (`line_<word>`). They are searched in this order.
        """
        return ()

    @property
    def parts(self) -> tuple[object, ...]:
        """The objects in which an action is searched before the screen itself: those of the active modes,
        then the screen's own.
        """
        return (*self.modes.first_parts, *self.own_parts)

    @property
    def contexts(self) -> tuple[str, ...]:
        """The active keymap contexts, in the order in which a key is searched in them."""
        if self.question.is_open:
            return ("confirm",)
        if self.prompt.is_open:
            return ("prompt",)
        return self.modes.contexts

    @property
    def typing(self) -> bool:
        """True if keys type text into a field or a text widget. A text widget reports this by its
        `is_writing`.
        """
        if self.question.is_open:
            return False  # Keys answer the open question, even if a text field has the focus.
        return self.prompt.is_open or bool(getattr(self.focused, "is_writing", False))

    @property
    def is_asking(self) -> bool:
        """True if a prompt or a yes-or-no question waits for an answer."""
        return self.prompt.is_open or self.question.is_open

    @property
    def hints(self) -> Hints:
        return self.query_one(Hints)

    def compose(self) -> ComposeResult:
        yield Line(id="head")
        yield Container(*self.compose_body(), id="body")
        yield TourBar()
        yield Line(id="message")
        yield self.prompt
        yield StatusLine(id="status")
        yield Hints()
        yield WrappedMessage()
        yield ChoiceBox()
        yield TooSmall()

    def on_mount(self) -> None:
        self.refresh_lines()

    def dismiss(self, result: None = None) -> AwaitComplete:
        """Close this screen, unless it is closing already. If another screen is in front of this one, wait
        until this screen is in front again, then close it.
        """
        if self.is_active:
            return super().dismiss(result)
        self._is_closing = True
        return AwaitComplete()

    def on_screen_resume(self) -> None:
        if self._is_closing:
            self.dismiss()
            return
        self.studio_app.keyboard.parser.reset()
        self.catch_up()
        for seconds in SETTLED_SECONDS:
            self.set_timer(seconds, self.refresh)

    def on_resize(self) -> None:
        self.refresh_lines()

    def on_descendant_focus(self) -> None:
        self.refresh_lines()

    def on_rows_moved(self, event: Rows.Moved) -> None:
        self.refresh_status_line()

    def refresh_status_line(self) -> None:
        """Redraw the next step and the status line, because the cursor has moved to another item."""
        status = self.query_one_optional("#status", StatusLine)
        if status is not None:
            self.refresh_message()
            lines.draw_status(self, status)

    def redraw_pictures(self, *, lost_alone: bool = False) -> None:
        """Request every picture again, because pictures are now sent to the terminal by another protocol.

        If `lost_alone` is True, the terminal has only lost its stored pictures. Then only those pictures are
        requested that can't be sent a second time.
        """
        for picture in self.query(Picture):
            picture.renew_drawings(lost_alone=lost_alone)
        for widget in self.query(Pictured):
            widget.renew_drawings(lost_alone=lost_alone)

    def mark_for_redraw(self) -> None:
        """Make the next `catch_up` redraw the film and the queue, even if they have not changed."""
        self._shown_film, self._shown_queue = self, None

    def catch_up(self) -> None:
        """Draw the film and the queue if they have changed while this screen was not in front."""
        app = self.studio_app
        with self.guard_screen_work():
            if app.film_known and self._shown_film is not app.film:
                self._shown_film = app.film
                self.show_film(app.film)
            if self._shown_queue is not app.queue:
                self._shown_queue = app.queue
                self.show_queue(app.queue)
            self.refresh_lines()

    async def _on_message(self, message: Message) -> None:
        with self.guard_screen_work():
            await super()._on_message(message)

    def refresh_lines(self) -> None:
        """Redraw the header, the message line and the status line."""
        status = self.query_one_optional("#status", StatusLine) if self.is_mounted else None
        if status is None:
            return
        lines.draw_header(self, self.query_one("#head", Line))
        bar = self.query_one_optional(TourBar)
        if bar is not None:
            bar.show_tour_lines(self.studio_app.list_tour_lines(self.CONTEXTS))
        lines.draw_message(self, self.query_one("#message", Line), self.query_one(WrappedMessage))
        lines.draw_status(self, status)

    def refresh_header(self) -> None:
        """Redraw the header."""
        head = self.query_one_optional("#head", Line)
        if head is not None:
            lines.draw_header(self, head)

    def get_mode_name(self) -> str:
        """Return the name of the mode for the status line. While a prompt is open, return the prompt's
        name.
        """
        name = self.prompt.name_shown if self.prompt.is_open else self.modes.name
        return name + self.modes.name_suffix

    def refresh_message(self) -> None:
        """Redraw the message line."""
        message = self.query_one_optional("#message", Line)
        if message is not None:
            lines.draw_message(self, message, self.query_one(WrappedMessage))

    def format_place_text(self) -> Text:
        """Return the text for the right end of the message line: the name of the cut, and the timecode of its
        playhead.
        """
        film = self.film
        if film is None or film.cut is None or not self.NEEDS_FILM:
            return Text()
        return join_line(
            (film.cut.name, self.ink.muted),
            "  ",
            (format_timecode(self.playhead_frame, film.cut.rate), self.ink.text),
        )

    @property
    def playhead_frame(self) -> int:
        """The frame of the playhead in the current cut. A screen that moves the playhead overrides this."""
        return self.film.cut.playhead if self.film is not None and self.film.cut is not None else 0

    @property
    def prefers_place_text(self) -> bool:
        """True if the user has asked for the text at the right end of the message line. This text then
        replaces the next step if there is no space for both.
        """
        return False

    async def ask_text(
        self,
        label: str,
        value: str = "",
        *,
        name: str = "FIELD",
        suggestions: tuple[str, ...] = (),
        secret: bool = False,
        changed: Callable[[str], None] | None = None,
        lines: Lines | None = None,
        above: Sequence[Text] = (),
        field: FormField | None = None,
        at: Region | None = None,
    ) -> str | None:
        """Ask for one line of text, in place of the message line or in the screen region `at`. Return None if
        the user cancelled.

        - `label` is the text before the input, and `value` the initial input.
        - `changed` is called with the text typed so far.
        - `suggestions` or `lines` provide the completions for Tab.
        - `above` has rows that are shown above the input.
        - `field` defines the allowed values. Its help is shown with keys.

        If a yes-or-no question is open, the user answers it first, because keys can't be meant for both.
        """
        await self.question.wait_until_closed()
        if field is not None:
            field = replace(field, help=self.with_keys(field.help))
        self.studio_app.shown_message = None
        self.call_next(self.refresh_lines)
        answer = await self.prompt.ask_for_line(
            label, value, name=name, suggestions=suggestions, secret=secret, changed=changed, lines=lines,
            above=above, field=field, at=at,
        )  # fmt: skip
        self.refresh_lines()
        return answer

    async def ask_field(
        self,
        field: FormField,
        *,
        label: str = "",
        name: str = "FIELD",
        changed: Callable[[str], None] | None = None,
        above: Sequence[Text] = (),
        at: Region | None = None,
    ) -> str | None:
        """Ask for the value of a form field. Return a valid text, or None if the user cancelled."""
        return await self.ask_text(
            label or field.label, field.text, name=name, changed=changed, above=above, field=field, at=at
        )

    async def confirm(self, question: str) -> bool:
        """Ask a yes-or-no question in place of the message, and return True for yes. If another question is
        open, return False at once.

        If the user is typing into a prompt, the question waits until the prompt is accepted or cancelled.
        """
        await self.prompt.wait_until_closed()
        if self.question.is_open:
            return False
        try:
            return await self.question.ask_question(question, self.refresh_lines)
        finally:
            if self.is_attached:
                self.refresh_lines()

    @action
    def act_yes(self, key_command: KeyCommand) -> None:
        self.question.set_answer(True)

    @action
    def act_no(self, key_command: KeyCommand) -> None:
        self.question.set_answer(False)

    def run_command(
        self,
        id: str,
        values: Mapping[str, Any] | None = None,
        /,
        *,
        then: Callable[[Outcome], None] | None = None,
        quiet: bool = False,
        **more: Any,
    ) -> None:
        """Run a command off the event loop. Its message or error is shown on the message line.

        `then` is called on the event loop with the outcome, after the screens have drawn the changed film.
        """
        self.studio_app.run_command(id, {**(values or {}), **more}, then=then, quiet=quiet)

    async def run_and_wait(self, id: str, /, **values: Any) -> Outcome | None:
        """Run a command, wait for it and return its outcome. Return None if the command was refused or
        failed; its error is shown first.
        """
        return await self.studio_app.run_and_wait(id, values)

    async def in_thread(self, work: Callable[[], T]) -> T:
        """Run a function that reads files or the database in a thread, off the event loop, and return its
        result.
        """
        return await self.studio_app.reading.run(work)

    def run_in_background(
        self, work: Callable[[], Coroutine[Any, Any, object]], group: str = "acts", *, exclusive: bool = False
    ) -> None:
        """Run a coroutine as a Textual worker. With `exclusive`, earlier workers of the same group are
        cancelled.
        """

        async def run_guarded() -> None:
            with self.guard_screen_work():
                await work()

        self.run_worker(cast("WorkType[None]", run_guarded), group=group, exclusive=exclusive)

    @contextmanager
    def guard_screen_work(self) -> Iterator[None]:
        """Handle errors of this screen's work in a `with` block. A missing widget is ignored if the screen
        was closed meanwhile. A MilimoError is shown as a message.

        A closing screen loses its widgets before its work is stopped. The film can also disappear at any
        time, for example if it is moved away in another terminal.
        """
        try:
            yield
        except NoMatches:
            if self.display:
                raise
        except MilimoError as error:
            self.studio_app.show_error(error)

    def show_message(self, text: str, kind: str = "info", hint: str = "") -> None:
        """Show a message on the message line and add it to the log."""
        self.studio_app.show_message(text, kind, hint)

    def with_keys(self, words: str) -> str:
        """Replace ids of actions and shell commands in a text by the keys that perform them on this
        screen.
        """
        keymap = self.studio_app.keyboard.keymap
        return self.studio_app.replace_commands_with_keys(
            keymap.with_keys(words, (*self.contexts, *self.CONTEXTS))
        )

    @action
    def act_next_pane(self, key_command: KeyCommand) -> None:
        self.focus_next()

    @action
    def act_previous_pane(self, key_command: KeyCommand) -> None:
        self.focus_previous()

    @action
    async def act_cancel(self, key_command: KeyCommand) -> None:
        """Cancel the present work (ctrl+c): the work of the first active mode that has unfinished work, else
        the work of the app.
        """
        if not await self.modes.cancel_work():
            await self.studio_app.act_cancel(key_command)

    @action
    def act_out(self, key_command: KeyCommand) -> None:
        """Leave the current mode (Esc). If no mode is active, close this screen. If this is the only open
        screen, take the focus from the text field that has it.
        """
        if any(mode.leave_by_escape(key_command) for mode in self.modes):
            return
        if len(self.app.screen_stack) > 1 and self.app.screen is self:
            self.leave_screen()
        elif self.typing:
            self.set_focus(None)

    def leave_screen(self) -> None:
        """Close this screen, so that the previous screen is in front again. A screen that must ask the user
        first overrides this method.
        """
        self.dismiss()

    def set_focus(
        self, widget: Widget | None, scroll_visible: bool = True, from_app_focus: bool = False
    ) -> None:
        """Focus a widget. While a prompt is open, the prompt keeps the focus, and the widget gets it after
        the prompt is closed.

        Without this rule, a redrawn list or a click could take the focus from a prompt, which could then not
        be closed.
        """
        if from_app_focus or not self.prompt.keeps_focus_from(widget):
            super().set_focus(widget, scroll_visible, from_app_focus)

    @action
    def act_close(self, key_command: KeyCommand) -> None:
        if any(mode.leave_by_close() for mode in self.modes):
            return
        if len(self.app.screen_stack) > 1:
            self.leave_screen()
        else:
            self.show_message(self.with_keys(self.studio_app.describe_leave_keys()))

    @action
    async def act_search(self, key_command: KeyCommand) -> None:
        """Ask for words, and search for them in the list or text of the focused pane."""
        from milimo_tui.tui.keys.completion import complete_to_words

        words = await self.ask_text("/", name="SEARCH", lines=complete_to_words(self._list_search_names()))
        if words is not None and (words or self.searched_for):
            self.searched_for = words or self.searched_for
            self.search_pane(self.searched_for, 1)

    def _list_search_names(self) -> tuple[str, ...]:
        """Return the names in the film that are offered as completions while the user types a search."""
        from milimo_tui.studio.registry.completions import list_film_names

        return list_film_names(self.film)

    @action
    def act_search_next(self, key_command: KeyCommand) -> None:
        self._repeat_search(1)

    @action
    def act_search_previous(self, key_command: KeyCommand) -> None:
        self._repeat_search(-1)

    def _repeat_search(self, step: int) -> None:
        if self.searched_for:
            self.search_pane(self.searched_for, step)
        else:
            self.show_message("there is no earlier search", hint="{ui.search} begins a search")

    def search_pane(self, words: str, step: int) -> None:
        """Go to the next match in the focused list; `step` is -1 for the previous match. Screens that search
        elsewhere override this method.
        """
        focused = self.focused
        rows = focused if isinstance(focused, Rows) else next(iter(self.query(Rows)), None)
        if rows is None or not rows.find_next(words, step):
            self.show_message(f"“{words}” is not here", "warn", "{ui.search} looks for something else")


class NormalMode(Mode):
    """The mode that is active while a screen is in no other mode."""

    def __init__(self, screen: StudioScreen) -> None:
        self._screen = screen

    @property
    def mode_name(self) -> str:
        return "WRITING" if self._screen.typing else self._screen.NORMAL_NAME

    def extend_contexts(self, below: tuple[str, ...]) -> tuple[str, ...]:
        return self._screen.CONTEXTS
