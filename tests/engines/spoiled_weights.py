"""Create weight files that must be refused: a LoRA of another model, a LoRA of the wrong size, a truncated
file and a pickle.
"""

from __future__ import annotations

import pickle
from pathlib import Path

import torch
from safetensors.torch import save_file


def foreign_lora(path: Path) -> Path:
    """Write a LoRA whose layers exist in no supported model. Return its path."""
    names = ("layers.0.attention.wq", "layers.0.feed_forward.w1")
    tensors = {f"diffusion_model.{name}.lora_A.weight": torch.zeros(4, 32) for name in names}
    tensors |= {f"diffusion_model.{name}.lora_B.weight": torch.zeros(32, 4) for name in names}
    save_file(tensors, path)
    return path


def larger_lora(path: Path) -> Path:
    """Write a LoRA with LTX-2's layer names for a model twice as wide as the tiny one. Return its path."""
    name = "diffusion_model.transformer_blocks.0.attn1.to_q"
    save_file(
        {f"{name}.lora_A.weight": torch.zeros(4, 64), f"{name}.lora_B.weight": torch.zeros(64, 4)}, path
    )
    return path


def cut(whole: Path, path: Path, bytes: int = 100) -> Path:
    """Write a copy of a file without its last `bytes` bytes. Return its path."""
    path.write_bytes(whole.read_bytes()[:-bytes])
    return path


def pickled(path: Path) -> Path:
    """Write weights as a pickle, which can run code when it is loaded. Return its path."""
    path.write_bytes(pickle.dumps({"weight": [0.0]}))
    return path


def lora_of_lies(lie: str, module: str, path: Path, outer: int, inner: int) -> Path:
    """Write a LoRA of rank 4 for a module with `outer` outputs and `inner` inputs, with the fault named by
    `lie`. An empty `lie` gives a correct LoRA. Return its path.
    """
    down, up = torch.randn(4, inner) * 0.01, torch.randn(outer, 4) * 0.01
    more: dict[str, torch.Tensor] = {}
    match lie:
        case "two ranks":
            up = torch.randn(outer, 8)
        case "whole numbers":
            down, up = down.to(torch.int64), up.to(torch.int64)
        case "one side":
            down, up = down.flatten(), up.flatten()
        case "three sides":
            down, up = down[None], up[None]
        case "no rank":
            down, up = down[:0], up[:, :0]
        case "no numbers":
            down = down * float("nan")
        case "several scales":
            more[f"{module}.alpha"] = torch.ones(3)
        case "scales of DoRA":
            more[f"{module}.lora_magnitude_vector.weight"] = torch.ones(4)
        case "larger":
            up = torch.randn(outer + 7, 4)
        case "half":
            save_file({f"{module}.lora_A.weight": down}, path)
            return path
    pair = {f"{module}.lora_A.weight": down.contiguous(), f"{module}.lora_B.weight": up.contiguous()}
    save_file({**pair, **more}, path)
    return path
