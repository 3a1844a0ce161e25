"""The description of a family of weights: its models, its setups, and how folders saved by diffusers or
transformers are recognised.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from milimo_tui.engines.catalog.lora_names import LoraTarget, find_plain_target
from milimo_tui.engines.catalog.rows.family_setup import FamilySetup
from milimo_tui.engines.catalog.rows.model_row import ModelRow

# A function that returns the configuration in a folder by its file name, or an empty mapping if there is
# none.
Configs = Callable[[str], Mapping[str, Any]]


def _return_no_generation(configs: Configs) -> str:
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyRow:
    """A family of weights and the properties by which its folders are recognised.

    - `rows` are its models and further weights.
    - `setups` can be downloaded as a whole. The recommended setup is first; the others need less memory or
      offer more.
    - `pipelines` are prefixes of its pipeline class names.
    - `types` are the `model_type` values of its models.
    - `class_suffix` is the end of the class names of its models, such as `ForCausalLM`. It counts only if no
      family has the `model_type`.
    - `roles` maps `model_type` values to roles, in a family that needs several models.
    - `generation` is a function that returns the version of the family, by the configurations in a folder. It
      returns an empty text if they do not show the version.
    - `lora_target` is a function that returns the modules of a model that a name in a LoRA file refers to.
    """

    name: str
    rows: tuple[ModelRow, ...] = ()
    setups: tuple[FamilySetup, ...] = ()
    pipelines: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    class_suffix: str = ""
    roles: Mapping[str, str] = field(default_factory=dict)
    generation: Callable[[Configs], str] = _return_no_generation
    lora_target: Callable[[str], LoraTarget | None] = find_plain_target
