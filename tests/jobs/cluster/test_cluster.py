"""Test of a queue over the nodes of a cluster, with real processes: work is spread over the nodes, survives
the loss of machines and is done once.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

from milimo_tui.jobs.client.client import Client, JobRequest
from milimo_tui.jobs.cluster.node_processes import MachineShare
from tests.budget import rounds
from tests.jobs.cluster.clusters import LocalCluster
from tests.jobs.conftest import JobHome, picture, until, until_ended, until_runs

pytestmark = pytest.mark.long("ray")


@pytest.fixture
def spread(house: JobHome, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalCluster]:
    """Start two nodes for the home, whose own machine has no workers."""
    monkeypatch.setenv("TEST_MACHINE", "none")
    monkeypatch.setenv("MILIMO_WORKER_IDLE_SECONDS", "5")
    cluster = LocalCluster(house.home.root, "one", "two")
    try:
        yield cluster
    finally:
        cluster.end()  # end the cluster while the supervisor still uses it


def workers_of(client: Client, ids: list[str]) -> Counter[str]:
    return Counter(client.fetch_job(id).history[-1].worker.partition(".")[0] for id in ids)


def digest_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def digests_of(house: JobHome) -> dict[str, str]:
    """Return the digest of each job's file as reported by its worker, by job id."""
    with closing(sqlite3.connect(house.home.studio_db)) as database:
        rows = database.execute(
            "SELECT job, result FROM attempt WHERE result != '' ORDER BY number"
        ).fetchall()
    return {job: json.loads(result)["outputs"][0]["digest"] for job, result in rows}


def shot(seed: int) -> JobRequest:
    """Return a small, short take of the animatic engine."""
    spec = {
        "kind": "make_video",
        "engine": "animatic",
        "prompt": f"a street at night, {seed}",
        "width": 128,
        "height": 72,
        "frames": 6,
        "rate": "24",
        "seed": seed,
    }
    return JobRequest(spec=spec)


def shown(client: Client, id: str) -> Image.Image | None:
    """Return the preview picture of a running job, read from a file on this machine, or None."""
    preview = client.fetch_job(id).live.get("preview")
    if not preview or not Path(preview).is_file():
        return None
    with Image.open(preview) as picture:
        return picture.copy()


def run_on_both_nodes(house: JobHome, client: Client) -> list[str]:
    """Run two jobs at the same time, one on each of the two nodes, which have one worker each. Return their
    ids.

    Without them, a node could end all shots before the other node's first worker has started.
    """
    house.gate.unlink(missing_ok=True)
    ids = client.submit_jobs([picture(house.gated), picture(house.gated)])
    for id in ids:
        until_runs(client, id)
    house.gate.touch()
    return ids


