"""Test merging a LoRA into the weights: the take is equal except for rounding, and nothing is merged if a
LoRA must stay separate.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from milimo_tui.core.errors import Refused
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.ltx2.engine import Ltx2
from milimo_tui.engines.ltx2.take.loras import ActiveLora, find_fusable_lora
from milimo_tui.engines.recipes.recipe_names import MERGED
from milimo_tui.engines.recipes.values import Recipe
from milimo_tui.engines.runtime.active_loras import Adapter
from milimo_tui.engines.runtime.fused_loras import FusedLora, can_fuse_lora, fuse_lora
from milimo_tui.engines.runtime.model_cache import get_model_cache
from milimo_tui.engines.specs.spec_values import Lora
from milimo_tui.engines.specs.video_specs import MakeVideo
from tests.budget import thorough
from tests.engines.bare_pipelines import watched
from tests.engines.recording_context import JobRecorder
from tests.engines.tiny_home import Tiny, furnish, tiny

__all__ = ["tiny"]

CLOSE = 2e-4  # tolerance for numbers near 1 in float32: (W + BA)x and Wx + B(Ax) round at different points


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Path:
    folder = tmp_path_factory.mktemp("fused") / "home"
    furnish(folder, tiny, "ltx2", "ltx2-upsampler", "ltx2-distilled-lora", "ltx2-camera-lora")
    return folder


@pytest.fixture(autouse=True)
def at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.set_num_threads(1)
    monkeypatch.setenv("MILIMO_HOME", str(home))
    get_model_cache().clear()


def shot(**more: Any) -> MakeVideo:
    base: dict[str, Any] = {"engine": "ltx2", "prompt": "a lamp", "frames": 9, "rate": "24/1", "seed": 3}
    return MakeVideo(**{**base, "width": 128, "height": 128, "schedule": "distilled", **more})


def run(spec: MakeVideo, folder: Path) -> tuple[Any, str, bool]:
    """Return the transformer's calls, the recipe's name, and True if the LoRA was merged."""
    folder.mkdir()
    context = JobRecorder(folder)
    with watched() as calls:
        made = Ltx2().run(spec, context)
    return calls, made.facts["recipe"], any("is merged into the weights" in line for line in context.lines)


@pytest.mark.long("models")
def test_fused_and_separate_loras_make_the_same_take_except_rounding(tmp_path: Path) -> None:
    merged, name, is_merged = run(shot(), tmp_path / "merged")
    assert is_merged
    assert name.endswith(MERGED)
    apart, name, is_merged = run(shot(deterministic=True), tmp_path / "apart")
    assert not is_merged, "the same bits again are asked for"
    differences = merged.differences(apart)
    assert 0 < max(differences) < CLOSE
    again, _, is_merged = run(shot(), tmp_path / "again")
    assert not is_merged, "what is in memory is not loaded anew for it"
    assert max(again.differences(apart)) == 0


@pytest.mark.long("models")
def test_remake_fuses_as_the_take_did(tmp_path: Path) -> None:
    merged, name, _ = run(shot(), tmp_path / "merged")
    apart, plain, _ = run(shot(deterministic=True), tmp_path / "apart")
    again, _, is_merged = run(shot(recipe=name), tmp_path / "again")
    assert is_merged, "though the weights are in memory without it"
    assert max(again.differences(merged)) == 0
    other, _, is_merged = run(shot(recipe=plain), tmp_path / "other")
    assert not is_merged
    assert max(other.differences(apart)) == 0


@pytest.mark.long("models")
@pytest.mark.parametrize(
    "more",
    thorough(
        "models",
        [
            {"schedule": "full", "steps": 2},  # the LoRA is active only in the second pass
            {"loras": (Lora(id="tiny-ltx2-camera-lora"),)},
        ],
    ),
)
def test_lora_needed_separately_is_not_fused(more: dict[str, Any], tmp_path: Path) -> None:
    _, name, is_merged = run(shot(**more), tmp_path / "apart")
    assert not is_merged
    assert not name.endswith(MERGED)


@pytest.mark.parametrize("precision", ["gguf-q8", "gguf-q4", "fp8-scaled", "int8", "nf4"])
def test_quantised_weights_are_never_fused(precision: Any, home: Path) -> None:
    store = ModelStore(home / "models")
    found, lora = store.resolve("ltx2"), store.resolve("ltx2", "distilled_lora")
    path = next(lora.path.glob("*.safetensors")) if lora.path.is_dir() else lora.path
    worn = [ActiveLora(Adapter("distilled", path, "d" * 64))]
    plain = Recipe("ltx2", "", "bfloat16", "none", "none")
    both = frozenset({"first", "second"})
    assert find_fusable_lora(worn, both, found, plain) is not None
    assert find_fusable_lora(worn, both, found, Recipe("ltx2", "", precision, "none", "none")) is None
    assert find_fusable_lora(worn, both, found, Recipe("ltx2", "", "bfloat16", "disk", "none")) is None


def test_layer_gets_the_product_of_both_lora_matrices(tmp_path: Path) -> None:
    path = tmp_path / "lora.safetensors"
    save_file({"a.lora_A.weight": torch.ones(2, 3), "a.lora_B.weight": torch.ones(4, 2)}, path)
    assert can_fuse_lora(path)
    layer = torch.nn.Linear(3, 4, bias=False)
    model, before = torch.nn.ModuleDict({"a": layer}), layer.weight.detach().clone()
    fuse_lora(model, FusedLora("lora", path, "d" * 64, 0.5, load_file))
    assert torch.allclose(layer.weight, before + 1)  # strength 0.5 of a LoRA whose change is 2
    with pytest.raises(Refused, match="fit this model"):
        fuse_lora(torch.nn.ModuleDict({"b": torch.nn.Linear(3, 4)}), FusedLora("l", path, "", 1.0, load_file))
    save_file({"a.lora_A.weight": torch.ones(2, 3), "a.alpha": torch.tensor(8.0)}, path)
    assert not can_fuse_lora(path), "it is scaled by more than its strength"
