"""Test which weights can be deleted: weights that no job uses, no film names and no other used weights
need.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from milimo_tui.engines.catalog.installed_weights import InstalledWeights
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.studio.registry import registry
from milimo_tui.studio.room.unused_weights import list_unused_weights
from milimo_tui.studio.session.studio import Studio
from tests.tui.studio_setup import make_studio


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return make_studio(tmp_path / "home")


def put(store: ModelStore, id: str, size: int, **facts: str) -> None:
    folder = store.folder / id
    folder.mkdir(parents=True)
    (folder / "weights.safetensors").write_bytes(bytes(size))
    store.register(InstalledWeights(id=id, **facts))  # type: ignore[arg-type]  # texts alone are given


def test_weights_named_by_films_and_their_parts_are_kept(studio: Studio) -> None:
    store = ModelStore(studio.home.models)
    put(store, "runs", 10, family="z_image")
    store.select("z_image", "runs")
    put(store, "other", 30, family="z_image")
    put(store, "base", 50, family="z_image")
    put(store, "needs-base", 20, family="z_image", base="base")
    put(store, "goes-along", 5, family="z_image", role="upsampler")
    put(store, "lonely", 7, family="wan", role="upsampler")
    put(store, "style", 4, family="z_image", role="lora")

    def ids() -> list[str]:
        return [line.id for line in list_unused_weights(store, studio.list_project_folders(), ())]

    assert ids() == ["base", "other", "needs-base", "lonely", "style"]
    shot = studio.take_snapshot().story.shots[0]
    registry.run_by_id(studio, "shot.set", {"id": shot.id, "model": "needs-base"})
    assert ids() == ["other", "lonely", "style"]
    freed = registry.run_by_id(studio, "room.free", {"kinds": ["weights"], "yes": True})
    assert freed.data["freed"] == 30 + 7 + 4
    assert not (store.folder / "other").exists()
    assert (store.folder / "base" / "weights.safetensors").is_file()
    registry.run_by_id(studio, "supervisor.stop", {"now": True})
    studio.close()


def test_unreadable_film_protects_all_weights(studio: Studio) -> None:
    store = ModelStore(studio.home.models)
    put(store, "other", 30, family="z_image")
    put(store, "runs", 10, family="z_image")
    store.select("z_image", "runs")
    assert [line.id for line in list_unused_weights(store, studio.list_project_folders(), ())] == ["other"]
    studio.close()
    [paths] = studio.list_project_folders()
    for part in paths.root.glob("project.db*"):
        part.write_bytes(b"damaged" * 100)
    assert list_unused_weights(store, [paths], ()) == []
