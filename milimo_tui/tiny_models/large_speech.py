"""Tiny models of the larger speech families. Imports torch and transformers, so it is only for workers and
tests.
"""

from __future__ import annotations

import string
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from milimo_tui.engines.speech_models.loading import require_torchaudio
from milimo_tui.tiny_models.speech import build_letter_tokenizer

# A message is the speaker in brackets, the words, then the sound. The last speaker's sound is still to make.
_CSM_SPECIALS = ("<pad>", "<unk>", "<|AUDIO|>", "<|audio_eos|>")
_CSM_TEMPLATE = (
    "{%- for message in messages -%}[{{ message['role'] }}]"
    "{%- for part in message['content'] -%}{%- if part['type'] == 'text' -%}{{ part['text'] }}"
    "{%- else -%}{{ '<|AUDIO|><|audio_eos|>' }}{%- endif -%}{%- endfor -%}"
    "{%- endfor -%}"
)
# The voices come first, then the words, then the mark at which the sound begins.
_VIBE_SPECIALS = ("<pad>", "<unk>", "<|vision_start|>", "<|vision_end|>", "<|vision_pad|>")
_VIBE_TEMPLATE = (
    "{%- for message in messages -%}{%- for part in message['content'] -%}{%- if part['type'] == 'audio' -%}"
    "Speaker {{ message['role'] }}:{{ '<|vision_start|><|vision_pad|><|vision_end|>' }}"
    "{%- endif -%}{%- endfor -%}{%- endfor -%}"
    "{%- for message in messages -%}{%- for part in message['content'] -%}{%- if part['type'] == 'text' -%}"
    "Speaker {{ message['role'] }}: {{ part['text'] }}{%- endif -%}{%- endfor -%}{%- endfor -%}"
    "{{ '<|vision_start|>' }}"
)
_HIGGS_SPECIALS = (
    "<pad>", "<unk>", "<|AUDIO_OUT|>", "<|audio_out_bos|>", "<|audio_eos|>", "<|reserved_special_token_6|>",
    "<|eot|>",
)  # fmt: skip
_HIGGS_TEMPLATE = (
    "{%- for message in messages -%}{{ message['role'] }}:"
    "{%- for part in message['content'] -%}{%- if part['type'] == 'text' -%}{{ part['text'] }}"
    "{%- else -%}{{ '<|audio_out_bos|><|AUDIO_OUT|><|audio_eos|>' }}{%- endif -%}{%- endfor -%}"
    "{{ '<|eot|>' }}{%- endfor -%}"
    "{%- if add_generation_prompt -%}{{ 'assistant:<|audio_out_bos|>' }}{%- endif -%}"
)


def _save_text_side(folder: Path, specials: Sequence[str], template: str) -> list[str]:
    """Save a tokenizer of single letters and a chat template. Return the words of the tokenizer."""
    words = [*specials, *string.ascii_letters, *string.digits, *string.punctuation, " ", "\n"]
    marks = {f"mark_{place}": word for place, word in enumerate(specials[2:])}
    build_letter_tokenizer(words, **marks).save_pretrained(folder)
    (folder / "chat_template.jinja").write_text(template)
    return words


def build_dia(folder: Path) -> None:
    """Build a folder in the file layout of Dia, without the codec."""
    from transformers import (
        DiaConfig,
        DiaDecoderConfig,
        DiaEncoderConfig,
        DiaFeatureExtractor,
        DiaForConditionalGeneration,
        DiaTokenizer,
    )

    attention = {"num_attention_heads": 2, "num_key_value_heads": 2, "head_dim": 16}
    model = DiaForConditionalGeneration(
        DiaConfig(
            encoder_config=DiaEncoderConfig(
                num_hidden_layers=1, hidden_size=32, intermediate_size=64, **attention
            ),
            decoder_config=DiaDecoderConfig(
                num_hidden_layers=1,
                hidden_size=32,
                intermediate_size=64,
                cross_num_attention_heads=2,
                cross_head_dim=16,
                cross_num_key_value_heads=2,
                cross_hidden_size=32,
                **attention,
            ),
        )
    ).eval()
    model.generation_config.do_sample = True
    model.generation_config.guidance_scale = 3.0
    model.generation_config.top_k = 45
    model.save_pretrained(folder)
    DiaTokenizer().save_pretrained(folder)
    DiaFeatureExtractor(sampling_rate=44100).save_pretrained(folder)


def build_dia_codec(folder: Path) -> None:
    """Build a folder in the file layout of descript/dac_44khz."""
    from transformers import DacConfig, DacModel

    config = DacConfig(
        encoder_hidden_size=4,
        downsampling_ratios=[2, 4, 8, 8],
        decoder_hidden_size=32,
        n_codebooks=9,
        codebook_size=1024,
        codebook_dim=4,
        sampling_rate=44100,
    )
    DacModel(config).eval().save_pretrained(folder)


