"""Makes pictures and sound directly from the plan and measures them, as the reference when a check doubts a
run of frames.

This is slow, so a check may ask only a few times. After that, or if a source file has been removed, the
answer is None.
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

# At most this many runs are compared by their pictures, and as many by their sound. Further comparisons
# return None.
_QUESTIONS = 24
_LISTEN = 10  # Only this many seconds from the start of a run are mixed to find out if the run is audible.
# Two pictures whose mean values differ by this many levels are different. Coding changes them less.
_UNLIKE = 6.0
_HEARD = 10 ** (-40 / 20)


class PlanTruth:
    """The plan's own pictures and mix, made from their sources. The check of a film compares doubtful runs of
    frames with them.
    """

    def __init__(self, plan: RenderPlan, channels: int = 2) -> None:
        """Prepare the comparison. `channels` is the number of sound channels of the film. The plan is mixed
        to the same number, because opposite channels may cancel out when they are summed to one.
        """
        self._plan, self._channels = plan, channels
        self._pictures_left = self._sounds_left = _QUESTIONS
        self._sources: LayerSources | None = None
        self._mixer: Mixer | None = None

    def matches_pictures(self, run: FrameRun, seen: Measures) -> bool | None:
        """Compare the first, the middle and the last picture of a run with the plan. Return True if all three
        match, or None if the plan's pictures cannot be made.

        `seen` are the measurements of the film.
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
        """Return True if the plan's mix is audible during a run of frames, and False if it is silent. Return
        None if the mix cannot be made or was asked for too often.
        """
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
        """Make and measure the plan's pictures at the given frames; None if that is not possible."""
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
        """Close the decoders and the mixer."""
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
