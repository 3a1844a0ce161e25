"""Provide the client of the job queue, for the command line, the studio and its screens. Calls block, and any
thread may make them.

No asyncio, sqlite3 or pydantic is imported, so that `milimo job list` starts at once. The supervisor
validates all requests.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, cast

from milimo_tui.core.host import is_process_alive, read_start_ticks
from milimo_tui.core.paths import Home
from milimo_tui.jobs.client.connection import FIRST, Connection, Reply
from milimo_tui.jobs.client.connection import WrongProtocol as WrongProtocol
from milimo_tui.jobs.client.connection import parse_error_message as parse_error_message
from milimo_tui.jobs.client.protocol import OLDEST, PROTOCOL
from milimo_tui.jobs.client.requests import BatchRequest as BatchRequest
from milimo_tui.jobs.client.requests import JobRequest as JobRequest
from milimo_tui.jobs.client.requests import build_job_order, split_into_messages
from milimo_tui.jobs.values.machine_view import MachineView
from milimo_tui.jobs.values.queue_views import Forecast, SupervisorStatus, WorkEstimate
from milimo_tui.jobs.values.views import BatchView
from milimo_tui.jobs.values.views import DetailedJob as DetailedJob
from milimo_tui.jobs.values.views import JobView as JobView
from milimo_tui.store.jobs.studio_values import Absence


class Client:
    """A connection to the supervisor of a studio home. Raises Unavailable if no supervisor is running."""

    def __init__(self, home: Home, *, protocols: tuple[int, int] = (OLDEST, PROTOCOL)) -> None:
        self._home = home
        self._protocols = protocols
        self._connection = Connection(home, protocols)
        self.hello: Reply = self._connection.hello

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._connection.close()

    def submit_jobs(
        self, requests: Sequence[JobRequest], *, batches: Sequence[BatchRequest] = ()
    ) -> list[str]:
        """Queue jobs and return their ids in order. Either all jobs are queued (at most 20,000) or none.
        `batches` describes the batches to which the jobs belong.

        Jobs that do not fit into one message are sent in several messages. No job is queued before the last
        message has arrived.
        """
        orders = [build_job_order(request) for request in requests]
        parts = list(split_into_messages(orders))
        announced = [asdict(batch) for batch in batches]
        with self._connection.lock:
            for number, jobs in enumerate(parts):
                first: Reply = {"batches": announced} if announced and not number else {}
                rest: Reply = {"part": number, "more": number + 1 < len(parts)} if len(parts) > 1 else {}
                self._connection.send_request("submit", jobs=jobs, **first, **rest)
        return [str(order["id"]) for order in orders]

    def list_jobs(self, filters: Mapping[str, Any] | None = None) -> list[JobView]:
        """Return jobs, oldest first.

        The filters `ids` and `states` are lists; `lane`, `project`, `shot` and `batch` are texts.
        """
        found: list[JobView] = []
        after: Any = (0.0, "")
        while after:
            page = self._connection.send_request("jobs", **(filters or {}), after=after)
            found += map(JobView.from_json, page["jobs"])
            after = page["after"]
        return found

    def list_newest_jobs(
        self, before: Any = None, *, limit: int = 200, filters: Mapping[str, Any] | None = None
    ) -> tuple[list[JobView], Any]:
        """Return a page of at most `limit` jobs, newest first. Also return the value of `before` with which
        the next page is requested; None if there are no more pages.

        `before` is a pair of creation time and id. The filters are those of `list_jobs`.
        """
        page = self._connection.send_request("jobs", **(filters or {}), newest=limit, before=before)
        return list(map(JobView.from_json, page["jobs"])), page["before"]

    def prune_jobs(self, ended_before: float, *, dry: bool = False) -> int:
        """Delete the records and logs of jobs that ended before `ended_before` (seconds since 1970), and
        return the number of these jobs.

        With `dry`, the jobs are only counted.
        """
        if dry:
            return int(self._connection.send_request("prune", ended_before=ended_before, dry=True)["jobs"])
        forgotten = 0
        while found := int(self._connection.send_request("prune", ended_before=ended_before)["jobs"]):
            forgotten += found
        return forgotten

    def list_past_jobs(
        self, before: Any = None, *, limit: int = 200, filters: Mapping[str, Any] | None = None
    ) -> tuple[list[JobView], Any]:
        """Return a page of jobs that have ended, newest first. Also return the value of `before` with which
        the next page is requested; None if there are no more pages.

        The filter `states` is a list; `project`, `shot` and `batch` are texts; `text` has words that must
        occur in a job's texts.
        """
        page = self._connection.send_request("past", before=before, limit=limit, **(filters or {}))
        return list(map(JobView.from_json, page["jobs"])), page["before"]

    def fetch_job(self, id: str) -> DetailedJob:
        """Return one job with its spec and the history of its attempts."""
        return DetailedJob.from_json(self._connection.send_request("job", job=id))

    def list_batches(self, filters: Mapping[str, Any] | None = None) -> list[BatchView]:
        """Return batches, newest first, each with the number of its jobs in each state. The filter `ids` is a
        list, `project` a text.
        """
        found: list[BatchView] = []
        before: Any = None
        while True:
            page = self._connection.send_request("batches", **(filters or {}), before=before)
            found += map(BatchView.from_json, page["batches"])
            before = page["before"]
            if before is None:
                return found

    def act_on_batches(self, act: str, ids: Sequence[str], **fields: Any) -> list[Reply]:
        """Apply an action to all jobs of some batches: pause, resume, cancel, retry or priority. Jobs whose
        state does not allow the action are skipped.

        The action `priority` needs the field `priority=`. Return for each job its id and state, and an error
        if the action failed.
        """
        if not ids:
            return []
        return cast(
            "list[Reply]", self._connection.send_request("batch", act=act, batches=list(ids), **fields)
        )

    def edit_job(
        self,
        id: str,
        *,
        spec: Mapping[str, Any] | None = None,
        label: str | None = None,
        priority: int | None = None,
        not_before: float | None = None,
        revision: int | None = None,
    ) -> JobView:
        """Change a job that is not running, and return the changed job. The job may be queued, paused, or
        waiting for a retry.

        `spec` is a JSON merge patch (RFC 7396). `not_before` is the earliest start in seconds since 1970; 0
        removes a delay. Raises Conflict if `revision` is given and the job has been changed since that
        revision.
        """
        given = {"spec": spec, "label": label, "priority": priority, "not_before": not_before}
        changes = {name: value for name, value in given.items() if value is not None}
        return JobView.from_json(self._connection.send_request("edit", job=id, revision=revision, **changes))

    def cancel_jobs(self, ids: Sequence[str]) -> list[Reply]:
        """Cancel jobs. Return for each job its id and state, and an error if it could not be cancelled."""
        return cast("list[Reply]", self._connection.send_request("cancel", jobs=list(ids))) if ids else []

    def retry_jobs(self, ids: Sequence[str], *, spec: Mapping[str, Any] | None = None) -> list[Reply]:
        """Retry jobs under their own ids. If a job was made but its result could not be added to its film,
        only the adding is tried again.

        `spec` is a JSON merge patch that is applied to the spec of each job.
        """
        if not ids:
            return []
        patch = {"spec": spec} if spec is not None else {}
        return cast("list[Reply]", self._connection.send_request("retry", jobs=list(ids), **patch))

    def repeat_jobs(self, ids: Sequence[str], *, spec: Mapping[str, Any] | None = None) -> list[str]:
        """Create new jobs with the specs of ended jobs, and return their ids in order. The field `origin` of
        a new job is the id of the old one.
        """
        return (
            cast("list[str]", self._connection.send_request("again", jobs=list(ids), spec=spec))
            if ids
            else []
        )

    def hold_jobs(self, ids: Sequence[str]) -> list[Reply]:
        """Hold jobs, so that no worker starts them."""
        return cast("list[Reply]", self._connection.send_request("hold", jobs=list(ids))) if ids else []

    def release_jobs(self, ids: Sequence[str]) -> list[Reply]:
        """Release held jobs, so that workers may start them."""
        return cast("list[Reply]", self._connection.send_request("release", jobs=list(ids))) if ids else []

    def set_priority(self, ids: Sequence[str], priority: int) -> list[Reply]:
        """Set the priority of jobs. Jobs with a higher priority start first; new jobs have 0."""
        if not ids:
            return []
        return cast(
            "list[Reply]", self._connection.send_request("priority", jobs=list(ids), priority=priority)
        )

    def move_job(self, id: str, beside: str, *, before: bool = True) -> list[Reply]:
        """Move a job in the queue directly before or after the job `beside`, and give it that job's
        priority.
        """
        return cast(
            "list[Reply]", self._connection.send_request("move", job=id, beside=beside, before=before)
        )

    def pause_work(self, ids: Sequence[str] = (), *, lane: str = "") -> list[Reply]:
        """Pause jobs. A running job stops at its next step. Without `ids`, pause all jobs of a lane (the
        queue of one kind of worker). Without `ids` and `lane`, pause the entire queue.
        """
        return cast("list[Reply]", self._connection.send_request("pause", jobs=list(ids), lane=lane))

    def resume_work(self, ids: Sequence[str] = (), *, lane: str = "") -> list[Reply]:
        """Resume paused jobs. Without `ids`, resume all jobs of a lane (the queue of one kind of worker).
        Without `ids` and `lane`, resume the entire queue.
        """
        return cast("list[Reply]", self._connection.send_request("resume", jobs=list(ids), lane=lane))

    def read_job_log(self, id: str) -> str:
        """Return the log of a job. Of a very long log, only the end is returned. Texts that look like
        passwords or keys are removed, and so are the secrets in the environments of the supervisor and of
        this process.
        """
        from milimo_tui.core.secrets import create_redactor  # Imported here, because clients must start fast.

        return create_redactor(os.environ)(str(self._connection.send_request("log", job=id)["text"]))

    def fetch_status(self) -> SupervisorStatus:
        """Return the status of the supervisor: its process id, socket, workers and lanes, and the number of
        queued and active jobs.
        """
        return SupervisorStatus.from_json(self._connection.send_request("status"))

    def fetch_forecast(self, jobs: Sequence[str] = ()) -> Forecast:
        """Return the expected start and end of each job and each batch. If `jobs` is not empty, only these
        jobs are included. The times are based on measurements on this machine; None means unknown.
        """
        named = {"jobs": list(jobs)} if jobs else {}
        return Forecast.from_json(self._connection.send_request("forecast", **named))

    def estimate_work(self, jobs: Sequence[Mapping[str, Any]]) -> WorkEstimate:
        """Estimate how long some jobs would take if they were queued now, after all queued jobs.

        Each job is a mapping with `id`, `lane`, `workload`, `units`, `affinity`, `priority`, `not_before` and
        `needs`.
        """
        return WorkEstimate.from_json(self._connection.send_request("estimate", jobs=list(jobs)))

    def count_jobs_by_minute(self, minutes: int = 60) -> list[int]:
        """Return the number of jobs that finished in each of the last `minutes` minutes, oldest first."""
        return cast("list[int]", self._connection.send_request("throughput", minutes=minutes))

    def fetch_machine(self) -> MachineView:
        """Return the current use of GPUs, CPU, memory and disk, and the processes of workers."""
        return MachineView.from_json(self._connection.send_request("machine"))

    def list_absences(self, limit: int = 20) -> list[Absence]:
        """Return the last `limit` periods in which no person was watching, newest first."""
        found = self._connection.send_request("absences", limit=limit)
        return [Absence(each["began"], each["ended"]) for each in found]

    def list_events(
        self, after: int = 0, *, kinds: Sequence[str] = (), jobs: Sequence[str] = (), limit: int = 500
    ) -> list[Reply]:
        """Return at most `limit` events with numbers above `after`, in order. If `kinds` or `jobs` are given,
        only events of those kinds or jobs are returned.
        """
        query = {"after": after, "kinds": list(kinds), "jobs": list(jobs), "limit": limit}
        return cast("list[Reply]", self._connection.send_request("events", **query))

    def stop(self, now: bool = False, *, wait: float = 0.0) -> bool:
        """Stop the supervisor after its running jobs. With `now`, stop it at once and put the running jobs
        back in the queue.

        Wait up to `wait` seconds. Return True if the supervisor has exited by then.
        """
        pid = int(self._connection.send_request("stop", now=now)["pid"])
        until = time.monotonic() + wait
        if not self._connection.wait_for_end(wait):
            return False
        # The supervisor has closed its socket and is about to exit. If another process has got the same
        # process id meanwhile, its start time differs.
        ticks = read_start_ticks(pid)
        while is_process_alive(pid, ticks) and time.monotonic() < until:
            time.sleep(0.002)
        return not is_process_alive(pid, ticks)

    def recount_room(self) -> None:
        """Make the supervisor measure the disk space of the home and its films again, and apply the current
        quotas.
        """
        self._connection.send_request("room")

    def announce_changed_weights(self) -> None:
        """Tell the workers that weights were chosen, added or removed."""
        self._connection.send_request("weights")

    def set_off_when_done(self, command: str, seconds: float) -> SupervisorStatus:
        """Set a command that runs when the queue has been empty for `seconds`, for example to turn the
        machine off. An empty command removes the command that was set. Return the new status of the
        supervisor.
        """
        self._connection.send_request("off", command=command, seconds=seconds)
        return self.fetch_status()

    def watch_folder(self, folder: str, project: str) -> Reply:
        """Watch a folder, and import new files in it into a film. `folder` and the film's folder `project`
        are absolute paths.
        """
        return cast("Reply", self._connection.send_request("watch_folder", folder=folder, project=project))

    def unwatch_folder(self, id: str) -> None:
        """Stop watching the folder with this id."""
        self._connection.send_request("unwatch", folder=id)

    def list_watched_folders(self) -> list[Reply]:
        """Return the watched folders, each with id, folder, project, problem, and the number of imported
        files as `files`.
        """
        return cast("list[Reply]", self._connection.send_request("watched"))

    def notify_project(self, path: str) -> list[str]:
        """Report that the film in the folder `path` is writable again, so that waiting results are added to
        it. Return the ids of their jobs.
        """
        return cast("list[str]", self._connection.send_request("project", path=path))

    def watch_events(
        self, since: int | None = None, jobs: Sequence[str] | None = None, *, attend: bool = False
    ) -> Iterator[Reply]:
        """Yield events with numbers above `since`, then new events as they happen, until the supervisor ends.
        If `since` is None, yield only new events. With `jobs`, yield only events of those jobs.

        If the caller reads too slowly, the supervisor skips events. In this case the message `{"kind": "gap",
        "seq", "missed"}` is yielded, followed by the missed events. The stream has its own connection, which
        is opened by this call. With `attend`, a person counts as watching until the stream ends, which ends a
        period of absence.
        """
        stream = Connection(self._home, self._protocols)
        attends = {"attend": True} if attend and stream.hello["protocol"] > FIRST else {}
        stream.send_request("watch", since=since, jobs=list(jobs or ()), **attends)
        return self._stream_events(stream, list(jobs or ()))

    def _stream_events(self, stream: Connection, jobs: list[str]) -> Iterator[Reply]:
        try:
            while message := stream.receive_message(None):
                if "event" in message:
                    yield message["event"]
                elif "gap" in message:
                    after, before = message["gap"]["after"], message["gap"]["before"]
                    yield {"kind": "gap", "seq": after, "missed": before - after - 1}
                    yield from self._fetch_missed_events(after, before, jobs)
        finally:
            stream.close()

    def _fetch_missed_events(self, after: int, before: int, jobs: list[str]) -> Iterator[Reply]:
        while page := self._connection.send_request("events", after=after, before=before, jobs=jobs):
            yield from page
            after = page[-1]["seq"]
