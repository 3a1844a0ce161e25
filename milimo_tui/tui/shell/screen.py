"""The base of every screen: header, body, message and status lines, prompts, keys, commands.

To add a screen: make a room `tui/<name>` whose `screen.py` has a subclass of `StudioScreen` that sets `MODE`,
`TITLE`, `CONTEXTS` (its table in keymap.toml, then what it inherits) and `CSS_PATH` (a `.tcss` beside it),
composes its widgets in `body`, draws values in `show_film` and `show_queue`, and has an `act_<name>` for each
`ui.<name>` of its keymap table. A key bound to a command id runs that command with `args_for`'s values. Name
it in `app.modes.SCREENS`. Acts are looked for on the focused widget, its parents, the screen's `parts` in
their order, the screen, then the app; a screen of many acts is made of parts, objects that are given what
they need and offer acts as a screen does (see `timeline.screen`). Acts take the `KeyCommand`, may be
coroutines, and must never touch disk, `av` or the network: `command` and `in_thread` do that off the event
loop.
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
from milimo_tui.core.time import timecode
from milimo_tui.store.history.edit_places import TIMELINE, place_of
from milimo_tui.studio.project.next_here import Place
from milimo_tui.tui.keys.keymap import show
from milimo_tui.tui.shell import screen_lines as lines
from milimo_tui.tui.shell.ports import KeyCommandQueue, StudioApp, app_of
from milimo_tui.tui.shell.question import Question
from milimo_tui.tui.shell.tour_bar import TourBar
from milimo_tui.tui.terminal.theme import Ink
from milimo_tui.tui.widgets.choice_box import ChoiceBox
from milimo_tui.tui.widgets.empty import Empty, TooSmall
from milimo_tui.tui.widgets.hints import Hints
from milimo_tui.tui.widgets.lines import Line, StatusLine, WrappedMessage
from milimo_tui.tui.widgets.picture import Picture
from milimo_tui.tui.widgets.pictured import Pictured
from milimo_tui.tui.widgets.prompt import Prompt
from milimo_tui.tui.widgets.rows import Rows
from milimo_tui.tui.widgets.text import line

if TYPE_CHECKING:
    from textual.geometry import Region
    from textual.worker import WorkType

    from milimo_tui.studio.registry.registry import Outcome
    from milimo_tui.studio.session.studio import Snapshot
    from milimo_tui.tui.background.queue_feed import Queue
    from milimo_tui.tui.fields.form_field import FormField
    from milimo_tui.tui.keys.completion import Lines
    from milimo_tui.tui.keys.key_parser import KeyCommand

T = TypeVar("T")


# A paint that falls into a screen's first layout can be lost (Textual 8.2.8: the value had changed, the cells
# had not, about once in thirty entries with keys typed at once); once settled everything is drawn again.
SETTLED_SECONDS = (0.6, 2.0)


class StudioScreen(Screen[None]):
    """One screen of the studio; see the module's text for how to add one."""

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
    NEEDS_FILM: ClassVar[bool] = True  # without one its own keys only say so
    PROMPT_INSTEAD_OF: ClassVar[str] = "#message"
    UNDOES: ClassVar[str] = "project"  # whose history `g u` opens here: the project's, or the cut's
    is_studio = True
    AUTO_FOCUS: ClassVar[str | None] = ""  # a screen names its first pane

    def __init__(self) -> None:
        super().__init__()
        self._shown_film: object = self  # neither a film nor None: nothing was shown yet
        self._shown_queue: object = None
        # where key commands wait behind edits that are under way
        self.key_queue: KeyCommandQueue | None = None
        self.question = Question()
        # Ours before the screen is composed and when it is gone: keys and messages ask whether it is open.
        self.prompt = Prompt(id="prompt", instead_of=self.PROMPT_INSTEAD_OF)
        self.searched_for = ""  # the words that were looked for last
        self.submode = ""  # TRIM, VISUAL … named on the status line instead of NORMAL
        self._is_closing = False  # as soon as it is in front again

    # -- what a screen defines -------------------------------------------------------------------

    def body(self) -> Iterable[Widget]:
        """Return the widgets between header and message line."""
        return ()

    def show_film(self, film: Snapshot | None) -> None:
        """Draw the film; called on the event loop with each new snapshot, None when no film is open."""

    def show_queue(self, queue: Queue) -> None:
        """Draw the queue; called on the event loop, at most four times a second."""

    def heading(self) -> Text:
        """Return the left end of the header: the film and this screen."""
        name = self.film.story.project.name if self.film else "Milimo"
        return line((name, self.ink.strong), (f" · {self.TITLE}" if self.TITLE else "", self.ink.muted))

    def facts(self) -> Text | str:
        """Return the right end of the header."""
        return ""

    def args_for(self, command: str, key_command: KeyCommand) -> Mapping[str, Any] | None:
        """Return the arguments for a command bound to a key; None means that nothing is selected for it."""
        return {}

    async def run_typed(self, id: str, values: Mapping[str, Any], here: Mapping[str, Any]) -> Outcome | None:
        """Run a command typed after `:`; return None where it was refused.

        `here` are the arguments that the screen adds to it.
        """
        return await self.studio_app.command(id, {**here, **values})

    def go_to_frame(self, frame: int) -> bool:
        """Put the playhead there; a screen without one returns False, and the person goes to the timeline."""
        return False

    @property
    def timeline_playhead(self) -> int:
        """Return the frame where the timeline stands: of the one below this screen, else the cut's own."""
        stack, cut = self.app.screen_stack, self.film.cut if self.film else None
        below = stack[-2] if len(stack) > 1 else None
        if isinstance(below, StudioScreen) and below.MODE == "timeline":
            return int(getattr(below, "playhead", 0))
        return cut.playhead if cut is not None else 0

    def notes_here(self) -> Mapping[str, str]:
        """Return what a key does to what is under the cursor, where it can do one of several things."""
        return {}

    def idle_acts(self) -> frozenset[str]:
        """List what keys on the status line run that can do nothing here now (`ui.retry`): drawn quietly.

        Those keys still answer: with why they can't. Where nothing is there to act on, they are all keys of
        the screen but those that its place teaches.
        """
        teacher = self.teacher
        if teacher is None:
            return frozenset()
        own = self.studio_app.keyboard.keymap.by_context.get(self.CONTEXTS[0], {})
        taught = {show(each.chord) for each in own.values()} & {keys for keys, _ in teacher.taught}
        return frozenset(each.run for each in own.values() if show(each.chord) not in taught)

    @property
    def teacher(self) -> Empty | None:
        """Return what teaches where there is nothing to act on; None where there is."""
        return next((empty for empty in self.walk_children(Empty) if empty.display and empty.is_bare), None)

    def next_place(self) -> Place:
        """Return where one is, for the next step; asked for with every key, so it may take no time."""
        return Place(self.MODE)

    def shown_file(self) -> str:
        """Return the absolute path of the media file that is selected here; empty for none."""
        return ""

    def played_words(self) -> tuple[str, ...]:
        """Return what `milimo play` calls what is selected here, with its options; empty for nothing."""
        file = self.shown_file()
        return (file,) if file else ()

    @property
    def undoes(self) -> str:
        """Return whose history is meant where the keys are now: `project` or `cut`."""
        return self.UNDOES

    @property
    def edits_at(self) -> str:
        """Return the screen that edits made here belong to: the mode, or `timeline` for lists of the cut."""
        return TIMELINE if self.UNDOES == "cut" else self.studio_app.current_mode

    @property
    def steps_in(self) -> dict[str, Any]:
        """Return the arguments by which `u` and `U` walk this screen's own edits."""
        return {"place": place_of(self.edits_at)}

    def unsaved(self) -> str:
        """Return a sentence when leaving now would lose something, else nothing."""
        return ""

    def rescue(self) -> None:
        """Write at once what `unsaved` would ask about: the line to the terminal was lost."""

    # -- the house ---------------------------------------------------------------------------------

    @property
    def studio_app(self) -> StudioApp:
        return app_of(self)

    @property
    def film(self) -> Snapshot | None:
        return self.studio_app.film

    @property
    def lacks_film(self) -> bool:
        """Return whether this screen needs a film and none is open."""
        return self.NEEDS_FILM and self.film is None and not self.is_asking

    @property
    def ink(self) -> Ink:
        return self.studio_app.ink

    @property
    def parts(self) -> tuple[object, ...]:
        """Return what offers acts (`act_<name>`) and words for `:` (`line_<word>`) here, nearest first."""
        return ()

    @property
    def contexts(self) -> tuple[str, ...]:
        """Return the keymap contexts in force, nearest first."""
        if self.question.is_open:
            return ("confirm",)
        if self.prompt.is_open:
            return ("prompt",)
        return self.CONTEXTS

    @property
    def typing(self) -> bool:
        """Return whether a text field has the keys; a widget of text says so by `is_writing`."""
        if self.question.is_open:
            return False  # its keys answer it, whatever is written below
        return self.prompt.is_open or bool(getattr(self.focused, "is_writing", False))

    @property
    def is_asking(self) -> bool:
        """Return whether a prompt or a yes-or-no question waits for an answer."""
        return self.prompt.is_open or self.question.is_open

    @property
    def hints(self) -> Hints:
        return self.query_one(Hints)

    def compose(self) -> ComposeResult:
        yield Line(id="head")
        yield Container(*self.body(), id="body")
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
        """Close this screen, once; where another lies over it, as soon as that is gone."""
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
        self.refresh_foot()

    def refresh_foot(self) -> None:
        """Say what is next with what is under the cursor now, and the keys that it needs."""
        status = self.query_one_optional("#status", StatusLine)
        if status is not None:
            self.refresh_message()
            lines.draw_status(self, status)

    def draw_pictures_anew(self, *, lost_alone: bool = False) -> None:
        """Ask for every picture again: the terminal shows them in another way now.

        `lost_alone`: it has lost those that it had; what can be sent but once is asked for.
        """
        for picture in self.query(Picture):
            picture.draw_anew(lost_alone=lost_alone)
        for widget in self.query(Pictured):
            widget.draw_anew(lost_alone=lost_alone)

    def forget_drawn(self) -> None:
        """Have film and queue drawn once more when this screen catches up."""
        self._shown_film, self._shown_queue = self, None

    def catch_up(self) -> None:
        """Show what changed while this screen was not in front."""
        app = self.studio_app
        with self.while_here():
            if app.film_known and self._shown_film is not app.film:
                self._shown_film = app.film
                self.show_film(app.film)
            if self._shown_queue is not app.queue:
                self._shown_queue = app.queue
                self.show_queue(app.queue)
            self.refresh_lines()

    async def _on_message(self, message: Message) -> None:
        with self.while_here():
            await super()._on_message(message)

    def refresh_lines(self) -> None:
        """Redraw header, message and status line from the present state."""
        status = self.query_one_optional("#status", StatusLine) if self.is_mounted else None
        if status is None:
            return
        lines.draw_head(self, self.query_one("#head", Line))
        bar = self.query_one_optional(TourBar)
        if bar is not None:
            bar.show(self.studio_app.tour_lines(self))
        lines.draw_message(self, self.query_one("#message", Line), self.query_one(WrappedMessage))
        lines.draw_status(self, status)

    def refresh_head(self) -> None:
        """Redraw the header from the present state."""
        head = self.query_one_optional("#head", Line)
        if head is not None:
            lines.draw_head(self, head)

    def mode_name(self) -> str:
        if self.prompt.is_open:
            return self.prompt.name_shown
        if self.typing:
            return "WRITING"
        return self.submode or "NORMAL"

    def refresh_message(self) -> None:
        """Redraw the message line from the present state."""
        message = self.query_one_optional("#message", Line)
        if message is not None:
            lines.draw_message(self, message, self.query_one(WrappedMessage))

    def place_text(self) -> Text:
        """Return cut and timecode, as every screen of a film shows them."""
        film = self.film
        if film is None or film.cut is None or not self.NEEDS_FILM:
            return Text()
        return line(
            (film.cut.name, self.ink.muted), "  ", (timecode(film.cut.playhead, film.cut.rate), self.ink.text)
        )

    @property
    def is_looking(self) -> bool:
        """Return whether the place says what was asked for: then the next step gives way to it."""
        return False

    # -- asking ------------------------------------------------------------------------------------

    async def ask(
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
        """Ask for one line, in place of the message or `at` a place; return None when the person left it.

        `changed` is called with what is typed so far; Tab completes to `suggestions`, or to what `lines`
        offers; the rows `above` stand above the line. `field` says what may stand there. A yes-or-no question
        that waits is answered first: of two that ask at once neither would get its keys.
        """
        await self.question.closed()
        self.studio_app.shown_message = None
        self.call_next(self.refresh_lines)
        answer = await self.prompt.ask(
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
        """Ask for a field; return a text that it can have, None when the person left it."""
        return await self.ask(
            label or field.label, field.text, name=name, changed=changed, above=above, field=field, at=at
        )

    async def confirm(self, question: str) -> bool:
        """Ask for yes or no, in place of the message; return False at once while another question waits.

        A line that is being typed is taken or left first.
        """
        await self.prompt.closed()
        if self.question.is_open:
            return False
        try:
            return await self.question.ask(question, self.refresh_lines)
        finally:
            if self.is_attached:
                self.refresh_lines()

    def act_yes(self, key_command: KeyCommand) -> None:
        self.question.answer(True)

    def act_no(self, key_command: KeyCommand) -> None:
        self.question.answer(False)

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
        """Run a command off the event loop; its message or error comes on the message line.

        `then` is called on the event loop with the outcome, after screens were shown the film it made.
        """
        self.studio_app.run_command(id, {**(values or {}), **more}, then=then, quiet=quiet)

    async def command(self, id: str, /, **values: Any) -> Outcome | None:
        """Run a command and wait for it; return None when it was refused or failed, after saying why."""
        return await self.studio_app.command(id, values)

    async def in_thread(self, work: Callable[[], T]) -> T:
        """Run a read (files, database) off the event loop."""
        return await self.studio_app.reading.run(work)

    def background(
        self, work: Callable[[], Coroutine[Any, Any, None]], group: str = "acts", *, exclusive: bool = False
    ) -> None:
        """Run a coroutine beside the event loop's work; an exclusive one ends its forerunner of the group."""

        async def guarded() -> None:
            with self.while_here():
                await work()

        self.run_worker(cast("WorkType[None]", guarded), group=group, exclusive=exclusive)

    @contextmanager
    def while_here(self) -> Iterator[None]:
        """End quietly what is done on this screen where the screen goes meanwhile; say what is refused.

        A screen that goes loses its widgets before its work is stopped. A film may go at any moment, too:
        another terminal moves it away.
        """
        try:
            yield
        except NoMatches:
            if self.display:
                raise
        except MilimoError as error:
            self.studio_app.say_error(error)

    def say(self, text: str, kind: str = "info", hint: str = "") -> None:
        self.studio_app.say(text, kind, hint)

    def with_keys(self, words: str) -> str:
        """Fill words that name acts by id with the keys that do them here."""
        return self.studio_app.keyboard.keymap.with_keys(words, (*self.contexts, *self.CONTEXTS))

    # -- acts every screen has -------------------------------------------------------------------

    def act_next_pane(self, key_command: KeyCommand) -> None:
        self.focus_next()

    def act_previous_pane(self, key_command: KeyCommand) -> None:
        self.focus_previous()

    def act_out(self, key_command: KeyCommand) -> None:
        """Go one level out: never further than this screen's base."""
        if len(self.app.screen_stack) > 1 and self.app.screen is self:
            self.dismiss()
        elif self.typing:
            self.set_focus(None)

    def set_focus(
        self, widget: Widget | None, scroll_visible: bool = True, from_app_focus: bool = False
    ) -> None:
        """Give a widget the keys; while a line is typed it has them, and the widget gets them behind it.

        A list that comes back, or a click, would else take them from a line that nothing then could leave.
        """
        if from_app_focus or not self.prompt.keeps_from(widget):
            super().set_focus(widget, scroll_visible, from_app_focus)

    def act_close(self, key_command: KeyCommand) -> None:
        if len(self.app.screen_stack) > 1:
            self.dismiss()
        else:
            self.say(self.with_keys(self.studio_app.how_to_leave()))

    async def act_search(self, key_command: KeyCommand) -> None:
        """Look for words in the list or text of the focused pane."""
        from milimo_tui.tui.keys.completion import among

        words = await self.ask("/", name="SEARCH", lines=among(self._names()))
        if words is not None and (words or self.searched_for):
            self.searched_for = words or self.searched_for
            self.find(self.searched_for, 1)

    def _names(self) -> tuple[str, ...]:
        """List the names that can be searched for."""
        from milimo_tui.studio.registry.completions import every_name

        return every_name(self.film)

    def act_search_next(self, key_command: KeyCommand) -> None:
        self._find_again(1)

    def act_search_previous(self, key_command: KeyCommand) -> None:
        self._find_again(-1)

    def _find_again(self, step: int) -> None:
        if self.searched_for:
            self.find(self.searched_for, step)
        else:
            self.say("nothing was searched for yet", hint="{ui.search} searches")

    def find(self, words: str, step: int) -> None:
        """Go to the next match in the focused list; screens that search elsewhere replace this."""
        focused = self.focused
        rows = focused if isinstance(focused, Rows) else next(iter(self.query(Rows)), None)
        if rows is None or not rows.find(words, step):
            self.say(f"“{words}” is not here", "warn", "{ui.search} looks for something else")
