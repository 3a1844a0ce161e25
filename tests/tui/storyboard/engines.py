"""Test engines for the screens' tests. They make takes of one colour within a moment, in the same way as any
other take.
"""

from __future__ import annotations

import io
import os
import time
from pathlib import Path

import numpy as np
from PIL import Image

from milimo_tui.engines.contract.engine import Context, Output, Result
from milimo_tui.engines.contract.engine_row import EngineRow
from milimo_tui.engines.specs.specs import Spec
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.jobs.worker.context import PREVIEW_SECONDS
from milimo_tui.media.encode.take_file import TakeWriter
from milimo_tui.media.files.facts import digest
from milimo_tui.media.read.probe import probe

ROWS = (
    EngineRow("sketch", "Sketch", "cpu", ("make_video",), "tests.tui.storyboard.engines:Sketch"),
    EngineRow(
        "seen", "Seen", "cpu", ("make_video",), "tests.tui.storyboard.engines:PreviewEngine", cuts_scenes=True
    ),
    EngineRow("rowed", "Rowed", "cpu", ("make_video",), "tests.tui.storyboard.engines:RowPreviewEngine"),
)


class Sketch:
    """An engine that makes at most ten frames of one colour, chosen by the seed. It is slow enough for a test
    to observe the running job.
    """

    name = "sketch"

    def load(self) -> None:
        pass

    def unload(self) -> None:
        pass

    def run(self, spec: Spec, context: Context) -> Result:
        assert isinstance(spec, MakeVideo)
        roles = ["take", *(f"take-{at}" for at in range(2, len(spec.pieces) + 1))]
        return Result(outputs=tuple(self._draw(spec, context, role) for role in roles))

    def _draw(self, spec: MakeVideo, context: Context, role: str) -> Output:
        path = context.workspace / f"{role}.mov"
        colour = np.full((64, 96, 3), (spec.seed * 37 % 200 + 40, 90, 160), np.uint8)
        frames = min(spec.frames, 10)
        with TakeWriter(path, width=96, height=64, rate=spec.rate, frames=frames, metadata={}) as writer:
            for frame in range(frames):
                context.progress("draw", frame, frames)
                writer.picture(colour)
                time.sleep(0.02)
        return Output(
            role=role,
            path=str(path),
            digest=digest(path),
            bytes=path.stat().st_size,
            facts=probe(path).as_json(),
        )


class PreviewEngine(Sketch):
    """An engine that shows a red preview, then a blue one. It makes its take once the file named by
    `MILIMO_TEST_GO` exists.
    """

    name = "seen"

    def run(self, spec: Spec, context: Context) -> Result:
        go = Path(os.environ["MILIMO_TEST_GO"])
        for colour in ((220, 20, 20), (20, 20, 220)):
            context.progress("look", 0, 10)
            context.preview(_jpeg(colour))
            if colour[0] == 220:
                while not go.with_suffix(".blue").exists():
                    context.progress("look", 0, 10)
                    time.sleep(0.05)
                time.sleep(PREVIEW_SECONDS)
        for step in range(10**6):
            context.progress("look", 1 + step % 9, 10)
            if go.exists():
                break
            time.sleep(0.05)
        return super().run(spec, context)


class RowPreviewEngine(Sketch):
    """An engine whose preview has three pictures side by side, the middle one blue, until the file named by
    `MILIMO_TEST_GO` exists.
    """

    name = "rowed"

    def run(self, spec: Spec, context: Context) -> Result:
        assert isinstance(spec, MakeVideo)
        row = Image.new("RGB", (3 * spec.width, spec.height), (220, 20, 20))
        row.paste((20, 20, 220), (spec.width, 0, 2 * spec.width, spec.height))
        data = io.BytesIO()
        row.save(data, "JPEG", quality=95)
        context.progress("look", 0, 10)
        context.preview(data.getvalue())
        while not Path(os.environ["MILIMO_TEST_GO"]).exists():
            context.progress("look", 1, 10)
            time.sleep(0.05)
        return super().run(spec, context)


def _jpeg(colour: tuple[int, int, int]) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (128, 72), colour).save(data, "JPEG", quality=95)
    return data.getvalue()
