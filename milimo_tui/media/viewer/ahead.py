"""Which frames the viewer makes before they are asked for: the next ones in the direction of play."""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import Any

MOST = 3  # frames a slot; more would be made in vain whenever playing stops


class Ahead:
    """Requests that are likely to come, by slot; a new request of the slot drops those before."""

    def __init__(self) -> None:
        self._wishes: OrderedDict[str, deque[dict[str, Any]]] = OrderedDict()

    def after(self, request: dict[str, Any]) -> None:
        """Note what may follow a request for a frame whose `ahead` says how far the next one is."""
        step, frame = int(request.get("ahead", 0)), int(request["frame"])
        slot = str(request.get("slot", ""))
        self._wishes.pop(slot, None)
        if step:
            steps = range(1, MOST + 1)
            self._wishes[slot] = deque({**request, "frame": frame + step * k} for k in steps)

    def take(self) -> dict[str, Any] | None:
        """Return the request that is likely next, of each slot in turn; None for none."""
        if not self._wishes:
            return None
        slot, wishes = self._wishes.popitem(last=False)
        wish = wishes.popleft()
        if wishes:
            self._wishes[slot] = wishes
        return wish
