"""Prefetching of frames in the viewer: the next frames in the direction of playback."""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import Any

MAX_PREFETCHED = 3  # frames per slot; more would be wasted whenever playback stops


class FramePrefetcher:
    """Likely future requests by slot; a new request of a slot replaces its earlier ones."""

    def __init__(self) -> None:
        self._wishes: OrderedDict[str, deque[dict[str, Any]]] = OrderedDict()

    def note_request(self, request: dict[str, Any]) -> None:
        """Note the likely successors of a frame request; its `ahead` is the distance to the next frame."""
        step, frame = int(request.get("ahead", 0)), int(request["frame"])
        slot = str(request.get("slot", ""))
        self._wishes.pop(slot, None)
        if step:
            steps = range(1, MAX_PREFETCHED + 1)
            self._wishes[slot] = deque({**request, "frame": frame + step * k} for k in steps)

    def take(self) -> dict[str, Any] | None:
        """Return the most likely next request, from each slot in turn, or None."""
        if not self._wishes:
            return None
        slot, wishes = self._wishes.popitem(last=False)
        wish = wishes.popleft()
        if wishes:
            self._wishes[slot] = wishes
        return wish
