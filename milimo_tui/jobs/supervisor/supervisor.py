"""The supervisor process of one studio home: its lock, recovery and socket, and the decision when to end.

The supervisor is assembled in `studio`, together with an intake. It is the only process that writes
`studio.db`, and it decodes no media itself.
"""

from __future__ import annotations

import asyncio
import logging
import math
import os
import signal
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from milimo_tui import __version__
from milimo_tui.core.errors import DiskFull, MilimoError, Unavailable
from milimo_tui.core.host import (
    detect_network_disk,
    find_descriptor_path,
    get_file_identity,
    hold_file_lock,
    open_folder_descriptor,
    read_boot_id,
    read_start_ticks,
)
from milimo_tui.core.paths import Home
from milimo_tui.core.secrets import remove_secret_variables
from milimo_tui.core.settings import Settings
from milimo_tui.jobs.client.protocol import (
    OLDEST,
    PROTOCOL,
    SupervisorNote,
    compute_folder_mark,
    get_socket_path,
    get_supervisor_note_path,
    read_supervisor_note,
    write_start_failure,
    write_supervisor_note,
)
from milimo_tui.jobs.machine.lanes import Slot, list_machine_slots
from milimo_tui.jobs.notify.command_hook import CommandHook
from milimo_tui.jobs.notify.outbox import HOOK_SECONDS, Outbox
from milimo_tui.jobs.queue import retention
from milimo_tui.jobs.queue.publishing import Publisher
from milimo_tui.jobs.queue.queue import JobQueue
from milimo_tui.jobs.standing.alarm import Alarm
from milimo_tui.jobs.standing.chores import Chores, ChoreTimer, NoChores
from milimo_tui.jobs.standing.folder_watch import FolderWatch
from milimo_tui.jobs.standing.off_when_done import OffWhenDone
from milimo_tui.jobs.standing.quota_watch import QuotaWatch
from milimo_tui.jobs.supervisor import lent_tokens
from milimo_tui.jobs.supervisor.dispatch import Dispatch
from milimo_tui.jobs.supervisor.event_feed import EventFeed
from milimo_tui.jobs.supervisor.full_disk import has_disk_space, wait_for_disk_space
from milimo_tui.jobs.supervisor.group_commit import GroupCommit, GroupedListener
from milimo_tui.jobs.supervisor.home_arrival import register_home
from milimo_tui.jobs.supervisor.machines import Machines, ThisMachine
from milimo_tui.jobs.supervisor.recovery import recover_unfinished_jobs
from milimo_tui.jobs.supervisor.request_handler import RequestHandler
from milimo_tui.jobs.supervisor.server import ClientServer
from milimo_tui.jobs.supervisor.worker_pool import LocalPool, PoolListener, WorkerPool
from milimo_tui.jobs.values.intake import Intake, NoFileImporter, WatchedFileImporter
from milimo_tui.jobs.values.queue_views import OffWhenDoneView
from milimo_tui.jobs.values.states import AT_WORK, ENDED, JobState
from milimo_tui.jobs.worker import redaction
from milimo_tui.jobs.worker.job_log import JobLogs
from milimo_tui.jobs.worker.rotated_log import SupervisorLog, set_up_logging
from milimo_tui.store.jobs.studio_file import StudioFile
from milimo_tui.store.jobs.studio_values import Event, WhenDoneCommand

log = logging.getLogger(__name__)
# The longest time that the process which holds the lock may take to write its note (process id and socket).
WINNER_SECONDS = 3.0


