"""Test the normal course of jobs: submit, run, publish, watch, wait for others, cancel, pause and retry."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest

from milimo_tui.core.errors import BadInput, Conflict, Failed, NotFound, Refused, Unavailable
from milimo_tui.core.ids import new_id
from milimo_tui.jobs.client.client import JobRequest
from milimo_tui.jobs.values.workspaces import make_workspace
from tests.jobs.conftest import JobHome, picture, reading, until, until_ended, until_runs, until_state

KEYS = {
    "id", "kind", "engine", "lane", "state", "progress", "stage", "eta", "shot", "project", "label",
    "attempts", "error", "reason", "outputs", "created", "started", "ended", "worker", "batch", "depends_on",
}  # fmt: skip


@pytest.mark.long("queue")
def test_finished_job_is_recorded_and_its_workspace_removed(shared: JobHome, tmp_path: Path) -> None:
    client = shared.start()
    project = tmp_path / "film"
    project.mkdir()
    [id] = client.submit_jobs(
        [picture("text=hello steps=3", label="1A", shot="shot_1", project=str(project), batch="b")]
    )
    job = until_state(client, id, "done")
    assert job.as_json().keys() >= KEYS
    assert (job.progress, job.attempts, job.error, job.shot) == (1.0, 1, "", "shot_1")
    assert Path(job.outputs["board"]).read_text() == "hello"
    assert shared.taken(project) == [id]
    until(lambda: not (project / "workspace" / id).exists(), "the workspace is removed")
    assert [attempt.outcome for attempt in job.history] == ["done"]
    log = client.read_job_log(id)
    assert "attempt 1" in log
    assert "made " in log


@pytest.mark.long("queue")
def test_events_are_complete_ordered_and_replayed_without_gaps(shared: JobHome) -> None:
    client = shared.start()
    stream = client.watch_events()
    [id] = client.submit_jobs([picture(f"steps=8 step=0.06 at=6 {shared.gated}", "keeper")])
    told = []
    for event in stream:
        told.append(event)
        if event.get("eta") is not None:
            shared.gate.touch()
        if event.get("state") == "done":
            break
    assert [event["seq"] for event in told] == list(range(told[0]["seq"], told[0]["seq"] + len(told)))
    states = [event["state"] for event in told if event["kind"] == "state"]
    assert states == ["queued", "running", "publishing", "done"]
    progress = [event for event in told if event["kind"] == "progress"]
    times = [event["at"] for event in progress]
    assert all(later - sooner > 0.15 for sooner, later in pairwise(times)), "at most five a second"
    assert [event["progress"] for event in progress] == sorted(event["progress"] for event in progress)
    assert progress[-1]["stage"] == "draw"
    assert any(event["eta"] is not None for event in progress)
    again = []
    for event in client.watch_events(since=told[0]["seq"] - 1, jobs=[id]):
        again.append(event)
        if event.get("state") == "done":
            break
    assert again == [event for event in told if event["job"] == id]
    every = client.list_events(told[0]["seq"] - 1)
    assert [event["seq"] for event in every[: len(told)]] == [event["seq"] for event in told], "no hole"


def test_late_bound_input_is_the_result_of_the_other_job(shared: JobHome) -> None:
    client = shared.start()
    first, second = new_id("job"), new_id("job")
    client.submit_jobs([reading(first, id=second, label="reads"), picture("text=abc", id=first)][::-1])
    assert client.fetch_job(second).depends_on == [first]
    jobs = until_ended(client, [first, second])
    assert Path(jobs[second].outputs["facts"]).read_text() == "cba"


def test_jobs_behind_a_failed_one_are_skipped_and_requeued(shared: JobHome, tmp_path: Path) -> None:
    client = shared.start()
    [bad] = client.submit_jobs([picture("fail='no luck'", label="1A")])
    [next_] = client.submit_jobs([picture(depends_on=[bad])])
    [last, other] = client.submit_jobs([picture(depends_on=[next_]), picture()])
    jobs = until_ended(client, [bad, next_, last, other])
    assert [jobs[id].state for id in (bad, next_, last, other)] == ["failed", "skipped", "skipped", "done"]
    assert jobs[bad].error == "no luck"
    assert jobs[bad].hint == "do something else"
    assert re.search(r"\b1A\b.*\bfailed\b", jobs[next_].reason)
    assert jobs[next_].attempts == 0
    client.pause_work()
    client.retry_jobs([bad])
    assert [client.fetch_job(id).state for id in (bad, next_, last)] == ["queued", "waiting", "waiting"]
    client.resume_work()
    assert until_ended(client, [bad])[bad].attempts == 2
    # This job depends on a job that has failed already.
    [late] = client.submit_jobs([picture(depends_on=[bad])])
    assert client.fetch_job(late).state == "skipped"


def test_bug_in_an_engine_fails_only_its_job_and_is_logged(shared: JobHome) -> None:
    client = shared.start()
    until_ended(client, client.submit_jobs([picture()]))
    worker = shared.worker(client)
    bad, good = client.submit_jobs([picture("steps=3 crash=1"), picture()])
    jobs = until_ended(client, [bad, good])
    assert jobs[bad].state == "failed"
    assert "ZeroDivisionError: a bug in an engine" in jobs[bad].error
    assert jobs[good].state == "done"
    assert "Traceback" in client.read_job_log(bad)
    assert jobs[good].attempts == jobs[bad].attempts == 1
    assert shared.worker(client) == worker, "the worker lives on"


def test_error_about_an_undecodable_file_name_is_reported(shared: JobHome) -> None:
    client = shared.start()
    [id] = client.submit_jobs([picture("bad_name=1")])
    job = until_ended(client, [id])[id]
    assert job.state == "failed"
    assert job.error.startswith("could not use no-text-?")


@pytest.mark.long("queue")
def test_cancel_of_waiting_queued_and_held_jobs_is_immediate(house: JobHome) -> None:
    client = house.start()
    client.pause_work()
    queued, held = client.submit_jobs([picture(), picture(hold=True)])
    [waiting] = client.submit_jobs([picture(depends_on=[queued])])
    assert [row["state"] for row in client.cancel_jobs([waiting, held, queued])] == ["cancelled"] * 3
    client.resume_work()
    assert house.taken() == []
    assert {job.attempts for job in client.list_jobs()} == {0}


def test_cancel_stops_a_running_job_at_its_next_step(shared: JobHome) -> None:
    client = shared.start()
    [id] = client.submit_jobs([picture(shared.gated)])
    [after] = client.submit_jobs([picture(depends_on=[id])])
    until_runs(client, id)
    worker = shared.worker(client)
    assert client.cancel_jobs([id])[0]["state"] == "cancelling"
    job = until_state(client, id, "cancelled")
    assert job.history[0].outcome == "cancelled"
    assert client.fetch_job(after).state == "skipped"
    assert shared.worker(client) == worker, "the worker was not ended for it"
    assert client.cancel_jobs([id])[0]["state"] == "cancelled", "cancelling twice changes nothing"


@pytest.mark.long("queue")
def test_cancel_of_a_stubborn_job_ends_its_worker_after_the_grace_period(shared: JobHome) -> None:
    client = shared.start()
    [id] = client.submit_jobs([picture("stubborn=60")])
    until_state(client, id, "running")
    worker = shared.worker(client)
    client.cancel_jobs([id])
    until_state(client, id, "cancelled")
    [next_] = client.submit_jobs([picture()])
    until_state(client, next_, "done")
    assert shared.worker(client) != worker
    assert "cancelled" in client.read_job_log(id)


def test_jobs_are_held_released_prioritised_and_moved(shared: JobHome) -> None:
    client = shared.start()
    client.pause_work()
    a, b, c, d = client.submit_jobs([picture(label=name) for name in "abcd"])
    client.hold_jobs([a])
    client.set_priority([d], 5)
    client.move_job(c, b)
    client.release_jobs([a])
    stream = client.watch_events()
    client.resume_work()
    begun = []
    for event in stream:
        if event.get("state") == "running":
            begun.append(event["label"])
        if len(begun) == 4:
            break
    assert begun == ["d", "a", "c", "b"]
    until_ended(client, [a, b, c, d])
    with pytest.raises(Conflict, match="is done"):
        client.set_priority([a], 1)
    with pytest.raises(Conflict, match="it can't hold"):
        client.hold_jobs([a])


def test_running_job_pauses_at_a_step_and_resumes(shared: JobHome) -> None:
    client = shared.start()
    [id] = client.submit_jobs([picture(shared.gated)])
    until_runs(client, id)
    client.pause_work([id])
    job = until_state(client, id, "paused")
    assert job.history[0].outcome == "yielded"
    [other] = client.submit_jobs([picture()])
    until_state(client, other, "done")
    client.resume_work([id])
    shared.gate.touch()
    assert until_state(client, id, "done").attempts == 2
    with pytest.raises(Refused, match="run"):
        client.pause_work([id])


def test_impossible_job_among_several_ids_stops_no_other(shared: JobHome) -> None:
    client = shared.start()
    client.pause_work()
    done, queued = client.submit_jobs([picture(hold=True), picture()])
    client.cancel_jobs([done])
    told = client.hold_jobs([done, queued])
    assert told[0]["error"]["kind"] == "conflict"
    assert told[1] == {"id": queued, "state": "held"}
    with pytest.raises(NotFound):
        client.hold_jobs([queued, new_id("job")])


@pytest.mark.long("queue")
def test_submit_sent_twice_makes_one_job(house: JobHome) -> None:
    client = house.start()
    request = picture(id=new_id("job"))
    assert client.submit_jobs([request]) == client.submit_jobs([request])
    assert len(client.list_jobs()) == 1


@pytest.mark.long("queue")
def test_batch_with_an_invalid_request_is_refused_whole(house: JobHome) -> None:
    client = house.start()
    for bad, sentence in (
        (JobRequest(spec={"kind": "make_picture", "engine": "tester", "width": 1, "height": 64}), "width"),
        (JobRequest(spec={"kind": "nonsense", "engine": "tester"}), "bad spec"),
        (picture(project="relative/folder"), "absolute folder"),
        (picture(lane="kitchen"), "lane"),
    ):
        with pytest.raises(BadInput, match=sentence):
            client.submit_jobs([picture(), bad])
    with pytest.raises(NotFound, match="nobody"):
        client.submit_jobs([picture(), picture(engine="nobody")])
    absent = new_id("job")
    with pytest.raises(NotFound, match=absent):
        client.submit_jobs([picture(), picture(depends_on=[absent])])
    assert client.list_jobs() == []


def test_job_for_a_gpu_is_refused_without_one(shared: JobHome) -> None:
    client = shared.start()
    with pytest.raises(Unavailable, match="GPU"):
        client.submit_jobs([picture(engine="needy")])


def test_input_that_was_never_made_fails_with_one_sentence(shared: JobHome) -> None:
    client = shared.start()
    [made] = client.submit_jobs([picture()])
    [id] = client.submit_jobs(
        [
            JobRequest(
                spec={"kind": "probe", "engine": "reader", "input": {"job": made, "output": "film"}},
            )
        ]
    )
    job = until_ended(client, [id])[id]
    assert job.state == "failed"
    assert "earlier job" in job.error
    assert job.hint.endswith("board"), "what was made in its place"


def test_job_stays_publishing_until_its_film_opens(shared: JobHome, tmp_path: Path) -> None:
    client = shared.start()
    project = tmp_path / "film"
    project.mkdir()
    (project / "refuse").touch()
    [id] = client.submit_jobs([picture("text=kept", project=str(project))])
    until(lambda: client.fetch_job(id).reason, "the intake says why")
    job = client.fetch_job(id)
    assert (job.state, job.reason) == ("publishing", "the film is read-only")
    assert (project / "workspace" / id / "picture.txt").read_text() == "kept"
    assert client.retry_jobs([id]) == [{"id": id, "state": "publishing"}]
    until(lambda: client.fetch_job(id).reason, "it says so again")
    (project / "refuse").unlink()
    assert client.notify_project(str(project)) == [id]
    assert until_state(client, id, "done").reason == ""
    assert shared.taken(project) == [id]


def test_result_damaged_before_it_is_recorded_is_made_again(shared: JobHome, tmp_path: Path) -> None:
    client = shared.start()
    (tmp_path / "spoil").touch()
    [id] = client.submit_jobs([picture("text=again", project=str(tmp_path))])
    job = until_state(client, id, "done", "failed")
    assert (job.state, job.attempts, job.error) == ("done", 2, "")
    assert Path(job.outputs["board"]).read_text() == "again"


def test_job_of_a_missing_project_fails_and_makes_no_folder(shared: JobHome, tmp_path: Path) -> None:
    client = shared.start()
    [id] = client.submit_jobs([picture(project=str(tmp_path / "gone"))])
    job = until_ended(client, [id])[id]
    assert str(tmp_path / "gone") in job.error
    assert not (tmp_path / "gone").exists()


def test_project_removed_while_its_job_runs_is_not_recreated(shared: JobHome, tmp_path: Path) -> None:
    client = shared.start()
    film = tmp_path / "film"
    film.mkdir()
    [id] = client.submit_jobs([picture(shared.gated, project=str(film))])
    until_runs(client, id)
    film.rename(tmp_path / "moved")
    shared.gate.touch()
    assert until_state(client, id, "failed").error
    [late] = client.submit_jobs([picture(project=str(film))])
    assert str(film) in until_state(client, late, "failed").error
    assert not film.exists()
    (tmp_path / "moved").rename(film)
    client.retry_jobs([id, late])
    assert {job.state for job in until_ended(client, [id, late]).values()} == {"done"}


def test_workspace_is_created_inside_a_project_only(tmp_path: Path) -> None:
    make_workspace(tmp_path / "workspace" / "job_1")
    make_workspace(tmp_path / "workspace" / "job_1")
    with pytest.raises(Failed, match="gone"):
        make_workspace(tmp_path / "gone" / "workspace" / "job_1")
    assert not (tmp_path / "gone").exists()


@pytest.mark.long("queue")
def test_lists_are_filtered_and_paged(house: JobHome) -> None:
    client = house.start()
    client.pause_work()
    ids = client.submit_jobs([picture("x" * 3000, batch="big", hold=n % 2 == 0) for n in range(700)])
    assert [job.id for job in client.list_jobs()] == ids
    assert len(client.list_jobs({"states": ["held"]})) == 350
    assert len(client.list_jobs({"batch": "big", "states": ["queued", "waiting"]})) == 350
    assert client.list_jobs({"shot": "nothing"}) == []
    assert len(json.dumps(client.list_jobs()[0].as_json())) < 2000
