"""Tiny models that listen to speech, built from the authors' own classes: Parakeet, Moonshine, Qwen3-ASR, and
Nemotron 3 Diarization. They write random words and hear random speakers.

Imports torch and transformers, so it is only for workers and tests.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

WORDS = ("▁the", "▁rain", "▁is", "▁over", "▁late", "▁you", "▁are", "▁here", "ing", "ed", "s", "er", ".", ",")
LOUD = 30.0  # A factor for the weights of the output. With the initial weights every token would be alike.
_AUDIO = {
    "audio_bos_token": "<|audio_start|>",
    "audio_eos_token": "<|audio_end|>",
    "audio_token": "<|audio_pad|>",
}
_TURNS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>", "<asr_text>", "<timestamp>")
_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n"
    "{% if message.content is string %}{{ message.content }}{% else %}{% for part in message.content %}"
    "{% if part.type == 'audio' %}<|audio_start|><|audio_pad|><|audio_end|>{% else %}{{ part.text }}"
    "{% endif %}{% endfor %}{% endif %}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def build_parakeet_ctc(folder: Path) -> None:
    """Build a Parakeet with a CTC head in the file layout of nvidia/parakeet-ctc-0.6b."""
    from transformers import ParakeetCTCConfig, ParakeetForCTC

    tokenizer = _build_parakeet_tokenizer()
    config = ParakeetCTCConfig(
        vocab_size=len(tokenizer), encoder_config=_make_encoder_config(), pad_token_id=tokenizer.pad_token_id
    )
    model = ParakeetForCTC(config).eval()
    model.ctc_head.weight.data.mul_(LOUD)
    _strengthen_layers(model.encoder)
    model.save_pretrained(folder)
    _save_parakeet_processor(tokenizer, "ctc", folder)


def build_parakeet_tdt(folder: Path) -> None:
    """Build a Parakeet that predicts durations, too, in the file layout of nvidia/parakeet-tdt-0.6b-v3."""
    from transformers import ParakeetForTDT, ParakeetTDTConfig

    tokenizer = _build_parakeet_tokenizer()
    config = ParakeetTDTConfig(
        vocab_size=len(tokenizer),
        decoder_hidden_size=16,
        num_decoder_layers=1,
        max_symbols_per_step=2,
        encoder_config=_make_encoder_config(),
        pad_token_id=tokenizer.pad_token_id,
        blank_token_id=tokenizer.convert_tokens_to_ids("<blank>"),
    )
    model = ParakeetForTDT(config).eval()
    for weight in model.joint.parameters():
        weight.data.mul_(LOUD)
    # The sampler takes the largest output, which must be a token and not a duration.
    model.joint.head.bias.data[: config.vocab_size] += 1000.0
    _strengthen_layers(model.encoder)
    model.generation_config.decoder_start_token_id = config.blank_token_id
    model.save_pretrained(folder)
    _save_parakeet_processor(tokenizer, "tdt", folder)


def _strengthen_layers(encoder: Any) -> None:
    """Increase the weights of an encoder's layers. With the initial weights all times would be alike."""
    for layer in encoder.layers:
        for weight in layer.parameters():
            weight.data.mul_(3.0)


def _make_encoder_config() -> dict[str, Any]:
    return {
        "hidden_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 64,
        "subsampling_conv_channels": 8,
        "num_mel_bins": 80,
    }


def _build_parakeet_tokenizer() -> Any:
    from tokenizers import Tokenizer
    from tokenizers.decoders import Metaspace as MetaspaceDecoder
    from tokenizers.models import BPE
    from tokenizers.pre_tokenizers import Metaspace
    from transformers import ParakeetTokenizer

    names = ("<unk>", "<pad>", *WORDS, "<blank>")
    tokenizer = Tokenizer(BPE({name: number for number, name in enumerate(names)}, [], unk_token="<unk>"))
    tokenizer.pre_tokenizer = Metaspace()
    tokenizer.decoder = MetaspaceDecoder()
    return ParakeetTokenizer(
        tokenizer_object=tokenizer,
        unk_token="<unk>",
        pad_token="<pad>",
        additional_special_tokens=["<blank>"],
    )


def _save_parakeet_processor(tokenizer: Any, decoder: str, folder: Path) -> None:
    from transformers import ParakeetFeatureExtractor, ParakeetProcessor

    features = ParakeetFeatureExtractor(feature_size=80)
    ParakeetProcessor(features, tokenizer, decoder_type=decoder).save_pretrained(folder)


