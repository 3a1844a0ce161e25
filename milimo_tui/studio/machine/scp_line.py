"""Build the scp command that the user can type on the local machine to copy a file from this machine. The
command uses the address of the present SSH connection.
"""

from __future__ import annotations

import getpass
import re
import shlex
import socket
from dataclasses import dataclass
from pathlib import Path

from milimo_tui.studio.machine import tmux

SSH_PORT = "22"


@dataclass(frozen=True, slots=True)
class SshAddress:
    """The address of this machine as seen from the user's machine.

    The address and port are those of the user's SSH session. Without a session (`over_ssh` is False) they are
    the host name and the default SSH port.
    """

    host: str
    port: str = SSH_PORT
    over_ssh: bool = False


def find_ssh_address(connection: str | None = None) -> SshAddress:
    """Return the address under which the user reaches this machine over SSH.

    `connection` is the value of SSH_CONNECTION for the terminal in use. If it is None, the value is looked
    up; inside tmux, this look-up blocks for up to a second.
    """
    words = (tmux.find_connection() if connection is None else connection).split()
    return (
        SshAddress(words[2], words[3], over_ssh=True) if len(words) == 4 else SshAddress(socket.gethostname())
    )


def format_scp_line(path: Path, connection: str | None = None) -> str:
    """Return the command `scp user@host:file .`, with `-r` for a folder, and with the port if it is not the
    default.

    A path inside the user's home folder is written relative to that folder, because scp starts there. The
    path is escaped twice: for the remote side (a shell in old versions of scp, a pattern in new versions) and
    for the local shell.
    """
    address_here = find_ssh_address(connection)
    words = [
        "scp",
        *(["-P", address_here.port] if address_here.port != SSH_PORT else []),
        *(["-r"] if path.is_dir() else []),
    ]
    address = f"[{address_here.host}]" if ":" in address_here.host else address_here.host
    far = re.sub(r"([^\w@%+=:,./-])", r"\\\1", str(_make_relative_to_home(path)))
    return f"{shlex.join(words)} {shlex.quote(f'{getpass.getuser()}@{address}:{far}')} ."


def _make_relative_to_home(path: Path) -> Path:
    home = Path.home()
    return path.relative_to(home) if path.is_relative_to(home) and path != home else path
