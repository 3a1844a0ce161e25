"""Merge a LoRA into a model's own weights before they are placed on the card. Steps are then faster than with
separate LoRA layers.

A merged LoRA can't be removed, so only a LoRA that no other job needs separately is merged. Workers only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import Refused
from milimo_tui.engines.catalog.safetensors_headers import read_safetensors_header
from milimo_tui.engines.runtime.active_loras import make_nan_lora_error

# A LoRA with one of these tensors or metadata is not merged, because they scale it by a factor other than its
# rank.
_SCALED = ("lora_adapter_metadata", "lora_alpha", "ss_network_alpha")
_ALPHA, _OF_TEXT = ".alpha", "text_embedding_projection."
_DOWN, _UP = ".lora_A.weight", ".lora_B.weight"


@dataclass(frozen=True, slots=True)
class FusedLora:
    """A LoRA file to be merged. `digest` identifies the file that is read (`catalog.weight_stamps`).

    `read` returns its tensors by the names of the model's layers: `<layer>.lora_A.weight` (rank × in) and
    `<layer>.lora_B.weight` (out × rank).
    """

    title: str
    path: Path
    digest: str
    strength: float
    read: Callable[[Path], Mapping[str, Any]]

    @property
    def form(self) -> str:
        """The part of a model's cache key (`ModelKey.quant`) that tells weights with this merged LoRA from
        other weights.
        """
        return f"with {self.digest[:12]} × {self.strength:g}"


def can_fuse_lora(path: Path) -> bool:
    """Return True if the LoRA can be merged because it consists only of pairs of matrices for a transformer.
    Raises BadInput and Damaged for a file that is not a LoRA.
    """
    header = read_safetensors_header(path)
    names = header.tensors
    return not any(note in header.metadata for note in _SCALED) and not any(
        name.endswith(_ALPHA) or name.startswith(_OF_TEXT) for name in names
    )


def fuse_lora(model: Any, lora: FusedLora) -> None:
    """Add strength × B × A to the weights of each layer. The sum is computed in 32 bits and rounded once to
    the weights' type.

    Raises Refused for a layer that the model does not have or that has another size, and for NaN values.
    """
    import torch

    state = lora.read(lora.path)
    layers = dict(model.named_modules())
    for name in sorted(key.removesuffix(_DOWN) for key in state if key.endswith(_DOWN)):
        layer, up, down = layers.get(name), state[f"{name}{_UP}"], state[f"{name}{_DOWN}"]
        if layer is None or tuple(layer.weight.shape) != (up.shape[0], down.shape[1]):
            raise Refused(
                f"{lora.path.name} does not fit this model: {name} is not there, or has another size",
                "a LoRA fits only one generation: milimo model list shows which",
            )
        with torch.no_grad():
            added = lora.strength * (up.float() @ down.float())
            if not bool(torch.isfinite(added).all()):
                raise make_nan_lora_error(lora.path.stem)
            layer.weight.copy_((layer.weight.float() + added.to(layer.weight.device)).to(layer.weight.dtype))
