"""The box at the right of the status line: what works, what waits, how long. Pure."""

from __future__ import annotations

from rich.text import Text

from milimo_tui.core.format import clock
from milimo_tui.tui.shell.queue_feed import Queue
from milimo_tui.tui.terminal.theme import WAITING, WORKING, Ink
from milimo_tui.tui.widgets.text import line


def box_text(queue: Queue, ink: Ink, now: float) -> Text:
    """The queue in one line; `now` is in seconds since 1970."""
    active, waiting = queue.active, queue.waiting
    if not active and not waiting:
        return line(("queue empty" if queue.running else "", ink.muted))
    at_work = [job.worker for job in active if job.worker]
    lanes = "+".join(dict.fromkeys(at_work or [str(active[0].lane)])) if active else ""
    out = line(
        (f"{WORKING} {lanes} {len(active)}", ink.working)
        if active
        else (f"{WAITING} {len(waiting)} waiting", ink.stale)
    )
    if active and waiting:
        out.append(f"  {len(waiting)} queued", ink.muted)
    known = [job.eta for job in active if job.eta is not None]
    left = queue.left(now)
    if left is not None or known:
        out.append(f"  {clock(max(known) if left is None else left)}", ink.muted)
    return out
