"""Tiny FLUX.2 klein checkpoints, distilled and base. Imports torch and diffusers; for workers and tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from milimo_tui.engines.tiny import tokenizers

LAYERS_READ = 28  # the prompt is read after layers 9, 18 and 27 of the text encoder
WIDTH = 16


def _reader() -> Any:
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


def transformer() -> Any:
    """One double block, one single block, two heads of 16."""
    from diffusers import Flux2Transformer2DModel

    return Flux2Transformer2DModel(
        in_channels=128,
        num_layers=1,
        num_single_layers=1,
        attention_head_dim=16,
        num_attention_heads=2,
        joint_attention_dim=3 * WIDTH,
        axes_dims_rope=(4, 4, 4, 4),
        guidance_embeds=False,
    )


def _save(folder: Path, *, distilled: bool) -> None:
    from diffusers import AutoencoderKLFlux2, FlowMatchEulerDiscreteScheduler, Flux2KleinPipeline

    Flux2KleinPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True, shift=3.0),
        vae=AutoencoderKLFlux2(
            block_out_channels=(8, 8, 8, 8), layers_per_block=1, norm_num_groups=4, latent_channels=32
        ),
        text_encoder=_reader(),
        tokenizer=tokenizers.qwen(),
        transformer=transformer(),
        is_distilled=distilled,
    ).save_pretrained(folder)


def build_distilled(folder: Path) -> None:
    """Four steps, no guidance."""
    _save(folder, distilled=True)


def build_base(folder: Path) -> None:
    """Guided against an empty prompt."""
    _save(folder, distilled=False)
