"""Run weights that their authors published in 8 bits with scales.

A weight is multiplied by its scale while its layer computes. Only workers import this module.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.catalog.safetensors_headers import INPUT_SCALES, MARKERS, WEIGHT_SCALES

Convert = Callable[[dict[str, Any]], dict[str, Any]]


class ScaledLinear(torch.nn.Linear):
    """A linear layer with an 8-bit weight. `scale` has one number for each row of the weight."""

    scale: Tensor
    # Peft creates the LoRA weights of this layer in this type, because it cannot use the 8-bit type of the
    # layer's own weight.
    compute_dtype: torch.dtype

    def forward(self, input: Tensor) -> Tensor:
        weight = (self.weight.float() * self.scale).to(input.dtype)
        return torch.nn.functional.linear(input, weight, self.bias)


def split_scales(state: Mapping[str, Tensor]) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """Split a checkpoint into its tensors and the scales of its 8-bit weights. Return two dicts. The keys of
    the first are tensor names, and the keys of the second are the names of the weights that the scales belong
    to.

    Each scale becomes a column with one number for each row of its weight. Scales for 8-bit activations are
    dropped, because activations are in 16 bits here.
    """
    scales: dict[str, Tensor] = {}
    kept: dict[str, Tensor] = {}
    for name, tensor in state.items():
        ending = next((one for one in WEIGHT_SCALES if name.endswith(one)), "")
        if ending:
            weight = f"{name.removesuffix(ending)}.weight"
            rows = state[weight].shape[0] if weight in state else 1
            scales[weight] = tensor.float().reshape(-1, 1).expand(rows, 1)
        elif not name.endswith((*INPUT_SCALES, *MARKERS)):
            kept[name] = tensor
    return kept, scales


def build_scaled_model(
    cls: Any, config: Any, state: Mapping[str, Tensor], convert: Convert, dtype: torch.dtype
) -> Any:
    """Return a model of class `cls` with the weights `state`.

    Weights that have a scale stay in 8 bits, all others are converted to `dtype`. `convert` translates the
    tensor names to those of diffusers.
    """
    from accelerate import init_empty_weights

    weights, scales = split_scales(state)
    own, columns = convert(dict(weights)), convert(dict(scales))
    with init_empty_weights():
        model = cls.from_config(config)
        for name in columns:
            _replace_with_scaled_layer(model, name.removesuffix(".weight"), dtype)
    scaled_state = {
        name: tensor if name in columns else tensor.to(dtype) if tensor.is_floating_point() else tensor
        for name, tensor in own.items()
    }
    scaled_state |= {
        f"{name.removesuffix('.weight')}.scale": one.contiguous() for name, one in columns.items()
    }
    model.load_state_dict(scaled_state, strict=True, assign=True)
    model.requires_grad_(False)
    return model.eval()


def _replace_with_scaled_layer(model: Any, name: str, dtype: torch.dtype) -> None:
    """Replace the linear layer `name` by a scaled one. Raises BadInput if the layer is not linear."""
    parent, _, own = name.rpartition(".")
    layer = model.get_submodule(name)
    if not isinstance(layer, torch.nn.Linear):
        raise BadInput(
            f"{name} has a scale but is not a linear layer", "use the bf16 weights of the same model"
        )
    made = ScaledLinear(layer.in_features, layer.out_features, layer.bias is not None)
    made.register_buffer("scale", torch.empty(layer.out_features, 1))
    made.compute_dtype = dtype
    setattr(model.get_submodule(parent), own, made)
