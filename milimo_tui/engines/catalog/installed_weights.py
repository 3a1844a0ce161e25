"""Values of the model store: installed weights, their files, and the answer to an engine that asks for
weights.

The values are frozen. Their JSON form is here too; no file is read or written.
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
    """A file of weights: its name within the folder, size, and SHA-256 (empty if not known yet)."""

    name: str
    bytes: int
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledWeights:
    """Installed weights as their manifest describes them.

    `role` is `model` for weights that an engine runs by themselves, otherwise the kind of addition:
    `upsampler`, `temporal_upsampler`, `lora`, `ic_lora`, `camera_lora`, `distilled_lora`, `detailing_lora`.
    `path` is absolute or relative to the models folder; empty means the folder named as the id. `base` is the
    id of the weights from which a single file takes its other parts and configurations. `tiny` marks random
    weights for tests. `control` is the control map that an IC-LoRA follows (`depth`); `trigger` is the word
    that activates a LoRA.
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
    damaged: tuple[str, ...] = ()  # names of files with a wrong hash

    @property
    def bytes(self) -> int:
        """Total size of the files in bytes."""
        return sum(file.bytes for file in self.files)

    @property
    def digest(self) -> str:
        """SHA-256 over the names and hashes of all files, or the hash of a single file. Empty if a hash is
        not known.
        """
        if not self.files or any(not file.digest for file in self.files):
            return ""
        if len(self.files) == 1:
            return self.files[0].digest
        lines = sorted(f"{file.digest}  {file.name}\n" for file in self.files)
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def parse_weights_manifest(value: Any, source: Path) -> InstalledWeights:
    """Return the installed weights of a manifest's JSON value. Keys of a later version are ignored.

    Raises Damaged, with the name of the file, for an invalid manifest.
    """
    try:
        known = {key: value[key] for key in InstalledWeights.__dataclass_fields__ if key in value}
        files = tuple(WeightFile(one["name"], int(one["bytes"]), one["digest"]) for one in known["files"])
        row = InstalledWeights(**{**known, "files": files, "damaged": tuple(known.get("damaged", ()))})
    except (KeyError, TypeError, ValueError) as error:
        raise Damaged(
            f"{source} is not a manifest of weights", "milimo model download writes it again"
        ) from error
    if row.form not in FORMS:
        raise Damaged(f"{source}: there is no form “{row.form}” of weights", f"forms: {', '.join(FORMS)}")
    return row


@dataclass(frozen=True, slots=True)
class ResolvedWeights:
    """Weights that an engine can load.

    `path` is a folder in the layout of diffusers and transformers (`folder`, `hub`) or a single weights file
    (`file`, `comfyui`), whose other parts and configurations are in the folder `base`. `digest` is empty
    while it is not known; `milimo model verify` computes it.
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
        """The second transformer of a pair of single files. None for a folder or for a single transformer."""
        is_pair = self.form in ("file", "comfyui") and len(self.files) > 1
        return self.path.parent / self.files[1].name if is_pair else None
