"""What a language model wrote for one shot of a scene, a file as soon as it is there: to be looked at before
the scene is done, and not to be asked for again by a later attempt.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from milimo_tui.core.host import write_atomic
from milimo_tui.core.untrusted_json import read_json
from milimo_tui.engines.contract.engine import Output
from milimo_tui.engines.specs.text_specs import ShotBrief

ROLE = "worded"  # of such a file among the parts of a job


@dataclass(frozen=True, slots=True)
class WordedShot:
    """The words, what has to be said of how they came, and which model wrote them."""

    text: str
    notes: tuple[str, ...] = ()
    model: str = ""

    @classmethod
    def read(cls, path: Path) -> WordedShot | None:
        """Read one that is kept; None where there is none, or it can't be read."""
        try:
            value = read_json(path.read_text(encoding="utf-8"))
            return cls(str(value["text"]), tuple(map(str, value["notes"])), str(value.get("model", "")))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    @classmethod
    def kept_in(cls, folder: Path, at: int, brief: ShotBrief) -> WordedShot | None:
        """Give what an attempt before wrote for that very brief."""
        path = _path(folder, at)
        try:
            same = read_json(path.read_text(encoding="utf-8")).get("brief") == brief.model_dump(mode="json")
        except (OSError, ValueError, AttributeError):
            return None
        return cls.read(path) if same else None

    def keep(self, folder: Path, at: int, brief: ShotBrief) -> Output:
        """Write it to the disk, whole. Raises DiskFull, ReadOnly."""
        path = _path(folder, at)
        value = {
            "text": self.text,
            "notes": self.notes,
            "model": self.model,
            "brief": brief.model_dump(mode="json"),
        }
        write_atomic(path, json.dumps(value, ensure_ascii=False, indent=1).encode())
        return Output(role=ROLE, path=str(path), facts={"shot": brief.shot})


def _path(folder: Path, at: int) -> Path:
    return folder / f"worded-{at:03d}.json"
