"""Test of Wan 2.2's transformers in single files, including GGUF: they are registered in place and give the
result of the bare pipelines of diffusers. A pair has a file for each half.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import (
    AutoencoderKLWan,
    GGUFQuantizationConfig,
    UniPCMultistepScheduler,
    WanPipeline,
    WanTransformer3DModel,
)

from milimo_tui.core.paths import Home
from milimo_tui.engines.catalog.installed_weights import InstalledWeights
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.catalog.rows.wan import BLOCK_MODULES
from milimo_tui.engines.runtime.model_cache import get_model_cache
from milimo_tui.engines.specs.spec_values import Lora
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.engines.wan.engine import Wan
from milimo_tui.engines.wan.loader import LoadedWan
from milimo_tui.tiny_models import wan as tiny_wan
from tests.budget import thorough
from tests.engines.gguf_file import state_of, write_gguf
from tests.engines.recorded_calls import assert_equal, watched
from tests.engines.recording_context import JobRecorder
from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.engines.wan.test_wan import lora
from tests.front_door import Milimo, environment

__all__ = ["tiny"]

KINDS = {"wan-ti2v": ("ti2v-5b", tiny_wan.SMALL), "wan-t2v": ("t2v-a14b", tiny_wan.WORDS)}
OUTSIDE = {
    "condition_embedder.time_embedder.linear_1": "time_embedding.0",
    "condition_embedder.time_embedder.linear_2": "time_embedding.2",
    "condition_embedder.text_embedder.linear_1": "text_embedding.0",
    "condition_embedder.text_embedder.linear_2": "text_embedding.2",
    "condition_embedder.time_proj": "time_projection.1",
    "proj_out": "head.head",
}


def makers(name: str) -> str:
    """Convert a tensor name of diffusers to the name used by Wan's authors."""
    for ours, theirs in OUTSIDE.items():
        if name.startswith(f"{ours}."):
            return theirs + name.removeprefix(ours)
    if name == "scale_shift_table":
        return "head.modulation"
    name = name.replace("scale_shift_table", "modulation").replace(".norm2.", ".norm3.")
    for theirs, ours in BLOCK_MODULES.items():
        name = name.replace(f".{ours}.", f".{theirs}.")
    return name.replace(".attn1.", ".self_attn.").replace(".attn2.", ".cross_attn.")


@pytest.fixture
def milimo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny: Tiny) -> Milimo:
    torch.set_num_threads(1)
    get_model_cache().clear()  # each test has other weights under the same id
    found = Milimo(environment(tmp_path), tmp_path / "work")
    monkeypatch.setenv("MILIMO_HOME", str(found.home))
    furnish(Path(found.home), tiny)
    return found


def whole(milimo: Milimo, tiny: Tiny, name: str, folder: Path) -> Path:
    """Register a model folder whose transformers are wide enough for GGUF quantisation. Return its path."""
    generation, channels = KINDS[name]
    path = folder / name
    shutil.copytree(tiny(name), path)
    for at, part in enumerate(sorted(one.name for one in path.glob("transformer*"))):
        torch.manual_seed(at)
        model = WanTransformer3DModel(
            num_attention_heads=2, attention_head_dim=16, text_dim=tiny_wan.WIDTH, freq_dim=32, ffn_dim=64,
            num_layers=2, rope_max_seq_len=32, **channels,
        )  # fmt: skip
        model.save_pretrained(path / part)
    row = InstalledWeights(id=f"whole-{name}", family="wan", generation=generation, path=str(path))
    ModelStore(Home(Path(milimo.home)).models).register(row)
    return path


def packed(folder: Path, part: str, target: Path, kind: str = "Q8_0") -> Path:
    files = sorted((folder / part).glob("*.safetensors"))
    assert files
    state = state_of(folder) if part == "transformer" else _state(files)
    target.parent.mkdir(exist_ok=True)
    return write_gguf(target, {makers(key): value for key, value in state.items()}, kind, "wan")


def _state(files: list[Path]) -> dict[str, Any]:
    from safetensors.numpy import load_file

    return {name: value for file in files for name, value in load_file(file).items()}


def wish(**more: object) -> MakeVideo:
    spec: dict[str, object] = {
        "engine": "wan", "prompt": "a red house", "frames": 9, "width": 64, "height": 64, "seed": 7,
        "steps": 4, "guidance": 1.0, **more,
    }  # fmt: skip
    return MakeVideo.model_validate(spec)


