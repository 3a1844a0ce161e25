"""The checkpoints of one job: files in its workspace from which a retry continues. A checkpoint is either
complete or missing, never half written.

The module only handles files. `context` decides when to save and reports to the supervisor.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from milimo_tui.core.errors import Failed
from milimo_tui.core.host import explain_os_error, write_file_atomically
from milimo_tui.jobs.values.workspaces import make_workspace

KEEP = 2  # Number of newest checkpoints of each stage that are preserved. Older ones are deleted.


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointMark:
    """The description of a checkpoint, stored next to its state file.

    `signature` identifies the inputs of the job; the checkpoint may only be used for the same inputs. `step`
    is the step after which the checkpoint was saved, and `total` the number of steps in its stage. `stages`
    are the stages that the job had begun by then, in order.
    """

    stage: str
    signature: str
    step: int
    total: int
    stages: tuple[str, ...]


class CheckpointFolder:
    """The folder `<workspace>/checkpoints`. Each checkpoint is a state file and a JSON file with its
    description and digest. Only one process may use the folder at a time.
    """

    def __init__(self, folder: Path, log: Callable[[str], None]) -> None:
        self._folder = folder
        self._log = log

    def find_newest_checkpoint(self, stage: str, signature: str) -> tuple[CheckpointMark, Path] | None:
        """Return the checkpoint of a stage that has the highest step and the given signature, as its
        description and the path of its state file. Return None if there is none.

        Damaged checkpoints are skipped and reported in the program's log.
        """
        found = []
        for note in self._list_checkpoint_notes(stage):
            mark = _read_checkpoint_mark(note)
            if mark is None:
                self._log(f"the checkpoint {note.stem} is damaged: it is left out")
            elif (mark.stage, mark.signature) == (stage, signature):
                found.append((mark.step, note.stem, mark))
        if not found:
            return None
        _, stem, mark = max(found, key=lambda entry: entry[:2])
        return mark, self._folder / f"{stem}.state"

    def save_checkpoint(self, mark: CheckpointMark, write: Callable[[Path], None]) -> None:
        """Save a checkpoint. `write` gets a path and writes the state file there. Old checkpoints of the
        stage are deleted.

        Raises DiskFull, ReadOnly, Failed.
        """
        fresh = self._folder / "new.state"
        try:
            make_workspace(self._folder.parent)
            self._folder.mkdir(exist_ok=True)
            stems = [note.stem for note in self._list_checkpoint_notes(mark.stage)]
            number = int(stems[-1].rpartition("-")[2]) + 1 if stems else 1
            stem = f"{_hash_stage_name(mark.stage)}-{number:08d}"
            write(fresh)
            digest = _compute_checkpoint_digest(mark, fresh, sync=True)
            os.replace(fresh, self._folder / f"{stem}.state")
            note = json.dumps({**asdict(mark), "digest": digest})
            write_file_atomically(self._folder / f"{stem}.json", note.encode())
            self._delete_old_checkpoints(mark.stage, {*stems[1 - KEEP :], stem})
        except FileNotFoundError:
            raise Failed(f"the engine named a checkpoint of “{mark.stage}” that it did not write") from None
        except OSError as error:
            raise explain_os_error(error, self._folder, "write a checkpoint in") from error
        finally:
            fresh.unlink(missing_ok=True)

    def _list_checkpoint_notes(self, stage: str) -> list[Path]:
        """Return the paths of the descriptions (JSON files) of a stage's checkpoints, oldest first."""
        return sorted(self._folder.glob(f"{_hash_stage_name(stage)}-*.json"))

    def _delete_old_checkpoints(self, stage: str, but: set[str]) -> None:
        for path in self._folder.glob(f"{_hash_stage_name(stage)}-*"):
            if path.stem not in but:
                path.unlink()


def _hash_stage_name(stage: str) -> str:
    return hashlib.sha256(stage.encode(errors="replace")).hexdigest()[:12]


def _compute_checkpoint_digest(mark: CheckpointMark, state: Path, *, sync: bool = False) -> str:
    """Return the SHA-256 of a checkpoint's state file and its description. With `sync`, also flush the state
    file to disk.
    """
    with state.open("rb") as handle:
        if sync:
            os.fsync(handle.fileno())
        sha = hashlib.file_digest(handle, "sha256")
    sha.update(json.dumps(asdict(mark), sort_keys=True).encode())
    return sha.hexdigest()


def _read_checkpoint_mark(note: Path) -> CheckpointMark | None:
    """Return the description of a checkpoint; None if the description or the state file is damaged or
    missing.
    """
    try:
        values = json.loads(note.read_bytes())
        digest = values.pop("digest")
        mark = CheckpointMark(**{**values, "stages": tuple(values["stages"])})
        return mark if _compute_checkpoint_digest(mark, note.with_suffix(".state")) == digest else None
    except (OSError, ValueError, TypeError, KeyError, AttributeError):  # Raised for damaged content.
        return None
