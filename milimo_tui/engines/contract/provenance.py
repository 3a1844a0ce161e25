"""The provenance of a file, stored in the file's metadata: spec, weights, recipe, library versions, seed, and
the hashes of its inputs.

The record contains only facts that follow from the spec and the software, so that the same work gives the
same text on any machine. Time, duration and hardware (`machine`) are stored in the film's database instead.
This module does not import torch.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import sys
from collections.abc import Collection, Mapping
from dataclasses import asdict, is_dataclass
from functools import lru_cache
from pathlib import Path, PurePath
from typing import Any

from milimo_tui import __version__
from milimo_tui.core.untrusted_json import parse_untrusted_json
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.specs.specs import Spec
from milimo_tui.media.files.facts import digest

MEASURED = "measured"  # key in the facts of a result; its measurements are stored in the provenance
MARK = "milimo"  # name of the metadata entry in a file
FORMAT = 2  # Version of the record's format. Format 1 had only engine, version and seed.
NOISE = "NOISE: made with tiny random weights for a trial; not the work of a model"

# Libraries whose version can change the result, so their versions are recorded. Engines without a model use
# only those for media.
MEDIA_LIBRARIES = ("numpy", "av", "pillow")
LIBRARIES = (
    "torch", "diffusers", "transformers", "peft", "accelerate", "torchao", "bitsandbytes", *MEDIA_LIBRARIES,
)  # fmt: skip
# Spec fields that name one file each; `references` names several files and is handled separately.
_PLACES = ("input", "mask", "image", "reference")
_DRAWN = ("file", "moving")  # fields of a mask drawing that name a file
# Spec fields that are not recorded. Some do not affect the result. For the weights, the recipe and the camera
# LoRA, other fields of the provenance record the actual choice.
_NOT_SAID = frozenset({"stands_for", "model", "recipe", "measured", "camera_lora", "among"})
# Fields that were added after the first takes were made, with their default values. A field with its default
# value is left out, so that old and new takes have the same record.
_LATER: dict[str, object] = {
    "over": None,
    "sound": None,
    "again": None,
    "doubled": None,
    "voice": None,
    "extension": None,
    "cache": "off",
    "options": "",
    "beats": {"by": "text", "parts": []},
    "subjects": {"by": "auto", "parts": []},
    "pieces": [],
    "drawing": None,
}
# Fields of a recipe that are only texts for users, so they are not recorded
_NOT_OF_A_RECIPE = ("engine", "needs", "loses")


def build_provenance_texts(
    spec: Spec,
    *,
    model: ResolvedWeights | None = None,
    recipe: object = "",
    inputs: Mapping[str, str] | None = None,
    seed: int | None = None,
    other_weights: Mapping[str, str] | None = None,
    libraries: Collection[str] = LIBRARIES,
    **more: object,
) -> dict[str, str]:
    """Return the texts for a file's metadata, by name: `milimo` is the record as JSON, `title` names the
    file, and `comment` warns if the weights are tiny random ones.

    - `recipe` is a `Recipe`, a mapping or a word.
    - `inputs` are SHA-256 hashes by path of the files that the spec names. They are computed here if not
      given.
    - `seed` is the seed of this file, if one spec makes several files.
    - `other_weights` are SHA-256 hashes by id of further weights (upsamplers, LoRAs).
    - `libraries` are the libraries whose versions can change the result.
    - `more` are further facts. They must be JSON values and must not differ between runs.

    Raises NotFound for a missing input.
    """
    hashes = dict(inputs) if inputs is not None else hash_input_files(spec)
    fields = spec.model_dump(mode="json", exclude=set(_NOT_SAID))
    for name, nothing in _LATER.items():
        if fields.get(name, nothing) == nothing:
            # Leave out default values, so that the record equals that of files made before the field existed.
            fields.pop(name, None)
    if seed is not None:  # The spec makes several files; the record describes only this one.
        fields |= {name: value for name, value in (("seed", seed), ("count", 1)) if name in fields}
    values = {
        "format": FORMAT,
        "engine": spec.engine,
        "spec": _replace_paths_by_hashes(fields, hashes),
        "seed": getattr(spec, "seed", None) if seed is None else seed,
        "model": _describe_used_weights(model),
        "also": dict(other_weights or {}),
        "recipe": _describe_used_recipe(recipe),
        "versions": {
            name: one for name, one in collect_library_versions().items() if name in ("milimo", *libraries)
        },
        "inputs": sorted(set(hashes.values())),
        **more,
    }
    texts = {
        "title": _choose_file_title(fields),
        MARK: json.dumps(values, sort_keys=True, ensure_ascii=False),
    }
    if model is not None and model.tiny:
        texts["comment"] = NOISE
    return {name: text for name, text in texts.items() if text}


def parse_provenance_marks(marks: Mapping[str, str]) -> dict[str, Any]:
    """Parse the provenance record from a file's metadata texts (`media.files.tags.read_marks`). Empty if the
    file has no record.
    """
    try:
        values = parse_untrusted_json(marks.get(MARK, "{}"))
    except ValueError:
        return {}
    return values if isinstance(values, dict) else {}


def list_input_paths(spec: Spec) -> tuple[str, ...]:
    """Return the path of every file that a spec names, without repetition, in the order of the fields. An
    output of another job is included only after the queue replaced it by its path.
    """
    return tuple(dict.fromkeys(_collect_file_values(spec.model_dump(mode="json"))))


def hash_input_files(spec: Spec) -> dict[str, str]:
    """Return the SHA-256 hashes by path of the files that a spec names. Raises NotFound with the name of a
    missing file.
    """
    return {path: digest(Path(path)) for path in list_input_paths(spec)}


def _collect_file_values(value: Any, places: tuple[str, ...] = _PLACES) -> list[str]:
    found: list[str] = []
    if isinstance(value, list):
        for one in value:
            found += _collect_file_values(one, places)
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in places and isinstance(inner, str):
                found += [inner] if inner else []
            elif name == "references":
                found += [one for one in inner if isinstance(one, str)]
            else:
                found += _collect_file_values(inner, _DRAWN if name == "drawing" else places)
    return found


def _replace_paths_by_hashes(value: Any, hashes: Mapping[str, str]) -> Any:
    """Return a copy of the value in which every path is replaced: the path of an input by the file's hash,
    the path of weights by the file's name.
    """
    if isinstance(value, list):
        return [_replace_paths_by_hashes(one, hashes) for one in value]
    if isinstance(value, dict):
        return {name: _replace_paths_by_hashes(inner, hashes) for name, inner in value.items()}
    if isinstance(value, str) and value in hashes:
        return f"sha256:{hashes[value]}"
    if isinstance(value, str) and value.endswith(".safetensors") and PurePath(value).is_absolute():
        return PurePath(value).name
    return value


def _choose_file_title(fields: Mapping[str, Any]) -> str:
    facts = fields.get("facts") or {}
    named = f"{facts.get('title', '')} {facts.get('number', '')}".strip()
    return named or str(fields.get("prompt", ""))[:80]


def _describe_used_weights(model: ResolvedWeights | None) -> dict[str, Any] | None:
    if model is None:
        return None
    known = ("id", "family", "generation", "digest", "tiny")
    return {name: getattr(model, name) for name in known}


def _describe_used_recipe(recipe: object) -> dict[str, Any]:
    if is_dataclass(recipe) and not isinstance(recipe, type):
        fields = asdict(recipe)
    elif isinstance(recipe, Mapping):
        fields = dict(recipe)
    else:
        return {"name": str(recipe)} if recipe else {}
    return {name: value for name, value in fields.items() if name not in _NOT_OF_A_RECIPE}


@lru_cache(maxsize=1)
def collect_library_versions() -> dict[str, str]:
    """Return the version of Milimo and of the installed libraries that can change the result."""
    found = {"milimo": __version__}
    for name in LIBRARIES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def machine() -> dict[str, str]:
    """Describe the hardware for the film's database; file metadata never contains it. The graphics card is
    named only if torch has used it in this process.
    """
    found = {
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "cores": str(os.cpu_count() or 1),
    }
    torch = sys.modules.get("torch")
    if torch is None:
        return found
    found["cpu"] = torch.backends.cpu.get_cpu_capability()
    found["threads"] = str(torch.get_num_threads())
    if torch.cuda.is_available() and torch.cuda.is_initialized():
        at = torch.cuda.current_device()
        kind = torch.cuda.get_device_properties(at)
        found["card"] = f"{kind.name}, {kind.total_memory / 1e9:.0f} GB"
        found["cuda"] = str(torch.version.cuda or torch.version.hip)
    return found
