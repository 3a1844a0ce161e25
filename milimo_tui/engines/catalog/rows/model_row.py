"""A row of the registry of weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

HUB = "https://huggingface.co"  # where people read terms and make tokens; downloads follow HF_ENDPOINT

GB = 1_000_000_000
MB = 1_000_000

Gate = Literal["", "terms", "approval"]
Evidence = Literal["published", "calculated", "read", "guessed"]

# Files of a repository that transformers loads.
FLAT = ("*.json", "*.safetensors", "*.jinja", "*.txt", "tokenizer.model", "LICENSE*", "*.md")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRow:
    """`id` is the folder under `models/`, `hub` the repository. `bytes` are those to download; `memory_gb` is
    what runs best on a card, unshrunk.

    `evidence` is about names and sizes: published (the makers' page), calculated (from parameter counts),
    read (in listings and code of others), guessed. `gate`: `terms` are accepted on the page at once,
    `approval` waits for the makers. `files` are the patterns of what is fetched (empty: all), `without` of
    what is left out; `inside` is the folder of the repository that is wanted alone. `needs` are rows it does
    not work without; `unlocks` what becomes possible. `form` `file`: one file whose other parts come from
    `base`. `control` is what an IC-LoRA follows.
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
        """Where its terms are read and accepted."""
        return f"{HUB}/{self.hub}"
