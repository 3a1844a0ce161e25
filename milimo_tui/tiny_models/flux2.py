"""Tiny FLUX.2 checkpoints: the variants of klein, and dev. Imports torch and diffusers, so it is only for
workers and tests.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from milimo_tui.tiny_models import tokenizers

# The number of layers of klein's text encoder. The prompt is read after layers 9, 18 and 27, so at least 28
# are needed.
LAYERS_READ = 28
# The number of layers of dev's text encoder, from which the prompt is read after layers 10, 20 and 30.
LAYERS_OF_DEV = 31
WIDTH = 16


def _build_klein_text_encoder() -> Any:
    from transformers import Qwen3Config, Qwen3ForCausalLM

    return Qwen3ForCausalLM(
        Qwen3Config(
            vocab_size=tokenizers.QWEN_WORDS,
            hidden_size=WIDTH,
            intermediate_size=32,
            num_hidden_layers=LAYERS_READ,
            num_attention_heads=2,
            num_key_value_heads=1,
            head_dim=8,
            max_position_embeddings=1024,
            pad_token_id=0,
            eos_token_id=0,
            bos_token_id=None,
        )
    ).eval()


def _build_dev_text_encoder() -> Any:
    from transformers import Mistral3Config, Mistral3ForConditionalGeneration

    small = {"hidden_size": WIDTH, "intermediate_size": 32, "num_attention_heads": 2, "head_dim": 8}
    return Mistral3ForConditionalGeneration(
        Mistral3Config(
            text_config={
                "model_type": "mistral",
                "vocab_size": tokenizers.MISTRAL_WORDS,
                "num_hidden_layers": LAYERS_OF_DEV,
                "num_key_value_heads": 1,
                "max_position_embeddings": 1024,
                "pad_token_id": tokenizers.MISTRAL_PAD,
                "bos_token_id": 1,
                "eos_token_id": 2,
                **small,
            },
            vision_config={
                "model_type": "pixtral",
                "num_hidden_layers": 1,
                "patch_size": 14,
                "image_size": 28,
                **small,
            },
            spatial_merge_size=2,
            image_token_index=tokenizers.MISTRAL_IMAGE,
        )
    ).eval()


def transformer(*, takes_guidance: bool = False) -> Any:
    """Build a transformer with one double block, one single block and two heads of 16 channels. With
    `takes_guidance`, the guidance scale is an input of the model.
    """
    from diffusers import Flux2Transformer2DModel

    return Flux2Transformer2DModel(
        in_channels=128,
        num_layers=1,
        num_single_layers=1,
        attention_head_dim=16,
        num_attention_heads=2,
        joint_attention_dim=3 * WIDTH,
        axes_dims_rope=(4, 4, 4, 4),
        guidance_embeds=takes_guidance,
    )


def _build_shared_flux2_parts() -> dict[str, Any]:
    """Build the parts that are the same in all FLUX.2 checkpoints."""
    from diffusers import AutoencoderKLFlux2, FlowMatchEulerDiscreteScheduler

    return {
        "scheduler": FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True, shift=3.0),
        "vae": AutoencoderKLFlux2(
            block_out_channels=(8, 8, 8, 8), layers_per_block=1, norm_num_groups=4, latent_channels=32
        ),
    }


def _build_klein_parts() -> dict[str, Any]:
    reader = _build_klein_text_encoder()
    return {
        **_build_shared_flux2_parts(),
        "text_encoder": reader,
        "tokenizer": tokenizers.build_qwen_tokenizer(),
        "transformer": transformer(),
    }


def build_distilled(folder: Path) -> None:
    """Build distilled klein, which needs four steps and uses no guidance."""
    from diffusers import Flux2KleinPipeline

    Flux2KleinPipeline(**_build_klein_parts(), is_distilled=True).save_pretrained(folder)


def build_base(folder: Path) -> None:
    """Build base klein, whose guidance compares the prompt with an empty prompt."""
    from diffusers import Flux2KleinPipeline

    Flux2KleinPipeline(**_build_klein_parts(), is_distilled=False).save_pretrained(folder)


def build_keeping(folder: Path) -> None:
    """Build klein KV: distilled, and the features of input pictures are cached from the first step on."""
    from diffusers import Flux2KleinKVPipeline

    Flux2KleinKVPipeline(**_build_klein_parts()).save_pretrained(folder)


def build_dev(folder: Path) -> None:
    """Build dev: its guidance is an input of the model, and Mistral 3 reads its prompts."""
    from diffusers import Flux2Pipeline

    Flux2Pipeline(
        **_build_shared_flux2_parts(),
        text_encoder=_build_dev_text_encoder(),
        tokenizer=tokenizers.build_mistral_processor(),
        transformer=transformer(takes_guidance=True),
    ).save_pretrained(folder)
