"""Running the studio in a terminal, from the first frame until the farewell is printed in the shell."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

from milimo_tui.core.host import limit_allocator_memory
from milimo_tui.core.safe_text import remove_control_characters
from milimo_tui.core.terminal_environment import read_terminal_environment
from milimo_tui.tui.app.app import MilimoApp
from milimo_tui.tui.terminal.actor import claim_actor_name

if TYPE_CHECKING:
    from milimo_tui.studio.session.studio import Studio


def run_studio(studio: Studio, *, mode: str = "", card: bool = False) -> int:
    """Run the studio until the user leaves, then print the farewell. Return the exit code.

    `card`: run the test card over the screen `mode`.
    """
    for fixed in ("COLUMNS", "LINES"):
        os.environ.pop(fixed, None)  # The terminal reports its size itself, and again when the size changes.
    # Ignore ctrl+c until the app can end: asyncio's own handler would hang.
    signal.signal(signal.SIGINT, lambda *_: None)
    if not os.environ.get("NO_COLOR"):
        # An empty NO_COLOR means nothing by its definition, but Textual would obey it.
        os.environ.pop("NO_COLOR", None)
    if read_terminal_environment(os.environ).colours == "truecolor":
        # Terminals known by name support this over SSH too, where COLORTERM is missing.
        os.environ.setdefault("COLORTERM", "truecolor")
    limit_allocator_memory()
    with claim_actor_name(studio.home) as actor:
        studio.actor = actor
        app = MilimoApp(studio, mode=mode, card=card)
        code = app.run()
        # If `app.run` raises, this is skipped: the terminal needs the same recovery as after a crash.
        app.watcher.stop_process()
    if app.leaving.hung_up:
        _detach_terminal()
    for words in app.leaving.farewell:
        sys.stdout.write(remove_control_characters(words) + "\n")
    return app.return_code or code or 0


def _detach_terminal() -> None:
    """Discard later output: the connection is lost, and a write error now would change the exit code."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)
