"""Find out whether the terminal runs on this machine, by asking it to read three bytes that only this machine
has.

The bytes are in shared memory, and in a file for a terminal that has the files of this machine but not its
memory.

kitty, graphics-protocol, "The transmission medium": `t=s` names a POSIX shared memory object, `t=t` a file;
the terminal removes either when it has read it.
"""

from __future__ import annotations

import base64
import os
import tempfile
from contextlib import suppress
from pathlib import Path

MEMORY = Path("/dev/shm")
MEMORY_ID, FILE_ID = 32, 33  # Picture ids used in the questions; nothing is drawn.


def create_probes() -> list[str]:
    """Put three bytes into shared memory and into a file; return the questions for both."""
    remove_probes()
    out = []
    for path, id, medium in _list_probes():
        with suppress(OSError):
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb", 0) as file:
                file.write(bytes(3))
            name = f"/{path.name}" if medium == "s" else str(path)
            text = base64.standard_b64encode(name.encode()).decode("ascii")
            out.append(f"\x1b_Gi={id},s=1,v=1,a=q,t={medium},f=24,S=3;{text}\x1b\\")
    return out


def remove_probes() -> None:
    """Remove probes that no terminal has read."""
    for path, _, _ in _list_probes():
        with suppress(OSError):
            path.unlink()


def _list_probes() -> list[tuple[Path, int, str]]:
    """Return the path of each probe, its picture id and its medium."""
    # Terminals only remove files with this kind of name.
    name = f"tty-graphics-protocol-milimo-{os.getpid()}-probe"
    probes = [(MEMORY / name, MEMORY_ID, "s")]
    with suppress(FileNotFoundError):  # There is no usable temporary folder: the disk is full.
        probes.append((Path(tempfile.gettempdir(), name), FILE_ID, "t"))
    return probes
