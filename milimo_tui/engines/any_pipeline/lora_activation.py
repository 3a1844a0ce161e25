"""Activate LoRAs on any pipeline that can load them, with diffusers' own loader. A LoRA is applied completely
or refused.

Imports torch, so only workers import this module.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import torch

from milimo_tui.core.errors import BadInput, MilimoError, Refused
from milimo_tui.core.reasons import reason
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.catalog.lora_fit import list_lora_pairs
from milimo_tui.engines.catalog.safetensors_headers import read_safetensors_header
from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.pictures.loaded_pipeline import make_adapter
from milimo_tui.engines.pictures.lora_files import FittingLora
from milimo_tui.engines.runtime.active_loras import Adapter, get_adapter_names, set_adapters
from milimo_tui.engines.runtime.memory import is_out_of_memory

HINT = "take it off (milimo shot lora remove), or name the pipeline that it was trained for"
DOWN_HALF = re.compile(r"lora_A\.|lora\.down\.|lora_down\.|_lora\.down\.|lora_linear_layer\.down\.")
# Errors that diffusers and peft raise for a LoRA that does not fit the pipeline.
LORA_LOADING_ERRORS = (RuntimeError, ValueError, TypeError, LookupError, AttributeError)


def activate_pipeline_loras(
    pipe: Any, found: ResolvedWeights, loras: Sequence[FittingLora], context: Context
) -> None:
    """Activate the given LoRAs on the pipeline with their strengths, and deactivate all others.

    Raises Refused, with the name of the LoRA, if diffusers can't apply the LoRA completely. No module of a
    LoRA is skipped silently.
    """
    adapters = [make_adapter(one) for one in loras]
    for lora, adapter in zip(loras, adapters, strict=True):
        if adapter.name in get_adapter_names(pipe):
            continue
        try:
            set_adapters(pipe, [adapter, *_list_loaded_adapters(pipe, adapters)], context)
            _check_all_matrices_loaded(pipe, lora, adapter, found)
        except (*LORA_LOADING_ERRORS, BadInput, Refused) as error:
            if is_out_of_memory(error):
                raise
            set_adapters(
                pipe,
                _list_loaded_adapters(pipe, [one for one in adapters if one.name != adapter.name]),
                context,
            )
            if isinstance(error, MilimoError):
                raise
            raise Refused(f"{lora.title} does not fit {found.id}: {reason(error)}", HINT) from error
    set_adapters(pipe, adapters, context)


def _list_loaded_adapters(pipe: Any, adapters: Sequence[Adapter]) -> list[Adapter]:
    """Return the adapters that are loaded on the pipeline."""
    on = get_adapter_names(pipe)
    return [one for one in adapters if one.name in on]


def _check_all_matrices_loaded(
    pipe: Any, lora: FittingLora, adapter: Adapter, found: ResolvedWeights
) -> None:
    """Raise Refused if the model did not receive all matrices of the LoRA. Diffusers only logs a matrix that
    it can't apply, so the loaded matrices are counted here.

    The expected number is the larger of two counts: the pairs of matrices in the file, and the pairs that
    diffusers makes from them. Diffusers makes several pairs from one if the LoRA changes fused modules. If
    only the pairs in the file were counted, these additional pairs would hide missing ones.
    """
    half = re.compile(rf"\.lora_A\.{re.escape(adapter.name)}\.weight$")
    parts = [one for one in pipe.components.values() if isinstance(one, torch.nn.Module)]
    there = sum(1 for part in parts for name, _ in part.named_parameters() if half.search(name))
    wanted = max(
        len(list_lora_pairs(lora.path, read_safetensors_header(lora.path))),
        _count_diffusers_matrices(pipe, lora),
    )
    if there < wanted:
        what = "none" if there == 0 else f"{there}"
        raise Refused(f"{lora.title} does not fit {found.id}: {what} of its {wanted} matrices match", HINT)


def _count_diffusers_matrices(pipe: Any, lora: FittingLora) -> int:
    """Return the number of matrices that diffusers' loader makes from the LoRA's file: one for each
    module.
    """
    made = pipe.lora_state_dict(
        str(lora.path.parent), weight_name=lora.path.name, local_files_only=True, use_safetensors=True
    )
    state = made[0] if isinstance(made, tuple) else made
    return sum(1 for name in state if DOWN_HALF.search(name))
