"""Test the event feed: the first event after a pause is sent at once, later events are sent together, each
event is encoded once, and filters leave events out.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from milimo_tui.jobs.supervisor.event_feed import MOMENT_SECONDS, EventFeed, encode_event
from milimo_tui.store.jobs.studio_values import Event
from tests.jobs.supervisor_parts import QueueParts


@pytest.fixture
def inside(tmp_path: Path) -> Iterator[QueueParts]:
    made = QueueParts(tmp_path)
    yield made
    made.close()


class Watcher:
    """A follower of the feed that records each piece of bytes it receives."""

    def __init__(self, feed: EventFeed, *jobs: str) -> None:
        self.pieces: list[bytes] = []
        self.task = asyncio.ensure_future(feed.follow_events(self.send, None, jobs))

    async def send(self, data: bytes) -> None:
        self.pieces.append(data)

    def numbers(self) -> list[int]:
        return [json.loads(line)["event"]["seq"] for piece in self.pieces for line in piece.splitlines()]


async def happen(inside: QueueParts, feed: EventFeed, *jobs: str) -> None:
    """Add one event for each of the jobs and push the events one by one."""
    with inside.file.start_transaction():
        data = {"text": "“quoted” \\ and\nbroken"}
        events = [inside.file.add_event(0.5, "note", job, data) for job in jobs]
    for event in events:
        feed.push_events([event])
        await asyncio.sleep(0)


async def until(test: Watcher, count: int) -> None:
    while len(test.numbers()) < count:
        await asyncio.sleep(MOMENT_SECONDS / 5)


async def test_first_event_is_sent_at_once_and_the_next_ones_together(inside: QueueParts) -> None:
    feed = EventFeed(inside.file, moment=3600.0)
    watcher = Watcher(feed)
    await asyncio.sleep(0)
    await happen(inside, feed, "job_a")
    await asyncio.sleep(0)
    assert watcher.numbers() == [1], "it did not wait"
    await happen(inside, feed, *["job_a"] * 20)
    assert watcher.numbers() == [1]
    feed._end_pause()  # end the pause in which events are collected
    await until(watcher, 21)
    assert len(watcher.pieces) == 2
    assert watcher.numbers() == list(range(1, 22))
    watcher.task.cancel()


async def test_all_watchers_are_sent_the_same_bytes(inside: QueueParts) -> None:
    feed = EventFeed(inside.file)
    watchers = [Watcher(feed) for _ in range(3)]
    picky = Watcher(feed, "job_b")
    await asyncio.sleep(0)
    await happen(inside, feed, "job_a", "job_b", "job_a", "job_b")
    for watcher in watchers:
        await until(watcher, 4)
    assert len({id(watcher.pieces[-1]) for watcher in watchers}) == 1
    await until(picky, 2)
    assert picky.numbers() == [2, 4]
    for watcher in (*watchers, picky):
        watcher.task.cancel()


async def test_nothing_is_due_without_events(inside: QueueParts) -> None:
    feed = EventFeed(inside.file)
    watcher = Watcher(feed)
    await asyncio.sleep(0)
    await happen(inside, feed, "job_a", "job_a")
    await until(watcher, 2)
    await asyncio.sleep(3 * MOMENT_SECONDS)
    loop = asyncio.get_running_loop()
    assert not [timer for timer in loop._scheduled if not timer.cancelled()]  # type: ignore[attr-defined]
    watcher.task.cancel()


@pytest.mark.parametrize("data", [{}, {"a": 1}, {"text": 'ü\n"\\', "deep": {"x": [1, None]}}])
@pytest.mark.parametrize("job", ["", "job_1"])
def test_line_describes_its_event(inside: QueueParts, data: dict[str, object], job: str) -> None:
    with inside.file.start_transaction():
        event = inside.file.add_event(1.25, "note", job, data)
    bare = Event(event.seq, event.at, event.kind, event.job, event.data)
    assert json.loads(encode_event(event)) == json.loads(encode_event(bare)) == {"event": event.as_json()}
