"""Test that a folder of weights with wrong contents is refused with one sentence when it is added, and that
nothing of it is stored.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from milimo_tui.core.paths import Home
from milimo_tui.engines.catalog.model_store import ModelStore
from tests.engines import damaged_models
from tests.engines.damaged_models import Lie
from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.front_door import Milimo, environment

__all__ = ["tiny"]

WHOLE = "transformer/diffusion_pytorch_model.safetensors"
MISSING = "are missing"


@pytest.fixture
def milimo(tmp_path: Path, tiny: Tiny) -> Milimo:
    found = Milimo(environment(tmp_path), tmp_path / "work")
    furnish(Path(found.home), tiny, "flux2-klein")
    return found


def copied(tiny: Tiny, folder: Path, name: str = "flux2-klein") -> Path:
    shutil.copytree(tiny(name), folder / "mine")
    return folder / "mine"


def refused(milimo: Milimo, *words: str, code: int) -> str:
    """Return the refusal of `model use`, after checking that the store is unchanged."""
    store = ModelStore(Home(Path(milimo.home)).models)
    before = store.list_installed(), store.read_selection(), store.list_extra_folders()
    error = milimo.refusal("model", "use", *words, code=code)
    assert (store.list_installed(), store.read_selection(), store.list_extra_folders()) == before
    sentence, *hint = error.strip().splitlines()
    assert len(hint) == 1, error
    return sentence


LIES: tuple[tuple[Lie, int, str], ...] = (
    (damaged_models.cut, 1, "diffusion_pytorch_model.safetensors is truncated: "),
    (damaged_models.emptied, 1, "0 of 8 bytes"),
    (damaged_models.endless_header, 2, "a safetensors file"),
    (damaged_models.pickled, 2, "is a pickle"),
    (damaged_models.all_at_one_place, 2, "begins within"),
    (damaged_models.another_type, 2, "of F64"),
    (damaged_models.a_type_nobody_has, 2, "as Q17"),
    (damaged_models.endless_sides, 2, "the size of"),
    (damaged_models.sides_below_nothing, 2, "-1×"),
    (damaged_models.bytes_behind, 2, "22 bytes"),
    (damaged_models.whole_numbers, 2, "as I64"),
    (damaged_models.a_shard_is_missing, 2, MISSING),
    (damaged_models.a_shard_is_cut, 1, "-00002-of-00002.safetensors is truncated"),
    (damaged_models.shards_overlap, 2, "in two of"),
    (damaged_models.no_index, 2, "index is missing"),
    (damaged_models.index_of_nothing, 2, f"{WHOLE}.index.json names no"),
    (damaged_models.index_that_lies, 2, "in diffusion_pytorch_model-00001-of-00002.safetensors"),
    (damaged_models.index_that_leads_away, 2, "“../../away.safetensors”"),
    (damaged_models.config_of_no_json, 1, "transformer/config.json can't be"),
    (damaged_models.config_is_a_list, 1, "transformer/config.json is not"),
)


@pytest.mark.parametrize(("lie", "code", "said"), LIES, ids=[lie.__name__ for lie, _, _ in LIES])
def test_folder_with_false_contents_is_refused(
    lie: Lie, code: int, said: str, milimo: Milimo, tiny: Tiny, tmp_path: Path
) -> None:
    folder = copied(tiny, tmp_path)
    lie(folder / "transformer")
    assert said in refused(milimo, str(folder), code=code)
    if said != MISSING:
        assert said in refused(milimo, f"diffusers:{folder}", code=code), "as any pipeline, too"


def test_folder_named_like_a_file_is_refused(milimo: Milimo, tiny: Tiny, tmp_path: Path) -> None:
    folder = copied(tiny, tmp_path)
    damaged_models.a_folder(folder / "transformer")
    error = milimo.refusal("model", "use", str(folder), code=1)
    assert error.strip().endswith("diffusion_pytorch_model.safetensors: Is a directory")


def test_text_encoder_of_no_model_is_not_created_at_full_size(
    milimo: Milimo, tiny: Tiny, tmp_path: Path
) -> None:
    folder = copied(tiny, tmp_path)
    shutil.copyfile(folder / "transformer" / "config.json", folder / "text_encoder" / "config.json")
    error = refused(milimo, str(folder), code=2)
    assert "text_encoder/config.json" in error
    assert "Flux2Transformer2DModel" in error
    assert "Qwen3" in error


def test_remains_of_a_pipeline_or_model_are_refused(milimo: Milimo, tiny: Tiny, tmp_path: Path) -> None:
    folder = copied(tiny, tmp_path)
    index = json.loads((folder / "model_index.json").read_text())
    (folder / "model_index.json").write_text(json.dumps({**index, "_class_name": 7}))
    assert "mine is a 7" in refused(milimo, str(folder), code=2)
    (folder / "model_index.json").write_text("[]")
    assert "model_index.json is not" in refused(milimo, str(folder), code=1)
    (folder / "model_index.json").unlink()
    assert "model_index.json is missing" in refused(milimo, str(folder), code=2)
    shutil.copytree(tiny("sam3"), tmp_path / "sam")
    (tmp_path / "sam" / "config.json").unlink()
    assert "config.json is missing" in refused(milimo, str(tmp_path / "sam"), code=2)


def test_weights_in_shards_are_adopted(milimo: Milimo, tiny: Tiny, tmp_path: Path) -> None:
    folder = copied(tiny, tmp_path)
    damaged_models.in_shards(folder / "transformer")
    assert "flux2 runs mine" in milimo.act("model", "use", str(folder))


def test_incomplete_second_set_blocks_nothing(milimo: Milimo, tiny: Tiny, tmp_path: Path) -> None:
    """An incomplete second set of a part does not block the complete one. Repositories store a part twice: in
    16 bits, or under another library's file names.
    """
    part = copied(tiny, tmp_path) / "transformer"
    shutil.copy(tmp_path / "mine" / WHOLE, part / "diffusion_pytorch_model.fp16-00001-of-00002.safetensors")
    (part / "model.safetensors.index.json").write_text(
        json.dumps({"weight_map": {"a.weight": "model-00001-of-00002.safetensors"}})
    )
    milimo.act("model", "use", str(tmp_path / "mine"))


def test_explain_reports_faults_of_own_weights(milimo: Milimo, tiny: Tiny, tmp_path: Path) -> None:
    """`engine explain` reports that a file is damaged, not that the sizes of the weights are unknown."""
    folder = copied(tiny, tmp_path)
    milimo.act("model", "use", str(folder))
    damaged_models.cut(folder / "transformer")
    error = milimo.refusal("engine", "explain", "flux2", "--model", "mine", code=1)
    assert "transformer/diffusion_pytorch_model.safetensors is truncated" in error
