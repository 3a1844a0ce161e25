"""Test of changes to queued jobs: specs, labels, delays, repeats and retries, and the reported position and
history.
"""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest

from milimo_tui.core.errors import BadInput, Conflict, NotFound, Refused, Unavailable
from milimo_tui.core.ids import new_id
from milimo_tui.jobs.client.client import Client
from milimo_tui.jobs.values.spec_texts import apply_merge_patch
from tests.jobs.conftest import JobHome, picture, reading, until, until_ended, until_state


def made(client: Client, id: str) -> str:
    """Return the text that a job of the test engine wrote."""
    return Path(client.fetch_job(id).outputs["board"]).read_text()


# Edits


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"a": "foo"}, "bar", "bar"),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_merge_patch_follows_its_standard(target: object, patch: object, result: object) -> None:
    before = json.dumps(target)
    assert apply_merge_patch(target, patch) == result
    assert json.dumps(target) == before, "values are not changed in place"


@pytest.mark.long("queue")
def test_queued_job_is_made_as_edited(shared: JobHome) -> None:
    client = shared.start()
    client.pause_work()
    [id] = client.submit_jobs([picture("text=before", label="old")])
    before = client.fetch_job(id)
    edited = client.edit_job(id, spec={"prompt": "text=after", "seed": 9}, label="new", priority=4)
    assert (edited.label, edited.priority, edited.revision) == ("new", 4, before.revision + 1)
    assert client.fetch_job(id).spec["seed"] == 9
    [event] = client.list_events(kinds=["edit"], jobs=[id])
    assert event["changed"] == ["spec", "label", "priority"]
    assert (event["label"], event["revision"]) == ("new", edited.revision)
    assert "prompt" not in json.dumps(event), "a spec may be long, and is nobody's business"
    assert client.edit_job(id, label="new").revision == edited.revision, "nothing changed, nothing is told"
    client.resume_work()
    until_state(client, id, "done")
    assert made(client, id) == "after"


def test_impossible_edit_changes_nothing_and_gives_the_reason(shared: JobHome) -> None:
    client = shared.start()
    client.pause_work()
    [id] = client.submit_jobs([picture()])
    before = client.fetch_job(id)
    for fields, error, sentence in (
        ({"spec": {"width": 1}}, BadInput, "bad spec: make_picture.width"),
        ({"spec": {"nonsense": 1}}, BadInput, "nonsense"),
        ({"spec": {"kind": "probe", "input": "/a"}}, BadInput, "bad spec"),
        ({"spec": {"engine": "nobody"}}, NotFound, "there is no engine"),
        ({"spec": {"engine": "needy"}}, Unavailable, "needs a GPU"),
        ({"priority": 5000}, BadInput, "priority"),
        ({"label": "x", "revision": before.revision + 1}, Conflict, "another program"),
    ):
        with pytest.raises(error, match=sentence):
            client.edit_job(id, **fields)
    assert client.fetch_job(id) == before
    client.resume_work()
    until_state(client, id, "done")
    with pytest.raises(Conflict, match="done"):
        client.edit_job(id, label="late")


def test_another_engine_uses_another_lane(shared: JobHome) -> None:
    client = shared.start()
    client.pause_work()
    [id] = client.submit_jobs([picture(lane="quick")])
    assert client.edit_job(id, spec={"engine": "other"}).lane == "cpu"
    assert client.fetch_job(id).engine == "other"
    assert client.fetch_job(id).workload == "make_picture/other/64x64"


def test_changed_spec_waits_for_its_new_inputs(shared: JobHome) -> None:
    client = shared.start()
    client.pause_work()
    one, two = client.submit_jobs([picture("text=one"), picture("text=two", label="second")])
    [reader] = client.submit_jobs([reading(one)])
    assert client.fetch_job(reader).reason.startswith("waits for ")
    edited = client.edit_job(reader, spec={"input": {"job": two, "output": "board"}})
    assert edited.depends_on == [two]
    assert (edited.state, edited.reason) == ("waiting", "waits for second")
    client.cancel_jobs([one])
    assert client.fetch_job(reader).state == "waiting", "it does not wait for that one any more"
    with pytest.raises(NotFound):
        client.edit_job(reader, spec={"input": {"job": new_id("job"), "output": "board"}})
    assert client.edit_job(reader, spec={"input": "/there"}).state == "queued"
    assert client.edit_job(reader, spec={"input": {"job": two, "output": "board"}}).state == "waiting"
    client.resume_work()
    jobs = until_ended(client, [two, reader])
    assert Path(jobs[reader].outputs["facts"]).read_text() == "owt"


