"""Tiny Z-Image checkpoints: Turbo and the full model. Imports torch and diffusers, so it is only for workers
and tests.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from milimo_tui.tiny_models import tokenizers

WIDTH = 16  # The number of channels of the prompt embedding that the transformer receives.


def _build_z_image_encoder() -> Any:
    from transformers import Qwen3Config, Qwen3Model

    return Qwen3Model(
        Qwen3Config(
            vocab_size=tokenizers.QWEN_WORDS,
            hidden_size=WIDTH,
            intermediate_size=32,
            num_hidden_layers=2,
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
    """Build a transformer with two blocks, one block in each refiner, and two heads of 16 channels.

    The padding tokens, which the class does not initialise, are filled with random numbers.
    """
    import torch
    from diffusers import ZImageTransformer2DModel

    model = ZImageTransformer2DModel(
        in_channels=16,
        dim=32,
        n_layers=2,
        n_refiner_layers=1,
        n_heads=2,
        n_kv_heads=2,
        cap_feat_dim=WIDTH,
        axes_dims=[4, 6, 6],
        axes_lens=[1024, 512, 512],
    )
    with torch.no_grad():
        for token in (model.x_pad_token, model.cap_pad_token):
            token.normal_(std=0.02)
    return model


def _save_z_image_pipeline(folder: Path, shift: float) -> None:
    from diffusers import AutoencoderKL, FlowMatchEulerDiscreteScheduler, ZImagePipeline

    ZImagePipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(shift=shift),
        vae=AutoencoderKL(
            down_block_types=("DownEncoderBlock2D",) * 4,
            up_block_types=("UpDecoderBlock2D",) * 4,
            block_out_channels=(8, 8, 8, 8),
            layers_per_block=1,
            norm_num_groups=4,
            latent_channels=16,
            scaling_factor=0.3611,
            shift_factor=0.1159,
            use_quant_conv=False,
            use_post_quant_conv=False,
        ),
        text_encoder=_build_z_image_encoder(),
        tokenizer=tokenizers.build_qwen_tokenizer(),
        transformer=transformer(),
    ).save_pretrained(folder)


def build_turbo(folder: Path) -> None:
    """Build Z-Image Turbo: eight steps, no guidance."""
    _save_z_image_pipeline(folder, 3.0)


def build_full(folder: Path) -> None:
    """Build the full Z-Image: unlike Turbo, it uses a negative prompt."""
    _save_z_image_pipeline(folder, 6.0)
