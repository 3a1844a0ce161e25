"""The reference for a check: the picture and sound of a plan at a run of frames, made from its sources and
measured.

A check asks a few times at most. After that, or if a source has been removed, the answer is None.
"""

from __future__ import annotations

import contextlib
from types import TracebackType

import numpy as np
from av import VideoFrame

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.time import frame_to_sample
from milimo_tui.cut.plan.expected import FrameRun
from milimo_tui.cut.plan.plan import RenderPlan, find_stretch_at
from milimo_tui.media.check.measures import FrameMeter, Measures, join_measure_records, measure_difference
from milimo_tui.media.compose.frame import compose
from milimo_tui.media.compose.layers import LayerSources
from milimo_tui.media.sound.mix import Mixer

_QUESTIONS = 24  # of each kind
_LISTEN = 10  # longest part of a run that is mixed, in seconds
_UNLIKE = 6.0  # levels between the means of two pictures: more than coding causes
_HEARD = 10 ** (-40 / 20)


class PlanTruth:
    """The plan's own pictures and mix, as the reference for the check."""

    def __init__(self, plan: RenderPlan, channels: int = 2) -> None:
        """Take a plan and the number of channels of the film: a mix that is summed to one channel may be
        silent.
        """
        self._plan, self._channels = plan, channels
        self._pictures_left = self._sounds_left = _QUESTIONS
        self._sources: LayerSources | None = None
        self._mixer: Mixer | None = None

    def matches_pictures(self, run: FrameRun, seen: Measures) -> bool | None:
        """Return True if the film's measurements match the plan at the beginning, middle and end of a run;
        None if unknown.
        """
        frames = (run.start, (run.start + run.end) // 2, run.end - 1)
        measures = self._measure_plan_frames(*frames)
        if measures is None:
            return None
        return all(
            measure_difference(measure, seen[frame]) < _UNLIKE
            for measure, frame in zip(measures, frames, strict=True)
        )

    def is_audible(self, run: FrameRun) -> bool | None:
        """Return True if the plan has audible sound in a run; None if unknown."""
        if self._sounds_left <= 0:
            return None
        self._sounds_left -= 1
        self._mixer = self._mixer or Mixer(self._plan, channels=self._channels)
        rate = self._plan.sample_rate
        first, last = (frame_to_sample(frame, self._plan.rate, rate) for frame in (run.start, run.end))
        try:
            mixed = self._mixer.read(first, min(last - first, _LISTEN * rate))
        except MilimoError:
            return None
        return bool(np.abs(mixed).max(initial=0.0) > _HEARD)

    def _measure_plan_frames(self, *frames: int) -> Measures | None:
        """Measure frames of the plan, one after the other."""
        if self._pictures_left <= 0:
            return None
        self._pictures_left -= 1
        meter = FrameMeter()
        try:
            return join_measure_records([meter.measure(self._compose_plan_frame(frame)) for frame in frames])
        except MilimoError:
            return None

    def _compose_plan_frame(self, frame: int) -> VideoFrame:
        self._sources = self._sources or LayerSources(self._plan.width, self._plan.height)
        return compose(self._plan, find_stretch_at(self._plan, frame), frame, self._sources).frame

    def close(self) -> None:
        """Close the sources and the mixer."""
        with contextlib.ExitStack() as stack:
            for each in (self._sources, self._mixer):
                if each is not None:
                    stack.callback(each.close)

    def __enter__(self) -> PlanTruth:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
