"""The line that fetches a file to the person's own machine, over the connection they came by."""

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
class Here:
    """This machine as the person's own sees it: the address and port that their SSH session came to, else
    (`over_ssh` is False) its name and SSH's own port.
    """

    host: str
    port: str = SSH_PORT
    over_ssh: bool = False


def here(connection: str | None = None) -> Here:
    """Return where this machine is found; `connection` is what SSH_CONNECTION says of who looks on, None to
    find out, which blocks a moment inside tmux.
    """
    words = (tmux.connection() if connection is None else connection).split()
    return Here(words[2], words[3], over_ssh=True) if len(words) == 4 else Here(socket.gethostname())


def line(path: Path, connection: str | None = None) -> str:
    """`scp user@host:file .`, with `-r` for a folder and the port where it is another than SSH's own.

    A path below the person's home is told from there on, where the far side begins. It is escaped for the far
    side (a shell for old scp, a pattern for new ones), then for this one.
    """
    this = here(connection)
    words = ["scp", *(["-P", this.port] if this.port != SSH_PORT else []), *(["-r"] if path.is_dir() else [])]
    address = f"[{this.host}]" if ":" in this.host else this.host
    far = re.sub(r"([^\w@%+=:,./-])", r"\\\1", str(_from_home(path)))
    return f"{shlex.join(words)} {shlex.quote(f'{getpass.getuser()}@{address}:{far}')} ."


def _from_home(path: Path) -> Path:
    home = Path.home()
    return path.relative_to(home) if path.is_relative_to(home) and path != home else path
