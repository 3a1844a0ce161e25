"""The guided tour. It names the keys to press, waits until they were pressed, and goes to the next step.

The tour uses its own film, made from the sample screenplay, so that the user's films are not changed. The
user can leave the tour at any step and resume it at that step. The tour's film stays until the user puts it
in the bin.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from rich.text import Text

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.ids import make_slug
from milimo_tui.core.screens import ScreenName
from milimo_tui.tui.app.tour_steps import FILM, STEPS, TourState, TourStep
from milimo_tui.tui.terminal.theme import CURSOR, WAITING
from milimo_tui.tui.widgets.text import join_line

if TYPE_CHECKING:
    from textual.timer import Timer

    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.shell.ports import StudioApp

# Keys of the values stored with the tour's film: the index of the current step, and the folder of the film
# that was open before the tour.
AT, BEFORE = "tour step", "tour before"
LOOK_SECONDS = 0.2
GO_ON, SKIP, AGAIN, LEAVE = "go on", "skip", "again", "leave"


class Tour:
    """The guided tour of the app. `_at` is the index of the current step; None while no tour runs."""

    def __init__(self, app: StudioApp) -> None:
        self._app = app
        self._at: int | None = None
        self._acts: Counter[str] = Counter()
        self._before: FilmSnapshot | None = None
        self._timer: Timer | None = None
        self._is_beginning = False

    @property
    def is_running(self) -> bool:
        return self._at is not None

    @property
    def step(self) -> TourStep | None:
        """The current step, whose keys the user should press; None if no tour runs."""
        return STEPS[self._at] if self._at is not None else None

    def build_tour_lines(self, contexts: tuple[str, ...]) -> tuple[Text, ...]:
        """Return the two rows that a screen shows during the tour: the keys and the text of the current step.
        Return no rows if no tour runs.

        `contexts` are the key contexts of the screen. The keys of the step are looked up in them.
        """
        step, ink = self.step, self._app.ink
        if step is None or self._at is None:
            return ()
        contexts = (*contexts, "timeline", "storyboard", "script", "global")
        keymap = self._app.keyboard.keymap
        parts: list[Any] = []
        for key in step.keys:
            parts += [(keymap.with_keys(key, contexts).strip(), ink.key), "  "]
        marker = (f" {CURSOR} ", ink.accent) if step.keys else (f" {WAITING} ", ink.working)
        menu = keymap.with_keys("{ui.tour_menu}", ("global",))
        more = f"   tour {self._at + 1} of {len(STEPS)}: press the key   {menu} pauses or skips"
        return join_line(marker, *parts, (keymap.with_keys(step.words, contexts), ink.text)), join_line(
            (more, ink.muted)
        )

    async def begin_or_resume(self) -> None:
        """Begin the tour on its own film, or resume it at the step where it was left. If the tour is running,
        open its menu.
        """
        if self._is_beginning:
            return  # A previous call is still making the tour's film.
        if self.is_running:
            await self.open_tour_menu()
            return
        self._is_beginning = True
        try:
            at = await self._open_tour_film()
        finally:
            self._is_beginning = False
        if at is not None:
            self._go_to_tour_step(at if at < len(STEPS) else 0)
            if self._timer is None:
                self._timer = self._app.set_interval(LOOK_SECONDS, self._check_step, pause=False)

    async def _open_tour_film(self) -> int | None:
        """Open the tour's film, or make it if it does not exist. Return the index of the step stored with the
        film; None if the film can't be opened or made.
        """
        studio = self._app.studio
        before = studio.read_current().get("project", "")

        def find() -> str:
            with suppress(MilimoError):
                return studio.find_project(make_slug(FILM)).root.name
            return ""

        folder = await self._app.reading.run(find)
        if folder:
            if await self._app.run_and_wait("project.use", {"name": folder}, quiet=True) is None:
                return None
        else:
            from milimo_tui.studio.script.sample_film import find_sample_reading, read_sample_script

            data, _ = await self._app.reading.run(read_sample_script)
            values = {"text": data.decode(), "name": FILM}
            if await self._app.run_and_wait("project.new", values, quiet=True) is None:
                return None
            await self._app.run_and_wait("script.read", {"from_": str(find_sample_reading())}, quiet=True)
            await self._app.run_and_wait("script.accept_reading", {}, quiet=True)
        if before != folder:
            self._app.save_ui_value(BEFORE, before)

        def read() -> int:
            at = studio.require_project().ui.get(AT)
            return at if isinstance(at, int) else 0

        return await self._app.reading.run(read)

    async def open_tour_menu(self) -> None:
        """Ask whether to continue, skip a step, restart or leave the tour. If no tour runs, begin it."""
        from milimo_tui.tui.shell.overlay import Overlay
        from milimo_tui.tui.widgets.rows import Row

        if not self.is_running:
            await self.begin_or_resume()
            return
        ink, in_keys = self._app.ink, self._app.keyboard.keymap.with_keys
        rows = [
            Row(key, join_line((in_keys(words, ()), ink.text)))
            for key, words in (
                (GO_ON, "Continue the tour"),
                (SKIP, "Skip this step"),
                (AGAIN, "Begin again"),
                (LEAVE, "Leave: {home:ui.tour} on Home resumes it here"),
            )
        ]
        chosen = await self._app.push_screen_wait(Overlay("The tour", rows, "Enter chooses   Esc continues"))
        if chosen == SKIP:
            self._advance_step()
        elif chosen == AGAIN:
            self._go_to_tour_step(0)
        elif chosen == LEAVE:
            await self._leave_tour()

    async def _leave_tour(self) -> None:
        """Pause the tour, and open the film that was open before the tour."""
        self._stop_tour()

        def read() -> str:
            return str(self._app.studio.require_project().ui.get(BEFORE) or "")

        before = ""
        with suppress(MilimoError):
            before = await self._app.reading.run(read)
        if before:
            await self._app.run_and_wait("project.use", {"name": before}, quiet=True)
        await self._app.go_to_mode(ScreenName.HOME)
        self._app.show_message("the tour is paused", hint="{ui.tour} continues it")

    def _stop_tour(self) -> None:
        self._at = None
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self._refresh_tour_lines()

    def count_action(self, key_command: KeyCommand) -> None:
        """Count how often the user runs each action during the current step. The step's test reads the
        counts.
        """
        if self.is_running:
            self._acts[key_command.binding.run] += 1

    def _check_step(self) -> None:
        """Go to the next step if the current step is done. Called regularly by a timer."""
        from milimo_tui.tui.shell.screen import StudioScreen

        step, screen, film = self.step, self._app.screen, self._app.film
        if step is None or not isinstance(screen, StudioScreen) or not screen.is_mounted:
            return
        if film is None or film.story.project.name != FILM:
            return  # The user has opened another film. The tour waits until its own film is open again.
        if self._before is None or self._before.story.project.id != film.story.project.id:
            self._before = film
        state = TourState(
            mode=screen.MODE,
            is_typing=screen.typing,
            searched=screen.searched_for,
            unsaved=bool(screen.describe_unsaved_changes()),
            film=film,
            before=self._before,
            acts=self._acts,
        )
        if step.done(state):
            self._advance_step()

    def _advance_step(self) -> None:
        assert self._at is not None
        if self._at + 1 < len(STEPS):
            self._go_to_tour_step(self._at + 1)
            return
        self._app.save_ui_value(AT, len(STEPS))
        self._stop_tour()
        self._app.show_message(
            "the tour is finished", "good", "{ui.delete} moves its film to the bin, {ui.help} lists all keys"
        )

    def _go_to_tour_step(self, at: int) -> None:
        self._at, self._before = at, self._app.film
        self._acts.clear()
        self._app.save_ui_value(AT, at)
        self._refresh_tour_lines()

    def _refresh_tour_lines(self) -> None:
        for screen in self._app.list_studio_screens():
            screen.refresh_lines()
