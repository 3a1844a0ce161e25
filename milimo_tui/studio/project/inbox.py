"""Reads the data for the inbox of a film: the film, its jobs, the absences of the user, and checks of take
files.

The inbox and its rules are defined in `studio.project.review`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from milimo_tui.core.errors import MilimoError
from milimo_tui.jobs.values.views import JobView
from milimo_tui.story.values.film import Story, Take
from milimo_tui.studio.project.review import (
    FAILED,
    REVIEWED_JOB_STATES,
    AbsenceRecord,
    FilmReview,
    collect_review,
)

if TYPE_CHECKING:
    from milimo_tui.jobs.client.client import Client
    from milimo_tui.studio.session.studio import Studio


def read_inbox(
    studio: Studio,
    *,
    kept: frozenset[str] = frozenset(),
    everything: bool = False,
    made: dict[str, JobView] | None = None,
) -> FilmReview:
    """Return the current inbox of the open film. Blocks while the film and the queue are read.

    - `kept` are the ids of jobs that stay in the inbox although the user has seen them.
    - If `everything` is True, all takes are included, not only new takes.
    - `made` is a cache of the finished jobs of takes, by job id. Jobs that are read now are added to it.

    The supervisor is started if the home had jobs, because only the supervisor knows about failures and
    absences. If it can't be started, the inbox has only the film's takes.
    """
    story = studio.take_snapshot().story
    folder = str(studio.require_project().paths.root)
    try:
        client = studio.get_client_if_used()
        if client is None:
            return collect_review(story, folder, kept=kept, everything=everything)
        absences = client.list_absences()
        jobs = client.list_jobs({"project": folder, "states": list(REVIEWED_JOB_STATES)})
        review = collect_review(story, folder, jobs=jobs, absences=absences, kept=kept, everything=everything)
        made = {} if made is None else made
        takes = {item.job for item in review.items if item.take}
        ids = sorted((takes | kept) - made.keys())
        for job in client.list_jobs({"ids": ids}) if ids else []:
            # The reason for a fallback to a recipe with less memory is stored with the previous attempt,
            # which only the detailed job has.
            found = client.fetch_job(job.id) if job.rung else job
            jobs.append(found)
            if job.state == "done":
                made[job.id] = found
        jobs += [made[id] for id in takes if id in made]
    except MilimoError as error:
        return replace(collect_review(story, folder, kept=kept, everything=everything), problem=error.message)
    return collect_review(story, folder, jobs=jobs, absences=absences, kept=kept, everything=everything)


def read_absences(client: Client, folder: str = "") -> AbsenceRecord:
    """Return the absences of the user and the failed jobs that the queue recorded. Blocks.

    `folder` limits the jobs to one film; if it is empty, jobs of all films are returned.
    """
    of_film = {"project": folder} if folder else {}
    return AbsenceRecord(
        tuple(client.list_absences()), tuple(client.list_jobs({**of_film, "states": list(FAILED)}))
    )


@dataclass(frozen=True, slots=True)
class TakeCheck:
    """The result of checking one property of a take, such as its length. `good` is False if there is a
    problem.
    """

    good: bool
    words: str


def check_take(story: Story, take: Take, *, there: bool) -> tuple[TakeCheck, ...]:
    """Return the checks of a take, problems first: sound, length and size of its file, and whether the take
    is up to date with its shot.

    `there` is True if the take's file exists.
    """
    from milimo_tui.studio.takes import shot_spec

    asset = next((asset for asset in story.assets if asset.id == take.asset), None)
    state = shot_spec.find_live_shot_state(story, take.shot)
    if asset is None or not there:
        return (TakeCheck(False, "its file is missing"),)
    if state is None:
        return ()
    project, shot = story.project, state.shot
    length = take.length >= shot.frames
    size = (asset.width, asset.height) == (project.width, project.height)
    found = [
        TakeCheck(bool(asset.channels), "sound" if asset.channels else "no sound"),
        TakeCheck(length, "length" if length else f"{take.length} of {shot.frames} frames"),
        TakeCheck(size, "size" if size else f"{asset.width}×{asset.height}, not the film's size"),
    ]
    if take.signature:
        fresh = state.is_fresh(take)
        found.append(TakeCheck(fresh, "up to date" if fresh else "older than the last change of its shot"))
    return tuple(sorted(found, key=lambda check: check.good))
