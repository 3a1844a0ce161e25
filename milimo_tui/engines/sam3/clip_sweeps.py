"""The way through a clip, sweep after sweep: counted, kept now and then, gone on from where an attempt before
this one was. Imports torch; for workers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import accumulate
from typing import Any

import torch

from milimo_tui.engines.contract.engine import Checkpoints
from milimo_tui.engines.contract.standalone import NoCheckpoints
from milimo_tui.engines.sam3 import session_state
from milimo_tui.media.picture.mattes import Mask

FOLLOWING = "following"
Tell = Callable[[int, int, str, int, Mask], None]  # frames done, of all, which way, the frame, its mask


class Walk:
    """Frames done, over all sweeps. `signature` is of all that decides what is found."""

    def __init__(
        self,
        tell: Tell,
        checkpoints: Checkpoints | None = None,
        signature: str = "",
        device: torch.device | None = None,
    ) -> None:
        self._report = tell
        self._checkpoints = checkpoints or NoCheckpoints()
        self._signature = signature
        self._device = device or torch.device("cpu")
        self._ends: tuple[int, ...] = ()
        self._done = self._before = 0

    def begin(self, sweeps: Sequence[range]) -> dict[str, Any]:
        """Set out. Returns the state that was kept furthest; empty where nothing was."""
        self._ends = tuple(accumulate(map(len, sweeps)))
        kept = self._checkpoints.newest(FOLLOWING, self._signature)
        if kept is None:
            return {}
        self._before = kept.step
        state: dict[str, Any] = session_state.read(kept.path, self._device)
        return state

    def over(self, sweep: range) -> range:
        """What is left of a sweep; frames that were done before count as done."""
        before = min(len(sweep), max(0, self._before - self._done))
        self._done += before
        return sweep[before:]

    def step(self, way: str, number: int, mask: Mask, state: Callable[[], dict[str, Any]]) -> None:
        """A frame is done: told, which may raise to stop, and the state kept where it is time."""
        self._done += 1
        self._report(self._done, self._ends[-1], way, number, mask)
        if self._done not in self._ends and self._checkpoints.due():
            keep = partial(session_state.write, value=state())
            self._checkpoints.save(FOLLOWING, self._signature, self._done, keep)
