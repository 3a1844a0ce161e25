"""Place a pipeline's weights between the card, main memory and disk while the pipeline runs.

Depending on the recipe, complete components are swapped in and out, blocks or layers are streamed to the
card, or some blocks always stay on the card. Only workers import this module.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary, WeakSet

from milimo_tui.core.main_memory import get_available_memory
from milimo_tui.engines.recipes.estimates import TAKE_TURNS
from milimo_tui.engines.recipes.values import Recipe
from milimo_tui.engines.runtime.disk_groups import (
    DiskPlace,
    get_groups_folder,
    is_on_disk,
    schedule_disk_streaming,
)
from milimo_tui.engines.runtime.memory import count_weight_bytes, get_weight_device

if TYPE_CHECKING:
    import torch

DISK_PARTS = TAKE_TURNS | {"text_encoder"}
HOOKS = ("group_offloading", "layer_execution_tracker", "lazy_prefetch_group_offloading")


def place_modules(
    pipeline: Any,
    modules: dict[str, torch.nn.Module],
    recipe: Recipe,
    device: torch.device,
    weights: str = "",
) -> None:
    """Put each module of a pipeline where the recipe places it. Modules that are already in place are not
    moved.

    `weights` is the digest of the weights. It names their folder when modules are streamed from disk.
    """
    if recipe.offload == "none":
        if any(get_weight_device(module) != device for module in modules.values()):
            pipeline.to(device)
    elif recipe.offload == "parts":
        pipeline.enable_model_cpu_offload(device=device)
    elif recipe.offload == "leaves":
        for module in modules.values():
            stream_module(module, device)
    elif recipe.offload == "text":
        for name, module in modules.items():
            if name == "text_encoder":
                stream_module(module, device)
            else:
                module.to(device)
    else:
        if recipe.offload == "disk":
            _on_disk(modules, recipe, device, weights)
        _place_by_blocks(modules, recipe.kept, device)


def _on_disk(modules: dict[str, torch.nn.Module], recipe: Recipe, device: torch.device, weights: str) -> None:
    """Set up streaming from disk for the largest modules: the transformers and the text encoder.

    The remaining modules are placed later, by `_place_by_blocks`.
    """
    for name in DISK_PARTS & modules.keys():
        blocks = name in TAKE_TURNS
        schedule_disk_streaming(
            modules[name], DiskPlace(get_groups_folder(), weights, recipe.precision, name, device, blocks)
        )


def stream_module(module: torch.nn.Module, device: torch.device, *, blocks: bool = False) -> None:
    """Keep a module in main memory and stream it to the device while it computes.

    On CUDA, the next layer is copied to the card while the current layer computes. With `blocks`, complete
    blocks are streamed instead of single layers.
    """
    from diffusers.hooks import apply_group_offloading

    if has_diffusers_hook(module, "group_offloading"):
        return
    ahead = device.type == "cuda"
    apply_group_offloading(
        module,
        onload_device=device,
        offload_type="block_level" if blocks else "leaf_level",
        num_blocks_per_group=1 if blocks else None,
        use_stream=ahead,
        record_stream=ahead,
        low_cpu_mem_usage=ahead and not _can_pin_copy(module),
    )


def _can_pin_copy(module: torch.nn.Module) -> bool:
    """Return True if main memory has enough space for a page-locked copy of the module in addition to the
    module.
    """
    return get_available_memory() > 1.5 * count_weight_bytes(module)


def _place_by_blocks(modules: dict[str, torch.nn.Module], kept: float, device: torch.device) -> None:
    """Stream the transformer block by block and the text encoder layer by layer.

    `kept` is the share (0 to 1) of the transformer's blocks that stays on the device. The autoencoder is
    moved as a unit: it decodes in tiles, and streaming would move all its weights over the bus for each tile.
    """
    for name, module in modules.items():
        if is_on_disk(module):
            continue
        if name in TAKE_TURNS:
            stream_blocks(module, kept, device)
        elif name in ("text_encoder", "connectors", "prompt_enhancer"):
            stream_module(module, device)
        elif name != "vae":
            module.to(device)
    vae, transformer = modules.get("vae"), modules.get("transformer")
    if vae is not None and transformer is not None and vae not in _COMING:
        _COMING.add(vae)
        move_vae_on_use(vae, transformer, device)


def stream_blocks(module: torch.nn.Module, kept: float, device: torch.device) -> None:
    """Stream the blocks of a module, except the first ones, which stay on the device.

    `kept` is the share (0 to 1) of the blocks that stay.
    """
    if has_diffusers_hook(module, HOOKS[0]):
        return
    if kept:
        _KEPT[module] = (kept, device)
        _stream_other_blocks(module, kept, device)
    else:
        stream_module(module, device, blocks=True)


def _stream_other_blocks(module: torch.nn.Module, kept: float, device: torch.device) -> None:
    """Put the first blocks of a module on the device permanently and stream the others. `kept` is the share
    (0 to 1) of the blocks that stay.

    diffusers streams every block that it finds in a module, so the first blocks are removed from the module
    while streaming is set up.
    """
    import torch

    lists = {name: each for name, each in module.named_children() if isinstance(each, torch.nn.ModuleList)}
    for name, blocks in lists.items():
        stay = round(len(blocks) * kept)
        blocks[:stay].to(device)
        setattr(module, name, blocks[stay:])
    try:
        stream_module(module, device, blocks=True)
    finally:
        for name, blocks in lists.items():
            setattr(module, name, blocks)


def restore_kept_blocks(modules: Iterable[torch.nn.Module]) -> None:
    """Repair the streaming of a module after layers, such as those of a LoRA, were inserted. diffusers then
    streams all blocks of the module. This function moves the blocks that should stay on the device back to
    it, and lets only the others be streamed.
    """
    from diffusers.hooks import HookRegistry

    for module in modules:
        if module in _KEPT:
            registry = HookRegistry.check_if_exists_or_initialize(module)
            for hook in HOOKS:
                registry.remove_hook(hook, recurse=True)
            _stream_other_blocks(module, *_KEPT[module])


_KEPT: WeakKeyDictionary[torch.nn.Module, tuple[float, torch.device]] = WeakKeyDictionary()
# Autoencoders that already have the hooks of `move_vae_on_use`, so that the hooks are not added twice.
_COMING: WeakSet[torch.nn.Module] = WeakSet()


def move_vae_on_use(vae: Any, transformer: torch.nn.Module, device: torch.device) -> None:
    """Move the autoencoder to the device whenever it is called, and back to main memory when the transformer
    is called.

    The hooks are torch's own. Hooks of accelerate cannot be used: a pipeline that mixes those hooks with
    group offloading cannot load LoRAs. The autoencoder's inputs are moved too, because some pipelines put
    them on the autoencoder's current device, which is main memory.
    """

    def move_to_device(
        _: Any, given: tuple[Any, ...], named: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        vae.to(device)
        return tuple(move_value(one) for one in given), {name: move_value(one) for name, one in named.items()}

    def move_value(one: Any) -> Any:
        return one.to(device) if hasattr(one, "to") else one

    def go(*_: Any) -> None:
        if vae.device.type != "cpu":
            vae.to("cpu")

    for part in (vae.encoder, vae.decoder, getattr(vae, "post_quant_conv", None)):
        # `post_quant_conv` is called before the decoder and needs the hook too. Some autoencoders have none.
        if part is not None:
            part.register_forward_pre_hook(move_to_device, with_kwargs=True)
    transformer.register_forward_pre_hook(go)


def has_diffusers_hook(module: torch.nn.Module, name: str) -> bool:
    """Return True if diffusers attached the hook `name` to the module or to one of its submodules."""
    registries = (getattr(each, "_diffusers_hook", None) for each in module.modules())
    return any(registry is not None and registry.get_hook(name) is not None for registry in registries)
