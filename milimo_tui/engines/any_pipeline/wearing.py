"""LoRAs on any pipeline that can load them: by diffusers' own loader, all of each or none of it.

For workers alone: imports torch.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import torch

from milimo_tui.core.errors import BadInput, MilimoError, Refused
from milimo_tui.core.reasons import reason
from milimo_tui.engines.catalog.installed_weights import Found
from milimo_tui.engines.catalog.lora_fit import pairs_of
from milimo_tui.engines.catalog.safetensors_headers import read_header
from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.pictures.kept_pipeline import adapter_of
from milimo_tui.engines.pictures.lora_files import LoraFile
from milimo_tui.engines.runtime.active_loras import Adapter, adapter_names, set_adapters
from milimo_tui.engines.runtime.memory import is_out_of_memory

HINT = "take it off (milimo shot lora remove), or name the pipeline that it was trained for"
DOWN_HALF = re.compile(r"lora_A\.|lora\.down\.|lora_down\.|_lora\.down\.|lora_linear_layer\.down\.")
FAULTS = (RuntimeError, ValueError, TypeError, LookupError, AttributeError)  # of diffusers and peft


def wear(pipe: Any, found: Found, loras: Sequence[LoraFile], context: Context) -> None:
    """Have exactly those LoRAs on the pipeline, with their strengths. Raises Refused, naming the LoRA, where
    diffusers has no place for it or for a part of it: nothing of it is skipped in silence.
    """
    adapters = [adapter_of(one) for one in loras]
    for lora, adapter in zip(loras, adapters, strict=True):
        if adapter.name in adapter_names(pipe):
            continue
        try:
            set_adapters(pipe, [adapter, *_on(pipe, adapters)], context)
            _check_whole(pipe, lora, adapter, found)
        except (*FAULTS, BadInput, Refused) as error:
            if is_out_of_memory(error):
                raise
            set_adapters(pipe, _on(pipe, [one for one in adapters if one.name != adapter.name]), context)
            if isinstance(error, MilimoError):
                raise
            raise Refused(f"{lora.title} does not fit {found.id}: {reason(error)}", HINT) from error
    set_adapters(pipe, adapters, context)


def _on(pipe: Any, adapters: Sequence[Adapter]) -> list[Adapter]:
    """Those of them that it wears."""
    on = adapter_names(pipe)
    return [one for one in adapters if one.name in on]


def _check_whole(pipe: Any, lora: LoraFile, adapter: Adapter, found: Found) -> None:
    """Raises Refused where fewer matrices came onto the model than the file has: diffusers only logs what it
    has no place for. A matrix of several modules in one comes as one for each, so that those of diffusers'
    own names are counted, too: three out of one would hide two that are lost.
    """
    half = re.compile(rf"\.lora_A\.{re.escape(adapter.name)}\.weight$")
    parts = [one for one in pipe.components.values() if isinstance(one, torch.nn.Module)]
    there = sum(1 for part in parts for name, _ in part.named_parameters() if half.search(name))
    wanted = max(len(pairs_of(lora.path, read_header(lora.path))), _named_by_diffusers(pipe, lora))
    if there < wanted:
        what = "none" if there == 0 else f"{there}"
        raise Refused(
            f"{lora.title} does not fit {found.id}: it has a place for {what} of {wanted} matrices", HINT
        )


def _named_by_diffusers(pipe: Any, lora: LoraFile) -> int:
    """How many matrices the file is for diffusers' loader, each of one module."""
    made = pipe.lora_state_dict(
        str(lora.path.parent), weight_name=lora.path.name, local_files_only=True, use_safetensors=True
    )
    state = made[0] if isinstance(made, tuple) else made
    return sum(1 for name in state if DOWN_HALF.search(name))
