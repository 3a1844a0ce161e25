"""The loader of an LTX-2 checkpoint's parts, each loaded once and cached: from folders in diffusers' format,
or with the transformer from a single file.

Imports torch and diffusers; for workers.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from milimo_tui.core.errors import Damaged
from milimo_tui.engines.catalog.installed_weights import Found
from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.ltx2.decode.windows import Windows
from milimo_tui.engines.ltx2.plan.decoder_choice import DECODER, SHARED, SHARED_FRAMES, Tile
from milimo_tui.engines.ltx2.plan.generations import class_of, config_of
from milimo_tui.engines.ltx2.plan.installed_parts import folder_of
from milimo_tui.engines.recipes.estimates import STREAMED, is_packed
from milimo_tui.engines.recipes.values import Recipe
from milimo_tui.engines.recipes.weight_sizes import files_of, held_bytes
from milimo_tui.engines.runtime import apply as applying
from milimo_tui.engines.runtime.fused_loras import FusedLora, fuse
from milimo_tui.engines.runtime.memory import device
from milimo_tui.engines.runtime.model_cache import Key, ModelCache, Place
from milimo_tui.engines.runtime.model_stack import reading, refuse_unknown_words, try_words
from milimo_tui.engines.runtime.single_files import load_transformer

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
# Prefixes of Lightricks' tensor names in 2.3 and 2.5 that diffusers' loader does not know.
NAMES = {"prompt_adaln_single.": "prompt_adaln.", "audio_prompt_adaln_single.": "audio_prompt_adaln."}
# Computed in 32 bits with every recipe, as Lightricks do, because the errors of a hundred convolutions add
# up.
# Its weights are stored in 32 bits, because a CPU has no autocast to 32 bits.
WIDE = frozenset({"LTX2VocoderWithBWE"})
ALIGNED = 64  # bytes; alignment of tensors that were allocated on a CPU


def reads_once(recipe: Recipe) -> bool:
    """Return True if the text encoder is only in memory while it reads, and dropped before the transformer is
    loaded.
    """
    return recipe.text.endswith("once")


def key_of(found: Found, part: str, recipe: Recipe, fused: FusedLora | None = None) -> Key:
    """Return the cache key of a part; engines that share a part (Gemma's text encoder) use the same key."""
    form = f"{recipe.precision} {fused.form}" if fused and part == STREAMED else recipe.precision
    return Key(found.digest or found.id, part, recipe.computes, form, recipe.placed, title=found.id)


def load(
    found: Found,
    recipe: Recipe,
    held: ModelCache,
    context: Context,
    *,
    diffuses: Tile | None = None,
    fused: FusedLora | None = None,
) -> dict[str, Any]:
    """Load every part that is not cached, and return all parts by name; each load is reported. Includes the
    diffusion decoder if it is used, with its tiles; excludes the text encoder if it was already dropped after
    reading; `fused` is merged into the transformer.

    Raises Damaged for files that do not match their configurations, Unavailable, OutOfMemory.
    """
    # The transformer is loaded first, so that no other part is in main memory while it moves to the card.
    names = sorted(PARTS, key=lambda name: name != STREAMED)
    gone = {TEXT: None} if reads_once(recipe) else {}
    parts = {name: part(found, name, recipe, held, context, fused) for name in names if name not in gone}
    return gone | parts | diffusing(found, recipe, held, context, diffuses)


def diffusing(
    found: Found, recipe: Recipe, held: ModelCache, context: Context, by: Tile | None
) -> dict[str, Any]:
    """Return the diffusion decoder by its name, set to decode in these tiles; empty without tiles."""
    if by is None:
        return {}
    decoder = part(found, DECODER, recipe, held, context)
    decoder.set_attn_processor(Windows())
    steps = (by.side - SHARED, by.side - SHARED, by.frames - SHARED_FRAMES)
    decoder.enable_tiling(by.side, by.side, by.frames, *steps)
    return {DECODER: decoder}


def part(
    found: Found,
    name: str,
    recipe: Recipe,
    held: ModelCache,
    context: Context,
    fused: FusedLora | None = None,
) -> Any:
    """Return one part of the checkpoint, loaded if it is not cached."""
    stays = (
        recipe.offload == "none" and recipe.precision != "nf4" and name != "tokenizer"
    )  # no recipe moves it

    def build() -> Any:
        made = _build(found, folder_of(found), name, recipe)
        if device().type == "cpu" and name != "tokenizer":
            settle(made)
        if name == TEXT:
            refuse_unknown_words(made, found.id)
        if fused is not None and name == STREAMED:
            fuse(made, fused)
        if name in applying.LARGE:
            # 8-bit weights are converted in main memory, because in 16 bits they may not fit on the card.
            applying.hold(name, made, recipe)
        return made.to(device()) if stays else made

    packed = name in applying.LARGE and is_packed(name, recipe)
    size = held_bytes(_files(found, name), recipe, packed=packed)
    kept = round(size * recipe.kept) if name == STREAMED else 0
    key = key_of(found, name, recipe, fused)
    return held.part(key, build, context, size, move=_move if stays else None, stays=kept)


def _move(model: Any, place: Place) -> None:
    """Move a part to the card, or to main memory, where it waits until it is used again."""
    model.to(device() if place == "card" else "cpu")


def _files(found: Found, name: str) -> list[Path]:
    """Return the files of a part's weights."""
    if name == "transformer" and found.form in SINGLE:
        return [found.path]
    return files_of(folder_of(found) / name)


def _build(found: Found, folder: Path, name: str, recipe: Recipe) -> Any:
    cls = _class_of(folder, name)
    wanted = {} if name == "tokenizer" else options(name, recipe)
    if cls.__name__ in WIDE:
        wanted["dtype"] = torch.float32

    def read() -> Any:
        if name == "transformer" and found.form in SINGLE:
            return load_transformer(
                cls, found.path, folder, wanted["dtype"], NAMES, wanted.get("quantization_config")
            )
        made = cls.from_pretrained(folder / name, local_files_only=True, **wanted)
        if name == "tokenizer":
            try_words(made)
        return made

    return loading(found, name, read)


def loading(found: Found, name: str, read: Callable[[], Any]) -> Any:
    """Call `read` to load a part from its files. Raises Damaged for files that do not match their
    configuration.
    """
    with reading(found.id, name.replace("_", " ")):
        return read()


def settle(model: Any) -> None:
    """Copy every misaligned tensor to aligned memory. CPU kernels add in an order that depends on a tensor's
    address, which in a mapped file depends on the length of its header: without alignment, the same weights
    in another file would make another take.
    """
    for tensor in (*model.parameters(), *model.buffers()):
        if tensor.data_ptr() % ALIGNED:
            tensor.data = tensor.data.clone()


def options(name: str, recipe: Recipe) -> dict[str, Any]:
    """Return the loading options of a part by the recipe: its type, and for large parts the quantiser."""
    if name in applying.LARGE:
        return applying.model_options(recipe, name)
    return {"dtype": applying.dtype(recipe)}


def _class_of(folder: Path, name: str) -> Any:
    if name == DECODER:
        return importlib.import_module("diffusers").LTX2VideoDiffusionDecoderModel
    module, cls = PARTS[name]
    cls = cls or class_of(config_of(folder, name))
    found = getattr(importlib.import_module(module), cls, None) if cls else None
    if found is None:
        raise Damaged(
            f"{folder.name} does not say what its {name.replace('_', ' ')} is",
            "milimo model verify tells whether the weights are whole",
        )
    return found
