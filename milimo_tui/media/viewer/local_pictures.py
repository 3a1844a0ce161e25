"""Pass pictures to a terminal on the same machine through shared memory or a file. The terminal receives only
the name of the memory or file.

The terminal removes a picture after reading it (kitty graphics, t=s and t=t). Unread pictures are removed
when newer pictures are written and when the viewer ends. If a viewer was killed, the next viewer removes its
unread pictures.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import tempfile
import threading
from collections import deque
from pathlib import Path

from milimo_tui.core.errors import Unavailable
from milimo_tui.core.host import is_process_alive

MEMORY = Path("/dev/shm")
# Terminals remove only files whose names contain this text.
NAME = "tty-graphics-protocol-milimo"
# If pictures that no terminal has read exceed this number or this total size in bytes, the oldest are
# removed.
MOST_LEFT, MOST_BYTES = 32, 24 * 2**20


class LocalPictures:
    """A writer of pictures under unique names for a terminal on this machine. Any thread may use it."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._left: deque[tuple[Path, int]] = deque()
        self._lock = threading.Lock()
        self._swept = False

    def write_to_shared_memory(self, data: bytes) -> str:
        """Write a picture into POSIX shared memory and return its name there. Raises Unavailable if there is
        no shared memory.
        """
        if not MEMORY.is_dir():
            raise Unavailable("this machine has no shared memory in /dev/shm", "use a file instead")
        return f"/{self._write_local_picture(MEMORY, data).name}"

    def file(self, data: bytes) -> str:
        """Write a picture into a temporary file and return its path. Raises Unavailable if the file cannot be
        written.
        """
        return str(self._write_local_picture(Path(tempfile.gettempdir()), data))

    def close(self) -> None:
        """Remove the pictures that no terminal has read."""
        with self._lock:
            while self._left:
                self._left.popleft()[0].unlink(missing_ok=True)

    def _write_local_picture(self, folder: Path, data: bytes) -> Path:
        with self._lock:
            if not self._swept:
                self._swept = True
                for place in (MEMORY, Path(tempfile.gettempdir())):
                    _remove_orphaned_pictures(place)
            path = folder / f"{NAME}-{os.getpid()}-{next(self._numbers)}"
            try:
                with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                    out.write(data)
            except OSError as error:
                path.unlink(missing_ok=True)
                raise Unavailable(
                    f"the picture can't be stored for the terminal: {error.strerror}"
                ) from error
            self._left.append((path, len(data)))
            while len(self._left) > 1 and (
                len(self._left) > MOST_LEFT or self._count_unread_bytes() > MOST_BYTES
            ):
                self._left.popleft()[0].unlink(missing_ok=True)
        return path

    def _count_unread_bytes(self) -> int:
        return sum(size for _, size in self._left)


def _remove_orphaned_pictures(folder: Path) -> None:
    """Remove the pictures in `folder` that were written by viewers that no longer run."""
    with contextlib.suppress(OSError):
        for path in folder.glob(f"{NAME}-*"):
            number = path.name.split("-")[-2]
            if number.isdigit() and not is_process_alive(int(number)):
                with contextlib.suppress(OSError):
                    path.unlink()
