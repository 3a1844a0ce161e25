"""Transfer files between the home and a node that cannot read the home's disk. Each input is sent to a node
only once, and results are fetched in pieces.

The code runs in threads of the driver's process, so that the supervisor's event loop never reads a file for
it.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from milimo_tui.core.wire_json import dump_wire_json, load
from milimo_tui.engines.contract.provenance import list_input_paths
from milimo_tui.engines.specs.specs import SPEC
from milimo_tui.jobs.cluster.node_files import PIECE
from milimo_tui.jobs.worker.worker_queue import ATTEMPT_ENDS, Message


class Courier:
    """The file transfer for one slot (the place for one worker) on a node that cannot read the home's disk.
    `actor` is the slot's Ray actor; `ray` is the module that puts pieces into Ray's object store.
    """

    def __init__(self, ray: Any, actor: Any) -> None:
        self._ray = ray
        self._actor = actor
        # The `run` command of each job, by the token of the job's attempt. The paths in the commands are
        # paths of the home.
        self._runs: dict[str, Message] = {}
        # Hashes of files by path, size and modification time, so that no file is hashed twice.
        self._known: dict[tuple[str, int, int], str] = {}

    async def send(self, command: Message) -> None:
        """Send a job to the node. The files that the job reads are sent first, except those that the node
        already has. Raises OSError, and Ray's errors.
        """
        token = command["token"]
        self._runs[token] = command
        paths = list_input_paths(SPEC.validate_python(command["spec"]))
        found = await asyncio.to_thread(
            self._hash_input_files, [path for path in paths if os.path.isfile(path)]
        )
        wanted = [(digest, Path(path).suffix, os.path.getsize(path)) for path, digest in found.items()]
        absent = set(load(await self._actor.missing.remote(dump_wire_json(wanted))))
        for path, digest in found.items():
            if digest in absent:
                absent.discard(digest)
                for piece, last in _read_file_pieces(Path(path)):
                    stored = self._ray.put(piece)
                    await self._actor.take.remote(digest, Path(path).suffix, stored, last)
        for state in sorted((Path(command["workspace"]) / "checkpoints").glob("*")):
            data = await asyncio.to_thread(state.read_bytes)
            await self._actor.put.remote(token, f"checkpoints/{state.name}", self._ray.put(data))
        inputs = {path: (digest, Path(path).suffix) for path, digest in found.items()}
        await self._actor.begin.remote(dump_wire_json(command), dump_wire_json(inputs))

    def _hash_input_files(self, paths: list[str]) -> dict[str, str]:
        found = {}
        for path in paths:
            stat = os.stat(path)
            key = (path, stat.st_size, stat.st_mtime_ns)
            if key not in self._known:
                with open(path, "rb") as file:
                    self._known[key] = hashlib.file_digest(file, "sha256").hexdigest()
            found[path] = self._known[key]
        return found

    async def receive_files(self, word: Message, files: list[tuple[str, int]], log: str) -> None:
        """Copy the files that belong to the worker's message `word` from the node to the home. `files` are
        pairs of a path relative to the job's workspace and a size in bytes. The text `log` is appended to the
        job's log.

        Raises OSError, and Ray's errors.
        """
        run = self._runs.get(word.get("token", ""))
        if run is None:
            return
        if log:
            await asyncio.to_thread(_append_job_log, Path(run["log"]), log)
        workspace = Path(run["workspace"])
        for name, size in files:
            path = workspace / name
            if word["say"] == "checkpoint" and path.exists():
                continue
            fresh = path.with_name(path.name + ".coming")
            await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True)
            with fresh.open("wb") as file:
                for at in range(0, max(size, 1), PIECE):
                    file.write(await self._actor.read.remote(run["token"], name, at))
                await asyncio.to_thread(os.fsync, file.fileno())
            os.replace(fresh, path)
        if word["say"] == "checkpoint":
            names = {Path(name).name for name, _ in files}
            for old in (workspace / "checkpoints").glob("*"):
                if old.name not in names:
                    old.unlink(missing_ok=True)
        if word["say"] in ATTEMPT_ENDS:
            await self._actor.done.remote(run["token"])
            del self._runs[run["token"]]


def _read_file_pieces(path: Path) -> Iterator[tuple[bytes, bool]]:
    """Yield the pieces of a file, each with True if it is the last piece."""
    size = path.stat().st_size
    with path.open("rb") as file:
        for at in range(0, max(size, 1), PIECE):
            yield file.read(PIECE), at + PIECE >= size


def _append_job_log(path: Path, text: str) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    with open(handle, "w") as file:
        file.write(text)
