"""Tiny Qwen-Image checkpoints. Imports torch and diffusers, so it is only for workers and tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from milimo_tui.tiny_models import tokenizers

WIDTH = 16  # The number of channels of the prompt embedding that the transformer receives.


def _build_qwen_vl_encoder(*, sees: bool = False) -> Any:
    """Build the text encoder. With `sees`, its vocabulary includes the tokens that stand for pictures."""
    from transformers import Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration

    return Qwen2_5_VLForConditionalGeneration(
        Qwen2_5_VLConfig(
            **(_number_picture_tokens() if sees else {}),
            text_config={
                "vocab_size": tokenizers.QWEN_WORDS + (len(tokenizers.QWEN_SIGHTS) if sees else 0),
                "hidden_size": WIDTH,
                "intermediate_size": 32,
                "num_hidden_layers": 2,
                "num_attention_heads": 2,
                "num_key_value_heads": 1,
                "max_position_embeddings": 2048,
                "rope_scaling": {"rope_type": "default", "mrope_section": [1, 1, 2]},
                "pad_token_id": 0,
                "eos_token_id": 0,
                "bos_token_id": None,
            },
            vision_config={
                "depth": 1,
                "hidden_size": WIDTH,
                "intermediate_size": 32,
                "num_heads": 2,
                "out_hidden_size": WIDTH,
                "fullatt_block_indexes": [0],
            },
        )
    ).eval()


def _number_picture_tokens() -> dict[str, int]:
    """Return the number of each picture token in the vocabulary, by the name of its option in the
    configuration.
    """
    names = ("vision_start_token_id", "vision_end_token_id", "image_token_id", "video_token_id")
    return {name: tokenizers.QWEN_SIGHT + place for place, name in enumerate(names)}


def _build_qwen_image_parts(*, sees: bool = False) -> dict[str, Any]:
    """Build the components of the pipeline. The transformer has one block and two heads of 16 channels. With
    `sees`, the text encoder accepts pictures.
    """
    from diffusers import (
        AutoencoderKLQwenImage,
        FlowMatchEulerDiscreteScheduler,
        QwenImageTransformer2DModel,
    )

    return {
        "scheduler": FlowMatchEulerDiscreteScheduler(
            use_dynamic_shifting=True,
            base_shift=0.5,
            max_shift=0.9,
            max_image_seq_len=8192,
            shift_terminal=0.02,
        ),
        "vae": AutoencoderKLQwenImage(base_dim=2 if sees else 8, num_res_blocks=1),
        "text_encoder": _build_qwen_vl_encoder(sees=sees),
        "tokenizer": tokenizers.build_qwen_tokenizer(sees=sees),
        "transformer": QwenImageTransformer2DModel(
            num_layers=1,
            attention_head_dim=16,
            num_attention_heads=2,
            joint_attention_dim=WIDTH,
            axes_dims_rope=(4, 6, 6),
        ),
    }


def build(folder: Path) -> None:
    """Build a checkpoint that makes pictures from text."""
    from diffusers import QwenImagePipeline

    QwenImagePipeline(**_build_qwen_image_parts()).save_pretrained(folder)


def build_edit(folder: Path) -> None:
    """Build a checkpoint that makes pictures from pictures and text."""
    from diffusers import QwenImageEditPlusPipeline
    from transformers import Qwen2VLImageProcessor, Qwen2VLProcessor, Qwen2VLVideoProcessor

    parts = _build_qwen_image_parts(sees=True)
    processor = Qwen2VLProcessor(
        Qwen2VLImageProcessor(),
        parts["tokenizer"],
        Qwen2VLVideoProcessor(),
        chat_template=tokenizers.QWEN_TURNS,
    )
    QwenImageEditPlusPipeline(**parts, processor=processor).save_pretrained(folder)
