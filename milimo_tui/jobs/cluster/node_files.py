"""Manage the files on a node that has no access to the studio home: inputs by hash, a folder for each job,
and logs.

All files are in the node's own scratch folder. Their pieces are sent through Ray's object store. Each slot's
actor has its own `NodeFiles`. The actors of a machine share the inputs, so an input is written under a
temporary name and then renamed.
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

PIECE = 8 << 20  # Size in bytes of the pieces in which files are sent between a node and the home.
# If this variable is set on a node, the node behaves as if it had no access to the home.
APART = "MILIMO_NODE_APART"


def is_home_shared(mark: str, expected_text: str) -> bool:
    """Return True if this machine can read the home at the same path. `mark` is the path of a file in the
    home, and `expected_text` is the text that this file must contain.
    """
    try:
        return not os.environ.get(APART) and Path(mark).read_text() == expected_text
    except OSError:
        return False


class NodeFiles:
    """The files of one slot (the place for one worker) on a node that cannot read the home's disk. They are
    in the node's scratch folder `folder`. The methods convert paths between this folder and the home.

    Jobs are identified by the token of their attempt.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._inputs = folder / "inputs"
        self._inputs.mkdir(parents=True, exist_ok=True)
        self._there: dict[str, str] = {}  # Token of an attempt → the path of its workspace in the home.
        # Token of an attempt → the number of bytes of its log that were already sent to the home.
        self._read: dict[str, int] = {}

    def list_missing_inputs(self, wanted: Sequence[tuple[str, str, int]]) -> list[str]:
        """Return the hashes of inputs that this node does not have yet. Inputs are given as (hash, suffix,
        bytes).

        Raises OSError if there is not enough disk space for them.
        """
        absent = [
            (digest, size)
            for digest, suffix, size in wanted
            if not self._get_input_path(digest, suffix).exists()
        ]
        if absent and HOST.get_free_bytes(self._folder) < sum(size for _, size in absent) + RESERVE_BYTES:
            raise OSError(errno.ENOSPC, f"no space for its inputs in {self._folder}")
        return [digest for digest, _ in absent]

    def write_input_pieces(self, digest: str, suffix: str, pieces: Sequence[bytes], last: bool) -> None:
        """Append pieces to an input file. `last` is True if they include the final piece. Then the hash of
        the file is checked and the input is complete. Raises OSError, and ValueError for a wrong hash.
        """
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
        """Write a file, such as a checkpoint, into the job's workspace on this node, so that the attempt can
        resume from it.
        """
        path = self._get_node_workspace(token) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def localize_command(self, command: Message, inputs: Mapping[str, tuple[str, str]]) -> Message:
        """Return the `run` command with paths of this machine instead of paths of the home.

        `inputs` maps the path of each input in the home to its hash and suffix.
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
        """Return the files that must be copied to the home before the supervisor handles the worker's message
        `word`.

        Each file is given by its path relative to the workspace and its size in bytes.
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
        """Return the piece of a workspace file that starts at byte `at`."""
        with (self._get_node_workspace(token) / name).open("rb") as file:
            file.seek(at)
            return file.read(PIECE)

    def translate_message(self, token: str, word: Message) -> Message:
        """Return the message with paths of the home instead of paths of this machine."""
        there = self._there.get(token, "")
        answer: Message = _move_paths(word, str(self._get_node_workspace(token)), there)
        return answer

    def read_new_log_text(self, token: str) -> str:
        """Return the text that was added to the job's log since the last call. At most one piece is returned;
        the next call returns the text after it.
        """
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
        """Delete the workspace and log of a job whose attempt has ended."""
        shutil.rmtree(self._get_node_workspace(token), ignore_errors=True)
        (self._folder / f"{token}.log").unlink(missing_ok=True)
        self._there.pop(token, None)
        self._read.pop(token, None)

    def remove_all_job_files(self) -> None:
        """Delete the workspaces and logs of all jobs, after the worker has ended."""
        for token in tuple(self._there):
            self.remove_job_files(token)

    def _get_input_path(self, digest: str, suffix: str) -> Path:
        return self._inputs / f"{digest}{suffix}"

    def _get_node_workspace(self, token: str) -> Path:
        return self._folder / token


def _measure_file(path: Path) -> int:
    """Return the size of a file in bytes, or -1 if the file was deleted after it was reported."""
    try:
        return path.stat().st_size
    except OSError:
        return -1


def _list_output_files(path: Path) -> list[Path]:
    """Return the path itself if it is a file, or all files inside it if it is a folder."""
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