class Supervisor:
    """The supervisor of one home. A second supervisor for the same home exits at once with exit code 0.

    `read` takes the root of a home and returns its current settings. `files` imports files from watched
    folders.
    """

    def __init__(
        self,
        home: Home,
        intake: Intake,
        settings: Settings,
        *,
        machine: Sequence[Slot] | None = None,
        machines: Machines | None = None,
        chores: Chores | None = None,
        protocols: tuple[int, int] = (OLDEST, PROTOCOL),
        read: Callable[[Path], Settings] | None = None,
        files: WatchedFileImporter | None = None,
    ) -> None:
        self._read = read or (lambda root: settings)
        self._files = files or NoFileImporter()
        self._home = home
        self._intake = intake
        self._settings = settings
        self._protocols = protocols
        self._machines = machines or ThisMachine()
        self._chores = chores or NoChores()
        self._machine = tuple(machine) if machine is not None else list_machine_slots(settings)
        self.socket = ""
        self._drains = False
        self._now = False
        self._is_full = False
        self._leaves = False  # True after the home was found to be moved or removed.
        self._folder = -1  # A file descriptor of the home's folder, which is open while the supervisor runs.
        self._folder_identity: tuple[int, int] | None = None
        self._database_path = home.studio_db
        self._database: tuple[int, int] | None = None
        self._log: SupervisorLog | None = None

    def serve_home(self) -> int:
        """Run the supervisor until it is asked to stop, or until it was idle for the configured time. Return
        the exit code.
        """
        set_up_logging(self._settings)
        try:
            # The folder is opened first. If another folder is later put at the same path, it is recognized as
            # another home.
            with (
                open_folder_descriptor(self._home.root) as self._folder,
                hold_file_lock(self._home.lock, wait=False) as ours,
            ):
                if not ours or _is_another_alive(self._home):
                    _notify_lock_holder(self._home)
                    return 0
                self._log = self._open_log()
                self._serve_until_ended()
        except MilimoError as error:
            log.error("%s%s", error.message, f" ({error.hint})" if error.hint else "")
            write_start_failure(self._home, error)
            return error.exit_code
        except sqlite3.Error:
            log.exception("studio.db can't be used: the supervisor ended; jobs stay in the queue")
            return 1
        return 0

    def _open_log(self) -> SupervisorLog | None:
        """Open the log file of the home. Return None if it can't be written, because a later step reports
        this problem with a better message.
        """
        try:
            return set_up_logging(self._settings, self._home.log)
        except OSError as error:
            log.warning("%s can't be written: %s", self._home.log, error.strerror)
            return None

    def _serve_until_ended(self) -> None:
        """Run the supervisor, and start it again after the disk was full or the home was moved.

        If the disk is too full for any change, all workers are ended. As soon as there is space, the
        supervisor recovers as after a crash, so that jobs that run overnight continue.
        """
        while True:
            self._is_full = self._now = self._drains = self._leaves = False
            try:
                asyncio.run(self._run_once())
            except (DiskFull, sqlite3.OperationalError) as error:
                if not _is_disk_full_error(error) or (
                    isinstance(error, DiskFull) and has_disk_space(self._home)
                ):
                    raise
                self._is_full = True
            # The handler of SIGUSR1 belonged to the event loop that has just been closed. Without a handler,
            # the signal would kill this process, so it is ignored until the next loop starts.
            signal.signal(signal.SIGUSR1, signal.SIG_IGN)
            moved = find_descriptor_path(self._folder) if self._leaves else None
            if (
                moved
                and moved != self._home.root
                and get_file_identity(Home(moved).studio_db) == self._database
            ):
                log.warning("%s was moved to %s: its queue goes on there", self._home.root, moved)
                self._home = Home(moved)
                if self._log:
                    self._log.move_to(self._home.log)
                continue
            if not self._is_full:
                return
            log.critical("%s: the disk is full; the queue goes on when there is room", self._home.studio_db)
            wait_for_disk_space(self._home)

    async def _run_once(self) -> None:
        kind = detect_network_disk(self._home.root)
        if kind:
            raise Unavailable(
                f"{self._home.root} is on a network disk ({kind}), but the queue needs a local disk",
                "choose a studio home on a local disk (--home, MILIMO_HOME); media may stay",
            )
        path = get_socket_path(self._home)
        self.socket = str(path)
        self._handle_signals(asyncio.get_running_loop())
        self._write_own_note()
        try:
            file = StudioFile.open(self._home.studio_db)
            self._folder_identity = get_file_identity(self._folder)
            self._database = get_file_identity(self._database_path)
            try:
                await self._run_services(file, path)
            finally:
                file.close()
        finally:
            home = Home(
                find_descriptor_path(self._folder) or self._home.root
            )  # The home may have been moved while the supervisor ran.
            note = read_supervisor_note(home)
            # If the home was created again, the note belongs to another supervisor.
            if note and note.pid == os.getpid():
                get_supervisor_note_path(home).unlink(missing_ok=True)

    async def _run_services(self, file: StudioFile, path: Path) -> None:
        """Build all parts of the supervisor, recover unfinished jobs, listen for clients, and work until the
        supervisor must end. No job starts before the socket is open.
        """
        self._over = asyncio.Event()
        self._idle_timer: asyncio.TimerHandle | None = None
        self._retention: asyncio.TimerHandle | None = None
        self._hook: CommandHook | None = None  # The hook that runs the command after the last job.
        self._feed = EventFeed(file)
        self._queue = JobQueue(file, self._handle_committed_events)
        self._outbox = Outbox(self._queue, self._settings, self._handle_work_change)
        self._queue.within = self._outbox.add_notices
        self._publisher = Publisher(
            self._home, self._queue, self._intake, self._handle_work_change, self.has_left
        )
        self._commits = GroupCommit(self._queue)
        self._quotas = QuotaWatch(
            self._home, self._queue, lambda: self._read(self._home.root), self._commits.schedule_turn
        )
        self._dispatch = Dispatch(
            self._home,
            self._queue,
            self._publisher,
            self._settings,
            self._build_home_slots(),
            self._handle_work_change,
            self._open_pools,
            self.has_left,
            self._machines,
            self._quotas,
        )
        self._off = OffWhenDone(
            self._queue,
            self._run_off_hook,
            self._outbox.report_problem,
            self._handle_work_change,
            redaction.build_settings_redactor(self._settings),
        )
        self._folders = FolderWatch(
            self._queue, self._files, self._settings.watch_seconds, self._outbox.report_problem
        )
        self._commits.at_end = self._dispatch.assign_queued_jobs
        self._alarm = Alarm(file.find_next_start_time, self._commits.schedule_turn)
        self._chore_timer = ChoreTimer(self._chores, self._home, self._queue, self._commits.enqueue_change)
        handler = RequestHandler(self._home, self._queue, self._dispatch, self._publisher, self)
        self._server = ClientServer(
            path,
            handler,
            self._commits,
            self._feed,
            self._handle_client_change,
            self._protocols,
            home=compute_folder_mark(self._folder),
        )
        asyncio.get_running_loop().set_exception_handler(self._handle_uncaught_error)
        register_home(self._queue, self._home)
        recover_unfinished_jobs(self._queue, self._dispatch, self._publisher, JobLogs(self._home))
        lent_tokens.remove_leftover_tokens(self._home, self._queue)
        self._alarm.set_alarm()
        await self._quotas.start()
        try:
            await self._server.open()
        except MilimoError:
            self.stop_supervisor(now=True)
            await self._shut_down()
            raise
        log.info("Milimo %s supervises %s (pid %s)", __version__, self._home.root, os.getpid())
        self._outbox.start()
        self._folders.start()
        self._off.check_queue_empty()
        self._forget_old_jobs()
        self._chore_timer.start()
        self._handle_work_change()
        await self._over.wait()
        await self._shut_down()

    def _run_off_hook(self, command: list[str]) -> tuple[str, str]:
        """Run the user's command that is set for the end of all jobs. `OffWhenDone` calls this method in a
        thread.
        """
        self._hook = CommandHook(command, remove_secret_variables(os.environ), HOOK_SECONDS)
        return self._hook.run({"event": "off", "title": "Milimo", "text": "the queue is empty"})

    def set_off_command_when_done(self, off: WhenDoneCommand | None) -> None:
        """Set the command that runs once all jobs are done; None removes it."""
        self._off.set_off_command(off)
        self._handle_work_change()

    def recount_quotas(self) -> None:
        """Start a count of the bytes of films and the home."""
        self._quotas.check_quotas_soon()

    def update_folder_watch(self) -> None:
        """Start a check of the watched folders, because folders were added or removed."""
        self._folders.check_folders_soon()
        self._handle_work_change()

    def describe_standing_tasks(self) -> tuple[OffWhenDoneView | None, dict[str, str], int]:
        """Return three values for the status: the command that runs when all jobs are done, the reason for
        each film that has reached its disk quota (by folder), and the number of watched folders.
        """
        file = self._queue.file
        return self._off.build_off_view(), file.list_full_films(), len(file.select_watched_folders())

    def _build_home_slots(self) -> tuple[Slot, ...]:
        """Return the slots of this machine. Their environment names this home, so that workers find its
        weights.
        """
        at_home = {"MILIMO_HOME": str(self._home.root)}
        return tuple(replace(slot, environment={**slot.environment, **at_home}) for slot in self._machine)

    def _forget_old_jobs(self) -> None:
        """Delete the records of some old jobs, which ended longer ago than the setting `job_days` allows.
        Schedule the next call of this method.
        """
        more = retention.apply_job_retention(self._home, self._queue, self._settings.job_days)
        pause = retention.BETWEEN_PIECES if more else retention.EVERY_SECONDS
        self._retention = asyncio.get_running_loop().call_later(pause, self._forget_old_jobs)

    def _open_pools(self, listener: PoolListener, beat_seconds: float) -> WorkerPool:
        """Connect to the machines of the home's cluster, and return the pool of this machine."""
        heard = GroupedListener(listener, self._commits, self._can_worker_wait)
        self._machines.open(heard, beat_seconds, self._schedule_slot_update)
        return LocalPool(heard, beat_seconds)

    def _schedule_slot_update(self) -> None:
        """Schedule an update of the slots of other machines, because machines have joined, left or become
        ready.
        """
        self._commits.enqueue_change(self._dispatch.update_remote_slots)

    def _can_worker_wait(self, worker: str) -> bool:
        """Return True if a worker has enough prefetched jobs, so that its messages need not be handled at
        once.
        """
        return self._dispatch.workers.is_supplied(worker)

    def _handle_committed_events(self, events: Sequence[Event]) -> None:
        """Send the events of a committed change to connected clients, and start or schedule the work that
        follows from them.
        """
        self._feed.push_events(events)
        delayed = False
        for event in events:
            delayed = delayed or "not_before" in event.data
            if event.job and event.data.get("state") in ENDED:
                lent_tokens.remove_job_token(self._home, self._queue.get(event.job))
            if event.data.get("state") == JobState.RETRYING:
                self._dispatch.requeue_when_due(event.job)
            elif event.kind == "notice":
                self._outbox.send_soon()
        if delayed:
            self._alarm.set_alarm()
        if any(event.kind == "state" for event in events):
            self._quotas.check_quotas_soon()
            self._off.check_queue_empty()
        if not self._commits.under_way and any(event.kind != "progress" for event in events):
            self._commits.schedule_turn()

    def _write_own_note(self) -> None:
        note = SupervisorNote(
            pid=os.getpid(),
            ticks=read_start_ticks(os.getpid()) or 0,
            boot=read_boot_id(),
            protocol=self._protocols[1],
            version=__version__,
            socket=self.socket,
            home=compute_folder_mark(self._folder),
        )
        write_supervisor_note(self._home, note)

    def _handle_signals(self, loop: asyncio.AbstractEventLoop) -> None:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, lambda: self.stop_supervisor(now=True))
        loop.add_signal_handler(signal.SIGUSR1, lambda: asyncio.ensure_future(self._server.reopen_if_lost()))

    def _handle_uncaught_error(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Handle an error that no other code caught.

        An error in a client's task ends only that client. Any other error, or an error of the database, ends
        this process, because its memory may be inconsistent. The next supervisor starts from the database.
        """
        error = context.get("exception")
        log.error("%s", context.get("message"), exc_info=error)
        if "handle" in context or isinstance(error, sqlite3.Error):
            self._is_full = self._is_full or _is_disk_full_error(error)
            log.critical("the supervisor ends; jobs stay in the queue")
            self.stop_supervisor(now=True)

    @property
    def draining(self) -> bool:
        """True if the supervisor accepts no new jobs, because it is stopping or because the home was moved or
        removed.
        """
        return self._drains or self.has_left()

    def stop_supervisor(self, *, now: bool) -> None:
        """Stop after the running jobs have ended. With `now`, running jobs are interrupted and put back in
        the queue.
        """
        self._drains = True
        self._dispatch.stop_claiming()
        if now:
            self._now = True
            self._dispatch.end_all_work()
        self._handle_work_change()

    def _handle_client_change(self) -> None:
        """React to a client that connected or disconnected. If the home was removed, a new client must not be
        served. This is therefore checked first.
        """
        self.has_left()
        self._handle_work_change()

    def has_left(self) -> bool:
        """Return True if the home or its database was removed, moved or replaced. In this case the supervisor
        begins to stop.
        """
        at_home = get_file_identity(self._home.root) == self._folder_identity
        if at_home and get_file_identity(self._database_path) == self._database:
            return False
        if not self._leaves and not self._drains:
            self._leaves = True
            log.warning("%s is gone: the supervisor ends", self._home.studio_db)
            asyncio.get_running_loop().call_soon(partial(self.stop_supervisor, now=True))
        return True

    def _handle_work_change(self) -> None:
        """React to a change of the work or the clients. End the supervisor if that was requested and no job
        is running. Start the idle timer if there is no work and no client.
        """
        if self._idle_timer:
            self._idle_timer.cancel()
            self._idle_timer = None
        if self._is_working():
            return
        if self._drains:
            self._over.set()
        elif not self._server.clients and not self._has_work():
            loop = asyncio.get_running_loop()
            self._idle_timer = loop.call_later(self._settings.idle_seconds, self.stop_idle)

    def stop_idle(self) -> None:
        """Stop because there was no work for the configured time."""
        log.info("nothing to do for %.0f s: the supervisor ends", self._settings.idle_seconds)
        self.stop_supervisor(now=False)

    def _is_working(self) -> bool:
        return self._dispatch.workers.is_busy() or (bool(self._publisher.in_flight) and not self._now)

    def _has_work(self) -> bool:
        """Return True if there is still work, so that the supervisor must not end.

        The method is called whenever a worker becomes idle, so it reads at most one job of each kind.
        """
        file = self._queue.file
        open_lanes = set(self._dispatch.workers.lanes) - set(file.list_paused_lanes())
        queued = any(file.select_startable_jobs(lane, 1, math.inf) for lane in open_lanes)
        standing = (
            self._quotas.is_waiting_for_space or self._off.has_work or bool(file.select_watched_folders())
        )
        return (
            queued
            or standing
            or file.has_job_in_states(AT_WORK - {JobState.QUEUED})
            or self._outbox.has_work()
        )

    async def _shut_down(self) -> None:
        """End the workers, disconnect the clients and close the socket.

        A running intake, and the saving of a dead worker's output, may finish within the grace period. The
        next supervisor repeats the work that does not finish.
        """
        if self._retention:
            self._retention.cancel()
        self._quotas.close()
        self._off.close()
        self._folders.close()
        if self._hook:
            self._hook.stop_hook()
        self._chore_timer.stop_timer()
        self._dispatch.end_all_work()
        self._machines.close()
        until = time.monotonic() + 2 * self._settings.grace_seconds + 2.0
        workers = self._dispatch.workers
        while (
            workers.list_warm_workers() or workers.is_busy() or self._publisher.in_flight
        ) and time.monotonic() < until:
            await asyncio.sleep(0.01)
        try:
            self._commits.flush()  # Apply the last messages of the workers.
            self._publisher.record_removed_workspaces()
            self._queue.record_event("supervisor", state="ended", pid=os.getpid())
            # Let the event loop run its other tasks once, so that clients receive this last event.
            await asyncio.sleep(0)
        finally:
            self._outbox.close()
            await self._server.close()
            self._commits.close()
        log.info("the supervisor ended")


def _is_disk_full_error(error: BaseException | None) -> bool:
    if isinstance(error, sqlite3.OperationalError):
        return "full" in str(error)
    return isinstance(error, DiskFull)


def _is_another_alive(home: Home) -> bool:
    """Return True if another supervisor of this home is running although the lock is free. This happens if
    its lock file was removed.
    """
    note = read_supervisor_note(home)
    return bool(note and note.pid != os.getpid() and note.is_alive())


def _notify_lock_holder(home: Home) -> None:
    """Tell the supervisor that holds the home's lock to check whether its socket still exists.

    Raises Unavailable if that supervisor runs on another machine, because clients on this machine can't reach
    it.
    """
    until = time.monotonic() + WINNER_SECONDS
    while time.monotonic() < until:
        note = read_supervisor_note(home)
        if note and note.is_alive():
            os.kill(note.pid, signal.SIGUSR1)
            return
        with hold_file_lock(home.lock, wait=False) as is_free:
            if is_free:
                return  # The other supervisor has ended.
        time.sleep(0.05)  # The other supervisor may have just started and not written its note yet.
    raise Unavailable(
        f"a supervisor on another machine uses {home.root}",
        "stop the supervisor on the other machine: milimo supervisor stop",
    )
