"""Test of weights that are streamed from disk during computation, and of a text encoder that is removed
before the transformer loads. Takes are the same as with all weights in memory.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch

from milimo_tui.core.errors import Unavailable
from milimo_tui.core.paths import Home
from milimo_tui.engines.recipes.tables import find_recipe_packages
from milimo_tui.engines.runtime.disk_groups import stop_disk_streaming
from milimo_tui.engines.runtime.input_caches import get_input_cache
from milimo_tui.engines.runtime.model_cache import get_model_cache
from milimo_tui.engines.specs.video_specs import MakeVideo
from tests.budget import thorough
from tests.engines import bare_pipelines
from tests.engines.bare_pipelines import Calls
from tests.engines.ltx2.by_recipe import make_by, recipe
from tests.engines.recording_context import JobRecorder
from tests.engines.tiny_home import Tiny, furnish, tiny

__all__ = ["tiny"]

MODEL = "tiny-ltx2"
# Allowed difference of numbers around 1 in 16 bits: another memory layout changes the order of summation
LAST_BIT = 0.01


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Path:
    folder = tmp_path_factory.mktemp("disk") / "home"
    furnish(folder, tiny, "ltx2", "ltx25")
    return folder


@pytest.fixture(autouse=True)
def at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.set_num_threads(1)
    monkeypatch.setenv("MILIMO_HOME", str(home))
    get_model_cache().clear()
    shutil.rmtree(Home(home).streamed, ignore_errors=True)


def forget() -> None:
    """Clear the cached prompts, in memory and on disk."""
    get_input_cache().clear()
    shutil.rmtree(Home(Path(os.environ["MILIMO_HOME"])).cache, ignore_errors=True)


def clip(model: str = MODEL) -> MakeVideo:
    said: dict[str, Any] = {
        "prompt": "a lamp",
        "seed": 3,
        "frames": 9,
        "rate": "24/1",
        "steps": 2,
        "model": model,
    }
    return MakeVideo(engine="ltx2", width=64, height=64, stages="one", schedule="full", **said)


def made(folder: Path, model: str = MODEL, *loras: Path, **form: str) -> tuple[Calls, JobRecorder]:
    """Make a take with this recipe after clearing the cached prompts. Return the transformer's calls and the
    context.
    """
    forget()
    return made_again(folder, model, *loras, **form)


def made_again(folder: Path, model: str = MODEL, *loras: Path, **form: str) -> tuple[Calls, JobRecorder]:
    folder.mkdir(exist_ok=True)
    with bare_pipelines.watched() as calls:
        _, context = make_by(recipe(**form), clip(model), folder, loras)
    return calls, context


def folders(home: Path) -> list[str]:
    return sorted(path.name.rpartition("-")[0] for path in Home(home).streamed.glob("*/*"))


@pytest.mark.long("models")
@pytest.mark.parametrize("precision", thorough("models", ["bfloat16", "fp8"], one=True))
def test_take_from_disk_equals_the_one_from_memory(precision: str, home: Path, tmp_path: Path) -> None:
    from_memory, _ = made(tmp_path / "memory", precision=precision)
    from_disk, _ = made(tmp_path / "disk", precision=precision, offload="disk")
    assert max(from_memory.differences(from_disk)) <= LAST_BIT
    assert folders(home) == ["text_encoder", "transformer"]
    get_model_cache().clear()  # simulates a new worker, which reads the files on disk
    again, _ = made(tmp_path / "again", precision=precision, offload="disk")
    assert max(from_disk.differences(again)) <= LAST_BIT


@pytest.mark.long("models")
def test_each_set_of_loras_has_its_groups_and_outdated_ones_are_removed(
    home: Path, tiny: Tiny, tmp_path: Path
) -> None:
    lora = tiny("ltx2-style-lora") / "lora.safetensors"
    plain, _ = made(tmp_path / "plain")
    worn, _ = made(tmp_path / "worn", MODEL, lora)
    assert max(plain.differences(worn)) > LAST_BIT
    off, _ = made(tmp_path / "off", offload="disk")
    on, _ = made(tmp_path / "on", MODEL, lora, offload="disk")
    assert max(worn.differences(on)) <= LAST_BIT
    off_again, _ = made(tmp_path / "off again", offload="disk")
    assert max(plain.differences(off)) <= LAST_BIT
    assert max(plain.differences(off_again)) <= LAST_BIT
    assert folders(home) == ["text_encoder", "transformer"], "one set each is kept"


@pytest.mark.long("models")
def test_tensor_shared_by_two_layers_is_restored(home: Path, tmp_path: Path) -> None:
    """A tensor that two layers share is restored after disk streaming. The embedding is also the output head,
    and the second layer's copy must not replace it.
    """
    made(tmp_path / "disk", offload="disk")
    [encoder] = [held.value for held in get_model_cache() if held.key.component == "text_encoder"]
    stop_disk_streaming([encoder])
    get_model_cache().clear()
    made(tmp_path / "memory")
    [whole] = [held.value for held in get_model_cache() if held.key.component == "text_encoder"]
    theirs = whole.state_dict()
    for name, tensor in encoder.state_dict().items():
        assert torch.equal(tensor, theirs[name]), name


@pytest.mark.long("models")
def test_truncated_groups_are_written_again(home: Path, tmp_path: Path) -> None:
    first, _ = made(tmp_path / "first", offload="disk")
    get_model_cache().clear()
    for whole in Home(home).streamed.glob("*/transformer-*/whole"):
        whole.unlink()
        for group in whole.parent.glob("*.safetensors"):
            group.write_bytes(group.read_bytes()[:40])
    again, _ = made(tmp_path / "again", offload="disk")
    assert max(first.differences(again)) <= LAST_BIT


@pytest.mark.long("models")
def test_two_models_of_one_shape_never_share_groups(home: Path, tmp_path: Path) -> None:
    """Two models of the same shape use separate files on disk. diffusers names the files only by the group's
    position in the model.
    """
    first, _ = made(tmp_path / "20", offload="disk")
    plain, _ = made(tmp_path / "plain", "tiny-ltx25")
    other, _ = made(tmp_path / "25", "tiny-ltx25", offload="disk")
    assert max(plain.differences(other)) <= LAST_BIT
    assert first.differences(other) != [0.0]


@pytest.mark.long("models")
@pytest.mark.parametrize(("text", "offload"), thorough("models", [("once", "none"), ("once", "blocks")]))
def test_words_read_by_an_unloaded_encoder_are_equal(text: str, offload: str, tmp_path: Path) -> None:
    kept, _ = made(tmp_path / "kept")
    get_model_cache().clear()
    gone, context = made(tmp_path / "gone", text=text, offload=offload)
    assert max(kept.differences(gone)) == 0.0
    encoder = next(n for n, name in enumerate(context.loads) if name.startswith("text_encoder"))
    transformer = next(n for n, name in enumerate(context.loads) if name.startswith("transformer"))
    assert encoder < transformer, "it has read before the transformer comes"
    assert all(held.key.component != "text_encoder" for held in get_model_cache())
    _, second = made_again(tmp_path / "second", text=text, offload=offload)
    assert second.loads == [], "what it has read is remembered"


@pytest.mark.long("models")
def test_encoder_in_8_bits_reads_nearly_the_same(tmp_path: Path) -> None:
    """A text encoder in 8 bits gives nearly the same result. Without torchao the recipe is refused with the
    installation command.
    """
    if "torchao" not in find_recipe_packages():
        with pytest.raises(Unavailable, match="torchao"):
            made(tmp_path / "packed", text="int8")
        return
    whole, _ = made(tmp_path / "whole")
    for text in ("int8", "int8 once"):
        packed, _ = made(tmp_path / text, text=text)
        differences = whole.differences(packed)
        assert 0 < max(differences) < 0.5, differences
