"""Tiny checkpoints that make sound: Stable Audio 3, ACE-Step and LongCat-AudioDiT. Imports torch and
diffusers, so it is only for workers and tests.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from milimo_tui.tiny_models import tokenizers

WIDTH = 16  # The number of channels of the prompt embedding that the transformers receive.
CHANNELS = 8  # The number of channels of the latents.


def _build_gemma_encoder() -> Any:
    from transformers import T5GemmaConfig, T5GemmaEncoderModel

    side: dict[str, Any] = {
        "vocab_size": tokenizers.GEMMA_WORDS,
        "hidden_size": WIDTH,
        "intermediate_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "head_dim": 8,
        "query_pre_attn_scalar": 8,
        "max_position_embeddings": 512,
        "layer_types": ["full_attention"] * 2,
        "pad_token_id": 0,
        "eos_token_id": 1,
        "bos_token_id": 2,
    }
    config = T5GemmaConfig(
        encoder=side, decoder=side, is_encoder_decoder=False, vocab_size=tokenizers.GEMMA_WORDS
    )
    return T5GemmaEncoderModel(config).eval()


def _randomize_zero_weights(pipe: Any) -> None:
    """Fill the matrices that a new model sets to zero. With zeros, the sound would depend neither on the seed
    nor on the prompt or a source.
    """
    import torch

    for part in (pipe.vae, pipe.transformer):
        for weights in part.parameters():
            if weights.ndim > 1 and not weights.any():
                torch.nn.init.normal_(weights, std=0.2)


def build_stable_audio(folder: Path) -> None:
    """Build Stable Audio 3 as it was distilled: eight steps with new noise in each, no guidance."""
    from diffusers import (
        AutoencoderSAME,
        FlowMatchEulerDiscreteScheduler,
        StableAudio3DiTModel,
        StableAudio3Pipeline,
    )
    from diffusers.pipelines.stable_audio_3.modeling_stable_audio_3 import StableAudio3DurationEmbedder

    pipe = StableAudio3Pipeline(
        vae=AutoencoderSAME(
            patch_size=256,
            encoder_channels=8,
            encoder_c_mults=(2,),
            encoder_strides=(4,),
            encoder_transformer_depths=(1,),
            latent_dim=CHANNELS,
            dim_heads=8,
        ),
        text_encoder=_build_gemma_encoder(),
        tokenizer=tokenizers.build_gemma3_tokenizer(),
        duration_embedder=StableAudio3DurationEmbedder(output_dim=WIDTH, fourier_dim=16),
        transformer=StableAudio3DiTModel(
            io_channels=CHANNELS,
            embed_dim=32,
            depth=2,
            num_heads=2,
            cond_token_dim=WIDTH,
            global_cond_dim=WIDTH,
            local_add_cond_dim=CHANNELS + 1,
            timestep_features_dim=16,
            ff_mult=2.0,
            num_memory_tokens=4,
        ),
        scheduler=FlowMatchEulerDiscreteScheduler(stochastic_sampling=True),
    )
    _randomize_zero_weights(pipe)
    pipe.save_pretrained(folder)


def build_ace_step(folder: Path) -> None:
    """Build ACE-Step 1.5 Turbo: eight steps, no guidance."""
    from diffusers import (
        AceStepPipeline,
        AceStepTransformer1DModel,
        AutoencoderOobleck,
        FlowMatchEulerDiscreteScheduler,
    )
    from diffusers.pipelines.ace_step.modeling_ace_step import (
        AceStepAudioTokenDetokenizer,
        AceStepAudioTokenizer,
        AceStepConditionEncoder,
    )
    from transformers import Qwen3Config, Qwen3Model

    layers: dict[str, Any] = {
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "head_dim": 16,
    }
    AceStepPipeline(
        vae=AutoencoderOobleck(
            encoder_hidden_size=2 * CHANNELS,  # the mean and the deviation of each latent
            downsampling_ratios=[2, 4, 4, 6, 10],
            channel_multiples=[1, 1, 1, 1, 1],
            decoder_channels=8,
            decoder_input_channels=CHANNELS,
            sampling_rate=48000,
        ),
        text_encoder=Qwen3Model(
            Qwen3Config(
                vocab_size=tokenizers.QWEN_WORDS,
                hidden_size=WIDTH,
                intermediate_size=32,
                num_hidden_layers=2,
                num_attention_heads=2,
                num_key_value_heads=1,
                head_dim=8,
                max_position_embeddings=4096,
                pad_token_id=0,
                eos_token_id=0,
                bos_token_id=None,
            )
        ).eval(),
        tokenizer=tokenizers.build_qwen_tokenizer(),
        transformer=AceStepTransformer1DModel(
            **layers,
            num_hidden_layers=2,
            in_channels=3 * CHANNELS,
            audio_acoustic_hidden_dim=CHANNELS,
            is_turbo=True,
            model_version="turbo",
        ),
        condition_encoder=AceStepConditionEncoder(
            **layers,
            text_hidden_dim=WIDTH,
            timbre_hidden_dim=CHANNELS,
            num_lyric_encoder_hidden_layers=2,
            num_timbre_encoder_hidden_layers=2,
        ),
        scheduler=FlowMatchEulerDiscreteScheduler(num_train_timesteps=1, shift=1.0),
        audio_tokenizer=AceStepAudioTokenizer(
            **layers, audio_acoustic_hidden_dim=CHANNELS, fsq_dim=32, num_attention_pooler_hidden_layers=1
        ),
        audio_token_detokenizer=AceStepAudioTokenDetokenizer(
            **layers, audio_acoustic_hidden_dim=CHANNELS, num_attention_pooler_hidden_layers=1
        ),
    ).save_pretrained(folder)


def build_longcat(folder: Path) -> None:
    """Build LongCat-AudioDiT, which makes sound with one channel."""
    from diffusers import (
        FlowMatchEulerDiscreteScheduler,
        LongCatAudioDiTPipeline,
        LongCatAudioDiTTransformer,
        LongCatAudioDiTVae,
    )
    from transformers import UMT5Config, UMT5EncoderModel

    LongCatAudioDiTPipeline(
        vae=LongCatAudioDiTVae(
            channels=16,
            c_mults=[1, 1, 1, 1, 1],
            strides=[2, 4, 4, 8, 8],
            latent_dim=CHANNELS,
            encoder_latent_dim=2 * CHANNELS,
        ),
        text_encoder=UMT5EncoderModel(
            UMT5Config(
                vocab_size=tokenizers.QWEN_WORDS, d_model=WIDTH, d_kv=8, d_ff=32, num_layers=2, num_heads=2
            )
        ).eval(),
        tokenizer=tokenizers.build_qwen_tokenizer(),
        transformer=LongCatAudioDiTTransformer(
            dit_dim=32, dit_depth=2, dit_heads=2, dit_text_dim=WIDTH, latent_dim=CHANNELS
        ),
        scheduler=FlowMatchEulerDiscreteScheduler(shift=1.0, invert_sigmas=True),
    ).save_pretrained(folder)
