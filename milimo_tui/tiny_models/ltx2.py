"""Tiny LTX-2 checkpoints: the generations 2.0, 2.3 and 2.5, and upsamplers for size and for frame rate.

Each component is the authors' class with the options of its generation, taken from diffusers'
`convert_ltx2_to_diffusers.py`. So shapes and rates are those of the real models. Imports torch and diffusers,
so it is only for workers and tests.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from milimo_tui.tiny_models import gemma

WIDTH = 32  # The number of channels of the video stream and of the text encoder.
SOUND_WIDTH = 16
LATENT = 128
# Latent channels, mel bins and base channels of the audio autoencoder. Base channels = latent channels * mel
# bins / 4.
SOUND_LATENT, SOUND_MELS, SOUND_BASE = 2, 16, 8
REGISTERS = 16  # Prompts are padded to a multiple of this number of tokens.


def build_ltx2_scheduler(*, distilled: bool = False) -> Any:
    """Build the scheduler with the authors' settings: it shifts the sigmas by the number of tokens and
    stretches them to end at 0.1. With `distilled`, it does neither.
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
    """Build the video autoencoder. Compared with the video, its latents are 32 times smaller in width and
    height, and have an eighth of the frames; they have 128 channels. With `later`, build the longer decoder
    of LTX-2.3 and 2.5.
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
    """Build the vocoder, which makes sound at 24 kHz. With `wide`, it includes the extension to 48 kHz of
    later generations.
    """
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
    """Build the connectors, which adapt the output of the text encoder to the video and the audio stream.
    With `later`, they are gated and each has its own projection.
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
    """Build a transformer with two layers, and two heads in the video and the audio stream. `flags` are the
    options of the generation.
    """
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
    """Build the small diffusion model that can decode the latents of LTX-2.5 in place of the autoencoder. Its
    attention windows have size one, so that any picture size works.
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
    """Build LTX-2.0, with one text projection for both streams and sound at 24 kHz. The upsampler is stored
    in the same folder, as on the hub.
    """
    _save_ltx2_pipeline(folder, later=False, flags={})
    space_upsampler(folder)


def build_20_distilled(folder: Path) -> None:
    """Build distilled LTX-2.0. It differs from LTX-2.0 only in its scheduler, which uses sigmas unchanged."""
    _save_ltx2_pipeline(folder, later=False, flags={}, scheduler=build_ltx2_scheduler(distilled=True))
    space_upsampler(folder)


def build_23(folder: Path) -> None:
    """Build LTX-2.3, with a text projection for each stream, gated attention, the longer decoder, and sound
    at 48 kHz.
    """
    _save_ltx2_pipeline(folder, later=True, flags=GENERATION_23)


def build_25_distilled(folder: Path) -> None:
    """Build distilled LTX-2.5. It differs from LTX-2.5 only in its scheduler, which uses sigmas unchanged."""
    build_25(folder, scheduler=build_ltx2_scheduler(distilled=True))


def build_25(folder: Path, **parts: Any) -> None:
    """Build LTX-2.5. Its text encoder is Gemma 4, its feed-forward layers have no bias, and it can predict
    lengths. Its diffusion decoder is stored in the subfolder `diffusion_decoder/`. Components in `parts`
    replace the default components of the same name.
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
    """Build the upsampler that doubles width and height of latents. It is stored in the subfolder
    `latent_upsampler/`, as on the hub.
    """
    from diffusers.pipelines.ltx2 import LTX2LatentUpsamplerModel

    LTX2LatentUpsamplerModel(in_channels=LATENT, mid_channels=32, num_blocks_per_stage=1).save_pretrained(
        folder / "latent_upsampler"
    )


def later_space_upsampler(folder: Path) -> None:
    """Build the upsampler of LTX-2.3 and 2.5 that doubles width and height of latents. Unlike the upsampler
    of 2.0, it has no rational resampler.
    """
    from diffusers.pipelines.ltx2 import LTX2LatentUpsamplerModel

    LTX2LatentUpsamplerModel(
        in_channels=LATENT, mid_channels=32, num_blocks_per_stage=1, use_rational_resampler=False
    ).save_pretrained(folder / "latent_upsampler")


def time_upsampler(folder: Path) -> None:
    """Build the upsampler that doubles the frame rate of latents: n frames become 2n-1. It is stored in the
    subfolder `latent_upsampler/`.
    """
    from diffusers.pipelines.ltx2 import LTX2LatentUpsamplerModel

    LTX2LatentUpsamplerModel(
        in_channels=LATENT,
        mid_channels=32,
        num_blocks_per_stage=1,
        spatial_upsample=False,
        temporal_upsample=True,
    ).save_pretrained(folder / "latent_upsampler")
