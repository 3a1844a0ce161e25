"""Check that the files of a folder of weights are consistent, using only configurations, indexes and headers.

No tensor is read and nothing is imported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import BadInput, Damaged
from milimo_tui.core.host import explain_os_error
from milimo_tui.core.reasons import reason
from milimo_tui.core.untrusted_json import parse_untrusted_json
from milimo_tui.engines.catalog.families import CONFIG, INDEX
from milimo_tui.engines.catalog.safetensors_headers import SAFE, WeightsHeader, read_safetensors_header

CONFIGS = (CONFIG, INDEX, "*_config.json", f"*{SAFE}.index.json")
WHOLE_NUMBERS = frozenset({"BOOL", "U8", "I8", "I16", "U16", "I32", "U32", "I64", "U64"})
# Files that are stored with a single model and configure how its inputs are prepared.
PROCESSOR_CONFIGS = ("tokenizer_config.json", "processor_config.json", "preprocessor_config.json")
PARTS = ("transformer", "unet", "vae")  # folder names of parts, at least one of which every pipeline has
INDEXES = f"*{SAFE}.index.json"
# Matches the name, without suffix, of one of several files that a model is split into (a shard)
SHARD = re.compile(r"^(.+)-\d+-of-\d+$")
_HINT = "download the folder again"


def check_weights_folder(folder: Path) -> None:
    """Check that the files of a folder and of its subfolders agree with each other.

    Raises Damaged for a configuration that is not JSON and for a truncated file. Raises BadInput for files
    that hold no weights or describe their tensors wrongly. Also raises BadInput for shards that overlap, have
    no index or do not match it.
    """
    for place in (folder, *sorted(_iterate_part_folders(folder))):
        for pattern in CONFIGS:
            for path in sorted(place.glob(pattern)):
                _read_checked_config(path)
        headers = {path: read_safetensors_header(path) for path in sorted(place.glob(f"*{SAFE}"))}
        if not _has_quantized_weights(place):
            for path, header in headers.items():
                _refuse_integer_matrices(path, header)
        holds = {path.name: frozenset(header.tensors) for path, header in headers.items()}
        indexes = sorted(place.glob(INDEXES))
        whole = {
            *_iterate_unsharded_files(holds),
            *(one for one in indexes if _list_index_shards(one) & holds.keys()),
        }
        for index in indexes:
            # Skip an index whose files are all missing if there are other complete weights: it belongs to
            # weights that were not downloaded.
            if index in whole or not whole:
                _check_shard_index(index, holds)
        if not whole:
            _refuse_shards_without_index(place, holds)
    _check_transformers_parts(folder)


def refuse_missing_config(folder: Path) -> None:
    """Raise BadInput for pipeline parts without the pipeline's index, and for a model without its
    configuration.
    """
    parts = (folder / name for name in PARTS)
    if any((part / CONFIG).is_file() and any(part.glob(f"*{SAFE}")) for part in parts):
        raise BadInput(f"{folder.name} contains parts of a pipeline, but its {INDEX} is missing", _HINT)
    if any((folder / name).is_file() for name in PROCESSOR_CONFIGS) and any(folder.glob(f"*{SAFE}")):
        raise BadInput(f"{folder.name} contains a model, but its {CONFIG} is missing", _HINT)


def _iterate_part_folders(folder: Path) -> Iterator[Path]:
    return (path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))


def _read_checked_config(path: Path) -> dict[str, Any]:
    try:
        value = parse_untrusted_json(path.read_text())
    except OSError as error:
        raise explain_os_error(error, path, "read") from error
    except ValueError as error:
        raise Damaged(f"{_format_part_file(path)} can't be read as JSON: {reason(error)}", _HINT) from error
    if not isinstance(value, dict):
        raise Damaged(f"{_format_part_file(path)} is not a valid configuration", _HINT)
    return value


def _check_transformers_parts(folder: Path) -> None:
    """Raise BadInput for a transformers part whose configuration does not describe a transformers model.

    From such a configuration, the library would create a model of its default size, tens of gigabytes of
    random numbers.
    """
    index = folder / INDEX
    for name, entry in _read_checked_config(index).items() if index.is_file() else ():
        if not isinstance(entry, list) or len(entry) != 2 or entry[0] != "transformers":
            continue
        path = folder / name / CONFIG
        if path.is_file() and not (config := _read_checked_config(path)).get("model_type"):
            text = f"of a {config['_class_name']}" if "_class_name" in config else "of no model"
            raise BadInput(
                f"{_format_part_file(path)} is the configuration {text}, but the index specifies {entry[1]}",
                _HINT,
            )


def _has_quantized_weights(place: Path) -> bool:
    """Return True if the configuration describes how the weights were packed (quantised)."""
    path = place / CONFIG
    return path.is_file() and bool(_read_checked_config(path).get("quantization_config"))


def _refuse_integer_matrices(path: Path, header: WeightsHeader) -> None:
    """Raise BadInput for a matrix of integers. Without a description of the packing it can't be unpacked."""
    for name, tensor in header.tensors.items():
        if name.endswith(".weight") and len(tensor.shape) > 1 and tensor.dtype in WHOLE_NUMBERS:
            raise BadInput(
                f"{_format_part_file(path)} stores {name} as {tensor.dtype} without the scale to unpack it",
                _HINT,
            )


def _iterate_unsharded_files(holds: dict[str, frozenset[str]]) -> Iterator[str]:
    return (name for name in holds if SHARD.match(Path(name).stem) is None)


def _list_index_shards(index: Path) -> frozenset[str]:
    """Return the names of the files (shards) that an index lists."""
    weight_map = _read_checked_config(index).get("weight_map")
    return frozenset(map(str, weight_map.values())) if isinstance(weight_map, dict) else frozenset()


def _check_shard_index(index: Path, holds: dict[str, frozenset[str]]) -> None:
    """Raise BadInput if a shard lacks a tensor that the index assigns to it, or if two shards hold the same
    tensor.

    `holds` maps each shard to the names of its tensors.
    """
    weight_map = _read_checked_config(index).get("weight_map")
    if not isinstance(weight_map, dict) or not weight_map:
        raise BadInput(f"{_format_part_file(index)} names no tensors", _HINT)
    for tensor, shard in weight_map.items():
        if not isinstance(shard, str) or shard not in holds:
            raise BadInput(
                f"{_format_part_file(index)} names “{shard}”, which is not in the same folder", _HINT
            )
        if tensor not in holds[shard]:
            raise BadInput(
                f"{_format_part_file(index)} lists {tensor} in {shard}, but it is missing there", _HINT
            )
    there: dict[str, str] = {}
    for shard in sorted({str(one) for one in weight_map.values()}):
        for tensor in holds[shard]:
            if tensor in there:
                raise BadInput(f"{_format_part_file(index)}: {tensor} is in two of its files", _HINT)
            there[tensor] = shard


def _refuse_shards_without_index(place: Path, holds: dict[str, frozenset[str]]) -> None:
    """Raise BadInput for shards without an index if there are no other weights, because loaders would find no
    weights.
    """
    for name in holds:
        shard = SHARD.match(Path(name).stem)
        if shard and not (place / f"{shard.group(1)}{SAFE}.index.json").is_file():
            raise BadInput(
                f"{_format_part_file(place / name)} is a part of weights whose index is missing", _HINT
            )


def _format_part_file(path: Path) -> str:
    """Return a file name with its folder, which tells the user the part of the pipeline."""
    return f"{path.parent.name}/{path.name}"
