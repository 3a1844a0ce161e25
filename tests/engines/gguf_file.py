"""A checkpoint's transformer as people publish it in GGUF: the makers' names, matrices packed, the rest
whole.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file

# From names of diffusers to those of the makers, the longer first.
LTX2 = (
    ("av_cross_attn_video_scale_shift.", "av_ca_video_scale_shift_adaln_single."),
    ("av_cross_attn_video_a2v_gate.", "av_ca_a2v_gate_adaln_single."),
    ("av_cross_attn_audio_scale_shift.", "av_ca_audio_scale_shift_adaln_single."),
    ("av_cross_attn_audio_v2a_gate.", "av_ca_v2a_gate_adaln_single."),
    ("video_a2v_cross_attn_scale_shift_table", "scale_shift_table_a2v_ca_video"),
    ("audio_a2v_cross_attn_scale_shift_table", "scale_shift_table_a2v_ca_audio"),
    ("audio_prompt_adaln.", "audio_prompt_adaln_single."),
    ("audio_time_embed.", "audio_adaln_single."),
    ("audio_proj_in.", "audio_patchify_proj."),
    ("norm_q.", "q_norm."),
    ("norm_k.", "k_norm."),
)
LTX2_BEGINS = (
    ("prompt_adaln.", "prompt_adaln_single."), ("time_embed.", "adaln_single."),
    ("proj_in.", "patchify_proj."),
)  # fmt: skip


def makers(name: str) -> str:
    """A tensor's name as LTX-2's makers have it."""
    for ours, theirs in LTX2:
        name = name.replace(ours, theirs)
    for ours, theirs in LTX2_BEGINS:
        if name.startswith(ours):
            name = theirs + name.removeprefix(ours)
    return name


def state_of(checkpoint: Path) -> dict[str, Any]:
    """The transformer's tensors by the names of diffusers, as numpy."""
    files = sorted((checkpoint / "transformer").glob("*.safetensors"))
    return {name: value for file in files for name, value in load_file(file).items()}


def write_gguf(path: Path, state: dict[str, Any], kind: str = "Q8_0", architecture: str = "ltxv") -> Path:
    """The tensors under the names they have; matrices whose rows can be packed so are."""
    import gguf

    packed = gguf.GGMLQuantizationType[kind]
    block, _ = gguf.GGML_QUANT_SIZES[packed]
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_string("general.name", "tiny")
    writer.add_array("general.tags", ["video", "tiny"])
    for name, value in state.items():
        whole = np.ascontiguousarray(value, dtype=np.float32)
        if whole.ndim == 2 and name.endswith(".weight") and whole.shape[-1] % block == 0:
            data = gguf.quants.quantize(whole, packed)
            writer.add_tensor(name, data, raw_shape=data.shape, raw_dtype=packed)
        else:
            writer.add_tensor(name, whole)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
