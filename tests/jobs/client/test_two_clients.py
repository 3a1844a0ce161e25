"""Test of two clients that act on the same jobs at the same time: no act is lost or done twice, and each
client gets its answer.

`test_two_terminals` runs random acts of two clients for five minutes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from milimo_tui.core.errors import Conflict, MilimoError
from milimo_tui.jobs.client.client import Client
from milimo_tui.jobs.values.views import JobView
from tests.jobs.conftest import JobHome, picture, until_ended, until_runs, until_state

ROUNDS = 40


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Run all acts at the same time, each in a thread. Return their results or the errors they raised."""
    start = threading.Barrier(len(acts))
    said: list[object] = [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        start.wait()
        try:
            said[place] = act()
        except MilimoError as error:
            said[place] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


@pytest.fixture
def pair(shared: JobHome) -> tuple[Client, Client]:
    """Return two clients of one supervisor, whose queue is paused."""
    one, two = shared.start(), shared.start()
    one.pause_work()
    return one, two


@pytest.mark.long("queue")
def test_second_edit_of_one_revision_is_refused(pair: tuple[Client, Client]) -> None:
    one, two = pair
    [id] = one.submit_jobs([picture()])
    for number in range(ROUNDS):
        revision = one.fetch_job(id).revision
        said = at_once(
            lambda: one.edit_job(id, label=f"one {number}", revision=revision),  # noqa: B023
            lambda: two.edit_job(id, spec={"seed": number + 1}, revision=revision),  # noqa: B023
        )
        refused = [answer for answer in said if isinstance(answer, Conflict)]
        assert len(refused) == 1
        assert "changed" in refused[0].message
        job = one.fetch_job(id)
        won = said[0] if said[1] is refused[0] else said[1]
        assert isinstance(won, JobView)
        assert (won.label, won.revision) == (job.label, job.revision)


def test_edits_of_different_fields_both_count(pair: tuple[Client, Client]) -> None:
    one, two = pair
    [id] = one.submit_jobs([picture()])
    for number in range(1, ROUNDS):
        at_once(
            lambda: one.edit_job(id, spec={"seed": number}),  # noqa: B023
            lambda: two.edit_job(id, spec={"steps": number}),  # noqa: B023
            lambda: two.set_priority([id], number),  # noqa: B023
        )
        job = one.fetch_job(id)
        assert (job.spec["seed"], job.spec["steps"], job.priority) == (number, number, number)


def test_moves_by_two_clients_keep_every_job_in_the_queue(pair: tuple[Client, Client]) -> None:
    one, two = pair
    ids = one.submit_jobs([picture() for _ in range(6)])

    def shuffle(client: Client, shift: int) -> None:
        for number in range(ROUNDS):
            job, beside = ids[number * shift % 6], ids[(number + 1) * (shift + 1) % 6]
            if job != beside:
                client.move_job(job, beside, before=bool(number % 2))

    assert at_once(lambda: shuffle(one, 1), lambda: shuffle(two, 5)) == [None, None]
    places = [job.position for job in one.list_jobs({"ids": ids})]
    assert len(set(places)) == 6
    for number in range(ROUNDS):
        job, beside, other = ids[number % 3], ids[3], ids[4]
        at_once(lambda: one.move_job(job, beside), lambda: two.move_job(other, beside, before=False))  # noqa: B023
        line = sorted(one.list_jobs({"ids": ids}), key=lambda row: row.position)
        names = [row.id for row in line]
        assert names.index(job) == names.index(beside) - 1
        assert names.index(other) == names.index(beside) + 1


def test_second_of_hold_and_cancel_meets_the_state_of_the_first(
    pair: tuple[Client, Client],
) -> None:
    one, two = pair
    for id in one.submit_jobs([picture() for _ in range(ROUNDS)]):
        held, cancelled = at_once(lambda: one.hold_jobs([id]), lambda: two.cancel_jobs([id]))  # noqa: B023
        assert cancelled == [{"id": id, "state": "cancelled"}]
        assert held == [{"id": id, "state": "held"}] or isinstance(held, Conflict)
        assert one.fetch_job(id).state == "cancelled"


@pytest.mark.long("queue")
def test_retry_by_two_clients_is_one_retry(pair: tuple[Client, Client]) -> None:
    one, two = pair
    ids = one.submit_jobs([picture() for _ in range(ROUNDS)])
    one.cancel_jobs(ids)
    for id in ids:
        said = at_once(lambda: one.retry_jobs([id]), lambda: two.retry_jobs([id]))  # noqa: B023
        assert sum(isinstance(answer, Conflict) for answer in said) == 1
        retries = [event for event in one.list_events(jobs=[id]) if event.get("trigger") == "retry"]
        assert len(retries) == 1


@pytest.mark.long("queue")
def test_pause_and_resume_by_two_clients_end_with_the_last_request(
    shared: JobHome, pair: tuple[Client, Client]
) -> None:
    one, two = pair
    one.resume_work()
    [id] = one.submit_jobs([picture(shared.gated)])
    for _ in range(5):
        until_runs(one, id)
        at_once(lambda: one.pause_work([id]), lambda: two.pause_work([id]))
        until_state(one, id, "paused")
        said = at_once(lambda: one.resume_work([id]), lambda: two.resume_work([id]))
        assert any(isinstance(answer, list) for answer in said)
    shared.gate.touch()
    assert until_ended(one, [id])[id].state == "done"


@pytest.mark.long("queue")
def test_pauses_of_a_lane_and_a_batch_are_independent(pair: tuple[Client, Client]) -> None:
    one, two = pair
    one.resume_work()
    [id] = one.submit_jobs([picture(batch="ours", hold=True)])
    at_once(lambda: one.pause_work(lane="cpu"), lambda: two.act_on_batches("pause", ["ours"]))
    one.release_jobs([id])
    at_once(lambda: one.resume_work(lane="cpu"), lambda: two.release_jobs([id]))
    assert one.fetch_job(id).state == "queued"
    assert one.fetch_job(id).reason == "its batch ours is paused"
    two.act_on_batches("resume", ["ours"])
    until_state(one, id, "done")
