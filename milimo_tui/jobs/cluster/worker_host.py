"""The Ray actor that runs the worker of one slot. It runs on the slot's node, starts the worker's process and
passes messages between the worker and the supervisor.

The worker process is the same as without a cluster (`jobs.worker.worker`). A `LocalPool` in the actor
monitors it and ends it. The worker's messages are stored until the supervisor has confirmed them, so that an
interrupted connection loses no message.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import tempfile
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import Any

from milimo_tui import __version__
from milimo_tui.core.host import HOST
from milimo_tui.core.paths import Home
from milimo_tui.core.wire_json import dump_wire_json, load
from milimo_tui.jobs.cluster.access import restore_worker_environment
from milimo_tui.jobs.cluster.node_files import NodeFiles, is_home_shared
from milimo_tui.jobs.machine.lanes import Slot
from milimo_tui.jobs.supervisor.worker_pool import LocalPool
from milimo_tui.jobs.worker.worker_queue import Message

LINE_SECONDS = 2.0  # The longest time that `hear` waits for a message before it returns an empty list.


class WorkerHost:
    """The Ray actor of one slot. Every method runs on the actor's event loop. Messages are passed as JSON
    bytes.
    """

    def __init__(self, id: str, beat_seconds: float, mark: str, expected_text: str) -> None:
        """Create the actor.

        `mark` is the path of a file in the home, and `expected_text` is the file's text. If the actor can
        read this text at this path, node and supervisor share the home's disk and no files need to be sent.
        """
        restore_worker_environment(os.environ)
        shared = not mark or is_home_shared(mark, expected_text)
        key = hashlib.sha256(mark.encode()).hexdigest()[:10]
        scratch = Home(Path(os.environ.get("MILIMO_HOME") or tempfile.gettempdir())).node_files / key
        self._files = None if shared else NodeFiles(scratch)
        self._id = id
        self._beat_seconds = beat_seconds
        self._said: deque[tuple[int, Message]] = deque()
        self._count = 0
        self._news = asyncio.Event()
        self._pool: LocalPool | None = None

    async def hello(self) -> dict[str, Any]:
        """Return the version and the clock of this machine, which the supervisor compares with its own.
        `is_apart` is True if the home is not shared.
        """
        return {"version": __version__, "clock": HOST.now(), "is_apart": self._files is not None}

    async def start(self, slot: bytes) -> bytes:
        """Start the worker and return its process trace as JSON (`pid`, `ticks`, `boot`), or the error of the
        system as `why`.

        `slot` is a JSON object with the lane and the environment of the worker.
        """
        if self._pool is None:
            self._pool = LocalPool(self, self._beat_seconds)
        words = load(slot)
        try:
            environment = dict(words["environment"])
            if self._files:
                # If the home is not shared, the worker loads weights from the home of its own machine.
                environment.pop("MILIMO_HOME", None)
            trace = self._pool.start(Slot(self._id, words["lane"], environment))
        except OSError as error:
            return dump_wire_json({"why": error.strerror or str(error)})
        return dump_wire_json({"pid": trace.pid, "ticks": trace.ticks, "boot": trace.boot})

    async def send(self, messages: bytes) -> None:
        """Pass a list of commands to the worker, in order."""
        for message in load(messages):
            if self._pool:
                self._pool.send(self._id, message)

    async def end(self, force: bool) -> None:
        """Ask the worker's process to end; with `force`, kill it."""
        if self._pool:
            self._pool.end_process(self._id, force=force)

    async def hear(self, after: int) -> bytes:
        """Return the worker's messages with numbers above `after`, and a sample of its process.

        Waits for the first message, up to `LINE_SECONDS`. Messages up to `after` are deleted, because the
        caller has received them.
        """
        while self._said and self._said[0][0] <= after:
            self._said.popleft()
        if not self._said:
            self._news.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), min(LINE_SECONDS, self._beat_seconds))
        sample = self._pool.sample_process(self._id) if self._pool else None
        seen = [sample.state, sample.ticks, sample.rss] if sample else None
        words = [[n, message, self._describe_fetch(message)] for n, message in self._said]
        return dump_wire_json({"words": words, "sample": seen})

    def _describe_fetch(self, message: Message) -> dict[str, Any] | None:
        """Return the files and the log text that the supervisor must fetch from this node before it handles a
        message. Return None if node and supervisor share the home's disk.
        """
        token = message.get("token", "")
        if not self._files or not token:
            return None
        return {
            "word": self._files.translate_message(token, message),
            "files": self._files.list_message_files(token, message),
            "log": self._files.read_new_log_text(token),
        }

    # Methods that transfer files, used only if the home is not shared

    async def missing(self, wanted: bytes) -> bytes:
        """Return the hashes of those input files in `wanted` that this node does not have yet and that must
        be sent. `wanted` is a JSON list of (hash, suffix, bytes).
        """
        return dump_wire_json(self._here.list_missing_inputs([tuple(one) for one in load(wanted)]))

    async def take(self, digest: str, suffix: str, piece: bytes, last: bool) -> None:
        """Append a piece to an input file. `digest` and `suffix` name the file; `last` is True for its final
        piece.
        """
        self._here.write_input_pieces(digest, suffix, [piece], last)

    async def put(self, token: str, name: str, data: bytes) -> None:
        """Write a file, such as a checkpoint, into the attempt's workspace on this node. The attempt
        continues from this file.
        """
        self._here.put_workspace_file(token, name, data)

    async def begin(self, command: bytes, inputs: bytes) -> None:
        """Pass the command that starts a job to the worker, after all input files of the job have arrived on
        this node.
        """
        given = {path: (digest, suffix) for path, (digest, suffix) in load(inputs).items()}
        if self._pool:
            self._pool.send(self._id, self._here.localize_command(load(command), given))

    async def read(self, token: str, name: str, at: int) -> bytes:
        """Return a piece of an output file, from byte `at` on."""
        return self._here.read_file_piece(token, name, at)

    async def done(self, token: str) -> None:
        """Delete the job's files on this node, because they have been copied into the home."""
        self._here.remove_job_files(token)

    @property
    def _here(self) -> NodeFiles:
        assert self._files is not None
        return self._files

    # Methods of `PoolListener`, for the actor's `LocalPool`

    def handle_worker_message(self, id: str, message: Message) -> None:
        self._store_message(message)

    def handle_worker_end(self, id: str) -> None:
        if self._files:
            self._files.remove_all_job_files()
        self._store_message({"say": "ended"})

    def _store_message(self, message: Message) -> None:
        self._count += 1
        self._said.append((self._count, message))
        self._news.set()