def test_job_cannot_wait_for_itself(shared: JobHome) -> None:
    client = shared.start()
    client.pause_work()
    [first] = client.submit_jobs([reading(*client.submit_jobs([picture(hold=True)]))])
    [second] = client.submit_jobs([picture(depends_on=[first])])
    for other in (first, second):
        with pytest.raises(Refused, match="wait for itself"):
            client.edit_job(first, spec={"input": {"job": other, "output": "board"}})
    assert second not in client.fetch_job(first).depends_on


# Repeats and retries


def test_retry_with_another_spec_is_the_same_job(shared: JobHome) -> None:
    client = shared.start()
    [id] = client.submit_jobs([picture("fail='no luck'")])
    until_state(client, id, "failed")
    with pytest.raises(BadInput, match="bad spec"):
        client.retry_jobs([id], spec={"height": 1})
    client.retry_jobs([id], spec={"prompt": "text=better"})
    job = until_state(client, id, "done")
    assert (job.attempts, made(client, id)) == (2, "better")
    assert [attempt.outcome for attempt in job.history] == ["failed", "done"]
    with pytest.raises(Conflict, match="done"):
        client.retry_jobs([id])


def test_again_makes_new_jobs_and_leaves_the_old(shared: JobHome) -> None:
    client = shared.start()
    batch = new_id("batch")
    [id] = client.submit_jobs([picture("text=one", label="1A", batch=batch, priority=3)])
    with pytest.raises(Conflict, match="has not ended"):
        client.repeat_jobs(client.submit_jobs([picture(hold=True)]))
    old = until_state(client, id, "done")
    [new] = client.repeat_jobs([id], spec={"prompt": "text=two"})
    job = until_state(client, new, "done")
    assert (job.origin, job.label, job.batch, job.priority) == (id, "1A", batch, 3)
    assert (made(client, id), made(client, new)) == ("one", "two")
    # The job's workspace is removed shortly after the end, which changes the revision.
    assert replace(client.fetch_job(id), revision=0) == replace(old, revision=0)


def test_retry_of_a_skipped_job_names_the_jobs_to_retry(shared: JobHome) -> None:
    client = shared.start()
    [bad] = client.submit_jobs([picture("fail='no luck'", label="1A")])
    [after] = client.submit_jobs([picture(depends_on=[bad])])
    until_ended(client, [bad, after])
    before = client.fetch_job(after)
    with pytest.raises(Refused, match=r"waited for 1A, which was not done \(failed\)") as told:
        client.retry_jobs([after])
    assert bad in told.value.hint
    assert client.fetch_job(after) == before
    client.retry_jobs([bad], spec={"prompt": ""})
    assert until_state(client, after, "done").attempts == 1


# Delays


def test_delayed_job_starts_at_its_time_and_not_before(shared: JobHome) -> None:
    client = shared.start()
    when = time.time() + 0.6
    later, never, now = client.submit_jobs(
        [picture(not_before=when), picture(not_before=when + 3600), picture()]
    )
    assert client.fetch_job(never).reason.startswith("not before ")
    until_state(client, now, "done")
    job = until_state(client, later, "done")
    assert job.started is not None
    assert job.started >= when
    assert client.fetch_job(never).state == "queued"
    client.edit_job(never, not_before=0)
    until_state(client, never, "done")


