"""Convert Whisper base from a CTranslate2 file to a folder that transformers loads, for long tests."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

FILE_VERSION = 6
# Types of variables in the file, by number.
_TYPES: dict[int, np.dtype[Any]] = {
    0: np.dtype("f4"),
    1: np.dtype("i1"),
    2: np.dtype("i2"),
    3: np.dtype("i4"),
    4: np.dtype("f2"),
}
_PROJECTIONS = {
    # The parts of a joined matrix, by the attention block and its linear layer.
    "self_attention/linear_0": ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
    "self_attention/linear_1": ("self_attn.out_proj",),
    "attention/linear_0": ("encoder_attn.q_proj",),
    "attention/linear_1": ("encoder_attn.k_proj", "encoder_attn.v_proj"),
    "attention/linear_2": ("encoder_attn.out_proj",),
    "ffn/linear_0": ("fc1",),
    "ffn/linear_1": ("fc2",),
    "self_attention/layer_norm": ("self_attn_layer_norm",),
    "attention/layer_norm": ("encoder_attn_layer_norm",),
    "ffn/layer_norm": ("final_layer_norm",),
}
_KINDS = {"weight": "weight", "bias": "bias", "gamma": "weight", "beta": "bias"}
_END, _START, _TRANSLATE, _TRANSCRIBE = 50257, 50258, 50358, 50359
_PREVIOUS, _NO_TIMES = 50361, 50363


def read_variables(path: Path) -> dict[str, NDArray[Any]]:
    """Return the variables of a CTranslate2 file by name. Raises ValueError for another version of the
    format.
    """
    with path.open("rb") as file:
        (version,) = struct.unpack("<I", file.read(4))
        if version != FILE_VERSION:
            raise ValueError(f"{path.name} has version {version} of the format, not {FILE_VERSION}")
        _read_text(file)
        _, count = struct.unpack("<2I", file.read(8))
        return dict(_read_variable(file) for _ in range(count))


def _read_text(file: BinaryIO) -> str:
    (length,) = struct.unpack("<H", file.read(2))
    return file.read(length).rstrip(b"\0").decode()


def _read_variable(file: BinaryIO) -> tuple[str, NDArray[Any]]:
    name = _read_text(file)
    rank = file.read(1)[0]
    shape = struct.unpack(f"<{rank}I", file.read(4 * rank))
    kind, length = struct.unpack("<BI", file.read(5))
    return name, np.frombuffer(file.read(length), dtype=_TYPES[kind]).reshape(shape)


def name_weights(variables: dict[str, NDArray[Any]]) -> Iterator[tuple[str, NDArray[Any]]]:
    """Yield the weights of the model with their names in transformers. Variables that hold settings are left
    out.
    """
    for name, values in variables.items():
        if values.ndim == 0 or name.startswith("decoder/alignment_"):
            continue
        side, _, rest = name.partition("/")
        if rest == "embeddings/weight":
            yield "model.decoder.embed_tokens.weight", values
            yield "proj_out.weight", values
        elif rest == "position_encodings/encodings":
            yield f"model.{side}.embed_positions.weight", values
        else:
            block, _, kind = rest.rpartition("/")
            if not block.startswith("layer_") or block == "layer_norm":
                yield f"model.{side}.{block}.{_KINDS[kind]}", values
                continue
            layer, _, block = block.partition("/")
            parts = _PROJECTIONS[block]
            for part, share in zip(parts, np.split(values, len(parts)), strict=True):
                # The bias of a key projection is zero in the file, and absent in transformers.
                if not (part.endswith("k_proj") and kind == "bias"):
                    yield f"model.{side}.layers.{layer.removeprefix('layer_')}.{part}.{_KINDS[kind]}", share


def convert_whisper_base(source: Path, target: Path) -> Path:
    """Write Whisper base as a folder that transformers loads, and return this folder. `source` holds
    `model.bin`, `config.json` and `tokenizer.json`. An existing conversion is returned as it is.

    Raises RuntimeError if a weight is missing or has another shape than in transformers.
    """
    import torch
    from transformers import (
        GenerationConfig,
        WhisperConfig,
        WhisperFeatureExtractor,
        WhisperForConditionalGeneration,
        WhisperTokenizer,
    )
    from transformers.models.whisper.tokenization_whisper import LANGUAGES

    finished = target / "finished"
    if finished.exists():
        return target
    config = WhisperConfig(
        vocab_size=51865,
        d_model=512,
        encoder_layers=6,
        decoder_layers=6,
        encoder_attention_heads=8,
        decoder_attention_heads=8,
        encoder_ffn_dim=2048,
        decoder_ffn_dim=2048,
        pad_token_id=_END,
        bos_token_id=_END,
        eos_token_id=_END,
        decoder_start_token_id=_START,
        tie_word_embeddings=True,
    )
    model = WhisperForConditionalGeneration(config)
    weights = {
        name: torch.from_numpy(values.astype(np.float32))
        for name, values in name_weights(read_variables(source / "model.bin"))
    }
    model.load_state_dict(weights, strict=True)
    settings = json.loads((source / "config.json").read_text())
    languages = list(LANGUAGES)[: len(settings["lang_ids"])]
    model.generation_config = GenerationConfig(
        alignment_heads=settings["alignment_heads"],
        begin_suppress_tokens=settings["suppress_ids_begin"],
        suppress_tokens=settings["suppress_ids"],
        bos_token_id=_END,
        eos_token_id=_END,
        pad_token_id=_END,
        decoder_start_token_id=_START,
        is_multilingual=True,
        lang_to_id={f"<|{name}|>": id for name, id in zip(languages, settings["lang_ids"], strict=True)},
        task_to_id={"translate": _TRANSLATE, "transcribe": _TRANSCRIBE},
        no_timestamps_token_id=_NO_TIMES,
        prev_sot_token_id=_PREVIOUS,
        max_initial_timestamp_index=50,
        max_length=448,
        return_timestamps=False,
    )
    model.save_pretrained(target)
    WhisperFeatureExtractor(feature_size=80).save_pretrained(target)
    WhisperTokenizer.from_pretrained(source).save_pretrained(target)
    finished.touch()
    return target
