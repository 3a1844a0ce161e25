"""Build tiny checkpoints, once for each test session and shared by all test processes. `tiny("ltx2")` returns
a folder.

Import the fixture with `from tests.engines.tiny_home import tiny`. The folders are shared, so tests may only
read them. `furnish(milimo.home, tiny, "ltx2", "ltx2-upsampler")` registers checkpoints in a studio home.
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
    """Return a folder that all processes of this test run share: the parent of the process's own base
    folder.
    """
    own = tmp_path_factory.getbasetemp()
    return (own.parent if os.environ.get("PYTEST_XDIST_WORKER") else own) / "tiny"


def built(family: str, shared: Path) -> Path:
    """Return the family's checkpoint under `shared`. The first caller builds it while others wait."""
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
    """Register tiny checkpoints in a studio home. Files are hard links, so this is fast.

    The first model of each family becomes the default, as with `milimo model tiny`.
    """
    place = Home(home)
    place.models.mkdir(parents=True, exist_ok=True)
    place.mark.touch()  # the marker makes a folder that is not empty a studio home
    store = ModelStore(place.models)
    for name in names:
        row = FAMILIES[name]
        shutil.copytree(tiny(name), store.folder / row.id, copy_function=os.link)
        store.register(build_registry_entry(row))
        if row.role == "model" and row.family not in store.read_selection():
            store.select(row.family, row.id)
    return store


def put(home: Path, tiny: Tiny, name: str, family: str, *, generation: str = "", id: str = "") -> Path:
    """Register a tiny checkpoint in a home without copying it. Return its folder."""
    folder = tiny(name)
    row = InstalledWeights(
        id=id or f"tiny-{name}", family=family, generation=generation, path=str(folder), tiny=True
    )
    ModelStore(Home(home).models).register(row)
    return folder
