"""The base of every screen: header, body, message and status lines, prompts, keys, commands.

To add a screen: make a package `tui/<name>` whose `screen.py` has a subclass of `StudioScreen` that sets
`MODE`, `TITLE`, `CONTEXTS` (its table in keymap.toml, then the contexts it inherits) and `CSS_PATH` (a
`.tcss` file in the same folder), composes its widgets in `compose_body`, draws values in `show_film` and
`show_queue`, and has an `act_<name>` for each `ui.<name>` of its keymap table. A key bound to a command id
runs that command with the values of `get_command_args`. Name the screen in `app.modes.SCREENS`. Acts are
searched in the focused widget, its parents, the screen's `parts` in their order, the screen, then the app. A
screen with many acts is made of parts (`own_parts`): objects that are given what they need and have acts as a
screen does (see `timeline.screen`). States in which keys do something else are `modes`. Acts take the
`KeyCommand`, may be coroutines, and must never touch disk, `av` or the
network: `run_and_wait` and `in_thread` do that off the event loop.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
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
from milimo_tui.studio.project.next_here import ScreenPlace
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
from milimo_tui.tui.widgets.pictured import Pictured
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


# A paint during a screen's first layout can be lost (Textual 8.2.8: the value had changed, the
# cells had not, about once in thirty entries with keys typed immediately). Everything is drawn
# again after these delays.
SETTLED_SECONDS = (0.6, 2.0)


class StudioScreen(Screen[None]):
    """A screen of the studio; the module docstring says how to add one."""

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
    NORMAL_NAME: ClassVar[str] = "NORMAL"  # The status line shows it outside all modes.
    NEEDS_FILM: ClassVar[bool] = True  # Without an open film the screen's own keys only show a message.
    PROMPT_INSTEAD_OF: ClassVar[str] = "#message"
    UNDOES: ClassVar[str] = "project"  # The history that `g u` opens here: `project` or `cut`.
    AUTO_FOCUS: ClassVar[str | None] = ""  # Each screen names its first pane.

    def __init__(self) -> None:
        super().__init__()
        self._shown_film: object = self  # Neither a film nor None, because nothing was shown yet.
        self._shown_queue: object = None
        # Key commands wait here until running edits are done.
        self.key_queue: KeyQueue | None = None
        self.question = YesNoQuestion()
        # The prompt exists before the screen is composed and after it is closed: keys
        # and messages check `is_open`.
        self.prompt = Prompt(
            id="prompt",
            instead_of=self.PROMPT_INSTEAD_OF,
            redraw_rows=self.refresh_message,
            in_thread=self.in_thread,
        )
        self.searched_for = ""  # The words of the last search.
        self.modes = self.stack_modes()
        self._is_closing = False  # The screen closes as soon as it is in front again.

    def stack_modes(self, *modes: Mode) -> ModeStack:
        """Return a stack of modes, nearest first, over the normal mode of this screen."""
        return ModeStack(self, NormalMode(self), *modes)

    # -- what a screen defines -------------------------------------------------------------------

    def compose_body(self) -> Iterable[Widget]:
        """Return the widgets between header and message line."""
        return ()

    def show_film(self, film: FilmSnapshot | None) -> None:
        """Draw the film. Called on the event loop with each new snapshot; None when no film is open."""

    def show_queue(self, queue: LiveQueue) -> None:
        """Draw the queue. Called on the event loop at most four times a second."""

    def format_header_title(self) -> Text:
        """Return the left end of the header: the film and this screen."""
        name = self.film.story.project.name if self.film else "Milimo"
        return join_line((name, self.ink.strong), (f" · {self.TITLE}" if self.TITLE else "", self.ink.muted))

    def format_header_facts(self) -> Text | str:
        """Return the right end of the header."""
        return ""

    def get_command_args(self, command: str, key_command: KeyCommand) -> Mapping[str, Any] | None:
        """Return the arguments for a command bound to a key; None means that nothing is selected for it."""
        return {}

    async def run_typed_command(
        self, id: str, values: Mapping[str, Any], here: Mapping[str, Any]
    ) -> Outcome | None:
        """Run a command typed after `:`; return None if it was refused.

        `here` are the arguments that the screen adds to it.
        """
        return await self.studio_app.run_and_wait(id, {**here, **values})

    def go_to_frame(self, frame: int) -> bool:
        """Move the playhead to a frame. A screen without a playhead returns False; then the timeline is
        opened.
        """
        return False

    def get_key_notes(self) -> Mapping[str, str]:
        """Return what each key does with the item under the cursor, for keys that can do several things."""
        return {}

    def list_idle_acts(self) -> frozenset[str]:
        """List the acts and commands (`ui.retry`) that can do nothing here now; their keys are muted on the
        status line.

        Those keys still respond with the reason. If there is nothing to act on, all keys of the screen are
        idle except those that its empty state explains.
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
        """The empty state that explains what to do while there is nothing to act on; None otherwise."""
        return next((empty for empty in self.walk_children(Empty) if empty.display and empty.is_bare), None)

    def get_current_place(self) -> ScreenPlace:
        """Return the present place, for the next step. Called after every key, so it must be fast."""
        return ScreenPlace(self.MODE)

    def get_selected_file(self) -> str:
        """Return the absolute path of the media file that is selected here; empty for none."""
        return ""

    def get_play_arguments(self) -> tuple[str, ...]:
        """Return the arguments of `milimo play` for the selected item, with options; empty if nothing is
        selected.
        """
        file = self.get_selected_file()
        return (file,) if file else ()

    @property
    def undo_history(self) -> str:
        """The history that undo uses for the focused pane: `project` or `cut`."""
        return self.UNDOES

    @property
    def edit_place(self) -> str:
        """The screen that edits made here are attributed to: the mode, or `timeline` for lists of the cut."""
        return TIMELINE if self.UNDOES == "cut" else self.studio_app.current_mode

    @property
    def undo_arguments(self) -> dict[str, Any]:
        """The arguments with which `u` and `U` undo and redo this screen's own edits."""
        return {"place": find_edit_place(self.edit_place)}

    def describe_unsaved_changes(self) -> str:
        """Return a sentence if leaving now would lose changes, else an empty string."""
        return ""

    def save_unsaved_changes(self) -> None:
        """Save unsaved changes immediately, without a question: the connection to the terminal was lost."""

    # -- state and layout --------------------------------------------------------------------------

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
        """The objects that have acts (`act_<name>`) and words for `:` (`line_<word>`) here, nearest first."""
        return ()

    @property
    def parts(self) -> tuple[object, ...]:
        """The objects that have acts: those of the active modes, then the screen's own."""
        return (*self.modes.first_parts, *self.own_parts)

    @property
    def contexts(self) -> tuple[str, ...]:
        """The keymap contexts in force, nearest first."""
        if self.question.is_open:
            return ("confirm",)
        if self.prompt.is_open:
            return ("prompt",)
        return self.modes.contexts

    @property
    def typing(self) -> bool:
        """True if a text field has the keys; a text widget reports this through `is_writing`."""
        if self.question.is_open:
            return False  # The keys answer the question, even if a text field has the focus.
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
        """Close this screen, once. If another screen is over it, it closes as soon as that screen is
        closed.
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
        """Redraw the next step and the status line for the item under the cursor."""
        status = self.query_one_optional("#status", StatusLine)
        if status is not None:
            self.refresh_message()
            lines.draw_status(self, status)

    def redraw_pictures(self, *, lost_alone: bool = False) -> None:
        """Request every picture again, because the terminal shows pictures by another method now.

        `lost_alone`: the terminal has lost its pictures; only pictures that are sent just once are requested
        again.
        """
        for picture in self.query(Picture):
            picture.renew_drawings(lost_alone=lost_alone)
        for widget in self.query(Pictured):
            widget.renew_drawings(lost_alone=lost_alone)

    def mark_for_redraw(self) -> None:
        """Redraw film and queue the next time this screen catches up."""
        self._shown_film, self._shown_queue = self, None

    def catch_up(self) -> None:
        """Show what changed while this screen was not in front."""
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
        """Redraw header, message and status line from the present state."""
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
        """Redraw the header from the present state."""
        head = self.query_one_optional("#head", Line)
        if head is not None:
            lines.draw_header(self, head)

    def get_mode_name(self) -> str:
        """Return the mode for the status line, or the name of the prompt."""
        name = self.prompt.name_shown if self.prompt.is_open else self.modes.name
        return name + self.modes.name_suffix

    def refresh_message(self) -> None:
        """Redraw the message line from the present state."""
        message = self.query_one_optional("#message", Line)
        if message is not None:
            lines.draw_message(self, message, self.query_one(WrappedMessage))

    def format_place_text(self) -> Text:
        """Return the name of the cut and the timecode of its playhead, as every screen of a film shows
        them.
        """
        film = self.film
        if film is None or film.cut is None or not self.NEEDS_FILM:
            return Text()
        return join_line(
            (film.cut.name, self.ink.muted),
            "  ",
            (format_timecode(film.cut.playhead, film.cut.rate), self.ink.text),
        )

    @property
    def prefers_place_text(self) -> bool:
        """True if the right end of the message line shows requested information and hides a next step that is
        too long.
        """
        return False

    # -- asking ------------------------------------------------------------------------------------

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
        """Ask for one line of text, in place of the message or at region `at`; return None if the user
        cancelled.

        `changed` is called with the text typed so far; Tab completes to `suggestions`, or to the candidates
        of `lines`. The rows `above` are shown above the line. `field` defines the allowed values. A waiting
        yes-or-no question is answered first: of two that ask at the same time neither would get its keys.
        """
        await self.question.wait_until_closed()
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
        """Ask for the value of a field; return a valid text, or None if the user cancelled."""
        return await self.ask_text(
            label or field.label, field.text, name=name, changed=changed, above=above, field=field, at=at
        )

    async def confirm(self, question: str) -> bool:
        """Ask for yes or no, in place of the message; return False immediately while another question waits.

        A line that is being typed must be accepted or cancelled first.
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

    # -- commands ----------------------------------------------------------------------------------

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
        """Run a command off the event loop; its message or error is shown on the message line.

        `then` is called on the event loop with the outcome, after screens were shown the changed film.
        """
        self.studio_app.run_command(id, {**(values or {}), **more}, then=then, quiet=quiet)

    async def run_and_wait(self, id: str, /, **values: Any) -> Outcome | None:
        """Run a command and wait; return None if the command was refused or failed, after its error was
        shown.
        """
        return await self.studio_app.run_and_wait(id, values)

    async def in_thread(self, work: Callable[[], T]) -> T:
        """Run a read (files, database) off the event loop."""
        return await self.studio_app.reading.run(work)

    def run_in_background(
        self, work: Callable[[], Coroutine[Any, Any, object]], group: str = "acts", *, exclusive: bool = False
    ) -> None:
        """Run a coroutine as a worker; an exclusive one cancels its predecessor in the same group."""

        async def run_guarded() -> None:
            with self.guard_screen_work():
                await work()

        self.run_worker(cast("WorkType[None]", run_guarded), group=group, exclusive=exclusive)

    @contextmanager
    def guard_screen_work(self) -> Iterator[None]:
        """Run work of this screen: ignore errors if the screen is closed meanwhile; show refusals as
        messages.

        A closing screen loses its widgets before its work is stopped. The film can disappear at any moment,
        too, when another terminal moves it away.
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
        """Replace act ids in a text by the keys that perform these acts here."""
        return self.studio_app.keyboard.keymap.with_keys(words, (*self.contexts, *self.CONTEXTS))

    # -- acts every screen has -------------------------------------------------------------------

    @action
    def act_next_pane(self, key_command: KeyCommand) -> None:
        self.focus_next()

    @action
    def act_previous_pane(self, key_command: KeyCommand) -> None:
        self.focus_previous()

    @action
    async def act_cancel(self, key_command: KeyCommand) -> None:
        """Cancel the work of the nearest mode that has some (ctrl+c), else that of the app."""
        if not await self.modes.cancel_work():
            await self.studio_app.act_cancel(key_command)

    @action
    def act_out(self, key_command: KeyCommand) -> None:
        """Go one level out: leave a mode, else the screen, but never further than this screen's base."""
        if any(mode.leave_by_escape(key_command) for mode in self.modes):
            return
        if len(self.app.screen_stack) > 1 and self.app.screen is self:
            self.leave_screen()
        elif self.typing:
            self.set_focus(None)

    def leave_screen(self) -> None:
        """Go back to the screen below this one; a screen that asks a question first overrides this method."""
        self.dismiss()

    def set_focus(
        self, widget: Widget | None, scroll_visible: bool = True, from_app_focus: bool = False
    ) -> None:
        """Focus a widget. While a line is typed the prompt keeps the focus, and the widget is focused after
        it.

        A list that is shown again, or a click, would otherwise take the focus from a line that could then not
        be left.
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
        """Search for words in the list or text of the focused pane."""
        from milimo_tui.tui.keys.completion import complete_to_words

        words = await self.ask_text("/", name="SEARCH", lines=complete_to_words(self._list_search_names()))
        if words is not None and (words or self.searched_for):
            self.searched_for = words or self.searched_for
            self.search_pane(self.searched_for, 1)

    def _list_search_names(self) -> tuple[str, ...]:
        """List the names that can be searched for."""
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
            self.show_message("there is no earlier search", hint="{ui.search} searches")

    def search_pane(self, words: str, step: int) -> None:
        """Go to the next match in the focused list; screens that search elsewhere override this method."""
        focused = self.focused
        rows = focused if isinstance(focused, Rows) else next(iter(self.query(Rows)), None)
        if rows is None or not rows.find_next(words, step):
            self.show_message(f"“{words}” is not here", "warn", "{ui.search} looks for something else")


class NormalMode(Mode):
    """The mode of a screen without any other mode."""

    def __init__(self, screen: StudioScreen) -> None:
        self._screen = screen

    @property
    def mode_name(self) -> str:
        return "WRITING" if self._screen.typing else self._screen.NORMAL_NAME

    def extend_contexts(self, below: tuple[str, ...]) -> tuple[str, ...]:
        return self._screen.CONTEXTS
