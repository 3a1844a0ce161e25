"""Has small pictures made that are kept as files, by a helper process that lives as long as it takes.

The event loop waits for nothing: each is told of when it is there.
"""

from __future__ import annotations

import asyncio
import json
from asyncio.subprocess import Process, SubprocessStreamProtocol
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any

SECONDS = 60.0  # one that takes longer is given up
MOST_BYTES = 2**16  # of an answer

Order = Mapping[str, Any]


async def make(module: str, orders: Sequence[Order]) -> AsyncGenerator[tuple[Order, bool], None]:
    """Have `module` (see `media.files.answering`) fill the orders in turn; yield each with whether it could.

    A helper that dies of one is started again for the rest.
    """
    left = list(orders)
    while left:
        started = await _start(module)
        if started is None:
            return
        transport, process = started
        try:
            while left:
                order = left.pop(0)
                answer = await _answer(process, order)
                yield order, answer is not None and "error" not in answer
                if answer is None:
                    break
        finally:
            transport.close()  # ends it; at once, for who leaves the studio waits for nothing
            await process.wait()


async def _start(module: str) -> tuple[asyncio.SubprocessTransport, Process] | None:
    from milimo_tui.media.files import helper_process

    loop = asyncio.get_running_loop()
    try:
        transport, protocol = await loop.subprocess_exec(
            lambda: SubprocessStreamProtocol(limit=MOST_BYTES, loop=loop),
            *helper_process.command(module),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=helper_process.environment(),
            start_new_session=True,  # keys of the terminal are not for it
        )
    except OSError:
        return None  # pictures are never worth stopping for
    return transport, Process(transport, protocol, loop)


async def _answer(process: Process, order: Order) -> dict[str, Any] | None:
    """Return what the helper answers; None where it died or was too slow."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(json.dumps(dict(order)).encode() + b"\n")
        await process.stdin.drain()
        line = await asyncio.wait_for(process.stdout.readline(), SECONDS)
        answer: dict[str, Any] = json.loads(line)
    except (OSError, TimeoutError, ValueError):
        return None
    return answer
