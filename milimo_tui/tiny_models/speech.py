"""Tiny speech models. Imports torch and transformers, so it is only for workers and tests."""

from __future__ import annotations

import json
import string
from collections.abc import Sequence
from pathlib import Path
from typing import Any

LATENT = 8  # The number of channels of a latent of Pocket TTS.
_VITS_LETTERS = "_'- " + string.ascii_lowercase + "äöüßéèàç.,!?"
_POCKET_SPECIALS = (
    "<pad>", "<unk>", "<|audio_prompt_bos|>", "<|audio_prompt|>", "<|audio_bos|>", "<|audio_latent|>",
)  # fmt: skip
_POCKET_WORDS = (*_POCKET_SPECIALS, *string.ascii_letters, *string.digits, *string.punctuation, " ")
# The voice comes first, then the text.
_POCKET_TEMPLATE = (
    "{%- for message in messages -%}"
    "{%- for part in message['content'] -%}{%- if part['type'] == 'audio' -%}"
    "{{ '<|audio_prompt_bos|><|audio_prompt|>' }}{%- endif -%}{%- endfor -%}"
    "{%- for part in message['content'] -%}{%- if part['type'] == 'text' -%}"
    "{{ part['text'] }}{%- endif -%}{%- endfor -%}"
    "{{ '<|audio_bos|>' }}"
    "{%- endfor -%}"
)


def build_vits(folder: Path) -> None:
    """Build a folder in the file layout of facebook/mms-tts-eng."""
    from transformers import VitsConfig, VitsModel, VitsTokenizer

    config = VitsConfig(
        vocab_size=len(_VITS_LETTERS),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        ffn_dim=32,
        flow_size=16,
        spectrogram_bins=33,
        prior_encoder_num_flows=2,
        prior_encoder_num_wavenet_layers=1,
        posterior_encoder_num_wavenet_layers=1,
        upsample_initial_channel=32,
        upsample_rates=[8, 8, 2, 2],
        upsample_kernel_sizes=[16, 16, 4, 4],
        resblock_kernel_sizes=[3],
        resblock_dilation_sizes=[[1, 3]],
        depth_separable_num_layers=1,
        duration_predictor_num_flows=2,
        duration_predictor_filter_channels=16,
        wavenet_kernel_size=3,
    )
    VitsModel(config).eval().save_pretrained(folder)
    vocabulary = folder / "vocab.json"
    vocabulary.write_text(json.dumps({letter: index for index, letter in enumerate(_VITS_LETTERS)}))
    VitsTokenizer(
        str(vocabulary),
        pad_token="_",
        unk_token="'",
        is_uroman=False,
        phonemize=False,
        normalize=True,
        add_blank=True,
        language="eng",
    ).save_pretrained(folder)


def build_letter_tokenizer(words: Sequence[str], **names: str) -> Any:
    """Return a tokenizer of single letters. The first two words are those for padding and unknown letters;
    `names` are further names of special tokens.
    """
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    table = {word: index for index, word in enumerate(words)}
    tokenizer = Tokenizer(models.WordLevel(table, unk_token=words[1]))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer.decoder = decoders.Fuse()
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token=words[0],
        unk_token=words[1],
        padding_side="left",
        extra_special_tokens=names,
    )


def build_pocket_tts(folder: Path) -> None:
    """Build a folder in the file layout of Pocket TTS, without the audio tokenizer."""
    from transformers import PocketTTSConfig, PocketTTSFeatureExtractor, PocketTTSForConditionalGeneration

    special = {word: index for index, word in enumerate(_POCKET_SPECIALS)}
    config = PocketTTSConfig(
        flow_head_config={
            "hidden_size": 16,
            "num_hidden_layers": 1,
            "latent_dim": LATENT,
            "condition_dim": 32,
            "frequency_embedding_size": 16,
            "loss_weighting_hidden_size": 8,
            "loss_weighting_num_layers": 1,
        },
        vocab_size=len(_POCKET_WORDS),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        latent_dim=LATENT,
        pad_token_id=0,
        audio_prompt_bos_token_id=special["<|audio_prompt_bos|>"],
        audio_prompt_token_id=special["<|audio_prompt|>"],
        audio_bos_token_id=special["<|audio_bos|>"],
        audio_latent_token_id=special["<|audio_latent|>"],
    )
    model = PocketTTSForConditionalGeneration(config).eval()
    model.generation_config.return_dict_in_generate = True
    model.generation_config.do_sample = True
    model.save_pretrained(folder)
    names = ("audio_prompt_bos_token", "audio_prompt_token", "audio_bos_token", "audio_latent_token")
    specials = dict(zip(names, _POCKET_SPECIALS[2:], strict=True))
    build_letter_tokenizer(_POCKET_WORDS, **specials).save_pretrained(folder)
    PocketTTSFeatureExtractor().save_pretrained(folder)
    (folder / "chat_template.jinja").write_text(_POCKET_TEMPLATE)


def build_pocket_codec(folder: Path) -> None:
    """Build a folder in the file layout of the audio tokenizer of Pocket TTS."""
    from transformers import PocketTTSAudioTokenizerConfig, PocketTTSAudioTokenizerModel

    config = PocketTTSAudioTokenizerConfig(
        hidden_size=16,
        num_filters=4,
        upsampling_ratios=[6, 5, 4],
        num_hidden_layers=1,
        intermediate_size=32,
        num_attention_heads=2,
        num_key_value_heads=2,
        upsample_groups=16,
        latent_dim=LATENT,
    )
    PocketTTSAudioTokenizerModel(config).eval().save_pretrained(folder)
