"""The line that plays something on the person's own machine, over the connection they came by."""

from __future__ import annotations

import getpass
import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from milimo_tui.studio.machine import scp_line


def line(words: Sequence[str], connection: str | None = None) -> str:
    """`ssh user@host 'milimo play --stdout …' | mpv -`, with the port where it is another than SSH's own.

    `words` are those behind `milimo`, `connection` as `scp_line.here` takes it. The command is named by its
    whole path: a shell that SSH opens for one command reads no profile, and may not find it otherwise.
    """
    this = scp_line.here(connection)
    port = ["-p", this.port] if this.port != scp_line.SSH_PORT else []
    there = [*port, f"{getpass.getuser()}@{this.host}"]
    return f"{shlex.join(['ssh', *there, shlex.join([*_program(), *words])])} | mpv -"


def _program() -> tuple[str, ...]:
    """The words that start `milimo` from anywhere."""
    name = Path(sys.argv[0])
    if name.suffix != ".py" and name.is_file() and os.access(name, os.X_OK):
        return (str(name.absolute()),)
    return (sys.executable, "-m", "milimo_tui.cli.main")
