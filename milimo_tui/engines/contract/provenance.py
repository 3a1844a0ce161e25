"""How something was made, as its file says it: spec, weights, recipe, library versions, seed, inputs by hash.

Only what follows from the order and the software: the same work again gives the same texts, on any machine.
When it was made, how long it took and on what belongs in the film's database (`machine`). Imports no torch.
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
from milimo_tui.core.untrusted_json import read_json
from milimo_tui.engines.catalog.installed_weights import Found
from milimo_tui.engines.specs.specs import Spec
from milimo_tui.media.files.facts import digest

MEASURED = "measured"  # in a result's facts: figures of what was made, kept with what its file says
MARK = "milimo"  # the text's name in a file
FORMAT = 2  # 1: engine, version, seed
NOISE = "NOISE: made by tiny random weights, to try the way through; not a model's work"

# Whose version decides what comes out.
LIBRARIES = (
    "torch",
    "diffusers",
    "transformers",
    "peft",
    "accelerate",
    "torchao",
    "bitsandbytes",
    "numpy",
    "av",
    "pillow",
)
_PLACES = ("input", "mask", "image")  # fields of a spec that name one file; `references` names several
_DRAWN = ("file", "moving")  # those of a drawing of a mask
# An order's note to the film decides nothing; which weights and recipe it asked for shows in what it got.
# So does the LoRA of a movement.
_NOT_SAID = frozenset({"stands_for", "model", "recipe", "measured", "camera_lora", "among"})
# Fields that came after the first takes were made, and what they are where nothing is said.
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
_NOT_OF_A_RECIPE = ("engine", "needs", "loses")  # the recipe's words for people


def provenance(
    spec: Spec,
    *,
    model: Found | None = None,
    recipe: object = "",
    inputs: Mapping[str, str] | None = None,
    seed: int | None = None,
    also: Mapping[str, str] | None = None,
    libraries: Collection[str] = LIBRARIES,
    **more: object,
) -> dict[str, str]:
    """The texts for a file's metadata: `milimo` is JSON, `title` names it, `comment` warns of noise.

    `recipe` is a `Recipe`, a mapping or a word. `inputs` are SHA-256 by path of the files the spec
    names; they are hashed here where they are not given. `seed`: that of this file, where one order makes
    several. `also` are SHA-256 by id of further weights (upsamplers, LoRAs). `libraries` are those whose
    versions decide what comes out. `more` must be JSON, and deterministic. Raises NotFound for an input
    that is gone.
    """
    hashes = dict(inputs) if inputs is not None else input_hashes(spec)
    fields = spec.model_dump(mode="json", exclude=set(_NOT_SAID))
    for name, nothing in _LATER.items():
        if fields.get(name, nothing) == nothing:
            fields.pop(name, None)  # files of before there was such a thing say the same
    if seed is not None:  # the order for this file alone
        fields |= {name: value for name, value in (("seed", seed), ("count", 1)) if name in fields}
    values = {
        "format": FORMAT,
        "engine": spec.engine,
        "spec": _by_content(fields, hashes),
        "seed": getattr(spec, "seed", None) if seed is None else seed,
        "model": _weights(model),
        "also": dict(also or {}),
        "recipe": _recipe(recipe),
        "versions": {name: one for name, one in versions().items() if name in ("milimo", *libraries)},
        "inputs": sorted(set(hashes.values())),
        **more,
    }
    texts = {"title": _title(fields), MARK: json.dumps(values, sort_keys=True, ensure_ascii=False)}
    if model is not None and model.tiny:
        texts["comment"] = NOISE
    return {name: text for name, text in texts.items() if text}


def made_by(marks: Mapping[str, str]) -> dict[str, Any]:
    """Read from a file's own texts (`media.files.tags.read_marks`) how it was made; empty without."""
    try:
        values = read_json(marks.get(MARK, "{}"))
    except ValueError:
        return {}
    return values if isinstance(values, dict) else {}


def input_paths(spec: Spec) -> tuple[str, ...]:
    """Every file a spec names, each once, in the order of its fields. What another job makes is not among
    them until it is resolved.
    """
    return tuple(dict.fromkeys(_files(spec.model_dump(mode="json"))))


def input_hashes(spec: Spec) -> dict[str, str]:
    """SHA-256 by path of the files a spec names. Raises NotFound naming one that is gone."""
    return {path: digest(Path(path)) for path in input_paths(spec)}


def _files(value: Any, places: tuple[str, ...] = _PLACES) -> list[str]:
    found: list[str] = []
    if isinstance(value, list):
        for one in value:
            found += _files(one, places)
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in places and isinstance(inner, str):
                found += [inner] if inner else []
            elif name == "references":
                found += [one for one in inner if isinstance(one, str)]
            else:
                found += _files(inner, _DRAWN if name == "drawing" else places)
    return found


def _by_content(value: Any, hashes: Mapping[str, str]) -> Any:
    """The same without a path in it: files by their hash, weights that a path names by the file's name."""
    if isinstance(value, list):
        return [_by_content(one, hashes) for one in value]
    if isinstance(value, dict):
        return {name: _by_content(inner, hashes) for name, inner in value.items()}
    if isinstance(value, str) and value in hashes:
        return f"sha256:{hashes[value]}"
    if isinstance(value, str) and value.endswith(".safetensors") and PurePath(value).is_absolute():
        return PurePath(value).name
    return value


def _title(fields: Mapping[str, Any]) -> str:
    facts = fields.get("facts") or {}
    named = f"{facts.get('title', '')} {facts.get('number', '')}".strip()
    return named or str(fields.get("prompt", ""))[:80]


def _weights(model: Found | None) -> dict[str, Any] | None:
    if model is None:
        return None
    known = ("id", "family", "generation", "digest", "tiny")
    return {name: getattr(model, name) for name in known}


def _recipe(recipe: object) -> dict[str, Any]:
    if is_dataclass(recipe) and not isinstance(recipe, type):
        fields = asdict(recipe)
    elif isinstance(recipe, Mapping):
        fields = dict(recipe)
    else:
        return {"name": str(recipe)} if recipe else {}
    return {name: value for name, value in fields.items() if name not in _NOT_OF_A_RECIPE}


@lru_cache(maxsize=1)
def versions() -> dict[str, str]:
    """Milimo's version and those of the libraries that decide what comes out, as far as they are here."""
    found = {"milimo": __version__}
    for name in LIBRARIES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def machine() -> dict[str, str]:
    """What it runs on: for the database, never for a file. A card is named once torch uses it."""
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
