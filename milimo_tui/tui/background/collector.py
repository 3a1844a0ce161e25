"""Garbage collection that does not delay the user: long-lived objects are never scanned, and the others only
in pauses.

Python's collector searches for reference cycles by scanning all objects. The values of 30,000 clips have no
cycles, but scanning them would stop the studio for a tenth of a second on every other edit. Scanning the
outline of a screenplay of 5,000 lines would stop the studio for the same time, once every few hundred keys.
Therefore these objects are excluded.

While keys arrive, Textual drops 10,000 objects in cycles every five seconds. A full search takes 0.1 to 0.4
s, so it runs when no keys arrive. The garbage of a single key is collected in the pause after the key: when
Python did this during the key, every tenth paint was 4 ms late.

Python returns the memory of small objects to the system only in empty blocks of a megabyte, so the memory of
the peak stays allocated. If screens open and close while keys arrive without a pause, 10 to 17 MB of garbage
gather in half a minute. From about 6 MB, the full search therefore runs in a short pause after a key.
"""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Callable

from milimo_tui.core.host import trim_memory

LOOK_SECONDS = 0.5
REST_SECONDS = 0.7  # The user counts as resting after this time in seconds without a key or a played frame.
# Seconds between a key and the collection after it. A key that is held down repeats sooner, so no collection
# runs meanwhile.
PAUSE_SECONDS = 0.06
# Thresholds of Python's own collections, which run while keys arrive without a pause. They are the number of
# new objects before a young collection, and the number of young collections before a middle one.
YOUNG, MIDDLE = 5_000, 2
# After this number of checks, a full collection no longer waits until the user rests, because a film may play
# for hours.
LONGEST_LOOKS = 60
# With fewer collections of young objects since the last full collection, a full one is not worthwhile.
LITTLE = 3
# Collect everything in the pause after a key if this many memory blocks (of about 70 bytes) are new since the
# last full collection. Opening and closing ten screens leaves about this number.
MUCH = 80_000
NEVER = 1 << 30


class RestCollector:
    """A collector that runs full garbage collections when no keys arrive. After `start`, Python itself no
    longer collects the oldest generation.
    """

    def __init__(self, rested: Callable[[], float]) -> None:
        """Create the collector. `rested` returns the seconds since the last key or the last played frame."""
        self._rested = rested
        self._looks, self._younger = 0, 0
        self._values = 0  # Number of new objects scanned in the pauses after keys.
        # Smallest number of memory blocks in use since the last full collection.
        self._least = sys.getallocatedblocks()
        self._pause: asyncio.TimerHandle | None = None
        self._is_started = False

    def start(self) -> None:
        """Exclude all present objects from collection, and leave the oldest generation to `collect_if_due`.

        Before this call, garbage collection is off (`cli.main`): scanning new objects took a third of the
        time for importing the modules of the first screen.
        """
        freeze_heap()
        gc.set_threshold(YOUNG, MIDDLE, NEVER)
        gc.enable()
        self._least = sys.getallocatedblocks()
        self._younger, self._is_started = _count_middle_collections(), True

    def key_came(self) -> None:
        """Schedule a collection in the pause after a key. Call on the event loop."""
        if self._is_started and self._pause is None:
            self._pause = asyncio.get_running_loop().call_later(PAUSE_SECONDS, self._collect_after_key)

    def _collect_after_key(self) -> None:
        """Collect the younger generations, or everything if much garbage is waiting. If another key has
        arrived meanwhile, wait for the next pause.
        """
        self._pause = None
        if self._rested() < PAUSE_SECONDS:
            self.key_came()
            return
        if sys.getallocatedblocks() - self._least > MUCH:
            self._collect_everything()
            return
        young, middle, _ = gc.get_count()
        self._values += young + middle * YOUNG
        gc.collect(1)
        self._younger += 1

    def collect_if_due(self) -> None:
        """Run a full garbage collection, unless Python has run only few collections of younger objects since
        the last one. Wait until no keys arrive, but for at most `LONGEST_LOOKS` calls. Call this method every
        `LOOK_SECONDS`.
        """
        self._looks += 1
        # Closing a long film frees many blocks, and later growth must be measured from the lower number.
        self._least = min(self._least, sys.getallocatedblocks())
        if self._rested() < REST_SECONDS and self._looks < LONGEST_LOOKS:
            return
        if _count_middle_collections() - self._younger + self._values // (YOUNG * MIDDLE) < LITTLE:
            return
        self._collect_everything()

    def _collect_everything(self) -> None:
        gc.collect()
        # Without this call, the C library returns little of the memory of closed screens to the system.
        trim_memory()
        self._looks, self._younger, self._values = 0, _count_middle_collections(), 0
        self._least = sys.getallocatedblocks()


def _count_middle_collections() -> int:
    """Return the number of collections of the middle generation so far."""
    return int(gc.get_stats()[1]["collections"])


def freeze_heap() -> None:
    """Collect garbage, then exclude all living objects from later collections.

    Call this only once, after a long cut or screenplay was read. An excluded object that later becomes part
    of an unreachable cycle is never freed.
    """
    gc.collect()
    gc.freeze()
