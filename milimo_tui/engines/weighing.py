"""What weights on disk are made of, for the recipe ladder: counted from the headers of their own files.

Reads headers, never tensors; no torch.
"""

from __future__ import annotations

import math
import re
from pathlib import Path

from milimo_tui.engines.recipe_tables import PARTS, Part, Weights
from milimo_tui.engines.recipes import published
from milimo_tui.engines.weights.headers import SAFE, read_header
from milimo_tui.engines.weights.values import Found

BLOCK = re.compile(r"^(.*?\b\w*(?:blocks|layers)\.\d+)\.")


def weigh(found: Found) -> Weights:
    """What the recipe tables say of published weights; others are counted, part by part.

    Raises Damaged, BadInput for files that are no weights, ReadOnly.
    """
    table = None if found.tiny else published(found.id)
    if table:
        return Weights(found.id, table.parts)
    return Weights(found.id, tuple(_part(name, paths) for name, paths in sorted(_files(found).items())))


def _files(found: Found) -> dict[str, list[Path]]:
    """Files by the part that they belong to: the folder they lie in, or `model`."""
    if found.path.is_file():
        beside = _files_in(found.base) if found.base else {}
        return {**beside, "transformer": [found.path]}
    return _files_in(found.path)


def _files_in(folder: Path) -> dict[str, list[Path]]:
    parts: dict[str, list[Path]] = {}
    for path in sorted(folder.glob(f"*{SAFE}")):
        parts.setdefault("model", []).append(path)
    for path in sorted(folder.glob(f"*/*{SAFE}")):
        parts.setdefault(path.parent.name, []).append(path)
    return parts


def _part(name: str, paths: list[Path]) -> Part:
    sizes = {
        key: math.prod(tensor.shape) for path in paths for key, tensor in read_header(path).tensors.items()
    }
    blocks = {match.group(1) for key in sizes if (match := BLOCK.match(key))}
    phases, packed = PARTS.get(name, (("decode",), False))
    return Part(
        name,
        sum(sizes.values()) / 1e9,
        phases,
        packed,
        max(1, len(blocks)),
        max(sizes.values(), default=0) / 1e9,
    )
