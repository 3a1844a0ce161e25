"""Start the studio in three stages: paint the first frame, show the film on its screen, then start everything
else.

Each stage waits for the previous one. Python runs one thread at a time (the global interpreter lock), so
other work during a paint would delay the paint.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from milimo_tui.tui.background.collector import LOOK_SECONDS

if TYPE_CHECKING:
    from milimo_tui.tui.app.app import MilimoApp

# The interval in seconds at which Python may switch from one thread to another. With Python's default of 5
# ms, the thread that writes to the terminal could wait 5 ms for the app's thread before it sends a paint.
SWITCH_SECONDS = 0.0002
# If the first screen has not been painted after this number of seconds, the remaining work is started all the
# same.
SEEN_SECONDS = 0.5


async def start_after_first_frame(app: MilimoApp) -> None:
    """Start the first tasks after the first frame was painted: read the film, and detect the terminal's
    capabilities.
    """
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
    """Start the remaining work after the first screen was painted.

    This reads the inbox and the next steps, and starts the follower of the queue and the garbage collector.
    """
    await app.wait_for_paint(SEEN_SECONDS)
    app.read_inbox_and_next_steps()
    app.follower.start_queue()
    if not app.is_headless:
        app.collector.start()
        app.set_interval(LOOK_SECONDS, app.collector.collect_if_due)
