"""Write a report file for support. It contains the doctor's findings, settings, logs and the history of jobs,
but no secrets.

Film contents are left out unless requested, because specs contain the text of shots.
"""

from __future__ import annotations

import json
import platform
import sys
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from milimo_tui import __version__
from milimo_tui.core.host import HOST, replace_file_atomically
from milimo_tui.core.paths import Home
from milimo_tui.jobs.values.states import NOT_DONE
from milimo_tui.jobs.worker.job_log import JobLogs
from milimo_tui.store.jobs.studio_file import StudioFile, open_studio_for_reading
from milimo_tui.store.jobs.studio_values import Job

SECONDS_PER_DAY = 86_400.0
# Columns of the job table that may contain texts of the film or file paths. The report leaves them out. It
# includes the column `spec` if the user asked for specs.
PRIVATE_COLUMNS = ("spec", "outputs", "live", "parts")
# The number of bytes at the end of a log that the report includes. The beginning of a longer log is left out.
LOG_BYTES = 1 << 20
MOST_LOGS = 200
MOST_EVENTS = 20_000


@dataclass(frozen=True, slots=True)
class ReportSummary:
    """A summary of a report that was written: the size in bytes of each file in it, and the number of
    jobs.
    """

    files: dict[str, int]
    jobs: int


@dataclass(frozen=True, slots=True)
class ReportContents:
    """The choice of what a report contains in addition to logs: texts by file name, the number of days of job
    history, and whether the specs of jobs are included.
    """

    texts: dict[str, str]
    days: float
    specs: bool


def write_report(
    home: Home, path: Path, wanted: ReportContents, clean: Callable[[str], str]
) -> ReportSummary:
    """Write the report as a zip, completely or not at all. `wanted` says what it contains. `clean` is a
    function that removes secrets from a text; it is applied to every text.

    Raises Damaged if the queue can't be read, and DiskFull, ReadOnly, Failed.
    """
    with (
        replace_file_atomically(path) as partial,
        zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as file,
    ):
        sizes: dict[str, int] = {}
        jobs = _list_reported_jobs(home, HOST.now() - wanted.days * SECONDS_PER_DAY)
        for name, text in _collect_report_texts(home, wanted, jobs):
            data = clean(text).encode(errors="replace")
            file.writestr(name, data)
            sizes[name] = len(data)
    return ReportSummary(sizes, len(jobs))


def _collect_report_texts(
    home: Home, wanted: ReportContents, jobs: Sequence[Job]
) -> Iterator[tuple[str, str]]:
    facts = {"milimo": __version__, "python": sys.version, "system": platform.platform()}
    yield "about.json", json.dumps(facts, indent=2)
    yield from wanted.texts.items()
    for path in sorted(home.root.glob(f"{home.log.name}*")):
        yield path.name, _read_log_end(path)
    with open_studio_for_reading(home.studio_db) as file:
        if file is not None:
            rows = [_describe_reported_job(file, job, specs=wanted.specs) for job in jobs]
            yield "jobs.jsonl", "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
            yield "events.jsonl", "".join(f"{line}\n" for line in _list_recent_events(file))
    logs = JobLogs(home)
    for job in _choose_logged_jobs(jobs):
        path = logs.get_log_path(job.id)
        if path.is_file():
            yield f"logs/{path.name}", _read_log_end(path)


def _list_reported_jobs(home: Home, since: float) -> list[Job]:
    """Return the jobs that are unfinished or that ended after `since` (seconds since 1970), oldest first."""
    with open_studio_for_reading(home.studio_db) as file:
        found = file.select_jobs() if file is not None else []
    return [job for job in found if job.ended is None or job.ended >= since]


def _describe_reported_job(file: StudioFile, job: Job, *, specs: bool) -> dict[str, Any]:
    row = {name: value for name, value in job._asdict().items() if name not in PRIVATE_COLUMNS}
    if specs:
        row["spec"] = json.loads(job.spec)
    if job.state in NOT_DONE or job.attempts > 1:
        tries = [attempt._asdict() for attempt in file.select_attempts(job.id)]
        left_out = ("spec", "token", "result")
        row["tries"] = [{key: value for key, value in one.items() if key not in left_out} for one in tries]
    return row


def _list_recent_events(file: StudioFile) -> Iterator[str]:
    """Yield the newest events of the queue, one JSON object each. Progress events are skipped."""
    after = max(0, file.read_last_event_number() - MOST_EVENTS)
    while page := file.select_events(after, 1000):
        after = page[-1].seq
        for event in page:
            if event.kind != "progress":
                row = {key: value for key, value in asdict(event).items() if key not in ("text", "data")}
                data = {key: value for key, value in event.data.items() if key not in PRIVATE_COLUMNS}
                yield json.dumps({**row, **data}, ensure_ascii=False)


def _choose_logged_jobs(jobs: Sequence[Job]) -> list[Job]:
    """Return the jobs whose logs are included: first the newest failed jobs, then the newest of the
    others.
    """
    newest = sorted(jobs, key=lambda job: -(job.ended or job.created))
    bad = [job for job in newest if job.state in NOT_DONE]
    return [*bad, *(job for job in newest if job.state not in NOT_DONE)][:MOST_LOGS]


def _read_log_end(path: Path) -> str:
    """Return the last `LOG_BYTES` of a log as text. Return an empty text if the file can't be read."""
    with suppress(OSError), path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - LOG_BYTES))
        return file.read().decode(errors="replace")
    return ""
