"""Identify a folder of weights by its configuration files: its family of models, and the generation (version)
of that family. Nothing is loaded.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import BadInput, Damaged
from milimo_tui.core.host import explain_os_error
from milimo_tui.core.untrusted_json import parse_untrusted_json
from milimo_tui.engines.catalog.lora_names import LoraTarget, find_diffusers_target
from milimo_tui.engines.catalog.model_catalog import FAMILIES
from milimo_tui.engines.catalog.rows.family_row import FamilyRow

INDEX = "model_index.json"  # the index file of a diffusers pipeline
CONFIG = "config.json"  # the configuration file of a transformers model
# Entry-point group in which other distributions declare families of weights
FAMILY_ENTRY_POINTS = "milimo.weights"
log = logging.getLogger(__name__)


@cache
def list_weight_families() -> Mapping[str, FamilyRow]:
    """Return every family of weights by name: the studio's own families, then those of other installed
    distributions.

    Other distributions declare a `FamilyRow` in the entry-point group `milimo.weights`. An entry that can't
    be imported is logged and left out.
    """
    # Imported lazily, because the import is slow and most processes do not need the families.
    from importlib.metadata import entry_points

    found = dict(FAMILIES)
    for entry in sorted(entry_points(group=FAMILY_ENTRY_POINTS), key=lambda one: one.name):
        try:
            row = entry.load()
        except Exception as error:  # noqa: BLE001  an error of another distribution must not stop the studio
            log.warning("the family %s is left out: %s can't be imported: %s", entry.name, entry.value, error)
            continue
        if isinstance(row, FamilyRow):
            found.setdefault(row.name, row)
        else:
            log.warning("the family %s is left out: %s is no FamilyRow", entry.name, entry.value)
    return found


def find_family_of_folder(folder: Path) -> str:
    """Return the family of a folder that diffusers or transformers saved. Empty for any other folder."""
    if (folder / INDEX).is_file():
        return _find_family_of_class(str(_read_weights_json(folder / INDEX).get("_class_name", "")))
    if (folder / CONFIG).is_file():
        config = _read_weights_json(folder / CONFIG)
        rows = list_weight_families().values()
        typed = next((row for row in rows if _has_model_type(row, str(config.get("model_type", "")))), None)
        found = typed or next((row for row in rows if _has_class_suffix(row, config)), None)
        return found.name if found else ""
    return ""


def _has_class_suffix(row: FamilyRow, config: Mapping[str, Any]) -> bool:
    classes = config.get("architectures")
    name = str(classes[0]) if isinstance(classes, list) and classes else ""
    return bool(row.class_suffix) and name.endswith(row.class_suffix)


def _has_model_type(row: FamilyRow, kind: str) -> bool:
    return kind in row.roles or bool(row.types and kind.startswith(row.types))


def find_role_of_folder(folder: Path, family: str) -> str:
    """Return the role of the model in a folder. A role is the use of weights within their family, such as
    `model` or `upsampler`. In a family that needs several models, the `model_type` in the folder's
    configuration decides the role. Otherwise the role is `model`.
    """
    row = list_weight_families().get(family)
    kind = str(_read_weights_json(folder / CONFIG).get("model_type", ""))
    return row.roles.get(kind, "model") if row else "model"


def refuse_unknown_pipeline(folder: Path) -> None:
    """Raise BadInput, with the model's name, for a diffusers or transformers folder that no engine can
    run.
    """
    pipeline, model = _read_weights_json(folder / INDEX), _read_weights_json(folder / CONFIG)
    name = pipeline.get("_class_name") or model.get("model_type") or model.get("_class_name")
    if name:
        raise BadInput(
            f"{folder.name} is a {name}, which no installed engine can run",
            f"milimo model use diffusers:{folder} runs it as an untested diffusers pipeline; "
            "milimo model list shows other weights",
        )


def check_pipeline_family(index: Path, family: str, title: str) -> None:
    """Raise BadInput if a pipeline is not of the given family. `index` is the pipeline's index file, and
    `title` the pipeline's name in the message.
    """
    cls = str(_read_weights_json(index).get("_class_name", ""))
    row = list_weight_families().get(family)
    begins = row.pipelines if row else ()
    if begins and _find_family_of_class(cls) != family:
        raise BadInput(
            f"{title} is not a model of {family}: its pipeline is {cls or 'not named'}",
            f"pipelines of {family} begin with {' or '.join(begins)}",
        )


def find_generation_of_folder(folder: Path, family: str) -> str:
    """Return the generation of a folder's model: the version of its family, such as `2.3` or `ti2v-5b`. Empty
    if the configuration files do not show it.
    """
    row = FAMILIES.get(family) or list_weight_families().get(family)
    return row.generation(lambda name: _read_weights_json(folder / name)) if row else ""


def find_lora_target(name: str, family: str) -> LoraTarget | None:
    """Return the modules that a name in a LoRA file refers to, in models of the given family. None for an
    unknown name.
    """
    own = find_diffusers_target(name)
    row = FAMILIES.get(family) or list_weight_families().get(family)
    return own or (row.lora_target(name) if row else None)


def _find_family_of_class(name: str) -> str:
    return next(
        (
            row.name
            for row in list_weight_families().values()
            if row.pipelines and name.startswith(row.pipelines)
        ),
        "",
    )


def _read_weights_json(path: Path) -> dict[str, Any]:
    """Return a configuration file as a dictionary. Empty if the file does not exist."""
    try:
        value = parse_untrusted_json(path.read_text())
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise explain_os_error(error, path, "read") from error
    except ValueError as error:
        raise Damaged(f"{path} can't be read as JSON", "fetch the weights again") from error
    if not isinstance(value, dict):
        raise Damaged(f"{path} is not a configuration file", "fetch the weights again")
    return value
