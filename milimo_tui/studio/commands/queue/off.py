"""`job off-when-done`: set a command of the user that runs once after the queue has been empty for a
while.
"""

from __future__ import annotations

import os
import time

from milimo_tui.core.errors import BadInput
from milimo_tui.core.settings import resolve_program
from milimo_tui.jobs.notify.command_hook import split_command
from milimo_tui.studio.queue.job_rows import describe_off_command
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.studio import Studio


class OffWhenDoneArgs(Args):
    run: str = arg("", description="command to run (default: setting off_command)", longest=4096)
    seconds: float | None = arg(
        None,
        ge=0,
        le=86_400,
        description="seconds that the queue must be empty first (default: setting off_seconds)",
    )
    cancel: bool = arg(False, description="cancel a command that is waiting")


def _set_off_command(studio: Studio, args: OffWhenDoneArgs) -> Outcome:
    if args.cancel:
        client = studio.client_or_none() or studio.get_client_if_used()
        was = client.fetch_status().off if client else None
        if client is None or was is None:
            return Outcome(data={"off": None}, message="there was no command to cancel")
        client.set_off_when_done("", 0.0)
        return Outcome(data={"off": None}, message=f"cancelled: {was.command} will not run")
    command = resolve_program("off_command", args.run or studio.settings.off_command, os.getcwd())
    if not split_command(command, "the command"):
        raise BadInput(
            "no command to run is given", "run milimo job off-when-done --run 'systemctl poweroff'"
        )
    seconds = studio.settings.off_seconds if args.seconds is None else args.seconds
    off = studio.require_client().set_off_when_done(command, seconds).off
    data = {"off": off.as_json() if off else None}
    return Outcome(data=data, message=describe_off_command(off, time.time()) if off else f"{command} was run")


OFF = Command(
    "job.off_when_done",
    "Switch off when done",
    "run a command when the queue is empty, such as turning the machine off",
    _set_off_command,
    OffWhenDoneArgs,
    cli="job off-when-done",
)
