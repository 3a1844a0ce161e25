"""The state of the open film for the choice of the next step; each part is read once, when it is first used.

`milimo next` asks the queue. A studio that follows its queue passes the jobs that it knows (`is_followed`),
and reads the film again after every change; parts that did not change are reused.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from typing import ClassVar

from pydantic import ValidationError

from milimo_tui.core.errors import MilimoError
from milimo_tui.cut.plan.plan import RenderPlan
from milimo_tui.engines.contract.workload import compute_workload
from milimo_tui.engines.specs.file_specs import RenderFilm
from milimo_tui.jobs.schedule import timings
from milimo_tui.jobs.schedule.timings import MeasuredPaces
from milimo_tui.jobs.values.views import JobView
from milimo_tui.store.jobs.studio_file import open_studio_for_reading
from milimo_tui.studio.project import film_rows, inbox
from milimo_tui.studio.project.next_here import list_shots_in_progress
from milimo_tui.studio.project.review import AbsenceRecord
from milimo_tui.studio.render import deliveries, render_plan
from milimo_tui.studio.session.studio import FilmSnapshot, Studio
from milimo_tui.studio.takes import rebuild, shot_spec, staleness, take_queue
from milimo_tui.studio.takes.conditioning import StoryIndex
from milimo_tui.studio.takes.handles import Handles
from milimo_tui.studio.takes.shot_spec import FilmSpecs, ShotState
from milimo_tui.studio.takes.staleness import FRESH, StaleParts

MAX_DETAILED_SHOTS = 100  # Above this number of shots only their count is used, not the details of each.


class FilmState:
    """The state that the questions of `next_step` read. Use an object in one thread at a time."""

    NOT_RENDERED: ClassVar[str] = "every shot has a take, the film is not rendered"
    CHANGED: ClassVar[str] = "the cut has changed since the film was rendered"

    def __init__(
        self,
        studio: Studio,
        *,
        before: FilmState | None = None,
        jobs: Sequence[JobView] | None = None,
    ) -> None:
        """Create a state. `before` is an earlier state of the same studio; `jobs` are the queue's, if it is
        followed.
        """
        self.studio = studio
        self.is_followed = jobs is not None
        self._jobs = tuple(jobs or ())
        self._before = before if before is not None and before.studio is studio else None

    def forget_before(self) -> None:
        """Release the earlier state once everything was read, so that a closed film is not kept in memory."""
        self._before = None

    @cached_property
    def is_open(self) -> bool:
        """True if a film is open."""
        return self.studio.project_or_none() is not None

    @cached_property
    def snapshot(self) -> FilmSnapshot:
        """The snapshot of the film. Raises NotFound if no film is open."""
        return self.studio.take_snapshot()

    @cached_property
    def folder(self) -> str:
        """The folder of the film."""
        return str(self.studio.require_project().paths.root)

    @cached_property
    def unseen_results(self) -> str:
        """A sentence about results that arrived while the user was away and has not seen, or an empty
        string.
        """
        story = self.snapshot.story
        return self._away.count_film_arrivals(
            self.folder, film_rows.list_unseen_take_times(story), story.seen
        ).describe_arrivals()

    @cached_property
    def _away(self) -> AbsenceRecord:
        """The events of the queue while the user was away.

        A studio that follows its queue is present: its last answer is valid until a job changes its state.
        """
        before = self._before
        known = before._away if before is not None and "_away" in before.__dict__ else None
        if known is not None and before is not None and before._job_states == self._job_states:
            return known
        try:
            client = self.studio.client_or_none() if self.is_followed else self.studio.get_client_if_used()
            return (
                inbox.read_absences(client, self.folder) if client is not None else known or AbsenceRecord()
            )
        except MilimoError:
            # The component that follows the queue reports that the queue does not answer.
            return known or AbsenceRecord()

    @cached_property
    def _job_states(self) -> frozenset[tuple[str, str]]:
        """The states of the known jobs, by id."""
        return frozenset((job.id, job.state) for job in self._jobs)

    @cached_property
    def states(self) -> tuple[ShotState, ...]:
        """Every live shot with its takes; each state says if the picked take is stale."""
        return shot_spec.list_shot_states(self.snapshot.story)

    def _has_same_story(self, before: FilmState) -> bool:
        known: FilmSnapshot | None = before.__dict__.get("snapshot")
        return known is not None and known.story is self.snapshot.story

    @cached_property
    def shots_in_progress(self) -> frozenset[str]:
        """The shots for which a job is making a take."""
        if self.is_followed:
            return list_shots_in_progress(self._jobs, self.folder)
        due = {state.shot.id for state in self.states if state.lacks_take or state.is_due}
        try:
            takes = take_queue.list_open_takes(self.studio, self.studio.client_or_none(), due)
        except MilimoError:
            return frozenset()  # The user sees that the queue does not answer when a take is requested.
        return frozenset(take.shot for take in takes)

    def has_waiting_take(self, state: ShotState) -> bool:
        """Return True if a fresh take waits for the user's decision next to the picked take.

        A take that the user has seen and not picked no longer counts, so that the hint does not stay forever.
        """
        take = state.waiting_take
        return take is not None and take.job not in self.snapshot.story.seen

    # Stale takes, and time estimates

    @cached_property
    def _index(self) -> StoryIndex:
        return StoryIndex.from_story(self.snapshot.story)

    @cached_property
    def _specs(self) -> FilmSpecs:
        return take_queue.make_film_specs(self.studio)

    @cached_property
    def _stale(self) -> dict[str, StaleParts]:
        before = self._before
        known = before is not None and "_stale" in before.__dict__ and self._has_same_story(before)
        return before._stale if known and before is not None else {}

    @cached_property
    def due(self) -> tuple[ShotState, ...]:
        """The shots that need a take."""
        return tuple(state for state in self.states if state.lacks_take or state.is_due)

    def get_stale_reasons(self, state: ShotState) -> StaleParts:
        """Return the reasons why a take is stale; no reasons if too many shots of a followed film are due."""
        if (
            state.picked is None
            or not state.stale
            or (self.is_followed and len(self.due) > MAX_DETAILED_SHOTS)
        ):
            return FRESH
        if state.shot.id not in self._stale:
            self._stale[state.shot.id] = staleness.find_stale_parts_of_take(
                state.story, state.maker, state.picked, self._index
            )
        return self._stale[state.shot.id]

    @cached_property
    def _measured(self) -> MeasuredPaces:
        """The measured speed of this machine, from its queue."""
        with suppress(MilimoError), open_studio_for_reading(self.studio.home.studio_db) as file:
            if file is not None:
                return timings.read_measured_paces(file)
        return MeasuredPaces()

    def estimate_takes_seconds(self, states: Sequence[ShotState]) -> float | None:
        """Return the total seconds to make takes of these shots, or None if not known.

        Returns None if many shots are due, because each of them would have to be composed.
        """
        if not self.is_followed or len(self.due) > MAX_DETAILED_SHOTS:
            return None
        found = [self._estimate_take_seconds(state) for state in states]
        return None if None in found else sum(seconds or 0.0 for seconds in found)

    @cached_property
    def _seconds_by_shot(self) -> dict[str, float | None]:
        return {}

    def _estimate_take_seconds(self, state: ShotState) -> float | None:
        if state.shot.id not in self._seconds_by_shot:
            wanted = rebuild.apply_remake_engine(state.story, state)
            spec = Handles.from_settings(self.studio.settings).add_handles(self._specs.get_spec(wanted.shot))
            work = compute_workload(spec)
            self._seconds_by_shot[state.shot.id] = self._measured.predict_seconds(work.kind, work.units)
        return self._seconds_by_shot[state.shot.id]

    # The render

    @cached_property
    def _plan(self) -> RenderPlan:
        """The render plan of the current cut. Raises BadInput if the film has no cut, Refused for an empty
        cut.
        """
        before, shows = self._before, self.masks  # The masks are read first, because the plan contains them.
        if before is not None and "_plan" in before.__dict__ and self._has_same_cuts(before, shows):
            return before._plan
        return render_plan.plan_current_cut(self.snapshot, self.studio.require_project())

    def _has_same_cuts(self, before: FilmState, masks: tuple[str, ...]) -> bool:
        return before.__dict__.get("snapshot") is self.snapshot and before.__dict__.get("masks") == masks

    @cached_property
    def masks(self) -> tuple[str, ...]:
        """The masks (ids) that the film's clips can show."""
        return tuple(mask.id for mask in self.studio.require_project().facts.list_masks())

    @cached_property
    def _signature(self) -> str:
        before = self._before
        if before is not None and "_signature" in before.__dict__ and self._has_same_cuts(before, self.masks):
            return before._signature
        return self._plan.compute_signature()

    @cached_property
    def render_reason(self) -> str:
        """The reason why the film needs a render, or an empty string if the last render is current.

        Raises BadInput if there is no cut, Refused for an empty cut.
        """
        project = self.studio.require_project()
        renders = project.facts.list_renders()
        there = [one for one in renders if render_plan.get_render_path(project.paths, one).exists()]
        target = deliveries.get_default_output(self.snapshot, project.paths.renders)
        if not there and not target.is_file():
            return self.NOT_RENDERED
        if there and self._signature not in {one.signature for one in there}:
            return self.CHANGED
        return ""

    @property
    def render_seconds(self) -> float | None:
        """The estimated seconds of a render, or None if no similar render was measured."""
        if not self.is_followed:
            return None
        # A film that can't be rendered reports the reason when a render is requested.
        with suppress(ValidationError, MilimoError):
            plan = self._plan
            spec = RenderFilm(plan="/", output="/", frames=plan.frames, width=plan.width, height=plan.height)
            work = compute_workload(spec)
            return self._measured.predict_seconds(work.kind, work.units)
        return None
