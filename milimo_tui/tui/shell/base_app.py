"""The base of the app: the state that all screens share, commands that run off the event loop, and messages.

This module imports no particular screen. `app.app` adds the screens, the actions that every screen has, and
leaving the studio. To start quickly, this module imports only what the first frame needs.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, cast

from textual import events
from textual._compositor import CompositorUpdate
from textual.app import App
from textual.constants import TEXTUAL_ANIMATIONS
from textual.filter import ANSIToTruecolor

from milimo_tui.core.errors import Ambiguous, BadInput, MilimoError
from milimo_tui.core.safe_text import remove_control_characters
from milimo_tui.jobs.notify.notices import get_film_name
from milimo_tui.story.values.script_reading import READING_JOB, READING_PROMPTS_JOB
from milimo_tui.tui.background.collector import RestCollector
from milimo_tui.tui.background.film_tasks import FilmTasks
from milimo_tui.tui.background.follower import QueueChanged, QueueTrouble, StudioFollower
from milimo_tui.tui.background.notifications import NoticeReceived, Notifier, describe_delivery_failure
from milimo_tui.tui.background.queue_feed import LiveQueue
from milimo_tui.tui.background.work_threads import WorkThread
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.shell.actions import perform_key_command
from milimo_tui.tui.shell.command_questions import ScreenQuestions
from milimo_tui.tui.shell.intake_progress import IntakeProgress
from milimo_tui.tui.shell.key_input import KeyInput, key_event
from milimo_tui.tui.shell.keyboard import Keyboard
from milimo_tui.tui.shell.line_stats import LineStats
from milimo_tui.tui.shell.messages import LogMessage
from milimo_tui.tui.shell.next_steps import NextSteps
from milimo_tui.tui.shell.overlay import Overlay
from milimo_tui.tui.shell.screen import StudioScreen
from milimo_tui.tui.shell.theme_switch import ThemeSwitch
from milimo_tui.tui.terminal import capabilities
from milimo_tui.tui.terminal.images.pictures import Pictures
from milimo_tui.tui.terminal.line.driver import StudioDriver
from milimo_tui.tui.terminal.patches import style_cache
from milimo_tui.tui.terminal.row_filters import AsciiFilter, LinkRemovalFilter, SafeCellFilter, wants_ascii
from milimo_tui.tui.terminal.theme import choose_theme_name, make_textual_theme
from milimo_tui.tui.widgets.clicked import KeysClicked
from milimo_tui.tui.widgets.terminal_app import TerminalApp

if TYPE_CHECKING:
    from rich.text import Text
    from textual.driver import Driver
    from textual.screen import Screen
    from textual.worker import WorkType

    from milimo_tui.jobs.values.views import JobView
    from milimo_tui.studio.registry.registry import Command, Outcome
    from milimo_tui.studio.session.studio import FilmSnapshot, Studio
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.shell.pace import Pace
    from milimo_tui.tui.shell.ports import StudioApp

# Groups of commands that change the film. Such commands run one after the other, in the order in which they
# were requested.
EDITS = frozenset({"project", "script", "storyboard", "scene", "element", "cut", "bin", "asset"})
# Commands that transfer a film. They run in a thread of their own, because they take long and must not delay
# edits.
TRAVELS = frozenset({"project.push", "project.pull"})
MOST_MESSAGES = 500


class BaseApp(TerminalApp):
    """The base class of the app, with the state and services that all screens share: film, queue, keys,
    messages, work threads, pictures.
    """

    def __init__(self, studio: Studio) -> None:
        self._variables: dict[str, dict[str, str]] | None = None
        self._painted = asyncio.Event()
        super().__init__()
        self.studio = studio
        self.collector = RestCollector(lambda: self.line.seconds_since_key)
        self.read_pace: Callable[[], Pace] | None = None
        self.line_figures = ""
        studio.asks = ScreenQuestions(cast("StudioApp", self))
        studio.counted = self.intake_progress = IntakeProgress(
            partial(self.call_from_thread, self.show_progress)
        )
        self.film: FilmSnapshot | None = None
        self.film_known = False
        self.queue = LiveQueue()
        # Time at which the studio started. Jobs that ended earlier are not reported.
        self._began = time.time()
        self.shot = ""  # Id of the shot that the user viewed last; a screen opens with this shot selected.
        self.messages: list[LogMessage] = []
        # The error of the last command, if a name in its arguments matched several things; otherwise None.
        self.ambiguous: Ambiguous | None = None
        # The command that was typed after `:` and is running now, with its arguments.
        self.typed_command: tuple[Command, Mapping[str, Any]] | None = None
        # The message on the message line; the next key clears it.
        self.shown_message: LogMessage | None = None
        self.editing, self.working, self.reading, self.travelling = (
            WorkThread("edits"),
            WorkThread("work"),
            WorkThread("reads", drops=True),
            WorkThread("travel"),
        )
        self.follower = StudioFollower(studio, self.post_message)
        self.notices, self._notifier = WorkThread("telling"), Notifier(studio.settings)
        is_ascii = wants_ascii(studio.settings.signs, os.environ)
        self.images = "off" if is_ascii and studio.settings.images == "auto" else studio.settings.images
        self.terminal = capabilities.detect_terminal(os.environ, self.images, studio.settings.cells)
        self.pictures = Pictures(
            self.terminal,
            self.send_drawing,
            self.forget_drawing,
            lambda: self.line.seconds_until_rest,
            lambda: self.line.measured.rate,
        )
        # Remove Textual's filter that converts the terminal's own colours to true colours, because the studio
        # uses both on purpose.
        self._filters = [filter for filter in self._filters if not isinstance(filter, ANSIToTruecolor)]
        self._filters.append(SafeCellFilter())
        if is_ascii:
            self._filters.append(AsciiFilter())
        if self.terminal.plain:
            self._filters.append(LinkRemovalFilter())
        # `app.app` completes this class, so every instance has the interface `StudioApp`.
        app = cast("StudioApp", self)
        self.keyboard = Keyboard(
            studio, lambda text, hint: self.show_message(text, "warn", hint), self.show_error
        )
        self.key_input = KeyInput(app)
        self.themes = ThemeSwitch(self, studio, self.reading, self.apply_fitted_theme, self.show_error)
        self.themes.load_first_theme()
        self._apply_first_theme(choose_theme_name(self.themes.known, self.colours))
        self.apply_motion(studio.settings.motion)
        self.pictures.ground = self.ink.get_rgb("surface")
        self.film_tasks = FilmTasks()
        self.next_steps = NextSteps(app)

    def _apply_first_theme(self, name: str) -> None:
        """Apply the first theme, without making Textual read the style sheets a second time."""
        self.register_theme(make_textual_theme(name))
        self.set_reactive(App.theme, name)
        self._variables = {}
        self.stylesheet = style_cache.CachedStylesheet(variables=self.get_css_variables())
        self.set_class(self.current_theme.dark, "-dark-mode", update=False)
        self.set_class(not self.current_theme.dark, "-light-mode", update=False)

    def apply_fitted_theme(self) -> None:
        """Apply the variant of the chosen theme that fits the number of colours of the terminal."""
        name = choose_theme_name(self.themes.known, self.colours)
        if self.theme == name:
            return
        self.register_theme(make_textual_theme(name))
        self.theme = name
        self.pictures.ground = self.ink.get_rgb("surface")
        self.redraw_all_screens()

    def get_css_variables(self) -> dict[str, str]:
        """Return the theme's variables for style sheets, computed once for each theme.

        Return an empty dictionary before a theme is chosen, because computing the variables then would delay
        the first frame.
        """
        if self._variables is None:
            return {}
        if self.theme not in self._variables:
            self._variables[self.theme] = super().get_css_variables()
        self.theme_variables = self._variables[self.theme]
        return dict(self.theme_variables)

    def apply_motion(self, motion: str) -> None:
        """Apply the setting for motion: `full` allows all animation. With `reduced`, nothing moves except a
        film that is played.
        """
        self.is_still = motion == "reduced"
        self.animation_level = "none" if self.is_still else TEXTUAL_ANIMATIONS

    def get_driver_class(self) -> type[Driver]:
        """Return the class of Textual's terminal driver to use: one that also receives the terminal's answers
        to queries.
        """
        return StudioDriver

    def _build_driver(self, *given: Any, **how: Any) -> Driver:
        """Create the driver, and route all its output through the connection to the terminal
        (`terminal.line`).
        """
        driver = super()._build_driver(*given, **how)
        if isinstance(driver, StudioDriver):
            self.line.open(driver)
        return driver

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        """Draw an update of the screen. The changed cells are sent as fast as the terminal accepts them
        (`terminal.line`).
        """
        if (
            isinstance(renderable, CompositorUpdate)
            and self.line.is_open
            and not self._batch_count
            and self._running
            and not self._closed
        ):
            self.line.synchronised = self._sync_available
            size, cursor = self.size, self.screen.outer_size.clamp_offset(self.cursor_position)
            if self.line.display_update(renderable, size.width, size.height, (cursor.x, cursor.y)):
                self.post_display_hook()
                self._painted.set()
                return
        super()._display(screen, renderable)
        self._painted.set()

    async def wait_for_paint(self, seconds: float) -> None:
        """Wait until the screen is painted again, for at most `seconds` seconds.

        Textual's `call_after_refresh` is not enough: it does not wait for a layout whose request has not
        reached the screen yet.
        """
        self._painted.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._painted.wait(), seconds)

    def _watch_app_focus(self, focus: bool) -> None:
        """Do nothing when the terminal's window loses or gains the focus.

        Textual (8.2) would take the focus from the widget while another window is active. The selection would
        then be painted as unselected and a moment later as selected again. That wastes bytes, and the cursor
        disappears while the user works in an editor next to the studio.
        """

    @property
    def studio_screen(self) -> StudioScreen | None:
        """The screen in front if it is a screen of the studio; None if a panel is in front."""
        screen = next(reversed(self.screen_stack), None)  # The stack is empty while the studio is ending.
        return screen if isinstance(screen, StudioScreen) else None

    @property
    def edit_place(self) -> str:
        """The name that is stored with a new edit, so that undo can find the edits of a screen. It is
        `timeline` if the screen in front edits the cut, otherwise the name of the app's current mode (its
        main screen).
        """
        screens = self.list_studio_screens()
        return screens[-1].edit_place if screens else self.current_mode

    def list_studio_screens(self) -> list[StudioScreen]:
        """Return the open screens of the current mode, from the base screen to the one in front. Screens that
        are closing are left out.
        """
        there = (screen for screen in self.screen_stack if screen.is_mounted and screen.display)
        return [screen for screen in there if isinstance(screen, StudioScreen)]

    def open_on_top(self, screen: Screen[Any]) -> None:
        """Open `screen` over the screen in front. If a screen of the same class is open already, first close
        that screen and all screens in front of it.
        """
        stack = self.screen_stack
        below = [at for at, each in enumerate(stack) if at and type(each) is type(screen)]
        for _ in stack[below[0] :] if below else ():
            self.pop_screen()
        self.push_screen(screen)

    def redraw_all_screens(self) -> None:
        """Redraw every screen after the theme has changed."""

    def catch_up(self) -> None:
        """Redraw the screens of the current mode if the film or the queue has changed since they were
        drawn.
        """
        for screen in self.list_studio_screens():
            screen.catch_up()

    def on_queue_changed(self, event: QueueChanged) -> None:
        done, failed = event.queue.split_ended_since(self.queue, self._began)
        self.queue = event.queue
        self.next_steps.handle_queue_change(event.queue)
        for job in failed:
            label = self._name_job(job)
            self.show_message(f"{label}: {job.error or job.state}", "error", "{ui.mode jobs} shows its log")
        read = [job.label for job in done if self._is_own_reading(job)]
        batch = event.queue.add_done_in_same_batches(done, self._began)
        made = [job for job in batch if not self._is_own_reading(job)]
        if made:
            labels = ", ".join(self._name_job(job) for job in made[:3])
            more = f" and {len(made) - 3} more" if len(made) > 3 else ""
            self.show_message(f"made {labels}{more}", "good")
        if read:
            hint = "{script:ui.reading} in Script and on the storyboard reviews it"
            prompts = ", the prompts are written" if READING_PROMPTS_JOB[1] in read else ""
            self.show_message(f"the script is read{prompts}", "good", hint)
        self.catch_up()

    def _name_job(self, job: JobView) -> str:
        """Return the label of a job. If the job belongs to another film, add the name of that film."""
        other = self._get_other_film(job)
        return f"{job.label} (film “{other}”)" if other else job.label

    def _is_own_reading(self, job: JobView) -> bool:
        """Return True if a job read the screenplay of the open film."""
        return (job.kind, job.label) in (READING_JOB, READING_PROMPTS_JOB) and not self._get_other_film(job)

    def _get_other_film(self, job: JobView) -> str:
        """Return the name of the film of a job; empty if the job belongs to the open film or to none."""
        file = self.studio.project_or_none()
        if file is not None and job.project == str(file.paths.root):
            return ""
        return get_film_name(job.project)

    def on_queue_trouble(self, event: QueueTrouble) -> None:
        self.show_error(event.error)

    def on_notice_received(self, event: NoticeReceived) -> None:
        """Show a desktop notification that a job has ended, because the user may not be looking at the
        terminal.
        """
        if not self._notifier.is_news(event.notice):
            return
        if undelivered := describe_delivery_failure(event.notice):
            self.show_message(undelivered, "error", "{home:ui.doctor} on Home checks the settings")
            return

        async def send_notification() -> None:
            self.write_to_terminal(await self.notices.run(lambda: self._notifier.show_notice(event.notice)))

        self.run_in_background(send_notification, group="telling")

    async def on_event(self, event: events.Event) -> None:
        """Pass a key to the key parser before Textual handles it. Textual handles all other events."""
        if isinstance(event, (events.Key, events.MouseDown)):
            self.line.key_came()
            self.collector.key_came()
            self._clear_message()
        if isinstance(event, events.Key) and not event.is_forwarded:
            async for key_command in self.key_input.key_commands(event, super().on_event):
                perform_key_command(cast("StudioApp", self), key_command)
                self.observe_act(key_command)
        else:
            await super().on_event(event)

    def on_keys_clicked(self, event: KeysClicked) -> None:
        """Handle a click on keys shown on the screen as if the keys were typed."""
        for key in event.chord:
            self.post_message(key_event(key))

    def type_keys(self, keys: Iterable[str]) -> None:
        """Perform keys on the screen or panel in front, as if they were typed. An incomplete chord waits for
        more keys.
        """
        for key_command in self.key_input.type_keys(keys):
            perform_key_command(cast("StudioApp", self), key_command)

    async def type_key(self, key: str) -> None:
        """Send a key to the focused text field, without the keymap. Wait until the field has processed the
        key.
        """
        await self.key_input.type_into_focused(key_event(key), super().on_event)

    def observe_act(self, key_command: KeyCommand) -> None:
        """Do nothing when a key starts an action. The tour, which teaches new users the keys, overrides this
        method to observe the user's actions.
        """

    def list_tour_lines(self, contexts: tuple[str, ...]) -> Sequence[Text]:
        """Return the lines that the tour (the introduction for new users) shows on a screen with these key
        contexts. Empty if no tour runs.
        """
        return ()

    def run_command(
        self,
        id: str,
        values: Mapping[str, Any] | None = None,
        *,
        then: Callable[[Outcome], None] | None = None,
        quiet: bool = False,
    ) -> None:
        """Run a command off the event loop. Commands run in the order in which this method is called. See
        `StudioScreen.run_command` for the parameters.
        """

        async def wait() -> None:
            outcome = await self.run_and_wait(id, values or {}, quiet=quiet)
            if outcome is not None and then is not None:
                then(outcome)

        self.run_in_background(wait, "commands")

    async def run_and_wait(
        self, id: str, values: Mapping[str, Any], *, quiet: bool = False
    ) -> Outcome | None:
        """Run a command and wait for its outcome.

        Returns None if the command was refused or failed; the error is shown first.
        """

        self.ambiguous = None
        lane, work = self._prepare_command(id, values, self.edit_place)
        try:
            outcome = await lane.run(work)
        except MilimoError as error:
            self.show_error(await self._correct_typed_command(id, error))
            return None
        if outcome.message and not quiet:
            self.show_message(outcome.message, "good" if outcome.exit_code == 0 else "warn")
        return outcome

    def run_while_closing(self, id: str, values: Mapping[str, Any], place: str) -> None:
        """Run a command that writes an unfinished edit, because its screen is closing.

        It runs on the same thread as other commands, after those that were begun before. The background tasks
        of a closing screen are stopped, but the app waits for the thread of edits before it ends.
        """
        lane, work = self._prepare_command(id, values, place)

        def work_without_report() -> None:
            with suppress(MilimoError):  # The screen is closing, so an error can no longer be shown.
                work()

        lane.run(work_without_report)

    def _prepare_command(
        self, id: str, values: Mapping[str, Any], place: str
    ) -> tuple[WorkThread, Callable[[], Outcome]]:
        """Return the thread for a command, and the work to run there. `place` is the name of the screen to
        which undo attributes the edit.
        """
        group = id.partition(".")[0]

        def work() -> Outcome:
            from milimo_tui.studio.registry.registry import run_by_id

            try:
                if group in EDITS and group != "project":
                    self.follower.require_open_film_folder()
                return run_by_id(self.studio, id, values, place=place)
            finally:
                self.follower.read()

        if id in TRAVELS:
            return self.travelling, work
        return (self.editing if group in EDITS else self.working), work

    async def _correct_typed_command(self, id: str, error: MilimoError) -> MilimoError:
        """Return the error to show for a failed command. If the user typed the command after `:` with wrong
        arguments, the error also suggests the corrected command line.
        """
        if self.typed_command is None or self.typed_command[0].id != id or not isinstance(error, BadInput):
            return error
        from milimo_tui.studio.registry.corrections import suggest_after_run

        entry, values = self.typed_command
        return await self.reading.run(partial(suggest_after_run, error, entry, values, self.film))

    async def load_command_registry(self) -> dict[str, Command]:
        """Return all commands by id. The first call imports the command groups in a thread."""

        def read() -> dict[str, Command]:
            from milimo_tui.studio.registry.registry import list_commands

            return list_commands()

        return await self.reading.run(read)

    def save_ui_value(self, key: str, value: Any) -> None:
        """Store a value of a screen, such as a layout, with the film, off the event loop. Nothing is stored
        for a read-only film.
        """

        def write() -> None:
            with suppress(MilimoError):
                file = self.studio.project_or_none()
                if file is not None and not file.read_only:
                    file.ui.set(key, value)

        self.editing.run(write)

    def run_in_background(self, work: Callable[[], Coroutine[Any, Any, None]], group: str) -> None:
        """Run a coroutine in a Textual worker on the event loop, without waiting for it.

        A MilimoError is shown as a message, because the film can disappear at any time. Any other exception
        ends the studio.
        """
        # Pass the coroutine in a list that is emptied when it starts. Textual's worker keeps a reference to
        # its work, and each screen opened meanwhile keeps the worker in its context (8.2). Without the list,
        # a closed screen to which the work refers would stay in memory.
        left = [work]

        async def once() -> None:
            try:
                await left.pop()()
            except MilimoError as error:
                self.show_error(error)

        self.run_worker(cast("WorkType[None]", once), group=group)

    @action
    async def act_next_step(self, key_command: KeyCommand | None = None) -> None:
        """Perform the next step of the screen in front."""
        if self.studio_screen is not None:
            await self.next_steps.do_next_step(self.studio_screen)

    @property
    def last_message(self) -> LogMessage | None:
        return self.messages[-1] if self.messages else None

    def show_message(self, text: str, kind: str = "info", hint: str = "") -> None:
        """Show a message on the message line and add it to the log (`g l`). `kind` is info, good, warn or
        error.

        A hint may contain ids of actions in braces, which are replaced by their keys (`Keymap.with_keys`).
        """
        if "{" in hint:
            hint = self.keyboard.keymap.with_keys(hint, self._contexts)
        text, hint = self.replace_commands_with_keys(text), self.replace_commands_with_keys(hint)
        self.messages.append(LogMessage(" ".join(text.split()), kind, hint, time.time()))
        del self.messages[:-MOST_MESSAGES]
        self.shown_message = self.messages[-1]
        for screen in self.list_studio_screens():
            screen.refresh_lines()
        self._refresh_panel()

    def show_progress(self, text: str, hint: str) -> None:
        """Show progress on the message line until the next message. Progress is not added to the log. An
        empty text removes progress that is shown.
        """
        is_progress = self.shown_message is not None and self.shown_message not in self.messages[-1:]
        if text:
            self.shown_message = LogMessage(" ".join(text.split()), "info", hint, time.time())
        elif is_progress:
            self.shown_message = None
        self._refresh_messages()

    def replace_commands_with_keys(self, text: str) -> str:
        """Replace shell commands in a sentence by the studio keys for the same commands."""
        if "milimo " not in text:
            return text
        from milimo_tui.tui.keys.command_keys import replace_commands_by_keys

        return replace_commands_by_keys(text, self.keyboard.keymap, self._contexts)

    @property
    def _contexts(self) -> tuple[str, ...]:
        """The keymap contexts in which the keys for a message are looked up: those of the panel in front,
        then the active contexts of the screen, then all contexts of the screen.
        """
        panel, screens = next(reversed(self.screen_stack), None), self.list_studio_screens()
        of_panel = panel.contexts if isinstance(panel, Overlay) else ()
        of_screen = (*screens[-1].contexts, *screens[-1].CONTEXTS) if screens else ("global",)
        return (*of_panel, *of_screen)

    def _clear_message(self) -> None:
        """Clear the message line, because a key was pressed. The message stays in the log."""
        if self.shown_message is not None:
            self.shown_message = None
            self._refresh_messages()

    def _refresh_messages(self) -> None:
        for screen in self.list_studio_screens():
            screen.refresh_message()
        self._refresh_panel()

    def _refresh_panel(self) -> None:
        """Show the current message on the panel in front too, because the panel may cover the message
        line.
        """
        if self.screen_stack and isinstance(panel := self.screen_stack[-1], Overlay):
            panel.refresh_message()

    def show_error(self, error: MilimoError) -> None:
        """Show an error with its hint. If the error is that a name matched several things, store it, so that
        the user can choose one of these things.
        """
        self.ambiguous = error if isinstance(error, Ambiguous) else None
        self.show_message(error.message, "error", error.hint)

    @cached_property
    def line_stats(self) -> LineStats:
        """The statistics of the connection to the terminal (`g %`)."""
        return LineStats(cast("StudioApp", self))

    @property
    def owns_terminal(self) -> bool:
        """True if the studio runs in a terminal that it can hand to another program."""
        driver = self._driver
        return driver is not None and not driver.is_headless and not driver.is_web

    def copy_to_clipboard(self, text: str) -> None:
        """Copy a text to the clipboard. Control characters are removed, because a shell or an editor would
        treat them as keys when the text is pasted.
        """
        super().copy_to_clipboard(remove_control_characters(text))
