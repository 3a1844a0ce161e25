"""The memory of the worker's device, the peak of a job, and the detection of out-of-memory errors.

Imports torch when called, in workers only.
"""

from __future__ import annotations

import errno
import gc
import os
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from milimo_tui.core import linux
from milimo_tui.core.errors import DeviceLost, OutOfMemory, Unavailable
from milimo_tui.core.reasons import reason
from milimo_tui.engines.recipes.values import GB, HEADROOM_GB, Card, Kind, RecipeChoice

if TYPE_CHECKING:
    import torch


GIVEN = "MILIMO_GPU"  # variable with the name of the worker's card; unset: the worker has no card


def get_device() -> torch.device:
    """Return the device on which this worker computes: its CUDA or ROCm card, Apple's GPU, else the CPU.

    Raises Unavailable if the worker has a card that torch can't use: the CPU would silently take days.
    """
    import torch

    if torch.cuda.is_available():
        return torch.device("cuda", 0)
    if torch.backends.mps.is_available():
        return torch.device("mps")
    if name := os.environ.get(GIVEN):
        raise explain_unusable_card(name, _get_torch_card_error())
    return torch.device("cpu")


def _get_torch_card_error() -> str:
    """Return torch's message on why it uses no card."""
    import torch

    try:
        torch.cuda.init()  # type: ignore[no-untyped-call]
    except (AssertionError, RuntimeError) as error:
        return str(error)
    return ""


def explain_unusable_card(name: str, said: str) -> Unavailable:
    """Return the error for a card that torch can't use, from torch's message."""
    if "driver on your system is too old" in said or "driver version is insufficient" in said:
        return Unavailable(
            f"the driver of {name} is too old for this torch", "update it: nvidia-smi shows it"
        )
    if "no NVIDIA driver" in said:
        return Unavailable(f"{name} has no driver here", "install it; nvidia-smi then shows it")
    if "not compiled" in said:
        return Unavailable(f"this torch is built without support for {name}", "install one that has it")
    why = said.strip().split(". ")[0].splitlines()
    return Unavailable(
        f"torch can't use {name}: {why[0] if why else 'it finds none'}",
        "milimo doctor shows what is installed",
    )


class DeviceMemory:
    """The memory of the device and of the machine (`model_cache.MemoryMeter`), measured at each call."""

    def get_device_free_bytes(self) -> int:
        """Return the free bytes on the device, including those that torch keeps in its own cache."""
        import torch

        where = get_device().type
        if where == "cuda":
            idle = torch.cuda.memory_reserved() - torch.cuda.memory_allocated()
            return int(torch.cuda.mem_get_info()[0]) + int(idle)
        if where == "mps":
            return int(torch.mps.recommended_max_memory()) - int(torch.mps.driver_allocated_memory())
        return get_available_memory()

    def get_host_free_bytes(self) -> int:
        """Return the free bytes in main memory; 0 if the device computes in main memory."""
        return get_available_memory() if get_device().type == "cuda" else 0

    def free_unreferenced(self) -> None:
        """Free unreferenced memory on the device and in main memory."""
        import torch

        gc.collect()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        elif torch.backends.mps.is_available():
            torch.mps.empty_cache()
        else:
            # glibc retains freed memory; after a cancel it should return to the system.
            linux.trim_free_memory()


def card(held: int = 0, host_held: int = 0) -> Card:
    """Return the device as the ladder needs it: its total memory and its free memory.

    `held` bytes of weights that are loaded already count as free, as do `host_held` bytes of main memory:
    they are either used or freed. The result is never more than the total.
    """
    import torch

    if text := os.environ.get(TEST_CARD):
        return _parse_test_card(text)
    where = get_device().type
    host = min(get_total_memory(), get_available_memory() + host_held) / GB
    free = (DeviceMemory().get_device_free_bytes() + held) / GB
    if where == "cuda":
        facts = torch.cuda.get_device_properties(0)
        kind: Kind = "rocm" if torch.version.hip else "cuda"
        ability = (0, 0) if torch.version.hip else (facts.major, facts.minor)
        whole = facts.total_memory / GB
        return Card(facts.name, whole, min(whole, free), kind, ability, host)
    if where == "mps":
        whole = torch.mps.recommended_max_memory() / GB
        return Card("Apple GPU", whole, min(whole, free), "mps", host_gb=host)
    return Card("CPU", get_total_memory() / GB, min(get_total_memory() / GB, free), "cpu", host_gb=host)


