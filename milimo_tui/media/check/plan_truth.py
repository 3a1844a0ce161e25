"""What a plan itself shows and sounds like at a run of frames, made anew from its sources and looked at.

Asked a few times in a check at most: after that, or where a source has gone, the answer is None.
"""

from __future__ import annotations

import contextlib
from types import TracebackType

import numpy as np
from av import VideoFrame

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.time import sample_at
from milimo_tui.cut.plan.expected import Run
from milimo_tui.cut.plan.plan import Plan, stretch_at
from milimo_tui.media.check.measures import FrameMeter, Measures, apart, as_measures
from milimo_tui.media.compose.frame import compose
from milimo_tui.media.compose.layers import Sources
from milimo_tui.media.sound.mix import Mixer

_QUESTIONS = 24  # of each kind
_LISTEN = 10  # seconds of a run that are mixed at most
_UNLIKE = 6.0  # levels between the means of two pictures: more than coding does
_HEARD = 10 ** (-40 / 20)


class Truth:
    """The plan's own pictures and mix."""

    def __init__(self, plan: Plan, channels: int = 2) -> None:
        """`channels` are those of the film: what is summed to one may be silent."""
        self._plan, self._channels = plan, channels
        self._pictures_left = self._sounds_left = _QUESTIONS
        self._sources: Sources | None = None
        self._mixer: Mixer | None = None

    def shows(self, run: Run, seen: Measures) -> bool | None:
        """Whether what was seen of a film is like its pictures at the beginning, middle and end of a run."""
        frames = (run.start, (run.start + run.end) // 2, run.end - 1)
        measures = self._measures(*frames)
        if measures is None:
            return None
        return all(
            apart(measure, seen[frame]) < _UNLIKE for measure, frame in zip(measures, frames, strict=True)
        )

    def sounds(self, run: Run) -> bool | None:
        """Whether there is something to be heard in a run."""
        if self._sounds_left <= 0:
            return None
        self._sounds_left -= 1
        self._mixer = self._mixer or Mixer(self._plan, channels=self._channels)
        rate = self._plan.sample_rate
        first, last = (sample_at(frame, self._plan.rate, rate) for frame in (run.start, run.end))
        try:
            mixed = self._mixer.read(first, min(last - first, _LISTEN * rate))
        except MilimoError:
            return None
        return bool(np.abs(mixed).max(initial=0.0) > _HEARD)

    def _measures(self, *frames: int) -> Measures | None:
        """Those frames of the plan, looked at one after the other."""
        if self._pictures_left <= 0:
            return None
        self._pictures_left -= 1
        meter = FrameMeter()
        try:
            return as_measures([meter.measure(self._picture(frame)) for frame in frames])
        except MilimoError:
            return None

    def _picture(self, frame: int) -> VideoFrame:
        self._sources = self._sources or Sources(self._plan.width, self._plan.height)
        return compose(self._plan, stretch_at(self._plan, frame), frame, self._sources).frame

    def close(self) -> None:
        with contextlib.ExitStack() as stack:
            for each in (self._sources, self._mixer):
                if each is not None:
                    stack.callback(each.close)

    def __enter__(self) -> Truth:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
