"""Makes small pictures that are stored as files, in a helper process that lives as long as the work takes.

The event loop waits for nothing: each picture is reported when it is ready.
"""

from __future__ import annotations

import asyncio
import json
from asyncio.subprocess import Process, SubprocessStreamProtocol
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any

SECONDS = 60.0  # The helper is stopped if a picture takes longer.
MOST_BYTES = 2**16  # Maximum size of an answer.

Order = Mapping[str, Any]


async def make_picture_files(
    module: str, orders: Sequence[Order]
) -> AsyncGenerator[tuple[Order, bool], None]:
    """Let the helper `module` (see `media.files.answering`) fill the orders in turn; yield each with its
    success.

    A helper that dies on an order is restarted for the remaining orders.
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
        return None  # Missing pictures must not stop anything else.
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
