"""The object through which an engine reports about its attempt: the worker's implementation of
`engines.contract.engine.Context`.

Reports go to the supervisor through the worker queue. Checkpoints, parts and previews are stored in the job's
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

PROGRESS_SECONDS = 0.2  # The shortest time between two progress messages, in seconds.
PREVIEW_SECONDS = 1.0
PREVIEW_BYTES = 1 << 20
CHECKPOINT_SECONDS = 20.0
# After a save that took `s` seconds, the next checkpoint is at least CHECKPOINT_SHARE × `s` seconds later.
CHECKPOINT_SHARE = 20


class Yielded(MilimoError):
    """An exception that ends an attempt at a step or checkpoint because a client asked to pause the job."""

    kind = "yielded"


class JobContext:
    """The context of one attempt, through which an engine reports progress and saves checkpoints.

    `stops` maps the token (id) of an attempt to the error that stops the attempt. Another thread adds the
    error when a command to stop arrives. The context calls `in_earnest` before it writes to disk for the
    first time, so that the worker creates the job's log.
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
        """The job's workspace folder, which is created at its first use."""
        if not self._is_made:
            self._in_earnest()
            make_workspace(self._folder)
            self._is_made = True
        return self._folder

    @property
    def checkpoints(self) -> Checkpoints:
        """The checkpoints of the attempt's job."""
        return self._checkpoints

    def progress(
        self, stage: str, done: int, total: int, note: str = "", *, frames: tuple[int, int] | None = None
    ) -> None:
        """Report that `done` of `total` steps of a stage are done.

        `frames` holds the number of finished frames and the number of all frames. Raises Cancelled if the job
        was cancelled. Raises Yielded if a pause was requested; in a stage that saves checkpoints, the error
        is only raised after the next checkpoint.
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
        """Report the share of the total work that belongs to each stage. `stages` maps the names of stages to
        their relative weights.
        """
        self.send("plan", stages={stage[:100]: float(weight) for stage, weight in stages.items()})

    def last_stage(self) -> None:
        """Report that the last stage of the job has begun. The supervisor then tells this worker which job
        would come next, so that the worker can prepare that job while this job ends.
        """
        self.send("foresees")

    def log(self, sentence: str) -> None:
        """Write a line to the job's log."""
        logging.getLogger("job").info("%s", sentence)

    def loaded(self, what: str, seconds: float, size: int = 0) -> None:
        """Log and report that the weights `what` were loaded in `seconds`. `size` is in bytes."""
        self.log(f"loaded {what} in {seconds:.1f} s")
        self.send("load", what=what[:200], seconds=round(seconds, 3), bytes=size)

    def part(self, output: Output) -> None:
        """Report a file that is finished before the job ends. Raises the errors of `verify_output` if the
        file is missing or damaged.
        """
        self.send("part", output=verify_output(output).model_dump(mode="json"))

    def preview(self, picture: bytes | Callable[[], bytes]) -> None:
        """Save a preview picture in the workspace and report it, at most once a second.

        `picture` is the encoded picture (PNG or JPEG), or a function that returns it.
        """
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
            # The rename makes the file complete or absent. No sync is needed, because a preview may be lost
            # in a power cut.
            fresh.write_bytes(data)
            os.replace(fresh, path)
        except OSError as error:
            raise explain_os_error(error, path, "write") from error
        self.send("preview", path=str(path))

    def send(self, say: str, **words: object) -> None:
        """Send a message about this attempt to the supervisor. `say` is the kind of the message, and `words`
        are its other fields.
        """
        self._send({"say": say, "token": self.token, **words})

    def raise_if_stopped(self) -> None:
        """Raise Cancelled or Yielded if the job was cancelled or a pause was requested."""
        if self.token in self._stops:
            raise self._stops[self.token]

    @property
    def is_pause_requested(self) -> bool:
        """True if a pause was requested."""
        return isinstance(self._stops.get(self.token), Yielded)

    def close(self) -> None:
        """Close the file that records the furthest step."""
        self._footprint.close()