def build_csm(folder: Path) -> None:
    """Build a folder in the file layout of sesame/csm-1b, with the codec."""
    from transformers import CsmConfig, CsmForConditionalGeneration, EncodecFeatureExtractor

    words = _save_text_side(folder, _CSM_SPECIALS, _CSM_TEMPLATE)
    codebooks = 4
    attention = {"num_attention_heads": 2, "num_key_value_heads": 2, "num_hidden_layers": 1}
    config = CsmConfig(
        num_codebooks=codebooks,
        vocab_size=64,
        text_vocab_size=len(words),
        hidden_size=32,
        intermediate_size=64,
        pad_token_id=0,
        bos_token_id=1,
        codebook_pad_token_id=63,
        codebook_eos_token_id=0,
        audio_token_id=words.index("<|AUDIO|>"),
        audio_eos_token_id=words.index("<|audio_eos|>"),
        depth_decoder_config={
            "num_codebooks": codebooks,
            "vocab_size": 64,
            "backbone_hidden_size": 32,
            "hidden_size": 32,
            "intermediate_size": 64,
            "max_position_embeddings": codebooks + 1,
            **attention,
        },
        codec_config={
            "model_type": "mimi",
            "hidden_size": 16,
            "num_filters": 4,
            "num_quantizers": codebooks,
            "codebook_size": 64,
            "codebook_dim": 8,
            "vector_quantization_hidden_dimension": 8,
            "intermediate_size": 32,
            "upsample_groups": 16,
            "num_key_value_heads": 2,
            "head_dim": 8,
            **{name: attention[name] for name in ("num_attention_heads", "num_hidden_layers")},
        },
        **attention,
    )
    model = CsmForConditionalGeneration(config).eval()
    model.generation_config.do_sample = True
    model.depth_decoder.generation_config.do_sample = True
    model.depth_decoder.generation_config.max_new_tokens = codebooks - 1
    model.depth_decoder.generation_config.min_new_tokens = codebooks - 1
    model.save_pretrained(folder)
    EncodecFeatureExtractor(sampling_rate=24_000).save_pretrained(folder)


def build_vibevoice(folder: Path) -> None:
    """Build a folder in the file layout of VibeVoice."""
    from transformers import (
        VibeVoiceAcousticTokenizerFeatureExtractor,
        VibeVoiceConfig,
        VibeVoiceForConditionalGeneration,
    )

    words = _save_text_side(folder, _VIBE_SPECIALS, _VIBE_TEMPLATE)
    codec = {"num_filters": 4, "downsampling_ratios": [8, 8, 10], "depths": [1, 1, 1, 1]}
    special = {name: words.index(f"<|vision_{name}|>") for name in ("start", "end", "pad")}
    config = VibeVoiceConfig(
        text_config={
            "model_type": "qwen2",
            "vocab_size": len(words),
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_hidden_layers": 1,
            "num_attention_heads": 2,
            "num_key_value_heads": 2,
        },
        diffusion_head_config={
            "hidden_size": 32,
            "latent_size": 8,
            "num_hidden_layers": 1,
            "intermediate_size": 48,
            "frequency_embedding_size": 16,
        },
        semantic_model_config={
            "model_type": "vibevoice_acoustic_tokenizer_encoder",
            "hidden_size": 8,
            **codec,
        },
        audio_config={"model_type": "vibevoice_acoustic_tokenizer", "hidden_size": 8, **codec},
        pad_token_id=0,
        eos_token_id=1,
        audio_bos_token_id=special["start"],
        audio_eos_token_id=special["end"],
        audio_token_id=special["pad"],
    )
    model = VibeVoiceForConditionalGeneration(config).eval()
    # Random weights would often end at once.
    model.generation_config.min_new_tokens = 12
    model.generation_config.suppress_tokens = [special["start"], special["end"]]
    model.generation_config.guidance_scale = 1.3
    # Random weights are so small that their sound would be silent.
    model.model.audio_tower.decoder.head.conv.weight.data.mul_(1e4)
    model.save_pretrained(folder)
    VibeVoiceAcousticTokenizerFeatureExtractor(pad_to_multiple_of=640).save_pretrained(folder)


def build_higgs(folder: Path) -> None:
    """Build a folder in the file layout of Higgs Audio 2, without the audio tokenizer."""
    from transformers import DacFeatureExtractor, HiggsAudioV2Config, HiggsAudioV2ForConditionalGeneration

    words = _save_text_side(folder, _HIGGS_SPECIALS, _HIGGS_TEMPLATE)
    config = HiggsAudioV2Config(
        vocab_size=len(words),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=2,
        head_dim=16,
        pad_token_id=0,
        eos_token_id=words.index("<|eot|>"),
        num_codebooks=4,
        codebook_size=66,
        audio_token_id=words.index("<|AUDIO_OUT|>"),
        audio_bos_token_id=words.index("<|audio_out_bos|>"),
        audio_delay_token_id=words.index("<|reserved_special_token_6|>"),
        audio_stream_bos_id=64,
        audio_stream_eos_id=65,
    )
    model = HiggsAudioV2ForConditionalGeneration(config).eval()
    model.generation_config.do_sample = True
    model.save_pretrained(folder)
    DacFeatureExtractor(sampling_rate=24_000, hop_length=960).save_pretrained(folder)


def build_higgs_codec(folder: Path) -> None:
    """Build a folder in the file layout of the audio tokenizer of Higgs Audio 2. Raises Unavailable without
    `torchaudio`.
    """
    require_torchaudio()
    from transformers import HiggsAudioV2TokenizerConfig, HiggsAudioV2TokenizerModel

    config = HiggsAudioV2TokenizerConfig(**_HIGGS_CODEC)
    HiggsAudioV2TokenizerModel(config).eval().save_pretrained(folder)


_HIGGS_CODEC: dict[str, Any] = {
    # 25 frames a second with 6 bits for each codebook: 0.6 kbit/s are four codebooks.
    "target_bandwidths": [0.6],
    "codebook_size": 64,
    "codebook_dim": 8,
    "acoustic_model_config": {
        "model_type": "dac",
        "encoder_hidden_size": 4,
        "decoder_hidden_size": 64,
        "downsampling_ratios": [8, 5, 4, 2, 3],
        "upsampling_ratios": [8, 5, 4, 2, 3],
    },
    "semantic_model_config": {
        "model_type": "hubert",
        "hidden_size": 16,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "intermediate_size": 32,
        "conv_dim": [8] * 7,
        "num_conv_pos_embeddings": 16,
        "num_conv_pos_embedding_groups": 4,
    },
}
