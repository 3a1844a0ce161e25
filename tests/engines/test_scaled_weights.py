"""Test of a transformer in 8 bits with published scales, one for each layer or one for each row. The result
equals that of the bare pipeline of diffusers with the same weights multiplied by their scales.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from milimo_tui.core.paths import Home
from milimo_tui.engines.catalog.installed_weights import InstalledWeights
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.ltx2.engine import Ltx2
from milimo_tui.engines.ltx2.plan.generations import NEGATIVE, find_generation
from milimo_tui.engines.ltx2.plan.guidance import FULL, OFF
from milimo_tui.engines.ltx2.plan.schedules import REFINE, compute_sigmas
from milimo_tui.engines.specs.spec_values import Lora
from milimo_tui.engines.specs.video_specs import MakeVideo
from tests.budget import thorough
from tests.engines import bare_pipelines
from tests.engines.gguf_file import makers
from tests.engines.recording_context import JobRecorder
from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.front_door import Milimo, environment

__all__ = ["tiny"]

MOST = 448.0  # the largest number in FP8 (E4M3)


@pytest.fixture
def milimo(tmp_path: Path, tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> Milimo:
    torch.set_num_threads(1)
    found = Milimo(environment(tmp_path), tmp_path / "work")
    monkeypatch.setenv("MILIMO_HOME", str(found.home))
    store = furnish(Path(found.home), tiny)
    for name, row in (("ltx2", "2.0"), ("ltx23", "2.3")):
        store.register(
            InstalledWeights(id=f"whole-{name}", family="ltx2", generation=row, path=str(tiny(name)))
        )
    return found


def packed(
    state: dict[str, Tensor], ending: str, *, by_row: bool
) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """Convert the matrices of the blocks to 8 bits with scales, one for each row or layer. Return the tensors
    of the scaled file, and the plain tensors that they represent.
    """
    out: dict[str, Tensor] = {"scaled_fp8": torch.zeros(2, dtype=torch.float8_e4m3fn)}
    plain: dict[str, Tensor] = {}
    for name, tensor in state.items():
        key = f"model.diffusion_model.{makers(name)}"
        if tensor.ndim != 2 or not name.startswith("transformer_blocks.") or not name.endswith(".weight"):
            out[key] = plain[name] = tensor
            continue
        whole = tensor.float()
        most = whole.abs().amax(dim=1) if by_row else whole.abs().max()
        scale = (most / MOST).clamp(min=1e-12)
        column = scale.reshape(-1, 1)
        eight = (whole / column).clamp(-MOST, MOST).to(torch.float8_e4m3fn)
        out[key] = eight
        out[key.removesuffix(".weight") + ending] = scale
        out[key.removesuffix(".weight") + ".input_scale"] = torch.ones(())
        plain[name] = (eight.float() * column).to(torch.bfloat16)
    return out, plain


@pytest.mark.long("models")
@pytest.mark.parametrize(
    ("name", "ending", "by_row", "lora"),
    thorough(
        "forms",
        [
            ("ltx23", ".weight_scale", False, ""),
            ("ltx2", ".scale_weight", True, ""),
            ("ltx2", ".weight_scale", True, "ltx2-style-lora"),
        ],
    ),
)
def test_take_of_scaled_weights_equals_that_of_their_values(
    name: str, ending: str, by_row: bool, lora: str, milimo: Milimo, tiny: Tiny, tmp_path: Path
) -> None:
    [file] = (tiny(name) / "transformer").glob("*.safetensors")
    eight, plain = packed(load_file(file), ending, by_row=by_row)
    path = tmp_path / "fp8.safetensors"
    save_file({key: one.contiguous() for key, one in eight.items()}, path)
    id = str(milimo.inside("model", "use", str(path), code=0)[0]["id"])
    row = ModelStore(Home(Path(milimo.home)).models).get(id)
    assert row is not None
    assert row.generation == ("2.3" if name == "ltx23" else "2.0")
    worn = tiny(lora) / "lora.safetensors" if lora else None
    said: dict[str, Any] = {
        "prompt": "a lamp",
        "seed": 3,
        "frames": 9,
        "rate": "24/1",
        "steps": 2,
        "model": id,
    }
    spec = MakeVideo(
        engine="ltx2",
        width=64,
        height=64,
        stages="one",
        schedule="full",
        loras=(Lora(id=str(worn)),) if worn else (),
        **said,
    )
    with bare_pipelines.watched() as calls:
        result = Ltx2().run(spec, JobRecorder(tmp_path))
    assert str(result.facts["recipe"]).startswith("scaled fp8 weights")
    clip = bare_pipelines.Clip(
        width=64,
        height=64,
        frames=9,
        seed=3,
        sigmas=compute_sigmas("full", 2),
        refine=REFINE,
        negative=NEGATIVE,
        guidance=FULL.build_pipeline_arguments(),
        unguided=OFF.build_pipeline_arguments(),
        flags={
            "use_cross_timestep": find_generation("2.3" if name == "ltx23" else "2.0").cross_timestep,
            "spatio_temporal_guidance_blocks": [1],
        },
    )
    twin = bare_pipelines.video(
        bare_pipelines.Bare(tiny(name), "bfloat16", worn, state=plain), clip, "a lamp"
    )
    differences = calls.differences(twin)
    assert max(differences) == 0.0, differences