def twin(folder: Path, files: dict[str, Path], adapter: Path | None = None) -> list[torch.Tensor]:
    """Make a take with the bare pipeline and the files as diffusers reads them. Return the inputs and outputs
    of the transformers.
    """
    own: dict[str, Any] = {
        part: WanTransformer3DModel.from_single_file(
            str(path),
            config=str(folder),
            subfolder=part,
            torch_dtype=torch.bfloat16,
            quantization_config=GGUFQuantizationConfig(compute_dtype=torch.bfloat16),
        )
        for part, path in files.items()
    }
    vae = AutoencoderKLWan.from_pretrained(folder, subfolder="vae", dtype=torch.float32)
    bare = WanPipeline.from_pretrained(folder, vae=vae, dtype=torch.bfloat16, **own)
    shift = 12.0 if len(own) > 1 else 5.0  # noise shift of the authors' configurations
    bare.scheduler = UniPCMultistepScheduler.from_config(bare.scheduler.config, flow_shift=shift)
    bare.set_progress_bar_config(disable=True)
    if adapter is not None:
        bare.load_lora_weights(str(adapter), adapter_name="worn")
    with watched(*own.values()) as seen:
        bare(
            prompt="a red house", width=64, height=64, num_frames=9, num_inference_steps=4,
            guidance_scale=1.0, generator=torch.Generator().manual_seed(7),
            **({"guidance_scale_2": 1.0} if len(own) > 1 else {}),
        )  # fmt: skip
    return seen


def ours(milimo: Milimo, tmp_path: Path, id: str, **more: object) -> tuple[list[torch.Tensor], str]:
    """Make a take with the engine. Return the inputs and outputs of the transformers, and the name of the
    recipe.
    """
    job = tmp_path / "job"
    job.mkdir(exist_ok=True)
    # Load the model, so that its modules can be watched
    Wan().run(wish(model=id, **{**more, "loras": (), "steps": 2}), JobRecorder(job))
    pipe = next(
        one.value
        for one in get_model_cache()
        if isinstance(one.value, LoadedWan) and one.value.found.id == id
    ).pipe
    with watched(*filter(None, (pipe.transformer, pipe.transformer_2))) as seen:
        result = Wan().run(wish(model=id, **more), JobRecorder(job))
    return seen, str(result.facts["recipe"])


@pytest.mark.long("models")
@pytest.mark.parametrize(
    ("kind", "wears"), thorough("forms", [("Q8_0", True), ("Q4_0", False), ("Q5_0", False)])
)
def test_take_of_quantised_weights_equals_the_bare_pipeline(
    milimo: Milimo, tiny: Tiny, tmp_path: Path, kind: str, wears: bool
) -> None:
    folder = whole(milimo, tiny, "wan-ti2v", tmp_path)
    path = packed(folder, "transformer", tmp_path / "Wan2.2-TI2V-5B.gguf", kind)
    [row] = milimo.inside("model", "use", str(path), code=0)
    assert (row["family"], row["generation"]) == ("wan", "ti2v-5b"), "told by its channels"
    mine, recipe = ours(milimo, tmp_path, row["id"], rate="24/1")
    assert f"GGUF {kind[:2]} weights" in recipe
    assert_equal(mine, twin(folder, {"transformer": path}))
    if wears:
        worn = lora(tmp_path / "style.safetensors", 0, width=32)
        mine, _ = ours(milimo, tmp_path, row["id"], rate="24/1", loras=(Lora(id=str(worn)),))
        assert_equal(mine, twin(folder, {"transformer": path}, worn))


@pytest.mark.long("models")
@pytest.mark.parametrize(
    "names",
    thorough(
        "forms",
        [
            ("HighNoise/Wan2.2-T2V-A14B-HighNoise-Q8_0.gguf", "LowNoise/Wan2.2-T2V-A14B-LowNoise-Q8_0.gguf"),
            ("t2v_high_noise.gguf", "t2v_low_noise.gguf"),
        ],
        one=True,
    ),
)
def test_both_halves_of_a_pair_are_adopted_by_either(
    milimo: Milimo, tiny: Tiny, tmp_path: Path, names: tuple[str, str]
) -> None:
    folder = whole(milimo, tiny, "wan-t2v", tmp_path)
    high = packed(folder, "transformer", tmp_path / names[0])
    refused = milimo.refusal("model", "use", str(high))
    assert "two transformers" in refused
    assert "same folder" in refused
    low = packed(folder, "transformer_2", tmp_path / names[1])
    [row] = milimo.inside("model", "use", str(low), code=0)
    assert row["generation"] == "t2v-a14b"
    [shown] = [one for one in milimo.inside("model", "list") if one["id"] == row["id"]]
    assert shown["bytes"] == high.stat().st_size + low.stat().st_size
    mine, recipe = ours(milimo, tmp_path, row["id"], rate="16/1")
    assert "GGUF Q8 weights" in recipe
    assert_equal(mine, twin(folder, {"transformer": high, "transformer_2": low}))


def test_half_that_does_not_name_itself_is_refused(milimo: Milimo, tiny: Tiny, tmp_path: Path) -> None:
    folder = whole(milimo, tiny, "wan-t2v", tmp_path)
    path = packed(folder, "transformer", tmp_path / "files" / "wan.gguf")
    assert "two transformers" in milimo.refusal("model", "use", str(path))
