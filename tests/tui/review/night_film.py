"""Build a film for the tests of the Review screen: new takes of Rain Market, failed jobs, and an absence of
the user overnight.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from milimo_tui.store.jobs.studio_file import StudioFile
from milimo_tui.store.jobs.studio_values import Attempt, Job
from milimo_tui.story.values.film import Take
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes.shot_spec import make_video_spec
from tests.tui.rain_market import add_take, make_studio

# Times in seconds: start of the absence in the evening, arrival of the takes at night, end of the absence in
# the morning
BEGAN, AT, ENDED = 1_763_500_000.0, 1_763_510_000.0, 1_763_520_000.0
ERROR = "out of memory: needed 84.1 GB, 79.9 free"
LOWER = 1  # index of the job that went down one fallback level after memory ran out
# Indexes of shots 1A, 1B, 2A and 3A. The first three already have an older take; 3A has none.
SHOTS = (0, 1, 3, 7)


def make_night(home: Path) -> Studio:
    """Return a studio with the results of one night.

    Four takes arrived: a second take of 1A, 1B and 2A, and the first take of 3A. The job of 3B failed, and
    the job of 4B was skipped.
    """
    studio = make_studio(home)
    file = studio.require_project()
    file.facts.set_jobs_seen([take.job for take in file.load_story().takes])
    shots = file.load_story().shots
    made = [add_take(file, shots[index], seed=504 + 6 * place) for place, index in enumerate(SHOTS)]
    asked = make_video_spec(file.load_story(), shots[8]).model_dump_json()
    jobs = [_made(take, place) for place, take in enumerate(made)]
    jobs += [
        _job("job_failed", shots[8].id, "3B take", "failed", spec=asked, error=ERROR, hint="fewer frames"),
        _job("job_skipped", shots[10].id, "4B take", "skipped", reason="waited for 3B take"),
    ]
    _date(file.paths.db, [take.job for take in made])
    database = StudioFile.open(studio.home.studio_db)
    with database.start_transaction():
        database.begin_absence(BEGAN, 10)
        database.end_absence(ENDED)
        for place, job in enumerate(jobs):
            database.add_job(Job(**{**job, "project": str(file.paths.root), "position": place}))
        lower = made[LOWER].job
        tried = Attempt(
            job=lower, number=1, token="t", worker="cpu0", lease=AT, spec="{}", started=BEGAN, error=ERROR
        )
        database.add_attempt(tried)
    database.close()
    return studio


def _made(take: Take, place: int) -> dict[str, Any]:
    return _job(take.job, take.shot, "take", "done", rung=int(place == LOWER))


def _job(id: str, shot: str, label: str, state: str, **more: Any) -> dict[str, Any]:
    return {
        "id": id, "kind": "make_video", "engine": "animatic", "lane": "cpu", "state": state, "shot": shot,
        "label": label, "spec": "{}", "created": BEGAN, "started": AT - 41.0, "ended": AT, "tidy": 1, **more,
    }  # fmt: skip


def _date(database: Path, jobs: list[str]) -> None:
    """Set the creation time of the takes of `jobs` to the night, because the store gives new takes the
    current time.
    """
    import sqlite3

    connection = sqlite3.connect(database)
    marks = ", ".join("?" * len(jobs))
    connection.execute(f"UPDATE take SET created = ? WHERE job IN ({marks})", (AT, *jobs))
    connection.commit()
    connection.close()
