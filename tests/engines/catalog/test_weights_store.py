"""Test the store of weights: installed and selected weights, and the weights that an engine gets from this
home, the hub's cache or ComfyUI.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from milimo_tui.core.errors import BadInput, Damaged, NotFound, Refused, Unavailable
from milimo_tui.core.paths import Home
from milimo_tui.engines.catalog import model_lookup
from milimo_tui.engines.catalog.installed_weights import InstalledWeights
from milimo_tui.engines.catalog.model_catalog import MODELS, SETUPS
from milimo_tui.engines.catalog.model_store import MANIFEST, ModelStore
from milimo_tui.engines.catalog.safetensors_headers import read_safetensors_header
from milimo_tui.studio.weights import inventory
from milimo_tui.studio.weights.adoption import AdoptionRequest, adopt_weights
from tests.engines.hub.material import klein, safetensors

KLEIN = "flux2-klein-4b"
DEPTH = "ltx-2-19b-ic-lora-depth-control.safetensors"


@pytest.fixture
def store(home: Home) -> ModelStore:
    return ModelStore(home.models)


def put(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def ltx2(**more: bytes) -> dict[str, bytes]:
    """Return the files of LTX-2 as diffusers saves it, with one small matrix in each part."""
    index = {"_class_name": "LTX2Pipeline", "transformer": ["diffusers", "T"], "vae": ["diffusers", "V"]}
    return {
        "model_index.json": json.dumps(index).encode(),
        "transformer/config.json": b'{"gated_attn": false}',
        "transformer/model.safetensors": safetensors(
            {"transformer_blocks.0.attn1.to_q.weight": (16, 8), "proj_in.weight": (8, 4)}
        ),
        "vae/config.json": b"{}",
        "vae/model.safetensors": safetensors({"conv.weight": (3, 3)}),
        **more,
    }


def cached(cache: Path, hub: str, files: dict[str, bytes], commit: str = "abc123") -> Path:
    """Write a repository into a hub cache: blobs named by hash, and links in the snapshot. Return the
    snapshot folder.
    """
    folder = cache / f"models--{hub.replace('/', '--')}"
    for name, data in files.items():
        blob = folder / "blobs" / hashlib.sha256(data).hexdigest()
        blob.parent.mkdir(parents=True, exist_ok=True)
        blob.write_bytes(data)
        link = folder / "snapshots" / commit / name
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(os.path.relpath(blob, link.parent))
    (folder / "refs").mkdir(exist_ok=True)
    (folder / "refs" / "main").write_text(commit)
    return folder / "snapshots" / commit


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def sizes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)


# Weights in this home


def test_missing_weights_are_unavailable_with_the_command(store: ModelStore) -> None:
    with pytest.raises(Unavailable, match=r"LTX-2\.5 22B") as told:
        store.resolve("ltx2")
    assert "milimo model download ltx-2.5 (71.9 GB)" in told.value.hint
    assert "milimo model tiny ltx2" in told.value.hint
    assert told.value.exit_code == 3


def test_real_weights_precede_tiny_ones_unless_chosen(store: ModelStore) -> None:
    for id, tiny in (("tiny-ltx2", True), ("ltx-2", False)):
        put(store.folder / id, ltx2())
        store.register(InstalledWeights(id=id, family="ltx2", generation="2.0", tiny=tiny))
    assert store.resolve("ltx2").id == "ltx-2"
    store.select("ltx2", "tiny-ltx2")
    assert store.resolve("ltx2").id == "tiny-ltx2"
    assert store.resolve("ltx2", model="ltx-2").id == "ltx-2"
    store.forget("tiny-ltx2")
    assert store.read_selection() == {}


def test_add_ons_belong_to_their_generation_and_kind(store: ModelStore) -> None:
    rows = (
        InstalledWeights(id="ltx-2", family="ltx2", generation="2.0"),
        InstalledWeights(id="up-2.3", family="ltx2", generation="2.3", role="upsampler"),
        InstalledWeights(id="up-tiny", family="ltx2", generation="2.0", role="upsampler", tiny=True),
    )
    for row in rows:
        put(store.folder / row.id, {"model.safetensors": safetensors({"a": (2, 2)})})
        store.register(row)
    with pytest.raises(Unavailable, match="upsampler"):
        store.resolve("ltx2", "upsampler")
    put(store.folder / "up-2.0", {"model.safetensors": safetensors({"a": (2, 2)})})
    store.register(InstalledWeights(id="up-2.0", family="ltx2", generation="2.0", role="upsampler"))
    assert store.resolve("ltx2", "upsampler", "ltx-2").id == "up-2.0"


def test_upsampler_inside_the_models_folder_is_found(store: ModelStore) -> None:
    inner = {
        "latent_upsampler/config.json": b"{}",
        "latent_upsampler/m.safetensors": safetensors({"a": (2, 2)}),
    }
    put(store.folder / "ltx-2", {**ltx2(), **inner})
    store.register(InstalledWeights(id="ltx-2", family="ltx2", generation="2.0"))
    found = store.resolve("ltx2", "upsampler")
    assert found.path == store.folder / "ltx-2" / "latent_upsampler"
    assert {file.name for file in found.files} == {"config.json", "m.safetensors"}


def test_truncated_and_missing_files_are_reported(store: ModelStore) -> None:
    put(store.folder / "ltx-2", ltx2())
    store.register(InstalledWeights(id="ltx-2", family="ltx2"))
    file = store.folder / "ltx-2" / "vae" / "model.safetensors"
    whole = file.read_bytes()
    file.write_bytes(whole[:-4])
    with pytest.raises(Damaged, match=r"ltx-2: vae/model.safetensors is truncated") as told:
        store.resolve("ltx2")
    assert told.value.hint.startswith("milimo model download ltx-2 ")
    file.write_bytes(whole + b"more")
    with pytest.raises(Damaged, match=r"vae/model.safetensors .*installed"):
        store.resolve("ltx2")
    file.unlink()
    with pytest.raises(Damaged, match="is missing"):
        store.resolve("ltx2")


def test_damaged_weights_are_repaired_from_their_source(store: ModelStore, tmp_path: Path) -> None:
    """The hint for damaged weights names a command that can restore them from their source."""
    hints = []
    for row in (
        InstalledWeights(id="tiny-ltx2", family="ltx2", tiny=True),
        InstalledWeights(id="mine", family="ltx2", path=str(tmp_path / "mine")),
    ):
        folder = store.path(row)
        put(folder, ltx2())
        kept = store.register(row)
        (folder / "vae" / "model.safetensors").unlink()
        with pytest.raises(Damaged) as told:
            store.check_files(kept)
        hints.append(told.value.hint)
    assert hints[0].startswith("milimo model tiny ltx2 ")
    assert str(tmp_path / "mine") in hints[1]
    assert "download" not in hints[1]


def test_folder_without_an_engine_is_refused_by_its_name(store: ModelStore, tmp_path: Path) -> None:
    put(tmp_path / "sdxl", {"model_index.json": b'{"_class_name": "StableDiffusionXLPipeline"}'})
    put(tmp_path / "llama", {"config.json": b'{"model_type": "llama"}'})
    for name, kind in (("sdxl", "StableDiffusionXLPipeline"), ("llama", "llama")):
        with pytest.raises(BadInput, match=f"{name} is a {kind}"):
            adopt_weights(store, tmp_path / name, AdoptionRequest())
    assert store.list_extra_folders() == ()


def test_digest_follows_the_files_and_not_the_path(store: ModelStore, tmp_path: Path) -> None:
    digests = set()
    for nth, files in enumerate((ltx2(), ltx2(), ltx2(more=b"x"))):
        put(store.folder / f"m{nth}", files)
        digests.add(store.register(InstalledWeights(id=f"m{nth}", family="ltx2")).digest)
    assert len(digests) == 2


def test_invalid_manifest_is_reported(store: ModelStore) -> None:
    put(store.folder / "ltx-2", {MANIFEST: b"[]"})
    with pytest.raises(Damaged, match="manifest"):
        store.list_installed()


def test_missing_or_foreign_choice_is_refused(store: ModelStore) -> None:
    with pytest.raises(Unavailable):
        store.select("ltx2", "ltx-2")
    with pytest.raises(NotFound):
        store.select("ltx2", "nothing-known")
    put(store.folder / "up", {"model.safetensors": safetensors({"a": (2, 2)})})
    store.register(InstalledWeights(id="up", family="ltx2", role="upsampler"))
    with pytest.raises(NotFound, match="upsampler"):
        store.select("ltx2", "up")


@pytest.mark.parametrize("id", ["", "../x", "a/b", ".hidden", "x" * 200])
def test_id_is_the_name_of_a_folder(id: str) -> None:
    with pytest.raises(BadInput):
        model_lookup.check_model_id(id)


# Weights elsewhere, used without copying


def test_hub_cache_is_used_in_place(store: ModelStore, cache: Path) -> None:
    files = klein()
    del files["flux-2-klein-4b.safetensors"]
    snapshot = cached(cache, "black-forest-labs/FLUX.2-klein-4B", files)
    found = store.resolve("flux2")
    assert (found.id, found.form, found.path) == (KLEIN, "hub", snapshot)
    assert found.digest  # the cache names its blobs by hash, which gives the digest
    assert sizes(store.folder) == 0
    assert store.rows()[0].revision == "abc123"


def test_cache_without_a_shard_is_not_used(store: ModelStore, cache: Path) -> None:
    index = json.dumps({"weight_map": {"a": "m-1.safetensors", "b": "m-2.safetensors"}}).encode()
    files = klein()
    files["transformer/m.safetensors.index.json"] = index
    files["transformer/m-1.safetensors"] = safetensors({"a": (2, 2)})
    snapshot = cached(cache, "black-forest-labs/FLUX.2-klein-4B", files)
    assert not store.has("flux2")
    (snapshot / "transformer" / "m-2.safetensors").write_bytes(safetensors({"b": (2, 2)}))
    assert store.has("flux2")


def test_cache_with_a_broken_link_is_not_used(store: ModelStore, cache: Path) -> None:
    snapshot = cached(cache, "black-forest-labs/FLUX.2-klein-4B", klein())
    (snapshot / "vae" / "diffusion_pytorch_model.safetensors").resolve().unlink()
    assert not store.has("flux2")


def test_installed_weights_precede_the_cache(store: ModelStore, cache: Path) -> None:
    cached(cache, "black-forest-labs/FLUX.2-klein-4B", klein())
    put(store.folder / KLEIN, klein())
    store.register(InstalledWeights(id=KLEIN, family="flux2", generation="klein"))
    assert store.resolve("flux2").form == "folder"


def test_single_files_of_comfyui_are_used_in_place(store: ModelStore, tmp_path: Path) -> None:
    comfy = tmp_path / "ComfyUI"
    lora = safetensors({"diffusion_model.a.lora_A.weight": (2, 4), "diffusion_model.a.lora_B.weight": (4, 2)})
    checkpoint = safetensors({"model.diffusion_model.patchify_proj.weight": (8, 4)})
    put(comfy / "models", {f"loras/ltx/{DEPTH}": lora, "checkpoints/ltx-2-19b-dev.safetensors": checkpoint})
    adopted = adopt_weights(store, comfy, AdoptionRequest())
    assert {row.id for row in adopted.rows} == {"ltx-2-ic-depth", "ltx-2-file"}
    with pytest.raises(Unavailable, match="ltx-2-parts") as told:
        store.resolve("ltx2", model="ltx-2-file")
    assert "milimo model download ltx-2-parts" in told.value.hint
    put(store.folder / "ltx-2-parts", ltx2())
    store.register(InstalledWeights(id="ltx-2-parts", family="ltx2", generation="2.0", role="parts"))
    found = store.resolve("ltx2", model="ltx-2-file")
    assert (found.form, found.path) == (
        "comfyui",
        comfy / "models" / "checkpoints" / "ltx-2-19b-dev.safetensors",
    )
    assert found.base == store.folder / "ltx-2-parts"
    assert store.resolve("ltx2", "ic_lora", "ltx-2-ic-depth").control == "depth"
    assert not list(store.folder.rglob("*dev*.safetensors"))  # the weights were not copied


def test_own_folder_is_used_in_place(store: ModelStore, tmp_path: Path) -> None:
    folder = put(tmp_path / "my-ltx", ltx2())
    adopted = adopt_weights(store, folder, AdoptionRequest())
    assert (adopted.rows[0].family, adopted.rows[0].generation) == ("ltx2", "2.0")
    assert store.resolve("ltx2").path == folder
    assert sizes(store.folder) == len((store.folder / "selected.json").read_bytes())
    # Adopting the same folder again gives the same row
    assert adopt_weights(store, folder, AdoptionRequest()).rows[0].id == "my-ltx"
    with pytest.raises(Refused, match="belongs to ltx2"):
        adopt_weights(store, folder, AdoptionRequest(family="flux2"))


def test_removing_adopted_weights_leaves_their_files(store: ModelStore, tmp_path: Path) -> None:
    folder = put(tmp_path / "my-ltx", ltx2())
    adopt_weights(store, folder, AdoptionRequest())
    assert inventory.delete_weights(store, "my-ltx") == 0
    assert (folder / "model_index.json").is_file()
    assert not store.has("ltx2")
    with pytest.raises(NotFound):
        inventory.delete_weights(store, "my-ltx")


def test_incomplete_folder_is_refused(store: ModelStore, tmp_path: Path) -> None:
    files = ltx2()
    del files["vae/model.safetensors"]
    with pytest.raises(BadInput, match="missing"):
        adopt_weights(store, put(tmp_path / "half", files), AdoptionRequest())


def test_pickles_and_truncated_files_are_refused(store: ModelStore, tmp_path: Path) -> None:
    data = safetensors({"a": (4, 4)})
    files = {
        "a.ckpt": b"\x80\x04pickled",
        "b.safetensors": b"PK\x03\x04pickled as torch does",
        "c.safetensors": data[:-1],
        "d.safetensors": data[:6],
        "e.safetensors": b"\xff" * 40,
        "f.safetensors": b"\x02\0\0\0\0\0\0\0[]",
    }
    put(tmp_path, files)
    for name in ("a.ckpt", "b.safetensors"):
        with pytest.raises(BadInput, match="is a pickle"):
            adopt_weights(store, tmp_path / name, AdoptionRequest())
    for name in ("c.safetensors", "d.safetensors"):
        with pytest.raises(Damaged, match="truncated"):
            read_safetensors_header(tmp_path / name)
    for name in ("e.safetensors", "f.safetensors"):
        with pytest.raises(BadInput, match="a safetensors file"):
            read_safetensors_header(tmp_path / name)


def test_weights_in_four_bit_blocks_are_refused(store: ModelStore, tmp_path: Path) -> None:
    """NVFP4 weights are refused, because no test on a card has shown that they are read correctly."""
    name = "model.diffusion_model.patchify_proj"
    shapes = {f"{name}.weight": (8, 4), f"{name}.weight_scale": (8, 1), f"{name}.weight_scale_2": (1,)}
    put(tmp_path, {"fp4.safetensors": safetensors(shapes)})
    with pytest.raises(BadInput, match="packed as NVFP4"):
        adopt_weights(store, tmp_path / "fp4.safetensors", AdoptionRequest(family="ltx2"))


# The table of known models


def test_every_row_has_source_licence_and_certainty() -> None:
    """Row 81 of the replaced rules: the table of models names the needs and the unlocked functions of
    each model.
    """
    ids = {row.id for row in MODELS}
    assert len(ids) == len(MODELS)
    for row in MODELS:
        assert model_lookup.check_model_id(row.id) == row.id
        assert row.hub.count("/") == 1
        assert row.licence
        assert row.unlocks, row.id
        assert row.bytes > 0
        assert set(row.needs) <= ids
        assert not row.base or row.base in ids
        assert (row.role in ("ic_lora",)) == bool(row.control)
        assert row.form == "folder" or len(row.files) == 1
    for ways in SETUPS.values():
        for way in ways:
            assert set(way.rows) <= ids
            assert way.model in way.rows
            missing = {need for id in way.rows for need in model_lookup.row(id).needs} - set(way.rows)
            assert not missing, way


def test_everything_that_can_be_missing_has_a_suggestion() -> None:
    for family in ("ltx2", "flux2", "sam3", "local", "z-image", "qwen-image", "wan"):
        assert model_lookup.suggest_model(family) is not None
    for role in ("upsampler", "temporal_upsampler", "distilled_lora", "ic_lora"):
        assert model_lookup.suggest_model("ltx2", role) is not None
