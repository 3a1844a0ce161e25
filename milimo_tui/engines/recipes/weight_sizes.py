"""The sizes of weights on disk, for the recipe ladder, and the memory that they take once loaded.

Sizes are counted from the headers of the files, because the type on disk may differ from the type in memory.
Reads headers, never tensors; no torch.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from milimo_tui.engines.catalog.installed_weights import Found
from milimo_tui.engines.catalog.model_catalog import MODELS
from milimo_tui.engines.catalog.safetensors_headers import SAFE, is_scaled
from milimo_tui.engines.catalog.weight_headers import gguf_precision, header_of, is_gguf
from milimo_tui.engines.recipes.estimates import held_gb, is_packed
from milimo_tui.engines.recipes.model_sizes import PARTS, WIDE, Part, Sizes, Weights
from milimo_tui.engines.recipes.tables import Precision
from milimo_tui.engines.recipes.values import GB, Recipe

BLOCK = re.compile(r"^(.*?\b\w*(?:blocks|layers)\.\d+)\.")
# Parts whose class belongs to transformers, which reads files named `model`; other parts belong to diffusers.
TRANSFORMERS = ("text_encoder", "prompt_enhancer")
NAMES = {True: "model", False: "diffusion_pytorch_model"}
MAKERS = "model.diffusion_model."  # prefix of a transformer's tensor names in a file with other parts

LORA_GB = 0.4  # size of a LoRA that the catalog does not know


def published_gb(id: str) -> float:
    """Return the GB of a LoRA in 16 bits, as published by its authors, or about the usual size if the catalog
    does not know it.
    """
    row = next((row for row in MODELS if row.id == id), None)
    return row.bytes / 1e9 if row else LORA_GB


def weigh(found: Found, sizes: Sizes) -> Weights:
    """Return the parts of weights: from the engine's sizes if the weights are published, else counted part by
    part.

    Raises Damaged, BadInput for files that are no weights, ReadOnly.
    """
    table = None if found.tiny else sizes.published(found.id)
    if table:
        return Weights(found.id, table.parts, held_in(found))
    parts = tuple(_part(name, paths) for name, paths in sorted(_files(found).items()))
    return Weights(found.id, parts, held_in(found))


def held_in(found: Found) -> Precision:
    """Return the precision of a transformer's single file; a folder has 16 bits. Raises the errors of
    `weigh`.
    """
    if not found.path.is_file():
        return "bfloat16"
    header = header_of(found.path)
    return (
        gguf_precision(header) if is_gguf(found.path) else "fp8-scaled" if is_scaled(header) else "bfloat16"
    )


def files(found: Found) -> list[Path]:
    """Return the files from which the parts of weights are loaded."""
    return [path for paths in _files(found).values() for path in paths]


def _files(found: Found) -> dict[str, list[Path]]:
    """Return the files of each part, by the name of the part's folder, or `model`."""
    if found.path.is_file():
        beside = _files_in(found.base) if found.base else {}
        second = {"transformer_2": [found.second]} if found.second is not None else {}
        return {**beside, "transformer": [found.path], **second}
    return _files_in(found.path)


def _files_in(folder: Path) -> dict[str, list[Path]]:
    inner = sorted({path.parent for path in folder.glob(f"*/*{SAFE}")})
    if inner:  # A pipeline reads none of the files next to its parts' folders.
        return {part.name: files_of(part) for part in inner}
    return {"model": sorted(folder.glob(f"*{SAFE}"))}


def files_of(folder: Path) -> list[Path]:
    """Return the files from which a part is loaded. Some folders hold the same weights twice, under the file
    names of two libraries.
    """
    every = sorted(folder.glob(f"*{SAFE}"))
    name = NAMES[folder.name in TRANSFORMERS]
    return [path for path in every if path.name.startswith(name)] or every


def held_bytes(paths: Iterable[Path], recipe: Recipe, *, packed: bool) -> int:
    """Return the bytes that the weights of files take once loaded; `packed` weights are held in the recipe's
    precision.

    Raises Damaged, BadInput for files that are no weights, ReadOnly.
    """
    sizes = _sizes(paths)
    gb = held_gb(sum(sizes.values()) / 1e9, _wide(sizes), recipe, packed=packed)
    return round(gb * GB)


def whole_bytes(found: Found, recipe: Recipe) -> int:
    """Return the loaded bytes (`compute_loaded_bytes`) of all parts of a pipeline."""
    return sum(
        held_bytes(paths, recipe, packed=PARTS.get(name, ((), False))[1] and is_packed(name, recipe))
        for name, paths in _files(found).items()
    )


def loras_gb(paths: Iterable[Path]) -> float:
    """Return the GB of LoRAs in 16 bits, in which they are loaded whatever type their files have. Raises the
    errors of `compute_loaded_bytes`.
    """
    return sum(sum(_sizes([path]).values()) for path in paths if path.is_file()) * 2 / GB


def weigh_part(name: str, found: Found) -> Part:
    """Return an add-on model (an upsampler) as a part with the given name. Raises the errors of
    `compute_loaded_bytes`.
    """
    if found.path.is_file():
        return _part(name, [found.path])
    inner = found.path / "latent_upsampler"
    return _part(name, files_of(inner if inner.is_dir() else found.path))


def _sizes(paths: Iterable[Path]) -> Mapping[str, int]:
    """Return the number of elements of each tensor, by name; of a checkpoint in one file only the
    transformer's tensors.
    """
    headers = (header_of(path) for path in paths)
    sizes = {key: math.prod(tensor.shape) for header in headers for key, tensor in header.tensors.items()}
    return {key: size for key, size in sizes.items() if key.startswith(MAKERS)} or sizes


def _wide(sizes: Mapping[str, int]) -> float:
    """Return the billions of parameters that no precision packs, by the names of their layers."""
    kept = (count for key, count in sizes.items() if any(word in key for word in WIDE))
    return sum(kept) / 1e9


def _part(name: str, paths: list[Path]) -> Part:
    sizes = _sizes(paths)
    blocks = {match.group(1) for key in sizes if (match := BLOCK.match(key))}
    phases, packed = PARTS.get(name, (("decode",), False))
    return Part(
        name,
        sum(sizes.values()) / 1e9,
        phases,
        packed,
        max(1, len(blocks)),
        max(sizes.values(), default=0) / 1e9,
        _wide(sizes),
    )
