"""LoRAs of a take: which passes each is on in, and that every part of it has its place in the model.

A LoRA that does not fit is refused, never skipped. Imports torch; for workers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import NotFound, Refused
from milimo_tui.core.reasons import reason
from milimo_tui.engines.catalog.lora_names import is_mark
from milimo_tui.engines.catalog.safetensors_headers import read_header
from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.runtime.active_loras import Adapter, adapter_names, set_adapters

BOTH = frozenset({"first", "second"})
_FITS = "a LoRA fits one generation alone: milimo model list shows which"


@dataclass(frozen=True, slots=True)
class ActiveLora:
    """A LoRA, the passes it is on in, and whether pictures of who is in the take go along by it."""

    adapter: Adapter
    passes: frozenset[str] = BOTH
    is_for_subjects: bool = False


def put_on(wanted: Sequence[ActiveLora], pipeline: Any, context: Context) -> None:
    """Have these and no others on the model; what is on it already stays.

    Raises Refused for one that does not fit, NotFound, BadInput and Damaged for a file that is none.
    """
    there = adapter_names(pipeline)
    for one in wanted:
        if one.adapter.name not in there:
            refuse_misfit(one.adapter.path, pipeline)
    set_adapters(pipeline, [one.adapter for one in wanted], context)


def switch(wanted: Sequence[ActiveLora], pipeline: Any, this_pass: str) -> None:
    """Set the strengths of a pass; those that are not of it rest."""
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


def refuse_misfit(path: Path, pipeline: Any) -> None:
    """Raises Refused when a part of the LoRA has no place in the model, or one of another size."""
    if not path.is_file():
        raise NotFound(f"the LoRA {path.name} is not there", f"looked for {path}; milimo model list")
    read_header(path)  # refuses a pickle, and what is cut
    try:
        state = pipeline.lora_state_dict(str(path.parent), weight_name=path.name, use_safetensors=True)
    except (ValueError, KeyError) as error:
        raise Refused(f"{path.name} is no LoRA of LTX-2: {reason(error)}", _FITS) from error
    state = {key: tensor for key, tensor in state.items() if not is_mark(key)}
    if not any("lora" in key for key in state):
        raise Refused(f"{path.name} is no LoRA: it holds none of a LoRA's parts", "choose another file")
    modules: dict[str, dict[str, Any]] = {
        part: dict(getattr(pipeline, part).named_modules()) for part in ("transformer", "connectors")
    }
    for key, tensor in state.items():
        part, _, rest = key.partition(".")
        target = _TAIL.sub("", rest)
        module = modules.get(part, {}).get(target)
        if module is None:
            raise Refused(
                f"{path.name} does not fit this model: it changes {target or key}, which the model has not",
                _FITS,
            )
        if not _has_place(key, tuple(tensor.shape), getattr(module, "base_layer", module)):
            raise Refused(f"{path.name} does not fit this model: {target} has another size there", _FITS)


_TAIL = re.compile(r"\.lora(?:_[AB]|\.down|\.up)\.weight$|\.alpha$")


def _has_place(key: str, shape: tuple[int, ...], layer: Any) -> bool:
    """Whether a matrix has the inner or outer size of the layer it changes. A layer without such sizes (no
    linear one) takes none; a packed one still knows its own.
    """
    inner, outer = getattr(layer, "in_features", None), getattr(layer, "out_features", None)
    if not shape:  # a scale
        return True
    if ".lora_A." in key or ".lora.down." in key:
        return shape[-1] == inner
    if ".lora_B." in key or ".lora.up." in key:
        return shape[0] == outer
    return True
