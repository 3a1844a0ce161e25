"""Set the LoRAs of a take: check that each LoRA fits the model, and activate each in its passes.

A LoRA that does not fit is refused, never skipped. Imports torch; for workers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from diffusers import LTX2ConditionPipeline

from milimo_tui.core.errors import NotFound, Refused
from milimo_tui.core.reasons import reason
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.catalog.lora_fit import list_lora_pairs
from milimo_tui.engines.catalog.lora_names import is_slot_embedding
from milimo_tui.engines.catalog.safetensors_headers import read_safetensors_header
from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.ltx2.plan.installed_parts import EVERY
from milimo_tui.engines.ltx2.take import parts as model_parts
from milimo_tui.engines.recipes.estimates import STREAMED
from milimo_tui.engines.recipes.recipe_names import is_merged
from milimo_tui.engines.recipes.values import Recipe
from milimo_tui.engines.runtime.active_loras import Adapter, get_adapter_names, set_adapters
from milimo_tui.engines.runtime.fused_loras import FusedLora, can_fuse_lora
from milimo_tui.engines.runtime.model_cache import get_model_cache

# Precisions in which the weights are not packed when they are loaded. A LoRA can be merged only into such
# weights.
PLAIN = ("float32", "bfloat16", "fp8")
_FITS = "a LoRA fits only one generation: milimo model list shows which"


@dataclass(frozen=True, slots=True)
class ActiveLora:
    """A LoRA of a take, with the passes in which it is active. `is_for_subjects` is True if the LoRA uses
    subject pictures.
    """

    adapter: Adapter
    passes: frozenset[str] = EVERY
    is_for_subjects: bool = False


def find_fusable_lora(
    wanted: Sequence[ActiveLora],
    passes: frozenset[str],
    found: ResolvedWeights,
    recipe: Recipe,
    named: str = "",
) -> FusedLora | None:
    """Return the LoRA that may be merged into the transformer, or None.

    The job must have only this LoRA, the LoRA must be active in all passes, and the weights must not be
    packed. The same weights must not be in memory without the LoRA, because reloading them takes longer than
    merging gains. If `named` is the name of a recipe, as in a remake, that name decides instead of the last
    condition.
    """
    if len(wanted) != 1 or not passes <= wanted[0].passes or recipe.precision not in PLAIN:
        return None
    plain = model_parts.key_of(found, STREAMED, recipe) in get_model_cache()
    if recipe.offload == "disk" or (plain if not named else not is_merged(named)):
        return None
    one = wanted[0].adapter
    list_lora_pairs(
        one.path, read_safetensors_header(one.path)
    )  # `list_lora_pairs` refuses incomplete pairs of matrices, which merging would silently skip.
    return (
        FusedLora(one.title, one.path, one.digest, one.strength, _read_transformer_lora)
        if can_fuse_lora(one.path)
        else None
    )


def _read_transformer_lora(path: Path) -> Mapping[str, Any]:
    """Return the tensors of an LTX-2 LoRA, by the names of the transformer's layers. Raises Refused if the
    LoRA also changes another part of the model.
    """
    state = LTX2ConditionPipeline.lora_state_dict(
        str(path.parent), weight_name=path.name, use_safetensors=True
    )
    if others := [name for name in state if not name.startswith("transformer.")]:
        raise Refused(f"{path.name} changes more than LTX-2's transformer: {others[0]}", _FITS)
    return {name.removeprefix("transformer."): tensor for name, tensor in state.items()}


def set_take_loras(wanted: Sequence[ActiveLora], pipeline: Any, context: Context) -> None:
    """Set exactly these LoRAs on the model. A LoRA that is already set is not loaded again.

    Raises Refused for a LoRA that does not fit, NotFound, BadInput and Damaged for a file that is not a LoRA.
    """
    names = get_adapter_names(pipeline)
    for one in wanted:
        if one.adapter.name not in names:
            refuse_unfitting_lora(one.adapter.path, pipeline)
    set_adapters(pipeline, [one.adapter for one in wanted], context)


def switch_pass_loras(wanted: Sequence[ActiveLora], pipeline: Any, this_pass: str) -> None:
    """Activate the LoRAs of pass `this_pass` with their strengths, and deactivate the others."""
    strengths: dict[str, float] = {}
    for one in wanted:
        if this_pass in one.passes:
            name = one.adapter.name
            strengths[name] = strengths.get(name, 0.0) + one.adapter.strength
    if strengths:
        pipeline.enable_lora()
        pipeline.set_adapters(list(strengths), list(strengths.values()))
    elif wanted:
        pipeline.disable_lora()


def refuse_unfitting_lora(path: Path, pipeline: Any) -> None:
    """Raise Refused if a tensor of the LoRA has no matching layer in the model, or the layer has another
    size.
    """
    if not path.is_file():
        raise NotFound(
            f"the file of the LoRA {path.name} is missing",
            f"looked for {path}; milimo model list --loras lists the LoRAs",
        )
    list_lora_pairs(
        path, read_safetensors_header(path)
    )  # Reading the header refuses a pickle and a truncated file; `list_lora_pairs` refuses incomplete pairs.
    try:
        state = pipeline.lora_state_dict(str(path.parent), weight_name=path.name, use_safetensors=True)
    except (ValueError, KeyError) as error:
        raise Refused(f"{path.name} is not a LoRA for LTX-2: {reason(error)}", _FITS) from error
    state = {key: tensor for key, tensor in state.items() if not is_slot_embedding(key)}
    if not any("lora" in key for key in state):
        raise Refused(f"{path.name} is not a LoRA: it contains no LoRA weights", "choose another file")
    modules: dict[str, dict[str, Any]] = {
        part: dict(getattr(pipeline, part).named_modules()) for part in ("transformer", "connectors")
    }
    for key, tensor in state.items():
        part, _, rest = key.partition(".")
        target = _TAIL.sub("", rest)
        module = modules.get(part, {}).get(target)
        if module is None:
            raise Refused(
                f"{path.name} does not fit this model: it changes {target or key}, which the model "
                "does not have",
                _FITS,
            )
        if not _fits_layer(key, tuple(tensor.shape), getattr(module, "base_layer", module)):
            raise Refused(f"{path.name} does not fit this model: {target} has another size there", _FITS)


_TAIL = re.compile(r"\.lora(?:_[AB]|\.down|\.up)\.weight$|\.alpha$")


def _fits_layer(key: str, shape: tuple[int, ...], layer: Any) -> bool:
    """Return True if the LoRA tensor `key` fits the layer that it changes. `shape` is the tensor's shape. A
    matrix must match the layer's input or output size. A scalar fits every layer. A matrix never fits a layer
    that is not linear, because such a layer has no input or output size. A packed layer still knows its
    sizes.
    """
    inner, outer = getattr(layer, "in_features", None), getattr(layer, "out_features", None)
    if not shape:  # The tensor is a scalar scale, not a matrix.
        return True
    if ".lora_A." in key or ".lora.down." in key:
        return len(shape) == 2 and shape[-1] == inner
    if ".lora_B." in key or ".lora.up." in key:
        return len(shape) == 2 and shape[0] == outer
    return True
