"""Reading of the inbox of a film: the film, its queue, the absences of the user, and the checks of take
files.

The values and their rules are in `studio.project.review`.
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
    """Return the current inbox of the open film; blocks on the film and the queue.

    `made` holds the jobs of takes that were read before, which do not change, and gets the jobs read now.
    Starts the supervisor of a home that had jobs, because only the supervisor knows about failures and
    absences. If it can't be started, the inbox has only the takes of the film.
    """
    story = studio.take_snapshot().story
    folder = str(studio.require_project().paths.root)
    try:
        client = studio.get_client_if_used()
        if client is None:
            return collect_review(story, folder, kept=kept, everything=everything)
        absences = client.list_absences()
        jobs = client.list_jobs({"project": folder, "states": list(REVIEWED_JOB_STATES)})
        shown = collect_review(story, folder, jobs=jobs, absences=absences, kept=kept, everything=everything)
        made = {} if made is None else made
        takes = {item.job for item in shown.items if item.take}
        ids = sorted((takes | kept) - made.keys())
        for job in client.list_jobs({"ids": ids}) if ids else []:
            # The previous attempt has the reason for a fallback.
            found = client.fetch_job(job.id) if job.rung else job
            jobs.append(found)
            if job.state == "done":
                made[job.id] = found
        jobs += [made[id] for id in takes if id in made]
    except MilimoError as error:
        return replace(collect_review(story, folder, kept=kept, everything=everything), trouble=error.message)
    return collect_review(story, folder, jobs=jobs, absences=absences, kept=kept, everything=everything)


def read_absences(client: Client, folder: str = "") -> AbsenceRecord:
    """Return the queue's absences and failed jobs, of one film or of all. Blocks."""
    of_film = {"project": folder} if folder else {}
    return AbsenceRecord(
        tuple(client.list_absences()), tuple(client.list_jobs({**of_film, "states": list(FAILED)}))
    )


@dataclass(frozen=True, slots=True)
class TakeCheck:
    """A fact about a take that can be checked without looking at the take."""

    good: bool
    words: str


def check_take(story: Story, take: Take, *, there: bool) -> tuple[TakeCheck, ...]:
    """Return the checks of a take by the facts of its file and the current state of its shot; problems first.

    `there` is True if the take's file exists.
    """
    from milimo_tui.studio.takes import shot_spec

    asset = next((asset for asset in story.assets if asset.id == take.asset), None)
    state = shot_spec.find_live_shot_state(story, take.shot)
    if asset is None or not there:
        return (TakeCheck(False, "its file is gone"),)
    if state is None:
        return ()
    project, shot = story.project, state.shot
    length = take.length >= shot.frames
    size = (asset.width, asset.height) == (project.width, project.height)
    found = [
        TakeCheck(bool(asset.channels), "sound" if asset.channels else "no sound"),
        TakeCheck(length, "length" if length else f"{take.length} of {shot.frames} frames"),
        TakeCheck(size, "size" if size else f"{asset.width} × {asset.height}, not the film's"),
    ]
    if take.signature:
        fresh = state.is_fresh(take)
        found.append(TakeCheck(fresh, "up to date" if fresh else "older than the last change of its shot"))
    return tuple(sorted(found, key=lambda check: check.good))
