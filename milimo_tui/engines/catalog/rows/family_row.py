"""What a family of weights is known by, in folders that diffusers or transformers saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from milimo_tui.engines.catalog.lora_names import Target, plain_target

Configs = Callable[[str], Mapping[str, Any]]  # a configuration of a folder by its name in it; empty: none


def _no_generation(configs: Configs) -> str:
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyRow:
    """`pipelines` are what the class of a pipeline begins with, `types` the `model_type` of a model.

    `roles` are the same types of a family that needs several models, with what each is for.
    `generation` reads it from a folder's configurations; empty where they do not tell. `lora_target` is what
    a module's name in a LoRA file means in a model of the family.
    """

    name: str
    pipelines: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    roles: Mapping[str, str] = field(default_factory=dict)
    generation: Callable[[Configs], str] = _no_generation
    lora_target: Callable[[str], Target | None] = plain_target
