"""A context for an engine that runs outside the queue: progress is not reported, and nothing is saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from milimo_tui.engines.contract.engine import Checkpoint, Checkpoints, Output


class NoCheckpoints:
    """A replacement for `Checkpoints` outside the queue: a checkpoint is never due, and none exists."""

    def newest(self, stage: str, signature: str) -> Checkpoint | None:
        return None

    def due(self) -> bool:
        return False

    def save(self, stage: str, signature: str, step: int, write: Callable[[Path], None]) -> None:
        """Do nothing: no checkpoint is saved."""


class StandaloneContext:
    """An engine's context outside the queue. It has only a workspace folder. Subclasses override `progress`
    to follow the work.
    """

    rung = 0
    checkpoints: Checkpoints = NoCheckpoints()

    def __init__(self, workspace: Path) -> None:
        workspace.mkdir(parents=True, exist_ok=True)
        self.workspace = workspace

    def progress(
        self, stage: str, done: int, total: int, note: str = "", *, frames: tuple[int, int] | None = None
    ) -> None:
        pass

    def plan(self, stages: Mapping[str, float]) -> None:
        pass

    def last_stage(self) -> None:
        pass

    def log(self, sentence: str) -> None:
        pass

    def loaded(self, what: str, seconds: float, size: int = 0) -> None:
        pass

    def part(self, output: Output) -> None:
        pass

    def preview(self, picture: bytes | Callable[[], bytes]) -> None:
        pass