def test_all_shots_are_made_once_though_one_node_leaves_and_one_joins(
    house: JobHome, spread: LocalCluster
) -> None:
    client = house.start()
    count = rounds("ray")
    waiting = run_on_both_nodes(house, client)
    ids = client.submit_jobs([shot(seed) for seed in range(count // 2)])

    def done() -> int:
        return client.fetch_status().counts.get("done", 0)

    until(lambda: done() >= count // 4 + len(waiting), "a quarter is done")
    spread.kill("two")
    spread.join("three", MachineShare(cpus=1, store_mb=80))
    ids += client.submit_jobs([shot(seed) for seed in range(count // 2, count)])
    waiting += run_on_both_nodes(house, client)
    jobs = until_ended(client, [*ids, *waiting], seconds=600)
    assert Counter(job.state for job in jobs.values()) == {"done": len(ids) + len(waiting)}
    assert Counter(house.taken()) == Counter([*ids, *waiting]), "each taken in, none twice"
    digests = digests_of(house)
    assert {id: digest_of(Path(jobs[id].outputs["take"])) for id in ids} == {id: digests[id] for id in ids}
    used = workers_of(client, [*ids, *waiting])
    assert set(used) == {"one", "two", "three"}


def test_remote_job_is_paused_cancelled_and_logged_as_a_local_one(
    house: JobHome, spread: LocalCluster
) -> None:
    client = house.start()
    paused, cancelled = client.submit_jobs([picture(house.gated), picture(house.gated)])
    for id in (paused, cancelled):
        until_runs(client, id)
    nodes = {node.name: node for node in client.fetch_machine().nodes}
    assert {name: (nodes[name].state, nodes[name].busy) for name in ("one", "two")} == {
        "one": ("up", 1),
        "two": ("up", 1),
    }
    assert nodes["one"].loaded == ["tester"]
    client.pause_work([paused])
    client.cancel_jobs([cancelled])
    until(lambda: client.fetch_job(paused).state == "paused", "it pauses")
    until(lambda: client.fetch_job(cancelled).state == "cancelled", "it is cancelled")
    assert "stopped: paused" in client.read_job_log(paused)
    house.gate.touch()
    client.resume_work([paused])
    assert until_ended(client, [paused])[paused].state == "done"


def test_lost_node_counts_as_a_lost_worker(house: JobHome, spread: LocalCluster) -> None:
    client = house.start()
    ids = client.submit_jobs([picture(house.gated), picture(house.gated)])
    for id in ids:
        until_runs(client, id)
    lost = next(id for id in ids if client.fetch_job(id).worker.startswith("two."))
    spread.kill("two")
    until(
        lambda: client.fetch_job(lost).attempts > 1 or client.fetch_job(lost).state in ("retrying", "queued"),
        "again",
    )
    assert "the machine two is gone" in client.read_job_log(lost)
    assert next(node.state for node in client.fetch_machine().nodes if node.name == "two") == "gone"
    house.gate.touch()
    assert {job.state for job in until_ended(client, ids).values()} == {"done"}


def test_node_without_the_home_is_sent_its_inputs(
    house: JobHome, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TEST_MACHINE", "none")
    monkeypatch.setenv("MILIMO_NODE_APART", "1")
    cluster = LocalCluster(house.home.root, "far")
    try:
        client = house.start()
        story = tmp_path / "story.txt"
        story.write_text("once")
        read, drawn, kept = client.submit_jobs(
            [
                JobRequest(spec={"kind": "probe", "engine": "reader", "input": str(story)}, lane="cpu"),
                picture("text=drawn child=0"),
                picture("steps=60 step=0.05 save=due show", engine="keeper"),
            ]
        )
        until_runs(client, kept)
        until(lambda: shown(client, kept) is not None, "what is made is seen here")
        client.pause_work([kept])
        until(lambda: client.fetch_job(kept).state == "paused", "it pauses")
        client.resume_work([kept])
        jobs = until_ended(client, [read, drawn, kept])
        assert {job.state for job in jobs.values()} == {"done"}
        assert Path(jobs[read].outputs["facts"]).read_text() == "ecno"
        assert Path(jobs[drawn].outputs["board"]).read_text() == "drawn"
        assert client.fetch_job(kept).history[-1].resumed, "it went on from what it had kept"
        assert "attempt 1 on worker far.cpu" in client.read_job_log(drawn)
        [sent_file] = house.home.node_files.glob(f"*/inputs/{digest_of(story)}.txt")
        again = client.submit_jobs(
            [JobRequest(spec={"kind": "probe", "engine": "reader", "input": str(story)}, lane="cpu")]
        )
        sent = sent_file.stat().st_mtime_ns
        assert until_ended(client, again)[again[0]].state == "done"
        assert sent_file.stat().st_mtime_ns == sent, "it is sent to a node once"
        left = [
            path.name for path in sent_file.parents[1].iterdir() if path.is_dir() or path.suffix == ".log"
        ]
        assert left == ["inputs"], "nothing of a job stays there"
    finally:
        cluster.end()


def test_node_with_another_version_gets_nothing_and_a_wrong_clock_is_reported(
    house: JobHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_MACHINE", "none")
    cluster = LocalCluster(house.home.root)
    try:
        monkeypatch.setenv("MILIMO_TEST_CLOCK", "-7200")
        cluster.join("late", MachineShare(cpus=1, store_mb=80))
        monkeypatch.delenv("MILIMO_TEST_CLOCK")
        cluster.join_of("older", "0.0.1")
        client = house.start()
        until(lambda: len(client.fetch_machine().nodes) >= 2, "both are seen")
        ids = client.submit_jobs([picture() for _ in range(6)])
        jobs = until_ended(client, ids)
        assert {job.state for job in jobs.values()} == {"done"}
        assert set(workers_of(client, ids)) == {"late"}
        nodes = {node.name: node for node in client.fetch_machine().nodes}
        assert nodes["older"].state == "refused"
        assert "0.0.1" in nodes["older"].reason
        assert "its clock is -7200 s off" in nodes["late"].reason
        ended = [client.fetch_job(id).history[-1].ended or 0.0 for id in ids]
        now = time.time()
        assert all(now - 600 < each <= now + 60 for each in ended), "times are the supervisor's"
    finally:
        cluster.end()


def test_unsuitable_card_is_skipped_with_the_reason(house: JobHome, monkeypatch: pytest.MonkeyPatch) -> None:
    """A node whose card is too small is skipped with the reason. The estimate uses the published sizes,
    because the weights are not installed and the job would fail.
    """
    monkeypatch.setenv("TEST_MACHINE", "none")
    cluster = LocalCluster(house.home.root)
    try:
        cluster.join("small", MachineShare(gpus=1, card="Two Gigabytes", memory_mb=2_000, store_mb=80))
        client = house.start()
        # A job that is submitted before the lane exists is put into the lane cpu.
        until(lambda: any(lane.id == "gpu" for lane in client.fetch_status().lanes), "its lane exists")
        spec = {
            "kind": "make_video", "engine": "ltx2", "prompt": "rain", "width": 1536, "height": 1024,
            "frames": 121, "rate": "24", "seed": 1,
        }  # fmt: skip
        [id] = client.submit_jobs([JobRequest(spec=spec)])
        until(lambda: "small (Two Gigabytes): " in client.fetch_job(id).reason, "the card's reason is told")
        assert client.fetch_job(id).state == "queued"
        cluster.join("large", MachineShare(gpus=1, card="NVIDIA H200", memory_mb=141_000, store_mb=80))
        until(lambda: client.fetch_job(id).attempts > 0, "it is tried")
        assert client.fetch_job(id).history[-1].worker.startswith("large.")
    finally:
        cluster.end()
