"""Make small pictures and store them as files. A helper process does the work, and ends when all pictures are
made.

The event loop is not blocked: each picture is reported as soon as it is ready.
"""

from __future__ import annotations

import asyncio
import json
from asyncio.subprocess import Process, SubprocessStreamProtocol
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any

SECONDS = 60.0  # Seconds that a picture may take; then the helper is stopped.
MOST_BYTES = 2**16  # Maximum size of the helper's answer, in bytes.

Order = Mapping[str, Any]


async def make_picture_files(
    module: str, orders: Sequence[Order]
) -> AsyncGenerator[tuple[Order, bool], None]:
    """Run the helper process `module` (see `media.files.answering`) and give it the orders one after the
    other. An order describes a picture to make. Yield each order with True if its picture was made.

    If the helper dies, it is restarted for the remaining orders.
    """
    left = list(orders)
    while left:
        started = await _start_picture_helper(module)
        if started is None:
            return
        transport, process = started
        try:
            while left:
                order = left.pop(0)
                answer = await _request_picture_file(process, order)
                yield order, answer is not None and "error" not in answer
                if answer is None:
                    break
        finally:
            transport.close()  # This ends the helper immediately, so that leaving the studio does not wait.
            await process.wait()


async def _start_picture_helper(module: str) -> tuple[asyncio.SubprocessTransport, Process] | None:
    from milimo_tui.media.files import helper_process

    loop = asyncio.get_running_loop()
    try:
        transport, protocol = await loop.subprocess_exec(
            lambda: SubprocessStreamProtocol(limit=MOST_BYTES, loop=loop),
            *helper_process.make_module_command(module),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=helper_process.make_helper_environment(),
            start_new_session=True,  # The helper must not receive signals from the terminal's keys.
        )
    except OSError:
        return None  # Return None instead of raising, because missing pictures must not stop other work.
    return transport, Process(transport, protocol, loop)


async def _request_picture_file(process: Process, order: Order) -> dict[str, Any] | None:
    """Return the helper's answer; None if the helper died or was too slow."""
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
