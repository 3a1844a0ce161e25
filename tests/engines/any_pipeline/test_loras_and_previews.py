"""Test LoRAs, previews and the reference case of any pipeline, by comparison with the loader and classes of
diffusers.
"""

from __future__ import annotations

import io
import json
import shutil
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import FluxPipeline, FluxTransformer2DModel, LTXPipeline
from PIL import Image
from safetensors.torch import save_file

from milimo_tui.core.errors import BadInput, Refused
from milimo_tui.core.paths import Home
from milimo_tui.engines.any_pipeline.engine import AnyPipeline
from milimo_tui.engines.any_pipeline.lora_activation import activate_pipeline_loras
from milimo_tui.engines.any_pipeline.plan import plan_pipeline_call
from milimo_tui.engines.any_pipeline.showing import LatentPreviewer, _normalise_latents
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.catalog.own_pipelines import GenericPipeline
from milimo_tui.engines.catalog.pipeline_calls import read_pipeline_call
from milimo_tui.engines.pictures.lora_files import FittingLora
from milimo_tui.engines.runtime.active_loras import get_adapter_names
from milimo_tui.engines.runtime.latent_preview import Projection, make_colour_chart
from milimo_tui.engines.specs.spec_values import Lora
from milimo_tui.engines.specs.video_specs import Conditioning
from milimo_tui.engines.specs.weight_specs import CheckEngine
from milimo_tui.studio.weights import lora_stacks
from milimo_tui.studio.weights.adoption import AdoptionRequest, adopt_pipeline
from tests.engines.any_pipeline.requests import (
    BEGUN,
    CLIPS,
    OWN,
    PICTURES,
    SLOW,
    Make,
    bare,
    folders,
    held,
    home,
    lora,
    make,
    still,
    take,
)
from tests.engines.recorded_calls import assert_equal, watched
from tests.engines.recording_context import JobRecorder

__all__ = ["folders", "home", "make"]


@pytest.mark.long("models")
@pytest.mark.parametrize(
    ("name", "part", "naming"),
    [
        (PICTURES, "unet", OWN),
        (PICTURES, "unet", "lora_unet_{flat}.lora_{way}.weight"),
        (CLIPS, "transformer", OWN),
        (CLIPS, "transformer", "diffusion_model.{name}.lora_{half}.weight"),
    ],
)
def test_lora_is_loaded_as_by_diffusers_and_removed(
    make: Make, folders: Path, tmp_path: Path, name: str, part: str, naming: str
) -> None:
    theirs = bare(folders / name)
    file = lora(tmp_path / "style.safetensors", theirs, part, naming)
    worn = (Lora(id=str(file), strength=0.7),)
    called: dict[str, Any] = {"prompt": "a red house", "width": 64, "height": 96, "num_inference_steps": 2}
    called |= {"num_frames": 9, "frame_rate": 24, "output_type": "np"} if name == CLIPS else {}

    def ask(loras: tuple[Lora, ...]) -> Any:
        return take(CLIPS, loras=loras) if name == CLIPS else still(loras=loras)

    make(ask(()))  # loads the weights into memory
    ours = held(name)
    with watched(getattr(ours, part)) as without:
        make(ask(()))
    with watched(getattr(ours, part)) as mine:
        made = make(ask(worn))
    with watched(getattr(ours, part)) as again:
        make(ask(()))
    theirs.load_lora_weights(str(file.parent), weight_name=file.name, adapter_name="style")
    theirs.set_adapters(["style"], [0.7])
    with watched(getattr(theirs, part)) as others:
        theirs(generator=torch.Generator().manual_seed(7), **called)
    assert_equal(mine, others)
    assert_equal(again, without)
    assert made.facts["loras"] == ["style 0.7"]
    with pytest.raises(AssertionError):
        assert_equal(mine, without)


def test_unfitting_lora_is_refused_whole_and_leaves_nothing(
    make: Make, folders: Path, tmp_path: Path, home: Home
) -> None:
    clips, pictures = bare(folders / CLIPS), bare(folders / PICTURES)
    other = lora(tmp_path / "other.safetensors", clips, "transformer")
    with pytest.raises(Refused, match=r"other\.safetensors .*fit sd"):
        make(still(loras=(Lora(id=str(other)),)))
    whole = make(still())
    strange = lora(
        tmp_path / "strange.safetensors", clips, "transformer", "diffusion_model.{name}.lora_{half}.weight"
    )
    with pytest.raises((Refused, BadInput), match=r"strange .*fit sd"):
        make(still(loras=(Lora(id=str(strange)),)))
    assert make(still()).outputs[0].digest == whole.outputs[0].digest
    fits = lora(tmp_path / "fits.safetensors", pictures, "unet")
    assert lora_stacks.find_lora(ModelStore(home.models), str(fits)).family == "diffusers"
    call = read_pipeline_call("PixArtAlphaPipeline")
    assert call is not None
    with pytest.raises(Refused, match=r"PixArtAlphaPipeline .*LoRAs"):
        plan_pipeline_call(still(loras=(Lora(id=str(fits)),)), GenericPipeline(call, 1))


