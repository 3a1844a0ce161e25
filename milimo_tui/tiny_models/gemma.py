"""A tiny Gemma 3, which reads text and pictures and writes text. It is built as a separate folder, and as the
text encoder of LTX-2.

Imports torch and transformers, so it is only for workers and tests.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from milimo_tui.tiny_models import tokenizers

HIDDEN = 32
LAYERS = 2
IMAGE_SIDE = 28
IMAGE_PATCH = 7
IMAGE_TOKENS = 4


def model() -> Any:
    """Build a Gemma3ForConditionalGeneration with 2 layers of width 32, and a SigLIP vision encoder for
    pictures of 28x28 pixels.
    """
    from transformers import (
        Gemma3Config,
        Gemma3ForConditionalGeneration,
        Gemma3TextConfig,
        SiglipVisionConfig,
    )

    reading = Gemma3TextConfig(
        vocab_size=tokenizers.GEMMA_WORDS,
        hidden_size=HIDDEN,
        intermediate_size=64,
        num_hidden_layers=LAYERS,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=16,
        query_pre_attn_scalar=16,
        max_position_embeddings=8192,
        sliding_window=512,
        layer_types=["sliding_attention", "full_attention"],
        pad_token_id=0,
        eos_token_id=1,
        bos_token_id=2,
    )
    seeing = SiglipVisionConfig(
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        image_size=IMAGE_SIDE,
        patch_size=IMAGE_PATCH,
        vision_use_head=False,
    )
    made = Gemma3ForConditionalGeneration(
        Gemma3Config(
            text_config=reading.to_dict(),
            vision_config=seeing.to_dict(),
            mm_tokens_per_image=IMAGE_TOKENS,
            boi_token_index=tokenizers.IMAGE_BEGIN,
            eoi_token_index=tokenizers.IMAGE_END,
            image_token_index=tokenizers.IMAGE,
        )
    ).eval()
    _randomise_picture_projection(made)
    made.generation_config.eos_token_id = [1, tokenizers.TURN_END]
    made.generation_config.pad_token_id = 0
    made.generation_config.bos_token_id = 2
    return made


def _randomise_picture_projection(made: Any) -> None:
    """Fill the projection from the vision encoder with random numbers. Its class initialises it with zeros,
    so that pictures would have no effect on the text.
    """
    from torch.nn.init import normal_

    normal_(made.model.multi_modal_projector.mm_input_projection_weight, std=0.2)


def _configure_gemma4_text() -> dict[str, Any]:
    return {
        "vocab_size": tokenizers.GEMMA_WORDS,
        "hidden_size": HIDDEN,
        "intermediate_size": 64,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "head_dim": 16,
        "global_head_dim": 16,
        "sliding_window": 512,
        "layer_types": ["sliding_attention", "full_attention"],
        "max_position_embeddings": 8192,
    }


def build_gemma4_encoder() -> Any:
    """Build a Gemma4UnifiedForConditionalGeneration of the same width. LTX-2.5 reads prompts with this
    model.
    """
    from transformers import Gemma4UnifiedConfig, Gemma4UnifiedForConditionalGeneration

    reading = _configure_gemma4_text()
    return Gemma4UnifiedForConditionalGeneration(
        Gemma4UnifiedConfig(text_config=reading, vision_config=None, audio_config=None)
    ).eval()


def build_gemma3_processor() -> Any:
    """Build a Gemma3Processor, which turns text and pictures into tensors."""
    from transformers import Gemma3ImageProcessor, Gemma3Processor

    seeing = Gemma3ImageProcessor(size={"height": IMAGE_SIDE, "width": IMAGE_SIDE})
    return Gemma3Processor(
        seeing,
        tokenizers.build_gemma3_tokenizer(),
        chat_template=tokenizers.GEMMA_TURNS,
        image_seq_length=IMAGE_TOKENS,
    )


def build(folder: Path) -> None:
    """Build a folder laid out as google/gemma-3-12b-it."""
    model().save_pretrained(folder)
    build_gemma3_processor().save_pretrained(folder)


def build_fourth(folder: Path) -> None:
    """Build a tiny Gemma 4 for chat in the file layout of google/gemma-4-E2B-it, without its vision and audio
    encoders.
    """
    from transformers import Gemma4Config, Gemma4ForConditionalGeneration

    reading = {
        **_configure_gemma4_text(),
        "vocab_size": tokenizers.FOURTH_WORDS,
        "vocab_size_per_layer_input": tokenizers.FOURTH_WORDS,
        "hidden_size_per_layer_input": 8,
    }
    made = Gemma4ForConditionalGeneration(
        Gemma4Config(text_config=reading, vision_config=None, audio_config=None)
    ).eval()
    made.generation_config.eos_token_id = [1, tokenizers.FOURTH_END]
    made.generation_config.pad_token_id = 0
    made.generation_config.bos_token_id = 2
    made.save_pretrained(folder)
    tokenizers.build_gemma4_tokenizer().save_pretrained(folder)
