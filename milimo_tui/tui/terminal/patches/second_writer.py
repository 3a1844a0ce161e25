"""SIGCONT without a stop before it begins a second thread that reads and writes the terminal.

A kernel sends it beside SIGHUP. Textual's `LinuxDriver._sigcont_application`.
"""

from __future__ import annotations

from typing import Any

from textual.drivers.linux_driver import LinuxDriver

from milimo_tui.tui.terminal.patches.patch import Patch

_sigcont = LinuxDriver._sigcont_application


def sigcont_application(driver: LinuxDriver, *given: Any) -> None:
    """Take the terminal again after a stop; a driver that was not stopped has it, and reads it once."""
    writer = driver._writer_thread
    if writer is None or not writer.is_alive():
        _sigcont(driver, *given)


def put_in() -> None:
    """Begin the terminal anew only after a stop."""
    LinuxDriver._sigcont_application = sigcont_application  # type: ignore[method-assign, assignment]


PATCH = Patch("a continue without a stop reads the terminal twice", put_in)
