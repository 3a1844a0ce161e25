"""Provide ways to damage a copy of a tiny model's folder: files that are no weights, headers for other bytes,
shards that do not match, and configurations of other models.
"""

from __future__ import annotations

import json
import pickle
import shutil
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file

Lie = Callable[[Path], None]  # damages the folder of a model part


def weights(part: Path) -> Path:
    """Return the first weights file of a model part."""
    return next(iter(sorted(part.glob("*.safetensors"))))


def kept(tensors: dict[str, torch.Tensor], path: Path) -> None:
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, path, {"format": "pt"})


def _header(part: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Rewrite the file with the same data and a header in which `change` edited the entry of each tensor."""
    path = weights(part)
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    for name, entry in header.items():
        if name != "__metadata__":
            change(entry)
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data[8 + length :])


def cut(part: Path) -> None:
    path = weights(part)
    path.write_bytes(path.read_bytes()[:-100])


def emptied(part: Path) -> None:
    weights(part).write_bytes(b"")


def a_folder(part: Path) -> None:
    path = weights(part)
    path.unlink()
    path.mkdir()


def endless_header(part: Path) -> None:
    path = weights(part)
    path.write_bytes(struct.pack("<Q", 10**12) + path.read_bytes()[8:])


def pickled(part: Path) -> None:
    weights(part).write_bytes(pickle.dumps({"weight": [0.0]}, protocol=4))


def all_at_one_place(part: Path) -> None:
    def change(entry: dict[str, Any]) -> None:
        begin, end = entry["data_offsets"]
        entry["data_offsets"] = [0, end - begin]

    _header(part, change)


def another_type(part: Path) -> None:
    _header(part, lambda entry: entry.update(dtype="F64"))


def a_type_nobody_has(part: Path) -> None:
    _header(part, lambda entry: entry.update(dtype="Q17"))


def endless_sides(part: Path) -> None:
    _header(part, lambda entry: entry.update(shape=[10**9, *entry["shape"][1:]]))


def sides_below_nothing(part: Path) -> None:
    _header(part, lambda entry: entry.update(shape=[-1, *entry["shape"][1:]]))


def bytes_behind(part: Path) -> None:
    path = weights(part)
    path.write_bytes(path.read_bytes() + b"behind the last tensor")


def whole_numbers(part: Path) -> None:
    kept(
        {name: tensor.to(torch.int64) for name, tensor in load_file(weights(part)).items()},
        weights(part),
    )


def _shards(part: Path) -> tuple[Path, Path, Path, dict[str, torch.Tensor]]:
    """Split the weights into two files with an index. Return both files, the index and all tensors."""
    path, tensors = weights(part), load_file(weights(part))
    first, second = (path.with_name(f"{path.stem}-0000{n}-of-00002.safetensors") for n in (1, 2))
    names = sorted(tensors)
    kept({name: tensors[name] for name in names[::2]}, first)
    kept({name: tensors[name] for name in names[1::2]}, second)
    path.unlink()
    index = path.with_name(f"{path.name}.index.json")
    places = {name: (first if n % 2 == 0 else second).name for n, name in enumerate(names)}
    index.write_text(json.dumps({"metadata": {}, "weight_map": places}))
    return first, second, index, tensors


def in_shards(part: Path) -> None:
    """Split the weights into two files without damage, as a control case."""
    _shards(part)


def a_shard_is_missing(part: Path) -> None:
    _shards(part)[1].unlink()


def a_shard_is_cut(part: Path) -> None:
    _, second, _, _ = _shards(part)
    second.write_bytes(second.read_bytes()[:-20])


def shards_overlap(part: Path) -> None:
    _, second, _, tensors = _shards(part)
    kept({name: tensor * 3 for name, tensor in tensors.items()}, second)


def no_index(part: Path) -> None:
    _shards(part)[2].unlink()


def index_of_nothing(part: Path) -> None:
    _shards(part)[2].write_text("{}")


def index_that_lies(part: Path) -> None:
    first, _, index, tensors = _shards(part)
    index.write_text(json.dumps({"weight_map": dict.fromkeys(tensors, first.name)}))


def index_that_leads_away(part: Path) -> None:
    _, second, index, _ = _shards(part)
    shutil.move(second, part.parent.parent / "away.safetensors")
    index.write_text(index.read_text().replace(second.name, "../../away.safetensors"))


def config_of_no_json(part: Path) -> None:
    (part / "config.json").write_text("{not json")


def config_is_a_list(part: Path) -> None:
    (part / "config.json").write_text("[1, 2]")


def config_in_words(part: Path) -> None:
    path = part / "config.json"
    data = json.loads(path.read_text())
    is_number = {key: isinstance(value, int) and not isinstance(value, bool) for key, value in data.items()}
    path.write_text(json.dumps({key: "many" if is_number[key] else value for key, value in data.items()}))


def other_sides(part: Path) -> None:
    tensors = load_file(weights(part))
    name = next(name for name, tensor in tensors.items() if tensor.ndim > 1 and tensor.shape[1] > 1)
    kept({**tensors, name: tensors[name][:, : tensors[name].shape[1] // 2]}, weights(part))


def lacks_one(part: Path) -> None:
    tensors = load_file(weights(part))
    names = [name for name in tensors if name.endswith("weight") and "lm_head" not in name]
    kept({name: tensor for name, tensor in tensors.items() if name != names[3]}, weights(part))


def of_another_model(part: Path) -> None:
    kept({f"strange.{n}.weight": torch.ones(8, 8) for n in range(4)}, weights(part))


def no_numbers(part: Path) -> None:
    tensors = load_file(weights(part))
    kept(
        {name: one * float("nan") if one.is_floating_point() else one for name, one in tensors.items()},
        weights(part),
    )
