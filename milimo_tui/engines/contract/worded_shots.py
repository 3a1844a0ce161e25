"""The prompts that a language model wrote for the shots of a scene. Each prompt is saved to a file as soon as
it is written.

The user can read a prompt before the scene is finished, and a retry of the job does not ask the model for the
prompt again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from milimo_tui.core.host import write_file_atomically
from milimo_tui.core.untrusted_json import parse_untrusted_json
from milimo_tui.engines.contract.engine import Output
from milimo_tui.engines.specs.text_specs import ShotBrief

ROLE = "worded"  # role of a saved prompt among the files that a job reports with `Context.part`


@dataclass(frozen=True, slots=True)
class WordedShot:
    """The prompt that a language model wrote for a shot, notes about how the prompt was made, and the model's
    name. `faults` are the statements of the prompt that do not agree with the facts of the shot.
    """

    text: str
    notes: tuple[str, ...] = ()
    model: str = ""
    faults: tuple[str, ...] = ()

    @classmethod
    def read(cls, path: Path) -> WordedShot | None:
        """Read a saved prompt; None if there is none or it can't be read."""
        try:
            value = parse_untrusted_json(path.read_text(encoding="utf-8"))
            faults = tuple(map(str, value.get("faults", ())))
            return cls(
                str(value["text"]), tuple(map(str, value["notes"])), str(value.get("model", "")), faults
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None

    @classmethod
    def find_saved_prompt(cls, folder: Path, at: int, brief: ShotBrief) -> WordedShot | None:
        """Return the prompt that an earlier attempt saved for a shot. `at` is the index of the shot, and
        `brief` describes the shot to the language model. None if there is no saved prompt, or if the brief
        has changed since the prompt was saved.
        """
        path = _get_saved_prompt_path(folder, at)
        try:
            same = parse_untrusted_json(path.read_text(encoding="utf-8")).get("brief") == brief.model_dump(
                mode="json"
            )
        except (OSError, ValueError, AttributeError):
            return None
        return cls.read(path) if same else None

    def save_prompt(self, folder: Path, at: int, brief: ShotBrief) -> Output:
        """Write the prompt and its brief to a file in `folder`, atomically. `at` is the index of the shot.
        Raises DiskFull, ReadOnly.
        """
        path = _get_saved_prompt_path(folder, at)
        value = {
            "text": self.text,
            "notes": self.notes,
            "model": self.model,
            "faults": self.faults,
            "brief": brief.model_dump(mode="json"),
        }
        write_file_atomically(path, json.dumps(value, ensure_ascii=False, indent=1).encode())
        return Output(role=ROLE, path=str(path), facts={"shot": brief.shot})


def _get_saved_prompt_path(folder: Path, at: int) -> Path:
    return folder / f"worded-{at:03d}.json"
