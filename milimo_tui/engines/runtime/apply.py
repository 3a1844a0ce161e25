"""Apply a recipe to a loaded pipeline: precision, placement of weights, tiling, attention, compiling.

Only workers import this module. If the recipe needs a missing package, the error says how to install it.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from milimo_tui.core.errors import Unavailable
from milimo_tui.core.paths import Home
from milimo_tui.engines.recipes.estimates import TAKE_TURNS, is_packed
from milimo_tui.engines.recipes.model_sizes import PARTS, WIDE
from milimo_tui.engines.recipes.tables import Precision, find_recipe_packages
from milimo_tui.engines.recipes.values import Recipe
from milimo_tui.engines.runtime import attention_probe
from milimo_tui.engines.runtime.memory import get_device as this_device
from milimo_tui.engines.runtime.placement import (
    has_diffusers_hook,
    place_modules,
    stream_blocks,
    stream_module,
)

if TYPE_CHECKING:
    import torch

# The quantiser package for each precision into which weights are converted from 16 bits while loading.
QUANTISED: dict[Precision, str] = {"int8": "torchao", "nf4": "bitsandbytes"}
LARGE = frozenset(name for name, (_, packed) in PARTS.items() if packed)


def get_compute_dtype(recipe: Recipe) -> torch.dtype:
    """Return the torch type in which the recipe loads weights and computes."""
    import torch

    return torch.float32 if recipe.computes == "float32" else torch.bfloat16


def build_load_options(recipe: Recipe, parts: Iterable[str] = LARGE) -> dict[str, Any]:
    """Return the arguments with which a pipeline is loaded by `from_pretrained`. `parts` are the names of the
    large parts, which are quantised if the recipe prescribes it.

    Raises Unavailable if the recipe's quantiser is not installed.
    """
    options: dict[str, Any] = {"dtype": get_compute_dtype(recipe)}
    mapping = {
        name: _make_quantiser_config(recipe, name)
        for name in sorted(parts)
        if name != "model" and _is_quantised_on_load(recipe, name)
    }
    if mapping:
        from diffusers.quantizers import PipelineQuantizationConfig

        options["quantization_config"] = PipelineQuantizationConfig(quant_mapping=mapping)
    return options


def build_model_options(recipe: Recipe, part: str = "model") -> dict[str, Any]:
    """Return the arguments with which a single model is loaded by `from_pretrained`. `part` is the model's
    name in a pipeline.
    """
    options: dict[str, Any] = {"dtype": get_compute_dtype(recipe)}
    if _is_quantised_on_load(recipe, part):
        options["quantization_config"] = _make_quantiser_config(recipe, part)
    return options


def get_part_precision(recipe: Recipe, part: str) -> Precision:
    """Return the precision of a large part. The recipe may set another precision for the text encoder than
    for the other parts. Precisions that have packed files apply only to the parts in those files.
    """
    if part == "text_encoder" and recipe.text.startswith("int8"):
        return "int8"
    return recipe.precision if is_packed(part, recipe) or part == "model" else recipe.computes


def _is_quantised_on_load(recipe: Recipe, part: str) -> bool:
    """Return True if a quantiser packs the part while it is loaded."""
    return get_part_precision(recipe, part) in QUANTISED


def _get_part_library(part: str) -> str:
    """Return the name of the library that defines the class of a large part: diffusers or transformers."""
    return "diffusers" if part in (*TAKE_TURNS, "connectors") else "transformers"


def _make_quantiser_config(recipe: Recipe, part: str) -> Any:
    """Return the quantiser's configuration for a part, as an object of the part's library. Raises Unavailable
    if the quantiser is not installed.
    """
    precision = get_part_precision(recipe, part)
    package = QUANTISED[precision]
    if package not in find_recipe_packages():
        raise Unavailable(f"“{recipe.name}” needs the package {package}", f"pip install {package}")
    configs = importlib.import_module(_get_part_library(part))
    if precision == "int8":
        quantising = importlib.import_module("torchao.quantization")
        return configs.TorchAoConfig(quantising.Int8WeightOnlyConfig())
    return configs.BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=get_compute_dtype(recipe)
    )


def apply_recipe(
    pipeline: Any, recipe: Recipe, device: torch.device | None = None, weights: str = ""
) -> tuple[str, ...]:
    """Apply a recipe to a pipeline that was loaded with `build_load_options`, and return notes in sentences.
    `weights` is the digest of the pipeline's weights.

    The function may be called again, also for another pipeline with the same components: changes that were
    already made are not repeated.
    """
    where = device or this_device()
    modules = _get_pipeline_modules(pipeline)
    for name in sorted(modules.keys() & LARGE):
        apply_part_form(name, modules[name], recipe, where)
    place_modules(pipeline, modules, recipe, where, weights)
    return tune_pipeline(pipeline, recipe)


def apply_part_form(
    name: str, module: torch.nn.Module, recipe: Recipe, device: torch.device | None = None
) -> None:
    """Convert a large part to the recipe's precision. For a transformer of which the recipe keeps some blocks
    on the card, also set up the placement of its blocks.

    The function is called for one part at a time, so that main memory need not hold all complete parts at
    once.
    """
    if get_part_precision(recipe, name) == "fp8":
        store_fp8(module, recipe)
    if recipe.offload == "kept" and name in TAKE_TURNS:
        stream_blocks(module, recipe.kept, device or this_device())


def tune_pipeline(pipeline: Any, recipe: Recipe) -> tuple[str, ...]:
    """Set those options of the recipe that need no new loading of the weights: tiles, attention and
    compiling. This takes almost no time. Return notes as sentences.
    """
    modules = _get_pipeline_modules(pipeline)
    _set_vae_tiling(modules, recipe)
    return (*_set_attention(modules, recipe), *_compile_blocks(modules, recipe))


def apply_recipe_to_model(model: torch.nn.Module, recipe: Recipe, device: torch.device | None = None) -> None:
    """Apply a recipe to a model outside a diffusers pipeline (SAM 3, a language model)."""
    where = device or this_device()
    if recipe.precision == "fp8":
        store_fp8(model, recipe)
    if recipe.offload in ("none", "parts", "text"):
        if recipe.precision != "nf4":  # bitsandbytes has already put nf4 weights on the card.
            model.to(where)
    else:
        stream_module(model, where)


def store_fp8(module: torch.nn.Module, recipe: Recipe) -> None:
    """Store the layers of a module in 8 bits. Each layer is cast to the computing precision while it
    computes. The layers named in `WIDE` are left out.
    """
    import torch
    from diffusers.hooks import apply_layerwise_casting

    if has_diffusers_hook(module, "layerwise_casting"):
        return
    own = getattr(module, "_skip_layerwise_casting_patterns", None) or ()
    apply_layerwise_casting(
        module,
        storage_dtype=torch.float8_e4m3fn,
        compute_dtype=get_compute_dtype(recipe),
        skip_modules_pattern=(*own, *WIDE),
    )
    for layer in module.modules():
        if any(weight.dtype == torch.float8_e4m3fn for weight in layer.parameters(recurse=False)):
            layer.compute_dtype = get_compute_dtype(recipe)  # type: ignore[assignment]  # peft creates LoRAs in this type


def _get_pipeline_modules(pipeline: Any) -> dict[str, torch.nn.Module]:
    import torch

    parts = pipeline.components.items()
    return {name: part for name, part in parts if isinstance(part, torch.nn.Module)}


def _set_vae_tiling(modules: dict[str, torch.nn.Module], recipe: Recipe) -> None:
    vae: Any = modules.get("vae")
    if vae is None or not hasattr(vae, "enable_tiling"):
        return
    sizes = {
        "tile_sample_min_height": recipe.tile,
        "tile_sample_min_width": recipe.tile,
        "tile_sample_stride_height": recipe.stride,
        "tile_sample_stride_width": recipe.stride,
        "tile_sample_min_num_frames": recipe.slice,
        "tile_sample_stride_num_frames": recipe.slice_stride,
    }
    if recipe.tiling == "none":
        vae.disable_tiling()
    else:
        vae.enable_tiling(**{name: size for name, size in sizes.items() if size})
    if hasattr(vae, "use_framewise_decoding"):
        vae.use_framewise_decoding = recipe.tiling in ("space and time", "small")


def _set_attention(modules: dict[str, torch.nn.Module], recipe: Recipe) -> Iterable[str]:
    """Set the attention kernel of the recipe, if a test on the card shows that the kernel works
    (`attention_probe`). Return notes in sentences.
    """
    found: list[Any] = [modules[name] for name in TAKE_TURNS if name in modules]
    able = [one for one in found if hasattr(one, "set_attention_backend")]
    if not able:
        return ()
    backend, note = attention_probe.choose_attention_kernel(
        recipe.attention, this_device(), get_compute_dtype(recipe)
    )
    for transformer in able:
        if backend != get_attention_backend(transformer):
            transformer.set_attention_backend(backend)
            _ATTENDING[transformer] = backend
    return (note,) if note else ()


def get_attention_backend(transformer: torch.nn.Module) -> str:
    """Return the attention kernel that a transformer uses; the models' default if none was set."""
    return _ATTENDING.get(transformer, attention_probe.NATIVE)


_ATTENDING: WeakKeyDictionary[torch.nn.Module, str] = WeakKeyDictionary()


def _cache_compiled_code() -> None:
    """Store compiled code in the cache of the studio home, so that the next worker need not compile again."""
    home = os.environ.get("MILIMO_HOME")
    if home:
        os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", str(Home(Path(home)).cache / "compiled"))


def _compile_blocks(modules: dict[str, torch.nn.Module], recipe: Recipe) -> Iterable[str]:
    """Compile the repeated blocks of the transformers, once for all equal blocks. If the recipe is not
    compiled, undo an earlier compilation. Return notes in sentences.
    """
    found: list[Any] = [modules[name] for name in TAKE_TURNS if name in modules]
    if found and recipe.compile and os.environ.get("TORCHDYNAMO_DISABLE") == "1":
        return ("not compiled: TORCHDYNAMO_DISABLE is set",)
    for transformer in found:
        compiled = [block for block in transformer.modules() if block._compiled_call_impl is not None]
        if recipe.compile and not compiled:
            _cache_compiled_code()
            # `dynamic` makes the compiled code work for every size and length.
            transformer.compile_repeated_blocks(dynamic=True)
        if not recipe.compile:
            for block in compiled:
                block._compiled_call_impl = None
    return ()
