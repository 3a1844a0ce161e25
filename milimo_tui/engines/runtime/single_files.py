"""Load a transformer from one file as its authors or other people published it, in safetensors or GGUF.

GGUF weights stay packed, and each layer unpacks its own weight while it computes. The names and shapes in the
file are compared with the model's configuration before any tensor is read. Only workers import this module.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file

from milimo_tui.core.errors import BadInput, Unavailable
from milimo_tui.engines.catalog.safetensors_headers import WeightsHeader, has_weight_scales
from milimo_tui.engines.catalog.weight_headers import is_gguf, read_weights_header
from milimo_tui.engines.recipes.tables import find_recipe_packages
from milimo_tui.engines.runtime.scaled_weights import Convert, build_scaled_model, split_scales

PREFIXES = ("model.diffusion_model.", "diffusion_model.")
# Maps prefixes of tensor names that diffusers does not know to the prefixes that diffusers uses.
NamePrefixes = Mapping[str, str]


def load_single_file_transformer(
    cls: Any, path: Path, folder: Path, dtype: torch.dtype, names: NamePrefixes, quantiser: Any = None
) -> Any:
    """Load a transformer of class `cls` from the file `path`, with the configuration in `folder`.

    Raises BadInput for a file of another model or with other shapes, Damaged for a truncated file, and
    Unavailable if the package that unpacks the file is not installed.
    """
    header = read_weights_header(path)
    config = cls.load_config(folder, subfolder="transformer", local_files_only=True)
    convert = check_transformer_file(cls, config, path, header, names)
    if is_gguf(path):
        quantiser = make_gguf_config(dtype)
        state = _load_gguf_tensors(path)
    else:
        state = load_file(path)
        if has_weight_scales(header):
            return build_scaled_model(cls, config, _select_transformer_tensors(state, names), convert, dtype)
    return cls.from_single_file(
        _select_transformer_tensors(state, names),
        config=str(folder),
        subfolder="transformer",
        local_files_only=True,
        torch_dtype=dtype,
        **({"quantization_config": quantiser} if quantiser else {}),
    )


def check_transformer_file(
    cls: Any, config: Any, path: Path, header: WeightsHeader, names: NamePrefixes
) -> Convert:
    """Check the names and shapes in a transformer file, and return the function that converts its tensor
    names to those of diffusers.

    Raises BadInput if the file belongs to another model, or if its shapes differ from the model's.
    """
    with torch.device("meta"):
        wanted = {name: tuple(one.shape) for name, one in cls.from_config(config).state_dict().items()}
        empty = {name: torch.empty(one.shape) for name, one in header.tensors.items()}
    own, _ = split_scales(_select_transformer_tensors(empty, names))
    convert = _return_unchanged if wanted.keys() <= own.keys() else _make_name_converter(cls, config)
    there = {name: tuple(one.shape) for name, one in convert(dict(own)).items()}
    missing = [name for name in wanted if name not in there]
    if missing:
        missing_text = f"{len(missing):,} of {len(wanted):,} tensors, for example {missing[0]}"
        raise BadInput(
            f"{path.name} belongs to another model: it lacks {missing_text}",
            "milimo model use FILE --generation sets the generation",
        )
    for name, shape in wanted.items():
        if there[name] != shape:
            sides, fits = ("×".join(map(str, one)) for one in (there[name], shape))
            raise BadInput(
                f"{path.name} does not fit the model: {name} is {sides} in the file, but {fits} in the model",
                "use a file that was made from this model",
            )
    return convert


def _return_unchanged(state: dict[str, Any]) -> dict[str, Any]:
    return state


def _make_name_converter(cls: Any, config: Any) -> Convert:
    """Return a function that converts tensor names from the authors' names to diffusers' names.

    The function returns an empty mapping for names that diffusers can't convert.
    """
    module = importlib.import_module("diffusers.loaders.single_file_model")
    convert = module.SINGLE_FILE_LOADABLE_CLASSES[cls.__name__]["checkpoint_mapping_fn"]

    def convert_or_return_empty(state: dict[str, Any]) -> dict[str, Any]:
        try:
            found: dict[str, Any] = convert(checkpoint=state, config=config)
        except (KeyError, IndexError, RuntimeError, ValueError):
            return {}
        return found

    return convert_or_return_empty


def _select_transformer_tensors(state: dict[str, Any], names: NamePrefixes) -> dict[str, Any]:
    """Return those tensors of a checkpoint that belong to its transformer, renamed so that diffusers' loader
    recognises them.

    The checkpoint may contain other components too, such as an autoencoder.
    """
    prefix = next((one for one in PREFIXES if any(name.startswith(one) for name in state)), "")
    own = {name.removeprefix(prefix): value for name, value in state.items() if name.startswith(prefix)}
    return {_replace_name_prefix(name, names): value for name, value in own.items()}


def _replace_name_prefix(name: str, names: NamePrefixes) -> str:
    for theirs, ours in names.items():
        if name.startswith(theirs):
            return ours + name.removeprefix(theirs)
    return name


def make_gguf_config(dtype: torch.dtype) -> Any:
    """Return the configuration with which diffusers holds GGUF weights packed. Raises Unavailable if its
    package is not installed.
    """
    if "gguf" not in find_recipe_packages():
        raise Unavailable("weights in a GGUF file need the package gguf", "pip install gguf")
    return importlib.import_module("diffusers").GGUFQuantizationConfig(compute_dtype=dtype)


def _load_gguf_tensors(path: Path) -> dict[str, Any]:
    """Load the tensors of a GGUF file.

    The weights of linear layers stay packed. All other tensors are unpacked, because only linear layers can
    unpack a weight while they compute.
    """
    loading = importlib.import_module("diffusers.models.model_loading_utils")
    unpacking = importlib.import_module("diffusers.quantizers.gguf.utils")
    state: dict[str, Any] = loading.load_gguf_checkpoint(str(path))
    for name, value in state.items():
        packed = getattr(value, "quant_type", None)
        if packed is not None and (
            packed in unpacking.UNQUANTIZED_TYPES or not _is_linear_weight(name, value)
        ):
            state[name] = unpacking.dequantize_gguf_tensor(value).as_subclass(torch.Tensor)
    return state


def _is_linear_weight(name: str, value: Any) -> bool:
    """Return True if the tensor is the matrix of a linear layer."""
    return name.endswith(".weight") and value.ndim == 2
