"""An engine that does nothing, for `job_queue.py`.

A worker finds this engine through the variable MILIMO_TEST_ENGINES=noop_engine:ROWS. If the prompt of a job
is a file path, the start time of the job is appended to that file as a line.
"""

from __future__ import annotations

import time

from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.contract.engine_row import EngineRow
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.specs import Spec

ROWS = (EngineRow("noop", "Does nothing", "cpu", ("make_picture",), "noop_engine:Noop"),)


class Noop:
    """An engine whose jobs end at once. It only records their start times."""

    name = "noop"

    def load(self) -> None:
        pass

    def unload(self) -> None:
        pass

    def run(self, spec: Spec, context: Context) -> Result:
        assert isinstance(spec, MakePicture)
        if spec.prompt:
            with open(spec.prompt, "a") as file:
                file.write(f"{time.monotonic()}\n")
        return Result()
