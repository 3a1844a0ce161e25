"""The outbox of notifications. Each notification is saved in the same database change as the event that it
reports, and is then sent to the webhook and the command hook.

The outbox lives on the supervisor's loop. Threads do the sending, so that a slow receiver does not delay the
queue. Unsent notifications are stored in `studio.db`, and the next supervisor sends them.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import random
import socket
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.host import HOST
from milimo_tui.core.reasons import reason
from milimo_tui.core.secrets import remove_secret_variables
from milimo_tui.core.settings import Settings
from milimo_tui.jobs.notify import notices
from milimo_tui.jobs.notify.command_hook import CommandHook, split_command
from milimo_tui.jobs.notify.notices import NoticeEvent, NoticeMessage, Tally
from milimo_tui.jobs.notify.webhook import post_webhook_message
from milimo_tui.jobs.queue.queue import JobQueue
from milimo_tui.jobs.values.states import ENDED, FAILED_STATES, FILLS_QUEUE, JobState
from milimo_tui.jobs.worker import redaction
from milimo_tui.store.jobs.studio_values import Event, Job, Notice

log = logging.getLogger(__name__)

WEBHOOK, COMMAND = "webhook", "command"
# The first and the longest wait between two attempts to send. Each wait is twice the previous wait.
FIRST_SECONDS, LONGEST_SECONDS = 5.0, 3600.0
GIVE_UP_SECONDS = 24 * 3600.0
COMMAND_TRIES = 3
POST_SECONDS = 15.0
HOOK_SECONDS = 60.0
TROUBLE_SECONDS = 5.0  # The number of seconds to wait after a failed write to the database.

_ENDED = sorted(ENDED)
_REPORTED_ENDS = FAILED_STATES | {JobState.DONE}

# A function that sends a notice. It returns the error (empty on success), and the receiver's output for the
# log.
Send = Callable[[Notice], tuple[str, str]]


def compute_back_off(tries: int, first: float = FIRST_SECONDS, longest: float = LONGEST_SECONDS) -> float:
    """Return the seconds to wait before the next attempt, after `tries` attempts.

    The wait starts at `first` seconds and doubles with each attempt up to `longest`. It is then changed at
    random by up to 20 %, so that attempts do not coincide.
    """
    return float(min(longest, first * 2.0 ** min(tries - 1, 30)) * random.uniform(0.8, 1.2))


class Outbox:
    """The outbox of one supervisor, which stores and sends notifications (notices).

    `delay` takes the number of failed attempts and returns the seconds until the next attempt. `on_change` is
    called when a notice was sent or given up, so that an idle supervisor can end.
    """

    def __init__(
        self,
        queue: JobQueue,
        settings: Settings,
        on_change: Callable[[], None] = lambda: None,
        *,
        delay: Callable[[int], float] = compute_back_off,
    ) -> None:
        self._on_change = on_change
        self._queue = queue
        self._rows = queue.file.notices
        self._delay = delay
        self._after = settings.notify_after_seconds
        self._on = _read_setting_or_default(
            lambda: notices.parse_notice_events(settings.notify_on), frozenset()
        )
        # The time at which the queue last stopped being empty; None while it is empty.
        self._began: float | None = None
        # Id of a batch → the id of a job in it that had not ended when the batch was last checked. That job
        # is checked first the next time.
        self._open: dict[str, str] = {}
        self._clean = redaction.build_settings_redactor(settings)
        self._hook: CommandHook | None = None
        self._senders = self._make_senders(settings)
        self._woken = {target: asyncio.Event() for target in self._senders}
        self._tasks: list[asyncio.Task[None]] = []

    def _make_senders(self, settings: Settings) -> dict[str, Send]:
        """Return the function that sends notices to each target for which there are settings: the webhook,
        the command hook. A target with an unusable setting is logged and left out.
        """
        senders: dict[str, Send] = {}
        address, secret = settings.notify_webhook.strip(), settings.notify_secret
        if address and (problem := notices.check_webhook_address(address)):
            log.error("%s; no webhook is told", problem)
        elif address:
            senders[WEBHOOK] = lambda notice: (
                post_webhook_message(address, _build_notice_body(notice), secret, HOST.now(), POST_SECONDS),
                "",
            )
        command = _read_setting_or_default(lambda: split_command(settings.notify_command), [])
        if command:
            environment = remove_secret_variables(os.environ)
            hook = self._hook = CommandHook(command, environment, HOOK_SECONDS)
            senders[COMMAND] = lambda notice: hook.run(_build_notice_body(notice))
        return senders

    # Collecting notices: these methods are called inside the database change, before it is committed

    def add_notices(self, events: Sequence[Event]) -> None:
        """Build the notices for the events of the running database change, and save them in the same
        change.
        """
        if not self._on:
            return
        ended: list[Job] = []
        for event in events:
            state = event.data.get("state") if event.kind == "state" else None
            if state in ENDED:
                ended.append(self._queue.get(event.job))
            elif state and self._began is None:
                self._began = event.at
        for message in (
            *self._collect_job_notices(ended),
            *self._collect_batch_notices(ended),
            *self._collect_idle_notice(ended),
        ):
            self._record_notice(message)

    def _collect_job_notices(self, ended: Sequence[Job]) -> list[NoticeMessage]:
        noteworthy = [
            job for job in ended if job.lane != notices.UNREPORTED_LANE and job.state in _REPORTED_ENDS
        ]
        if NoticeEvent.JOB in self._on:
            return [_build_notice_of_job(NoticeEvent.JOB, job) for job in noteworthy]
        if NoticeEvent.FAILED not in self._on:
            return []
        failed = [job for job in noteworthy if job.state in FAILED_STATES]
        return [_build_notice_of_job(NoticeEvent.FAILED, job) for job in self._drop_later_failures(failed)]

    def _drop_later_failures(self, failed: Sequence[Job]) -> list[Job]:
        """Return those of the failed jobs that need a notice of their own.

        If the settings ask for notices about ended batches, only the first failed job of each batch gets its
        own notice.
        """
        if NoticeEvent.BATCH not in self._on:
            return list(failed)
        here = Counter(job.batch for job in failed)
        known: set[str] = set()
        noteworthy = []
        for job in failed:
            if not job.batch:
                noteworthy.append(job)
            elif job.batch not in known:
                known.add(job.batch)
                now = here[job.batch]
                if self._rows.count_failed_batch_jobs(job.batch, sorted(FAILED_STATES), now + 1) == now:
                    noteworthy.append(job)
        return noteworthy

    def _collect_batch_notices(self, ended: Sequence[Job]) -> list[NoticeMessage]:
        """Build notices for the batches that end with these jobs.

        A batch is not reported if its last jobs ended only because a person cancelled them.
        """
        if NoticeEvent.BATCH not in self._on:
            return []
        noteworthy = []
        for id in dict.fromkeys(job.batch for job in ended if job.batch and job.state in _REPORTED_ENDS):
            if self._is_batch_open(id):
                continue
            label, project, counts, began, until = self._rows.summarize_batch(id)
            noteworthy.append(
                notices.build_batch_notice(id, label, project, Tally.from_counts(counts, until - began))
            )
        return noteworthy

    def _is_batch_open(self, batch: str) -> bool:
        """Return True if a job of the batch has not ended.

        The job that was open at the last check is looked up first, because this reads only one row.
        """
        job = self._open.get(batch, "")
        if job and self._rows.is_job_open(job, _ENDED):
            return True
        job = self._rows.find_open_batch_job(batch, _ENDED)
        if job:
            self._open[batch] = job
        else:
            self._open.pop(batch, None)
        return bool(job)

    def _collect_idle_notice(self, ended: Sequence[Job]) -> list[NoticeMessage]:
        """Return the notice that the queue has become empty, or an empty list.

        There is a notice only if the queue was at work for at least `notify_after_seconds`, and if a job was
        made or failed.
        """
        if (
            not ended
            or self._began is None
            or self._rows.has_working_job(FILLS_QUEUE, notices.UNREPORTED_LANE)
        ):
            return []
        began, self._began = self._began, None
        seconds = HOST.now() - began
        by_itself = any(job.state in _REPORTED_ENDS and job.lane != notices.UNREPORTED_LANE for job in ended)
        if NoticeEvent.IDLE not in self._on or seconds < self._after or not by_itself:
            return []
        counts = self._rows.count_ended_jobs_since(began, notices.UNREPORTED_LANE)
        return [notices.build_idle_notice(Tally.from_counts(counts, seconds))]

    def report_problem(self, sentence: str) -> None:
        """Send a notice about a problem that is not the failure of a job. `sentence` describes the
        problem.
        """
        if NoticeEvent.FAILED in self._on or NoticeEvent.JOB in self._on:
            with self._queue.begin_change():
                self._record_notice(
                    NoticeMessage(
                        event=NoticeEvent.FAILED, failed=1, title="Milimo", text=_shorten_sentence(sentence)
                    )
                )

    def _record_notice(self, message: NoticeMessage) -> None:
        """Record the message as an event, so that connected clients show it. Also save a notice for each
        target, to be sent.
        """
        fields = self._clean.redact_json(message.as_json())
        self._queue.record_event(
            "notice", message.id if message.event in (NoticeEvent.JOB, NoticeEvent.FAILED) else "", **fields
        )
        now = HOST.now()
        body = json.dumps({**fields, "host": socket.gethostname(), "at": round(now, 3)})
        for target in self._senders:
            self._rows.add_notice(Notice(at=now, what=message.event, target=target, body=body, due=now))

    def start(self) -> None:
        """Start sending. Notices that earlier supervisors did not send come first."""
        for target, send in self._senders.items():
            task = asyncio.create_task(self._send_notices_to(target, send), name=f"the outbox of {target}")
            task.add_done_callback(report_task_failure)
            self._tasks.append(task)

    def send_soon(self) -> None:
        """Wake the tasks that send notices, because new notices may have been saved."""
        for woken in self._woken.values():
            woken.set()

    def has_work(self) -> bool:
        """Return True if a notice is still to be sent."""
        return bool(self._senders) and self._rows.count_unsent_notices(list(self._senders)) > 0

    def close(self) -> None:
        """Stop sending. A notice whose sending is interrupted is sent again by the next supervisor."""
        for task in self._tasks:
            task.cancel()
        if self._hook:
            self._hook.stop_hook()

    async def _send_notices_to(self, target: str, send: Send) -> None:
        woken = self._woken[target]
        while True:
            woken.clear()
            notice = self._rows.find_next_notice(target)
            wait = None if notice is None else notice.due - HOST.now()
            if notice is None or (wait is not None and wait > 0):
                with suppress(TimeoutError):
                    await asyncio.wait_for(woken.wait(), None if wait is None else min(wait, LONGEST_SECONDS))
                continue
            problem, written = await _send_in_thread(send, notice)
            if written:
                log.info("notify_command wrote: %s", self._clean(written))
            try:
                self._record_send_outcome(notice, self._clean(problem))
            except sqlite3.OperationalError as error:
                log.warning("notice %s could not be noted as sent: %s", notice.id, error)
                await asyncio.sleep(TROUBLE_SECONDS)
            self._on_change()

    def _record_send_outcome(self, notice: Notice, problem: str) -> None:
        """Record the outcome of an attempt to send a notice: sent, to be tried again, or given up.

        `problem` is the error of the attempt; empty on success.
        """
        now, tries = HOST.now(), notice.tries + 1
        if not problem:
            with self._queue.begin_change():
                self._rows.set_notice(notice.id, tries=tries, state="sent", error="")
                self._rows.make_notices_due(
                    notice.target, now
                )  # The receiver works again, so the other notices that wait for it are sent at once.
            return
        delay = self._delay(tries)
        over = now + delay > notice.at + GIVE_UP_SECONDS
        if not over and (notice.target != COMMAND or tries < COMMAND_TRIES):
            log.warning("%s: %s; tried again in %.0f s", notice.target, problem, delay)
            self._update_notice_row(notice, tries=tries, due=now + delay, error=problem)
            return
        log.error("%s: %s; given up after %d tries", notice.target, problem, tries)
        with self._queue.begin_change():
            self._update_notice_row(notice, tries=tries, state="given_up", error=problem)
            self._queue.record_event(
                "notice", event="given_up", target=notice.target, error=problem, tries=tries
            )

    def _update_notice_row(self, notice: Notice, **columns: Any) -> None:
        with self._queue.begin_change():
            self._rows.set_notice(notice.id, **columns)


def _shorten_sentence(text: str) -> str:
    return text if len(text) <= notices.LONGEST else text[: notices.LONGEST - 1] + "…"


def _read_setting_or_default(read: Callable[[], Any], nothing: Any) -> Any:
    """Return the parsed setting that `read` returns, or `nothing` if parsing fails.

    The error is only logged, because a wrong setting must not keep the queue from working.
    """
    try:
        return read()
    except MilimoError as error:
        log.error("%s (%s)", error.message, error.hint)
        return nothing


def _build_notice_of_job(event: NoticeEvent, job: Job) -> NoticeMessage:
    seconds = (job.ended or 0.0) - (job.started or job.ended or 0.0)
    label = job.label or job.kind.replace("_", " ")
    return notices.build_job_notice(event, job.id, label, job.state, job.error, job.project, seconds)


def _build_notice_body(notice: Notice) -> dict[str, Any]:
    """Return the JSON object to send. Its field `notice` is a number by which a receiver recognizes a message
    that is sent twice.
    """
    return {**json.loads(notice.body), "notice": notice.id, "try": notice.tries + 1}


async def _send_in_thread(send: Send, notice: Notice) -> tuple[str, str]:
    """Run a blocking sender in a thread and return its result. If this coroutine is cancelled, the thread
    continues but its result is ignored.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[tuple[str, str]] = loop.create_future()

    def settle(outcome: tuple[str, str]) -> None:
        if not answer.done():
            answer.set_result(outcome)

    def work() -> None:
        try:
            outcome = send(notice)
        except Exception as bug:  # Any bug in a sender is caught here, so that the queue continues.
            log.exception("a notice could not be sent")
            outcome = (f"{type(bug).__name__}: {reason(bug)}", "")
        with suppress(RuntimeError):  # The loop may have been closed while the sender was running.
            loop.call_soon_threadsafe(settle, outcome)

    threading.Thread(target=work, name=f"tell-{notice.target}", daemon=True).start()
    return await answer


def report_task_failure(task: asyncio.Task[None]) -> None:
    """Pass the uncaught error of a finished task to the loop's exception handler, where the supervisor
    decides how to react.
    """
    if not task.cancelled() and (error := task.exception()):
        report = {"message": f"{task.get_name()} ended", "exception": error, "handle": None}
        task.get_loop().call_exception_handler(report)
