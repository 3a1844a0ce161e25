"""Weights that nobody may load: a LoRA of another model, one of other sizes, a cut file, a pickle."""

from __future__ import annotations

import pickle
from pathlib import Path

import torch
from safetensors.torch import save_file


def foreign_lora(path: Path) -> Path:
    """A LoRA whose layers no model of ours has."""
    names = ("layers.0.attention.wq", "layers.0.feed_forward.w1")
    tensors = {f"diffusion_model.{name}.lora_A.weight": torch.zeros(4, 32) for name in names}
    tensors |= {f"diffusion_model.{name}.lora_B.weight": torch.zeros(32, 4) for name in names}
    save_file(tensors, path)
    return path


def larger_lora(path: Path) -> Path:
    """A LoRA of the right names for LTX-2, made for a model twice as wide as the tiny one."""
    name = "diffusion_model.transformer_blocks.0.attn1.to_q"
    save_file(
        {f"{name}.lora_A.weight": torch.zeros(4, 64), f"{name}.lora_B.weight": torch.zeros(64, 4)}, path
    )
    return path


def cut(whole: Path, path: Path, bytes: int = 100) -> Path:
    """The same file without its last bytes."""
    path.write_bytes(whole.read_bytes()[:-bytes])
    return path


def pickled(path: Path) -> Path:
    """Weights in the form that can run code when it is loaded."""
    path.write_bytes(pickle.dumps({"weight": [0.0]}))
    return path
