"""Draws the three lines of every screen, header, message and status, from the screen's and the app's state.

Writes into the widgets that are given, and nowhere else.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rich.text import Text

from milimo_tui.core.format import clock
from milimo_tui.tui.keys.keymap import show
from milimo_tui.tui.shell.messages import message_line, message_rows
from milimo_tui.tui.terminal.theme import WAITING, WORKING
from milimo_tui.tui.widgets.lines import MOST_ROWS, Line, StatusLine, WrappedMessage
from milimo_tui.tui.widgets.text import line

if TYPE_CHECKING:
    from milimo_tui.tui.shell.ports import FrontScreen
    from milimo_tui.tui.shell.queue_feed import Queue
    from milimo_tui.tui.terminal.theme import Ink


def draw_head(screen: FrontScreen, head: Line) -> None:
    """Draw the film and the screen at the left, the screen's facts at the right."""
    facts = screen.facts()
    right = facts if isinstance(facts, Text) else Text(facts, screen.ink.muted)
    head.show(screen.heading(), right)


def draw_message(screen: FrontScreen, message: Line, whole: WrappedMessage) -> None:
    """Draw the question that waits for an answer, else the message of the last key, with the place.

    What one row does not hold grows upwards.
    """
    app, ink, room = screen.studio_app, screen.ink, screen.size.width - 2
    shown, rows = app.shown_message, list[Text]()
    left, right = Text(), screen.place_text()
    if screen.question.is_open:
        left, right = screen.question.text(ink), Text()
        rows = screen.question.rows(ink, room)
    elif shown is not None:
        left, right = message_line(shown, right, ink, room)
        rows = message_rows(shown, ink, room)
    elif app.line_stats.text:
        left = line((app.line_stats.text, ink.muted))
    message.show(left, right)
    if screen.prompt.is_open:
        whole.show(screen.prompt.above, above=True, most=max(MOST_ROWS, screen.size.height // 3))
    else:
        whole.show(rows if left.cell_len > room else ())


def draw_status(screen: FrontScreen, status: StatusLine) -> None:
    """Draw the mode, the keys that count here, what is half typed, and the queue."""
    app, keyboard = screen.studio_app, screen.studio_app.keyboard
    contexts = ("global",) if screen.lacks_film else screen.contexts
    acts = screen.idle_acts()
    idle = (show(binding.chord) for binding in keyboard.keymap.lookup(screen.contexts) if binding.run in acts)
    status.show(
        screen.ink,
        screen.mode_name(),
        keyboard.foot(contexts, typing=screen.typing),
        frozenset(idle),
        keyboard.parser.pending,
        queue_text(app.queue, screen.ink, time.time()),
    )


def queue_text(queue: Queue, ink: Ink, now: float) -> Text:
    """Describe the queue in one line: what works, what waits, how long; `now` is in seconds since 1970."""
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
