"""The values of the model store: installed weights, their files, and the weights that an engine can load.

The values are frozen. This module also converts them to and from JSON. It reads and writes no files.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from milimo_tui.core.errors import Damaged

Form = Literal["folder", "file", "hub", "comfyui"]
# Families of weights that have a new name. Manifests and commands may contain the earlier name.
RENAMED_FAMILIES = {"gemma": "local"}
FORMS: tuple[Form, ...] = ("folder", "file", "hub", "comfyui")


def get_family_name(name: str) -> str:
    """Return the present name of a family of weights, by its present or an earlier name."""
    return RENAMED_FAMILIES.get(name, name)


@dataclass(frozen=True, slots=True)
class WeightFile:
    """A file of weights: its name inside the folder, its size in bytes, and its SHA-256 (empty if
    unknown).
    """

    name: str
    bytes: int
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledWeights:
    """Installed weights as their manifest describes them.

    - `role` is `model` for weights that an engine runs on their own. Otherwise it is the kind of addition:
      `upsampler`, `temporal_upsampler`, `lora`, `ic_lora`, `camera_lora`, `distilled_lora` or
      `detailing_lora`.
    - `path` is absolute or relative to the models folder. An empty path means the folder that has the id as
      its name.
    - `base` is the id of the weights that provide a single file's other parts and configurations.
    - `tiny` marks random weights for tests.
    - `control` is the control map that an IC-LoRA follows (`depth`).
    - `trigger` is the word that activates a LoRA.
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
    damaged: tuple[str, ...] = ()  # names of files whose hash is wrong

    def __post_init__(self) -> None:
        object.__setattr__(self, "family", get_family_name(self.family))

    @property
    def bytes(self) -> int:
        """The total size of the files in bytes."""
        return sum(file.bytes for file in self.files)

    @property
    def digest(self) -> str:
        """The hash of a single file, or the SHA-256 over the names and hashes of several files. Empty if a
        hash is unknown.
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
    """Return the installed weights that a manifest's JSON value describes. Keys of later versions are
    ignored.

    `source` is the manifest's path. Raises Damaged, with that path, for an invalid manifest.
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

    For the forms `folder` and `hub`, `path` is a folder in the layout of diffusers and transformers. For the
    forms `file` and `comfyui`, it is a single weights file, whose other parts and configurations are in the
    folder `base`.

    `digest` is the recorded hash of the files, which the bytes on the disk may contradict. It is empty if it
    is unknown; `milimo model verify` computes it. `identity` also depends on the files as they were when the
    weights were found. Caches use it as their key (`catalog.weight_stamps`).
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
    identity: str = ""

    @property
    def second(self) -> Path | None:
        """The second transformer of a pair of single files. None for a folder or for a single transformer."""
        is_pair = self.form in ("file", "comfyui") and len(self.files) > 1
        return self.path.parent / self.files[1].name if is_pair else None
