"""Test tiny checkpoints: they are complete, have the same bits for the same seed, and load in the original
model classes.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from milimo_tui.core.errors import NotFound
from milimo_tui.tiny_models.build import build_tiny_checkpoint
from milimo_tui.tiny_models.families import FAMILIES, LORA_FILE, ROWS, select_tiny_checkpoints
from tests.engines.tiny_home import Tiny, tiny

__all__ = ["tiny"]
MARKED = "ltx25-subjects"  # This LoRA has tensors besides its matrices, which the engine separates from them.


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("family", FAMILIES)
def test_same_seed_gives_the_same_files(family: str, tiny: Tiny, tmp_path: Path) -> None:
    again = tmp_path / "again"
    build_tiny_checkpoint(family, again)
    assert digests(again) == digests(tiny(family))


def test_another_seed_gives_other_weights(tiny: Tiny, tmp_path: Path) -> None:
    build_tiny_checkpoint("gemma3", tmp_path / "other", seed=1)
    ours, other = digests(tiny("gemma3")), digests(tmp_path / "other")
    assert [name for name in ours if ours[name] != other[name]] == ["model.safetensors"]


def test_building_keeps_the_random_state(tmp_path: Path) -> None:
    import torch

    torch.manual_seed(5)
    expected = torch.rand(3).tolist()
    torch.manual_seed(5)
    build_tiny_checkpoint("gemma3", tmp_path / "gemma3")
    assert torch.rand(3).tolist() == expected


def test_new_build_replaces_the_old_one_completely(tmp_path: Path) -> None:
    folder = tmp_path / "models" / "gemma3"
    folder.mkdir(parents=True)
    (folder / "half.safetensors").write_bytes(b"cut")
    build_tiny_checkpoint("gemma3", folder)
    assert not (folder / "half.safetensors").exists()
    assert [path.name for path in folder.parent.iterdir()] == ["gemma3"]


def test_unknown_family_lists_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(NotFound) as told:
        build_tiny_checkpoint("ltx9", tmp_path / "x")
    assert "ltx2" in told.value.hint
    assert not (tmp_path / "x").exists()


def test_files_contain_safetensors_and_no_local_path(tiny: Tiny) -> None:
    folder = tiny("ltx2")
    names = {path.name for path in folder.rglob("*") if path.is_file()}
    assert not [name for name in names if name.endswith((".bin", ".pt", ".ckpt", ".pkl"))]
    for path in folder.rglob("*.json"):
        assert str(folder) not in path.read_text(), path
    index = json.loads((folder / "model_index.json").read_text())
    assert index["_class_name"] == "LTX2Pipeline"


def loaded(folder: Path, cls: Any, **given: Any) -> Any:
    """Load a folder with class `cls`. Fail if a weight is missing or left over."""
    model, report = cls.from_pretrained(folder, output_loading_info=True, **given)
    assert not any(report[name] for name in ("missing_keys", "unexpected_keys", "mismatched_keys")), report
    return model


def ltx2_clip(pipeline: Any, **given: Any) -> Any:
    """Make nine frames of 96×64 pixels in two steps with all guidance switched off."""
    import torch

    pipeline.set_progress_bar_config(disable=True)
    off = {"guidance_scale": 1.0, "stg_scale": 0.0, "modality_scale": 1.0, "guidance_rescale": 0.0}
    return pipeline(
        prompt="A café in the rain — two lamps",
        height=64,
        width=96,
        num_frames=9,
        num_inference_steps=2,
        max_sequence_length=32,
        generator=torch.Generator().manual_seed(3),
        output_type="np",
        **off,
        **{f"audio_{name}": value for name, value in off.items()},
        **given,
    )


@pytest.mark.long("models")
@pytest.mark.parametrize(
    ("family", "cross", "rate"),
    [
        ("ltx2", False, 24000),
        ("ltx2-distilled", False, 24000),
        ("ltx23", True, 48000),
        ("ltx25", True, 48000),
    ],
)
def test_every_generation_of_ltx2_makes_pictures_and_sound(
    family: str, cross: bool, rate: int, tiny: Tiny
) -> None:
    from diffusers import LTX2Pipeline

    pipeline = LTX2Pipeline.from_pretrained(tiny(family))
    made = ltx2_clip(pipeline, use_cross_timestep=cross)
    assert made.frames.shape == (1, 9, 64, 96, 3)
    assert 0.05 < made.frames.std() < 0.5  # The output is noise, neither uniform grey nor NaN.
    assert pipeline.vocoder.config.output_sampling_rate == rate
    assert made.audio.shape == (1, 2, 7920 * rate // 24000)
    assert (type(pipeline.text_encoder).__name__ == "Gemma4UnifiedForConditionalGeneration") is (
        family == "ltx25"
    )


@pytest.mark.long("models")
@pytest.mark.parametrize(
    "name", [row.name for row in ROWS if row.family == "ltx2" and row.file and row.name != MARKED]
)
def test_lora_of_ltx2_changes_the_picture_and_is_removed_without_trace(name: str, tiny: Tiny) -> None:
    from diffusers import LTX2Pipeline

    later = FAMILIES[name].generation == "2.3"
    pipeline = LTX2Pipeline.from_pretrained(tiny("ltx23" if later else "ltx2"))
    plain = ltx2_clip(pipeline, use_cross_timestep=later).frames
    pipeline.load_lora_weights(tiny(name), weight_name=LORA_FILE, adapter_name="one")
    changed = ltx2_clip(pipeline, use_cross_timestep=later).frames
    assert abs(changed - plain).max() > 1 / 255
    pipeline.unload_lora_weights()
    assert (ltx2_clip(pipeline, use_cross_timestep=later).frames == plain).all()


def test_upsamplers_double_space_or_time(tiny: Tiny) -> None:
    import torch
    from diffusers.pipelines.ltx2 import LTX2LatentUpsamplerModel

    for name, expected in (
        ("ltx2-upsampler", (1, 128, 2, 4, 6)),
        ("ltx23-upsampler", (1, 128, 2, 4, 6)),
        ("ltx2-temporal", (1, 128, 3, 2, 3)),
    ):
        model = LTX2LatentUpsamplerModel.from_pretrained(tiny(name), subfolder="latent_upsampler")
        assert tuple(model(torch.randn(1, 128, 2, 2, 3)).shape) == expected


@pytest.mark.long("models")
@pytest.mark.filterwarnings("ignore:flex_attention called without torch.compile")
def test_diffusion_decoder_of_2_5_decodes(tiny: Tiny) -> None:
    import torch
    from diffusers import (
        FlowMatchEulerDiscreteScheduler,
        LTX2VideoDiffusionDecodePipeline,
        LTX2VideoDiffusionDecoderModel,
    )

    model = LTX2VideoDiffusionDecoderModel.from_pretrained(tiny("ltx25"), subfolder="diffusion_decoder")
    decode = LTX2VideoDiffusionDecodePipeline(model, FlowMatchEulerDiscreteScheduler())
    latents = torch.randn(1, 128, 2, 2, 3)
    text = decode(latents, generator=torch.Generator().manual_seed(1), output_type="np", denormalize=False)
    assert text.frames.shape == (1, 9, 64, 96, 3)


@pytest.mark.long("models")
@pytest.mark.parametrize(("family", "distilled"), [("flux2-klein", True), ("flux2-klein-base", False)])
def test_klein_paints_and_knows_its_kind(family: str, distilled: bool, tiny: Tiny) -> None:
    import torch
    from diffusers import Flux2KleinPipeline

    pipeline = Flux2KleinPipeline.from_pretrained(tiny(family))
    pipeline.set_progress_bar_config(disable=True)
    assert pipeline.config.is_distilled is distilled

    def painted() -> Any:
        return pipeline(
            prompt="a red cup",
            height=64,
            width=96,
            num_inference_steps=2,
            guidance_scale=1.0,
            generator=torch.Generator().manual_seed(3),
            output_type="np",
        ).images

    plain = painted()
    assert plain.shape == (1, 64, 96, 3)
    pipeline.load_lora_weights(tiny("flux2-lora"), weight_name=LORA_FILE, adapter_name="one")
    assert abs(painted() - plain).max() > 1 / 255
    pipeline.unload_lora_weights()
    assert (painted() == plain).all()


@pytest.mark.long("models")
@pytest.mark.parametrize("cls", ["Sam3Model", "Sam3TrackerModel", "Sam3VideoModel", "Sam3TrackerVideoModel"])
def test_one_folder_of_sam3_is_all_four_models(cls: str, tiny: Tiny) -> None:
    import transformers

    loaded(tiny("sam3"), getattr(transformers, cls))
    processor = cls.replace("Model", "Processor")
    assert getattr(transformers, processor).from_pretrained(tiny("sam3")).target_size == 112


def test_gemma_writes_sees_and_is_the_text_encoder_of_ltx2(tiny: Tiny) -> None:
    from PIL import Image
    from transformers import AutoProcessor, Gemma3ForConditionalGeneration

    model = loaded(tiny("gemma3"), Gemma3ForConditionalGeneration)
    loaded(tiny("ltx2") / "text_encoder", Gemma3ForConditionalGeneration)
    processor = AutoProcessor.from_pretrained(tiny("gemma3"))
    turns = [
        {"role": "system", "content": [{"type": "text", "text": "Be brief."}]},
        {
            "role": "user",
            "content": [
                {"type": "image", "image": Image.new("RGB", (64, 48), "red")},
                {"type": "text", "text": "What is it?"},
            ],
        },
    ]
    asked = processor.apply_chat_template(
        turns, add_generation_prompt=True, tokenize=True, return_dict=True, return_tensors="pt"
    )
    length = asked["input_ids"].shape[1]
    said = model.generate(**asked, max_new_tokens=8, min_new_tokens=8, do_sample=False)
    assert said.shape[1] == length + 8
    text = processor.tokenizer.decode(asked["input_ids"][0])
    assert text.startswith("<bos><start_of_turn>user\nBe brief.\n\n")
    assert text.endswith("<end_of_turn>\n<start_of_turn>model\n")


def test_word_is_a_family_of_engines_or_one_checkpoint() -> None:
    assert {row.family for row in select_tiny_checkpoints("")} == {
        "ltx2", "flux2", "z-image", "qwen-image", "wan", "sam3", "local", "controls",
        "speech", "speech-large", "transcription", "diarization", "stable-audio", "ace-step", "longcat-audio",
    }  # fmt: skip
    assert select_tiny_checkpoints("ltx2")[0].name == "ltx2"
    assert {row.family for row in select_tiny_checkpoints("ltx2")} == {"ltx2"}
    assert [row.name for row in select_tiny_checkpoints("ltx23")] == ["ltx23"]
    with pytest.raises(NotFound):
        select_tiny_checkpoints("pictures")


def test_all_tiny_models_are_named_as_such() -> None:
    assert all("noise" in row.title and row.id.startswith("tiny-") for row in ROWS)
