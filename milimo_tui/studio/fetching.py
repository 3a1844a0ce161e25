"""The line that fetches or plays a file on the person's own machine, over the connection they came by."""

from __future__ import annotations

import getpass
import os
import shlex
import socket
from pathlib import Path


def host() -> str:
    """This machine as the person's own sees it: the address their SSH session came to, else its name."""
    connection = os.environ.get("SSH_CONNECTION", "").split()
    return connection[2] if len(connection) == 4 else socket.gethostname()


def line(path: Path) -> str:
    """`scp user@host:file .`, quoted for both shells."""
    return f"scp {getpass.getuser()}@{host()}:{shlex.quote(str(path))} ."
