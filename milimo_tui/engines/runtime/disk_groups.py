"""Stream weights from the disk, group by group, while a model computes. Used if main memory is too small.

diffusers names the files only by group, and uses an existing file whichever weights it contains. Each
combination of model, precision and set of LoRAs therefore has its own folder. An incomplete folder is
rewritten. Folders of the same model in another form are deleted, and so are folders that were not used for
two weeks. Only workers import this module.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from safetensors import SafetensorError

from milimo_tui.core.errors import Failed, Unavailable
from milimo_tui.core.host import explain_os_error, fsync_file, fsync_folder, require_free_space
from milimo_tui.core.paths import Home
from milimo_tui.core.reasons import reason
from milimo_tui.engines.runtime.memory import count_weight_bytes

if TYPE_CHECKING:
    import torch

    _Shared = tuple[torch.nn.Module, str, torch.nn.Parameter]

# Version of the file format. Its number is part of the folder's name, so groups of other versions are not
# read.
GROUPS_VERSION = "2"
COMPLETE_FILE = "whole"  # The presence of this file shows that all groups in the folder are written.
LOCK = "lock"
FORGOTTEN, DAY = 14, 86_400  # days without use after which a folder is deleted, and seconds per day
NO_SPACE = "No space left"


@dataclass(frozen=True, slots=True)
class DiskPlace:
    """The location on the disk of the weight groups of one model part. The path is `folder`, then a folder
    named by the digest `model`, then a folder whose name is derived from the part's name, the precision and
    the LoRAs.
    """

    folder: Path
    model: str
    precision: str
    part: str
    device: torch.device
    blocks: bool

    def of(self, loras: Iterable[str]) -> Path:
        """Return the folder of the part's weight groups for this set of active LoRAs."""
        digest = hashlib.sha256(
            "\0".join((GROUPS_VERSION, self.precision, *sorted(loras))).encode()
        ).hexdigest()
        return self.folder / self.model[:16] / f"{self.part}-{digest[:16]}"


@dataclass(slots=True)
class _DiskStream:
    """A module whose weights are streamed from a folder. A lock on the folder prevents its deletion.

    `shared` lists the layers that got their own copy of a weight shared with an earlier layer. Each entry is
    the layer, the name of the weight in that layer, and the shared weight.
    """

    folder: Path
    lock: IO[str]
    shared: list[_Shared]


_PLACES: WeakKeyDictionary[torch.nn.Module, DiskPlace] = WeakKeyDictionary()
_STREAMED: WeakKeyDictionary[torch.nn.Module, _DiskStream] = WeakKeyDictionary()


def get_groups_folder() -> Path:
    """Return the folder for weight groups in this worker's studio home. Raises Unavailable if the worker has
    no studio home.
    """
    home = os.environ.get("MILIMO_HOME")
    if not home:
        raise Unavailable(
            "weights can be streamed from disk only in a studio home", "run it as a job of the studio"
        )
    return Home(Path(home)).streamed


def schedule_disk_streaming(module: torch.nn.Module, place: DiskPlace) -> None:
    """Register a module for streaming from the disk. Streaming starts after the module's LoRAs were set
    (`start_disk_streaming`).
    """
    if module not in _STREAMED:
        _PLACES[module] = place


def is_on_disk(module: torch.nn.Module) -> bool:
    """Return True if the module is streamed from the disk, or registered for it."""
    return module in _PLACES


def stop_disk_streaming(modules: Iterable[torch.nn.Module]) -> None:
    """Stop streaming these modules from the disk. Their weights are mapped into memory, so that LoRA layers
    can be inserted.
    """
    from safetensors.torch import load_file

    for module in modules:
        streamed = _STREAMED.pop(module, None)
        if streamed is None:
            continue
        for group in _list_offload_groups(module):
            loaded = load_file(group.safetensors_file_path)
            for key, tensor in group.key_to_tensor.items():
                tensor.data = loaded[key]
        _remove_offload_hooks(module)
        for layer, name, weight in streamed.shared:
            setattr(layer, name, weight)
        streamed.lock.close()


def start_disk_streaming(modules: Iterable[torch.nn.Module]) -> None:
    """Start streaming the registered modules from the disk, with the LoRAs that are on them now.

    Raises DiskFull, ReadOnly, Failed.
    """
    for module in modules:
        place = _PLACES.get(module)
        if place is not None and module not in _STREAMED:
            _stream_from_disk(module, place, place.of(getattr(module, "peft_config", {})))


