"""Finds out if the terminal runs on this machine, by asking it to read three bytes that only exist here.

The bytes are in shared memory, and also in a file for a terminal that can read files of this machine but not
its memory.

kitty, graphics-protocol, “The transmission medium”: `t=s` names a POSIX shared memory object and `t=t` a
file. The terminal removes either after reading.
"""

from __future__ import annotations

import base64
import os
import tempfile
from contextlib import suppress
from pathlib import Path

MEMORY = Path("/dev/shm")
MEMORY_ID, FILE_ID = 32, 33  # Picture ids in the two questions. The terminal draws nothing for these ids.


def create_probes() -> list[str]:
    """Write three bytes to shared memory and to a file. Return two questions, which ask the terminal to read
    these bytes from shared memory and from the file.
    """
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
    """Remove the shared memory and the file if no terminal has read them."""
    for path in list_probe_paths():
        with suppress(OSError):
            path.unlink()


def list_probe_paths() -> list[Path]:
    """Return the paths of the files that this process asks the terminal to read."""
    return [path for path, _, _ in _list_probes()]


def _list_probes() -> list[tuple[Path, int, str]]:
    """Return the path, the picture id and the transmission medium (`s` or `t`) of each probe."""
    # A terminal removes a file only if its name contains `tty-graphics-protocol`.
    name = f"tty-graphics-protocol-milimo-{os.getpid()}-probe"
    probes = [(MEMORY / name, MEMORY_ID, "s")]
    # Raised if there is no usable temporary folder, for example because the disk is full.
    with suppress(FileNotFoundError):
        probes.append((Path(tempfile.gettempdir(), name), FILE_ID, "t"))
    return probes
