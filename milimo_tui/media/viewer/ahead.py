"""Prefetching of frames in the viewer: during playback the next frames are prepared before they are
requested.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import Any

# The most frames that are prepared in advance for one slot, an area of the screen. More would be wasted
# whenever playback stops.
MAX_PREFETCHED = 3


class FramePrefetcher:
    """The frame requests that the viewer expects next, at most one chain for each slot. A slot is an area of
    the screen that shows a picture. A new request for a slot replaces the requests that were expected for it.
    """

    def __init__(self) -> None:
        self._wishes: OrderedDict[str, deque[dict[str, Any]]] = OrderedDict()

    def note_request(self, request: dict[str, Any]) -> None:
        """Record the frame requests that are likely to follow `request`.

        The field `ahead` of the request is the distance in frames to the next request, negative for
        backwards; 0 means that none is expected.
        """
        step, frame = int(request.get("ahead", 0)), int(request["frame"])
        slot = str(request.get("slot", ""))
        self._wishes.pop(slot, None)
        if step:
            steps = range(1, MAX_PREFETCHED + 1)
            self._wishes[slot] = deque({**request, "frame": frame + step * k} for k in steps)

    def take(self) -> dict[str, Any] | None:
        """Return the next expected request and remove it, or return None if there is none. The slots take
        turns.
        """
        if not self._wishes:
            return None
        slot, requests = self._wishes.popitem(last=False)
        request = requests.popleft()
        if requests:
            self._wishes[slot] = requests
        return request
