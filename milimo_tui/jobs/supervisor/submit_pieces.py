"""Collect the parts of a submit (a message with new jobs) that is too large for one message, separately for
each connection.

The number of jobs and of bytes is limited. The module does not use the queue: after the last part, all jobs
are returned for a single commit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from milimo_tui.core.errors import BadInput
from milimo_tui.jobs.queue.orders import CheckedOrder
from milimo_tui.jobs.values.messages import MAX_IDS, BatchOrder

KEPT_BYTES = 64 << 20  # Maximum size in bytes of all collected specs. A submit with more is refused.


@dataclass(slots=True)
class SubmitParts:
    """The parts of an incomplete submit that one connection has sent so far."""

    _orders: list[CheckedOrder] = field(default_factory=list)
    _batches: list[BatchOrder] = field(default_factory=list)
    _bytes: int = 0
    _next: int = 0

    def add_part(self, part: int, orders: Sequence[CheckedOrder], batches: Sequence[BatchOrder]) -> None:
        """Store a part of a submit. Part 0 starts a new submit.

        Raises BadInput for a part that is out of order, and if there are too many jobs or bytes.
        """
        if part == 0:
            self.drop_parts()
        if part != self._next:
            self.drop_parts()
            raise BadInput("bad request: part: the parts of a request must be sent in order, from 0")
        self._next += 1
        self._orders += orders
        self._batches += batches
        self._bytes += sum(len(order.spec.text) for order in orders)
        if len(self._orders) > MAX_IDS or self._bytes > KEPT_BYTES:
            self.drop_parts()
            raise BadInput(
                f"too many jobs at once: the limit is {MAX_IDS} jobs and {KEPT_BYTES >> 20} MiB of specs"
            )

    def take_all_parts(self) -> tuple[list[CheckedOrder], list[BatchOrder]]:
        """Return all collected jobs and batches, and clear the collection."""
        found = self._orders, self._batches
        self.drop_parts()
        return found

    def drop_parts(self) -> None:
        """Discard all collected parts."""
        self._orders, self._batches, self._bytes, self._next = [], [], 0, 0
