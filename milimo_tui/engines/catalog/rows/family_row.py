"""The description of a family of weights: how the folders saved by diffusers or transformers are
recognised.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from milimo_tui.engines.catalog.lora_names import LoraTarget, find_plain_target

# returns a configuration of a folder by its file name; empty if there is none
Configs = Callable[[str], Mapping[str, Any]]


def _return_no_generation(configs: Configs) -> str:
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyRow:
    """A family of weights and the properties by which its folders are recognised.

    `pipelines` are the beginnings of its pipeline class names, `types` the `model_type` values of its models.
    `roles` maps the `model_type` values of a family that needs several models to their roles. `generation`
    reads the generation from a folder's configurations, or returns an empty text. `lora_target` returns the
    modules that a name in a LoRA file refers to in a model of the family.
    """

    name: str
    pipelines: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    roles: Mapping[str, str] = field(default_factory=dict)
    generation: Callable[[Configs], str] = _return_no_generation
    lora_target: Callable[[str], LoraTarget | None] = find_plain_target
