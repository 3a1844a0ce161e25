"""Running the studio in a terminal, from the first frame until its farewell stands in the shell."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

from milimo_tui.core.host import give_memory_back
from milimo_tui.core.safe_text import harmless
from milimo_tui.core.terminal_environment import read_environment
from milimo_tui.tui.app.app import MilimoApp
from milimo_tui.tui.terminal.actor import place

if TYPE_CHECKING:
    from milimo_tui.studio.session.studio import Studio


def run(studio: Studio, *, mode: str = "", card: bool = False) -> int:
    """Run the studio until the person leaves; prints the farewell. Returns the exit code.

    `card`: it is the test card that is run, over the screen `mode`.
    """
    for fixed in ("COLUMNS", "LINES"):
        os.environ.pop(fixed, None)  # the terminal tells its size itself, and again when it changes
    signal.signal(signal.SIGINT, lambda *_: None)  # until there is something to end: asyncio's own would hang
    if not os.environ.get("NO_COLOR"):
        os.environ.pop("NO_COLOR", None)  # an empty one asks for nothing; textual would take it at its word
    if read_environment(os.environ).colours == "truecolor":
        os.environ.setdefault("COLORTERM", "truecolor")  # terminals known by name say it over SSH too
    give_memory_back()
    with place(studio.home) as actor:
        studio.actor = actor
        app = MilimoApp(studio, mode=mode, card=card)
        code = app.run()
        app.watcher.end()  # where it raises, its terminal is as doubtful as after any other fall
    if app.leaving.hung_up:
        _detach_terminal()
    for words in app.leaving.farewell:
        sys.stdout.write(harmless(words) + "\n")
    return app.return_code or code or 0


def _detach_terminal() -> None:
    """Drop what is still written: the connection is lost, and an error now would change the exit code."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)
