"""Provide a context for testing engines without a worker. It records their messages and can stop a job."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from milimo_tui.core.errors import Cancelled
from milimo_tui.engines.contract.engine import Checkpoint, Checkpoints, Output


class FolderCheckpoints:
    """The checkpoints in a folder, with the newest of each stage. With `always`, a checkpoint is due at each
    request.
    """

    def __init__(self, folder: Path, *, always: bool = False) -> None:
        self._folder = folder
        self._always = always
        self.saved: list[tuple[str, int]] = []

    def newest(self, stage: str, signature: str) -> Checkpoint | None:
        found = sorted(self._folder.glob(f"{stage}-{signature[:12]}-*.state"))
        return Checkpoint(int(found[-1].stem.rpartition("-")[2]), found[-1]) if found else None

    def due(self) -> bool:
        return self._always

    def save(self, stage: str, signature: str, step: int, write: Callable[[Path], None]) -> None:
        write(self._folder / f"{stage}-{signature[:12]}-{step:05d}.state")
        self.saved.append((stage, step))


class JobRecorder:
    """A context that raises Cancelled at the `stop_at`-th progress message; 0 means never."""

    def __init__(self, workspace: Path, stop_at: int = 0, *, rung: int = 0, saves: bool = False) -> None:
        self.workspace = workspace
        self.rung = rung
        self.kept = FolderCheckpoints(workspace, always=saves)
        self.reports: list[tuple[str, int, int]] = []
        self.lines: list[str] = []
        self.loads: list[str] = []
        self.parts: list[Output] = []
        self.pictures: list[bytes] = []
        self._stop_at = stop_at

    @property
    def checkpoints(self) -> Checkpoints:
        return self.kept

    def progress(
        self, stage: str, done: int, total: int, note: str = "", *, frames: tuple[int, int] | None = None
    ) -> None:
        self.reports.append((stage, done, total))
        if len(self.reports) == self._stop_at:
            raise Cancelled("cancelled by request")

    def plan(self, stages: Mapping[str, float]) -> None:
        """Ignore the planned stages."""

    def last_stage(self) -> None:
        """Do nothing: no job follows this one."""

    def log(self, sentence: str) -> None:
        self.lines.append(sentence)

    def loaded(self, what: str, seconds: float, size: int = 0) -> None:
        self.loads.append(what)

    def part(self, output: Output) -> None:
        self.parts.append(output)

    def preview(self, picture: bytes | Callable[[], bytes]) -> None:
        self.pictures.append(picture if isinstance(picture, bytes) else picture())
