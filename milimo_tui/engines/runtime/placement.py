"""Where weights wait while others compute: parts swapped, blocks or layers streamed, some blocks kept.

Only workers import this.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary, WeakSet

from milimo_tui.engines.recipes.estimates import TAKE_TURNS
from milimo_tui.engines.recipes.values import Recipe
from milimo_tui.engines.runtime.disk_groups import DiskPlace, groups_folder, is_on_disk, to_disk
from milimo_tui.engines.runtime.memory import available, weight_bytes, weight_device

if TYPE_CHECKING:
    import torch

DISK_PARTS = TAKE_TURNS | {"text_encoder"}
HOOKS = ("group_offloading", "layer_execution_tracker", "lazy_prefetch_group_offloading")


def place(
    pipeline: Any,
    modules: dict[str, torch.nn.Module],
    recipe: Recipe,
    device: torch.device,
    weights: str = "",
) -> None:
    """Put the modules of a pipeline where the recipe has them; what is there already stays. `weights` is the
    digest of those, by which the disk knows them.
    """
    if recipe.offload == "none":
        if any(weight_device(module) != device for module in modules.values()):
            pipeline.to(device)
    elif recipe.offload == "parts":
        pipeline.enable_model_cpu_offload(device=device)
    elif recipe.offload == "leaves":
        for module in modules.values():
            stream(module, device)
    elif recipe.offload == "text":
        for name, module in modules.items():
            if name == "text_encoder":
                stream(module, device)
            else:
                module.to(device)
    else:
        if recipe.offload == "disk":
            _on_disk(modules, recipe, device, weights)
        _by_blocks(modules, recipe.kept, device)


def _on_disk(modules: dict[str, torch.nn.Module], recipe: Recipe, device: torch.device, weights: str) -> None:
    """The largest parts are read from the disk; others wait in main memory as where blocks are streamed."""
    for name in DISK_PARTS & modules.keys():
        blocks = name in TAKE_TURNS
        to_disk(modules[name], DiskPlace(groups_folder(), weights, recipe.precision, name, device, blocks))


def stream(module: torch.nn.Module, device: torch.device, *, blocks: bool = False) -> None:
    """Keep a module in main memory; what computes now is on the device, the next is on its way."""
    from diffusers.hooks import apply_group_offloading

    if has_hook(module, "group_offloading"):
        return
    ahead = device.type == "cuda"
    apply_group_offloading(
        module,
        onload_device=device,
        offload_type="block_level" if blocks else "leaf_level",
        num_blocks_per_group=1 if blocks else None,
        use_stream=ahead,
        record_stream=ahead,
        low_cpu_mem_usage=ahead and not _pinnable(module),
    )


def _pinnable(module: torch.nn.Module) -> bool:
    """Whether main memory has room for a locked copy of the module beside the module itself."""
    return available() > 1.5 * weight_bytes(module)


def _by_blocks(modules: dict[str, torch.nn.Module], kept: float, device: torch.device) -> None:
    """The transformer block by block, what makes embeddings layer by layer; the decoder comes and goes.

    Of the blocks that share stays on the device.

    The decoder is not streamed: each of its tiles would bring all of it over the bus again.
    """
    for name, module in modules.items():
        if is_on_disk(module):
            continue
        if name in TAKE_TURNS:
            stream_blocks(module, kept, device)
        elif name in ("text_encoder", "connectors", "prompt_enhancer"):
            stream(module, device)
        elif name != "vae":
            module.to(device)
    vae, transformer = modules.get("vae"), modules.get("transformer")
    if vae is not None and transformer is not None and vae not in _COMING:
        _COMING.add(vae)
        come_and_go(vae, transformer, device)


def stream_blocks(module: torch.nn.Module, kept: float, device: torch.device) -> None:
    """Stream the blocks of a module but for the first `kept` of them, which are on the device for good."""
    if has_hook(module, HOOKS[0]):
        return
    if kept:
        _KEPT[module] = (kept, device)
        _stream_the_rest(module, kept, device)
    else:
        stream(module, device, blocks=True)


def _stream_the_rest(module: torch.nn.Module, kept: float, device: torch.device) -> None:
    """What diffusers streams is what it finds: the blocks to keep are out of its sight meanwhile."""
    import torch

    lists = {name: each for name, each in module.named_children() if isinstance(each, torch.nn.ModuleList)}
    for name, blocks in lists.items():
        stay = round(len(blocks) * kept)
        blocks[:stay].to(device)
        setattr(module, name, blocks[stay:])
    try:
        stream(module, device, blocks=True)
    finally:
        for name, blocks in lists.items():
            setattr(module, name, blocks)


def keep_again(modules: Iterable[torch.nn.Module]) -> None:
    """After layers were put into modules diffusers streams all their blocks: keep those that stayed."""
    from diffusers.hooks import HookRegistry

    for module in modules:
        if module in _KEPT:
            registry = HookRegistry.check_if_exists_or_initialize(module)
            for hook in HOOKS:
                registry.remove_hook(hook, recurse=True)
            _stream_the_rest(module, *_KEPT[module])


_KEPT: WeakKeyDictionary[torch.nn.Module, tuple[float, torch.device]] = WeakKeyDictionary()
_COMING: WeakSet[torch.nn.Module] = WeakSet()  # autoencoders that come and go already


def come_and_go(vae: Any, transformer: torch.nn.Module, device: torch.device) -> None:
    """The autoencoder is on the device while it works, and leaves when the transformer begins.

    By torch's own hooks: LoRAs can't be loaded into pipelines with a mix of those of accelerate and groups.
    What it is given comes along: some pipelines put that where the autoencoder rests.
    """

    def come(_: Any, given: tuple[Any, ...], named: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        vae.to(device)
        return tuple(brought(one) for one in given), {name: brought(one) for name, one in named.items()}

    def brought(one: Any) -> Any:
        return one.to(device) if hasattr(one, "to") else one

    def go(*_: Any) -> None:
        if vae.device.type != "cpu":
            vae.to("cpu")

    for part in (vae.encoder, vae.decoder, getattr(vae, "post_quant_conv", None)):
        if part is not None:  # some decoders begin with a layer of the autoencoder's own
            part.register_forward_pre_hook(come, with_kwargs=True)
    transformer.register_forward_pre_hook(go)


def has_hook(module: torch.nn.Module, name: str) -> bool:
    """Whether diffusers hung that hook on the module or one in it."""
    registries = (getattr(each, "_diffusers_hook", None) for each in module.modules())
    return any(registry is not None and registry.get_hook(name) is not None for registry in registries)
