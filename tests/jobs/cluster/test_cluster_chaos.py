"""Chaos test of a cluster: machines, bridge, supervisor and workers are killed at random while jobs are
submitted.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from contextlib import suppress

import psutil
import pytest

from milimo_tui.core.errors import MilimoError
from milimo_tui.jobs.client.client import Client, JobRequest
from milimo_tui.jobs.cluster.node_processes import MachineShare
from tests.budget import rounds
from tests.jobs.cluster.clusters import LocalCluster
from tests.jobs.conftest import JobHome, picture, until

CALM = 300.0  # limit in seconds until all jobs have ended
ENDED = ("done", "cancelled")
NODES = 3


class Storm:
    """Random acts on a cluster. `cancelled` are the jobs that a client cancelled."""

    def __init__(self, house: JobHome, cluster: LocalCluster, seed: int) -> None:
        self.house, self.cluster = house, cluster
        self.chance = random.Random(seed)
        self.ids: list[str] = []
        self.cancelled: set[str] = set()
        self.happened: Counter[str] = Counter()
        self._named = 0

    def submit(self, client: Client) -> None:
        orders: list[JobRequest] = []
        for _ in range(self.chance.randint(1, 6)):
            steps = self.chance.randint(1, 20)
            engine = self.chance.choice(["tester", "other"])
            orders.append(picture(f"steps={steps} step=0.05 text={self.chance.random()}", engine=engine))
        self.ids += client.submit_jobs(orders)

    def cancel(self, client: Client) -> None:
        if self.ids:
            id = self.chance.choice(self.ids)
            with suppress(MilimoError):
                client.cancel_jobs([id])
                self.cancelled.add(id)

    def lose_a_machine(self, client: Client) -> None:
        names = [name for name in self.cluster.notes if name != "head"]
        if names:
            self.cluster.kill(self.chance.choice(names))

    def join(self, client: Client) -> None:
        if len(self.cluster.notes) <= NODES:
            self._named += 1
            self.cluster.join(f"n{self._named}", MachineShare(cpus=1, store_mb=80))

    def kill_the_supervisor(self, client: Client) -> None:
        self.house.kill()

    def kill_the_bridge(self, client: Client) -> None:
        for process in psutil.Process(self.house.pid).children():
            with suppress(psutil.Error):
                process.send_signal(signal.SIGKILL)

    def kill_a_worker(self, client: Client) -> None:
        pids = [worker.pid for worker in client.fetch_status().workers if worker.pid]
        if pids:
            with suppress(ProcessLookupError):
                os.kill(self.chance.choice(pids), signal.SIGKILL)

    def go(self, seconds: float) -> None:
        acts = [self.submit] * 8 + [self.cancel, self.lose_a_machine, self.join, self.join]
        acts += [self.kill_a_worker, self.kill_the_bridge, self.kill_the_supervisor]
        over = time.monotonic() + seconds
        while time.monotonic() < over:
            act = self.chance.choice(acts)
            with suppress(MilimoError):  # the supervisor may have just been killed
                act(self.house.start())
                self.happened[act.__name__] += 1
            time.sleep(self.chance.uniform(0.05, 0.6))


@pytest.mark.long("ray chaos")
def test_cluster_loses_and_repeats_nothing_in_a_storm(
    house: JobHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_MACHINE", "none")
    monkeypatch.setenv("MILIMO_LEASE_SECONDS", "5")
    cluster = LocalCluster(house.home.root, "one", "two")
    try:
        storm = Storm(house, cluster, seed=int(os.environ.get("MILIMO_SEED", "5")))
        storm.submit(house.start())
        storm.go(rounds("ray chaos"))
        if not [name for name in cluster.notes if name != "head"]:
            cluster.join("last", MachineShare(cpus=1, store_mb=80))
        client = house.start()

        # Three deaths in a row set a job aside, also if the test itself killed the workers. Such jobs are
        # retried.
        def calm() -> bool:
            jobs = client.list_jobs({"ids": storm.ids})
            aside = [job.id for job in jobs if job.state == "set_aside"]
            if aside:
                client.retry_jobs(aside)
            return all(job.state in ENDED for job in jobs)

        until(calm, "all jobs end", CALM)
        jobs = {job.id: job for job in client.list_jobs({"ids": storm.ids})}
        lost = [id for id in storm.ids if jobs[id].state != "done" and id not in storm.cancelled]
        assert lost == [], storm.happened
        done = [id for id in storm.ids if jobs[id].state == "done"]
        assert Counter(house.taken()) == Counter(done), storm.happened
        print(storm.happened, len(storm.ids), "jobs")
    finally:
        cluster.end()
