"""Commands on the supervisor: start, stop, status, log."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from milimo_tui.core.errors import Failed, Unavailable
from milimo_tui.jobs.client.connection import SupervisorSilent
from milimo_tui.jobs.client.launch import kill_supervisor
from milimo_tui.media.files.helper_process import make_module_environment
from milimo_tui.studio.machine.work_price import compute_price, format_price
from milimo_tui.studio.registry.args import Args, NoArgs, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.studio import Studio, build_daemon_command


class SupervisorStartArgs(Args):
    foreground: bool = arg(False, description="run in this terminal instead of in the background")


def _start_supervisor(studio: Studio, args: SupervisorStartArgs) -> Outcome:
    if args.foreground:
        # A new interpreter replaces this one, so that the supervisor and its workers run with the option -P.
        command = build_daemon_command(studio.home)
        os.execve(command[0], command, make_module_environment())
    status = studio.require_client().fetch_status()
    return Outcome(data=status.as_json(), message=f"running, process {status.pid}")


STOP_SECONDS = 15.0


class SupervisorStopArgs(Args):
    now: bool = arg(False, description="put running jobs back into the queue instead of finishing them")


def _stop_running_supervisor(studio: Studio, args: SupervisorStopArgs) -> Outcome:
    try:
        client = studio.client_or_none()
        if client is None:
            return Outcome(data={"running": False}, message="no supervisor is running")
        ended = client.stop(now=args.now, wait=STOP_SECONDS if args.now else 0.0)
    except SupervisorSilent:
        if not args.now:
            raise
        ended = False
    if args.now and not ended:
        return _end_supervisor_by_force(studio)
    return Outcome(
        data={"running": False},
        message="stopped; running work is back in the queue"
        if args.now
        else "draining: running jobs finish first",
    )


def _end_supervisor_by_force(studio: Studio) -> Outcome:
    """End the supervisor process if it does not answer or does not exit. Used only if the user asked for this
    with `--now`.
    """
    if not kill_supervisor(studio.home):
        raise Failed("the supervisor can't be stopped", f"read its log: {studio.home.log}")
    message = "the supervisor did not answer and was killed; running work is back in the queue"
    return Outcome(data={"running": False}, message=message)


def _show_supervisor_status(studio: Studio, args: NoArgs) -> Outcome:
    try:
        client = studio.reach_supervisor()
        status, machine, forecast = client.fetch_status(), client.fetch_machine(), client.fetch_forecast()
    except Unavailable:  # No supervisor runs, or it is exiting because its home was moved.
        nothing: dict[str, object] = {
            "running": False,
            "pid": None,
            "socket": None,
            "workers": [],
            "queued": 0,
            "active": 0,
        }
        return Outcome(data=nothing, message="no supervisor is running; the next job starts one")
    from milimo_tui.studio.queue.job_rows import describe_supervisor

    ends = [job.end for job in forecast.jobs.values()]
    end = None if None in ends else max((end for end in ends if end is not None), default=None)
    work = [job.seconds for job in forecast.jobs.values()]
    seconds = None if None in work else sum(second for second in work if second is not None)
    data = {**status.as_json(), **machine.as_json()}
    data |= {"ends": end, "forecast_error": forecast.error._asdict()}
    data["price"] = compute_price(studio.settings, seconds)
    price = format_price(studio.settings, seconds)
    lines = describe_supervisor(status, machine, end, forecast.error, time.time(), price)
    return Outcome(data=data, text="\n".join(lines))


class SupervisorLogArgs(Args):
    lines: int = arg(50, ge=1, description="number of lines from the end of the log")


def _show_supervisor_log(studio: Studio, args: SupervisorLogArgs) -> Outcome:
    found: list[str] = []
    for path in _iterate_supervisor_logs(studio.home.log):
        with suppress(FileNotFoundError):  # The log may be rotated while it is being read.
            found = path.read_text(errors="replace").splitlines() + found
        if len(found) >= args.lines:
            break
    last = "\n".join(found[-args.lines :])
    return Outcome(data={"log": last}, text=last or "the log of the supervisor is empty")


def _iterate_supervisor_logs(log: Path) -> Iterator[Path]:
    """Yield the path of the log, then the paths of the rotated logs in the same folder, newest first."""
    yield log
    number = 1
    while (older := log.with_name(f"{log.name}.{number}")).is_file():
        yield older
        number += 1


COMMANDS = (
    Command(
        "supervisor.start",
        "Start supervisor",
        "start the supervisor",
        _start_supervisor,
        SupervisorStartArgs,
        cli="supervisor start",
    ),
    Command(
        "supervisor.stop",
        "Stop supervisor",
        "stop the supervisor after its running jobs",
        _stop_running_supervisor,
        SupervisorStopArgs,
        cli="supervisor stop",
    ),
    Command(
        "supervisor.status",
        "Show supervisor state",
        "show whether the supervisor runs, and what it does",
        _show_supervisor_status,
        NoArgs,
        cli="supervisor status",
    ),
    Command(
        "supervisor.log",
        "Show supervisor log",
        "print the log of the supervisor",
        _show_supervisor_log,
        SupervisorLogArgs,
        cli="supervisor log",
    ),
)
