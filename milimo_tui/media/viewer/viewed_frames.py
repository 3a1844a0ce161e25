"""Answer requests for plan frames that are examined: a frame with scopes, a frame compared with another
frame, or several frames in one picture.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from milimo_tui.core.errors import BadInput
from milimo_tui.core.time import frame_to_sample
from milimo_tui.cut.plan.plan import PlanStretch, RenderPlan
from milimo_tui.media.compose.frame import compose, compute_coverage
from milimo_tui.media.compose.layers import LayerSources
from milimo_tui.media.loudness.loudness_course import LoudnessHistory
from milimo_tui.media.picture import colour
from milimo_tui.media.picture.colour import Rgb
from milimo_tui.media.picture.yuv import Alpha
from milimo_tui.media.scopes.tiles import compute_tile_size, tile_pictures
from milimo_tui.media.scopes.viewed import Facts, ViewSubject, draw_view
from milimo_tui.media.scopes.viewing import parse_viewing
from milimo_tui.media.sound.mix import Mixer
from milimo_tui.media.viewer.preview import ViewSize

LOUDNESS_SECONDS = 20  # length in seconds of the loudness graph
MOST_FRAMES = 4  # The most frames that one picture can show as tiles. A request for more raises BadInput.


@dataclass(frozen=True, slots=True)
class PlannedFrame:
    """A frame of a plan and the inputs of `compose`: the frame's stretch, in which proxies may replace clips,
    and the open sources of the layers. `key` identifies the frame's picture in caches.
    """

    plan: RenderPlan
    stretch: PlanStretch
    frame: int
    sources: LayerSources
    key: Hashable


# A function that returns a frame of the plan stored under a key.
FindFrame = Callable[[str, int], PlannedFrame]


class PlanFrameViewer:
    """A drawer of frames of render plans with the scopes and comparisons that a request asks for. Only one
    thread at a time may use it.
    """

    def __init__(self) -> None:
        # The newest plan whose loudness was measured: its key, its mixer and the loudness measured so far.
        self._loudness: tuple[str, Mixer, LoudnessHistory] | None = None

    @staticmethod
    def is_view_requested(request: dict[str, Any]) -> bool:
        """Return True if a request asks for more than a plain frame: scopes, a comparison, or several
        frames.
        """
        return bool(request.get("viewing") or request.get("frames"))

    def picture(
        self, request: dict[str, Any], size: ViewSize, plan: RenderPlan, find_frame: FindFrame
    ) -> tuple[Rgb, Facts]:
        """Return the picture that a request asks for, and numbers about the picture (see `draw_view`).

        In the request, `viewing` has the scopes and other settings of the view, `beside` the plan and frame
        to compare with, and `frames` the frames to show as tiles. `plan` is the plan of the request. Raises
        BadInput for unusable values, and the errors of `find_frame` and of composing.
        """
        key = request["plan"]
        if request.get("frames"):
            return _tile_plan_frames(plan, find_frame, key, request["frames"], size), {}
        viewing, frame = parse_viewing(request["viewing"]), int(request["frame"])
        beside = request.get("beside")
        other = (beside["plan"], int(beside["frame"])) if beside else None
        subject = ViewSubject(
            _compose_view_frame(find_frame, key, frame),
            partial(_compose_view_frame, find_frame, *other) if other else None,
            partial(_compute_view_coverage, find_frame, key, frame),
            partial(self._measure_plan_loudness, plan, key, frame),
        )
        picture, facts = draw_view(viewing, subject, *size.fit(plan.width, plan.height), size.room)
        return size.add_bars(picture), facts

    def close(self) -> None:
        """Close the mixer of the loudness graph."""
        if self._loudness is not None:
            self._loudness[1].close()
            self._loudness = None

    def _measure_plan_loudness(self, plan: RenderPlan, key: str, frame: int) -> NDArray[np.float32]:
        """Return the loudness history of a plan up to the end of a frame."""
        now = frame_to_sample(frame + 1, plan.rate, plan.sample_rate)
        before = min(now, LOUDNESS_SECONDS * plan.sample_rate)
        if (
            self._loudness is None
            or self._loudness[0] != key
            or self._loudness[1].has_replaced_file(now - before, before)
        ):
            self.close()
            mixer = Mixer(plan)
            self._loudness = key, mixer, LoudnessHistory(mixer.read, plan.sample_rate, mixer.samples)
        return self._loudness[2].get_pairs_before(now, LOUDNESS_SECONDS)


def _compose_view_frame(find_frame: FindFrame, key: str, frame: int) -> av.VideoFrame:
    found = find_frame(key, frame)
    return compose(found.plan, found.stretch, frame, found.sources).frame


def _compute_view_coverage(find_frame: FindFrame, key: str, frame: int) -> Alpha:
    found = find_frame(key, frame)
    return compute_coverage(found.plan, found.stretch, frame, found.sources)


def _tile_plan_frames(
    plan: RenderPlan, find_frame: FindFrame, key: str, frames: list[int | None], size: ViewSize
) -> Rgb:
    """Return 2 to 4 frames of a plan as tiles of one picture of exactly `size`. A frame of None leaves its
    tile empty.
    """
    if not 2 <= len(frames) <= MOST_FRAMES:
        raise BadInput(f"{len(frames)} frames can't be shown in one picture", f"use 2 to {MOST_FRAMES}")
    cell = size.cell if size.in_cells else (1, 1)
    tile = compute_tile_size(size.width, size.height, len(frames), cell)
    wide, high = replace(size, width=tile[0], height=tile[1]).fit(plan.width, plan.height)
    pictures = [
        None if frame is None else colour.to_rgb(_compose_view_frame(find_frame, key, int(frame)), wide, high)
        for frame in frames
    ]
    return tile_pictures(pictures, size.width, size.height, size.bars, cell)
