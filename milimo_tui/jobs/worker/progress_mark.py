"""Records the furthest step of an attempt in a small file of its workspace, so that it is known even if the
worker is killed.

At each step the worker writes a number to a memory-mapped file. The supervisor reads the file after the
worker has died.
"""

from __future__ import annotations

import mmap
import os
import struct
from pathlib import Path

from milimo_tui.jobs.values.workspaces import make_workspace

NAME = "reached"
_TOKEN = 32  # The number of bytes in the file for the attempt's token.
_NUMBER = struct.Struct("=Q")


class ProgressMark:
    """The writer of the file with the furthest step, used by the worker. The file is created when the first
    step is written.
    """

    def __init__(self, workspace: Path, token: str) -> None:
        self._path = workspace / NAME
        self._token = token.encode()[:_TOKEN].ljust(_TOKEN, b"\0")
        self._map: mmap.mmap | None = None

    def write_step(self, step: int) -> None:
        """Write the furthest step. `step` is the result of `retry_policy.combine_stage_and_step`, one number
        for a stage and a step in it. Raises OSError or Failed if the file can't be created.
        """
        if self._map is None:
            self._map = self._open_mark_file()
        _NUMBER.pack_into(self._map, 0, step)

    def close(self) -> None:
        """Close the memory-mapped file."""
        if self._map is not None:
            self._map.close()
            self._map = None

    def _open_mark_file(self) -> mmap.mmap:
        make_workspace(self._path.parent)
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        try:
            # Writing these bytes reserves disk space for the file. Without it, a write to the memory-mapped
            # file would kill the process if the disk were full.
            os.write(handle, bytes(_NUMBER.size) + self._token)
            return mmap.mmap(handle, _NUMBER.size + _TOKEN)
        finally:
            os.close(handle)


def read_progress_mark(workspace: Path, token: str) -> int:
    """Return the furthest step that the attempt with this token recorded; 0 if there is none."""
    try:
        data = (workspace / NAME).read_bytes()
    except OSError:
        return 0
    same = data[_NUMBER.size :] == token.encode()[:_TOKEN].ljust(_TOKEN, b"\0")
    return int(_NUMBER.unpack_from(data)[0]) if same else 0
