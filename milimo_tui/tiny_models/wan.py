"""Tiny Wan 2.2 checkpoints: the small model, which has one transformer, and the two larger models, which have
a pair of transformers: one makes takes from text, the other from a first picture.

Imports torch and diffusers, so it is only for workers and tests.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from milimo_tui.tiny_models import tokenizers

WIDTH = 16  # The number of channels of the prompt embedding that the transformer receives.
SMALL_LATENT, LATENT = 48, 16
SMALL: dict[str, Any] = {"in_channels": SMALL_LATENT, "out_channels": SMALL_LATENT}
WORDS: dict[str, Any] = {"in_channels": LATENT, "out_channels": LATENT}
# The input channels are noise, a mask of 4 channels, and the first picture.
PICTURE: dict[str, Any] = {"in_channels": 2 * LATENT + 4, "out_channels": LATENT}


def _build_umt5_encoder() -> Any:
    from transformers import UMT5Config, UMT5EncoderModel

    return UMT5EncoderModel(
        UMT5Config(
            vocab_size=tokenizers.QWEN_WORDS,
            d_model=WIDTH,
            d_kv=8,
            d_ff=32,
            num_layers=2,
            num_heads=2,
            relative_attention_num_buckets=8,
            pad_token_id=0,
        )
    ).eval()


def transformer(**channels: int) -> Any:
    """Build a transformer with two blocks and two heads of 12 channels. `channels` are its numbers of input
    and output channels.
    """
    from diffusers import WanTransformer3DModel

    return WanTransformer3DModel(
        num_attention_heads=2,
        attention_head_dim=12,
        text_dim=WIDTH,
        freq_dim=16,
        ffn_dim=32,
        num_layers=2,
        rope_max_seq_len=32,
        **channels,
    )


def _build_wan_vae(*, small: bool) -> Any:
    """Build the autoencoder. With `small`, its latents are half as wide and high and have 48 channels, as in
    the 5B model.
    """
    from diffusers import AutoencoderKLWan

    own: dict[str, Any] = {
        "z_dim": SMALL_LATENT,
        "is_residual": True,
        "in_channels": 12,
        "out_channels": 12,
        "patch_size": 2,
        "scale_factor_spatial": 16,
        "latents_mean": [0.0] * SMALL_LATENT,
        "latents_std": [1.0] * SMALL_LATENT,
    }
    return AutoencoderKLWan(base_dim=4, num_res_blocks=1, **(own if small else {"z_dim": LATENT}))


def _build_wan_scheduler(shift: float) -> Any:
    from diffusers import UniPCMultistepScheduler

    return UniPCMultistepScheduler(prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=shift)


def _save_wan_pipeline(folder: Path, cls: Any, channels: dict[str, Any], boundary: float | None) -> None:
    cls(
        tokenizer=tokenizers.build_qwen_tokenizer(),
        text_encoder=_build_umt5_encoder(),
        vae=_build_wan_vae(small=boundary is None),
        scheduler=_build_wan_scheduler(
            3.0 if boundary else 5.0
        ),  # The same values for the shift of the sigmas as in the published models.
        transformer=transformer(**channels),
        transformer_2=transformer(**channels) if boundary else None,
        boundary_ratio=boundary,
        expand_timesteps=boundary is None,
    ).save_pretrained(folder)


def build_small(folder: Path) -> None:
    """Build the small model with one transformer, which makes takes from text or from a first picture."""
    from diffusers import WanPipeline

    _save_wan_pipeline(folder, WanPipeline, SMALL, None)


def build_words(folder: Path) -> None:
    """Build the model with two transformers that makes takes from text."""
    from diffusers import WanPipeline

    _save_wan_pipeline(folder, WanPipeline, WORDS, 0.875)


def build_picture(folder: Path) -> None:
    """Build the model with two transformers that makes takes from a first picture."""
    from diffusers import WanImageToVideoPipeline

    _save_wan_pipeline(folder, WanImageToVideoPipeline, PICTURE, 0.9)
