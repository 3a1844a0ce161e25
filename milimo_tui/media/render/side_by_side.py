"""Parallel work on parts in threads, with results in order. The module is independent of films."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from threading import Event
from typing import TypeVar

import av

Part = TypeVar("Part")
Done = TypeVar("Done")
Made = Callable[[av.VideoFrame], None]

_WAITING = 2  # finished results that may wait for an earlier one


class _Stopped(Exception):
    """The results are not needed any more."""


def run_in_parallel(
    parts: Iterable[Part],
    do: Callable[[Part, Made], Done],
    workers: int,
    tell: Made,
) -> Generator[Done, None, None]:
    """Yield the results of `do` for each part, in order.

    `do` calls its second argument with every picture. `tell` is called for each picture in the caller's
    thread, with the newest picture. The first error in order is raised.
    """
    signs: SimpleQueue[bool] = SimpleQueue()
    newest: list[av.VideoFrame] = []
    stop = Event()

    def made(picture: av.VideoFrame) -> None:
        if stop.is_set():
            raise _Stopped
        newest[:] = [picture]
        signs.put(True)

    def begin(part: Part) -> Future[Done]:
        future = pool.submit(do, part, made)
        future.add_done_callback(lambda _: signs.put(False))
        return future

    coming: deque[Future[Done]] = deque()
    left = iter(parts)
    pool = ThreadPoolExecutor(workers, "segments")
    try:
        while True:
            while len(coming) < workers + _WAITING and (part := next(left, None)) is not None:
                coming.append(begin(part))
            if not coming:
                break
            while not (coming[0].done() and signs.empty()):
                if signs.get():
                    tell(newest[0])
            yield coming.popleft().result()
    finally:
        stop.set()
        pool.shutdown(wait=True, cancel_futures=True)
