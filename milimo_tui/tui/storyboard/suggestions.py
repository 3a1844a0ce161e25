"""Shows the prompts of a scene's shots next to the prompts that a language model suggests.

A suggestion is used only after the user accepts it: Enter accepts the suggestion under the cursor, x declines
it. The text appears while the model writes. Each finished suggestion can be accepted or declined while the
model writes the next one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from rich.style import Style
from rich.text import Text
from textual.widget import Widget

from milimo_tui.core.format import format_count
from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.engines.contract.worded_shots import ROLE
from milimo_tui.jobs.values.states import ENDED
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.panes.split import Split
from milimo_tui.tui.storyboard.scene_screen import SceneScreen
from milimo_tui.tui.storyboard.side_by_side import GAP, ComparisonStyles, draw_side_by_side
from milimo_tui.tui.terminal.theme import EMPTY, FAILED, PICKED, STALE, WAITING, WORKING
from milimo_tui.tui.widgets.rows import Row, Rows
from milimo_tui.tui.widgets.text import fit_to_cells, join_line, wrap_words

if TYPE_CHECKING:
    from milimo_tui.jobs.values.views import JobView
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.studio.writing.scene_words import ShotPromptState
    from milimo_tui.tui.background.queue_feed import LiveQueue
    from milimo_tui.tui.keys.key_parser import KeyCommand

NUMBER = 6  # Width of the shot number in cells.
OPEN_STATES = ("suggested", "outgrown")
# The beginning of an answer, before the words of the prompt.
_JSON_BEGIN = compile_lazily(r'^\s*\{\s*"prompt"\s*:\s*"')
GLYPHS = {
    "": " ",
    "waiting": WAITING,
    "writing": WORKING,
    "suggested": EMPTY,
    "outgrown": STALE,
    "accepted": PICKED,
    "declined": FAILED,
    "same": EMPTY,
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
        self._words: tuple[ShotPromptState, ...] = ()
        self._job: JobView | None = None
        # Maps the id of each job that writes suggestions to the ids of the shots for which it writes, in the
        # order of writing.
        self._jobs_shots: dict[str, tuple[str, ...]] = {}
        # Ids of the shots for which the running job has finished a suggestion.
        self._written: frozenset[str] = frozenset()

    def compose_body(self) -> Iterable[Widget]:
        yield Split(Rows(id="shots"), Rows(id="words", quiet=True), id="suggestions", wide=110)

    @property
    def shots(self) -> Rows:
        """The list of the scene's shots."""
        return self.query_one("#shots", Rows)

    @property
    def words_pane(self) -> Rows:
        """The pane with the present prompt and the suggested prompt."""
        return self.query_one("#words", Rows)

    @property
    def current_words(self) -> ShotPromptState | None:
        """The shot under the cursor with its present and suggested prompts. None if the cursor is on no
        shot.
        """
        key = self.shots.key
        return next((one for one in self._words if one.shot.id == key), None)

    def show_scene(self, film: FilmSnapshot) -> None:
        self.run_in_background(self._load_scene_words, "read", exclusive=True)

    async def _load_scene_words(self) -> None:
        from milimo_tui.studio.writing import scene_words

        studio, scene = self.studio_app.studio, self._scene_id
        # A new snapshot of the film is read, because the snapshot on the screen may lack suggestions that a
        # job has just stored.
        self._words = await self.in_thread(
            lambda: scene_words.list_scene_prompts(studio.take_snapshot().story, scene)
        )
        self.show_queue(self.studio_app.queue)

    def show_queue(self, queue: LiveQueue) -> None:
        project = str(self.studio_app.studio.require_project().paths.root)
        writing = [
            job
            for job in queue.jobs
            if job.kind == "write" and job.project == project and job.state not in ENDED
        ]
        if unknown := [job.id for job in writing if job.id not in self._jobs_shots]:
            self.run_in_background(partial(self._load_job_shots, unknown, queue), "job", exclusive=True)
            return
        mine = {one.shot.id for one in self._words}
        self._job = next((job for job in writing if mine & set(self._jobs_shots[job.id])), None)
        parts = self._job.parts if self._job is not None else ()
        written = frozenset(str(part["facts"]["shot"]) for part in parts if part["role"] == ROLE)
        if written - self._written:
            self.run_in_background(partial(self._load_written_words, written), "parts", exclusive=True)
        else:
            self._written = written
        self._draw_suggestions()

    async def _load_job_shots(self, jobs: list[str], queue: LiveQueue) -> None:
        """Find out for which shots each job writes suggestions, by reading the specs of the jobs. Then update
        the screen. `jobs` has the ids of the jobs.
        """
        client = self.studio_app.studio.require_client()

        def read() -> dict[str, tuple[str, ...]]:
            specs = {id: client.fetch_job(id).spec for id in jobs}
            return {
                id: tuple(brief["shot"] for brief in spec.get("order", {}).get("briefs", ()))
                for id, spec in specs.items()
            }

        self._jobs_shots |= await self.in_thread(read)
        self.show_queue(queue)

    async def _load_written_words(self, written: frozenset[str]) -> None:
        """Show the suggestions that the running job has finished, so that the user can accept or decline each
        suggestion. `written` has the ids of the shots for which they are.
        """
        from milimo_tui.studio.writing import scene_words

        studio, scene = self.studio_app.studio, self._scene_id
        self._words = await self.in_thread(lambda: scene_words.refresh_scene_prompts(studio, scene))
        self._written = written
        self._draw_suggestions()

    def on_resize(self) -> None:
        super().on_resize()
        self.call_after_refresh(self._draw_suggestions)

    def _draw_suggestions(self) -> None:
        width = max(20, (self.shots.size.width or 60) - 3)
        key = self._first or None
        self._first = ""
        self.shots.show_rows([self._draw_suggestion_row(one, width) for one in self._words], key=key)
        self._draw_both_texts()
        self.refresh_lines()

    def _draw_suggestion_row(self, one: ShotPromptState, width: int) -> Row:
        ink, state = self.ink, self.get_words_state(one)
        style = {
            "writing": ink.working,
            "outgrown": ink.stale,
            "accepted": ink.picked,
            "suggested": ink.strong,
        }.get(state, ink.muted)
        faults = format_count(len(one.faults), "fault") if one.faults and state in OPEN_STATES else ""
        left = join_line(
            (f"{one.number:<{NUMBER}}", ink.strong), (f"{GLYPHS[state]} {state or 'as it is'}", style)
        )
        return Row(
            one.shot.id, left, join_line((fit_to_cells(faults, min(len(faults), width)), ink.stale)), one.now
        )

    def get_words_state(self, one: ShotPromptState) -> str:
        """Return the state of a shot's suggestion. While a job writes a new suggestion, `writing` or
        `waiting` replaces the state of an earlier one.
        """
        job = self._job
        if job is None or one.shot.id not in self._jobs_shots.get(job.id, ()):
            return one.state
        if one.suggestion is not None and one.suggestion.job == job.id:
            # The job has already written this suggestion, so the user may have accepted or declined it while
            # the job still runs.
            return one.state
        # A stage is “prompt 1 of 4: 2A”, followed by what the model does.
        number = job.stage.partition(",")[0].rpartition(": ")[2]
        return "writing" if number == one.number else "waiting"

    def _draw_both_texts(self) -> None:
        one, ink = self.current_words, self.ink
        width = max(24, (self.words_pane.size.width or 78) - 4)
        if one is None:
            self.words_pane.show_rows([])
            return
        half = (width - GAP) // 2
        suggested, title = self._get_suggested_text(one)
        rows = [
            join_line((piece, ink.stale))
            for fault in self._list_fault_lines(one)
            for piece in wrap_words(fault, width)
        ]
        rows.append(
            join_line(
                (fit_to_cells(f"{one.number} now", half + GAP), ink.muted),
                (fit_to_cells(title, half), ink.muted),
            )
        )
        removed_style, added_style = ink.muted + Style(strike=True), ink.accent + Style(bold=True)
        rows += draw_side_by_side(
            one.now, suggested, width, ComparisonStyles(ink.text, removed_style, added_style)
        )
        self.words_pane.show_rows([Row(str(at), row) for at, row in enumerate(rows)])

    def _get_suggested_text(self, one: ShotPromptState) -> tuple[str, str]:
        """Return the text for the column next to a shot's present prompt, and the heading of this column."""
        from milimo_tui.studio.takes.written_prompts import get_prompt_guide

        state, job = self.get_words_state(one), self._job
        if state == "writing" and job is not None:
            words = str(job.live.get("note") or "")
            return _JSON_BEGIN.sub("", words), f"being written {WAITING}"
        if state == "waiting":
            return "", "waits for its turn"
        if one.suggestion is None or not state:
            return "", self.with_keys("no suggestion: {ui.ask} asks for one")
        guide = get_prompt_guide(one.suggestion.family)
        by = f" for {guide.title}" if guide else ""
        return one.suggestion.text, f"{state}{by}, by {one.suggestion.model}"

    def _list_fault_lines(self, one: ShotPromptState) -> list[str]:
        if self.get_words_state(one) not in OPEN_STATES or one.suggestion is None:
            return []
        outgrown = ["the shot has changed since it was written"] if one.state == "outgrown" else []
        faults = [*outgrown, *one.faults, *filter(None, (one.suggestion.note,))]
        return [f"{STALE} {'; '.join(faults)}"] if faults else []

    def format_header_facts(self) -> Text | str:
        counts = Counter(filter(None, map(self.get_words_state, self._words)))
        facts = [f"{counts[state]} {state}" for state in GLYPHS if counts[state]]
        if self._job is not None:
            shots = self._jobs_shots.get(self._job.id, ())
            settled = [f"{counts[state]} {state}" for state in ("accepted", "declined") if counts[state]]
            facts = [f"{WORKING} {len(self._written)} of {len(shots)} written", *settled]
        return "   ".join(facts) or format_count(len(self._words), "shot")

    def list_idle_acts(self) -> frozenset[str]:
        """Return the actions that have no effect now. Examples are accepting if the suggestion was already
        accepted or declined, and stopping if no job is running.
        """
        idle = set(super().list_idle_acts())
        states = {self.get_words_state(one) for one in self._words}
        if self.current_words is None or self.get_words_state(self.current_words) not in OPEN_STATES:
            idle |= {"ui.enter", "shot.decline"}
        if not states & set(OPEN_STATES):
            idle.add("scene.decline")
        if "suggested" not in states:
            idle.add("ui.accept_all")
        idle |= {"ui.ask", "ui.ask_again"} if self._job is not None else {"ui.cancel_job"}
        return frozenset(idle)

    def get_command_args(self, command: str, key_command: KeyCommand) -> Mapping[str, Any] | None:
        if command == "scene.decline":
            return {"id": self._scene_id}
        one = self.current_words
        if one is None or one.suggestion is None or self.get_words_state(one) not in OPEN_STATES:
            self.show_message(self._explain_no_suggestion(one), "warn", "{ui.ask} asks for suggestions")
            return None
        return {"id": one.shot.id, "suggestion": one.suggestion.id}

    def _explain_no_suggestion(self, one: ShotPromptState | None) -> str:
        state = self.get_words_state(one) if one is not None else ""
        number = one.number if one is not None else "this scene"
        reasons = {
            "writing": f"{number} is being written",
            "waiting": f"{number} waits to be written",
            "accepted": f"{number} uses it already",
            "same": f"the model wrote the present prompt of {number} again",
        }
        return reasons.get(state, f"there is no suggestion for {number}")

    def on_rows_moved(self, event: Rows.Moved) -> None:
        if event.rows is self.shots:
            self._draw_both_texts()
            self.words_pane.move_to(0)
            self.refresh_lines()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Accept the suggestion under the cursor. Then move the cursor to the next suggestion that was
        neither accepted nor declined.
        """
        one = self.current_words
        if one is None or one.suggestion is None or self.get_words_state(one) not in OPEN_STATES:
            self.show_message(self._explain_no_suggestion(one), "warn", "{ui.ask} asks for suggestions")
            return
        self.run_in_background(partial(self._accept_and_go_on, one.shot.id, one.suggestion.id))

    async def _accept_and_go_on(self, shot: str, suggestion: str) -> None:
        # The states on the screen are used, because the film's states may not include the job's results yet.
        states = [(one.shot.id, self.get_words_state(one)) for one in self._words]
        places = [at for at, (id, state) in enumerate(states) if id != shot and state in OPEN_STATES]
        here = next((at for at, (id, _) in enumerate(states) if id == shot), 0)
        here_now = next((one for one in self._words if one.shot.id == shot), None)
        faults = here_now.faults if here_now is not None else ()
        if faults and not await self.confirm(f"{'; '.join(faults)}. Use it as your own prompt?"):
            return
        done = await self.run_and_wait("shot.accept", id=shot, suggestion=suggestion, force=bool(faults))
        if done is None:
            return
        if places and self.shots.key == shot:
            self.shots.move_to(next((at for at in places if at > here), places[0]))

    @action
    async def act_accept_all(self, key_command: KeyCommand) -> None:
        """Accept all suggestions of the scene that the user has neither accepted nor declined. Suggestions
        whose shot has changed since are skipped. Ask the user first if some of the suggestions have faults.
        """
        faulty = sum(bool(one.faults) for one in self._words if self.get_words_state(one) == "suggested")
        if faulty and not await self.confirm(
            f"{format_count(faulty, 'suggestion')} with faults become your own prompts. Accept all?"
        ):
            return
        await self.run_and_wait("scene.accept", id=self._scene_id, force=bool(faulty))

    @action
    async def act_ask(self, key_command: KeyCommand) -> None:
        """Ask a language model to suggest prompts for the shots of the scene. Shots with a suggestion that
        the user has not accepted or declined yet are left out.
        """
        await self._ask_for_suggestions()

    @action
    async def act_ask_again(self, key_command: KeyCommand) -> None:
        """Ask a language model for new suggestions for all shots of the scene, including shots that already
        have a suggestion.
        """
        await self._ask_for_suggestions(again=True)

    async def _ask_for_suggestions(self, **more: bool) -> None:
        if self._job is not None:
            count = f"{len(self._written)} of {len(self._jobs_shots.get(self._job.id, ()))} are written"
            self.show_message(
                f"prompts of the scene are being written: {count}", "warn", "{ui.cancel_job} stops it"
            )
            return
        await self.run_and_wait("scene.enhance", id=self._scene_id, detach=True, **more)

    @action
    async def act_cancel_job(self, key_command: KeyCommand) -> None:
        """Stop the job that writes suggestions. Suggestions that are already finished stay."""
        if self._job is None:
            self.show_message("nothing is being written here", "warn", "{ui.ask} asks for suggestions")
            return
        await self.run_and_wait("job.cancel", ids=(self._job.id,))

    def _step_scene(self, by: int) -> None:
        self._job = None
        super()._step_scene(by)
