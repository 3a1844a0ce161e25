"""The open film as the next step is asked of it: each part is read when it is first wanted, and once.

`milimo next` asks the queue; a studio that follows its queue gives the jobs as it knows them (`is_followed`)
and reads the film again with every change: what no change has touched is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from typing import ClassVar

from pydantic import ValidationError

from milimo_tui.core.errors import MilimoError
from milimo_tui.cut.plan.plan import Plan
from milimo_tui.engines.contract.workload import workload
from milimo_tui.engines.specs.file_specs import RenderFilm
from milimo_tui.jobs.schedule import timings
from milimo_tui.jobs.schedule.timings import Measured
from milimo_tui.jobs.values.views import JobView
from milimo_tui.store.jobs.studio_file import open_for_reading
from milimo_tui.studio.project import film_rows, inbox
from milimo_tui.studio.project.next_here import coming_of
from milimo_tui.studio.project.review import Away
from milimo_tui.studio.render import deliveries, render_plan
from milimo_tui.studio.session.studio import Snapshot, Studio
from milimo_tui.studio.takes import rebuild, shot_spec, staleness, take_queue
from milimo_tui.studio.takes.conditioning import Index
from milimo_tui.studio.takes.handles import Handles
from milimo_tui.studio.takes.shot_spec import ShotState, Specs
from milimo_tui.studio.takes.staleness import FRESH, Stale

MANY = 100  # shots that are not told of one by one: of more their number is enough


class FilmNow:
    """What the questions of `next_step` read. Safe to use in one thread at a time."""

    NOT_RENDERED: ClassVar[str] = "every shot has a take, the film is not rendered"
    CHANGED: ClassVar[str] = "the cut has changed since the film was rendered"

    def __init__(
        self,
        studio: Studio,
        *,
        before: FilmNow | None = None,
        jobs: Sequence[JobView] | None = None,
    ) -> None:
        """`before` is an earlier reading of the same studio; `jobs` are the queue's, where it is followed."""
        self.studio = studio
        self.is_followed = jobs is not None
        self._jobs = tuple(jobs or ())
        self._before = before if before is not None and before.studio is studio else None

    def forget_before(self) -> None:
        """Let go of the earlier reading, once all was read: a film that is closed is held by nobody."""
        self._before = None

    @cached_property
    def is_open(self) -> bool:
        """Whether a film is open."""
        return self.studio.project_or_none() is not None

    @cached_property
    def snapshot(self) -> Snapshot:
        """The film. Raises NotFound where none is open."""
        return self.studio.snapshot()

    @cached_property
    def folder(self) -> str:
        """The folder of the film."""
        return str(self.studio.project().paths.root)

    @cached_property
    def came_in(self) -> str:
        """What came in while nobody was there and was not looked at, as a sentence; empty for nothing."""
        story = self.snapshot.story
        return self._away.of_film(self.folder, film_rows.unseen(story), story.seen).sentence()

    @cached_property
    def _away(self) -> Away:
        """What the queue tells of the times when nobody was there.

        A studio that follows it is there itself: what it was told holds until a job changes its state.
        """
        before = self._before
        known = before._away if before is not None and "_away" in before.__dict__ else None
        if known is not None and before is not None and before._states == self._states:
            return known
        try:
            client = self.studio.client_or_none() if self.is_followed else self.studio.queue_or_none()
            return inbox.read_away(client, self.folder) if client is not None else known or Away()
        except MilimoError:
            return known or Away()  # a queue that does not answer is told of by who follows it

    @cached_property
    def _states(self) -> frozenset[tuple[str, str]]:
        """The states of the jobs that are known, by their ids."""
        return frozenset((job.id, job.state) for job in self._jobs)

    @cached_property
    def states(self) -> tuple[ShotState, ...]:
        """Every live shot with its takes, and whether the picked one is stale."""
        return shot_spec.states(self.snapshot.story)

    def _keeps_story(self, before: FilmNow) -> bool:
        known: Snapshot | None = before.__dict__.get("snapshot")
        return known is not None and known.story is self.snapshot.story

    @cached_property
    def coming(self) -> frozenset[str]:
        """The shots that a job is making a take of."""
        if self.is_followed:
            return coming_of(self._jobs, self.folder)
        due = {state.shot.id for state in self.states if state.lacks_take or state.due}
        try:
            takes = take_queue.open_takes(self.studio, self.studio.client_or_none(), due)
        except MilimoError:
            return frozenset()  # a queue that does not answer says so when it is asked to make something
        return frozenset(take.shot for take in takes)

    def waits(self, state: ShotState) -> bool:
        """Whether a fresh take waits for a person's word beside the chosen one.

        One that was looked at and passed over waits no more: it would be said for ever.
        """
        take = state.waiting
        return take is not None and take.job not in self.snapshot.story.seen

    # What is stale, and how long work takes

    @cached_property
    def _index(self) -> Index:
        return Index.of(self.snapshot.story)

    @cached_property
    def _specs(self) -> Specs:
        return take_queue.film_specs(self.studio)

    @cached_property
    def _stale(self) -> dict[str, Stale]:
        before = self._before
        known = before is not None and "_stale" in before.__dict__ and self._keeps_story(before)
        return before._stale if known and before is not None else {}

    @cached_property
    def due(self) -> tuple[ShotState, ...]:
        """The shots that need a take."""
        return tuple(state for state in self.states if state.lacks_take or state.due)

    def stale_of(self, state: ShotState) -> Stale:
        """What of a take is stale; of too many in a followed film nothing is told."""
        if state.picked is None or not state.stale or (self.is_followed and len(self.due) > MANY):
            return FRESH
        if state.shot.id not in self._stale:
            self._stale[state.shot.id] = staleness.of_take(
                state.story, state.maker, state.picked, self._index
            )
        return self._stale[state.shot.id]

    @cached_property
    def _measured(self) -> Measured:
        """How fast this machine is, as its queue has measured."""
        with suppress(MilimoError), open_for_reading(self.studio.home.studio_db) as file:
            if file is not None:
                return timings.read(file)
        return Measured()

    def seconds_of(self, states: Sequence[ShotState]) -> float | None:
        """How long takes of these shots last one after the other; None where that is not known.

        Where many are due it is not asked: each would have to be worded.
        """
        if not self.is_followed or len(self.due) > MANY:
            return None
        found = [self._take_seconds(state) for state in states]
        return None if None in found else sum(seconds or 0.0 for seconds in found)

    @cached_property
    def _seconds(self) -> dict[str, float | None]:
        return {}

    def _take_seconds(self, state: ShotState) -> float | None:
        if state.shot.id not in self._seconds:
            wanted = rebuild.made_again(state.story, state)
            spec = Handles.wanted(self.studio.settings).of(self._specs.of(wanted.shot))
            work = workload(spec)
            self._seconds[state.shot.id] = self._measured.seconds(work.kind, work.units)
        return self._seconds[state.shot.id]

    # The render

    @cached_property
    def _plan(self) -> Plan:
        """The plan of the current cut. Raises BadInput where the film has none, Refused for an empty one."""
        before, shows = self._before, self.masks  # read first: what they show is in the plan
        if before is not None and "_plan" in before.__dict__ and self._keeps_cuts(before, shows):
            return before._plan
        return render_plan.plan_now(self.snapshot, self.studio.project())

    def _keeps_cuts(self, before: FilmNow, masks: tuple[str, ...]) -> bool:
        return before.__dict__.get("snapshot") is self.snapshot and before.__dict__.get("masks") == masks

    @cached_property
    def masks(self) -> tuple[str, ...]:
        """The masks (ids) that the film's clips may show."""
        return tuple(mask.id for mask in self.studio.project().facts.masks())

    @cached_property
    def _signature(self) -> str:
        before = self._before
        if before is not None and "_signature" in before.__dict__ and self._keeps_cuts(before, self.masks):
            return before._signature
        return self._plan.signature()

    @cached_property
    def unrendered(self) -> str:
        """Why the film is to be rendered; empty where it is rendered as it is now.

        Raises BadInput where there is no cut, Refused for an empty one.
        """
        project = self.studio.project()
        renders = project.facts.renders()
        there = [one for one in renders if render_plan.render_path(project.paths, one).exists()]
        target = deliveries.default_output(self.snapshot, project.paths.renders)
        if not there and not target.is_file():
            return self.NOT_RENDERED
        if there and self._signature not in {one.signature for one in there}:
            return self.CHANGED
        return ""

    @property
    def render_seconds(self) -> float | None:
        """How long a render of the film is thought to take; None where nothing like it was measured."""
        if not self.is_followed:
            return None
        with suppress(ValidationError, MilimoError):  # what can't be rendered says so when it is asked for
            plan = self._plan
            spec = RenderFilm(plan="/", output="/", frames=plan.frames, width=plan.width, height=plan.height)
            work = workload(spec)
            return self._measured.seconds(work.kind, work.units)
        return None
