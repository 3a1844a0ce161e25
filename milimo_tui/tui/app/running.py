"""Run the studio in a terminal, from the first frame until the closing lines are printed in the shell."""

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
    """Run the studio until the user leaves, then print the closing lines. Return the exit code.

    `mode` names the first screen. With `card`, open the test card over that screen.
    """
    for fixed in ("COLUMNS", "LINES"):
        # Remove fixed sizes from the environment: the terminal itself reports its size, also after every
        # change.
        os.environ.pop(fixed, None)
    # Ignore ctrl+c until the app can handle it: with asyncio's own handler, the app would hang.
    signal.signal(signal.SIGINT, lambda *_: None)
    if not os.environ.get("NO_COLOR"):
        # By the NO_COLOR convention an empty value has no meaning, but Textual would switch colours off.
        os.environ.pop("NO_COLOR", None)
    if read_terminal_environment(os.environ).colours == "truecolor":
        # Terminals that are known by name support true colour, also over SSH, where COLORTERM is not passed
        # on.
        os.environ.setdefault("COLORTERM", "truecolor")
    limit_allocator_memory()
    with claim_actor_name(studio.home) as actor:
        studio.actor = actor
        app = MilimoApp(studio, mode=mode, card=card)
        code = app.run()
        # Not reached if `app.run` raises: the watcher then restores the terminal as after a crash.
        app.watcher.stop_process()
    if app.leaving.hung_up:
        _detach_terminal()
    for words in app.leaving.farewell:
        sys.stdout.write(remove_control_characters(words) + "\n")
    return app.return_code or code or 0


def _detach_terminal() -> None:
    """Send all further output to nowhere: the connection is lost, and a write error would change the exit
    code.
    """
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)
