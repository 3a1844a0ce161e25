"""Write and read nested dicts, lists, sets and tensors as one safetensors file, to save a tracking session.

The structure is stored in the file's header. Nothing in the file is executed. Imports torch: only for
workers.
"""

from __future__ import annotations

import json
from collections import OrderedDict, defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.torch
import torch
from safetensors import safe_open
from torch import Tensor

_SHAPE, _BYTES = "shape", "bytes"
# Attributes that are not saved: a new session sets them itself, or computes them again from the current frame
# and the texts.
_ITS_OWN = frozenset(
    {
        "processed_frames",
        "cache",
        "inference_device",
        "inference_state_device",
        "video_storage_device",
        "dtype",
        "prompt_embeddings",
    }
)


def extract_session_state(session: Any) -> dict[str, Any]:
    """Return the attributes of a transformers tracking session that describe its objects."""
    return {name: value for name, value in vars(session).items() if name not in _ITS_OWN}


def restore_session_state(state: dict[str, Any], session: Any) -> None:
    """Copy the saved attributes `state` of a tracking session into a new session."""
    for name, value in state.items():
        kept = getattr(session, name, None)
        # Dicts are refilled instead of replaced, because some of them are defaultdicts.
        if isinstance(kept, dict):
            kept.clear()
            kept.update(value)
        else:
            setattr(session, name, value)


def write_session_value(path: Path, value: Any) -> None:
    """Write a value to a file.

    Raises TypeError for a value other than a dict, list, tuple, set, tensor, bytes or plain value.
    """
    tensors: dict[str, Tensor] = {}
    known: dict[int, str] = {}
    blob = bytearray()

    def to_plain(one: Any) -> Any:
        if one is None or isinstance(one, bool | int | float | str):
            return one
        if isinstance(one, Tensor):
            name = known.setdefault(id(one), str(len(known)))
            if name not in tensors:
                tensors[name] = one.detach().cpu().contiguous().clone()
            return ["tensor", name, one.device.type]
        if isinstance(one, bytes):
            blob.extend(one)
            return ["bytes", len(blob) - len(one), len(blob)]
        if type(one) in (dict, OrderedDict, defaultdict):
            return ["dict", *([to_plain(key), to_plain(inner)] for key, inner in one.items())]
        for kind in (list, tuple, set):
            if isinstance(one, kind):
                return [kind.__name__, *(to_plain(inner) for inner in one)]
        raise TypeError(f"a state can't hold {type(one).__name__}")

    shape = json.dumps(to_plain(value))
    tensors[_BYTES] = torch.from_numpy(np.frombuffer(bytes(blob) or b"\0", np.uint8).copy())
    safetensors.torch.save_file(tensors, path, {_SHAPE: shape})


def read_session_value(path: Path, device: torch.device) -> Any:
    """Read a value from a file. Tensors that were not in main memory when they were written are put on
    `device`.

    Raises OSError, SafetensorError.
    """
    with safe_open(path, "pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  # no mapping
        shape = json.loads(file.metadata()[_SHAPE])
    blob = tensors[_BYTES].numpy().tobytes()

    def from_plain(one: Any) -> Any:
        if not isinstance(one, list):
            return one
        kind, *rest = one
        if kind == "tensor":
            return tensors[rest[0]].to("cpu" if rest[1] == "cpu" else device)
        if kind == "bytes":
            return blob[rest[0] : rest[1]]
        if kind == "dict":
            return {from_plain(key): from_plain(inner) for key, inner in rest}
        return {"list": list, "tuple": tuple, "set": set}[kind](from_plain(inner) for inner in rest)

    return from_plain(shape)
