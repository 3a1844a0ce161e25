"""The prompts of a scene's shots, the present ones and a language model's suggestions, side by side.

Nothing is accepted without a key: Enter accepts the suggestion under the cursor, x declines it. Text is shown
while it is written; each suggestion can be accepted or declined as soon as it is complete, while the next is
being written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from rich.style import Style
from rich.text import Text
from textual.widget import Widget

from milimo_tui.core.format import plural
from milimo_tui.engines.contract.worded_shots import ROLE
from milimo_tui.tui.background.queue_feed import ENDED
from milimo_tui.tui.panes.split import Split
from milimo_tui.tui.storyboard.scene_screen import SceneScreen
from milimo_tui.tui.storyboard.side_by_side import GAP, Inks, beside
from milimo_tui.tui.terminal.theme import EMPTY, FAILED, PICKED, STALE, WAITING, WORKING
from milimo_tui.tui.widgets.rows import Row, Rows
from milimo_tui.tui.widgets.text import fit, line, wrapped

if TYPE_CHECKING:
    from milimo_tui.jobs.values.views import JobView
    from milimo_tui.studio.session.studio import Snapshot
    from milimo_tui.studio.writing.scene_words import ShotWords
    from milimo_tui.tui.background.queue_feed import Queue
    from milimo_tui.tui.keys.key_parser import KeyCommand

NUMBER = 6  # Cells of the shot number.
OPEN = ("suggested", "outgrown")
GLYPHS = {
    "": " ",
    "waiting": WAITING,
    "writing": WORKING,
    "suggested": EMPTY,
    "outgrown": STALE,
    "accepted": PICKED,
    "declined": FAILED,
}


class SuggestionsScreen(SceneScreen):
    """The suggestions for one scene. Esc returns to the storyboard."""

    MODE = "suggestions"
    TITLE = "Suggestions"
    CONTEXTS = ("suggestions", "panes", "list", "global")
    CSS_PATH = "suggestions.tcss"
    AUTO_FOCUS = "#shots"

    def __init__(self, scene: str, shot: str = "") -> None:
        super().__init__(scene)
        self._first = shot  # The shot where the cursor begins.
        self._words: tuple[ShotWords, ...] = ()
        self._job: JobView | None = None
        self._jobs_shots: dict[str, tuple[str, ...]] = {}  # The shots of each writing job, in order.
        self._written: frozenset[str] = frozenset()  # The shots that the running job has finished.

    def body(self) -> Iterable[Widget]:
        yield Split(Rows(id="shots"), Rows(id="words", quiet=True), id="suggestions", wide=110)

    @property
    def shots(self) -> Rows:
        """The list of shots."""
        return self.query_one("#shots", Rows)

    @property
    def words_pane(self) -> Rows:
        """The pane with both texts."""
        return self.query_one("#words", Rows)

    @property
    def here(self) -> ShotWords | None:
        """The shot under the cursor, with its words."""
        key = self.shots.key
        return next((one for one in self._words if one.shot.id == key), None)

    # -- reading -----------------------------------------------------------------------------------

    def show_scene(self, film: Snapshot) -> None:
        self.background(self._read, "read", exclusive=True)

    async def _read(self) -> None:
        from milimo_tui.studio.writing import scene_words

        studio, scene = self.studio_app.studio, self._scene_id
        # Use the newest film: the one shown may be older than the results of a job.
        self._words = await self.in_thread(lambda: scene_words.words_of(studio.snapshot().story, scene))
        self.show_queue(self.studio_app.queue)

    def show_queue(self, queue: Queue) -> None:
        project = str(self.studio_app.studio.project().paths.root)
        writing = [
            job
            for job in queue.jobs
            if job.kind == "write" and job.project == project and job.state not in ENDED
        ]
        if unknown := [job.id for job in writing if job.id not in self._jobs_shots]:
            self.background(partial(self._read_shots, unknown, queue), "job", exclusive=True)
            return
        mine = {one.shot.id for one in self._words}
        self._job = next((job for job in writing if mine & set(self._jobs_shots[job.id])), None)
        parts = self._job.parts if self._job is not None else ()
        written = frozenset(str(part["facts"]["shot"]) for part in parts if part["role"] == ROLE)
        if written - self._written:
            self.background(partial(self._take_in, written), "parts", exclusive=True)
        else:
            self._written = written
        self._draw()

    async def _read_shots(self, jobs: list[str], queue: Queue) -> None:
        """Load the shots that some jobs write for, from the jobs' specs."""
        client = self.studio_app.studio.client()

        def read() -> dict[str, tuple[str, ...]]:
            specs = {id: client.job(id).spec for id in jobs}
            return {
                id: tuple(brief["shot"] for brief in spec.get("briefs", ())) for id, spec in specs.items()
            }

        self._jobs_shots |= await self.in_thread(read)
        self.show_queue(queue)

    async def _take_in(self, written: frozenset[str]) -> None:
        """Show the suggestions that the running job has finished, so that each can be accepted or
        declined.
        """
        from milimo_tui.studio.writing import scene_words

        studio, scene = self.studio_app.studio, self._scene_id
        self._words = await self.in_thread(lambda: scene_words.with_written(studio, scene))
        self._written = written
        self._draw()

    # -- drawing -----------------------------------------------------------------------------------

    def on_resize(self) -> None:
        super().on_resize()
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        width = max(20, (self.shots.size.width or 60) - 3)
        key = self._first or None
        self._first = ""
        self.shots.show([self._row(one, width) for one in self._words], key=key)
        self._draw_words()
        self.refresh_lines()

    def _row(self, one: ShotWords, width: int) -> Row:
        ink, state = self.ink, self.state_of(one)
        style = {
            "writing": ink.working,
            "outgrown": ink.stale,
            "accepted": ink.picked,
            "suggested": ink.strong,
        }.get(state, ink.muted)
        faults = plural(len(one.faults), "fault") if one.faults and state in OPEN else ""
        left = line(
            (f"{one.number:<{NUMBER}}", ink.strong), (f"{GLYPHS[state]} {state or 'as it is'}", style)
        )
        return Row(one.shot.id, left, line((fit(faults, min(len(faults), width)), ink.stale)), one.now)

    def state_of(self, one: ShotWords) -> str:
        """Return the state of a shot's words; being written takes precedence over an earlier suggestion."""
        job = self._job
        if job is None or one.shot.id not in self._jobs_shots.get(job.id, ()):
            return one.state
        if one.suggestion is not None and one.suggestion.job == job.id:
            return one.state  # Accepted, declined, or waiting again, while the job runs.
        return "writing" if job.stage.partition(",")[0] == one.number else "waiting"

    def _draw_words(self) -> None:
        one, ink = self.here, self.ink
        width = max(24, (self.words_pane.size.width or 78) - 4)
        if one is None:
            self.words_pane.show([])
            return
        half = (width - GAP) // 2
        suggested, title = self._suggested(one)
        rows = [line((piece, ink.stale)) for fault in self._faults(one) for piece in wrapped(fault, width)]
        rows.append(line((fit(f"{one.number} now", half + GAP), ink.muted), (fit(title, half), ink.muted)))
        gone, new = ink.muted + Style(strike=True), ink.accent + Style(bold=True)
        rows += beside(one.now, suggested, width, Inks(ink.text, gone, new))
        self.words_pane.show([Row(str(at), row) for at, row in enumerate(rows)])

    def _suggested(self, one: ShotWords) -> tuple[str, str]:
        """Return the text shown next to a shot's words, and its heading."""
        from milimo_tui.studio.writing.briefs import guide_of

        state, job = self.state_of(one), self._job
        if state == "writing" and job is not None:
            return str(job.live.get("note") or ""), f"being written {WAITING}"
        if state == "waiting":
            return "", "waits for its turn"
        if one.suggestion is None or not state:
            return "", self.with_keys("no suggestion: {ui.ask} asks for one")
        guide = guide_of(one.suggestion.family)
        by = f" for {guide.title}" if guide else ""
        return one.suggestion.text, f"{state}{by}, by {one.suggestion.model}"

    def _faults(self, one: ShotWords) -> list[str]:
        if self.state_of(one) not in OPEN or one.suggestion is None:
            return []
        outgrown = ["the shot means something else since it was written"] if one.state == "outgrown" else []
        faults = [*outgrown, *one.faults, *filter(None, (one.suggestion.note,))]
        return [f"{STALE} {'; '.join(faults)}"] if faults else []

    def facts(self) -> Text | str:
        counts = Counter(filter(None, map(self.state_of, self._words)))
        facts = [f"{counts[state]} {state}" for state in GLYPHS if counts[state]]
        if self._job is not None:
            shots = self._jobs_shots.get(self._job.id, ())
            settled = [f"{counts[state]} {state}" for state in ("accepted", "declined") if counts[state]]
            facts = [f"{WORKING} {len(self._written)} of {len(shots)} written", *settled]
        return "   ".join(facts) or plural(len(self._words), "shot")

    # -- actions -----------------------------------------------------------------------------------

    def idle_acts(self) -> frozenset[str]:
        """Return the actions that have no effect now: nothing can be accepted, or nothing is being
        written.
        """
        idle = set(super().idle_acts())
        states = {self.state_of(one) for one in self._words}
        if self.here is None or self.state_of(self.here) not in OPEN:
            idle |= {"ui.enter", "shot.decline"}
        if not states & set(OPEN):
            idle |= {"ui.accept_all", "scene.decline"}
        idle |= {"ui.ask", "ui.ask_again"} if self._job is not None else {"ui.cancel_job"}
        return frozenset(idle)

    def args_for(self, command: str, key_command: KeyCommand) -> Mapping[str, Any] | None:
        if command == "scene.decline":
            return {"id": self._scene_id}
        one = self.here
        if one is None or one.suggestion is None or self.state_of(one) not in OPEN:
            self.say(self._why_nothing(one), "warn", "{ui.ask} asks for words")
            return None
        return {"id": one.shot.id, "suggestion": one.suggestion.id}

    def _why_nothing(self, one: ShotWords | None) -> str:
        state = self.state_of(one) if one is not None else ""
        number = one.number if one is not None else "this scene"
        reasons = {
            "writing": f"{number} is being written",
            "waiting": f"{number} waits to be written",
            "accepted": f"{number} says it already",
        }
        return reasons.get(state, f"no suggestion waits for {number}")

    def on_rows_moved(self, event: Rows.Moved) -> None:
        if event.rows is self.shots:
            self._draw_words()
            self.words_pane.move_to(0)
            self.refresh_lines()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Accept the suggestion under the cursor, and go to the next open one."""
        one = self.here
        if one is None or one.suggestion is None or self.state_of(one) not in OPEN:
            self.say(self._why_nothing(one), "warn", "{ui.ask} asks for words")
            return
        self.background(partial(self._accept, one.shot.id, one.suggestion.id))

    async def _accept(self, shot: str, suggestion: str) -> None:
        # Use the states on the screen: the film's may be older than the results of the job.
        states = [(one.shot.id, self.state_of(one)) for one in self._words]
        places = [at for at, (id, state) in enumerate(states) if id != shot and state in OPEN]
        here = next((at for at, (id, _) in enumerate(states) if id == shot), 0)
        if await self.command("shot.accept", id=shot, suggestion=suggestion) is None:
            return
        if places and self.shots.key == shot:
            self.shots.move_to(next((at for at in places if at > here), places[0]))

    async def act_accept_all(self, key_command: KeyCommand) -> None:
        """Accept all open suggestions that fit their shots; asks first if some have faults."""
        faulty = sum(bool(one.faults) for one in self._words if self.state_of(one) == "suggested")
        if faulty and not await self.confirm(
            f"{plural(faulty, 'suggestion')} of them with faults. Take all?"
        ):
            return
        await self.command("scene.accept", id=self._scene_id)

    async def act_ask(self, key_command: KeyCommand) -> None:
        """Ask a language model for suggestions for the shots without an open one."""
        await self._ask()

    async def act_ask_again(self, key_command: KeyCommand) -> None:
        """Ask a language model for new suggestions for all shots."""
        await self._ask(again=True)

    async def _ask(self, **more: bool) -> None:
        if self._job is not None:
            count = f"{len(self._written)} of {len(self._jobs_shots.get(self._job.id, ()))} are written"
            self.say(f"the scene is being written: {count}", "warn", "{ui.cancel_job} stops it")
            return
        await self.command("scene.enhance", id=self._scene_id, detach=True, **more)

    async def act_cancel_job(self, key_command: KeyCommand) -> None:
        """Stop the writing; finished suggestions stay."""
        if self._job is None:
            self.say("nothing is being written here", "warn", "{ui.ask} asks for words")
            return
        await self.command("job.cancel", ids=(self._job.id,))

    def _step(self, by: int) -> None:
        self._job = None
        super()._step(by)
