"""Installation of tiny checkpoints in the model store of a home. Each is built and registered under its own
id.

For workers and tests only, because the builders import torch.
"""

from __future__ import annotations

from milimo_tui.engines.catalog.installed_weights import InstalledWeights
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.tiny_models.build import build_tiny_checkpoint
from milimo_tui.tiny_models.families import TinyCheckpoint


def build_registry_entry(family: TinyCheckpoint) -> InstalledWeights:
    """Return the entry of a tiny checkpoint for the model store. It contains no hashes, because the store
    computes them.
    """
    return InstalledWeights(
        id=family.id,
        family=family.family,
        role=family.role,
        generation=family.generation,
        title=family.title,
        path=f"{family.id}/{family.file}" if family.file else "",
        form="file" if family.file else "folder",
        tiny=True,
        control=family.control,
        licence="random numbers",
    )


def install_tiny_checkpoint(family: TinyCheckpoint, store: ModelStore, seed: int = 0) -> InstalledWeights:
    """Build a tiny checkpoint in its folder in `models/` and register it. Raises errors of the disk and of
    the model store.
    """
    build_tiny_checkpoint(family.name, store.folder / family.id, seed)
    return store.register(build_registry_entry(family))
