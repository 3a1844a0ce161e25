"""The files on a node that does not share the studio home: inputs cached by hash, a folder for each job, and
logs.

All are in the node's own scratch folder; pieces travel through Ray's object store. Each slot's actor has its
own object; the actors of a machine share the inputs, which are written under another name and then renamed.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from milimo_tui.core.host import HOST, RESERVE_BYTES
from milimo_tui.jobs.worker.worker_queue import Message

PIECE = 8 << 20  # bytes
APART = "MILIMO_NODE_APART"  # if set on a node, the node behaves as if it did not share the home


def is_home_shared(mark: str, said: str) -> bool:
    """Return True if the home is visible here under the same path: its mark file exists and has the same
    text.
    """
    try:
        return not os.environ.get(APART) and Path(mark).read_text() == said
    except OSError:
        return False


class NodeFiles:
    """The scratch folder, with the job's paths in the home and on this node."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._inputs = folder / "inputs"
        self._inputs.mkdir(parents=True, exist_ok=True)
        self._there: dict[str, str] = {}  # the job's workspace in the home, by token
        self._read: dict[str, int] = {}  # the number of log bytes that were sent, by token

    def list_missing_inputs(self, wanted: Sequence[tuple[str, str, int]]) -> list[str]:
        """Return which inputs, given by (hash, suffix, bytes), have to be sent. Raises OSError if there is no
        disk space.
        """
        absent = [
            (digest, size)
            for digest, suffix, size in wanted
            if not self._get_input_path(digest, suffix).exists()
        ]
        if absent and HOST.get_free_bytes(self._folder) < sum(size for _, size in absent) + RESERVE_BYTES:
            raise OSError(errno.ENOSPC, f"no room for its inputs in {self._folder}")
        return [digest for digest, _ in absent]

    def write_input_pieces(self, digest: str, suffix: str, pieces: Sequence[bytes], last: bool) -> None:
        """Write the next pieces of an input; the last piece completes it. Raises OSError, ValueError."""
        fresh = self._inputs / f"{digest}.{os.getpid()}"
        with fresh.open("ab") as file:
            for piece in pieces:
                file.write(piece)
        if not last:
            return
        with fresh.open("rb") as file:
            arrived = hashlib.file_digest(file, "sha256").hexdigest()
        if arrived != digest:
            fresh.unlink()
            raise ValueError("an input arrived damaged")
        os.replace(fresh, self._get_input_path(digest, suffix))

    def put_workspace_file(self, token: str, name: str, data: bytes) -> None:
        """Write a file of the job's workspace as it is in the home, from which an attempt continues."""
        path = self._get_node_workspace(token) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def localize_command(self, command: Message, inputs: Mapping[str, tuple[str, str]]) -> Message:
        """Return the command with paths of this machine: `inputs` maps a path in the home to hash and
        suffix.
        """
        token = command["token"]
        self._there[token] = command["workspace"]
        here = {path: str(self._get_input_path(*found)) for path, found in inputs.items()}
        log = self._folder / f"{token}.log"
        self._read[token] = 0
        return {
            **command,
            "spec": _replace_paths(command["spec"], here),
            "workspace": str(self._get_node_workspace(token)),
            "log": str(log),
        }

    def list_message_files(self, token: str, word: Message) -> list[tuple[str, int]]:
        """Return the files that must be in the home before a message is handled: name in the workspace, and
        bytes.
        """
        root = self._get_node_workspace(token)
        found: list[Path] = []
        if word["say"] == "checkpoint":
            found = sorted((root / "checkpoints").glob("*"))
        elif word["say"] == "preview":
            found = [Path(word["path"])]
        elif word["say"] == "part":
            found = _list_output_files(Path(word["output"]["path"]))
        elif word["say"] == "made":
            found = [
                file
                for output in word["result"]["outputs"]
                for file in _list_output_files(Path(output["path"]))
            ]
        sizes = {path: _measure_file(path) for path in found if root in path.parents}
        return [(str(path.relative_to(root)), size) for path, size in sizes.items() if size >= 0]

    def read_file_piece(self, token: str, name: str, at: int) -> bytes:
        """Return a piece of a workspace file."""
        with (self._get_node_workspace(token) / name).open("rb") as file:
            file.seek(at)
            return file.read(PIECE)

    def translate_message(self, token: str, word: Message) -> Message:
        """Return the message with the paths that its files have in the home."""
        there = self._there.get(token, "")
        answer: Message = _move_paths(word, str(self._get_node_workspace(token)), there)
        return answer

    def read_new_log_text(self, token: str) -> str:
        """Return the text added to the job's log since the last call."""
        path = self._folder / f"{token}.log"
        try:
            with path.open("rb") as file:
                file.seek(self._read.get(token, 0))
                data = file.read(PIECE)
                self._read[token] = file.tell()
        except OSError:
            return ""
        return data.decode(errors="replace")

    def remove_job_files(self, token: str) -> None:
        """Remove the job's files, which nobody needs here any more."""
        shutil.rmtree(self._get_node_workspace(token), ignore_errors=True)
        (self._folder / f"{token}.log").unlink(missing_ok=True)
        self._there.pop(token, None)
        self._read.pop(token, None)

    def remove_all_job_files(self) -> None:
        """Remove everything that the ended worker's attempts left here."""
        for token in tuple(self._there):
            self.remove_job_files(token)

    def _get_input_path(self, digest: str, suffix: str) -> Path:
        return self._inputs / f"{digest}{suffix}"

    def _get_node_workspace(self, token: str) -> Path:
        return self._folder / token


def _measure_file(path: Path) -> int:
    """Return the bytes of a file; -1 if it was removed after it was reported."""
    try:
        return path.stat().st_size
    except OSError:
        return -1


def _list_output_files(path: Path) -> list[Path]:
    """Return the file itself, or all files in a folder."""
    return sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]


def _replace_paths(value: Any, by: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _replace_paths(inner, by) for key, inner in value.items()}
    if isinstance(value, list):
        return [_replace_paths(inner, by) for inner in value]
    return by.get(value, value) if isinstance(value, str) else value


def _move_paths(value: Any, here: str, there: str) -> Any:
    if isinstance(value, dict):
        return {key: _move_paths(inner, here, there) for key, inner in value.items()}
    if isinstance(value, list):
        return [_move_paths(inner, here, there) for inner in value]
    if isinstance(value, str) and (value == here or value.startswith(here + "/")):
        return there + value[len(here) :]
    return value
