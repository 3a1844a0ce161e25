"""The row of the registry of weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

# the site where users read terms and create tokens; downloads follow HF_ENDPOINT
HUB = "https://huggingface.co"

GB = 1_000_000_000
MB = 1_000_000

Gate = Literal["", "terms", "approval"]
Evidence = Literal["published", "calculated", "read", "guessed"]

# The files of a transformers repository.
FLAT = ("*.json", "*.safetensors", "*.jinja", "*.txt", "tokenizer.model", "LICENSE*", "*.md")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRow:
    """Weights that can be downloaded.

    `id` is the folder under `models/`, `hub` the repository. `bytes` is the download size; `memory_gb` is the
    memory of the card on which the weights run best, without quantisation.

    `evidence` is the source of names and sizes: published (the authors' page), calculated (from parameter
    counts), read (in listings and code of others), or guessed. `gate`: `terms` are accepted on the page at
    once, `approval` needs an answer of the authors. `files` are the patterns of the files to fetch (empty:
    all), `without` the patterns of the files to leave out; `inside` is the only folder of the repository that
    is used. `needs` are rows that must be installed too; `unlocks` are the features that become available.
    `form` `file` is a single file whose other parts come from `base`. `control` is the control map that an
    IC-LoRA follows.
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
        """The web page on which the terms are read and accepted."""
        return f"{HUB}/{self.hub}"
