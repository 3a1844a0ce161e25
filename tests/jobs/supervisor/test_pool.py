"""Run the tests of `pool_suite` on every kind of pool, and test properties that only processes of this
machine have.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psutil
import pytest

from milimo_tui.core.host import is_process_alive
from milimo_tui.jobs.cluster.ray_pool import RayPool
from milimo_tui.jobs.supervisor.worker_pool import LocalPool, PoolListener, WorkerPool
from tests.jobs.cluster.clusters import LocalCluster
from tests.jobs.conftest import ROOT, until
from tests.jobs.supervisor.pool_suite import PoolSuite
from tests.jobs.supervisor.pool_suite import until as until_async


class TestLocalPool(PoolSuite):
    def make_pool(self, listener: PoolListener, beat_seconds: float) -> WorkerPool:
        return LocalPool(listener, beat_seconds)

    async def test_secrets_not_declared_by_an_engine_are_not_passed_on(self) -> None:
        os.environ["TEST_API_TOKEN"] = "hidden"
        try:
            self.start()
        finally:
            del os.environ["TEST_API_TOKEN"]
        self.give("environment=TEST_API_TOKEN")
        made = await self.hears("made")
        assert Path(made["result"]["outputs"][0]["path"]).read_text() == ""

    async def test_no_helper_process_is_left_next_to_the_workers(self) -> None:
        before = children()
        pid = self.start()
        self.give("tracked", engine="keeper")
        await self.hears("made")
        assert children() - before == {pid}


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCluster]:
    """Start a cluster with a head and one node, whose workers have the test engines."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MILIMO_TEST_ENGINES", "tests.jobs.engines:ROWS")
        patch.setenv("PYTHONPATH", str(ROOT))
        found = LocalCluster(tmp_path_factory.mktemp("cluster") / "home", "one")
    try:
        yield found
    finally:
        found.end()


@pytest.mark.long("ray")
class TestRayPool(PoolSuite):
    """The pool tests with workers on the node of a Ray cluster."""

    @pytest.fixture(autouse=True)
    async def on(self, cluster: LocalCluster) -> AsyncIterator[None]:
        self.cluster = cluster
        self.pools: list[RayPool] = []
        yield
        for pool in self.pools:
            pool.close()
        await until_async(lambda: all(pool.is_closed for pool in self.pools), "the bridges end")

    def make_pool(self, listener: PoolListener, beat_seconds: float) -> WorkerPool:
        self.pools.append(RayPool(listener, beat_seconds, self.cluster.access, self.cluster.token, "suite"))
        return self.pools[-1]


def children() -> set[int]:
    """Return the pids of the child processes of all threads of this process."""
    return {process.pid for process in psutil.Process().children()}


OWNER = """
import asyncio, sys
from milimo_tui.jobs.machine.lanes import Slot
from milimo_tui.jobs.supervisor.worker_pool import LocalPool

class Ears:
    def handle_worker_message(self, id, message): print(pool.get_pid("cpu"), flush=True)
    def handle_worker_end(self, id): pass

async def main():
    global pool
    pool = LocalPool(Ears(), 0.1)
    pool.start(Slot("cpu", "cpu"))
    await asyncio.sleep(60)

asyncio.run(main())
"""


def test_workers_exit_when_their_supervisor_is_killed() -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert owner.stdout
    pid = int(owner.stdout.readline())
    assert is_process_alive(pid)
    owner.kill()
    owner.wait()
    until(lambda: not is_process_alive(pid), "the worker leaves")
