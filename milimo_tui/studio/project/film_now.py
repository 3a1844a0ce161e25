"""Read the current state of the open film, from which the next step for the user is chosen. Each value is
read when it is first used.

`milimo next` asks the queue for the jobs. A screen of the studio passes the jobs that it knows already
(`is_followed` is then True), and creates a new state after every change. Values that did not change are taken
over from the earlier state.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from typing import ClassVar, cast

from pydantic import ValidationError

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.host import HOST
from milimo_tui.cut.plan.plan import RenderPlan
from milimo_tui.engines.contract.workload import compute_workload
from milimo_tui.engines.specs.file_specs import RenderFilm
from milimo_tui.jobs.schedule import timings
from milimo_tui.jobs.schedule.timings import MeasuredPaces
from milimo_tui.jobs.values.states import FAILED_STATES
from milimo_tui.jobs.values.views import JobView
from milimo_tui.store.jobs.studio_file import open_studio_for_reading
from milimo_tui.story.values.script_reading import ScriptReading
from milimo_tui.studio.project import film_rows, inbox
from milimo_tui.studio.project.review import AbsenceRecord
from milimo_tui.studio.project.screen_next_step import (
    find_prompts_job,
    find_reading_job,
    list_reading_jobs,
    list_shots_in_progress,
)
from milimo_tui.studio.render import deliveries, render_plan
from milimo_tui.studio.script import screenplays
from milimo_tui.studio.session.studio import FilmSnapshot, Studio
from milimo_tui.studio.takes import rebuild, shot_spec, staleness, take_queue
from milimo_tui.studio.takes.conditioning import StoryIndex
from milimo_tui.studio.takes.handles import Handles
from milimo_tui.studio.takes.shot_spec import FilmSpecs, ShotState
from milimo_tui.studio.takes.staleness import FRESH, StaleParts
from milimo_tui.studio.takes.written_prompts import find_unwritten_family
from milimo_tui.studio.writing import script_readings
from milimo_tui.studio.writing.text_engine_choice import TextEngineChoice, find_ready_engine

# The largest number of shots that need a new take for which a screen shows reasons and times. For more shots,
# it shows only their count, because the details take too long.
MAX_DETAILED_SHOTS = 100
# Seconds after which the program looks again for a language model that is ready.
READER_SECONDS = 60.0


class FilmState:
    """The state of the open film, from which `next_step` chooses what to do next. Each value is read when it
    is first used. An object must not be used by several threads at once.
    """

    NOT_RENDERED: ClassVar[str] = "every shot has a take, the film is not rendered"
    CHANGED: ClassVar[str] = "the cut has changed since the film was rendered"

    def __init__(
        self,
        studio: Studio,
        *,
        before: FilmState | None = None,
        jobs: Sequence[JobView] | None = None,
    ) -> None:
        """Create a state of the open film.

        `before` is an earlier state of the same studio, whose values may be reused. `jobs` are the queue's
        jobs if a screen follows the queue; None if the queue has to be asked.
        """
        self.studio = studio
        self.is_followed = jobs is not None
        self._jobs = tuple(jobs or ())
        self._before = before if before is not None and before.studio is studio else None

    def forget_before(self) -> None:
        """Release the earlier state after all values have been read. Otherwise a film that was closed would
        stay in memory.
        """
        self._before = None

    @cached_property
    def is_open(self) -> bool:
        """True if a film is open."""
        return self.studio.project_or_none() is not None

    @cached_property
    def snapshot(self) -> FilmSnapshot:
        """The film as it was when first read from this state. Raises NotFound if no film is open."""
        return self.studio.take_snapshot()

    @cached_property
    def folder(self) -> str:
        """The folder of the film, as text."""
        return str(self.studio.require_project().paths.root)

    @cached_property
    def unseen_results(self) -> str:
        """A sentence about results that arrived while the user was away and that the user has not seen; empty
        if there are none.
        """
        story = self.snapshot.story
        return self._away.count_film_arrivals(
            self.folder, film_rows.list_unseen_take_times(story), story.seen
        ).describe_arrivals()

    @cached_property
    def _away(self) -> AbsenceRecord:
        """The absences of the user and the failed jobs, as the queue recorded them.

        If a screen follows the queue, the user is present, so no new absence can begin. In that case the
        queue is only asked again when a job has changed its state.
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
            # No message is needed here: the component that follows the queue reports that it does not answer.
            return known or AbsenceRecord()

    @cached_property
    def _job_states(self) -> frozenset[tuple[str, str]]:
        """Pairs of id and state for all jobs that were passed by the caller."""
        return frozenset((job.id, job.state) for job in self._jobs)

    @cached_property
    def states(self) -> tuple[ShotState, ...]:
        """The states of all shots of the film, without deleted and parked shots. Each state says if the
        shot's picked take is stale.
        """
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
            return frozenset()  # The error is ignored here. The user sees it when a take is requested.
        return frozenset(take.shot for take in takes)

    def has_waiting_take(self, state: ShotState) -> bool:
        """Return True if the shot has a fresh take that the user has not seen, while an older take is still
        picked.

        A take that the user has seen but not picked does not count. Otherwise the hint about this take would
        never disappear.
        """
        take = state.waiting_take
        return take is not None and take.job not in self.snapshot.story.seen

    @cached_property
    def open_reading(self) -> ScriptReading | None:
        """The newest reading of the screenplay that waits for the user's decision; None if there is none. A
        reading of which the film has everything already does not wait.
        """
        before = self._before
        if before is not None and "open_reading" in before.__dict__ and self._has_same_story(before):
            return before.open_reading
        found = script_readings.list_open_readings(self.snapshot.story, self._readings)
        file = self.studio.require_project()
        if found and script_readings.is_reading_settled(file, self.snapshot.story, found[-1]):
            return None
        return found[-1] if found else None

    @cached_property
    def _readings(self) -> tuple[ScriptReading, ...]:
        before = self._before
        if before is not None and "_readings" in before.__dict__ and self._has_same_story(before):
            return before._readings
        return self.studio.require_project().facts.list_readings()

    def describe_unread_scenes(self) -> str:
        """Return words for the scenes that a language model could not read, such as `scenes 2, 5–7`: those of
        the open reading, or else of accepted readings. Empty if there are none.
        """
        order = [scene.number for scene in self.snapshot.story.live_scenes()]
        if self.open_reading is not None:
            unread = script_readings.list_unread_scenes(self.open_reading)
            numbers = [number for number in order if number in unread]
        else:
            numbers = script_readings.list_scenes_left_unread(self.snapshot.story, self._readings)
        return script_readings.name_scenes(numbers, order) if numbers else ""

    @cached_property
    def ready_reader(self) -> TextEngineChoice | None:
        """The language model that could read the screenplay for the first time. None if no model is ready,
        if a model has read the screenplay, is reading it or has failed, or if a shot has a take already.
        """
        story = self.snapshot.story
        if not story.project.script or self._readings or story.takes:
            return None
        if self.reading_job is not None or self.failed_reading_job is not None:
            return None
        return self._found_reader[0]

    @cached_property
    def outdated_scenes(self) -> list[str]:
        """The numbers of the scenes whose text has changed since they were read. Empty if no language model
        is ready, or if a model is reading the screenplay or has failed.
        """
        if not self._changed_scenes or self.reading_job is not None or self.failed_reading_job is not None:
            return []
        return self._changed_scenes if self._found_reader[0] is not None else []

    @cached_property
    def _changed_scenes(self) -> list[str]:
        before = self._before
        if before is not None and "_changed_scenes" in before.__dict__ and self._has_same_story(before):
            return before._changed_scenes
        if not self._readings:
            return []
        mode = screenplays.get_script_mode(self.studio.require_project())
        return script_readings.list_outdated_scenes(self.snapshot.story, self._readings, mode)

    @cached_property
    def unwritten_family(self) -> str:
        """The film's engine if prompts for its models could be written for the first time
        (`find_unwritten_family`). Empty if no language model is ready or if a job writes them already.
        """
        family = find_unwritten_family(self.snapshot.story)
        if not family or self._found_reader[0] is None:
            return ""
        return "" if find_prompts_job(self._film_jobs, self.folder) is not None else family

    @cached_property
    def reading_job(self) -> JobView | None:
        """The job that is reading, or will read, the screenplay; None if there is none."""
        return find_reading_job(self._film_jobs, self.folder)

    @cached_property
    def failed_reading_job(self) -> JobView | None:
        """The newest job that has read the screenplay, if it has failed; None otherwise."""
        found = list_reading_jobs(self._film_jobs, self.folder)
        newest = max(found, key=lambda job: job.created, default=None)
        return newest if newest is not None and newest.state in FAILED_STATES else None

    @cached_property
    def _film_jobs(self) -> Sequence[JobView]:
        return self._jobs if self.is_followed else _list_film_jobs(self.studio)

    @cached_property
    def _found_reader(self) -> tuple[TextEngineChoice | None, float]:
        """The language model that is ready, and the time on the monotonic clock when it was found. A service
        is not asked again within `READER_SECONDS`.
        """
        known = self._before.__dict__.get("_found_reader") if self._before is not None else None
        now = HOST.monotonic()
        if known is not None and now - known[1] < READER_SECONDS:
            return cast("tuple[TextEngineChoice | None, float]", known)
        return find_ready_engine(self.studio), now

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
        """The shots that need a new take, because they have no take, or because their picked take is stale
        and should be replaced.
        """
        return tuple(state for state in self.states if state.lacks_take or state.is_due)

    def get_stale_reasons(self, state: ShotState) -> StaleParts:
        """Return the stale parts of a shot's picked take (picture, voice, captions) with the reasons.

        The result is empty for a fresh take. It is also empty if a screen follows the queue and more than
        `MAX_DETAILED_SHOTS` shots need a new take, because the details take too long.
        """
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
        """The speed of this machine, measured from past jobs of its queue."""
        with suppress(MilimoError), open_studio_for_reading(self.studio.home.studio_db) as file:
            if file is not None:
                return timings.read_measured_paces(file)
        return MeasuredPaces()

    def estimate_takes_seconds(self, states: Sequence[ShotState]) -> float | None:
        """Return the estimated total time, in seconds, of making a take for each of these shots. Return None
        if it is unknown.

        An estimate needs the spec of each shot, which takes time to compose. Therefore the result is also
        None if no screen follows the queue, or if more than `MAX_DETAILED_SHOTS` shots need a new take.
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

    @cached_property
    def _plan(self) -> RenderPlan:
        """The render plan of the current cut. Raises BadInput if the film has no cut, Refused for an empty
        cut.
        """
        # The masks are read first because the render plan depends on them.
        before, shows = self._before, self.masks
        if before is not None and "_plan" in before.__dict__ and self._has_same_cuts(before, shows):
            return before._plan
        return render_plan.plan_current_cut(self.snapshot, self.studio.require_project())

    def _has_same_cuts(self, before: FilmState, masks: tuple[str, ...]) -> bool:
        return before.__dict__.get("snapshot") is self.snapshot and before.__dict__.get("masks") == masks

    @cached_property
    def masks(self) -> tuple[str, ...]:
        """The ids of the masks that clips of the film can show."""
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
        """The estimated time of a render, in seconds. None if no similar render was measured, or if no screen
        follows the queue.
        """
        if not self.is_followed:
            return None
        # Errors are ignored here. The user sees the reason when a render is requested.
        with suppress(ValidationError, MilimoError):
            plan = self._plan
            spec = RenderFilm(plan="/", output="/", frames=plan.frames, width=plan.width, height=plan.height)
            work = compute_workload(spec)
            return self._measured.predict_seconds(work.kind, work.units)
        return None


def _list_film_jobs(studio: Studio) -> list[JobView]:
    """Return the jobs of the queue, or none if the queue was not used yet or does not answer."""
    with suppress(MilimoError):
        client = studio.get_client_if_used()
        return client.list_jobs({}) if client is not None else []
    return []
