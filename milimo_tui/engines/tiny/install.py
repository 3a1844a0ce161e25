"""Installation of tiny checkpoints in a home's model store: built and registered under their own ids.

For workers and tests.
"""

from __future__ import annotations

from milimo_tui.engines.catalog.installed_weights import Installed
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.tiny.build import build
from milimo_tui.engines.tiny.families import Family


def row_of(family: Family) -> Installed:
    """Return the entry for the model store. The store hashes the files itself."""
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
    """Build a tiny checkpoint in its folder under `models/` and register it. Errors of the disk and the store
    are passed on.
    """
    build(family.name, store.folder / family.id, seed)
    return store.register(row_of(family))
