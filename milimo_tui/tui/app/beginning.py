"""How the studio begins: the first frame, the film on its screen, all else; each waits for the one before.

Threads share one processor (Python's lock): what runs beside a paint delays it.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from milimo_tui.tui.background.collector import LOOK_SECONDS

if TYPE_CHECKING:
    from milimo_tui.tui.app.app import MilimoApp

# A thread that waits has its turn after so long, not Python's 5 ms: the one that writes to the terminal
# has a paint to send, while the app goes on with what comes behind it.
SWITCH_SECONDS = 0.0002
SEEN_SECONDS = 0.5  # after which the first screen counts as seen, painted or not


async def begin(app: MilimoApp) -> None:
    """Go on behind the first frame, with the film and with what its screen needs."""
    app.follower.start_film()
    if not app.is_headless:
        app.watcher.start()
        app.guard_terminal()
        sys.setswitchinterval(SWITCH_SECONDS)
    await app.reading.run(lambda: app.keyboard.keymap)
    app.known_terminal.ask()
    app.themes.begin()
    if app.terminal.inside == "tmux":
        app.background(app.known_terminal.follow_tmux, "tmux")


async def go_on(app: MilimoApp) -> None:
    """Go on behind the first screen: what came into the film, what is next in it, the queue."""
    await app.next_paint(SEEN_SECONDS)
    app.read_about()
    app.follower.start_queue()
    if not app.is_headless:
        app.collector.start()
        app.set_interval(LOOK_SECONDS, app.collector.look)
