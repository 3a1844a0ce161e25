"""Engines for the tests of the next step: one makes takes of a single colour at once, the other always
fails.
"""

from __future__ import annotations

import numpy as np

from milimo_tui.engines.contract.engine import Context, Output, Result
from milimo_tui.engines.contract.engine_row import EngineRow
from milimo_tui.engines.specs.specs import Spec
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.media.encode.take_file import TakeWriter
from milimo_tui.media.files.facts import digest
from milimo_tui.media.read.probe import probe

ROWS = (
    EngineRow("swift", "Swift", "cpu", ("make_video",), "tests.tui.next.engines:Swift"),
    EngineRow("faulty", "Faulty", "cpu", ("make_video",), "tests.tui.next.engines:Faulty"),
)


class Swift:
    """An engine that makes the requested number of frames in one colour, which depends on the seed."""

    name = "swift"

    def load(self) -> None:
        pass

    def unload(self) -> None:
        pass

    def run(self, spec: Spec, context: Context) -> Result:
        assert isinstance(spec, MakeVideo)
        path = context.workspace / "take.mov"
        colour = np.full((spec.height, spec.width, 3), (spec.seed * 37 % 200 + 40, 90, 160), np.uint8)
        with TakeWriter(
            path, width=spec.width, height=spec.height, rate=spec.rate, frames=spec.frames, metadata={}
        ) as writer:
            for frame in range(spec.frames):
                context.progress("draw", frame, spec.frames)
                writer.picture(colour)
        output = Output(
            role="take",
            path=str(path),
            digest=digest(path),
            bytes=path.stat().st_size,
            facts=probe(path).as_json(),
        )
        return Result(outputs=(output,))


class Faulty(Swift):
    """An engine that fails every job."""

    name = "faulty"

    def run(self, spec: Spec, context: Context) -> Result:
        raise ValueError("the lamp of the projector is broken")
