"""Tests that every `WorkerPool` must pass, run with real workers and real engines.

A pool is tested by a subclass of `PoolSuite` that defines `make_pool`.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from milimo_tui.core.host import is_process_alive
from milimo_tui.jobs.machine.lanes import Slot
from milimo_tui.jobs.supervisor.worker_pool import PoolListener, ProcessTrace, WorkerPool, end_leftover_worker
from milimo_tui.jobs.worker.worker_queue import Message
from tests.jobs.conftest import ROOT

BEAT_SECONDS = 0.1
SECONDS = 90.0  # Longest time to wait for an event, in seconds. A busy machine needs this much.
ENDS = ("made", "failed", "stopped", "yielded")


class PoolRecorder:
    """A pool listener that records all messages and ends in order, and the messages of each worker by its
    id.
    """

    def __init__(self) -> None:
        self.said: dict[str, list[Message]] = {}
        self.ends: list[str] = []
        self.order: list[tuple[str, str]] = []

    def handle_worker_message(self, id: str, message: Message) -> None:
        self.said.setdefault(id, []).append(message)
        self.order.append((id, message["say"]))

    def handle_worker_end(self, id: str) -> None:
        self.ends.append(id)
        self.order.append((id, "ended"))

    def words(self, id: str) -> list[str]:
        return [message["say"] for message in self.said.get(id, [])]


async def until(test: Callable[[], Any], what: str) -> Any:
    limit = time.monotonic() + SECONDS
    while time.monotonic() < limit:
        if said := test():
            return said
        await asyncio.sleep(0.005)
    raise AssertionError(f"not within {SECONDS} s: {what}")


class PoolSuite:
    """Tests of a worker pool. A subclass defines `make_pool` for one kind of pool."""

    def make_pool(self, listener: PoolListener, beat_seconds: float) -> WorkerPool:
        raise NotImplementedError

    @pytest.fixture(autouse=True)
    async def place(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
        """Create a new pool for each test and end all of its workers afterwards."""
        monkeypatch.setenv("MILIMO_TEST_ENGINES", "tests.jobs.engines:ROWS")
        monkeypatch.setenv("PYTHONPATH", str(ROOT))
        self.folder = tmp_path
        self.ears = PoolRecorder()
        self.pool = self.make_pool(self.ears, BEAT_SECONDS)
        self.ids = set[str]()
        yield
        for id in self.ids:
            self.pool.end_process(id, force=True)
        await until(lambda: not any(map(self.pool.get_pid, self.ids)), "all workers end")

    # Helpers of the tests

    def start(self, id: str = "cpu", **environment: str) -> int:
        return self.start_worker(id, **environment).pid

    def start_worker(self, id: str = "cpu", **environment: str) -> ProcessTrace:
        self.ids.add(id)
        trace = self.pool.start(Slot(id, "cpu", environment))
        assert self.pool.get_pid(id) == trace.pid
        return trace

    def give(self, prompt: str = "", id: str = "cpu", token: str = "t1", engine: str = "tester") -> Path:
        """Send a job to the worker `id` and return the job's workspace."""
        workspace = self.folder / token
        spec = {"kind": "make_picture", "engine": engine, "prompt": prompt, "width": 64, "height": 64}
        self.pool.send(
            id,
            {
                "do": "run",
                "job": token,
                "attempt": 1,
                "token": token,
                "spec": spec,
                "rung": 0,
                "workspace": str(workspace),
                "log": str(self.folder / f"{token}.log"),
                "worker": id,
            },
        )
        return workspace

    async def hears(self, say: str, id: str = "cpu", count: int = 1) -> Message:
        """Wait until the worker has sent `count` messages of the kind `say`, and return the newest of
        them.
        """

        def look() -> Sequence[Message]:
            found = [message for message in self.ears.said.get(id, []) if message["say"] == say]
            return found if len(found) >= count else ()

        found: Sequence[Message] = await until(look, f"{id} says {say}")
        return found[-1]

    async def over(self, id: str = "cpu", count: int = 1) -> None:
        await until(lambda: self.ears.ends.count(id) >= count, f"{id} ends")

    # Starting a worker, sending commands and receiving messages

    async def test_worker_works(self) -> None:
        assert self.pool.get_pid("cpu") is None
        self.start()
        self.give("text=hello")
        made = await self.hears("made")
        assert made["token"] == "t1"
        assert Path(made["result"]["outputs"][0]["path"]).read_text() == "hello"
        words = self.ears.words("cpu")
        assert words[:3] == ["ready", "accepted", "loaded"]
        assert words[-1] == "made"

    async def test_commands_are_executed_in_order(self) -> None:
        self.start()
        tokens = [f"t{n}" for n in range(50)]
        for token in tokens:
            self.give(token=token)
        await self.hears("made", count=50)
        done = [message["token"] for message in self.ears.said["cpu"] if message["say"] == "made"]
        assert done == tokens

    async def test_large_message_arrives_complete(self) -> None:
        self.start()
        for n in range(5):
            self.pool.send("cpu", {"do": "cancel", "token": f"of nobody {n}", "filler": "x" * 3_000_000})
        self.give()
        await self.hears("made")

    async def test_undecodable_name_harms_nothing(self) -> None:
        self.start()
        self.give("bad_name")
        assert "no-text-" in (await self.hears("failed"))["error"]["message"]
        self.give(token="t2")
        await self.hears("made")

    async def test_environment_is_set_before_anything_runs(self) -> None:
        self.start(
            TEST_LOAD_SECONDS="0", PYTHONDONTWRITEBYTECODE="1", CUDA_VISIBLE_DEVICES="GPU-of-this-slot"
        )
        self.give("environment=CUDA_VISIBLE_DEVICES")
        made = await self.hears("made")
        assert Path(made["result"]["outputs"][0]["path"]).read_text() == "GPU-of-this-slot"
        assert os.environ.get("CUDA_VISIBLE_DEVICES") != "GPU-of-this-slot", "nobody else's"

    async def test_cancel_and_pause_arrive_during_work(self) -> None:
        self.start()
        for token, do, end in (("t1", "cancel", "stopped"), ("t2", "pause", "yielded")):
            self.give(f"gate={self.folder}/never", token=token)
            await self.hears("progress", count=2 if token == "t2" else 1)
            self.pool.send("cpu", {"do": do, "token": token})
            assert (await self.hears(end))["token"] == token

    async def test_heartbeats_arrive_during_work(self) -> None:
        self.start()
        self.give("stubborn=60")
        await self.hears("loaded")
        before = self.ears.words("cpu").count("beat")
        beat = await self.hears("beat", count=before + 3)
        assert beat["token"] == "t1"
        assert beat["memory"]["host"] > 0
        look = self.pool.sample_process("cpu")
        assert look
        assert look.state in "RSD"

    # The end of a worker

    async def test_ended_worker_finishes_its_assigned_work(self) -> None:
        pid = self.start()
        self.give()
        self.pool.send("cpu", {"do": "end"})
        await self.over()
        assert self.ears.words("cpu")[-1] == "made"
        assert not is_process_alive(pid)
        assert (self.pool.get_pid("cpu"), self.pool.sample_process("cpu")) == (None, None)

    @pytest.mark.parametrize("force", [False, True])
    async def test_worker_ends_during_work(self, force: bool) -> None:
        pid = self.start()
        self.give("stubborn=60 child=60")
        await self.hears("loaded")
        child = await until(lambda: _number(self.folder / "t1" / "child"), "its program runs")
        self.pool.end_process("cpu", force=force)
        self.pool.end_process("cpu", force=force)
        await self.over()
        assert not is_process_alive(pid)
        await until(lambda: not is_process_alive(child), "what it started goes with it")
        assert self.ears.ends == ["cpu"], "told once"

    async def test_killed_worker_is_heard_to_its_last_message(self) -> None:
        """All messages that a worker sent before it was killed arrive, and they arrive before its end is
        reported.
        """
        for round in range(3):
            self.start()
            self.give("steps=300 save=10 die=250", engine="keeper", token=f"t{round}")
            await self.over(count=round + 1)
            said = [
                m for m in self.ears.said["cpu"] if m["say"] == "checkpoint" and m["token"] == f"t{round}"
            ]
            assert [message["step"] for message in said] == list(range(10, 251, 10))
            assert self.ears.order[-1] == ("cpu", "ended")

    async def test_stopped_worker_can_only_be_killed(self) -> None:
        pid = self.start()
        self.give("stubborn=60")
        await self.hears("loaded")
        os.kill(pid, signal.SIGSTOP)
        await until(
            lambda: (seen := self.pool.sample_process("cpu")) and seen.state == "T", "it stands still"
        )
        for n in range(2000):
            self.pool.send("cpu", {"do": "cancel", "token": f"of nobody {n}", "filler": "x" * 1000})
        self.pool.end_process("cpu", force=False)
        await asyncio.sleep(0.05)
        assert self.pool.get_pid("cpu") == pid
        self.pool.end_process("cpu", force=True)
        await self.over()

    async def test_slot_is_used_again_and_again(self) -> None:
        pids = set()
        for n in range(3):
            pids.add(self.start())
            self.give(token=f"t{n}")
            await self.hears("made", count=n + 1)
            self.pool.end_process("cpu", force=True)
            await self.over(count=n + 1)
        assert len(pids) == 3

    async def test_start_right_after_a_reported_end_works(self) -> None:
        """The listener may start the next worker while it handles the end of the last one."""
        again: list[int] = []

        class Restarts(PoolRecorder):
            def handle_worker_end(inner, id: str) -> None:  # noqa: N805
                super().handle_worker_end(id)
                if len(inner.ends) == 1:
                    again.append(self.start())

        self.ears = Restarts()
        self.pool = self.make_pool(self.ears, BEAT_SECONDS)
        self.start()
        self.pool.end_process("cpu", force=True)
        await self.over()
        self.give()
        await self.hears("made")
        assert again

    async def test_messages_to_nobody_are_dropped(self) -> None:
        self.pool.send("cpu", {"do": "end"})
        self.pool.end_process("cpu", force=True)
        assert self.pool.get_pid("cpu") is None
        pid = self.start()
        os.kill(pid, signal.SIGKILL)
        for _ in range(100):
            self.pool.send("cpu", {"do": "cancel", "token": "of nobody"})
        await self.over()
        self.pool.send("cpu", {"do": "end"})
        self.pool.end_process("cpu", force=False)
        assert self.ears.ends == ["cpu"]

    async def test_workers_do_not_know_each_other(self) -> None:
        ids = [f"cpu{n}" for n in range(4)]
        pids = {self.start(id) for id in ids}
        assert len(pids) == 4
        for id in ids:
            self.give(f"text={id}", id=id, token=id)
        os.kill(self.pool.get_pid(ids[0]) or 0, signal.SIGKILL)
        for id in ids[1:]:
            made = await self.hears("made", id)
            assert Path(made["result"]["outputs"][0]["path"]).read_text() == id
        await self.over(ids[0])
        assert [id for id in ids if self.pool.get_pid(id)] == ids[1:]

    # Workers left over from an earlier supervisor

    async def test_trace_finds_the_process_again(self) -> None:
        trace = self.start_worker()
        self.give("stubborn=60")
        await self.hears("loaded")
        await asyncio.to_thread(end_leftover_worker, trace)
        assert not is_process_alive(trace.pid)
        await self.over()
        # The process has ended already, so this call must do nothing.
        await asyncio.to_thread(end_leftover_worker, trace)
        assert self.ears.ends == ["cpu"]


def _number(path: Path) -> int:
    return int(path.read_text() or 0) if path.exists() else 0