def _stream_from_disk(module: torch.nn.Module, place: DiskPlace, folder: Path) -> None:
    from diffusers.hooks import apply_group_offloading

    shared = _separate_shared_weights(module)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / LOCK).open("w")
        _delete_stale_groups(folder)
        fresh = _claim_groups_folder(folder, lock)
        if fresh:
            require_free_space(folder, count_weight_bytes(module), "keep weights on the disk")
        ahead = place.device.type == "cuda"
        apply_group_offloading(
            module,
            onload_device=place.device,
            offload_type="block_level" if place.blocks else "leaf_level",
            num_blocks_per_group=1 if place.blocks else None,
            use_stream=ahead,
            record_stream=ahead,
            low_cpu_mem_usage=ahead,
            offload_to_disk_path=str(folder),
        )
        if fresh:
            _mark_groups_complete(folder)
        (folder / COMPLETE_FILE).touch()  # The file's time records when the folder was last used.
        fcntl.flock(lock, fcntl.LOCK_SH)
    except OSError as error:
        raise explain_os_error(error, folder, "write weights to") from error
    except SafetensorError as error:
        if NO_SPACE in str(error):
            require_free_space(folder, count_weight_bytes(module), "keep weights on the disk")
        raise Failed(
            f"could not write weights to {folder}: {reason(error)}", "milimo doctor checks the disk"
        ) from error
    _STREAMED[module] = _DiskStream(folder, lock, shared)


def _separate_shared_weights(module: torch.nn.Module) -> list[_Shared]:
    """Give each layer its own copy of a weight that several layers share, such as an embedding that is also
    the output layer. diffusers drops the weights of a group after writing it, so a later group with the same
    weight would be written without its values.
    """
    import torch

    seen: set[torch.nn.Parameter] = set()
    shared: list[_Shared] = []
    for layer in module.modules():
        for name, weight in list(layer.named_parameters(recurse=False)):
            if weight in seen:
                shared.append((layer, name, weight))
                setattr(layer, name, torch.nn.Parameter(weight.data, requires_grad=False))
            seen.add(weight)
    return shared


def _claim_groups_folder(folder: Path, lock: IO[str]) -> bool:
    """Wait until no other process writes to the folder. Return True if the groups must be written now, after
    removing incomplete files. Return False if the folder is complete.
    """
    fcntl.flock(lock, fcntl.LOCK_EX)
    if (folder / COMPLETE_FILE).is_file():
        return False
    for path in folder.glob("*.safetensors"):
        path.unlink()
    return True


def _mark_groups_complete(folder: Path) -> None:
    """Write the groups to the disk (fsync), and then mark the folder as complete."""
    for path in folder.glob("*.safetensors"):
        fsync_file(path)
    (folder / COMPLETE_FILE).touch()
    fsync_folder(folder)


def _delete_stale_groups(folder: Path) -> None:
    """Delete the folders of the same model and part with another precision or other LoRAs, and all folders
    that were not used for a long time. A folder that a process is reading stays.
    """
    part = folder.name.rpartition("-")[0]
    for other in folder.parent.parent.glob("*/*-*"):
        same = other.parent == folder.parent and other.name.rpartition("-")[0] == part
        if other != folder and (same or _is_long_unused(other)) and not _is_locked_by_reader(other):
            shutil.rmtree(other, ignore_errors=True)
    for model in folder.parent.parent.iterdir():
        if model != folder.parent and model.is_dir() and not any(model.iterdir()):
            model.rmdir()


def _is_long_unused(folder: Path) -> bool:
    """Return True if the folder was never completed, or not used for `FORGOTTEN` days."""
    try:
        return time.time() - (folder / COMPLETE_FILE).stat().st_mtime > FORGOTTEN * DAY
    except OSError:
        return True


def _is_locked_by_reader(folder: Path) -> bool:
    try:
        with (folder / LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def _list_offload_groups(module: torch.nn.Module) -> Iterator[Any]:
    """Yield every group of weights in the module that diffusers streams."""
    for each in module.modules():
        registry = getattr(each, "_diffusers_hook", None)
        hook = registry.get_hook("group_offloading") if registry is not None else None
        if hook is not None:
            yield hook.group


def _remove_offload_hooks(module: torch.nn.Module) -> None:
    from diffusers.hooks import HookRegistry

    registry = HookRegistry.check_if_exists_or_initialize(module)
    for name in ("group_offloading", "layer_execution_tracker", "lazy_prefetch_group_offloading"):
        registry.remove_hook(name, recurse=True)
