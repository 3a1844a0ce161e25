"""The garbage collector beside a person: what stays anyway is not scanned, and nobody waits for the rest.

Scanning the values of 30,000 clips for circles, of which they have none, stops the studio for a tenth of a
second every other edit; the outline of 5,000 lines for as long, every few hundred keys. What Textual drops in
circles while keys come is 10,000 objects every five seconds: to look for them in all that is alive stops it
for 0.1 to 0.4 s, so that is done when the keys rest.
"""

from __future__ import annotations

import gc
from collections.abc import Callable

LOOK_SECONDS = 0.5
REST_SECONDS = 0.7  # without a key or a frame that plays
LONGEST_LOOKS = 60  # looks after which it is done at any rate: a film may play for hours
LITTLE = 3  # collections of what is younger: less has come in since that is worth a look
NEVER = 1 << 30


class RestCollector:
    """Collects garbage of the oldest generation when the keys rest; nobody else does from `start` on."""

    def __init__(self, rested: Callable[[], float]) -> None:
        """`rested` gives the seconds since the last key, or frame that played."""
        self._rested = rested
        self._looks, self._younger = 0, 0

    def start(self) -> None:
        """Leave what is alive out of every collection, and the oldest generation to `look`."""
        freeze_heap()
        young, middle, _ = gc.get_threshold()
        gc.set_threshold(young, middle, NEVER)
        self._younger = _collected_younger()

    def look(self) -> None:
        """Collect what came together, if it is time to; call it every `LOOK_SECONDS`."""
        self._looks += 1
        if self._rested() < REST_SECONDS and self._looks < LONGEST_LOOKS:
            return
        if _collected_younger() - self._younger < LITTLE:
            return
        gc.collect()
        self._looks, self._younger = 0, _collected_younger()


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
