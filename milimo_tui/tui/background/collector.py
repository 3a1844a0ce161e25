"""The garbage collector beside a person: what stays anyway is not scanned, and nobody waits for the rest.

Scanning the values of 30,000 clips for circles, of which they have none, stops the studio for a tenth of a
second every other edit; the outline of 5,000 lines for as long, every few hundred keys. What Textual drops in
circles while keys come is 10,000 objects every five seconds: to look for them in all that is alive stops it
for 0.1 to 0.4 s, so that is done when the keys rest. What a key leaves behind is looked through in the pause
behind it: amid a key, where Python does it, every tenth waited 4 ms longer for its paint.

Of the memory for small values Python gives back only what is empty by the megabyte, so that the most that
was ever in use at once stays. Where screens open and close and the keys never rest, 10 to 17 MB waited to be
collected after half a minute: once it is 6 MB it is looked for in a pause behind a key.
"""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Callable

from milimo_tui.core.host import trim_memory

LOOK_SECONDS = 0.5
REST_SECONDS = 0.7  # without a key or a frame that plays
PAUSE_SECONDS = 0.06  # behind a key that was answered; one that is held comes sooner
# New values after which Python looks through the youngest by itself, where keys leave no pause; and how often
# it does before it looks through those that were left over.
YOUNG, MIDDLE = 5_000, 2
LONGEST_LOOKS = 60  # looks after which it is done at any rate: a film may play for hours
LITTLE = 3  # collections of what is younger: less has come in since that is worth a look
MUCH = 80_000  # blocks of memory that came, of 70 bytes or so: as ten pages leave that opened and closed
NEVER = 1 << 30


class RestCollector:
    """Collects garbage of the oldest generation when the keys rest; nobody else does from `start` on."""

    def __init__(self, rested: Callable[[], float]) -> None:
        """`rested` gives the seconds since the last key, or frame that played."""
        self._rested = rested
        self._looks, self._younger = 0, 0
        self._values = 0  # that came, and were looked through in pauses
        self._least = sys.getallocatedblocks()  # blocks in use since all was collected
        self._pause: asyncio.TimerHandle | None = None
        self._is_started = False

    def start(self) -> None:
        """Leave what is alive out of every collection, and the oldest generation to `look`.

        Until then the studio collects nothing (`cli.main`): to look for circles in what was just made took a
        third of the time that a first screen needs for its imports.
        """
        freeze_heap()
        gc.set_threshold(YOUNG, MIDDLE, NEVER)
        gc.enable()
        self._least = sys.getallocatedblocks()
        self._younger, self._is_started = _collected_younger(), True

    def key_came(self) -> None:
        """Look through what a key leaves behind in the pause behind it; for the event loop."""
        if self._is_started and self._pause is None:
            self._pause = asyncio.get_running_loop().call_later(PAUSE_SECONDS, self._look_at_young)

    def _look_at_young(self) -> None:
        """Collect what is young, or all where much waits, unless another key came meanwhile."""
        self._pause = None
        if self._rested() < PAUSE_SECONDS:
            self.key_came()
            return
        if sys.getallocatedblocks() - self._least > MUCH:
            self._collect()
            return
        young, middle, _ = gc.get_count()
        self._values += young + middle * YOUNG
        gc.collect(1)
        self._younger += 1

    def look(self) -> None:
        """Collect what came together, if it is time to; call it every `LOOK_SECONDS`."""
        self._looks += 1
        self._least = min(self._least, sys.getallocatedblocks())  # a long film was closed
        if self._rested() < REST_SECONDS and self._looks < LONGEST_LOOKS:
            return
        if _collected_younger() - self._younger + self._values // (YOUNG * MIDDLE) < LITTLE:
            return
        self._collect()

    def _collect(self) -> None:
        gc.collect()
        trim_memory()  # of what the widgets of closed screens held little goes back by itself
        self._looks, self._younger, self._values = 0, _collected_younger(), 0
        self._least = sys.getallocatedblocks()


def _collected_younger() -> int:
    """Return how often the generation before the oldest was collected."""
    return int(gc.get_stats()[1]["collections"])


def freeze_heap() -> None:
    """Collect garbage, then leave all that is alive out of every collection to come.

    Call it once, when a long cut or screenplay has been read: what is frozen and let go in a circle later is
    never freed.
    """
    gc.collect()
    gc.freeze()
