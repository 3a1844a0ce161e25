"""Load the parts of an LTX-2 checkpoint, each once, and cache them. The files are folders in diffusers'
format; the transformer may be a single file.

Imports torch and diffusers; for workers.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from milimo_tui.core.errors import Damaged
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.ltx2.decode.windows import WindowAttention
from milimo_tui.engines.ltx2.plan.decoder_choice import DECODER, SHARED, SHARED_FRAMES, Tile
from milimo_tui.engines.ltx2.plan.generations import get_config_class, read_component_config
from milimo_tui.engines.ltx2.plan.installed_parts import find_config_folder
from milimo_tui.engines.recipes.estimates import STREAMED, is_packed
from milimo_tui.engines.recipes.values import Recipe
from milimo_tui.engines.recipes.weight_sizes import compute_loaded_bytes, list_part_files
from milimo_tui.engines.runtime import apply as applying
from milimo_tui.engines.runtime.fused_loras import FusedLora, fuse_lora
from milimo_tui.engines.runtime.memory import get_device
from milimo_tui.engines.runtime.model_cache import ModelCache, ModelKey, Place
from milimo_tui.engines.runtime.model_stack import (
    refuse_unknown_tokens,
    report_damaged_weights,
    try_tokenizer,
)
from milimo_tui.engines.runtime.single_files import load_single_file_transformer

_LTX2 = "diffusers.pipelines.ltx2"
# The module and class of each part, by the name of the part's folder.
PARTS: dict[str, tuple[str, str]] = {
    "text_encoder": ("transformers", ""),
    "tokenizer": ("transformers", "AutoTokenizer"),
    "connectors": (_LTX2, "LTX2TextConnectors"),
    "transformer": ("diffusers", "LTX2VideoTransformer3DModel"),
    "vae": ("diffusers", "AutoencoderKLLTX2Video"),
    "audio_vae": ("diffusers", "AutoencoderKLLTX2Audio"),
    "vocoder": (_LTX2, ""),
}
TEXT = "text_encoder"
SINGLE = ("file", "comfyui")
# Lightricks' prefixes of tensor names in 2.3 and 2.5 that diffusers' loader does not convert, with diffusers'
# names for them.
NAMES = {"prompt_adaln_single.": "prompt_adaln.", "audio_prompt_adaln_single.": "audio_prompt_adaln."}
# Classes that compute in 32 bits with every recipe, as in Lightricks' code, because the errors of a hundred
# convolutions add up. Their weights are stored in 32 bits, because a CPU has no autocast to 32 bits.
WIDE = frozenset({"LTX2VocoderWithBWE"})
ALIGNED = 64  # alignment in bytes of tensors that torch allocates on a CPU


def is_text_encoder_temporary(recipe: Recipe) -> bool:
    """Return True if the recipe holds the text encoder in memory only while prompts are encoded, and drops it
    before the transformer is loaded.
    """
    return recipe.text.endswith("once")


def key_of(found: ResolvedWeights, part: str, recipe: Recipe, fused: FusedLora | None = None) -> ModelKey:
    """Return the key of a part in the model cache. Engines that share a part, such as Gemma's text encoder,
    use the same key. `fused` is the LoRA merged into the part, if any.
    """
    form = f"{recipe.precision} {fused.form}" if fused and part == STREAMED else recipe.precision
    return ModelKey(found.identity, part, recipe.computes, form, recipe.placed, title=found.id)


def load(
    found: ResolvedWeights,
    recipe: Recipe,
    cache: ModelCache,
    context: Context,
    *,
    diffuses: Tile | None = None,
    fused: FusedLora | None = None,
) -> dict[str, Any]:
    """Return all parts by name, and load each part that is not cached. Each load is reported.

    `diffuses` are the tiles of the diffusion decoder, which is only loaded if they are given. `fused` is a
    LoRA that is merged into the transformer. The text encoder is not included if it was already dropped after
    encoding.

    Raises Damaged for files that do not match their configurations, Unavailable, OutOfMemory.
    """
    # The transformer is loaded first, so that no other part is in main memory while it moves to the card.
    names = sorted(PARTS, key=lambda name: name != STREAMED)
    absent = {TEXT: None} if is_text_encoder_temporary(recipe) else {}
    parts = {name: part(found, name, recipe, cache, context, fused) for name in names if name not in absent}
    return absent | parts | load_diffusion_decoder(found, recipe, cache, context, diffuses)


def load_diffusion_decoder(
    found: ResolvedWeights, recipe: Recipe, cache: ModelCache, context: Context, by: Tile | None
) -> dict[str, Any]:
    """Return a dictionary with one item, the diffusion decoder by its component name. The decoder is set to
    decode in tiles of size `by`. The dictionary is empty if `by` is None.
    """
    if by is None:
        return {}
    decoder = part(found, DECODER, recipe, cache, context)
    decoder.set_attn_processor(WindowAttention())
    steps = (by.side - SHARED, by.side - SHARED, by.frames - SHARED_FRAMES)
    decoder.enable_tiling(by.side, by.side, by.frames, *steps)
    return {DECODER: decoder}


def part(
    found: ResolvedWeights,
    name: str,
    recipe: Recipe,
    cache: ModelCache,
    context: Context,
    fused: FusedLora | None = None,
) -> Any:
    """Return one part of the checkpoint, loaded if it is not cached."""
    stays = (
        recipe.offload == "none" and recipe.precision != "nf4" and name != "tokenizer"
    )  # No recipe moves this part between the card and main memory.

    def build() -> Any:
        part = _build_part(found, find_config_folder(found), name, recipe)
        if get_device().type == "cpu" and name != "tokenizer":
            align_tensors(part)
        if name == TEXT:
            refuse_unknown_tokens(part, found.id)
        if fused is not None and name == STREAMED:
            fuse_lora(part, fused)
        if name in applying.LARGE:
            # 8-bit weights are converted in main memory, because in 16 bits they may not fit on the card.
            applying.apply_part_form(name, part, recipe)
        return part.to(get_device()) if stays else part

    packed = name in applying.LARGE and is_packed(name, recipe)
    size = compute_loaded_bytes(_list_part_weight_files(found, name), recipe, packed=packed)
    kept = round(size * recipe.kept) if name == STREAMED else 0
    key = key_of(found, name, recipe, fused)
    return cache.part(key, build, context, size, move=_move_part if stays else None, stays=kept)


def _move_part(model: Any, place: Place) -> None:
    """Move a part to the card, or to main memory until it is used again."""
    model.to(get_device() if place == "card" else "cpu")


def _list_part_weight_files(found: ResolvedWeights, name: str) -> list[Path]:
    """Return the files that contain the weights of the part `name`, such as `transformer`."""
    if name == "transformer" and found.form in SINGLE:
        return [found.path]
    return list_part_files(find_config_folder(found) / name)


def _build_part(found: ResolvedWeights, folder: Path, name: str, recipe: Recipe) -> Any:
    cls = _find_part_class(folder, name)
    wanted = {} if name == "tokenizer" else get_part_options(name, recipe)
    if cls.__name__ in WIDE:
        wanted["dtype"] = torch.float32

    def read() -> Any:
        if name == "transformer" and found.form in SINGLE:
            return load_single_file_transformer(
                cls, found.path, folder, wanted["dtype"], NAMES, wanted.get("quantization_config")
            )
        made = cls.from_pretrained(folder / name, local_files_only=True, **wanted)
        if name == "tokenizer":
            try_tokenizer(made)
        return made

    return load_from_files(found, name, read)


def load_from_files(found: ResolvedWeights, name: str, read: Callable[[], Any]) -> Any:
    """Return the result of `read`, which loads the part `name` from its files. Raises Damaged if the files do
    not match their configuration.
    """
    with report_damaged_weights(found.id, name.replace("_", " ")):
        return read()


def align_tensors(model: Any) -> None:
    """Copy every misaligned tensor of a model to aligned memory.

    The order in which CPU kernels add depends on the address of a tensor. In a mapped file the address
    depends on the length of the file's header. Without alignment, the same weights in another file would make
    a different take.
    """
    for tensor in (*model.parameters(), *model.buffers()):
        if tensor.data_ptr() % ALIGNED:
            tensor.data = tensor.data.clone()


def get_part_options(name: str, recipe: Recipe) -> dict[str, Any]:
    """Return the options for loading a part by the recipe: its number type, and a quantiser for large
    parts.
    """
    if name in applying.LARGE:
        return applying.build_model_options(recipe, name)
    return {"dtype": applying.get_compute_dtype(recipe)}


def _find_part_class(folder: Path, name: str) -> Any:
    if name == DECODER:
        return importlib.import_module("diffusers").LTX2VideoDiffusionDecoderModel
    module, cls = PARTS[name]
    cls = cls or get_config_class(read_component_config(folder, name))
    found = getattr(importlib.import_module(module), cls, None) if cls else None
    if found is None:
        raise Damaged(
            f"{folder.name} does not name its {name.replace('_', ' ')} is",
            "milimo model verify checks the weights",
        )
    return found
