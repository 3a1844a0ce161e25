"""Parallel work on a series of parts in threads, with the results in order. The module knows nothing about
films.
"""

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

# At most this many parts may be queued, or finished and not yet yielded, in addition to those being worked
# on.
_WAITING = 2


class _Stopped(Exception):
    """An exception that ends the work in a worker thread because the caller no longer needs the results."""


def run_in_parallel(
    parts: Iterable[Part],
    do: Callable[[Part, Made], Done],
    workers: int,
    report_made: Made,
) -> Generator[Done, None, None]:
    """Call `do` for each part in one of `workers` threads, and yield the results in the order of the parts.

    `do` gets the part and a function, which it must call with every picture that it finishes. After each such
    call, `report_made` is called in the caller's thread with the newest picture. If several parts fail, the
    error of the earliest part is raised.
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
                    report_made(newest[0])
            yield coming.popleft().result()
    finally:
        stop.set()
        pool.shutdown(wait=True, cancel_futures=True)
