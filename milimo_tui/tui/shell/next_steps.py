"""The next step of the film that is open: read in a thread when something changed, told to each screen, and
done by `!`.

What it is on a screen `studio.project.next_here` says, of that screen's place (`StudioScreen.next_place`).
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.format import duration
from milimo_tui.studio.project.next_here import FILM, Place, Step, ToDo, Work, step_here, work_of
from milimo_tui.tui.background.queue_feed import Queue
from milimo_tui.tui.background.work_threads import WorkThread
from milimo_tui.tui.keys.key_parser import KeyCommand
from milimo_tui.tui.keys.keymap import Binding
from milimo_tui.tui.shell.actions import perform

if TYPE_CHECKING:
    from textual.timer import Timer

    from milimo_tui.jobs.values.views import JobView
    from milimo_tui.studio.project.film_now import FilmNow
    from milimo_tui.studio.registry.registry import Outcome
    from milimo_tui.tui.shell.ports import FrontScreen, ShellApp, StudioApp

PAUSE = 0.15  # seconds without a change before the film is looked at again
PAUSE_FACTOR = 4  # … and so many times as long as that took last time: a long film is not read at every edit
LONGEST_PAUSE = 5.0
LONG = 60.0  # seconds of work from which on it is asked about
MANY = 100  # takes from which on they are asked about, however short each is
LISTS = ("arrivals", "notes", "unsure", "cuts")  # places that are lists over a screen


class NextSteps:
    """What is to do, as it was read last, and the thread that reads it."""

    def __init__(self, app: ShellApp) -> None:
        self._app = app
        self.thread = WorkThread("next", drops=True)
        self._to_do = ToDo()
        self._film: FilmNow | None = None  # as read last
        self._work: tuple[Queue, ToDo, Work] | None = None
        self._states: frozenset[tuple[str, str]] = frozenset()  # of the queue's jobs, when it was read
        self._timer: Timer | None = None
        self._reading = self._wants_read = False
        self._seconds = 0.0  # that it took last
        self.is_known = False

    # -- reading -----------------------------------------------------------------------------------

    def queue_changed(self, queue: Queue) -> None:
        """Read again where a job came, ended or changed its state; progress changes nothing."""
        states = frozenset((job.id, job.state) for job in queue.jobs)
        if states != self._states:
            self._states = states
            self.read_soon()

    def read_soon(self) -> None:
        """Read the film's next step once nothing has changed for a moment."""
        if self._timer is not None:
            self._timer.stop()
        pause = max(PAUSE, min(LONGEST_PAUSE, PAUSE_FACTOR * self._seconds))
        self._timer = self._app.set_timer(pause, self._begin)

    @property
    def is_settled(self) -> bool:
        """Return whether nothing is being read and nothing waits to be."""
        return not (self._reading or self._wants_read or self._timer is not None)

    def _begin(self) -> None:
        self._timer = None
        self._wants_read = True
        if not self._reading:
            self._reading = True
            self._app.background(self._read_all, "next")

    async def _read_all(self) -> None:
        try:
            while self._wants_read:
                self._wants_read = False
                await self._read()
        finally:
            self._reading = False

    async def _read(self) -> None:
        try:
            film, to_do, self._seconds = await self.thread.run(partial(self._look, self._app.queue.jobs))
        except MilimoError:
            return  # a film that can't be read is told by who follows it
        self._film = film
        self.is_known = True
        if to_do != self._to_do:
            self._to_do = to_do
            for screen in self._app.studio_screens():
                screen.refresh_lines()

    def _look(self, jobs: Sequence[JobView]) -> tuple[FilmNow, ToDo, float]:
        import time

        from milimo_tui.studio.project.film_now import FilmNow
        from milimo_tui.studio.project.next_step import read_to_do

        began = time.monotonic()
        film = FilmNow(self._app.studio, before=self._film, jobs=jobs)
        to_do = read_to_do(film)
        film.forget_before()
        return film, to_do, time.monotonic() - began

    # -- what it is --------------------------------------------------------------------------------

    @property
    def work(self) -> Work:
        """What the queue does for the film."""
        queue, known = self._app.queue, self._work
        if known is None or known[0] is not queue or known[1] is not self._to_do:
            is_paused = any(lane.paused for lane in queue.status.lanes)
            known = self._work = queue, self._to_do, work_of(queue.jobs, self._to_do, is_paused=is_paused)
        return known[2]

    def here(self, screen: FrontScreen) -> Step | JobView | None:
        """Return what to do on a screen, else the job that is waited for, else None."""
        return step_here(self._to_do, self.work, screen.next_place())

    def is_here(self, step: Step, place: Place) -> bool:
        """Return whether a step is done where one is."""
        return not step.screen or step.screen == place.screen

    # -- doing it ----------------------------------------------------------------------------------

    async def do(self, screen: FrontScreen) -> None:
        """Do the next step of a screen, or go where it is done. Over a minute of work asks first."""
        step, app = self.here(screen), cast("StudioApp", self._app)
        if step is None:
            app.say("nothing waits to be done here", hint="{ui.help} lists the keys")
        elif not isinstance(step, Step):
            await app.go_to_job(step.id)
        elif not self.is_here(step, screen.next_place()) or (step.id == "job.log" and not step.act):
            await self._go(app, step)
        elif step.act:
            self._act(step, screen)
        elif not step.makes or await self._is_meant(step, screen):
            await app.command(step.id, step.values)

    async def _go(self, app: StudioApp, step: Step) -> None:
        """Go to where a step is done."""
        if step.screen == "jobs" and "id" in step.values:
            await app.go_to_job(str(step.values["id"]))
        elif step.screen in LISTS:
            act: Callable[[Any], Coroutine[Any, Any, None]] = getattr(app, f"act_{step.screen}")
            await act(None)
        else:
            await app.go(step.screen)

    def _act(self, step: Step, screen: FrontScreen) -> None:
        """Do what a key of the screen does, or an act of it that has no key."""
        within = self._app.keyboard.keymap.lookup(screen.contexts)
        binding = next((each for each in within if each.run == step.act), None)
        if binding is not None:
            perform(self._app, KeyCommand(binding, typed=binding.chord))
        else:
            made_up = Binding(screen.CONTEXTS[0], (), step.act, step.does)
            perform(self._app, KeyCommand(made_up))

    async def _is_meant(self, step: Step, screen: FrontScreen) -> bool:
        """Ask before over a minute of work, or work that was never measured, with what is known of it."""
        if step.seconds is not None and step.seconds <= LONG and len(step.makes) <= MANY:
            return True
        if FILM in step.makes:
            if step.seconds is None:
                return True
            return await screen.confirm(f"{_capital(step.sentence)}: about {duration(step.seconds)}. Go on?")
        known = await self._app.command(step.id, {**step.values, "dry_run": True}, quiet=True)
        if known is None:
            return False
        if not _is_long(known, len(step.makes)):
            return True
        return await screen.confirm(f"{known.message}. Make {'it' if len(step.makes) == 1 else 'them'}?")


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _is_long(known: Outcome, takes: int) -> bool:
    """Return whether work is asked about, by what a dry run says of it."""
    from milimo_tui.studio.takes.shot_spec import draws_from_facts

    seconds = known.data["estimate"]["seconds"]
    if seconds is not None:
        return bool(seconds > LONG) or takes > MANY
    named = [spec["engine"] for spec in known.data.get("specs", ())]
    named += [row["engine"] for row in known.data.get("stale", ())]
    return takes > MANY or not all(draws_from_facts(engine) for engine in named)
