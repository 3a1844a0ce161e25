"""Build a tiny checkpoint of a family into a folder: whole or not at all, the same bits for the same seed.

Imports nothing heavy itself; the family's builder does when it is called.
"""

from __future__ import annotations

import importlib
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import cast

from milimo_tui.core.errors import NotFound
from milimo_tui.engines.tiny.families import FAMILIES, Family


def build(family: str, folder: Path, seed: int = 0) -> None:
    """The checkpoint of `FAMILIES[family]` at `folder`, which appears when it is whole; an older one goes.

    Raises NotFound for a family there is none of.
    """
    if family not in FAMILIES:
        raise NotFound(f"there is no tiny checkpoint of “{family}”", f"there are: {', '.join(FAMILIES)}")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as made:
        whole = Path(made) / "whole"
        _seeded(FAMILIES[family], whole, seed)
        if folder.exists():
            folder.rename(Path(made) / "older")
        whole.rename(folder)


def _seeded(family: Family, folder: Path, seed: int) -> None:
    """Random weights from that seed and the family's name (two LoRAs over the same layers are two), whatever
    was drawn before; the process's own dice stay as they were.
    """
    import torch

    module, _, name = family.builder.partition(":")
    make = cast("Callable[[Path], None]", getattr(importlib.import_module(f"{__package__}.{module}"), name))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed + zlib.crc32(family.name.encode()))
        make(folder)
