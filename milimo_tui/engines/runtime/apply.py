"""A recipe, applied to the real classes: precision, where weights are, tiling, attention, compiling.

Only workers import this. What a recipe names and this machine lacks is refused with the way to get it.
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
from milimo_tui.engines.recipes.tables import Precision, installed_packages
from milimo_tui.engines.recipes.values import Recipe
from milimo_tui.engines.runtime import attention_probe
from milimo_tui.engines.runtime.memory import device as this_device
from milimo_tui.engines.runtime.placement import has_hook, place, stream, stream_blocks

if TYPE_CHECKING:
    import torch

# What a quantiser makes of 16 bits while they are loaded, and whose it is.
QUANTISED: dict[Precision, str] = {"int8": "torchao", "nf4": "bitsandbytes"}
LARGE = frozenset(name for name, (_, packed) in PARTS.items() if packed)


def dtype(recipe: Recipe) -> torch.dtype:
    """What weights are loaded as and computed in."""
    import torch

    return torch.float32 if recipe.computes == "float32" else torch.bfloat16


def load_options(recipe: Recipe, parts: Iterable[str] = LARGE) -> dict[str, Any]:
    """Arguments for a pipeline's `from_pretrained`; `parts` are the large ones, that are quantised.

    Raises Unavailable when the recipe's quantiser is not installed.
    """
    options: dict[str, Any] = {"dtype": dtype(recipe)}
    mapping = {
        name: _quantiser(recipe, name) for name in sorted(parts) if name != "model" and _packs(recipe, name)
    }
    if mapping:
        from diffusers.quantizers import PipelineQuantizationConfig

        options["quantization_config"] = PipelineQuantizationConfig(quant_mapping=mapping)
    return options


def model_options(recipe: Recipe, part: str = "model") -> dict[str, Any]:
    """The same for one model's `from_pretrained`, by the name that its part of a pipeline has."""
    options: dict[str, Any] = {"dtype": dtype(recipe)}
    if _packs(recipe, part):
        options["quantization_config"] = _quantiser(recipe, part)
    return options


def precision_of(recipe: Recipe, part: str) -> Precision:
    """How a large part is held: the text encoder may be so on its own, and what a file has packed is in that
    file alone.
    """
    if part == "text_encoder" and recipe.text.startswith("int8"):
        return "int8"
    return recipe.precision if is_packed(part, recipe) or part == "model" else recipe.computes


def _packs(recipe: Recipe, part: str) -> bool:
    """Whether a quantiser makes the part small while it is loaded."""
    return precision_of(recipe, part) in QUANTISED


def _library(part: str) -> str:
    """Whose class a large part of a pipeline is."""
    return "diffusers" if part in (*TAKE_TURNS, "connectors") else "transformers"


def _quantiser(recipe: Recipe, part: str) -> Any:
    """The configuration of a part's quantiser, of its library. Raises Unavailable where that is missing."""
    precision = precision_of(recipe, part)
    package = QUANTISED[precision]
    if package not in installed_packages():
        raise Unavailable(f"“{recipe.name}” needs {package}", f"pip install {package}")
    configs = importlib.import_module(_library(part))
    if precision == "int8":
        quantising = importlib.import_module("torchao.quantization")
        return configs.TorchAoConfig(quantising.Int8WeightOnlyConfig())
    return configs.BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=dtype(recipe)
    )


def apply(
    pipeline: Any, recipe: Recipe, device: torch.device | None = None, weights: str = ""
) -> tuple[str, ...]:
    """Bring a pipeline as loaded by `load_options` into the form of the recipe. `weights` is their digest.
    Returns notes in sentences.

    May be applied again, and to another pipeline of the same components: what is done already stays.
    """
    where = device or this_device()
    modules = _modules(pipeline)
    for name in sorted(modules.keys() & LARGE):
        hold(name, modules[name], recipe, where)
    place(pipeline, modules, recipe, where, weights)
    return tune(pipeline, recipe)


def hold(name: str, module: torch.nn.Module, recipe: Recipe, device: torch.device | None = None) -> None:
    """Bring a large part of a pipeline into the recipe's precision, and a transformer of which some blocks
    stay on the card to where they are: alone, so that main memory need not hold all parts whole at once.
    """
    if precision_of(recipe, name) == "fp8":
        store_fp8(module, recipe)
    if recipe.offload == "kept" and name in TAKE_TURNS:
        stream_blocks(module, recipe.kept, device or this_device())


