"""The next step of the open film. It is computed in a thread after each change, shown on each screen, and
performed with the key `!`.

`studio.project.screen_next_step` chooses the step for a screen, from the place that
`StudioScreen.get_current_place`
returns.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.format import format_duration
from milimo_tui.core.screens import ListName, ScreenName
from milimo_tui.studio.project.screen_next_step import (
    FILM,
    FilmToDo,
    NextStep,
    ScreenPlace,
)
from milimo_tui.tui.background.queue_feed import LiveQueue
from milimo_tui.tui.background.work_threads import WorkThread
from milimo_tui.tui.keys.actions import find_own_action
from milimo_tui.tui.keys.key_parser import KeyCommand
from milimo_tui.tui.keys.keymap import Binding
from milimo_tui.tui.shell.actions import perform_key_command

if TYPE_CHECKING:
    from textual.timer import Timer

    from milimo_tui.jobs.values.views import JobView
    from milimo_tui.studio.project.film_now import FilmState
    from milimo_tui.studio.registry.registry import Outcome
    from milimo_tui.tui.shell.ports import StudioApp
    from milimo_tui.tui.shell.screen import StudioScreen

# Seconds without a change before the film is read again. The pause is at least PAUSE_FACTOR times as long as
# the last read took, so that a long film is not read at every edit.
PAUSE = 0.15
PAUSE_FACTOR = 4
LONGEST_PAUSE = 5.0
# If the work of a next step takes more than this number of seconds, the user is asked before the step starts.
LONG = 60.0
# If a next step makes more than this number of takes, the user is asked before it starts, even if the work is
# short.
MANY = 100


class NextSteps:
    """The suggested next step of the film. This object computes the step in a thread, and performs it when
    the user presses the key `!`.
    """

    def __init__(self, app: StudioApp) -> None:
        self._app = app
        self.thread = WorkThread("next", drops=True)
        self._film: FilmState | None = None  # The state of the film when it was last read.
        # Pairs of id and state of the queue's jobs at the last read.
        self._states: frozenset[tuple[str, str]] = frozenset()
        self._timer: Timer | None = None
        self._reading = self._wants_read = False
        self._seconds = 0.0  # Seconds that the last read of the film took.
        self.is_known = False

    def handle_queue_change(self, queue: LiveQueue) -> None:
        """Compute the next step again if a job was added, has ended or changed its state. A job that only
        made progress does not change the next step.
        """
        states = frozenset((job.id, job.state) for job in queue.jobs)
        if states != self._states:
            self._states = states
            self.schedule_read()

    def schedule_read(self) -> None:
        """Compute the film's next step after a short time without further changes."""
        if self._timer is not None:
            self._timer.stop()
        pause = max(PAUSE, min(LONGEST_PAUSE, PAUSE_FACTOR * self._seconds))
        self._timer = self._app.set_timer(pause, self._start_reading)

    @property
    def is_settled(self) -> bool:
        """True if the next step is up to date: it is not being computed, and no computation is scheduled."""
        return not (self._reading or self._wants_read or self._timer is not None)

    def _start_reading(self) -> None:
        self._timer = None
        self._wants_read = True
        if not self._reading:
            self._reading = True
            self._app.run_in_background(self._read_until_current, "next")

    async def _read_until_current(self) -> None:
        try:
            while self._wants_read:
                self._wants_read = False
                await self._read_next_step()
        finally:
            self._reading = False

    async def _read_next_step(self) -> None:
        try:
            film, to_do, self._seconds = await self.thread.run(
                partial(self._read_to_do, self._app.queue.jobs)
            )
        except MilimoError:
            # No message here: the code that watches the film for changes reports a film that cannot be read.
            return
        self._film = film
        self.is_known = True
        if to_do != self._app.film_tasks.to_do:
            self._app.film_tasks.to_do = to_do
            for screen in self._app.list_studio_screens():
                screen.refresh_lines()

    def _read_to_do(self, jobs: Sequence[JobView]) -> tuple[FilmState, FilmToDo, float]:
        import time

        from milimo_tui.studio.project.film_now import FilmState
        from milimo_tui.studio.project.next_step import read_film_to_do

        began = time.monotonic()
        film = FilmState(self._app.studio, before=self._film, jobs=jobs)
        to_do = read_film_to_do(film)
        film.forget_before()
        return film, to_do, time.monotonic() - began

    def is_step_here(self, step: NextStep, place: ScreenPlace) -> bool:
        """Return True if a step is performed on the screen `place.screen`, or on any screen."""
        return not step.screen or step.screen == place.screen

    async def do_next_step(self, screen: StudioScreen) -> None:
        """Perform the next step for a screen. If the step belongs to another screen, go to that screen. Ask
        first if the work takes over a minute.
        """
        app, place = self._app, screen.get_current_place()
        step = app.film_tasks.get_step_here(app.queue, place)
        if step is None:
            app.show_message("there is no next step here", hint="{ui.help} lists the keys")
        elif not isinstance(step, NextStep):
            await app.go_to_job(step.id)
        elif not self.is_step_here(step, place) or (step.id == "job.log" and not step.act):
            await self._go_to_step(step)
        elif step.act:
            self._perform_step_act(step, screen)
        elif not step.makes or await self._confirm_long_work(step, screen):
            await app.run_and_wait(step.id, step.values)

    async def _go_to_step(self, step: NextStep) -> None:
        """Go to the screen on which a step is performed."""
        app = self._app
        if step.screen == ScreenName.JOBS and "id" in step.values:
            await app.go_to_job(str(step.values["id"]))
        elif isinstance(step.screen, ListName):
            open_list = find_own_action(app, step.screen)
            assert open_list is not None, step.screen
            await open_list(None)
        elif step.screen is not None:
            await app.go_to_mode(step.screen)

    def _perform_step_act(self, step: NextStep, screen: StudioScreen) -> None:
        """Perform the action of a step. If a key on the screen performs this action, the effect is the same
        as pressing the key; otherwise the action runs directly.
        """
        within = self._app.keyboard.keymap.list_bindings_in_reach(screen.contexts)
        binding = next((each for each in within if each.run == step.act), None)
        if binding is not None:
            perform_key_command(self._app, KeyCommand(binding, typed=binding.chord))
        else:
            made_up = Binding(screen.CONTEXTS[0], (), step.act, step.does)
            perform_key_command(self._app, KeyCommand(made_up))

    async def _confirm_long_work(self, step: NextStep, screen: StudioScreen) -> bool:
        """Return True if the work of a step may start. Ask the user first, with an estimate, if the work
        takes over a minute or its duration is unknown. A render of unknown duration starts without a
        question.
        """
        if step.seconds is not None and step.seconds <= LONG and len(step.makes) <= MANY:
            return True
        if FILM in step.makes:
            if step.seconds is None:
                return True
            return await screen.confirm(
                f"{_capitalise_first(step.reason_text)}: about {format_duration(step.seconds)}. Start now?"
            )
        known = await self._app.run_and_wait(step.id, {**step.values, "dry_run": True}, quiet=True)
        if known is None:
            return False
        if not _is_long_work(known, len(step.makes)):
            return True
        return await screen.confirm(f"{known.message}. Make {'it' if len(step.makes) == 1 else 'them'}?")


def _capitalise_first(words: str) -> str:
    return words[:1].upper() + words[1:]


def _is_long_work(known: Outcome, takes: int) -> bool:
    """Return True if the work is so long that the user must confirm it first. `known` is the outcome of a dry
    run, with the estimated time. `takes` is the number of takes to make.
    """
    from milimo_tui.studio.takes.shot_spec import is_drawing_engine

    seconds = known.data["estimate"]["seconds"]
    if seconds is not None:
        return bool(seconds > LONG) or takes > MANY
    named = [spec["engine"] for spec in known.data.get("specs", ())]
    named += [row["engine"] for row in known.data.get("stale", ())]
    return takes > MANY or not all(is_drawing_engine(engine) for engine in named)
