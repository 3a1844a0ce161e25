"""Test the supervisor's parts in one process: late messages, long dependency chains, one change at a time,
and slow watchers.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milimo_tui.core.errors import Conflict, Failed, MilimoError, NotFound
from milimo_tui.core.host import HOST
from milimo_tui.core.ids import new_id
from milimo_tui.core.settings import Settings
from milimo_tui.engines.contract.engine import Output, Result
from milimo_tui.jobs.supervisor.event_feed import EventFeed
from milimo_tui.jobs.supervisor.group_commit import GroupCommit
from milimo_tui.jobs.supervisor.lane_blocks import REST_SECONDS
from milimo_tui.jobs.supervisor.recovery import recover_unfinished_jobs
from milimo_tui.jobs.supervisor.request_handler import RequestHandler
from milimo_tui.jobs.supervisor.server import ClientServer
from milimo_tui.jobs.supervisor.worker_manager import WorkerManager
from milimo_tui.jobs.values.queue_views import OffWhenDoneView
from milimo_tui.jobs.values.states import ENDED, TABLE, JobState, Trigger, find_target_states
from milimo_tui.jobs.worker.job_log import JobLogs
from milimo_tui.jobs.worker.worker_queue import Message
from milimo_tui.store.jobs.studio_values import WhenDoneCommand
from tests.jobs.supervisor_parts import SLOTS, QueueParts, order, placed


@pytest.fixture
def inside(tmp_path: Path) -> Iterator[QueueParts]:
    made = QueueParts(tmp_path)
    yield made
    made.close()


async def began(inside: QueueParts) -> Message:
    """Let the dispatcher claim a job, and return the command that the cpu worker received."""
    inside.dispatch.assign_queued_jobs()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return inside.pool.runs("cpu")


async def test_late_result_of_an_older_attempt_changes_nothing(inside: QueueParts) -> None:
    id = inside.submit()
    first = await began(inside)
    inside.pool.say("cpu", say="accepted", token=first["token"])
    inside.pool.die("cpu")
    assert inside.state(id) == "retrying"
    inside.queue.fire_trigger(id, Trigger.REQUEUE, JobState.QUEUED)
    second = await began(inside)
    assert (first["attempt"], second["attempt"]) == (1, 2)
    result = Result(outputs=(Output(role="board", path="/old"),)).model_dump(mode="json")
    inside.pool.say("cpu", say="made", token=first["token"], result=result)
    assert inside.state(id) == "running"
    assert inside.events[-1].kind == "late"
    inside.pool.say("cpu", say="made", token=second["token"], result=result)
    assert inside.state(id) == "publishing"
    inside.pool.say("cpu", say="failed", token=second["token"], error=Failed("x").as_json()["error"])
    assert inside.state(id) == "publishing"
    while inside.state(id) != "done":
        await asyncio.sleep(0.01)
    assert json.loads(inside.queue.get(id).outputs) == {"board": "/old"}


async def test_result_that_precedes_the_cancel_is_kept(inside: QueueParts) -> None:
    id = inside.submit()
    told = await began(inside)
    inside.dispatch.cancel_job(id)
    assert inside.pool.sent[-1] == ("cpu", {"do": "cancel", "token": told["token"]})
    inside.pool.say("cpu", say="made", token=told["token"], result=Result().model_dump(mode="json"))
    while inside.state(id) != "done":
        await asyncio.sleep(0.01)
    assert inside.queue.get(id).reason == "cancelled too late: it was already made"


async def test_result_of_another_version_is_made_again_and_stops_no_start(inside: QueueParts) -> None:
    id = inside.submit()
    told = await began(inside)
    inside.queue.record_result(id, Result(outputs=(Output(role="board", path="/made"),)))
    inside.file.set_attempt(id, told["attempt"], result='{"written": "by a later version"}')
    inside.publisher.retry_intake(id)
    job = inside.queue.get(id)
    assert (job.state, job.faults) == ("retrying", 1)
    assert "version" in job.error


async def test_outputs_in_the_workspace_keep_it(inside: QueueParts) -> None:
    made: dict[str, Path] = {}
    for where in ("inside", "elsewhere"):
        id = inside.submit()
        told = await began(inside)
        workspace = made[where] = Path(str(told["workspace"]))
        workspace.mkdir(parents=True)
        path = str((workspace if where == "inside" else inside.home.root) / "picture.png")
        result = Result(outputs=(Output(role="board", path=path),))
        inside.pool.say("cpu", say="made", token=told["token"], result=result.model_dump(mode="json"))
        while inside.state(id) != "done":
            await asyncio.sleep(0.01)
    assert made["inside"].exists()
    assert not made["elsewhere"].exists()
    inside.publisher.record_removed_workspaces()
    assert inside.file.select_untidy_jobs() == []


async def test_worker_that_never_confirms_is_ended_and_the_job_retried(tmp_path: Path) -> None:
    inside = QueueParts(tmp_path)
    id = inside.submit()
    inside.dispatch.workers = WorkerManager(
        inside.queue,
        Settings(grace_seconds=0.02),
        SLOTS,
        inside.dispatch.outcomes,
        inside.make_pool,
        inside.dispatch.machines,
        accept_seconds=0.02,
    )
    await began(inside)
    while len(inside.pool.ends) < 2:
        await asyncio.sleep(0.01)
    assert inside.pool.ends == [("cpu", False), ("cpu", True)], "asked first, then made to"
    inside.pool.die("cpu")
    job = inside.queue.get(id)
    assert (job.state, job.reason, job.deaths) == ("queued", "its worker did not accept it", 0)
    inside.close()


async def test_workers_that_end_at_once_rest_their_lane_longer_and_cost_no_job(inside: QueueParts) -> None:
    id = inside.submit()
    blocks = inside.dispatch.blocks
    for _ in range(3):
        await began(inside)
        await inside.let_worker_die("cpu")
    assert inside.state(id) == "queued"
    assert "as soon as they start" in blocks.reasons["cpu"]
    attempts = inside.queue.get(id).attempts
    await began(inside)
    assert inside.queue.get(id).attempts == attempts == 3
    rests = list[float]()
    for _ in range(len(REST_SECONDS) + 1):
        due = blocks.get_next_try("cpu")
        assert due
        rests.append(due - HOST.now())
        blocks.end_lane_rest("cpu")
        assert not blocks.reasons
        await began(inside)
        await inside.let_worker_die("cpu")  # after the first pause, a single death pauses the lane again
    steps = [*REST_SECONDS, REST_SECONDS[-1]]
    assert all(rest <= step for rest, step in zip(rests, steps, strict=True))
    assert all(rest > step / 2 for rest, step in zip(rests[1:], steps[1:], strict=True))
    assert inside.queue.get(id).deaths == 0
    blocks.end_lane_rest("cpu")
    told = await began(inside)
    inside.pool.say("cpu", say="accepted", token=told["token"])
    blocks.rest_lane("cpu", "once more")
    assert (blocks.get_next_try("cpu") or 0.0) - HOST.now() <= REST_SECONDS[0], (
        "one that worked begins afresh"
    )
    blocks.end_lane_rest("cpu")


async def test_job_is_not_blamed_for_deaths_shared_with_the_supervisor(inside: QueueParts) -> None:
    id = inside.submit()
    for killed in (True, True, True, False, False, False):
        inside.queue.record_event("supervisor", state="started")
        told = await began(inside)
        inside.pool.say("cpu", say="accepted", token=told["token"])
        await inside.let_worker_die("cpu")
        if inside.state(id) == "set_aside":
            break
        if not killed:
            inside.queue.record_event("supervisor", state="ended")
        recover_unfinished_jobs(inside.queue, inside.dispatch, inside.publisher, JobLogs(inside.home))
        inside.queue.fire_trigger(id, Trigger.REQUEUE, JobState.QUEUED)
    job = inside.queue.get(id)
    assert (job.state, job.attempts) == ("set_aside", 6), "three deaths alone in a row, and only those"


def test_thousand_dependent_jobs_are_skipped_in_one_change(inside: QueueParts) -> None:
    first = inside.submit(hold=True)
    chain = [order(first)]
    for _ in range(999):
        chain.append(order(chain[-1].id))
    last = inside.queue.submit_orders([placed(link) for link in chain])[-1]
    before = inside.file.read_last_event_number()
    inside.queue.fire_trigger(first, Trigger.CANCEL, JobState.CANCELLED)
    assert inside.state(last) == "skipped"
    assert inside.file.read_last_event_number() == before + 1001
    inside.queue.retry_job(first)
    assert (inside.state(first), inside.state(last)) == ("queued", "waiting")


def test_each_change_is_compare_and_set(inside: QueueParts) -> None:
    id = inside.submit()
    inside.queue.fire_trigger(id, Trigger.HOLD, JobState.HELD)
    seq, revision = inside.file.read_last_event_number(), inside.queue.get(id).revision
    for trigger, target in ((Trigger.CLAIM, JobState.RUNNING), (Trigger.TAKEN_IN, JobState.DONE)):
        with pytest.raises(Conflict, match="is held"):
            inside.queue.fire_trigger(id, trigger, target)
    assert (inside.file.read_last_event_number(), inside.queue.get(id).revision) == (seq, revision), (
        "no trace of a refusal"
    )
    with pytest.raises(NotFound):
        inside.queue.fire_trigger(new_id("job"), Trigger.HOLD, JobState.HELD)


def test_change_that_fails_halfway_leaves_nothing_and_reports_nothing(inside: QueueParts) -> None:
    id = inside.submit()
    count = len(inside.events)

    def inner() -> None:
        with inside.queue.begin_change():
            inside.queue.record_event("inner", id)
            inside.queue.fire_trigger(id, Trigger.CLAIM, JobState.RUNNING)

    def half() -> None:
        with inside.queue.begin_change():
            inside.queue.fire_trigger(id, Trigger.HOLD, JobState.HELD)
            with pytest.raises(Conflict):
                inner()
            assert inside.state(id) == "held", "an inner failure undoes the inner part alone"
            raise Failed("the outer part fails too")

    with pytest.raises(Failed):
        half()
    assert inside.state(id) == "queued"
    assert len(inside.events) == count


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.integers(0, 4), st.sampled_from(list(Trigger)), st.integers(0, 12)), max_size=40)
)
def test_any_requests_follow_the_state_table(
    inside: QueueParts, asked: list[tuple[int, Trigger, int]]
) -> None:
    ids = [inside.submit() for _ in range(3)]
    ids += [inside.submit(ids[0]), inside.submit(ids[1], ids[2])]
    for which, trigger, pick in asked:
        id = ids[which]
        before = JobState(inside.state(id))
        everywhere = list(JobState)
        target = everywhere[pick]
        if not any(row.trigger is trigger and (target in row.targets or not row.targets) for row in TABLE):
            continue
        if trigger in (Trigger.READY, Trigger.SKIP, Trigger.SUBMIT):
            continue  # the queue itself fires these triggers
        if not any(target in find_target_states(state, trigger) for state in everywhere):
            continue
        try:
            after = inside.queue.fire_trigger(id, trigger, target)
        except MilimoError:
            assert target not in find_target_states(before, trigger)
            assert inside.state(id) == before
        else:
            assert target in find_target_states(before, trigger)
            assert after.state == target
    for id in ids[3:]:
        needs = [JobState(inside.state(other)) for other in inside.file.list_needed_jobs(id)]
        if inside.state(id) == JobState.WAITING:
            assert not all(state in ENDED for state in needs), "nothing waits for what has ended"


def test_moving_a_job_a_hundred_times_to_one_place_keeps_the_order(inside: QueueParts) -> None:
    ids = [inside.submit() for _ in range(4)]
    for n in range(100):
        mover, beside = ids[n % 2 + 2], ids[0]
        with inside.queue.begin_change():
            inside.queue.edit_queued_job(
                mover, position=inside.file.find_position_next_to(beside, before=False)
            )
        assert [job.id for job in inside.file.select_startable_jobs("cpu", 10, HOST.now())][:2] == [
            ids[0],
            mover,
        ]
    assert {job.id for job in inside.file.select_startable_jobs("cpu", 10, HOST.now())} == set(ids)


# The event feed


async def test_slow_watcher_gets_a_gap_mark_and_delays_nobody(inside: QueueParts) -> None:
    feed = EventFeed(inside.file, ring=16, moment=0.0)
    slow_lines: list[bytes] = []
    fast_lines: list[bytes] = []
    let_on = asyncio.Event()

    async def slow(data: bytes) -> None:
        slow_lines.extend(data.splitlines())
        await let_on.wait()

    async def fast(data: bytes) -> None:
        fast_lines.extend(data.splitlines())

    watchers = [asyncio.ensure_future(feed.follow_events(send, None, [])) for send in (slow, fast)]
    await asyncio.sleep(0)
    for n in range(100):
        with inside.file.start_transaction():
            event = inside.file.add_event(float(n), "note", "", {"n": n})
        feed.push_events([event])
        await asyncio.sleep(0)
    fast_numbers = [json.loads(line)["event"]["n"] for line in fast_lines]
    assert fast_numbers == list(range(100))
    assert len(slow_lines) == 1
    let_on.set()
    await asyncio.sleep(0.05)
    told = [json.loads(line) for line in slow_lines]
    gaps = [message["gap"] for message in told if "gap" in message]
    assert len(gaps) == 1
    seen = [message["event"]["seq"] for message in told if "event" in message]
    missed = list(range(gaps[0]["after"] + 1, gaps[0]["before"]))
    assert sorted(seen + missed) == list(range(seen[0], seen[0] + 100)), "gap and events make the whole"
    for watcher in watchers:
        watcher.cancel()


async def test_replay_and_live_events_have_no_gap_and_no_repetition(inside: QueueParts) -> None:
    with inside.queue.begin_change():
        for n in range(1300):
            inside.queue.record_event("note", n=n)
    feed = EventFeed(inside.file)
    lines: list[bytes] = []

    async def send(data: bytes) -> None:
        lines.extend(data.splitlines())
        if len(lines) < 1400:  # Add events while the follower still reads older ones from the database.
            with inside.file.start_transaction():
                event = inside.file.add_event(0.0, "note", "", {})
            feed.push_events([event])
        await asyncio.sleep(0)

    watcher = asyncio.ensure_future(feed.follow_events(send, 0, []))
    while len(lines) < 1303:
        await asyncio.sleep(0)
    numbers = [json.loads(line)["event"]["seq"] for line in lines]
    assert numbers == list(range(1, len(numbers) + 1))
    watcher.cancel()


# The socket


async def test_connection_of_another_user_is_refused(inside: QueueParts, tmp_path: Path) -> None:
    """The kernel reports the user of a peer. Here the server belongs to another user, so the test itself is
    the foreign peer.
    """

    class House:
        socket = ""
        draining = False

        def has_left(self) -> bool:
            return False

        def stop_supervisor(self, *, now: bool) -> None:
            raise AssertionError("a stranger reached the desk")

        def set_off_command_when_done(self, off: WhenDoneCommand | None) -> None:
            raise AssertionError("a stranger reached the desk")

        def recount_quotas(self) -> None:
            raise AssertionError("a stranger reached the desk")

        def update_folder_watch(self) -> None:
            raise AssertionError("a stranger reached the desk")

        def describe_standing_tasks(self) -> tuple[OffWhenDoneView | None, dict[str, str], int]:
            raise AssertionError("a stranger reached the desk")

    desk = RequestHandler(inside.home, inside.queue, inside.dispatch, inside.publisher, House())
    path = tmp_path / "s.sock"
    turns = GroupCommit(inside.queue)
    server = ClientServer(path, desk, turns, inside.feed, lambda: None, user=os.getuid() + 1)
    await server.open()
    reader, writer = await asyncio.open_unix_connection(str(path))
    try:
        writer.write(b'{"hello": {"min": 1, "max": 1}}\n')
        assert await reader.read(100) == b""
    except ConnectionError:
        pass  # the server refused the connection before it read the greeting
    finally:
        writer.close()
        await server.close()
    with socket.socket(socket.AF_UNIX) as line, pytest.raises(FileNotFoundError):
        line.connect(str(path))
