"""Test the two ends of a worker queue in one process. `pool_suite` tests the queue between processes."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from milimo_tui.jobs.worker.worker_queue import make_queue_pair

LARGE = "x" * 3_000_000  # more than fits into the buffer of a pipe


async def test_messages_arrive_in_order_in_both_directions() -> None:
    ours, theirs = make_queue_pair()
    for n in range(3):
        ours.put({"n": n})
        theirs.put({"n": -n})
    assert [await ours.get() for _ in range(3)] == [{"n": 0}, {"n": -1}, {"n": -2}]
    assert [await asyncio.to_thread(theirs.get) for _ in range(3)] == [{"n": 0}, {"n": 1}, {"n": 2}]
    ours.close()
    with pytest.raises(EOFError):
        theirs.get()
    theirs.put({"n": 4})  # the closed end drops this message
    theirs.close()


async def test_put_of_the_supervisor_does_not_block_while_nobody_reads() -> None:
    ours, theirs = make_queue_pair()
    ours.put({"text": LARGE})
    await asyncio.sleep(0.05)
    assert await asyncio.to_thread(theirs.get) == {"text": LARGE}
    ours.close()
    theirs.close()


async def test_closed_queue_returns_what_arrived_before_the_end() -> None:
    ours, theirs = make_queue_pair()
    waiting = asyncio.create_task(ours.get())
    await asyncio.sleep(0)
    theirs.put({"n": 1})
    theirs.put({"n": 2})
    theirs.close()
    ours.close()
    assert [await waiting, await ours.get()] == [{"n": 1}, {"n": 2}]
    with pytest.raises(EOFError):
        await ours.get()


async def test_blocking_get_returns_messages_and_reports_a_closed_end() -> None:
    ours, theirs = make_queue_pair()
    began = time.monotonic()
    assert ours.get_blocking(0.05) == []
    assert time.monotonic() - began >= 0.05
    sender = threading.Thread(target=theirs.put, args=({"text": LARGE},))
    sender.start()
    assert ours.get_blocking(60.0) == [{"text": LARGE}]
    sender.join()
    theirs.close()
    for _ in range(2):
        with pytest.raises(BrokenPipeError):
            ours.get_blocking(60.0)
    ours.close()
