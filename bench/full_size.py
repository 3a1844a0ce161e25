"""Make a checkpoint of LTX-2.0 in its published size with random weights, for measuring speed and memory
only.

The shapes are the defaults of the diffusers classes, which are the published ones. Tokenizer and scheduler
come from the tiny checkpoint. Imports torch.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch

from milimo_tui.tiny_models.build import build_tiny_checkpoint

# Scale of the random weights: small enough that values do not overflow while passing through the layers.
STRENGTH = 0.02
SHARD = "5GB"
# Components that are stored in the checkpoint's folder but do not belong to the pipeline.
BESIDE = {"latent_upsampler"}


def _build_small_encoder() -> Any:
    """Build a text encoder whose layers have fewer parameters. The number of layers and the size of its
    output are the published ones.
    """
    return _build_gemma_encoder(
        {"intermediate_size": 256, "num_attention_heads": 2, "num_key_value_heads": 1}
    )


def _build_gemma_encoder(thin: Mapping[str, int] | None = None) -> Any:
    """Build Gemma 3 12B with its published configuration. `thin` overrides values of the text
    configuration.
    """
    from transformers import Gemma3Config, Gemma3ForConditionalGeneration

    text = {
        "hidden_size": 3840,
        "intermediate_size": 15360,
        "num_hidden_layers": 48,
        "num_attention_heads": 16,
        "num_key_value_heads": 8,
        "head_dim": 256,
        "vocab_size": 262208,
        **(thin or {}),
    }
    eyes = {
        "hidden_size": 1152,
        "intermediate_size": 4304,
        "num_hidden_layers": 27,
        "num_attention_heads": 16,
        "image_size": 896,
        "patch_size": 14,
    }
    return Gemma3ForConditionalGeneration(Gemma3Config(text_config=text, vision_config=eyes))


def _list_part_builders(small_encoder: bool = False) -> dict[str, Callable[[], Any]]:
    from diffusers import AutoencoderKLLTX2Audio, AutoencoderKLLTX2Video, LTX2VideoTransformer3DModel
    from diffusers.pipelines.ltx2 import LTX2LatentUpsamplerModel, LTX2TextConnectors, LTX2Vocoder

    encode = _build_small_encoder if small_encoder else _build_gemma_encoder
    return {
        "transformer": LTX2VideoTransformer3DModel,
        "vae": lambda: AutoencoderKLLTX2Video(spatial_compression_ratio=32, temporal_compression_ratio=8),
        "audio_vae": AutoencoderKLLTX2Audio,
        "vocoder": LTX2Vocoder,
        "connectors": LTX2TextConnectors,
        "text_encoder": encode,
        "latent_upsampler": LTX2LatentUpsamplerModel,
    }


def count_parameters() -> dict[str, float]:
    """Return the number of parameters of each component, in billions. No memory is allocated."""
    found = {}
    for name, make in _list_part_builders().items():
        if name in BESIDE:
            continue
        with torch.device("meta"):
            found[name] = sum(weight.numel() for weight in make().parameters()) / 1e9
    return found


def write_full_checkpoint(folder: Path, device: torch.device, *, small_encoder: bool = False) -> int:
    """Write the checkpoint to `folder` and return its size in bytes: about 69 GB, or 48 GB with
    `small_encoder`. The weights are generated on `device`.
    """
    build_tiny_checkpoint(
        "ltx2-distilled", folder
    )  # Tokenizer, scheduler and index do not depend on the size.
    for name, make in _list_part_builders(small_encoder).items():
        shutil.rmtree(folder / name, ignore_errors=True)
        module = _build_random_module(make, device)
        module.save_pretrained(folder / name, max_shard_size=SHARD)
        del module
        if device.type == "cuda":
            torch.cuda.empty_cache()
    index = json.loads((folder / "model_index.json").read_text())
    assert set(_list_part_builders()) - BESIDE <= set(index), (
        "the tiny checkpoint has other parts than the full one"
    )
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def _build_random_module(make: Callable[[], Any], device: torch.device) -> Any:
    with torch.device("meta"):
        module = make()
    module = module.to(torch.bfloat16).to_empty(device=device)
    generator = torch.Generator(device).manual_seed(0)
    for weight in module.parameters():
        weight.data.normal_(0.0, STRENGTH, generator=generator)
    for name, buffer in module.named_buffers():
        buffer.fill_(1.0 if name.endswith("std") else 0.0)
    return module
