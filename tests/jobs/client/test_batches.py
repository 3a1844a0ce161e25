"""Test of batches: a batch is handled as a unit, and a submission of several messages is accepted completely
or not at all.
"""

from __future__ import annotations

import json
import socket
from itertools import pairwise

import pytest

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.core.ids import new_id
from milimo_tui.jobs.client.client import BatchRequest, Client
from milimo_tui.jobs.client.protocol import get_socket_path, shorten_socket_path
from milimo_tui.jobs.values.views import BatchView
from tests.jobs.conftest import JobHome, picture, until, until_ended, until_runs, until_state


def of(client: Client, id: str) -> BatchView:
    """Return the batch as it is now."""
    [found] = client.list_batches({"ids": [id]})
    return found


@pytest.mark.long("queue")
def test_submit_of_thousands_is_one_change(house: JobHome) -> None:
    client = house.start()
    client.pause_work()
    batch = BatchRequest(label="Scene 3, all shots")
    ids = client.submit_jobs([picture("x" * 300, batch=batch.id) for _ in range(3000)], batches=[batch])
    assert len(set(ids)) == 3000
    events = [event for event in client.list_events(limit=2000) if event["kind"] == "state"]
    assert events[0]["seq"] + len(events) - 1 == events[-1]["seq"], "no other change came between"
    told = of(client, batch.id)
    assert (told.label, told.jobs, told.open, told.counts) == (
        "Scene 3, all shots",
        3000,
        3000,
        {"queued": 3000},
    )
    positions = [job.position for job in client.list_jobs({"batch": batch.id})]
    assert all(one < other for one, other in pairwise(positions))


@pytest.mark.long("queue")
def test_failed_submit_in_parts_leaves_nothing(house: JobHome) -> None:
    client = house.start()
    good = [picture() for _ in range(1200)]
    with pytest.raises(NotFound, match="nobody"):
        client.submit_jobs([*good, picture(engine="nobody")])
    absent = new_id("job")
    with pytest.raises(NotFound, match=absent):
        client.submit_jobs([*good, picture(depends_on=[absent])])
    with pytest.raises(BadInput, match="20000"):
        client.submit_jobs([picture() for _ in range(20_001)])
    assert client.list_jobs() == []
    assert client.list_batches() == []
    assert client.list_events(kinds=["state", "batch"]) == []
    assert len(client.submit_jobs([picture(hold=True)])) == 1, "the next one begins anew"


def raw(house: JobHome) -> socket.socket:
    """Return a raw connection after the handshake."""
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(60)
    with shorten_socket_path(get_socket_path(house.home)) as name:
        line.connect(name)
    line.sendall(b'{"hello": {"min": 2, "max": 2}}\n')
    line.recv(4096)
    return line


def part(number: int, *, more: bool) -> bytes:
    spec = {"kind": "make_picture", "engine": "tester", "width": 64, "height": 64}
    jobs = [{"id": new_id("job"), "spec": spec}]
    return json.dumps({"op": "submit", "id": 1, "jobs": jobs, "part": number, "more": more}).encode() + b"\n"


@pytest.mark.long("queue")
def test_client_lost_between_two_parts_leaves_nothing(house: JobHome) -> None:
    client = house.start()
    client.pause_work()
    line = raw(house)
    line.sendall(part(0, more=True))
    assert json.loads(line.recv(4096)) == {"id": 1, "ok": {"kept": 1}}
    line.close()
    other = raw(house)
    other.sendall(part(1, more=False))
    answer = json.loads(other.recv(4096))
    assert (answer["error"]["kind"], "part" in answer["error"]["message"]) == ("bad_input", True)
    other.sendall(part(0, more=True) + part(0, more=False))  # started again, so the first part is discarded
    received = b""
    while received.count(b"\n") < 2:
        received += other.recv(4096)
    other.close()
    assert len(client.list_jobs()) == 1


@pytest.mark.long("queue")
def test_batch_is_one_item_with_counts_and_progress(shared: JobHome) -> None:
    client = shared.start()
    batch = BatchRequest(label="3B, 4 takes", project="/film")
    ids = client.submit_jobs(
        [
            picture("fail='no luck'", batch=batch.id, label="first"),
            picture(batch=batch.id),
            picture(batch=batch.id, hold=True),
        ],
        batches=[batch],
    )
    until_ended(client, ids[:2])
    told = of(client, batch.id)
    assert (told.jobs, told.done, told.failed, told.open) == (3, 1, 1, 1)
    assert told.progress == round(2 / 3, 4)
    assert told.ended is None
    assert client.list_batches({"project": "/film"}) == [told]
    assert client.list_batches({"project": "/other"}) == []
    [row] = client.act_on_batches("retry", [batch.id])
    assert row["id"] == ids[0], "the failed one alone"
    until_ended(client, ids[:2])
    assert client.act_on_batches("cancel", [batch.id]) == [{"id": ids[2], "state": "cancelled"}]
    told = of(client, batch.id)
    assert told.progress == 1.0
    assert isinstance(told.ended, float)
    with pytest.raises(NotFound, match="batch_none"):
        client.act_on_batches("pause", ["batch_none"])


