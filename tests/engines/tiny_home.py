"""Tiny checkpoints, built once a session and shared by all test processes: `tiny("ltx2")` is a folder.

Take the fixture by `from tests.engines.tiny_home import tiny`. The folders are shared: read them only.
`furnish(milimo.home, tiny, "ltx2", "ltx2-upsampler")` puts them on a home's shelf.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from milimo_tui.core.paths import Home
from milimo_tui.engines.catalog.installed_weights import InstalledWeights
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.tiny_models.build import build_tiny_checkpoint
from milimo_tui.tiny_models.families import FAMILIES
from milimo_tui.tiny_models.install import build_registry_entry

Tiny = Callable[[str], Path]


def _shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this test run share: above the worker's own base folder."""
    own = tmp_path_factory.getbasetemp()
    return (own.parent if os.environ.get("PYTEST_XDIST_WORKER") else own) / "tiny"


def built(family: str, shared: Path) -> Path:
    """The checkpoint under `shared`, built by whoever comes first; others wait for it."""
    shared.mkdir(exist_ok=True)
    folder = shared / family
    with (shared / f"{family}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            build_tiny_checkpoint(family, folder)
    return folder


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Tiny:
    shared = _shared(tmp_path_factory)
    return lambda family: built(family, shared)


def furnish(home: Path, tiny: Tiny, *names: str) -> ModelStore:
    """Put tiny checkpoints on the shelf of that studio home, in no time: linked, not built again.

    The first model of each family is chosen, as `milimo model tiny` does.
    """
    place = Home(home)
    place.models.mkdir(parents=True, exist_ok=True)
    place.mark.touch()  # a folder that is not empty is a studio home by its mark alone
    store = ModelStore(place.models)
    for name in names:
        row = FAMILIES[name]
        shutil.copytree(tiny(name), store.folder / row.id, copy_function=os.link)
        store.register(build_registry_entry(row))
        if row.role == "model" and row.family not in store.read_selection():
            store.select(row.family, row.id)
    return store


def put(home: Path, tiny: Tiny, name: str, family: str, *, generation: str = "", id: str = "") -> Path:
    """Have a home know a tiny checkpoint where it lies; returns its folder."""
    folder = tiny(name)
    row = InstalledWeights(
        id=id or f"tiny-{name}", family=family, generation=generation, path=str(folder), tiny=True
    )
    ModelStore(Home(home).models).register(row)
    return folder
