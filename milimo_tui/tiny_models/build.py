"""Build a tiny checkpoint of a family into a folder: completely or not at all, with the same bits for the
same seed.

This module imports no large library; the family's builder does when it is called.
"""

from __future__ import annotations

import importlib
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import cast

from milimo_tui.core.errors import NotFound
from milimo_tui.tiny_models.families import FAMILIES, TinyCheckpoint


def build_tiny_checkpoint(family: str, folder: Path, seed: int = 0) -> None:
    """Build the checkpoint of `FAMILIES[family]` at `folder`. The folder appears when it is complete and
    replaces an older one.

    Raises NotFound for an unknown family.
    """
    if family not in FAMILIES:
        raise NotFound(f"there is no tiny checkpoint of “{family}”", f"choices: {', '.join(FAMILIES)}")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as made:
        whole = Path(made) / "whole"
        _build_with_seed(FAMILIES[family], whole, seed)
        if folder.exists():
            folder.rename(Path(made) / "older")
        whole.rename(folder)


def _build_with_seed(family: TinyCheckpoint, folder: Path, seed: int) -> None:
    """Build a checkpoint in a folder, with random weights determined by the seed and the name of the
    checkpoint.

    The name is included so that two LoRAs for the same layers differ. The random state of the process is set
    for the build and restored afterwards.
    """
    import torch

    module, _, name = family.builder.partition(":")
    make = cast("Callable[[Path], None]", getattr(importlib.import_module(f"{__package__}.{module}"), name))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed + zlib.crc32(family.name.encode()))
        make(folder)
