"""Read frames of render plans through the viewer's request handlers: a request goes in, bytes come out."""

from __future__ import annotations

import numpy as np

from milimo_tui.cut.plan.plan import RenderPlan
from milimo_tui.media.picture.colour import Rgb
from milimo_tui.media.viewer.local_pictures import LocalPictures
from milimo_tui.media.viewer.preview import PictureCache, ViewSize
from milimo_tui.media.viewer.process import FrameAnswerer, PlanRegistry


class PlanFrames:
    """The frame requests of the viewer, answered in this process instead of the viewer process."""

    def __init__(self) -> None:
        self._plans = PlanRegistry()
        self._pictures = FrameAnswerer(self._plans, LocalPictures(), PictureCache())

    def frame(self, plan: RenderPlan, frame: int, size: ViewSize) -> Rgb:
        """Return a frame of a plan at the requested size. Raises the error with which the viewer refuses a
        request.
        """
        key = plan.compute_signature()
        self._plans.add_plan_text(key, plan.model_dump_json())
        wanted = {"width": size.width, "height": size.height, "letterbox": size.letterbox, "bars": size.bars}
        header, data = self._pictures({"plan": key, "frame": frame, **wanted})
        return np.frombuffer(data, np.uint8).reshape(header["height"], header["width"], 3)

    def close(self) -> None:
        self._pictures.close()
