"""Engines for tests of the queue. The prompt of a `make_picture` spec sets their behaviour.

- `steps=5 step=0.02`: work five steps of 20 ms
- `gate=PATH`: work until this file exists
- `deaf=PATH`: work until this file exists, without checking for a cancel
- `fail=sentence`: fail with this message
- `crash=2`: raise an unexpected error at step 2
- `die=3`: kill the own process with SIGKILL at step 3
- `dies_further=5`: die at step 0, then at step 1 and so on, and after that no more
- `stubborn=60`: sleep 60 s without checking for a cancel
- `hog=2`: block every thread of the process for 2 s
- `child=60`: start a program
- `disk`: report a full disk
- `bad_name`: fail on a missing file whose name is not valid text
- `text=…`: write this text
- `bytes=9000`: repeat the text up to this size
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
from tests.jobs.prompt_options import wishes

ROWS = (
    EngineRow("tester", "Tester", "cpu", ("make_picture",), "tests.jobs.engines:Tester"),
    EngineRow("other", "Other tester", "cpu", ("make_picture",), "tests.jobs.engines:Other"),
    EngineRow("needy", "Needs a GPU", "gpu", ("make_picture",), "tests.jobs.engines:Tester"),
    EngineRow(
        "keeper",
        "Keeps checkpoints",
        "cpu",
        ("make_picture",),
        "tests.jobs.checkpoint_engine:Keeper",
        rungs=("whole", "sliced", "offloaded"),
    ),
    EngineRow(
        "hasty",
        "Is given little time",
        "cpu",
        ("make_picture",),
        "tests.jobs.checkpoint_engine:Hasty",
        step_seconds=3.0,
        load_seconds=30.0,
    ),
    EngineRow("silent", "Dies with a word", "cpu", ("make_picture",), "tests.jobs.checkpoint_engine:Silent"),
    EngineRow("reader", "Reads a file", "quick", ("probe",), "tests.jobs.engines:Reader"),
)


def hog(seconds: float) -> None:
    """Work for this many seconds in long calls that never let another thread run."""
    began = time.monotonic()
    power = 10_000
    while time.monotonic() - began < seconds / 4:
        power *= 2
        _ = 7**power
    until = began + seconds
    while time.monotonic() < until:
        _ = 7**power


def count_up(path: Path, most: int) -> str:
    """Return “0”, “1” and so on at successive calls, counted in a file. Return an empty string from `most`
    on.
    """
    tries = int(path.read_text() or 0) if path.exists() else 0  # the file is empty if the disk was full
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
                time.sleep(0.2)  # let the progress message reach the supervisor first
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
    """Write the text of its input in reverse, so that a test sees that it was read."""

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
