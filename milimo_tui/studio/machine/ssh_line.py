"""Build the SSH command that the user can type on the local machine to play a film of this machine there. The
command uses the address of the present SSH connection.
"""

from __future__ import annotations

import getpass
import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from milimo_tui.media.files.helper_process import make_module_command
from milimo_tui.studio.machine import scp_line


def format_play_line(words: Sequence[str], connection: str | None = None) -> str:
    """Return the command `ssh user@host 'milimo play --stdout …' | mpv -`, with the port if it is not the
    default.

    `words` are the arguments of `milimo`. `connection` is passed to `scp_line.find_ssh_address`. `milimo` is
    called by its full path: a shell that SSH starts for a single command does not read the user's profile, so
    the path of `milimo` may be unknown there.
    """
    address = scp_line.find_ssh_address(connection)
    port = ["-p", address.port] if address.port != scp_line.SSH_PORT else []
    there = [*port, f"{getpass.getuser()}@{address.host}"]
    return f"{shlex.join(['ssh', *there, shlex.join([*_find_milimo_command(), *words])])} | mpv -"


def _find_milimo_command() -> list[str]:
    """Return the command that starts `milimo` from any folder, split into words."""
    name = Path(sys.argv[0])
    if name.suffix != ".py" and name.is_file() and os.access(name, os.X_OK):
        return [str(name.absolute())]
    return make_module_command("milimo_tui.cli.main")
