"""The sizes of weights on disk, for the recipe ladder, and the memory that they take once loaded.

Sizes are counted from the headers of the files, because the type on disk may differ from the type in memory.
Reads headers, never tensors; no torch.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.catalog.model_catalog import MODELS
from milimo_tui.engines.catalog.safetensors_headers import SAFE, has_weight_scales
from milimo_tui.engines.catalog.weight_headers import estimate_gguf_precision, is_gguf, read_weights_header
from milimo_tui.engines.recipes.estimates import compute_parameter_gb, is_packed
from milimo_tui.engines.recipes.model_sizes import PARTS, WIDE, ModelPart, Sizes, Weights
from milimo_tui.engines.recipes.tables import Precision
from milimo_tui.engines.recipes.values import GB, Recipe

BLOCK = re.compile(r"^(.*?\b\w*(?:blocks|layers)\.\d+)\.")
# The classes of these parts belong to the library transformers, which reads files named `model`. The classes
# of the other parts belong to diffusers.
TRANSFORMERS = ("text_encoder", "prompt_enhancer")
NAMES = {True: "model", False: "diffusion_pytorch_model"}
# Prefix of the transformer's tensor names in a file that also contains other parts
TRANSFORMER_PREFIX = "model.diffusion_model."

LORA_GB = 0.4  # assumed GB of a LoRA that the catalog does not list


def get_published_lora_gb(id: str) -> float:
    """Return the size of a published LoRA in GB at 16 bits, or a usual size if the catalog does not list
    it.
    """
    row = next((row for row in MODELS if row.id == id), None)
    return row.bytes / 1e9 if row else LORA_GB


def weigh(found: ResolvedWeights, sizes: Sizes) -> Weights:
    """Return the parts of a model with their sizes. The sizes of published weights come from the engine's
    table; other weights are counted part by part.

    Raises Damaged, BadInput for files that are not weights, ReadOnly.
    """
    table = None if found.tiny else sizes.find_published_weights(found.id)
    if table:
        return Weights(found.id, table.parts, detect_precision(found))
    parts = tuple(_count_part_sizes(name, paths) for name, paths in sorted(_map_part_files(found).items()))
    return Weights(found.id, parts, detect_precision(found))


def detect_precision(found: ResolvedWeights) -> Precision:
    """Return the precision of a transformer in a single file. Weights in a folder have 16 bits. Raises the
    errors of `weigh`.
    """
    if not found.path.is_file():
        return "bfloat16"
    header = read_weights_header(found.path)
    return (
        estimate_gguf_precision(header)
        if is_gguf(found.path)
        else "fp8-scaled"
        if has_weight_scales(header)
        else "bfloat16"
    )


def files(found: ResolvedWeights) -> list[Path]:
    """Return all files that contain weights of the model, from the folder or the single file in `found`."""
    return [path for paths in _map_part_files(found).values() for path in paths]


def _map_part_files(found: ResolvedWeights) -> dict[str, list[Path]]:
    """Return the files of each part of the model. The key is the name of the part's folder, such as `vae`, or
    `model` if there is only one part.
    """
    if found.path.is_file():
        base_files = _map_folder_files(found.base) if found.base else {}
        second = {"transformer_2": [found.second]} if found.second is not None else {}
        return {**base_files, "transformer": [found.path], **second}
    return _map_folder_files(found.path)


def _map_folder_files(folder: Path) -> dict[str, list[Path]]:
    inner = sorted({path.parent for path in folder.glob(f"*/*{SAFE}")})
    if inner:  # A pipeline with folders for its parts reads none of the files next to these folders.
        return {part.name: list_part_files(part) for part in inner}
    return {"model": sorted(folder.glob(f"*{SAFE}"))}


def list_part_files(folder: Path) -> list[Path]:
    """Return the files from which a part is loaded. Some folders contain the same weights twice, under the
    file names of two libraries; only one copy is returned.
    """
    every = sorted(folder.glob(f"*{SAFE}"))
    name = NAMES[folder.name in TRANSFORMERS]
    return [path for path in every if path.name.startswith(name)] or every


def compute_loaded_bytes(paths: Iterable[Path], recipe: Recipe, *, packed: bool) -> int:
    """Return the number of bytes that the weights in these files need once loaded. `packed` is True if they
    are held in the recipe's precision.

    Raises Damaged, BadInput for files that are not weights, ReadOnly.
    """
    sizes = _count_tensor_elements(paths)
    gb = compute_parameter_gb(sum(sizes.values()) / 1e9, _count_wide_billions(sizes), recipe, packed=packed)
    return round(gb * GB)


def compute_pipeline_bytes(found: ResolvedWeights, recipe: Recipe) -> int:
    """Return the number of bytes that all parts of a pipeline need once loaded. Raises the errors of
    `compute_loaded_bytes`.
    """
    return sum(
        compute_loaded_bytes(
            paths, recipe, packed=PARTS.get(name, ((), False))[1] and is_packed(name, recipe)
        )
        for name, paths in _map_part_files(found).items()
    )


def compute_loras_gb(paths: Iterable[Path]) -> float:
    """Return the GB of LoRAs in 16 bits, in which they are loaded whatever type their files have. Raises the
    errors of `compute_loaded_bytes`.
    """
    return sum(sum(_count_tensor_elements([path]).values()) for path in paths if path.is_file()) * 2 / GB


def weigh_part(name: str, found: ResolvedWeights) -> ModelPart:
    """Return the sizes of an additional model, such as an upsampler, in the form of a model part with this
    name. Raises the errors of `compute_loaded_bytes`.
    """
    if found.path.is_file():
        return _count_part_sizes(name, [found.path])
    inner = found.path / "latent_upsampler"
    return _count_part_sizes(name, list_part_files(inner if inner.is_dir() else found.path))


def _count_tensor_elements(paths: Iterable[Path]) -> Mapping[str, int]:
    """Return the number of elements of each tensor by its name. If a single file contains a complete
    checkpoint, only the transformer's tensors are counted.
    """
    headers = (read_weights_header(path) for path in paths)
    sizes = {key: math.prod(tensor.shape) for header in headers for key, tensor in header.tensors.items()}
    return {key: size for key, size in sizes.items() if key.startswith(TRANSFORMER_PREFIX)} or sizes


def _count_wide_billions(sizes: Mapping[str, int]) -> float:
    """Return the number of parameters, in billions, that stay in the computing precision in every recipe.
    They are recognised by the names of their layers. `sizes` maps the names of tensors to their numbers of
    elements.
    """
    kept = (count for key, count in sizes.items() if any(word in key for word in WIDE))
    return sum(kept) / 1e9


def _count_part_sizes(name: str, paths: list[Path]) -> ModelPart:
    sizes = _count_tensor_elements(paths)
    blocks = {match.group(1) for key in sizes if (match := BLOCK.match(key))}
    phases, packed = PARTS.get(name, (("decode",), False))
    return ModelPart(
        name,
        sum(sizes.values()) / 1e9,
        phases,
        packed,
        max(1, len(blocks)),
        max(sizes.values(), default=0) / 1e9,
        _count_wide_billions(sizes),
    )
