"""A test engine for long work. It saves checkpoints, delivers results early, and fails on request.

The prompt sets its behaviour:

- `steps=60 step=0.02`: work 60 steps of 20 ms. Each step really worked is a line in a file next to the
  workspace.
- `save=10`: save a checkpoint after every tenth step
- `save=due`: save a checkpoint when the context says it is time
- `die=50`: kill the own process once at step 50. `die=50,20` does so a second time at step 20.
- `freeze=3`: hang in step 3 while other threads continue
- `part=5`: deliver a partial result after step 5
- `show`: show a preview at each step
- `oom=2`: run out of memory at recipe levels below 2 (0 is the most demanding)
- `grow=40`: hold 40 MiB more after each job
- `tracked`: create shared memory
- `at=5 gate=PATH`: wait at step 5 for this file
- `clip=PATH name=take.mov`: return a copy of this file as the result, with `facts={JSON}`
"""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import threading
import time
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path

from PIL import Image

from milimo_tui.core.errors import OutOfMemory
from milimo_tui.engines.contract.engine import Context, Output, Result
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.specs import Spec
from tests.jobs.prompt_options import wishes

MIB = 1 << 20


def picture(shade: int) -> bytes:
    """Return a small PNG whose red value is `shade` modulo 256."""
    data = io.BytesIO()
    Image.new("RGB", (16, 9), (shade % 256, 80, 120)).save(data, "PNG")
    return data.getvalue()


def signature(spec: MakePicture) -> str:
    """Return the signature of a checkpoint. It depends only on the seed, so that a test can change other
    fields without losing the checkpoint.
    """
    return f"keeper {spec.seed}"


class Keeper:
    name = "keeper"

    def __init__(self) -> None:
        self._held: list[bytearray] = []

    def load(self) -> None:
        time.sleep(float(os.environ.get("TEST_LOAD_SECONDS", "0")))

    def unload(self) -> None:
        pass

    def run(self, spec: Spec, context: Context) -> Result:
        assert isinstance(spec, MakePicture)
        wish = wishes(spec.prompt)
        if context.rung < int(wish.get("oom", "0")):
            raise OutOfMemory(f"rung {context.rung} does not fit", "use a smaller size")
        if "tracked" in wish:  # creating shared memory makes Python start a resource tracker process
            memory = SharedMemory(create=True, size=16)
            memory.close()
            memory.unlink()
        if "grow" in wish:
            self._held.append(bytearray(os.urandom(MIB)) * int(wish["grow"]))
        self._work(spec, wish, context)
        path = context.workspace / wish.get("name", "picture.txt")
        if "clip" in wish:
            shutil.copyfile(wish["clip"], path)
        else:
            path.write_text(f"rung {context.rung}")
        facts = json.loads(wish.get("facts", "{}"))
        return Result(outputs=(Output(role="board", path=str(path), facts=facts),))

    def _work(self, spec: MakePicture, wish: dict[str, str], context: Context) -> None:
        steps = int(wish.get("steps", "1"))
        kept = context.checkpoints.newest("draw", signature(spec)) if "save" in wish else None
        if kept:
            assert kept.path.read_text() == f"state after {kept.step}"
        for step in range(kept.step if kept else 0, steps):
            context.progress("draw", step, steps, frames=(step // 2, steps // 2))
            self._suffer(step, wish, context)
            time.sleep(float(wish.get("step", "0")))
            with (context.workspace.parent / f"{context.workspace.name}.worked").open("a") as file:
                file.write(f"{step}\n")
            done = step + 1
            if "save" in wish and self._is_time(wish["save"], done, context):
                self._save(spec, done, context)
            if wish.get("part") == str(done):
                part = context.workspace / "part.txt"
                part.write_text("a part")
                context.part(Output(role="chunk", path=str(part)))
            if "show" in wish:
                context.preview(lambda: picture(done))  # noqa: B023 (called at once, or not at all)
        context.progress("draw", steps, steps, frames=(steps // 2, steps // 2))

    def _is_time(self, when: str, done: int, context: Context) -> bool:
        return context.checkpoints.due() if when == "due" else done % int(when) == 0

    def _save(self, spec: MakePicture, done: int, context: Context) -> None:
        def write(path: Path) -> None:
            path.write_text(f"state after {done}")

        context.checkpoints.save("draw", signature(spec), done, write)

    def _suffer(self, step: int, wish: dict[str, str], context: Context) -> None:
        deaths = context.workspace / "deaths"
        died = len(deaths.read_text()) if deaths.exists() else 0
        points = wish.get("die", "").split(",")
        if died < len(points) and points[died] == str(step):
            deaths.write_text("x" * (died + 1))
            os.kill(os.getpid(), signal.SIGKILL)
        frozen = context.workspace / "frozen"
        if wish.get("freeze") == str(step) and not frozen.exists():
            frozen.touch()
            threading.Event().wait()
        while wish.get("at") == str(step) and not Path(wish["gate"]).exists():
            context.progress("draw", step, int(wish["steps"]))
            time.sleep(0.02)


class Silent(Keeper):
    """An engine that prints a text and dies before its first progress report."""

    name = "silent"

    def run(self, spec: Spec, context: Context) -> Result:
        assert isinstance(spec, MakePicture)
        os.write(2, wishes(spec.prompt)["print"].encode())
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("dead by now")


class Hasty(Keeper):
    name = "hasty"


def worked(workspace: Path) -> list[int]:
    """Return the steps that a job's engine really worked, in order, over all its attempts."""
    return [int(line) for line in workspace.with_name(f"{workspace.name}.worked").read_text().split()]