@pytest.mark.long("queue")
def test_forward_clock_jump_delays_no_job_forever(
    house: JobHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = tmp_path / "clock"
    clock.write_text("0")
    monkeypatch.setenv("MILIMO_TEST_CLOCK", f"@{clock}")
    client = house.start()
    [id] = client.submit_jobs([picture(not_before=time.time() + 3600)])
    assert client.fetch_job(id).state == "queued"
    clock.write_text("7200")
    client.submit_jobs(
        [picture(hold=True, not_before=time.time() + 9000)]
    )  # Submitting a delayed job makes the supervisor check all delays, so the first job starts.
    until_state(client, id, "done")


@pytest.mark.long("queue")
def test_supervisor_stays_for_a_delayed_job_and_finds_it_after_a_crash(
    house: JobHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MILIMO_IDLE_SECONDS", "0.2")
    client = house.start()
    now = time.time()
    soon, late = client.submit_jobs([picture(not_before=now + 1), picture(not_before=now + 3600)])
    client.close()
    house.kill()
    client = house.start()
    pid = house.pid
    assert until_state(client, soon, "done").attempts == 1
    client.close()
    time.sleep(0.6)
    assert house.pid == pid, "it stays up for what is to come"
    house.start().cancel_jobs([late])


# Position in the queue, and history


def test_job_gives_the_reason_for_its_state(shared: JobHome) -> None:
    client = shared.start()
    client.pause_work(lane="cpu")
    one, two = client.submit_jobs([picture(label="3C take"), picture(label="3D take", hold=True)])
    [waits] = client.submit_jobs([picture(depends_on=[one, two])])
    [held] = client.submit_jobs([picture(depends_on=[two])])
    assert client.fetch_job(one).reason == "lane cpu is paused"
    assert client.fetch_job(waits).reason == "waits for 3C take and 1 more"
    assert client.fetch_job(held).reason == "waits for 3D take, which is held"
    client.resume_work()
    until_state(client, one, "done")
    assert client.fetch_job(waits).reason == "waits for 3D take, which is held"
    client.release_jobs([two])
    assert until_state(client, waits, "done").reason == ""


def test_cancelled_pause_has_no_effect(shared: JobHome) -> None:
    client = shared.start()
    [id] = client.submit_jobs([picture(f"deaf={shared.gate} steps=2")])
    until_state(client, id, "running")
    client.pause_work([id])
    assert client.fetch_job(id).reason == "pauses at its next checkpoint or step"
    client.resume_work([id])
    assert client.fetch_job(id).reason == ""
    shared.gate.touch()
    assert until_state(client, id, "done").state == "done"


def test_move_takes_the_priority_of_the_neighbour(shared: JobHome) -> None:
    client = shared.start()
    client.pause_work()
    first, second, moved = client.submit_jobs([picture(priority=5), picture(priority=5), picture()])
    client.move_job(moved, second)
    jobs = {job.id: job for job in client.list_jobs({"ids": [first, second, moved]})}
    order = sorted(jobs.values(), key=lambda job: (-job.priority, job.position))
    assert [job.id for job in order] == [first, moved, second]
    with pytest.raises(BadInput, match="after itself"):
        client.move_job(first, first)


def test_events_are_selected_by_number_kind_and_job(shared: JobHome) -> None:
    client = shared.start()
    [id] = client.submit_jobs([picture(label="1A", hold=True)])
    client.edit_job(id, label="1B")
    client.release_jobs([id])
    until_state(client, id, "done")
    events = client.list_events(jobs=[id])
    assert [event["kind"] for event in events if event["kind"] != "progress"][:3] == [
        "state",
        "edit",
        "state",
    ]
    assert {event["kind"] for event in client.list_events(kinds=["edit"])} == {"edit"}
    first, *rest = client.list_events(jobs=[id], kinds=["state"])
    assert client.list_events(first["seq"], jobs=[id], kinds=["state"], limit=2) == rest[:2]


def test_throughput_counts_finished_jobs_by_minute(shared: JobHome) -> None:
    client = shared.start()
    before = sum(client.count_jobs_by_minute(60))
    until_ended(client, client.submit_jobs([picture(), picture(), picture("fail=x")]))
    counts = client.count_jobs_by_minute(60)
    assert len(counts) == 60
    assert sum(counts) == before + 2


def test_duration_of_a_job_is_stored_and_predicts_the_next(shared: JobHome) -> None:
    client = shared.start()
    took = []
    for _ in range(2):
        [id] = client.submit_jobs([picture("steps=3 step=0.05", engine="other")])
        job = until_state(client, id, "done")
        assert job.ended is not None
        assert job.started is not None
        took.append(job.ended - job.started)
    client.pause_work()
    [id] = client.submit_jobs([picture("steps=3 step=0.05", engine="other")])
    forecast = client.fetch_forecast()
    seconds = forecast.jobs[id].seconds
    assert seconds is not None
    assert 0.15 <= seconds <= max(took)
    assert forecast.jobs[id].start is None, "its lane is paused"
    assert forecast.error.samples >= 1
    client.resume_work()
    until_ended(client, [id])


def test_nobody_is_away_while_somebody_watches(shared: JobHome) -> None:
    client = shared.start()
    assert client.list_absences(1)[0].ended is None
    one, other = client.watch_events(attend=True), client.watch_events(attend=True)
    mere = client.watch_events()
    until(lambda: client.list_absences(1)[0].ended, "somebody came")
    one.close()  # type: ignore[attr-defined]
    time.sleep(0.05)
    assert client.list_absences(1)[0].ended, "one still looks"
    other.close()  # type: ignore[attr-defined]
    until(lambda: client.list_absences(1)[0].ended is None, "nobody is there any more")
    mere.close()  # type: ignore[attr-defined]
    began = [absence.began for absence in client.list_absences()]
    assert began == sorted(began, reverse=True)


@pytest.mark.long("queue")
def test_absence_survives_the_supervisor(house: JobHome) -> None:
    client = house.start()
    began = client.list_absences()[0].began
    client.close()
    house.kill()
    assert [row.began for row in house.start().list_absences()] == [began]


def test_machine_is_described(shared: JobHome) -> None:
    client = shared.start()
    until_ended(client, client.submit_jobs([picture()]))
    machine = client.fetch_machine()
    assert (machine.cores or 0) >= 1
    assert 0 < (machine.disk_free or 0) <= (machine.disk_total or 0)
    worker = machine.workers[0].worker
    assert worker.lane == "cpu"
    assert worker.pid
