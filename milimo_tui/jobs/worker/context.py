"""The worker's implementation of the engine's context (`engines.contract.engine.Context`), for one attempt at
a job.

Reports to the supervisor through the worker queue; stores checkpoints, parts and previews in the
workspace.
"""

from __future__ import annotations

import logging
import os
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

from milimo_tui.core.errors import DiskFull, MilimoError
from milimo_tui.core.host import explain_os_error
from milimo_tui.engines.contract.engine import Checkpoint, Checkpoints, Output
from milimo_tui.jobs.values.retry_policy import combine_stage_and_step as furthest
from milimo_tui.jobs.values.workspaces import make_workspace
from milimo_tui.jobs.worker.checkpoints import CheckpointFolder, CheckpointMark
from milimo_tui.jobs.worker.progress_mark import ProgressMark
from milimo_tui.jobs.worker.verify import verify_output
from milimo_tui.jobs.worker.worker_queue import Message

PROGRESS_SECONDS = 0.2  # the shortest time between two progress messages
PREVIEW_SECONDS = 1.0
PREVIEW_BYTES = 1 << 20
CHECKPOINT_SECONDS = 20.0
CHECKPOINT_SHARE = 20  # … and saving takes at most 1/CHECKPOINT_SHARE of the time


class Yielded(MilimoError):
    """Raised in a job that was asked to pause, at a point where it can."""

    kind = "yielded"


class JobContext:
    """The context of one attempt. `stops` holds the errors to raise, by token; the reading thread fills it.

    `in_earnest` is called before the context writes anything to disk, or reports more than one step.
    """

    def __init__(
        self,
        command: Message,
        send: Callable[[Message], None],
        stops: Mapping[str, MilimoError],
        in_earnest: Callable[[], None] = lambda: None,
    ) -> None:
        self.token: str = command["token"]
        self._folder = Path(command["workspace"])
        self._is_made = False
        self.rung: int = command.get("rung", 0)
        self.way = StageProgress()
        self._send = send
        self._in_earnest = in_earnest
        self._stops = stops
        self._footprint = ProgressMark(self._folder, self.token)
        self._told = 0.0
        self._shown = -PREVIEW_SECONDS
        self._checkpoints = JobCheckpoints(self, self._folder / "checkpoints")

    @property
    def workspace(self) -> Path:
        """The job's own folder, created on first use."""
        if not self._is_made:
            self._in_earnest()
            make_workspace(self._folder)
            self._is_made = True
        return self._folder

    @property
    def checkpoints(self) -> Checkpoints:
        """The checkpoints of this attempt."""
        return self._checkpoints

    def progress(
        self, stage: str, done: int, total: int, note: str = "", *, frames: tuple[int, int] | None = None
    ) -> None:
        """Report the progress of a stage. Raises Cancelled when asked to stop, Yielded when asked to
        pause.
        """
        fresh = self.way.enter_stage(stage, total)
        stop = self._stops.get(self.token)
        if stop and not (isinstance(stop, Yielded) and stage in self._checkpoints.kept):
            raise stop
        if done < total and self.way.record_step(done):
            self._in_earnest()
            self._footprint.write_step(self.way.furthest)
        now = time.monotonic()
        if fresh or done >= total or now - self._told >= PROGRESS_SECONDS:
            self._told = now
            self.send(
                "progress",
                stage=stage[:100],
                nth=self.way.nth,
                done=done,
                total=total,
                note=note[:300],
                **({"frames": list(frames)} if frames else {}),
            )

    def plan(self, stages: Mapping[str, float]) -> None:
        """Report the weights of the stages, by name."""
        self.send("plan", stages={stage[:100]: float(weight) for stage, weight in stages.items()})

    def last_stage(self) -> None:
        """Ask the supervisor which job comes next; that job is prepared when the answer arrives."""
        self.send("foresees")

    def log(self, sentence: str) -> None:
        """Write a line to the job's log."""
        logging.getLogger("job").info("%s", sentence)

    def loaded(self, what: str, seconds: float, size: int = 0) -> None:
        """Log and report that weights were loaded into memory."""
        self.log(f"loaded {what} in {seconds:.1f} s")
        self.send("load", what=what[:200], seconds=round(seconds, 3), bytes=size)

    def part(self, output: Output) -> None:
        """Report a finished file at once. Raises the errors of `verify_output` if the file is not what it
        claims to be.
        """
        self.send("part", output=verify_output(output).model_dump(mode="json"))

    def preview(self, picture: bytes | Callable[[], bytes]) -> None:
        """Save the picture in the workspace and report it, at most once a second."""
        now = time.monotonic()
        if now - self._shown < PREVIEW_SECONDS:
            return
        self._shown = now
        data = picture if isinstance(picture, bytes) else picture()
        if not data:
            return
        if len(data) > PREVIEW_BYTES:
            self.log(f"a preview of {len(data)} bytes is too large to show ({PREVIEW_BYTES} are allowed)")
            return
        suffix = "png" if data.startswith(b"\x89PNG") else "jpg"
        path, fresh = self.workspace / f"preview.{suffix}", self.workspace / "preview.new"
        try:
            fresh.write_bytes(data)  # the file is complete or absent; it need not survive a power cut
            os.replace(fresh, path)
        except OSError as error:
            raise explain_os_error(error, path, "write") from error
        self.send("preview", path=str(path))

    def send(self, say: str, **words: object) -> None:
        """Send the supervisor a message about this attempt."""
        self._send({"say": say, "token": self.token, **words})

    def raise_if_stopped(self) -> None:
        """Raise Cancelled or Yielded if the job was asked to stop or to pause."""
        if self.token in self._stops:
            raise self._stops[self.token]

    @property
    def is_pause_requested(self) -> bool:
        """True if the job was asked to pause."""
        return isinstance(self._stops.get(self.token), Yielded)

    def close(self) -> None:
        """Close the progress mark."""
        self._footprint.close()


