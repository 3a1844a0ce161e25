"""Test group commit: changes that arrive together share one commit, a failure affects only its own request,
and no turn reads an entire table.
"""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import TypeVar, cast

import pytest

from milimo_tui.core.errors import Conflict, NotFound
from milimo_tui.engines.contract.engine import Result
from milimo_tui.jobs.supervisor.event_feed import EventFeed
from milimo_tui.jobs.supervisor.group_commit import COMPANY_CHANGES, GroupCommit, GroupedListener
from milimo_tui.jobs.supervisor.request_handler import RequestHandler
from milimo_tui.jobs.supervisor.server import ClientServer
from milimo_tui.jobs.values.states import JobState, Trigger
from tests.jobs.supervisor_parts import QueueParts, order, placed

T = TypeVar("T")


@pytest.fixture
def inside(tmp_path: Path) -> Iterator[QueueParts]:
    made = QueueParts(tmp_path)
    yield made
    made.close()


@pytest.fixture
def commits(inside: QueueParts) -> GroupCommit:
    commit = GroupCommit(inside.queue)
    commit.at_end = inside.dispatch.assign_queued_jobs
    return commit


async def ask(commits: GroupCommit, act: Callable[[], T]) -> T:
    """Run `act` in the next turn. Return its result once the result is durable, or raise its error."""
    future: asyncio.Future[T] = asyncio.get_running_loop().create_future()

    def reply(said: T | Exception) -> None:
        if isinstance(said, Exception):
            future.set_exception(said)
        else:
            future.set_result(said)

    commits.enqueue_request(act, reply)
    return await future


def statements(inside: QueueParts) -> list[str]:
    """Return a list that collects all SQL statements from now on."""
    told: list[str] = []
    inside.file._db.set_trace_callback(told.append)
    return told


async def test_simultaneous_requests_are_one_commit_with_the_claims(
    inside: QueueParts, commits: GroupCommit
) -> None:
    told = statements(inside)
    ids = await asyncio.gather(*(ask(commits, inside.submit) for _ in range(5)))
    assert told.count("COMMIT") == 1
    assert inside.state(ids[0]) == "running"
    assert [message["job"] for _, message in inside.pool.sent] == [ids[0]]


async def test_answer_follows_the_commit(inside: QueueParts, commits: GroupCommit) -> None:
    told = statements(inside)
    answer = asyncio.ensure_future(ask(commits, inside.submit))
    while not answer.done():
        assert not inside.pool.sent or "COMMIT" in told, "no command before its claim is durable"
        await asyncio.sleep(0)
    assert "COMMIT" in told
    reader = sqlite3.connect(inside.file.path)
    assert reader.execute("SELECT count(*) FROM job WHERE id = ?", (answer.result(),)).fetchone() == (1,)
    reader.close()


async def test_failed_request_is_rolled_back_alone(inside: QueueParts, commits: GroupCommit) -> None:
    def half(id: str) -> None:
        inside.submit()
        inside.queue.fire_trigger(id, Trigger.RESUME, JobState.QUEUED)

    held = inside.submit(hold=True)
    good, bad, missing = await asyncio.gather(
        ask(commits, inside.submit),
        ask(commits, partial(half, held)),
        ask(commits, partial(inside.queue.get, "job_0")),
        return_exceptions=True,
    )
    assert isinstance(bad, Conflict)
    assert isinstance(missing, NotFound)
    assert {job.id for job in inside.file.select_jobs()} == {held, good}
    assert [event.seq for event in inside.events] == list(range(1, len(inside.events) + 1))


async def test_bug_in_a_request_ends_only_that_request(inside: QueueParts, commits: GroupCommit) -> None:
    def bug() -> None:
        inside.submit()
        raise KeyError("a bug")

    good, bad = await asyncio.gather(ask(commits, inside.submit), ask(commits, bug), return_exceptions=True)
    assert isinstance(bad, KeyError)
    assert [job.id for job in inside.file.select_jobs()] == [good]


async def test_full_database_fails_the_request_and_changes_nothing(
    inside: QueueParts, commits: GroupCommit
) -> None:
    pages = inside.file._db.execute("PRAGMA page_count").fetchone()[0]
    inside.file._db.execute(f"PRAGMA max_page_count = {pages}")
    wanted = [placed(order()) for _ in range(200)]
    with pytest.raises(sqlite3.OperationalError, match="full"):
        await ask(commits, partial(inside.queue.submit_orders, wanted))
    assert inside.file.select_jobs() == []
    assert inside.events == []
    inside.file._db.execute("PRAGMA max_page_count = 1000000")
    assert inside.state(await ask(commits, inside.submit)) == "running", (
        "it goes on where there is room again"
    )


async def test_unwritable_message_of_a_worker_is_not_lost(inside: QueueParts, commits: GroupCommit) -> None:
    def full() -> None:
        raise sqlite3.OperationalError("database or disk is full")

    commits.enqueue_change(full)
    with pytest.raises(sqlite3.OperationalError):
        commits.flush()