def test_batches_are_listed_newest_first_without_announcement(shared: JobHome) -> None:
    client = shared.start()
    names = [new_id("batch") for _ in range(3)]
    for name in names:
        client.submit_jobs([picture(hold=True, batch=name, project="/a/film")])
    assert [row.id for row in client.list_batches({"ids": names})] == names[::-1]
    first = of(client, names[0])
    assert (first.label, first.project) == ("", "/a/film")
    client.submit_jobs(
        [picture(hold=True, batch=names[0])], batches=[BatchRequest(id=names[0], label="named")]
    )
    assert of(client, names[0]).label == "named"
    client.submit_jobs(
        [picture(hold=True, batch=names[0])], batches=[BatchRequest(id=names[0], label="other")]
    )
    assert of(client, names[0]).label == "named", "a name stays"


def test_paused_batch_starts_nothing_and_its_running_job_pauses(shared: JobHome) -> None:
    client = shared.start()
    batch = BatchRequest(label="Scene 4")
    running, next_ = client.submit_jobs(
        [picture(shared.gated, batch=batch.id), picture(batch=batch.id)], batches=[batch]
    )
    [other] = client.submit_jobs([picture()])
    until_runs(client, running)
    client.act_on_batches("pause", [batch.id])
    assert of(client, batch.id).paused is True
    assert until_state(client, running, "paused").reason == "paused with its batch"
    until_state(client, other, "done")
    assert client.fetch_job(next_).reason in ("its batch Scene 4 is paused", "paused with its batch")
    [late] = client.submit_jobs([picture(batch=batch.id)])
    assert client.fetch_job(late).reason == "its batch Scene 4 is paused"
    client.act_on_batches("resume", [batch.id])
    assert client.fetch_job(late).reason == ""
    shared.gate.touch()
    jobs = until_ended(client, [running, next_, late])
    assert {job.state for job in jobs.values()} == {"done"}
    assert jobs[running].attempts == 2
    paused = [
        event["paused"]
        for event in client.list_events(kinds=["batch"], limit=2000)
        if event["batch"] == batch.id
    ]
    assert paused == [False, True, False]


@pytest.mark.long("queue")
def test_batch_takes_a_priority_and_its_supervisor_may_exit_while_paused(
    house: JobHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MILIMO_IDLE_SECONDS", "0.3")
    client = house.start()
    batch = new_id("batch")
    client.pause_work()
    ids = client.submit_jobs([picture(batch=batch), picture(batch=batch)])
    client.act_on_batches("priority", [batch], priority=7)
    assert {job.priority for job in client.list_jobs({"ids": ids})} == {7}
    client.act_on_batches("pause", [batch])
    client.resume_work()
    client.close()
    until(lambda: not house.processes(), "it ends: a person has to resume the batch first")
    client = house.start()
    assert of(client, batch).paused is True
    client.act_on_batches("resume", [batch])
    assert {job.state for job in until_ended(client, ids).values()} == {"done"}


def test_retry_of_a_batch_requeues_skipped_jobs_in_any_order(shared: JobHome) -> None:
    client = shared.start()
    batch = new_id("batch")
    [bad] = client.submit_jobs([picture("fail='no luck'", batch=batch, label="1A")])
    [after] = client.submit_jobs([picture(batch=batch, depends_on=[bad])])
    until_ended(client, [bad, after])
    client.pause_work()
    told = client.retry_jobs([after, bad])
    assert [(row["id"], row["state"]) for row in told] == [(after, "waiting"), (bad, "queued")]
    assert client.fetch_job(after).reason == "waits for 1A"
    client.cancel_jobs([bad])
    assert client.fetch_job(after).state == "skipped"
    states = {row["id"]: row["state"] for row in client.act_on_batches("retry", [batch])}
    assert states == {bad: "queued", after: "waiting"}
    client.resume_work()
    until_ended(client, [bad, after])


@pytest.mark.long("queue")
def test_home_with_many_batches_lists_them_all(house: JobHome) -> None:
    client = house.start()
    names = [f"b{number}" for number in range(1200)]
    client.submit_jobs([picture(hold=True, batch=name) for name in names])
    assert {row.id for row in client.list_batches()} == set(names)