def count_bytes_of_others() -> int:
    """Return the bytes of the card that other programs use; 0 if it is main memory, which everybody
    shares.
    """
    import torch

    if text := os.environ.get(TAKEN):
        return round(float(text) * GB)
    if get_device().type != "cuda":
        return 0
    free, whole = torch.cuda.mem_get_info()
    return max(0, int(whole) - int(free) - int(torch.cuda.memory_reserved()))


TAKEN = "MILIMO_TEST_TAKEN"  # for tests: GB of a card that other programs use

# For tests: GB of a pretended CUDA card, whose recipes then run on the real device. `cpu 20` pretends 20 GB
# of free main memory, whatever else runs.
TEST_CARD = "MILIMO_TEST_CARD"


def _parse_test_card(text: str) -> Card:
    kind, _, gb = text.rpartition(" ")
    size = float(gb)
    if kind == "cpu":
        return Card("CPU", size, size, "cpu", host_gb=size)
    return Card(f"a card of {size:g} GB", size, max(0.0, size - HEADROOM_GB))


def get_available_memory() -> int:
    """Return the bytes of main memory that are available without swapping, within this process's limit.

    Half of all memory if the system has no cheap answer.
    """
    free = _read_meminfo("MemAvailable") or get_total_memory() // 2
    group = _read_cgroup_headroom()
    return free if group is None else min(free, group)


def get_total_memory() -> int:
    """Return the bytes of main memory."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _read_meminfo(name: str) -> int:
    """Return a value from Linux's meminfo; 0 if it is missing."""
    lines = linux.read_proc_file("meminfo").splitlines()
    found = (line.split() for line in lines if line.startswith(f"{name}:"))
    return next((int(words[1]) * 1024 for words in found), 0)


def _read_cgroup_headroom(root: Path = linux.CONTROL_GROUP) -> int | None:
    """Return the bytes that the control group still allows; None if it sets no limit."""
    try:
        most = (root / "memory.max").read_text().strip()
        used = int((root / "memory.current").read_text())
    except (OSError, ValueError):
        return None
    return max(0, int(most) - used) if most.isdigit() else None


def count_weight_bytes(module: torch.nn.Module) -> int:
    """Return the bytes of a module's parameters and buffers as they are in memory, for quantised ones the
    bytes of their components.
    """
    return sum(_count_tensor_bytes(tensor) for tensor in (*module.parameters(), *module.buffers()))


def _count_tensor_bytes(tensor: Any) -> int:
    if hasattr(tensor, "__tensor_flatten__"):  # A quantiser's tensor reports the type that it replaces.
        return sum(_count_tensor_bytes(getattr(tensor, name)) for name in tensor.__tensor_flatten__()[0])
    return int(tensor.numel() * tensor.element_size())


def count_held_bytes(value: Any) -> int:
    """Return the bytes of the weights of a cached value: a module, a pipeline of modules, or an object that
    carries one.

    0 for values without weights.
    """
    return sum(count_weight_bytes(module) for module in _list_value_modules(value))


def count_device_bytes(value: Any) -> int | None:
    """Return the bytes of those weights that are on the card now; None if the device is main memory
    itself.
    """
    where = get_device()
    if where.type == "cpu":
        return None
    return sum(
        _count_tensor_bytes(tensor)
        for module in _list_value_modules(value)
        for tensor in (*module.parameters(), *module.buffers())
        if tensor.device.type == where.type
    )


