"""Test the preparation of a job that has not started: text and weights loaded in advance are released if the
job is stopped.
"""

from __future__ import annotations

import threading
from typing import Any, cast

import pytest

from milimo_tui.core.errors import Cancelled
from milimo_tui.engines.contract.engine import Context, Engine, Result
from milimo_tui.engines.contract.foresight import Foresight
from milimo_tui.engines.specs.specs import Spec
from milimo_tui.jobs.worker.job_preparation import ForesightRunner

SPEC: dict[str, Any] = {
    "kind": "make_video", "engine": "tester", "frames": 9, "rate": "24/1", "width": 64, "height": 64,
}  # fmt: skip


class Reader:
    """A test engine that prepares a job at once and drops the preparation on request."""

    name = "tester"

    def __init__(self) -> None:
        self.known: list[str] = []
        self.has_read = threading.Event()

    def load(self) -> None:
        pass

    def unload(self) -> None:
        pass

    def run(self, spec: Spec, context: Context) -> Result:
        return Result()

    def foresee(self, spec: Spec, context: Foresight) -> None:
        self.known.append(spec.kind)
        context.undo(self.known.clear)
        context.got("its text")
        self.has_read.set()


def asked_to_stop() -> None:
    raise Cancelled("cancelled by request")


def test_job_stopped_at_its_start_leaves_nothing() -> None:
    reader = Reader()
    runner = ForesightRunner(lambda name: cast(Engine, reader))
    runner.set_next_job("next", SPEC)
    assert reader.has_read.wait(10)
    with pytest.raises(Cancelled):
        runner.begin_prepared_job("next", SPEC, asked_to_stop)
    assert not reader.known
    runner.set_next_job("next", SPEC)
    assert runner.begin_prepared_job("next", SPEC, lambda: None).what == ("its text",)
    assert reader.known == ["make_video"]
    with pytest.raises(Cancelled):  # nothing was prepared for this job
        runner.begin_prepared_job("another", SPEC, asked_to_stop)
