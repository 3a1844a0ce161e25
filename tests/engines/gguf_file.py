"""Write a checkpoint's transformer as a GGUF file, as people publish it: the model authors' tensor names,
packed matrices, and other tensors unpacked.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file

# Names of diffusers and of Lightricks. Longer names come first, so that a short name does not replace a part
# of a long one.
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
    """Return the name of a diffusers tensor in Lightricks' files."""
    for ours, theirs in LTX2:
        name = name.replace(ours, theirs)
    for ours, theirs in LTX2_BEGINS:
        if name.startswith(ours):
            name = theirs + name.removeprefix(ours)
    return name


def state_of(checkpoint: Path) -> dict[str, Any]:
    """Return the transformer's tensors as numpy arrays under the names of diffusers."""
    files = sorted((checkpoint / "transformer").glob("*.safetensors"))
    return {name: value for file in files for name, value in load_file(file).items()}


def write_gguf(path: Path, state: dict[str, Any], kind: str = "Q8_0", architecture: str = "ltxv") -> Path:
    """Write the tensors under their names to a GGUF file. Matrices are packed if their row length allows
    it.
    """
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