def _list_value_modules(value: Any) -> list[torch.nn.Module]:
    """Return the modules of a cached value: the value itself, a pipeline's parts, or those of the pipeline it
    carries.
    """
    import torch

    if isinstance(value, torch.nn.Module):
        return [value]
    carried = getattr(value, "pipe", None) or getattr(value, "model", None)
    parts = getattr(carried, "components", None) or {"": carried}
    return [part for part in parts.values() if isinstance(part, torch.nn.Module)]


def get_weight_device(module: torch.nn.Module) -> torch.device | None:
    """Return the device of a module's first weight; None if the module has no weights."""
    first = next(module.parameters(), None)
    return first.device if first is not None else None


class MemoryPeak:
    """The most bytes that the device held between construction and `measure_peak`; on a CPU, the peak of the
    process.
    """

    def __init__(self) -> None:
        import torch

        self._cuda = torch.cuda.is_available()
        if self._cuda:
            torch.cuda.reset_peak_memory_stats()

    def measure_peak(self) -> int:
        """Return the most bytes so far."""
        import torch

        if self._cuda:
            return int(torch.cuda.max_memory_allocated())
        if torch.backends.mps.is_available():
            return int(torch.mps.driver_allocated_memory())
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def is_out_of_memory(error: BaseException) -> bool:
    """Return True if a library raised the error because memory was too small: CUDA's, MPS's or the machine's
    own.
    """
    import torch

    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    text = str(error)
    if isinstance(error, OSError) and error.errno == errno.ENOMEM:
        return True
    return _NO_MEMORY in text or (isinstance(error, RuntimeError) and any(mark in text for mark in _MARKS))


# the system's message, raised by any library that maps a file: torch, safetensors
_NO_MEMORY = os.strerror(errno.ENOMEM)


_MARKS = (
    "MPS backend out of memory",
    "CUDA out of memory",
    "CUDA error: out of memory",  # from the driver, bypassing torch's allocator
    "CUBLAS_STATUS_ALLOC_FAILED",
    "CUDNN_STATUS_ALLOC_FAILED",
    "HIP out of memory",
    "HIP error: out of memory",
    "can't allocate memory",  # the CPU allocator: “DefaultCPUAllocator: can't allocate memory: …”
    "not enough memory",
)


def is_device_lost(error: BaseException) -> bool:
    """Return True if the card was removed or broke. The process can't use it any more then."""
    return isinstance(error, RuntimeError) and any(mark in str(error) for mark in _LOST)


# The messages of the CUDA and HIP runtimes (cudaGetErrorString).
_LOST = (
    "all CUDA-capable devices are busy or unavailable",
    "the launch timed out and was terminated",
    "unspecified launch failure",
    "an illegal memory access was encountered",
    "uncorrectable ECC error",
    "no CUDA-capable device is detected",
    "GPU is lost",
    "HIP error: no ROCm-capable device is detected",
)


@contextmanager
def guard_model_work(choice: RecipeChoice) -> Iterator[None]:
    """Run model work by this choice. Lack of memory is raised as OutOfMemory with the choice's message, a
    lost card as DeviceLost.

    The caller records the outcome for the card (`CardRecords.add_outcome`) and passes the error on to the
    queue, which retries one fallback level lower. The message says if other programs took the card's memory
    meanwhile.
    """
    others = count_bytes_of_others()
    try:
        yield
    except Exception as error:  # All other exceptions are passed on unchanged.
        if is_out_of_memory(error):
            raise OutOfMemory(
                *choice.describe_out_of_memory((count_bytes_of_others() - others) / GB)
            ) from error
        if is_device_lost(error):
            raise DeviceLost(
                f"{choice.card.name} was lost while {choice.recipe.engine} ran: {reason(error)}",
                "nvidia-smi shows what uses it; milimo job retry goes on where it stopped",
            ) from error
        raise
