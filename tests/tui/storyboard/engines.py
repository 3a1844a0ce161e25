"""An engine for the screens' tests: takes of one colour in a moment, written like any other take."""

from __future__ import annotations

import time

import numpy as np

from milimo_tui.engines.contract.engine import Context, Output, Result
from milimo_tui.engines.contract.engine_row import EngineRow
from milimo_tui.engines.contract.specs import MakeVideo, Spec
from milimo_tui.media.encode.take_file import TakeWriter
from milimo_tui.media.files.facts import digest
from milimo_tui.media.read.probe import probe

ROWS = (EngineRow("sketch", "Sketch", "cpu", ("make_video",), "tests.tui.storyboard.engines:Sketch"),)


class Sketch:
    """Frames of one colour by the seed, ten of them at most; slow enough to be seen at work."""

    name = "sketch"

    def load(self) -> None:
        pass

    def unload(self) -> None:
        pass

    def run(self, spec: Spec, context: Context) -> Result:
        assert isinstance(spec, MakeVideo)
        path = context.workspace / "take.mov"
        colour = np.full((64, 96, 3), (spec.seed * 37 % 200 + 40, 90, 160), np.uint8)
        frames = min(spec.frames, 10)
        with TakeWriter(path, width=96, height=64, rate=spec.rate, frames=frames, metadata={}) as writer:
            for frame in range(frames):
                context.progress("draw", frame, frames)
                writer.picture(colour)
                time.sleep(0.02)
        output = Output(
            role="take",
            path=str(path),
            digest=digest(path),
            bytes=path.stat().st_size,
            facts=probe(path).as_json(),
        )
        return Result(outputs=(output,))
