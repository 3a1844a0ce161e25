"""The description of downloadable weights in the registry of weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

# The site where users read terms and create tokens. Downloads use the address in HF_ENDPOINT if it is set.
HUB = "https://huggingface.co"

GB = 1_000_000_000
MB = 1_000_000

Gate = Literal["", "terms", "approval"]
Evidence = Literal["published", "calculated", "read", "guessed"]

# Patterns of the files to download from a diffusers repository, and from a transformers repository.
DIFFUSERS_FOLDERS = (
    "model_index.json", "transformer/*", "vae/*", "text_encoder/*", "tokenizer/*", "scheduler/*", "LICENSE*",
    "*.md",
)  # fmt: skip
FLAT = ("*.json", "*.safetensors", "*.jinja", "*.txt", "tokenizer.model", "LICENSE*", "*.md")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRow:
    """Weights that can be downloaded.

    - `id` is the name of the folder in `models/`, `hub` the repository on the hub.
    - `bytes` is the size of the download. `memory_gb` is the GPU memory with which the weights run best,
      without quantisation.
    - `evidence` is the source of names and sizes: published (the authors' page), calculated (from parameter
      counts), read (in listings and code by others) or guessed.
    - `gate` is `terms` if the user must accept terms on the page, and `approval` if the authors must approve
      a request.
    - `files` are the patterns of the files to download (empty for all), `without` the patterns of the files
      to leave out. `inside` is the only folder of the repository that is used.
    - `needs` are rows that must be installed, too. `unlocks` are the features that become available.
    - `form` is `file` for a single file whose other parts come from `base`.
    - `control` is the control map that an IC-LoRA follows.
    """

    id: str
    title: str
    family: str
    does: str
    bytes: int
    memory_gb: int
    hub: str
    licence: str
    evidence: Evidence
    role: str = "model"
    generation: str = ""
    gate: Gate = ""
    files: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    unlocks: tuple[str, ...] = ()
    form: Literal["folder", "file"] = "folder"
    base: str = ""
    control: str = ""
    inside: str = ""
    commercial: bool = True
    notes: str = ""

    @property
    def page(self) -> str:
        """The web page on which the user reads and accepts the terms."""
        return f"{HUB}/{self.hub}"
