"""The start of the studio in three stages: the first frame, the film on its screen, everything else.

Each stage waits for the previous one. All threads share one processor (Python's lock), so work that runs at
the same time as a paint delays the paint.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from milimo_tui.tui.background.collector import LOOK_SECONDS

if TYPE_CHECKING:
    from milimo_tui.tui.app.app import MilimoApp

# Switch threads after this time instead of Python's 5 ms: the thread that writes to the terminal has a paint
# to send while the app continues with its next work.
SWITCH_SECONDS = 0.0002
SEEN_SECONDS = 0.5  # The first screen counts as seen after this time, painted or not.


async def start_after_first_frame(app: MilimoApp) -> None:
    """Start reading the film and what its screen needs, after the first frame was painted."""
    app.follower.start_film()
    if not app.is_headless:
        app.watcher.start()
        app.guard_terminal()
        sys.setswitchinterval(SWITCH_SECONDS)
    await app.reading.run(lambda: app.keyboard.keymap)
    app.known_terminal.query_terminal()
    app.themes.start_watching()
    if app.terminal.inside == "tmux":
        app.run_in_background(app.known_terminal.follow_tmux, "tmux")


async def start_after_first_screen(app: MilimoApp) -> None:
    """Start the remaining work after the first screen was painted: the inbox, the next steps, the queue, the
    collector.
    """
    await app.wait_for_paint(SEEN_SECONDS)
    app.read_inbox_and_next_steps()
    app.follower.start_queue()
    if not app.is_headless:
        app.collector.start()
        app.set_interval(LOOK_SECONDS, app.collector.collect_if_due)