class StageProgress:
    """The stages that an attempt went through, and the furthest step that it reached.

    Stages are numbered in the order in which the job first began them. An attempt that continues from a
    checkpoint skips stages, but the remaining stages keep their numbers.
    """

    def __init__(self) -> None:
        self.stages: list[str] = []
        self.stage, self.nth, self.total = "", 0, 0
        self.furthest = 0
        self._times: Counter[str] = Counter()

    def enter_stage(self, stage: str, total: int) -> bool:
        """Set the present stage and its number of steps. Return True if the stage has changed."""
        self.total = total
        if stage == self.stage and self.nth:
            return False
        self._times[stage] += 1
        name = stage if self._times[stage] == 1 else f"{stage} ({self._times[stage]})"
        self.stage, self.nth = stage, self.get_stage_number(name)
        return True

    def get_stage_number(self, name: str) -> int:
        """Return the number of a stage, counted from 1. A new stage gets the next number."""
        if name not in self.stages:
            self.stages.append(name)
        return self.stages.index(name) + 1

    def record_step(self, done: int) -> bool:
        """Record that `done` steps of the present stage are done. Return True if the attempt had never
        reached this step before.
        """
        came_to = furthest(self.nth, done)
        further = came_to > self.furthest
        self.furthest = max(self.furthest, came_to)
        return further


class JobCheckpoints:
    """The checkpoints of one attempt, as an engine uses them (`engines.contract.engine.Checkpoints`)."""

    def __init__(self, context: JobContext, folder: Path) -> None:
        self._context = context
        self._folder = CheckpointFolder(folder, context.log)
        self._next = time.monotonic() + CHECKPOINT_SECONDS
        # Stages that save checkpoints. In them, a pause waits for the next checkpoint.
        self.kept: set[str] = set()

    def newest(self, stage: str, signature: str) -> Checkpoint | None:
        """Return the valid checkpoint of a stage with the highest step, or None if there is none. If there is
        one, also report that the attempt continues from it. `signature` identifies the inputs for which the
        checkpoint must have been saved.
        """
        self.kept.add(stage)
        found = self._folder.find_newest_checkpoint(stage, signature)
        if not found:
            return None
        mark, path = found
        self._context.way.stages = [*dict.fromkeys((*mark.stages, *self._context.way.stages))]
        of = f" of {mark.total}" if mark.total else ""
        self._context.log(f"resumes from checkpoint {stage} {mark.step}{of}")
        self._context.send("resumed", stage=stage[:100], step=mark.step, total=mark.total)
        return Checkpoint(mark.step, path)

    def due(self) -> bool:
        """Return True if a checkpoint should be saved now, because the interval has passed or a pause was
        requested.
        """
        self.kept.add(self._context.way.stage)
        return self._context.is_pause_requested or time.monotonic() >= self._next

    def save(self, stage: str, signature: str, step: int, write: Callable[[Path], None]) -> None:
        """Save a checkpoint after step `step` and report it. `write` gets a path and writes the state there.
        Afterwards raise Cancelled or Yielded if the job was asked to stop.

        A full disk is only logged, because the attempt can continue without a checkpoint.
        """
        self.kept.add(stage)
        progress = self._context.way
        nth = progress.get_stage_number(stage)
        total = progress.total if stage == progress.stage else 0
        began = time.monotonic()
        try:
            stages = tuple(progress.stages)
            mark = CheckpointMark(stage=stage, signature=signature, step=step, total=total, stages=stages)
            self._folder.save_checkpoint(mark, write)
        except DiskFull as error:
            self._context.log(f"no checkpoint was saved at {stage} {step}: {error.message}")
        else:
            self._context.log(f"checkpoint {stage} {step}{f' of {total}' if total else ''}")
            self._context.send("checkpoint", stage=stage[:100], nth=nth, step=step, total=total)
        spent = time.monotonic() - began
        self._next = began + spent + max(CHECKPOINT_SECONDS, CHECKPOINT_SHARE * spent)
        self._context.raise_if_stopped()