def test_matrix_that_splits_in_three_hides_no_missing_one(tmp_path: Path) -> None:
    """A LoRA for more blocks than the model has is refused. Trainers store query, key and value as one
    matrix. Earlier, the three matrices loaded from one block were counted as all three matrices of the file.
    """
    pipe = FluxPipeline(
        transformer=FluxTransformer2DModel(
            in_channels=4, num_layers=1, num_single_layers=0, attention_head_dim=8, num_attention_heads=2,
            joint_attention_dim=16, pooled_projection_dim=16, axes_dims_rope=(2, 2, 4),
        ),
        **dict.fromkeys(("scheduler", "vae", "text_encoder", "tokenizer", "text_encoder_2", "tokenizer_2")),
    )  # fmt: skip

    def file(name: str, blocks: int) -> FittingLora:
        fused = {f"lora_unet_double_blocks_{number}_img_attn_qkv": (16, 48) for number in range(blocks)}
        tensors = {}
        for module, (inner, outer) in fused.items():
            tensors[f"{module}.lora_down.weight"] = torch.randn(2, inner)
            tensors[f"{module}.lora_up.weight"] = torch.randn(outer, 2)
            tensors[f"{module}.alpha"] = torch.tensor(2.0)
        save_file(tensors, tmp_path / f"{name}.safetensors")
        return FittingLora(name, tmp_path / f"{name}.safetensors", name * 4, 1.0)

    found = ResolvedWeights("flux", "diffusers", "", "model", tmp_path, "folder")
    activate_pipeline_loras(pipe, found, [file("whole", 1)], JobRecorder(tmp_path))
    with pytest.raises(Refused, match="3 of its 9"):
        activate_pipeline_loras(pipe, found, [file("lacks", 3)], JobRecorder(tmp_path))
    assert not get_adapter_names(pipe), "nothing of it stays"


def test_changed_pipeline_hides_no_fitting_lora(folders: Path, tmp_path: Path, home: Home) -> None:
    # This name sorts last, and pipelines are tried from the last to the first
    other = shutil.copytree(folders / BEGUN, tmp_path / "zest")
    adopt_pipeline(ModelStore(home.models), other, AdoptionRequest())
    index = other / "model_index.json"
    index.write_text(index.read_text().replace("LTXImageToVideoPipeline", "LTXImageToVideoPipelinX"))
    fits = lora(tmp_path / "fits.safetensors", bare(folders / PICTURES), "unet")
    assert lora_stacks.find_lora(ModelStore(home.models), str(fits)).family == "diffusers"


def test_picture_is_previewed_while_it_is_made(make: Make, tmp_path: Path) -> None:
    first = tmp_path / "first.png"
    make_colour_chart(64, 96).save(first)
    for spec, across in (
        (still(), 1),
        (take(BEGUN, conditioning=(Conditioning(input=str(first)),)), 3),
        (take(), 3),
        (take(SLOW, options="max_sequence_length=16"), 3),
    ):
        context = JobRecorder(tmp_path)
        make(spec, context)
        assert not [line for line in context.lines if "preview" in line]
        assert len(context.pictures) == 2, spec.engine
        for data in context.pictures:
            picture = Image.open(io.BytesIO(data))
            assert Fraction(*picture.size) == pytest.approx(Fraction(64 * across, 96), rel=0.02), spec.engine


@pytest.mark.parametrize(
    ("name", "foretells"),
    [("LTXPipeline", True), ("ZImagePipeline", True), ("LTXConditionPipeline", False)],
)
def test_reordered_model_output_is_not_taken_for_a_velocity(name: str, foretells: bool) -> None:
    call = read_pipeline_call(name)
    assert call is not None
    assert call.foretells == foretells


def test_latents_are_arranged_and_scaled_as_the_pipelines_do(folders: Path) -> None:
    blank = Projection(torch.zeros(9, 3), 1)
    shown = LatentPreviewer(blank, channels=8, unit=4)
    packed = torch.randn(1, 2 * 24 * 16, 8)
    tokens, rows, columns, frames = shown._arrange_latent_tokens(packed, 64, 96, 9)
    theirs = LTXPipeline._unpack_latents(packed, 2, 24, 16, 1, 1)
    assert (rows, columns, frames) == (24, 16, 2)
    assert torch.equal(tokens, theirs[0].permute(1, 2, 3, 0).reshape(-1, 8))
    image = torch.randn(1, 8, 24, 16)
    pairs = FluxPipeline._pack_latents(image, 1, 8, 24, 16)
    tokens, rows, columns, frames = shown._arrange_latent_tokens(pairs, 64, 96, 1)
    assert (rows, columns, frames) == (24, 16, 1)
    assert torch.equal(tokens, image[0].flatten(1).T)
    with pytest.raises(ValueError, match="tokens of 64×96"):
        shown._arrange_latent_tokens(packed[:, :-1], 64, 96, 9)
    vae = bare(folders / CLIPS).vae
    vae.latents_mean, vae.latents_std = torch.randn(8), torch.rand(8) + 0.5
    wanted = LTXPipeline._normalize_latents(
        image[:, :, None], vae.latents_mean, vae.latents_std, vae.config.scaling_factor
    )
    assert torch.allclose(_normalise_latents(image, vae), wanted[:, :, 0])


@pytest.mark.long("models")
@pytest.mark.parametrize("name", [PICTURES, CLIPS, BEGUN])
def test_reference_case_equals_the_bare_call_step_by_step(home: Home, tmp_path: Path, name: str) -> None:
    # The reference case is small for weights that are marked as tiny
    manifest = home.models / name / "milimo.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "tiny": True}))
    (tmp_path / "space").mkdir()
    found = AnyPipeline().run(CheckEngine(engine=f"diffusers:{name}"), JobRecorder(tmp_path / "space"))
    assert (found.facts["calls"], found.facts["bare"], found.facts["before"]) == (4, 0.0, "nothing")
    again = AnyPipeline().run(CheckEngine(engine=f"diffusers:{name}"), JobRecorder(tmp_path / "space"))
    assert (again.facts["equal"], again.facts["same_build"]) == (True, True)
