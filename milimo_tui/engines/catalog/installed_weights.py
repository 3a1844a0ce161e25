"""What the shelf tells of: weights that are installed, their files, and what an engine gets when it asks.

Frozen values; how they are written as JSON is here too, and nothing is read or written.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from milimo_tui.core.errors import Damaged

Form = Literal["folder", "file", "hub", "comfyui"]
FORMS: tuple[Form, ...] = ("folder", "file", "hub", "comfyui")


@dataclass(frozen=True, slots=True)
class WeightFile:
    """One file: name within the folder, size, and its SHA-256 (empty: not known yet)."""

    name: str
    bytes: int
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """Weights that are there, as their manifest says.

    `role` is `model` for what an engine runs by itself, else what it adds: `upsampler`,
    `temporal_upsampler`, `lora`, `ic_lora`, `camera_lora`, `distilled_lora`,
    `detailing_lora`. `path` is absolute, or within
    the models' folder; empty: the folder of that id. `base` is the id of weights that a single file takes its
    other parts and configurations from. `tiny`: random weights, for trying the ways through.
    `control` is what an IC-LoRA follows (`depth`); `trigger` the word that calls a LoRA.
    """

    id: str
    family: str
    role: str = "model"
    generation: str = ""
    title: str = ""
    path: str = ""
    form: Form = "folder"
    tiny: bool = False
    base: str = ""
    control: str = ""
    trigger: str = ""
    hub: str = ""
    revision: str = ""
    licence: str = ""
    files: tuple[WeightFile, ...] = ()
    damaged: tuple[str, ...] = ()  # names of files whose hash was found wrong

    @property
    def bytes(self) -> int:
        return sum(file.bytes for file in self.files)

    @property
    def digest(self) -> str:
        """SHA-256 over names and hashes of all files; of a single file its own. Empty: not all are known."""
        if not self.files or any(not file.digest for file in self.files):
            return ""
        if len(self.files) == 1:
            return self.files[0].digest
        lines = sorted(f"{file.digest}  {file.name}\n" for file in self.files)
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def installed_from(value: Any, source: Path) -> Installed:
    """A manifest as read. Raises Damaged naming the file; keys of a later version are left alone."""
    try:
        known = {key: value[key] for key in Installed.__dataclass_fields__ if key in value}
        files = tuple(WeightFile(one["name"], int(one["bytes"]), one["digest"]) for one in known["files"])
        row = Installed(**{**known, "files": files, "damaged": tuple(known.get("damaged", ()))})
    except (KeyError, TypeError, ValueError) as error:
        raise Damaged(
            f"{source} is no manifest of weights", "milimo model download writes it anew"
        ) from error
    if row.form not in FORMS:
        raise Damaged(f"{source}: there is no form “{row.form}” of weights", f"forms: {', '.join(FORMS)}")
    return row


@dataclass(frozen=True, slots=True)
class Found:
    """Weights an engine can load. `path` is a folder as diffusers and transformers read it (`folder`, `hub`),
    or a safetensors file (`file`, `comfyui`), whose other parts and configurations are in the folder `base`.

    `digest` is empty while it is not known: `milimo model verify` finds out.
    """

    id: str
    family: str
    generation: str
    role: str
    path: Path
    form: Form
    digest: str = ""
    tiny: bool = False
    base: Path | None = None
    control: str = ""
    trigger: str = ""
    bytes: int = 0
    files: tuple[WeightFile, ...] = field(default=(), repr=False)

    @property
    def second(self) -> Path | None:
        """Of a pair of transformers in single files the second's; None: it is one, or a folder."""
        is_pair = self.form in ("file", "comfyui") and len(self.files) > 1
        return self.path.parent / self.files[1].name if is_pair else None
