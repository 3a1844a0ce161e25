"""Test LoRAs with real tiny models: a fitting file is accepted, and a file that does not fit is refused with
the names of its tensors.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from milimo_tui.core.errors import BadInput, NotFound, Refused
from milimo_tui.core.paths import Home
from milimo_tui.engines.catalog import lora_fit
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.studio.weights.adoption import AdoptionRequest, adopt_weights
from milimo_tui.tiny_models.families import FAMILIES
from tests.engines.hub.material import safetensors
from tests.engines.tiny_home import Tiny, furnish, tiny

__all__ = ["tiny"]

BLOCK = "transformer_blocks.0.attn1.to_q"


@pytest.fixture
def store(home: Home, tiny: Tiny) -> ModelStore:
    return furnish(home.root, tiny, "ltx2", "flux2-klein")


@pytest.fixture
def ltx(store: ModelStore) -> ResolvedWeights:
    return store.resolve("ltx2")


def pair(name: str, outer: int, inner: int, rank: int = 2) -> dict[str, tuple[int, ...]]:
    return {f"{name}.lora_A.weight": (rank, inner), f"{name}.lora_B.weight": (outer, rank)}


def test_retrained_lora_of_equal_size_and_name_is_noticed(tmp_path: Path) -> None:
    path = written(tmp_path, pair(f"transformer.{BLOCK}", 8, 8))
    known = lora_fit.compute_current_digest(path)
    assert lora_fit.compute_current_digest(path, known) == known
    path.write_bytes(path.read_bytes()[:-1] + b"\xff")
    with pytest.raises(Refused, match=r"rain.safetensors has changed") as told:
        lora_fit.compute_current_digest(path, known)
    assert f"milimo model use {path}" in told.value.hint


def written(
    tmp_path: Path, shapes: dict[str, tuple[int, ...]], name: str = "rain.safetensors", **notes: str
) -> Path:
    path = tmp_path / name
    path.write_bytes(safetensors(shapes, 0, **notes))
    return path


def size_of(model: ResolvedWeights, module: str) -> tuple[int, int]:
    outer, inner = lora_fit.read_lora_target_shapes(model)[module]
    return outer, inner


def test_tiny_loras_fit_only_their_model(store: ModelStore, tiny: Tiny) -> None:
    mine = {"ltx2": store.resolve("ltx2"), "flux2": store.resolve("flux2")}
    other = {"ltx2": "flux2", "flux2": "ltx2"}
    tried = [row for row in FAMILIES.values() if "lora" in row.role and row.generation in ("", "2.0")]
    assert len(tried) >= 9
    for row in tried:
        lora = tiny(row.name) / row.file
        assert lora_fit.check_lora_fit(lora, mine[row.family]).modules > 0
        with pytest.raises(Refused, match="fit tiny-"):
            lora_fit.check_lora_fit(lora, mine[other[row.family]])


def test_lora_of_another_generation_is_refused(home: Home, tiny: Tiny) -> None:
    store = furnish(home.root, tiny, "ltx2", "ltx23")
    lora = tiny("ltx23-style-lora") / "lora.safetensors"
    lora_fit.check_lora_fit(lora, store.resolve("ltx2", model="tiny-ltx23"))
    with pytest.raises(Refused, match="fit tiny-ltx2"):
        lora_fit.check_lora_fit(lora, store.resolve("ltx2", model="tiny-ltx2"))


@pytest.mark.parametrize("prefix", ["transformer.", "diffusion_model."])
def test_both_naming_schemes_are_known(ltx: ResolvedWeights, tmp_path: Path, prefix: str) -> None:
    path = written(tmp_path, pair(prefix + BLOCK, *size_of(ltx, f"transformer.{BLOCK}")))
    assert lora_fit.check_lora_fit(path, ltx).ranks == (2,)


def test_unknown_module_of_a_lora_is_named(ltx: ResolvedWeights, tmp_path: Path) -> None:
    outer, inner = size_of(ltx, f"transformer.{BLOCK}")
    good = pair(f"transformer.{BLOCK}", outer, inner)
    bad = [f"transformer.transformer_blocks.{nth}.attn1.to_q" for nth in range(40, 45)]
    path = written(
        tmp_path, {**good, **{key: shape for name in bad for key, shape in pair(name, outer, inner).items()}}
    )
    with pytest.raises(Refused, match="changes what") as told:
        lora_fit.check_lora_fit(path, ltx)
    assert bad[0] in told.value.message
    assert "and 2 more" in told.value.message


def test_lora_of_another_size_is_refused_with_both_sizes(ltx: ResolvedWeights, tmp_path: Path) -> None:
    outer, inner = size_of(ltx, f"transformer.{BLOCK}")
    path = written(tmp_path, pair(f"transformer.{BLOCK}", outer * 2, inner))
    with pytest.raises(Refused, match=f"{outer * 2}×{inner} on {outer}×{inner}"):
        lora_fit.check_lora_fit(path, ltx)


def test_lora_with_ignored_parts_is_refused(ltx: ResolvedWeights, tmp_path: Path) -> None:
    outer, inner = size_of(ltx, f"transformer.{BLOCK}")
    good = pair(f"transformer.{BLOCK}", outer, inner)
    half = {f"transformer.{BLOCK}2.lora_A.weight": (2, inner)}
    for more in ({f"transformer.{BLOCK}.dora_scale": (outer, 1)}, {"something.else": (1, 1)}, half):
        with pytest.raises(BadInput, match="left out"):
            lora_fit.check_lora_fit(written(tmp_path, {**good, **more}), ltx)
    with pytest.raises(Refused, match="changes what"):  # diffusers silently drops tensors without a prefix
        lora_fit.check_lora_fit(written(tmp_path, pair(BLOCK, outer, inner)), ltx)


def test_file_that_is_no_lora_is_reported(ltx: ResolvedWeights, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="none of its 1 tensors"):
        lora_fit.check_lora_fit(written(tmp_path, {"a.weight": (2, 2)}), ltx)
    with pytest.raises(NotFound):
        lora_fit.check_lora_fit(tmp_path / "gone.safetensors", ltx)
    (tmp_path / "old.pt").write_bytes(b"\x80\x02")
    with pytest.raises(BadInput, match="is a pickle"):
        lora_fit.check_lora_fit(tmp_path / "old.pt", ltx)


def test_flux2_lora_names_of_its_makers_are_known(store: ModelStore, tmp_path: Path) -> None:
    flux = store.resolve("flux2")
    outer, inner = size_of(flux, "transformer.transformer_blocks.0.attn.to_q")
    path = written(tmp_path, pair("diffusion_model.double_blocks.0.img_attn.qkv", outer * 3, inner))
    lora_fit.check_lora_fit(path, flux)
    kohya = {
        "lora_unet_double_blocks_0_img_attn_qkv.lora_down.weight": (2, inner),
        "lora_unet_double_blocks_0_img_attn_qkv.lora_up.weight": (outer * 3, 2),
        "lora_unet_double_blocks_0_img_attn_qkv.alpha": (),
    }
    lora_fit.check_lora_fit(written(tmp_path, kohya), flux)
    with pytest.raises(Refused, match="other sizes"):
        lora_fit.check_lora_fit(
            written(tmp_path, pair("diffusion_model.double_blocks.0.img_attn.qkv", outer, inner)), flux
        )


def test_adopted_lora_gets_the_family_it_fits(
    store: ModelStore, ltx: ResolvedWeights, tmp_path: Path
) -> None:
    outer, inner = size_of(ltx, f"transformer.{BLOCK}")
    path = written(tmp_path, pair(f"transformer.{BLOCK}", outer, inner), trigger_word="RAINY")
    adopted = adopt_weights(store, path, AdoptionRequest())
    row = adopted.rows[0]
    assert (row.id, row.family, row.role, row.trigger) == ("rain", "ltx2", "lora", "RAINY")
    assert row.path == str(path)  # the file is used in place, not copied
    assert "called by “RAINY”" in adopted.sentence
    assert store.resolve("ltx2", "lora", "rain").path == path


def test_lora_that_fits_no_family_is_refused(store: ModelStore, tmp_path: Path) -> None:
    path = written(tmp_path, pair("transformer.nowhere", 4, 4))
    with pytest.raises(Refused, match="does not fit"):
        adopt_weights(store, path, AdoptionRequest())
    assert store.get("rain") is None


def test_every_family_with_loras_is_asked_and_the_nearest_gives_the_reason(
    home: Home, tiny: Tiny, tmp_path: Path
) -> None:
    store = furnish(home.root, tiny, "ltx2", "flux2-klein", "z-image-turbo", "wan-ti2v")
    module = "transformer.context_refiner.0.attention.to_q"
    outer, inner = size_of(store.resolve("z-image"), module)
    adopted = adopt_weights(store, written(tmp_path, pair(module, outer, inner)), AdoptionRequest())
    assert [(row.family, row.role) for row in adopted.rows] == [("z-image", "lora")]
    larger = written(tmp_path, pair(module, outer + 8, inner), "larger.safetensors")
    with pytest.raises(Refused, match=r"fit tiny-z-image-turbo.* sizes"):
        adopt_weights(store, larger, AdoptionRequest())
    (tmp_path / "folder.safetensors").mkdir()
    with pytest.raises(BadInput, match="is a folder"):
        adopt_weights(store, tmp_path / "folder.safetensors", AdoptionRequest())
    assert store.list_extra_folders() == ()
