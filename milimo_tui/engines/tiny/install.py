"""Tiny checkpoints on a home's shelf: built, registered under ids of their own. For workers and tests."""

from __future__ import annotations

from milimo_tui.engines.catalog.installed_weights import Installed
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.tiny.build import build
from milimo_tui.engines.tiny.families import Family


def row_of(family: Family) -> Installed:
    """What the shelf is told of it; its files are hashed there."""
    return Installed(
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


def install(family: Family, store: ModelStore, seed: int = 0) -> Installed:
    """Build it at its place under `models/` and tell the shelf. Errors of disk and shelf are theirs."""
    build(family.name, store.folder / family.id, seed)
    return store.register(row_of(family))