def tune(pipeline: Any, recipe: Recipe) -> tuple[str, ...]:
    """Set what a recipe of the same form may set otherwise: tiles, attention, compiling. Costs nothing, and
    returns notes in sentences.
    """
    modules = _modules(pipeline)
    _tile(modules, recipe)
    return (*_attend(modules, recipe), *_compile(modules, recipe))


def apply_model(model: torch.nn.Module, recipe: Recipe, device: torch.device | None = None) -> None:
    """The same for a model that is no part of a diffusers pipeline (SAM 3, Gemma)."""
    where = device or this_device()
    if recipe.precision == "fp8":
        store_fp8(model, recipe)
    if recipe.offload in ("none", "parts", "text"):
        if recipe.precision != "nf4":  # which bitsandbytes has put on the card
            model.to(where)
    else:
        stream(model, where)


def store_fp8(module: torch.nn.Module, recipe: Recipe) -> None:
    """Hold the layers of a module in 8 bits, cast up one at a time while they compute; but for `WIDE`."""
    import torch
    from diffusers.hooks import apply_layerwise_casting

    if has_hook(module, "layerwise_casting"):
        return
    own = getattr(module, "_skip_layerwise_casting_patterns", None) or ()
    apply_layerwise_casting(
        module,
        storage_dtype=torch.float8_e4m3fn,
        compute_dtype=dtype(recipe),
        skip_modules_pattern=(*own, *WIDE),
    )
    for layer in module.modules():
        if any(weight.dtype == torch.float8_e4m3fn for weight in layer.parameters(recurse=False)):
            layer.compute_dtype = dtype(recipe)  # type: ignore[assignment]  # peft makes LoRAs in this


def _modules(pipeline: Any) -> dict[str, torch.nn.Module]:
    import torch

    parts = pipeline.components.items()
    return {name: part for name, part in parts if isinstance(part, torch.nn.Module)}


def _tile(modules: dict[str, torch.nn.Module], recipe: Recipe) -> None:
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


def _attend(modules: dict[str, torch.nn.Module], recipe: Recipe) -> Iterable[str]:
    """Set the recipe's kernel where it runs here, as the card itself shows (`attention_probe`)."""
    found: list[Any] = [modules[name] for name in TAKE_TURNS if name in modules]
    able = [one for one in found if hasattr(one, "set_attention_backend")]
    if not able:
        return ()
    backend, note = attention_probe.chosen(recipe.attention, this_device(), dtype(recipe))
    for transformer in able:
        if backend != attends_by(transformer):
            transformer.set_attention_backend(backend)
            _ATTENDING[transformer] = backend
    return (note,) if note else ()


def attends_by(transformer: torch.nn.Module) -> str:
    """The kernel of attention that a transformer uses; what models come with, where none was set."""
    return _ATTENDING.get(transformer, attention_probe.NATIVE)


_ATTENDING: WeakKeyDictionary[torch.nn.Module, str] = WeakKeyDictionary()


def _keep_compiled() -> None:
    """Have what is compiled lie in the studio home's cache, for the next worker to find."""
    home = os.environ.get("MILIMO_HOME")
    if home:
        os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", str(Home(Path(home)).cache / "compiled"))


def _compile(modules: dict[str, torch.nn.Module], recipe: Recipe) -> Iterable[str]:
    """Compile the blocks that repeat, once for all of them; undone for a recipe that has it not so."""
    found: list[Any] = [modules[name] for name in TAKE_TURNS if name in modules]
    if found and recipe.compile and os.environ.get("TORCHDYNAMO_DISABLE") == "1":
        return ("not compiled: TORCHDYNAMO_DISABLE is set",)
    for transformer in found:
        compiled = [block for block in transformer.modules() if block._compiled_call_impl is not None]
        if recipe.compile and not compiled:
            _keep_compiled()
            transformer.compile_repeated_blocks(dynamic=True)  # another size or length is not compiled anew
        if not recipe.compile:
            for block in compiled:
                block._compiled_call_impl = None
    return ()
