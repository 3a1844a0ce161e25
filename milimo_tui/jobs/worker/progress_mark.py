"""How far an attempt came, in a small file of its workspace that outlives the kill of who writes it.

The worker writes a number into mapped memory at each step; the supervisor reads it when the worker has died.
"""

from __future__ import annotations

import mmap
import os
import struct
from pathlib import Path

from milimo_tui.jobs.values.workspaces import make_workspace

NAME = "reached"
_TOKEN = 32  # bytes kept for the attempt's token
_NUMBER = struct.Struct("=Q")


class ProgressMark:
    """The writing side. Makes its file at the first number."""

    def __init__(self, workspace: Path, token: str) -> None:
        self._path = workspace / NAME
        self._token = token.encode()[:_TOKEN].ljust(_TOKEN, b"\0")
        self._map: mmap.mmap | None = None

    def reach(self, step: int) -> None:
        """Note the furthest step (`faults.step`). Raises OSError or Failed when the file can't be made."""
        if self._map is None:
            self._map = self._open()
        _NUMBER.pack_into(self._map, 0, step)

    def close(self) -> None:
        if self._map is not None:
            self._map.close()
            self._map = None

    def _open(self) -> mmap.mmap:
        make_workspace(self._path.parent)
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        try:
            # Written, not stretched: a page that has no place on a full disk would end us when it is touched.
            os.write(handle, bytes(_NUMBER.size) + self._token)
            return mmap.mmap(handle, _NUMBER.size + _TOKEN)
        finally:
            os.close(handle)


def read(workspace: Path, token: str) -> int:
    """The furthest step that attempt noted; 0 when it noted none."""
    try:
        data = (workspace / NAME).read_bytes()
    except OSError:
        return 0
    same = data[_NUMBER.size :] == token.encode()[:_TOKEN].ljust(_TOKEN, b"\0")
    return int(_NUMBER.unpack_from(data)[0]) if same else 0
