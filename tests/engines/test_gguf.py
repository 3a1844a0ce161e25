"""Test of a transformer in a GGUF file: it is registered in place and gives the result of the bare pipeline
of diffusers, also with a LoRA. Other files, and files of another model, are refused in one sentence.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import pytest
import torch

from milimo_tui.core.errors import BadInput, Damaged
from milimo_tui.core.paths import Home
from milimo_tui.engines.catalog.gguf_headers import read_gguf_header
from milimo_tui.engines.catalog.installed_weights import InstalledWeights
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.flux2.engine import Flux2
from milimo_tui.engines.ltx2.engine import Ltx2
from milimo_tui.engines.ltx2.plan.generations import NEGATIVE, find_generation
from milimo_tui.engines.ltx2.plan.guidance import FULL, OFF
from milimo_tui.engines.ltx2.plan.schedules import REFINE, compute_sigmas
from milimo_tui.engines.runtime.model_cache import get_model_cache
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.spec_values import Lora
from milimo_tui.engines.specs.video_specs import MakeVideo
from tests.budget import thorough
from tests.engines import bare_pipelines
from tests.engines.gguf_file import makers, state_of, write_gguf
from tests.engines.recording_context import JobRecorder
from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.front_door import Milimo, environment

__all__ = ["tiny"]

BASES = {
    "ltx2": ("ltx2", "2.0"),
    "ltx23": ("ltx2", "2.3"),
    "ltx25": ("ltx2", "2.5"),
    "flux2-klein": ("flux2", "klein"),
}


@pytest.fixture
def milimo(tmp_path: Path, tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> Milimo:
    """Return a studio with registered model folders, which supply the components that are not in the GGUF
    file.
    """
    torch.set_num_threads(1)
    found = Milimo(environment(tmp_path), tmp_path / "work")
    monkeypatch.setenv("MILIMO_HOME", str(found.home))
    store = furnish(Path(found.home), tiny)
    for name, (family, row) in BASES.items():
        store.register(
            InstalledWeights(id=f"whole-{name}", family=family, generation=row, path=str(tiny(name)))
        )
    return found


def gguf_of(tiny: Tiny, name: str, folder: Path, kind: str = "Q8_0") -> Path:
    state = state_of(tiny(name))
    own = {makers(key) if name != "flux2-klein" else key: value for key, value in state.items()}
    return write_gguf(folder / f"{name}-{kind}.gguf", own, kind)


def taken_up(milimo: Milimo, path: Path, *more: str) -> str:
    return str(milimo.inside("model", "use", str(path), *more, code=0)[0]["id"])


def clip(model: str, **more: Any) -> MakeVideo:
    said: dict[str, Any] = {
        "prompt": "a lamp",
        "seed": 3,
        "frames": 9,
        "rate": "24/1",
        "steps": 2,
        "model": model,
    }
    return MakeVideo(engine="ltx2", width=64, height=64, stages="one", schedule="full", **{**said, **more})


def twin(tiny: Tiny, name: str, path: Path, lora: Path | None = None) -> bare_pipelines.Calls:
    """Make the same clip with the bare pipeline and the file's weights as diffusers reads them. Return the
    transformer's calls.
    """
    from diffusers.models.model_loading_utils import load_gguf_checkpoint

    state = load_gguf_checkpoint(str(path))
    known = {key.replace("prompt_adaln_single", "prompt_adaln"): value for key, value in state.items()}
    row = find_generation(BASES[name][1])
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
        flags={"use_cross_timestep": row.cross_timestep, "spatio_temporal_guidance_blocks": [1]},
    )
    return bare_pipelines.video(bare_pipelines.Bare(tiny(name), "bfloat16", lora, known), clip, "a lamp")


@pytest.mark.long("models")
@pytest.mark.parametrize(
    ("name", "kind", "lora"),
    thorough(
        "forms",
        [
            ("ltx23", "Q8_0", ""),
            ("ltx2", "Q5_0", "ltx2-style-lora"),
            ("ltx25", "Q4_0", ""),
            ("ltx2", "Q8_0", ""),
        ],
    ),
)
def test_take_of_quantised_weights_equals_the_bare_pipeline(
    name: str, kind: str, lora: str, milimo: Milimo, tiny: Tiny, tmp_path: Path
) -> None:
    path = gguf_of(tiny, name, tmp_path, kind)
    id = taken_up(milimo, path)
    row = ModelStore(Home(Path(milimo.home)).models).get(id)
    assert row is not None
    assert row.generation == BASES[name][1], "told by the names of its tensors"
    file = tiny(lora) / "lora.safetensors" if lora else None
    with bare_pipelines.watched() as calls:
        result = Ltx2().run(clip(id, loras=(Lora(id=str(file)),) if file else ()), JobRecorder(tmp_path))
    assert f"GGUF {kind[:2]} weights" in str(result.facts["recipe"])
    if lora:
        [worn] = [
            one.value
            for one in get_model_cache()
            if one.key.component == "transformer" and one.key.title == id
        ]
        assert worn.peft_config, "beside the packed weights, never in them"
        assert all(one.base_layer.weight.dtype == torch.uint8 for one in worn.modules() if _is_packed(one))
    differences = calls.differences(twin(tiny, name, path, file))
    assert max(differences) == 0.0, differences


def _is_packed(module: Any) -> bool:
    return hasattr(module, "base_layer") and hasattr(module.base_layer.weight, "quant_type")


@pytest.mark.long("forms")
def test_quantised_weights_are_moved_on_a_card(
    milimo: Milimo, tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MILIMO_TEST_CARD", "1000")
    path = gguf_of(tiny, "ltx2", tmp_path)
    id = taken_up(milimo, path)
    with bare_pipelines.watched() as calls:
        result = Ltx2().run(clip(id, recipe="GGUF Q8 weights, parts swapped"), JobRecorder(tmp_path))
    assert result.facts["recipe"] == "GGUF Q8 weights, parts swapped"
    assert max(calls.differences(twin(tiny, "ltx2", path))) == 0.0


@pytest.mark.long("forms")
def test_picture_of_quantised_weights_is_made(milimo: Milimo, tiny: Tiny, tmp_path: Path) -> None:
    path = gguf_of(tiny, "flux2-klein", tmp_path)
    id = taken_up(milimo, path, "--family", "flux2")
    spec = MakePicture(engine="flux2", prompt="a lamp", width=64, height=64, steps=2, seed=3, model=id)
    with bare_pipelines.watched() as calls:
        Flux2().run(spec, JobRecorder(tmp_path))
    from diffusers.models.model_loading_utils import load_gguf_checkpoint

    plain = bare_pipelines.Bare(tiny("flux2-klein"), "bfloat16", gguf=load_gguf_checkpoint(str(path)))
    found, _ = bare_pipelines.picture(plain, bare_pipelines.PictureCall(64, 64, 3, 2, 1.0), "a lamp")
    assert max(calls.differences(found)) == 0.0


def test_file_of_another_generation_is_reported_by_its_missing_parts(
    milimo: Milimo, tiny: Tiny, tmp_path: Path
) -> None:
    id = taken_up(milimo, gguf_of(tiny, "ltx2", tmp_path), "--generation", "2.3")
    with pytest.raises(BadInput, match=r"ltx2-Q8_0.gguf .*lacks \d+ of \d+") as told:
        Ltx2().run(clip(id), JobRecorder(tmp_path))
    assert len(told.value.message.splitlines()) == 1


def test_file_with_false_shapes_is_refused(milimo: Milimo, tiny: Tiny, tmp_path: Path) -> None:
    state = {makers(name): value for name, value in state_of(tiny("ltx2")).items()}
    state["transformer_blocks.1.ff.net.2.weight"] = state["transformer_blocks.1.ff.net.2.weight"][:, :64]
    id = taken_up(milimo, write_gguf(tmp_path / "short.gguf", state))
    with pytest.raises(BadInput, match=r"short.gguf .*net.2.weight is 32×64 .*32×128"):
        Ltx2().run(clip(id), JobRecorder(tmp_path))


@pytest.mark.parametrize(("keep", "code"), [(2, 2), (20, 1), (400, 1), (-40, 1)])
def test_half_a_file_is_refused(keep: int, code: int, milimo: Milimo, tiny: Tiny, tmp_path: Path) -> None:
    whole = gguf_of(tiny, "ltx2", tmp_path)
    half = tmp_path / "half.gguf"
    half.write_bytes(whole.read_bytes()[:keep])
    error = milimo.refusal("model", "use", str(half), code=code)
    assert "half.gguf is" in error


def test_gguf_of_a_language_model_is_recognised(milimo: Milimo, tmp_path: Path) -> None:
    import numpy as np

    path = write_gguf(
        tmp_path / "chat.gguf", {"blk.0.attn_q.weight": np.ones((32, 32))}, architecture="llama"
    )
    error = milimo.refusal("model", "use", str(path))
    assert "chat.gguf" in error


def test_file_of_another_family_is_refused_on_adoption(milimo: Milimo, tiny: Tiny, tmp_path: Path) -> None:
    path = gguf_of(tiny, "ltx2", tmp_path)
    for family in ("flux2", "wan"):
        error = milimo.refusal("model", "use", str(path), "--family", family)
        assert f"ltx2-Q8_0.gguf is not {family}" in error
    error = milimo.refusal("model", "use", str(path), "--family", "z-image")
    assert "z-image" in error
    assert "ltx2-Q8_0.gguf" in error


@pytest.mark.long("models")
def test_truncated_or_exchanged_file_is_reported_before_reading(
    milimo: Milimo, tiny: Tiny, tmp_path: Path
) -> None:
    """A truncated or replaced file is reported before loading. Damage that keeps the file size is found only
    by the hash in `milimo model verify`, and the weights are refused afterwards.
    """
    path = gguf_of(tiny, "ltx2", tmp_path)
    id, whole = taken_up(milimo, path), path.read_bytes()
    path.write_bytes(whole[:-500])
    with pytest.raises(Damaged, match=r"ltx2-Q8_0.gguf is truncated: [\d,]+ of [\d,]+ bytes"):
        Ltx2().run(clip(id), JobRecorder(tmp_path))
    path.write_bytes(gguf_of(tiny, "ltx23", tmp_path).read_bytes())
    with pytest.raises(Damaged, match=r"ltx2-Q8_0.gguf .*installed"):
        Ltx2().run(clip(id), JobRecorder(tmp_path))
    path.write_bytes(whole[:-2000] + bytes(2000))
    milimo.refusal("model", "verify", id, code=1)
    milimo.inside("supervisor", "stop", "--now")
    with pytest.raises(Damaged, match=r"ltx2-Q8_0.gguf .*hash"):
        Ltx2().run(clip(id), JobRecorder(tmp_path))


def tensor(name: str, kind: int, *sides: int) -> bytes:
    text = name.encode()
    said = struct.pack("<Q", len(text)) + text + struct.pack("<I", len(sides))
    return said + b"".join(struct.pack("<Q", side) for side in sides) + struct.pack("<IQ", kind, 0)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"GGUF" + struct.pack("<IQQ", 3, 1, 0) + tensor("a", 16, 256), "packed as IQ2_XXS"),
        (b"GGUF" + struct.pack("<IQQ", 3, 1, 0) + tensor("a", 99, 256), "packed as type 99"),
        (b"GGUF" + struct.pack("<IQQ", 3, 1, 0) + tensor("a", 8, 31), "rows of 31"),
        (b"GGUF" + struct.pack("<IQQ", 1, 0, 0), "version 1"),
        (b"GGUF" + struct.pack("<IQQ", 3, 1 << 40, 0), "tensors and 0 notes"),
        (b"GGML" + bytes(40), "is not a GGUF file"),
    ],
)
def test_unreadable_types_are_refused(data: bytes, told: str, tmp_path: Path) -> None:
    path = tmp_path / "odd.gguf"
    path.write_bytes(data)
    with pytest.raises(BadInput, match=told):
        read_gguf_header(path)


def test_tensors_beyond_the_end_of_the_file_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "cut.gguf"
    path.write_bytes(b"GGUF" + struct.pack("<IQQ", 3, 1, 0) + tensor("a", 0, 1 << 40))
    with pytest.raises(Damaged, match=r"cut.gguf is truncated: \d+ bytes"):
        read_gguf_header(path)
