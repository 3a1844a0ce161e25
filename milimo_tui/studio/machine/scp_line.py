"""The line that fetches a file to the person's own machine, over the connection they came by."""

from __future__ import annotations

import getpass
import os
import re
import shlex
import socket
from pathlib import Path

SSH_PORT = "22"


def over_ssh() -> bool:
    """Whether the person came to this machine by SSH."""
    return len(os.environ.get("SSH_CONNECTION", "").split()) == 4


def host() -> str:
    """This machine as the person's own sees it: the address their SSH session came to, else its name."""
    return os.environ["SSH_CONNECTION"].split()[2] if over_ssh() else socket.gethostname()


def port() -> str:
    """The port that the person's SSH session came to, else SSH's own."""
    return os.environ["SSH_CONNECTION"].split()[3] if over_ssh() else SSH_PORT


def line(path: Path) -> str:
    """`scp user@host:file .`, with `-r` for a folder and the port where it is another than SSH's own.

    The path is escaped for the far side (a shell for old scp, a pattern for new ones), then for this one.
    """
    words = ["scp", *(["-P", port()] if port() != SSH_PORT else []), *(["-r"] if path.is_dir() else [])]
    name = host()
    address = f"[{name}]" if ":" in name else name
    far = re.sub(r"([^\w@%+=:,./-])", r"\\\1", str(path))
    return f"{shlex.join(words)} {shlex.quote(f'{getpass.getuser()}@{address}:{far}')} ."