def build_moonshine(folder: Path) -> None:
    """Build a Moonshine in the file layout of UsefulSensors/moonshine-base."""
    from transformers import (
        MoonshineConfig,
        MoonshineForConditionalGeneration,
        PreTrainedTokenizerFast,
        Wav2Vec2FeatureExtractor,
        Wav2Vec2Processor,
    )

    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=_build_parakeet_tokenizer()._tokenizer,
        unk_token="<unk>",
        pad_token="<pad>",
        bos_token="<blank>",
        eos_token="<pad>",
    )
    end = tokenizer.convert_tokens_to_ids("<pad>")
    config = MoonshineConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=64,
        encoder_num_hidden_layers=2,
        decoder_num_hidden_layers=2,
        encoder_num_attention_heads=2,
        decoder_num_attention_heads=2,
        max_position_embeddings=64,
        decoder_start_token_id=tokenizer.convert_tokens_to_ids("<blank>"),
        bos_token_id=tokenizer.convert_tokens_to_ids("<blank>"),
        eos_token_id=end,
        pad_token_id=end,
        tie_word_embeddings=False,
    )
    model = MoonshineForConditionalGeneration(config).eval()
    model.model.decoder.embed_tokens.weight.data.mul_(LOUD)
    model.proj_out.weight.data.mul_(LOUD)
    model.save_pretrained(folder)
    features = Wav2Vec2FeatureExtractor(return_attention_mask=True)
    Wav2Vec2Processor(features, tokenizer).save_pretrained(folder)


def build_qwen3_asr(folder: Path) -> None:
    """Build a Qwen3-ASR in the file layout of Qwen/Qwen3-ASR-0.6B-hf."""
    from tokenizers.pre_tokenizers import ByteLevel
    from transformers import (
        Qwen2Tokenizer,
        Qwen3ASRConfig,
        Qwen3ASRFeatureExtractor,
        Qwen3ASRForConditionalGeneration,
        Qwen3ASRProcessor,
    )

    letters = {letter: number for number, letter in enumerate(sorted(ByteLevel.alphabet()))}
    tokenizer = Qwen2Tokenizer(
        vocab=letters,
        merges=[],
        unk_token=None,
        pad_token="<|endoftext|>",
        extra_special_tokens=_AUDIO,
    )
    tokenizer.add_tokens(list(_TURNS[1:]))
    end = tokenizer.convert_tokens_to_ids("<|im_end|>")
    config = Qwen3ASRConfig(
        audio_config={
            "num_mel_bins": 128,
            "encoder_layers": 2,
            "encoder_attention_heads": 2,
            "encoder_ffn_dim": 64,
            "d_model": 32,
            "output_dim": 32,
            "downsample_hidden_size": 8,
        },
        text_config={
            "vocab_size": len(tokenizer),
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "num_key_value_heads": 1,
            "head_dim": 16,
            "tie_word_embeddings": False,
        },
        audio_token_id=tokenizer.convert_tokens_to_ids("<|audio_pad|>"),
        timestamp_token_id=tokenizer.convert_tokens_to_ids("<timestamp>"),
        pad_token_id=end,
        eos_token_id=end,
        tie_word_embeddings=False,
    )
    model = Qwen3ASRForConditionalGeneration(config).eval()
    model.get_input_embeddings().weight.data.mul_(LOUD)
    model.get_output_embeddings().weight.data.mul_(LOUD)
    model.save_pretrained(folder)
    Qwen3ASRProcessor(Qwen3ASRFeatureExtractor(), tokenizer, chat_template=_TEMPLATE).save_pretrained(folder)


def build_diarization(folder: Path) -> None:
    """Build a Nemotron 3 Diarization in the file layout of nvidia/Nemotron-3-Diarization."""
    from transformers import (
        Nemotron3DiarizationConfig,
        Nemotron3DiarizationForAudioFrameClassification,
        Nemotron3DiarizationProcessor,
        NemotronAsrStreamingFeatureExtractor,
    )

    config = Nemotron3DiarizationConfig(
        audio_config={
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
        },
        head_config={"hidden_size": 16, "audio_hidden_size": 32, "num_speakers": 4},
        streaming_config={"num_speakers": 4},
    )
    model = Nemotron3DiarizationForAudioFrameClassification(config).eval()
    for weight in model.classifier.parameters():
        weight.data.mul_(LOUD)
    model.save_pretrained(folder)
    features = NemotronAsrStreamingFeatureExtractor(feature_size=128)
    Nemotron3DiarizationProcessor(features).save_pretrained(folder)
