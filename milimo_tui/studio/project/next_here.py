"""The next step on a screen of the studio: for the visible content, or otherwise for the film, or the current
work.

Pure and fast, because a screen calls it with every key, with data that was read before
(`next_step.read_film_to_do`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from milimo_tui.core.format import format_count
from milimo_tui.core.screens import ScreenName
from milimo_tui.jobs.values.states import ENDED

if TYPE_CHECKING:
    from milimo_tui.jobs.values.views import JobView

FILM = "film"  # The result of a render, next to the ids of shots.
FILM_JOB_KINDS = (
    "make_video",
    "make_picture",
    "render_film",
)  # Kinds of jobs that are part of a film's next step.
FAILED = frozenset({"failed", "set_aside"})
_COMING = frozenset({"make_video", "render_film"})
_AT_WORK = ("running", "publishing")
_RESTING = ("held", "paused")
_OVER = frozenset({*(str(state) for state in ENDED), "cancelling"})


@dataclass(frozen=True, slots=True)
class NextStep:
    """A command line, its id in the registry, and the reason why it is the best next step.

    For the studio, `words` is a short reason (empty for `why`), and `does` the effect ("makes them");
    `values` are the arguments of `id`. `screen` is the screen for the step, or empty for any; `act` is the
    action there (`ui.render`; empty for `id`). `makes` are the shots (ids) that the step makes, or FILM;
    `seconds` is the estimated duration, or None. `is_wrong` is True for a problem.
    """

    command: str
    id: str
    why: str
    words: str = ""
    does: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    screen: str = ""
    act: str = ""
    makes: frozenset[str] = frozenset()
    seconds: float | None = None
    is_wrong: bool = False

    @property
    def reason_text(self) -> str:
        """The reason as screens show it."""
        return self.words or self.why


@dataclass(frozen=True, slots=True)
class FilmToDo:
    """The next step of the film in a folder, and the next steps of single shots by id.

    `live` are the ids of the live shots, `seen` the ids of the jobs whose result the user has seen.
    """

    folder: str = ""
    step: NextStep | None = None
    shots: Mapping[str, NextStep] = field(default_factory=dict)
    live: Collection[str] = frozenset()
    seen: Collection[str] = frozenset()


@dataclass(frozen=True, slots=True)
class FilmQueueWork:
    """The work of the queue for the film: the shots (ids) and FILM in progress, active jobs (oldest first),
    failed jobs.

    The failed jobs (newest first) are those that the user has not seen and that were not repeated since.
    `resting` is the number of jobs that wait for the user, if no other job is active.
    """

    coming: frozenset[str] = frozenset()
    active: tuple[JobView, ...] = ()
    failed: tuple[JobView, ...] = ()
    resting: int = 0


@dataclass(frozen=True, slots=True)
class ScreenPlace:
    """The user's position: the screen, the shot (id) it is about, and a step that only the screen knows.

    `is_quiet` shows nothing. `acts` are the actions for this state, the most needed first. `instead` maps ids
    of commands to actions of the screen that have the same effect.
    """

    screen: str = ""
    shot: str = ""
    step: NextStep | None = None
    is_quiet: bool = False
    acts: tuple[str, ...] = ()
    instead: Mapping[str, str] = field(default_factory=dict)


def list_shots_in_progress(jobs: Iterable[JobView], folder: str) -> frozenset[str]:
    """Return the shots (ids) of a film that jobs are making, and FILM if a job renders the film."""
    mine = (job for job in jobs if job.project == folder and job.kind in _COMING and job.state not in _OVER)
    return frozenset(shot for job in mine for shot in job.shots or (FILM,))


def summarize_film_work(
    jobs: Iterable[JobView], to_do: FilmToDo, *, is_paused: bool = False
) -> FilmQueueWork:
    """Return the work of the queue for a film. `jobs` are sorted oldest first. `is_paused`: the queue starts
    no jobs.
    """
    mine = [
        job for job in jobs if to_do.folder and job.project == to_do.folder and job.kind in FILM_JOB_KINDS
    ]
    still_open = [job for job in mine if job.state not in _OVER]
    newest = {(job.kind, of): job for job in mine for of in job.shots or (job.label,)}
    failed = [
        job
        for job in {job.id: job for job in newest.values()}.values()
        if job.state in FAILED and job.id not in to_do.seen
        if not job.shots or any(shot in to_do.live for shot in job.shots)
    ]
    failed.sort(key=lambda job: job.ended or job.created, reverse=True)
    active = [job for job in still_open if job.state in _AT_WORK]
    held = len(still_open) if is_paused else sum(job.state in _RESTING for job in still_open)
    is_resting = not active and held == len(still_open)
    return FilmQueueWork(
        list_shots_in_progress(mine, to_do.folder), tuple(active), tuple(failed), held if is_resting else 0
    )


def choose_step_here(to_do: FilmToDo, work: FilmQueueWork, place: ScreenPlace) -> NextStep | JobView | None:
    """Return the next step at a place, or the job that the user waits for, or None."""
    if place.is_quiet:
        return None
    if place.step is not None:
        return place.step
    failed = next((job for job in work.failed if place.shot in job.shots), None)
    if failed is not None:
        return make_retry_step(failed)
    making = next((job for job in work.active if place.shot in job.shots), None)
    if making is not None:
        return making
    own = to_do.shots.get(place.shot)
    if own is not None and not own.makes & work.coming:
        return own
    if work.failed:
        return make_job_view_step(work.failed[0], here=place.screen == ScreenName.JOBS)
    step = to_do.step
    if step is not None and (not step.makes or step.makes - work.coming):
        is_here = step.screen == place.screen
        if step.id in place.instead:
            return replace(step, screen=place.screen, act=place.instead[step.id])
        if not is_here or step.act or step.is_wrong:
            return step
    if work.active:
        return work.active[0]
    if work.resting and place.screen != ScreenName.JOBS:
        words = f"{format_count(work.resting, 'job')} held or paused"
        return NextStep("milimo job list", "job.list", words, screen=ScreenName.JOBS)
    return None


# The screen with the functions of each group of commands.
SCREEN_BY_COMMAND_GROUP = {
    "model": ScreenName.MODELS,
    "engine": ScreenName.MODELS,
    "asset": ScreenName.MEDIA,
    "element": ScreenName.ELEMENTS,
    "shot": ScreenName.STORYBOARD,
    "job": ScreenName.JOBS,
}


def make_blocked_step(message: str, hint: str) -> NextStep:
    """Return the step for a problem that prevents a take, with the screen where its hint applies."""
    command = hint.removeprefix("milimo ")
    group = command.split(" ", 1)[0] if command != hint else ""
    return NextStep(
        hint, "app.doctor", message, screen=SCREEN_BY_COMMAND_GROUP.get(group, ScreenName.HOME), is_wrong=True
    )


def make_failure_step(job: JobView) -> NextStep:
    """Return the step that shows a failed job."""
    name, error = job.label or job.kind.replace("_", " "), job.error or job.reason or "failed"
    words = error if error.startswith(name) else f"{name}: {error}"
    return NextStep(f"milimo job log {job.id}", "job.log", words, is_wrong=True, values={"id": job.id})


def make_retry_step(job: JobView) -> NextStep:
    """Return the step that retries a failed job."""
    again = {"ids": [job.id]}
    return replace(
        make_failure_step(job),
        command=f"milimo job retry {job.id}",
        id="job.retry",
        does="tries again",
        values=again,
    )


def make_job_view_step(job: JobView, *, here: bool = False) -> NextStep:
    """Return the step that shows a failed job from another screen, or from another line of the queue."""
    return replace(make_failure_step(job), screen=ScreenName.JOBS, does="goes to it" if here else "")
