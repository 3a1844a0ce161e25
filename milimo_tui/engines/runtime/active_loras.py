"""Set the LoRAs of a pipeline that stays in memory between jobs: load the job's LoRAs and remove all others.

The pipeline's own weights are never loaded again for this.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors.torch import load_file

from milimo_tui.core.errors import BadInput, MilimoError, Refused
from milimo_tui.core.reasons import reason
from milimo_tui.engines.catalog.lora_names import is_slot_embedding
from milimo_tui.engines.catalog.safetensors_headers import read_safetensors_header
from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.runtime.disk_groups import start_disk_streaming, stop_disk_streaming
from milimo_tui.engines.runtime.memory import is_device_lost, is_out_of_memory
from milimo_tui.engines.runtime.placement import restore_kept_blocks

_HINT = "remove it (milimo shot lora remove), or choose the weights that it was trained for"
# The second transformer of a pair. `load_lora_weights` needs an extra argument to load a LoRA into it.
SECOND = "transformer_2"


@dataclass(frozen=True, slots=True)
class Adapter:
    """A LoRA file that fits the model, with its strength. `digest` identifies the file that is read
    (`catalog.weight_stamps`). If the model has two transformers, `parts` are the names of those that get the
    LoRA; empty for a model with one transformer.
    """

    title: str
    path: Path
    digest: str
    strength: float = 1.0
    parts: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name of the adapter in peft, without dots. The name differs for each file and set of
        `parts`.
        """
        return "_".join(("lora", self.digest[:16], *self.parts))


def set_adapters(pipeline: Any, wanted: Iterable[Adapter], context: Context) -> None:
    """Set exactly these LoRAs on the pipeline, with their strengths. Only LoRAs that are not loaded yet are
    read.

    If a file is given twice, its strengths are added. Raises Refused for a LoRA that can't be applied to the
    model, and BadInput for a LoRA that has no weights for one of its `parts`.
    """
    strengths: dict[str, float] = {}
    by_name: dict[str, Adapter] = {}
    for adapter in wanted:
        by_name[adapter.name] = adapter
        strengths[adapter.name] = strengths.get(adapter.name, 0.0) + adapter.strength
    on = get_adapter_names(pipeline)
    parts = [part for part in pipeline.components.values() if hasattr(part, "named_children")]
    if on != by_name.keys():
        stop_disk_streaming(parts)
    if unused := sorted(on - by_name.keys()):
        # `unload_lora_weights` is not used, because it would recreate the layers without the hooks that a
        # recipe installed.
        pipeline.delete_adapters(unused)
    if missing := [adapter for name, adapter in by_name.items() if name not in on]:
        with _suspend_swapping(pipeline):
            for adapter in missing:
                _load_adapter_or_undo(pipeline, adapter, context)
    if unused or missing:
        restore_kept_blocks(parts)
    start_disk_streaming(parts)
    if strengths:
        pipeline.set_adapters(list(strengths), list(strengths.values()))


def get_adapter_names(pipeline: Any) -> frozenset[str]:
    """Return the names of all LoRA adapters that are loaded on any part of the pipeline."""
    return frozenset(name for names in pipeline.get_list_adapters().values() for name in names)


@contextmanager
def _suspend_swapping(pipeline: Any) -> Iterator[None]:
    """Return a context in which parts are not swapped between the card and main memory. Otherwise the
    swapping could move a module while LoRA layers are being inserted into it.
    """
    swapped = bool(getattr(pipeline, "_all_hooks", None))
    if swapped:
        pipeline.remove_all_hooks()
    try:
        yield
    finally:
        if swapped:
            pipeline.enable_model_cpu_offload(device=pipeline._offload_device)


def _load_adapter_or_undo(pipeline: Any, adapter: Adapter, context: Context) -> None:
    """Load a LoRA completely. If this fails, remove everything that was loaded. Raises Refused for a LoRA
    that the libraries can't apply to the model.
    """
    try:
        _load_adapter(pipeline, adapter, context)
        _check_finite_weights(pipeline, adapter)
    except Exception as error:  # diffusers and peft raise exceptions of any class
        if is_out_of_memory(error) or is_device_lost(error):
            raise
        if adapter.name in get_adapter_names(pipeline):
            pipeline.delete_adapters([adapter.name])
        if isinstance(error, MilimoError):
            raise
        raise Refused(f"{adapter.title} does not fit these weights: {reason(error)}", _HINT) from error


def _check_finite_weights(pipeline: Any, adapter: Adapter) -> None:
    """Raise Refused for a LoRA with NaN or infinite weights. Attention may hide such values, and the only
    symptom would be an empty picture.
    """
    for part in pipeline.components.values():
        for name, value in part.named_parameters() if hasattr(part, "named_parameters") else ():
            if f".{adapter.name}." in name and not bool(value.isfinite().all()):
                raise make_nan_lora_error(adapter.title)


def make_nan_lora_error(title: str) -> Refused:
    """Return the error for a LoRA with NaN or infinite weights. `title` is its name."""
    return Refused(f"the LoRA {title} is damaged: it contains values that are not numbers (NaN)", _HINT)


def _load_adapter(pipeline: Any, adapter: Adapter, context: Context) -> None:
    began = time.monotonic()
    marked = any(map(is_slot_embedding, read_safetensors_header(adapter.path).tensors))
    # diffusers refuses a complete file because of a single tensor that is not part of a LoRA pair, so such
    # tensors are removed first.
    if marked:
        pairs = {
            name: tensor for name, tensor in load_file(adapter.path).items() if not is_slot_embedding(name)
        }
        pipeline.load_lora_weights(pairs, adapter_name=adapter.name)
    else:
        for part in adapter.parts or ("",):
            place = {"load_into_transformer_2": True} if part == SECOND else {}
            try:
                pipeline.load_lora_weights(
                    str(adapter.path.parent),
                    weight_name=adapter.path.name,
                    adapter_name=adapter.name,
                    local_files_only=True,
                    # Without this, diffusers would load an unreadable file as a pickle, which can run code.
                    use_safetensors=True,
                    **place,
                )
            except KeyError as error:  # diffusers accepts the names of some trainers only as a complete set.
                raise BadInput(
                    f"the LoRA {adapter.path.name} lacks {str(error)[:80]}, so it can't be used",
                    "use a LoRA that changes all modules of a block, or one with original names",
                ) from error
    context.loaded(f"LoRA {adapter.title}", time.monotonic() - began, adapter.path.stat().st_size)
