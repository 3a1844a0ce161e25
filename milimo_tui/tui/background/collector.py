"""Garbage collection that does not delay the user: permanent objects are not scanned, the rest only in
pauses.

Scanning the values of 30,000 clips for reference cycles, of which they have none, stops the studio for a
tenth of a second on every other edit; the outline of 5,000 lines for as long, every few hundred keys. While
keys arrive, Textual drops 10,000 objects in cycles every five seconds. A search for them among all living
objects takes 0.1 to 0.4 s, so it runs when no keys arrive. The garbage of one key is collected in the pause
after that key: when Python did this during the key, every tenth paint was 4 ms late.

Python returns the memory of small values only in empty megabytes, so the peak use stays allocated. Where
screens open and close and keys arrive without a pause, 10 to 17 MB waited to be collected after half a
minute. At 6 MB, the search runs in a pause after a key.
"""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Callable

from milimo_tui.core.host import trim_memory

LOOK_SECONDS = 0.5
REST_SECONDS = 0.7  # Seconds without a key or a played frame that count as rest.
PAUSE_SECONDS = 0.06  # Wait after a key that was handled; a held key repeats sooner than this.
# Thresholds for Python's own collections, for keys without a pause: new objects before a young collection,
# and young collections before a middle one.
YOUNG, MIDDLE = 5_000, 2
LONGEST_LOOKS = 60  # Collect after this many calls in any case: a film may play for hours.
LITTLE = 3  # Below this many younger collections, too little has arrived to be worth a full one.
MUCH = 80_000  # New memory blocks of about 70 bytes: the garbage of ten screens that were opened and closed.
NEVER = 1 << 30


class RestCollector:
    """Collects the oldest generation when no keys arrive. After `start`, nothing else collects that
    generation.
    """

    def __init__(self, rested: Callable[[], float]) -> None:
        """Create the collector. `rested` returns the seconds since the last key or played frame."""
        self._rested = rested
        self._looks, self._younger = 0, 0
        self._values = 0  # New values that were scanned in pauses.
        self._least = sys.getallocatedblocks()  # The fewest blocks in use since the last full collection.
        self._pause: asyncio.TimerHandle | None = None
        self._is_started = False

    def start(self) -> None:
        """Exclude living objects from every collection, and leave the oldest generation to `collect_if_due`.

        Until then the studio collects nothing (`cli.main`): scanning the new objects took a third of the time
        that a first screen needs for its imports.
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
        """Collect young objects, or everything if much is waiting, unless another key arrived meanwhile."""
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
        """Collect everything if a collection is due. Call every `LOOK_SECONDS`."""
        self._looks += 1
        # The number drops when a long film is closed.
        self._least = min(self._least, sys.getallocatedblocks())
        if self._rested() < REST_SECONDS and self._looks < LONGEST_LOOKS:
            return
        if _count_middle_collections() - self._younger + self._values // (YOUNG * MIDDLE) < LITTLE:
            return
        self._collect_everything()

    def _collect_everything(self) -> None:
        gc.collect()
        trim_memory()  # Little of the memory of closed screens returns to the system by itself.
        self._looks, self._younger, self._values = 0, _count_middle_collections(), 0
        self._least = sys.getallocatedblocks()


def _count_middle_collections() -> int:
    """Return the number of collections of the generation before the oldest."""
    return int(gc.get_stats()[1]["collections"])


def freeze_heap() -> None:
    """Collect garbage, then exclude all living objects from later collections.

    Call it once, after a long cut or screenplay was read: a frozen object that later becomes part of a
    dropped cycle is never freed.
    """
    gc.collect()
    gc.freeze()
