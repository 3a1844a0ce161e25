"""Engines for tests of the queue: what they do is written in the prompt of a `make_picture` spec.

`steps=5 step=0.02` works five steps of 20 ms; `gate=PATH` works until that file is there, `deaf=PATH` so too
but never looks at progress; `fail=sentence`; `crash=2` (a bug at step 2); `die=3` (SIGKILL itself at step 3);
`dies_further=5` (at step 0, then 1, … then no more); `stubborn=60` (sleeps, never looks at progress); `hog=2`
(holds every thread back for 2 s); `child=60` (starts a program); `disk` (says it is full); `bad_name` (misses
a file whose name is no text);
`text=…` (what it writes), `bytes=9000` (over and over, up to that size).
"""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import time
from pathlib import Path

from milimo_tui.core.errors import DiskFull, Failed
from milimo_tui.engines.contract.engine import Context, Output, Result
from milimo_tui.engines.contract.engine_row import EngineRow
from milimo_tui.engines.specs.file_specs import Probe
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.specs import Spec
from tests.jobs.wishes import wishes

ROWS = (
    EngineRow("tester", "Tester", "cpu", ("make_picture",), "tests.jobs.engines:Tester"),
    EngineRow("other", "Other tester", "cpu", ("make_picture",), "tests.jobs.engines:Other"),
    EngineRow("needy", "Needs a GPU", "gpu", ("make_picture",), "tests.jobs.engines:Tester"),
    EngineRow(
        "keeper",
        "Keeps checkpoints",
        "cpu",
        ("make_picture",),
        "tests.jobs.keeper:Keeper",
        rungs=("whole", "sliced", "offloaded"),
    ),
    EngineRow(
        "hasty",
        "Is given little time",
        "cpu",
        ("make_picture",),
        "tests.jobs.keeper:Hasty",
        step_seconds=3.0,
        load_seconds=30.0,
    ),
    EngineRow("silent", "Dies with a word", "cpu", ("make_picture",), "tests.jobs.keeper:Silent"),
    EngineRow("reader", "Reads a file", "quick", ("probe",), "tests.jobs.engines:Reader"),
)


def hog(seconds: float) -> None:
    """Work for that long in one call that never lets another thread run."""
    began = time.monotonic()
    power = 10_000
    while time.monotonic() - began < seconds / 4:
        power *= 2
        _ = 7**power
    until = began + seconds
    while time.monotonic() < until:
        _ = 7**power


def count_up(path: Path, most: int) -> str:
    """0, then 1, … at each call; empty from `most` on."""
    tries = int(path.read_text() or 0) if path.exists() else 0  # empty where the disk was full
    path.write_text(str(tries + 1))
    return str(tries) if tries < most else ""


class Tester:
    name = "tester"

    def load(self) -> None:
        pass

    def unload(self) -> None:
        pass

    def run(self, spec: Spec, context: Context) -> Result:
        assert isinstance(spec, MakePicture)
        wish = wishes(spec.prompt)
        if "child" in wish:
            child = subprocess.Popen(["sleep", wish["child"]])
            (context.workspace / "child").write_text(str(child.pid))
        while "gate" in wish and not Path(wish["gate"]).exists():
            context.progress("wait", 1, 2)
            time.sleep(0.02)
        while "deaf" in wish and not Path(wish["deaf"]).exists():
            time.sleep(0.02)
        if "stubborn" in wish:
            time.sleep(float(wish["stubborn"]))
        if "hog" in wish:
            hog(float(wish["hog"]))
        if "dies_further" in wish:
            wish["die"] = count_up(context.workspace / "tries", int(wish["dies_further"]))
        steps = int(wish.get("steps", "1"))
        for step in range(steps):
            context.progress("draw", step, steps)
            if wish.get("die") == str(step):
                time.sleep(0.2)  # what it said gets through first
                os.kill(os.getpid(), signal.SIGKILL)
            if wish.get("crash") == str(step):
                raise ZeroDivisionError("a bug in an engine")
            time.sleep(float(wish.get("step", "0")))
        context.progress("draw", steps, steps)
        if "fail" in wish:
            raise Failed(wish["fail"], "do something else")
        if "bad_name" in wish:
            open(os.fsdecode(b"no-text-\xff")).close()
        if "disk" in wish:
            raise DiskFull("the disk is full: could not write it", "free some space")
        path = context.workspace / "picture.txt"
        data = wish.get("text", "made").encode()
        if "environment" in wish:
            data = os.environ.get(wish["environment"], "").encode()
        if "bytes" in wish:
            size = int(wish["bytes"])
            data = (data * (size // len(data) + 1))[:size]
        path.write_bytes(data)
        digest = hashlib.sha256(data).hexdigest()
        return Result(outputs=(Output(role="board", path=str(path), digest=digest, bytes=len(data)),))


class Other(Tester):
    name = "other"


class Reader:
    """Copies its input's text, reversed, so that a test sees that it was read."""

    name = "reader"

    def load(self) -> None:
        pass

    def unload(self) -> None:
        pass

    def run(self, spec: Spec, context: Context) -> Result:
        assert isinstance(spec, Probe)
        assert isinstance(spec.input, str)
        path = context.workspace / "facts.txt"
        path.write_text(Path(spec.input).read_text()[::-1])
        return Result(outputs=(Output(role="facts", path=str(path)),))
