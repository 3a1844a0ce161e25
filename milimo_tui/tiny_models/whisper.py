"""A tiny Whisper, built from the authors' own classes. It writes random words with times.

Imports torch and transformers, so it is only for workers and tests.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

WIDTH = 32
LETTERS = 64  # The largest number of tokens of a text.
LOUD = 30.0  # A factor for the weights of the output. With the initial weights every token would be alike.
LANGUAGES = ("en", "de", "fr", "ja")
_TASKS = ("<|translate|>", "<|transcribe|>", "<|startoflm|>", "<|startofprev|>", "<|nospeech|>")
_TIMES = tuple(f"<|{number * 0.02:.2f}|>" for number in range(1501))
SPECIALS = (
    "<|endoftext|>",
    "<|startoftranscript|>",
    *(f"<|{language}|>" for language in LANGUAGES),
    *_TASKS,
    "<|notimestamps|>",
    *_TIMES,
)


def build(folder: Path) -> None:
    """Build a multilingual Whisper in the file layout of openai/whisper-base."""
    from transformers import (
        GenerationConfig,
        WhisperConfig,
        WhisperFeatureExtractor,
        WhisperForConditionalGeneration,
    )

    tokenizer = _build_tokenizer()
    ids = {special: tokenizer.convert_tokens_to_ids(special) for special in SPECIALS}
    config = WhisperConfig(
        vocab_size=len(tokenizer),
        num_mel_bins=80,
        d_model=WIDTH,
        encoder_layers=2,
        decoder_layers=2,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=64,
        decoder_ffn_dim=64,
        max_source_positions=1500,
        max_target_positions=LETTERS,
        decoder_start_token_id=ids["<|startoftranscript|>"],
        bos_token_id=ids["<|endoftext|>"],
        eos_token_id=ids["<|endoftext|>"],
        pad_token_id=ids["<|endoftext|>"],
        suppress_tokens=[],
        begin_suppress_tokens=[],
    )
    model = WhisperForConditionalGeneration(config).eval()
    model.model.decoder.embed_tokens.weight.data.mul_(LOUD)
    # A configuration that transformers derives from the model would lose the values that only Whisper has.
    model.generation_config = GenerationConfig(
        is_multilingual=True,
        lang_to_id={f"<|{name}|>": ids[f"<|{name}|>"] for name in LANGUAGES},
        task_to_id={"transcribe": ids["<|transcribe|>"], "translate": ids["<|translate|>"]},
        no_timestamps_token_id=ids["<|notimestamps|>"],
        prev_sot_token_id=ids["<|startofprev|>"],
        alignment_heads=[[0, 0], [1, 1]],
        max_initial_timestamp_index=50,
        max_length=LETTERS,
        suppress_tokens=[],
        begin_suppress_tokens=[],
        decoder_start_token_id=ids["<|startoftranscript|>"],
        bos_token_id=ids["<|endoftext|>"],
        eos_token_id=ids["<|endoftext|>"],
        pad_token_id=ids["<|endoftext|>"],
    )
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    WhisperFeatureExtractor(feature_size=80).save_pretrained(folder)


def _build_tokenizer() -> Any:
    from tokenizers.pre_tokenizers import ByteLevel
    from transformers import WhisperTokenizer

    letters = sorted(ByteLevel.alphabet())
    vocabulary = {letter: number for number, letter in enumerate(letters)}
    tokenizer = WhisperTokenizer(vocab=vocabulary, merges=[])
    tokenizer.add_special_tokens({"additional_special_tokens": list(SPECIALS[1 : -len(_TIMES)])})
    tokenizer.add_tokens(list(_TIMES))
    return tokenizer