class StageProgress:
    """The stages that an attempt went through, and its furthest step.

    Stages are numbered in the order in which they first began, and keep their number in an attempt that
    continues from a checkpoint and so skips some.
    """

    def __init__(self) -> None:
        self.stages: list[str] = []
        self.stage, self.nth, self.total = "", 0, 0
        self.furthest = 0
        self._times: Counter[str] = Counter()

    def enter_stage(self, stage: str, total: int) -> bool:
        """Enter a stage, or stay in it; return True if it has just begun."""
        self.total = total
        if stage == self.stage and self.nth:
            return False
        self._times[stage] += 1
        name = stage if self._times[stage] == 1 else f"{stage} ({self._times[stage]})"
        self.stage, self.nth = stage, self.get_stage_number(name)
        return True

    def get_stage_number(self, name: str) -> int:
        """Return the number of a stage, from 1."""
        if name not in self.stages:
            self.stages.append(name)
        return self.stages.index(name) + 1

    def record_step(self, done: int) -> bool:
        """Record a step of this stage; return True if it is further than all before it."""
        came_to = furthest(self.nth, done)
        further = came_to > self.furthest
        self.furthest = max(self.furthest, came_to)
        return further


class JobCheckpoints:
    """The checkpoints of one attempt (`engines.contract.engine.Checkpoints`)."""

    def __init__(self, context: JobContext, folder: Path) -> None:
        self._context = context
        self._folder = CheckpointFolder(folder, context.log)
        self._next = time.monotonic() + CHECKPOINT_SECONDS
        self.kept: set[str] = set()  # stages with checkpoints: a pause waits for the next one

    def newest(self, stage: str, signature: str) -> Checkpoint | None:
        """Return the furthest valid checkpoint; log and report that the attempt continues from it."""
        self.kept.add(stage)
        found = self._folder.find_newest_checkpoint(stage, signature)
        if not found:
            return None
        mark, path = found
        self._context.way.stages = [*dict.fromkeys((*mark.stages, *self._context.way.stages))]
        of = f" of {mark.total}" if mark.total else ""
        self._context.log(f"goes on from checkpoint {stage} {mark.step}{of}")
        self._context.send("resumed", stage=stage[:100], step=mark.step, total=mark.total)
        return Checkpoint(mark.step, path)

    def due(self) -> bool:
        """Return True if it is time for a checkpoint, or if a pause was requested."""
        self.kept.add(self._context.way.stage)
        return self._context.is_pause_requested or time.monotonic() >= self._next

    def save(self, stage: str, signature: str, step: int, write: Callable[[Path], None]) -> None:
        """Save a checkpoint and report it; then raise what the job was asked for (a pause, or to stop)."""
        self.kept.add(stage)
        way = self._context.way
        nth = way.get_stage_number(stage)
        total = way.total if stage == way.stage else 0
        began = time.monotonic()
        try:
            stages = tuple(way.stages)
            mark = CheckpointMark(stage=stage, signature=signature, step=step, total=total, stages=stages)
            self._folder.save_checkpoint(mark, write)
        except DiskFull as error:
            self._context.log(f"no checkpoint was kept at {stage} {step}: {error.message}")
        else:
            self._context.log(f"checkpoint {stage} {step}{f' of {total}' if total else ''}")
            self._context.send("checkpoint", stage=stage[:100], nth=nth, step=step, total=total)
        spent = time.monotonic() - began
        self._next = began + spent + max(CHECKPOINT_SECONDS, CHECKPOINT_SHARE * spent)
        self._context.raise_if_stopped()
