"""Count and save the progress of tracking through a clip.

A sweep is one pass through frames in one direction. The tracking state is saved from time to time, and a
retry of the job resumes from it. Imports torch: only for workers.
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
ReportFrame = Callable[
    [int, int, str, int, Mask], None
]  # Called after each frame with: frames done, frames in all, direction, frame number, the frame's mask.


class SweepProgress:
    """A counter of the frames done in all sweeps of a job, which also saves and restores checkpoints.

    `signature` is a hash of everything that affects the result. A checkpoint with another signature is not
    used.
    """

    def __init__(
        self,
        report_frame: ReportFrame,
        checkpoints: Checkpoints | None = None,
        signature: str = "",
        device: torch.device | None = None,
    ) -> None:
        self._report = report_frame
        self._checkpoints = checkpoints or NoCheckpoints()
        self._signature = signature
        self._device = device or torch.device("cpu")
        self._ends: tuple[int, ...] = ()
        self._done = self._before = 0

    def begin_sweeps(self, sweeps: Sequence[range]) -> dict[str, Any]:
        """Set the sweeps of the job. Return the newest saved state, or an empty dict if there is none."""
        self._ends = tuple(accumulate(map(len, sweeps)))
        kept = self._checkpoints.newest(FOLLOWING, self._signature)
        if kept is None:
            return {}
        self._before = kept.step
        state: dict[str, Any] = session_state.read_session_value(kept.path, self._device)
        return state

    def skip_done_frames(self, sweep: range) -> range:
        """Return the frames of a sweep that are still to do. The frames that an earlier attempt finished are
        counted as done.
        """
        before = min(len(sweep), max(0, self._before - self._done))
        self._done += before
        return sweep[before:]

    def step(self, direction: str, number: int, mask: Mask, state: Callable[[], dict[str, Any]]) -> None:
        """Count frame `number` as done, report it, and save `state()` when a checkpoint is due.

        `direction` is the direction of the sweep. The report may raise to stop the job.
        """
        self._done += 1
        self._report(self._done, self._ends[-1], direction, number, mask)
        if self._done not in self._ends and self._checkpoints.due():
            keep = partial(session_state.write_session_value, value=state())
            self._checkpoints.save(FOLLOWING, self._signature, self._done, keep)
