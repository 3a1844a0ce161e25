"""The next step on a screen of the studio: of what is seen there, else of the film, else what is being made.

Pure and light: a screen asks with every key, of what was read before (`next_step.read_to_do`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from milimo_tui.core.format import plural
from milimo_tui.jobs.values.states import ENDED

if TYPE_CHECKING:
    from milimo_tui.jobs.values.views import JobView

FILM = "film"  # beside shots: what a render makes
MADE = ("make_video", "make_picture", "render_film")  # kinds of jobs that a film's next step is about
FAILED = frozenset({"failed", "set_aside"})
_COMING = frozenset({"make_video", "render_film"})
_AT_WORK = ("running", "publishing")
_RESTING = ("held", "paused")
_OVER = frozenset({*(str(state) for state in ENDED), "cancelling"})


@dataclass(frozen=True, slots=True)
class Step:
    """A command line, the registry id behind it, and why it is the best next act.

    In the studio `words` say why in short (empty: `why`) and `does` what comes of it ("makes them"); `values`
    are the arguments of `id`. `screen` is where it is done, empty: anywhere; `act` is what does it there
    (`ui.render`; empty: `id`). `makes` are the shots (ids) that it makes, or FILM; `seconds` is how long that
    takes, None where it is not known. `is_wrong`: something went wrong.
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
    def sentence(self) -> str:
        """Return why, as screens say it."""
        return self.words or self.why


@dataclass(frozen=True, slots=True)
class ToDo:
    """What is to do in the film of a folder: its next step, and those of single shots by their ids.

    `live` are the shots (ids) that there are, `seen` the jobs (ids) whose end a person has looked at.
    """

    folder: str = ""
    step: Step | None = None
    shots: Mapping[str, Step] = field(default_factory=dict)
    live: Collection[str] = frozenset()
    seen: Collection[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Work:
    """What the queue does for the film: shots (ids) and FILM that are coming, jobs at work, the oldest first,
    and those that failed and were neither looked at nor made since, the latest first. `resting` is how many
    wait for a person, where nothing else is made.
    """

    coming: frozenset[str] = frozenset()
    active: tuple[JobView, ...] = ()
    failed: tuple[JobView, ...] = ()
    resting: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person is: the screen, the shot that it is about (id), a step that the screen alone knows of.

    `is_quiet`: nothing is said. `acts` are those that this state needs, the most needed first; `instead` are
    acts of the screen that do what a command does elsewhere (by its id).
    """

    screen: str = ""
    shot: str = ""
    step: Step | None = None
    is_quiet: bool = False
    acts: tuple[str, ...] = ()
    instead: Mapping[str, str] = field(default_factory=dict)


def coming_of(jobs: Iterable[JobView], folder: str) -> frozenset[str]:
    """Return the shots (ids) of the film in that folder that jobs make, and FILM where one renders it."""
    mine = (job for job in jobs if job.project == folder and job.kind in _COMING and job.state not in _OVER)
    return frozenset(shot for job in mine for shot in job.shots or (FILM,))


def work_of(jobs: Iterable[JobView], to_do: ToDo, *, is_paused: bool = False) -> Work:
    """Return what the queue does for that film; `jobs` come oldest first. `is_paused`: it starts none."""
    mine = [job for job in jobs if to_do.folder and job.project == to_do.folder and job.kind in MADE]
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
    return Work(coming_of(mine, to_do.folder), tuple(active), tuple(failed), held if is_resting else 0)


def step_here(to_do: ToDo, work: Work, place: Place) -> Step | JobView | None:
    """Return what to do at a place, else the job that is waited for, else None."""
    if place.is_quiet:
        return None
    if place.step is not None:
        return place.step
    failed = next((job for job in work.failed if place.shot in job.shots), None)
    if failed is not None:
        return tried_again(failed)
    making = next((job for job in work.active if place.shot in job.shots), None)
    if making is not None:
        return making
    own = to_do.shots.get(place.shot)
    if own is not None and not own.makes & work.coming:
        return own
    if work.failed:
        return looked_at(work.failed[0], here=place.screen == "jobs")
    step = to_do.step
    if step is not None and (not step.makes or step.makes - work.coming):
        is_here = step.screen == place.screen
        if step.id in place.instead:
            return replace(step, screen=place.screen, act=place.instead[step.id])
        if not is_here or step.act or step.is_wrong:
            return step
    if work.active:
        return work.active[0]
    if work.resting and place.screen != "jobs":
        words = f"{plural(work.resting, 'job')} held or paused"
        return Step("milimo job list", "job.list", words, screen="jobs")
    return None


# Where a person does by hand what a group of commands does.
SCREENS_OF = {
    "model": "models",
    "engine": "models",
    "asset": "media",
    "element": "elements",
    "shot": "storyboard",
    "job": "jobs",
}


def in_the_way(message: str, hint: str) -> Step:
    """Return what keeps a take from being made, and the screen where its hint is followed."""
    command = hint.removeprefix("milimo ")
    group = command.split(" ", 1)[0] if command != hint else ""
    return Step(hint, "app.doctor", message, screen=SCREENS_OF.get(group, "home"), is_wrong=True)


def failure(job: JobView) -> Step:
    """Return that a job failed, in a line."""
    name, error = job.label or job.kind.replace("_", " "), job.error or job.reason or "failed"
    words = error if error.startswith(name) else f"{name}: {error}"
    return Step(f"milimo job log {job.id}", "job.log", words, is_wrong=True, values={"id": job.id})


def tried_again(job: JobView) -> Step:
    """Return the step of a job that failed, where it can be tried again."""
    again = {"ids": [job.id]}
    return replace(
        failure(job),
        command=f"milimo job retry {job.id}",
        id="job.retry",
        does="tries again",
        values=again,
    )


def looked_at(job: JobView, *, here: bool = False) -> Step:
    """Return the step of a job that failed, seen from afar, or from another line of the queue."""
    return replace(failure(job), screen="jobs", does="goes to it" if here else "")
