"""Tiny LTX-2 checkpoints: the generations 2.0, 2.3 and 2.5, and upsamplers of space and of time.

Each part is the authors' class with the flags of its generation (taken from diffusers'
`convert_ltx2_to_diffusers.py`), so shapes, rates and pitfalls are the real ones. Imports torch and diffusers;
for workers and tests.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from milimo_tui.tiny_models import gemma

WIDTH = 32  # width of the video stream and of the text encoder
SOUND_WIDTH = 16
LATENT = 128
SOUND_LATENT, SOUND_MELS, SOUND_BASE = 2, 16, 8  # base = latent channels * mel bins / 4
REGISTERS = 16  # prompts are padded to a multiple of this number


def build_ltx2_scheduler(*, distilled: bool = False) -> Any:
    """Build the scheduler as the authors ship it: shifted by the number of tokens, stretched to end at 0.1. A
    `distilled` scheduler has neither.
    """
    from diffusers import FlowMatchEulerDiscreteScheduler

    return FlowMatchEulerDiscreteScheduler(
        use_dynamic_shifting=not distilled,
        base_shift=0.95,
        max_shift=2.05,
        base_image_seq_len=1024,
        max_image_seq_len=4096,
        shift_terminal=None if distilled else 0.1,
    )


def build_video_vae(*, later: bool = False) -> Any:
    """Build an autoencoder that is 32x smaller in space and 8x in time, with 128 channels. `later` gives the
    longer decoder of 2.3 and 2.5.
    """
    from diffusers import AutoencoderKLLTX2Video

    longer: dict[str, Any] = {
        "block_out_channels": (8, 16, 32, 32),
        "decoder_block_out_channels": (8, 16, 16, 32),
        "decoder_layers_per_block": (1, 1, 1, 1, 1),
        "decoder_spatio_temporal_scaling": (True, True, True, True),
        "decoder_inject_noise": (False,) * 5,
        "upsample_type": ("spatiotemporal", "spatiotemporal", "temporal", "spatial"),
        "upsample_residual": (False,) * 4,
        "upsample_factor": (2, 2, 1, 2),
        "decoder_spatial_padding_mode": "zeros",
    }
    first: dict[str, Any] = {
        "block_out_channels": (8, 16, 32, 64),
        "decoder_block_out_channels": (8, 16, 32),
        "decoder_layers_per_block": (1, 1, 1, 1),
    }
    return AutoencoderKLLTX2Video(
        latent_channels=LATENT,
        layers_per_block=(1, 1, 1, 1, 1),
        decoder_causal=False,
        spatial_compression_ratio=32,
        temporal_compression_ratio=8,
        **(longer if later else first),
    )


def build_audio_vae() -> Any:
    """Build the audio autoencoder."""
    from diffusers import AutoencoderKLLTX2Audio

    return AutoencoderKLLTX2Audio(
        base_channels=SOUND_BASE,
        ch_mult=(1, 2, 4),
        num_res_blocks=1,
        latent_channels=SOUND_LATENT,
        mel_bins=SOUND_MELS,
    )


def build_vocoder(*, wide: bool) -> Any:
    """Build a vocoder for 24 kHz. `wide` adds the bandwidth extension to 48 kHz of later generations."""
    from diffusers.pipelines.ltx2 import LTX2Vocoder, LTX2VocoderWithBWE

    if not wide:
        return LTX2Vocoder(
            in_channels=2 * SOUND_MELS,
            hidden_channels=64,
            resnet_kernel_sizes=[3],
            resnet_dilations=[[1, 3, 5]],
        )
    return LTX2VocoderWithBWE(
        in_channels=2 * SOUND_MELS,
        hidden_channels=64,
        resnet_kernel_sizes=[3],
        resnet_dilations=[[1, 3, 5]],
        bwe_in_channels=2 * SOUND_MELS,
        bwe_hidden_channels=32,
        bwe_resnet_kernel_sizes=[3],
        bwe_resnet_dilations=[[1, 3, 5]],
        num_mel_channels=SOUND_MELS,
    )


def build_text_connectors(*, later: bool) -> Any:
    """Build the connectors from the text encoder's layers to each stream. `later` gives gated connectors with
    their own projection.
    """
    from diffusers.pipelines.ltx2 import LTX2TextConnectors

    own: dict[str, Any] = {
        "per_modality_projections": True,
        "proj_bias": True,
        "video_hidden_dim": WIDTH,
        "audio_hidden_dim": SOUND_WIDTH,
        "video_gated_attn": True,
        "audio_gated_attn": True,
    }
    return LTX2TextConnectors(
        caption_channels=gemma.HIDDEN,
        text_proj_in_factor=gemma.LAYERS + 1,
        video_connector_num_attention_heads=4,
        video_connector_attention_head_dim=WIDTH // 4,
        video_connector_num_layers=1,
        video_connector_num_learnable_registers=REGISTERS,
        audio_connector_num_attention_heads=2 if later else 4,
        audio_connector_attention_head_dim=SOUND_WIDTH // 2 if later else WIDTH // 4,
        audio_connector_num_layers=1,
        audio_connector_num_learnable_registers=REGISTERS,
        rope_type="split",
        **(own if later else {}),
    )


def transformer(**flags: Any) -> Any:
    """Build a transformer with two layers and two heads for each stream."""
    from diffusers import LTX2VideoTransformer3DModel

    return LTX2VideoTransformer3DModel(
        in_channels=LATENT,
        out_channels=LATENT,
        num_attention_heads=2,
        attention_head_dim=WIDTH // 2,
        cross_attention_dim=WIDTH,
        audio_in_channels=SOUND_BASE,
        audio_out_channels=SOUND_BASE,
        audio_num_attention_heads=2,
        audio_attention_head_dim=SOUND_WIDTH // 2,
        audio_cross_attention_dim=SOUND_WIDTH,
        num_layers=2,
        caption_channels=gemma.HIDDEN,
        rope_type="split",
        **flags,
    )


GENERATION_23: dict[str, Any] = {
    "gated_attn": True,
    "cross_attn_mod": True,
    "audio_gated_attn": True,
    "audio_cross_attn_mod": True,
    "perturbed_attn": True,
    "use_prompt_embeddings": False,
}
GENERATION_25: dict[str, Any] = {
    **GENERATION_23,
    "ff_bias": False,
    "use_keyframes_abs_pos_embedding": True,
}


def build_duration_head() -> Any:
    """Build the part with which LTX-2.5 predicts the length of a shot from the prompt."""
    from diffusers.pipelines.ltx2 import LTX2DurationHead

    return LTX2DurationHead(
        video_cross_attention_dim=WIDTH,
        audio_cross_attention_dim=SOUND_WIDTH,
        pooler_hidden_dim=16,
        mlp_hidden_dim=16,
    )


def build_diffusion_decoder() -> Any:
    """Build the small diffusion model that can decode latents of LTX-2.5. Its windows have size one, so that
    any size works.
    """
    from diffusers import LTX2VideoDiffusionDecoderModel

    return LTX2VideoDiffusionDecoderModel(
        decoder_head_dim=8,
        decoder_stage_channels=(64, 32, 16, 16, 8),
        decoder_stage_depths=(1, 1, 1, 1, 1),
        decoder_stage_kernels=((1, 1, 1),) * 4,
        decoder_stage5_kernel=(1, 1, 1),
        decoder_t_emb_dim=16,
    )


def _save_ltx2_pipeline(folder: Path, *, later: bool, flags: dict[str, Any], **parts: Any) -> None:
    from diffusers import LTX2Pipeline

    seeing = gemma.build_gemma3_processor()
    whole: dict[str, Any] = {
        "scheduler": build_ltx2_scheduler(),
        "vae": build_video_vae(later=later),
        "audio_vae": build_audio_vae(),
        "text_encoder": None,
        "tokenizer": seeing.tokenizer,
        "connectors": build_text_connectors(later=later),
        "transformer": transformer(**flags),
        "vocoder": build_vocoder(wide=later),
        "processor": seeing,
        **parts,
    }
    whole["text_encoder"] = whole["text_encoder"] or gemma.model()
    LTX2Pipeline(**whole).save_pretrained(folder)


def build_20(folder: Path) -> None:
    """Build LTX-2.0: a shared projection of the text, 24 kHz. The upsampler is stored next to it, as on the
    hub.
    """
    _save_ltx2_pipeline(folder, later=False, flags={})
    space_upsampler(folder)


def build_20_distilled(folder: Path) -> None:
    """Build distilled LTX-2.0: the same, except for a scheduler that takes sigmas unchanged."""
    _save_ltx2_pipeline(folder, later=False, flags={}, scheduler=build_ltx2_scheduler(distilled=True))
    space_upsampler(folder)


def build_23(folder: Path) -> None:
    """Build LTX-2.3: a text projection for each stream, gated attention, another decoder, 48 kHz."""
    _save_ltx2_pipeline(folder, later=True, flags=GENERATION_23)


def build_25_distilled(folder: Path) -> None:
    """Build distilled LTX-2.5: the same, except for a scheduler that takes sigmas unchanged."""
    build_25(folder, scheduler=build_ltx2_scheduler(distilled=True))


def build_25(folder: Path, **parts: Any) -> None:
    """Build LTX-2.5: Gemma 4 reads the prompt, the feed-forward layers have no bias, and lengths are
    predicted. Its diffusion decoder is stored next to it as `diffusion_decoder/`.
    """
    _save_ltx2_pipeline(
        folder,
        later=True,
        flags=GENERATION_25,
        text_encoder=gemma.build_gemma4_encoder(),
        duration_head=build_duration_head(),
        prompt_enhancer=None,
        processor=None,
        **parts,
    )
    build_diffusion_decoder().save_pretrained(folder / "diffusion_decoder")


def space_upsampler(folder: Path) -> None:
    """Build the upsampler that doubles width and height of latents: `latent_upsampler/` in the folder, as on
    the hub.
    """
    from diffusers.pipelines.ltx2 import LTX2LatentUpsamplerModel

    LTX2LatentUpsamplerModel(in_channels=LATENT, mid_channels=32, num_blocks_per_stage=1).save_pretrained(
        folder / "latent_upsampler"
    )


def later_space_upsampler(folder: Path) -> None:
    """Build the spatial upsampler of 2.3 and 2.5, without the resampler."""
    from diffusers.pipelines.ltx2 import LTX2LatentUpsamplerModel

    LTX2LatentUpsamplerModel(
        in_channels=LATENT, mid_channels=32, num_blocks_per_stage=1, use_rational_resampler=False
    ).save_pretrained(folder / "latent_upsampler")


def time_upsampler(folder: Path) -> None:
    """Build the upsampler that doubles the frames of latents (n become 2n-1): `latent_upsampler/` in the
    folder.
    """
    from diffusers.pipelines.ltx2 import LTX2LatentUpsamplerModel

    LTX2LatentUpsamplerModel(
        in_channels=LATENT,
        mid_channels=32,
        num_blocks_per_stage=1,
        spatial_upsample=False,
        temporal_upsample=True,
    ).save_pretrained(folder / "latent_upsampler")
