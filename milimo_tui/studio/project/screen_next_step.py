"""Choose what a screen of the studio shows as the next step: a step for the shown shot, a step for the film,
or running jobs.

The functions are pure and fast, because a screen calls them after every key. The data is read before by
`next_step.read_film_to_do`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from milimo_tui.core.format import format_count
from milimo_tui.core.screens import ListName, ScreenName
from milimo_tui.jobs.values.states import ENDED, FAILED_STATES
from milimo_tui.story.values.script_reading import PROMPTS_JOB, READING_JOB

if TYPE_CHECKING:
    from milimo_tui.jobs.values.views import JobView

FILM = "film"  # Stands for the rendered film in sets that otherwise contain ids of shots.
FILM_JOB_KINDS = (
    "make_video",
    "make_picture",
    "render_film",
)  # The kinds of jobs that belong to a film's next step.
_COMING = frozenset({"make_video", "render_film"})
_AT_WORK = ("running", "publishing")
_RESTING = ("held", "paused")
_OVER = frozenset({*(str(state) for state in ENDED), "cancelling"})


@dataclass(frozen=True, slots=True)
class NextStep:
    """The best next step for the user: the command line `command`, the command's id, and the reason `why`.

    Further fields are for the studio:

    - `words` is a short reason; empty to use `why`.
    - `does` is the effect, such as "makes them".
    - `values` are the arguments of the command `id`.
    - `screen` is the screen or list for the step; None for the shown screen. `act` is the action on that
      screen, such as `ui.render`; empty to run `id`.
    - `makes` are the ids of the shots that the step makes, or FILM.
    - `seconds` is the estimated duration; None if unknown.
    - `is_wrong` is True if the step solves a problem.
    """

    command: str
    id: str
    why: str
    words: str = ""
    does: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    screen: ScreenName | ListName | None = None
    act: str = ""
    makes: frozenset[str] = frozenset()
    seconds: float | None = None
    is_wrong: bool = False

    @property
    def reason_text(self) -> str:
        """The reason for the step, in the short form that screens show."""
        return self.words or self.why


@dataclass(frozen=True, slots=True)
class FilmToDo:
    """The next step of a film, and the next step of each shot by the shot's id.

    `live` has the ids of the film's shots. `seen` has the ids of the jobs whose results the user has seen.
    """

    folder: str = ""
    step: NextStep | None = None
    shots: Mapping[str, NextStep] = field(default_factory=dict)
    live: Collection[str] = frozenset()
    seen: Collection[str] = frozenset()


@dataclass(frozen=True, slots=True)
class FilmQueueWork:
    """The jobs of a film that the choice of the next step depends on.

    - `coming` are the ids of shots that are being made, and FILM if the film is being rendered.
    - `active` are the running jobs, oldest first.
    - `failed` are the failed jobs, newest first, that the user has not seen and that were not repeated since.
    - `resting` is the number of held or paused jobs; 0 if other jobs can continue.
    - `reading` is the running job that reads the screenplay, or None.
    """

    coming: frozenset[str] = frozenset()
    active: tuple[JobView, ...] = ()
    failed: tuple[JobView, ...] = ()
    resting: int = 0
    reading: JobView | None = None


@dataclass(frozen=True, slots=True)
class ScreenPlace:
    """The user's position in the studio: the screen, and the id of the shot that it shows.

    - `step` is a next step that only the screen itself knows; it has priority.
    - `is_quiet` is True if no step is shown on this screen.
    - `acts` are the actions for the screen's present state, the most needed first.
    - `instead` maps ids of commands to actions of the screen with the same effect.
    """

    screen: str = ""
    shot: str = ""
    step: NextStep | None = None
    is_quiet: bool = False
    acts: tuple[str, ...] = ()
    instead: Mapping[str, str] = field(default_factory=dict)


def list_shots_in_progress(jobs: Iterable[JobView], folder: str) -> frozenset[str]:
    """Return the ids of a film's shots for which jobs are queued or running, and FILM if a job renders the
    film.
    """
    mine = (job for job in jobs if job.project == folder and job.kind in _COMING and job.state not in _OVER)
    return frozenset(shot for job in mine for shot in job.shots or (FILM,))


def find_reading_job(jobs: Iterable[JobView], folder: str) -> JobView | None:
    """Return the job that is reading, or will read, the screenplay of a film; None if there is none."""
    return next((job for job in list_reading_jobs(jobs, folder) if job.state not in _OVER), None)


def list_reading_jobs(jobs: Iterable[JobView], folder: str) -> list[JobView]:
    """Return the jobs in which a model reads, or has read, the screenplay of a film."""
    return [job for job in jobs if (job.kind, job.label) == READING_JOB and job.project == folder]


def find_prompts_job(jobs: Iterable[JobView], folder: str) -> JobView | None:
    """Return the job that is writing, or will write, the prompts of a film; None if there is none."""
    found = (job for job in jobs if job.kind == "write" and job.label.startswith(PROMPTS_JOB))
    return next((job for job in found if job.project == folder and job.state not in _OVER), None)


def summarize_film_work(
    jobs: Iterable[JobView], to_do: FilmToDo, *, is_paused: bool = False
) -> FilmQueueWork:
    """Return the jobs of a film that the choice of its next step depends on.

    `jobs` are sorted oldest first. `is_paused` is True if the queue starts no jobs.
    """
    jobs = list(jobs)
    reading = find_reading_job(jobs, to_do.folder) if to_do.folder else None
    mine = [
        job for job in jobs if to_do.folder and job.project == to_do.folder and job.kind in FILM_JOB_KINDS
    ]
    still_open = [job for job in mine if job.state not in _OVER]
    newest = {(job.kind, of): job for job in mine for of in job.shots or (job.label,)}
    failed = [
        job
        for job in {job.id: job for job in newest.values()}.values()
        if job.state in FAILED_STATES and job.id not in to_do.seen
        if not job.shots or any(shot in to_do.live for shot in job.shots)
    ]
    failed.sort(key=lambda job: job.ended or job.created, reverse=True)
    active = [job for job in still_open if job.state in _AT_WORK]
    resting_count = len(still_open) if is_paused else sum(job.state in _RESTING for job in still_open)
    is_resting = not active and resting_count == len(still_open)
    return FilmQueueWork(
        list_shots_in_progress(mine, to_do.folder),
        tuple(active),
        tuple(failed),
        resting_count if is_resting else 0,
        reading if reading is not None and reading.state in _AT_WORK else None,
    )


def choose_step_here(to_do: FilmToDo, work: FilmQueueWork, place: ScreenPlace) -> NextStep | JobView | None:
    """Return the next step to show at the user's position, or the running job to show instead of a step.
    Return None if there is neither.
    """
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
    if work.reading is not None:
        return work.reading
    if work.failed:
        return make_job_view_step(work.failed[0], here=place.screen == ScreenName.JOBS)
    step = to_do.step
    if step is not None and (not step.makes or step.makes - work.coming):
        is_here = step.screen == place.screen
        if step.id in place.instead:
            return replace(step, screen=None, act=place.instead[step.id])
        if not is_here or step.act or step.is_wrong:
            return step
    if work.active:
        return work.active[0]
    if work.resting and place.screen != ScreenName.JOBS:
        words = f"{format_count(work.resting, 'job')} held or paused"
        return NextStep("milimo job list", "job.list", words, screen=ScreenName.JOBS)
    return None


# Maps each group of commands to the screen on which the user finds its functions.
SCREEN_BY_COMMAND_GROUP = {
    "model": ScreenName.MODELS,
    "engine": ScreenName.MODELS,
    "asset": ScreenName.MEDIA,
    "element": ScreenName.ELEMENTS,
    "shot": ScreenName.STORYBOARD,
    "job": ScreenName.JOBS,
}


def make_blocked_step(message: str, hint: str) -> NextStep:
    """Return the step for a problem that prevents a take. `message` describes the problem. The step leads to
    the screen on which the advice in `hint` can be followed.
    """
    command = hint.removeprefix("milimo ")
    group = command.split(" ", 1)[0] if command != hint else ""
    return NextStep(
        hint, "app.doctor", message, screen=SCREEN_BY_COMMAND_GROUP.get(group, ScreenName.HOME), is_wrong=True
    )


def make_failure_step(job: JobView) -> NextStep:
    """Return the step that shows the log of a failed job."""
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
    """Return the step that shows a failed job on the Jobs screen.

    `here` is True if the user is on that screen already; the step then only moves to the job.
    """
    return replace(make_failure_step(job), screen=ScreenName.JOBS, does="goes to the job" if here else "")