async def test_workers_are_read_in_turns_in_the_order_of_messages(
    inside: QueueParts, commits: GroupCommit
) -> None:
    listener = GroupedListener(inside.dispatch.workers, commits)
    id = await ask(commits, inside.submit)
    command = inside.pool.runs("cpu")
    result = Result().model_dump(mode="json")
    told = statements(inside)
    listener.handle_worker_message("cpu", {"say": "accepted", "token": command["token"]})
    listener.handle_worker_message("cpu", {"say": "made", "token": command["token"], "result": result})
    commits.flush()
    assert inside.state(id) == "done"
    assert told.count("COMMIT") == 1


async def test_messages_of_a_busy_worker_share_a_commit(inside: QueueParts) -> None:
    commits = GroupCommit(inside.queue, company_seconds=3600.0)
    commits.at_end = inside.dispatch.assign_queued_jobs
    listener = GroupedListener(inside.dispatch.workers, commits, lambda id: True)
    id = await ask(commits, inside.submit)
    command = inside.pool.runs("cpu")
    told = statements(inside)
    for message in (
        {"say": "accepted", "token": command["token"]},
        {"say": "made", "token": command["token"], "result": Result().model_dump(mode="json")},
    ):
        listener.handle_worker_message("cpu", message)
        for _ in range(5):
            await asyncio.sleep(0)
    assert inside.state(id) == "running", "it waits for company"
    commits.flush()
    assert inside.state(id) == "done"
    assert told.count("COMMIT") == 1


async def test_messages_that_are_company_enough_do_not_wait(inside: QueueParts) -> None:
    commits = GroupCommit(inside.queue, company_seconds=3600.0)
    listener = GroupedListener(inside.dispatch.workers, commits, lambda id: True)
    commits.at_end = inside.dispatch.assign_queued_jobs
    id = await ask(commits, inside.submit)
    token = inside.pool.runs("cpu")["token"]
    told = statements(inside)
    for _ in range(COMPANY_CHANGES - 1):
        listener.handle_worker_message("cpu", {"say": "beat", "token": token})
    await asyncio.sleep(0)
    assert inside.state(id) == "running"
    assert told.count("COMMIT") == 0, "the messages wait for others"
    result = Result().model_dump(mode="json")
    listener.handle_worker_message("cpu", {"say": "made", "token": token, "result": result})
    for _ in range(5):
        await asyncio.sleep(0)
    assert inside.state(id) == "done"
    assert told.count("COMMIT") == 1


async def test_single_message_is_processed_without_waiting(inside: QueueParts, commits: GroupCommit) -> None:
    listener = GroupedListener(inside.dispatch.workers, commits, lambda id: True)
    id = await ask(commits, inside.submit)
    token = inside.pool.runs("cpu")["token"]
    result = Result().model_dump(mode="json")
    listener.handle_worker_message("cpu", {"say": "made", "token": token, "result": result})
    while inside.state(id) != "done":
        await asyncio.sleep(0.001)


async def test_no_turn_reads_a_whole_table(inside: QueueParts, commits: GroupCommit) -> None:
    """Every statement of a turn uses an index or reads only the head of a lane, so its cost does not grow
    with the number of jobs.
    """
    first = await ask(commits, inside.submit)
    needing = await ask(commits, partial(inside.submit, first))
    told = statements(inside)
    await ask(commits, inside.submit)
    command = inside.pool.runs("cpu")
    inside.pool.say("cpu", say="accepted", token=command["token"])
    inside.pool.say("cpu", say="made", token=command["token"], result=Result().model_dump(mode="json"))
    await ask(commits, lambda: None)
    assert inside.state(first) == "done"
    assert inside.state(needing) in ("queued", "running")
    inside.file._db.set_trace_callback(None)
    asked = [text for text in told if re.match(r"(SELECT|UPDATE|DELETE|INSERT)", text)]
    assert len(asked) > 10
    for text in asked:
        plan = inside.file._db.execute(f"EXPLAIN QUERY PLAN {text}").fetchall()
        scans = [row[3] for row in plan if re.match(r"SCAN (job|attempt|event|dependency|timing)\b", row[3])]
        assert scans == [], f"{text}: {scans}"


async def test_unexpected_error_ends_the_process(inside: QueueParts, tmp_path: Path) -> None:
    """A broken database ends the supervisor (`supervisor._crash`), whichever request discovers it."""
    judged: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, told: judged.append(told["exception"]))
    commits = GroupCommit(inside.queue)
    broken = sqlite3.DatabaseError("database disk image is malformed")

    def breaks(request: object, pieces: object) -> None:
        raise broken

    desk = SimpleNamespace(
        answer_request=breaks, queries=SimpleNamespace(prepare_answer=prepare_nothing), draining=False
    )
    server = ClientServer(
        tmp_path / "s", cast(RequestHandler, desk), commits, EventFeed(inside.file), lambda: None
    )
    await server.open()
    reader, writer = await asyncio.open_unix_connection(tmp_path / "s")
    writer.write(b'{"hello": {"min": 1, "max": 2}}\n{"op": "status", "id": 1}\n')
    assert b"hello" in await reader.readline()
    assert await reader.read() == b"", "its client is parted from"
    assert judged == [broken]
    writer.close()
    await server.close()


async def prepare_nothing(request: object) -> None:
    """Do nothing: a stand-in for the step that reads values before a request."""
