"""Measure the memory of the worker's device and the peak of a job, and recognise errors of libraries that ran
out of memory.

Only for workers; torch is imported when a function needs it.
"""

from __future__ import annotations

import errno
import gc
import os
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from milimo_tui.core import linux
from milimo_tui.core.errors import DeviceLost, OutOfMemory, Unavailable
from milimo_tui.core.main_memory import get_available_memory, get_total_memory
from milimo_tui.core.reasons import reason
from milimo_tui.engines.recipes.processor import describe_processor
from milimo_tui.engines.recipes.values import GB, HEADROOM_GB, Card, Kind, RecipeChoice

if TYPE_CHECKING:
    import torch


# Environment variable with the name of the worker's card. If it is not set, the worker has no card.
GIVEN = "MILIMO_GPU"


def get_device() -> torch.device:
    """Return the device on which this worker computes: its CUDA or ROCm card, Apple's GPU, or the CPU.

    Raises Unavailable if the worker has a card that torch can't use, because computing on the CPU instead
    could take days without any message.
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
    """Return torch's explanation of why it can't use the card."""
    import torch

    try:
        torch.cuda.init()  # type: ignore[no-untyped-call]
    except (AssertionError, RuntimeError) as error:
        return str(error)
    return ""


def explain_unusable_card(name: str, message: str) -> Unavailable:
    """Return the error for the card `name`, which torch can't use. `message` is torch's message."""
    if "driver on your system is too old" in message or "driver version is insufficient" in message:
        return Unavailable(
            f"the driver of {name} is too old for this torch",
            "update the driver; nvidia-smi shows its version",
        )
    if "no NVIDIA driver" in message:
        return Unavailable(
            f"{name} has no driver here", "install the driver; nvidia-smi then shows its version"
        )
    if "not compiled" in message:
        return Unavailable(f"this torch is built without support for {name}", "install a torch that has it")
    why = message.strip().split(". ")[0].splitlines()
    return Unavailable(
        f"torch can't use {name}: {why[0] if why else 'it finds none'}",
        "milimo doctor shows what is installed",
    )


class DeviceMemory:
    """A meter of the free memory of the device and of the machine. It measures at each call, and implements
    `model_cache.MemoryMeter`.
    """

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
        """Free memory that is no longer used: objects to which nothing refers, and torch's own cache on the
        device.
        """
        import torch

        gc.collect()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        elif torch.backends.mps.is_available():
            torch.mps.empty_cache()
        else:
            # glibc retains freed memory in the process. After a cancelled job, this memory should return to
            # the system.
            linux.trim_free_memory()


def card(loaded_bytes: int = 0, host_held: int = 0) -> Card:
    """Return the device as a `Card` for the recipe choice, with its total and free memory.

    `loaded_bytes` are the bytes of loaded weights on the device, and `host_held` those in main memory. Both
    count as free, because the next job either uses these weights or drops them. The free memory is never more
    than the total.
    """
    import torch

    if text := os.environ.get(TEST_CARD):
        return _parse_test_card(text)
    where = get_device().type
    host = min(get_total_memory(), get_available_memory() + host_held) / GB
    free = (DeviceMemory().get_device_free_bytes() + loaded_bytes) / GB
    if where == "cuda":
        facts = torch.cuda.get_device_properties(0)
        kind: Kind = "rocm" if torch.version.hip else "cuda"
        ability = (0, 0) if torch.version.hip else (facts.major, facts.minor)
        whole = facts.total_memory / GB
        return Card(facts.name, whole, min(whole, free), kind, ability, host)
    if where == "mps":
        whole = torch.mps.recommended_max_memory() / GB
        return Card("Apple GPU", whole, min(whole, free), "mps", host_gb=host)
    return replace(describe_processor(), free_gb=min(get_total_memory() / GB, free), host_gb=host)


def count_bytes_of_others() -> int:
    """Return the bytes of the card that other programs use. 0 if the device computes in main memory, which
    all programs share.
    """
    import torch

    if text := os.environ.get(TAKEN):
        return round(float(text) * GB)
    if get_device().type != "cuda":
        return 0
    free, whole = torch.cuda.mem_get_info()
    return max(0, int(whole) - int(free) - int(torch.cuda.memory_reserved()))


TAKEN = "MILIMO_TEST_TAKEN"  # Environment variable for tests: GB of the card that other programs seem to use.

# Environment variable for tests: GB of an imitated CUDA card, whose recipes then run on the real device. The
# value `cpu 20` imitates 20 GB of free main memory, whatever other programs use.
TEST_CARD = "MILIMO_TEST_CARD"


def _parse_test_card(text: str) -> Card:
    kind, _, gb = text.rpartition(" ")
    size = float(gb)
    if kind == "cpu":
        return Card("CPU", size, size, "cpu", host_gb=size)
    return Card(f"a card of {size:g} GB", size, max(0.0, size - HEADROOM_GB))


def count_weight_bytes(module: torch.nn.Module) -> int:
    """Return the bytes that a module's parameters and buffers take in memory. For a quantised tensor, the
    bytes of its components are counted.
    """
    return sum(_count_tensor_bytes(tensor) for tensor in (*module.parameters(), *module.buffers()))


def _count_tensor_bytes(tensor: Any) -> int:
    # The tensor of a quantiser reports the type that it replaces, not the type in which it is stored.
    if hasattr(tensor, "__tensor_flatten__"):
        return sum(_count_tensor_bytes(getattr(tensor, name)) for name in tensor.__tensor_flatten__()[0])
    return int(tensor.numel() * tensor.element_size())


def count_held_bytes(value: Any) -> int:
    """Return the bytes of the weights of a cached value: a module, a pipeline of modules, or an object that
    contains a pipeline.

    Return 0 for a value without weights.
    """
    return sum(count_weight_bytes(module) for module in _list_value_modules(value))


def count_device_bytes(value: Any) -> int | None:
    """Return the number of bytes that the weights of a cached value take on the card now. Return None if the
    device computes in main memory.
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
    """Return the modules of a cached value: the value itself, the parts of a pipeline, or the parts of a
    pipeline that the value contains.
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
    """A measurement of the most bytes that the device held since this object was constructed. On a CPU, the
    value is the peak of the complete process.
    """

    def __init__(self) -> None:
        import torch

        self._cuda = torch.cuda.is_available()
        if self._cuda:
            torch.cuda.reset_peak_memory_stats()

    def measure_peak(self) -> int:
        """Return the largest number of bytes so far."""
        import torch

        if self._cuda:
            return int(torch.cuda.max_memory_allocated())
        if torch.backends.mps.is_available():
            return int(torch.mps.driver_allocated_memory())
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def is_out_of_memory(error: BaseException) -> bool:
    """Return True if a library raised this error because memory ran out: on a CUDA card, on Apple's GPU or in
    main memory.
    """
    import torch

    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    text = str(error)
    if isinstance(error, OSError) and error.errno == errno.ENOMEM:
        return True
    return _NO_MEMORY in text or (isinstance(error, RuntimeError) and any(mark in text for mark in _MARKS))


# The system's message for lack of memory. Any library that maps a file into memory may raise it: torch,
# safetensors.
_NO_MEMORY = os.strerror(errno.ENOMEM)


_MARKS = (
    "MPS backend out of memory",
    "CUDA out of memory",
    "CUDA error: out of memory",  # raised by the driver, not by torch's allocator
    "CUBLAS_STATUS_ALLOC_FAILED",
    "CUDNN_STATUS_ALLOC_FAILED",
    "HIP out of memory",
    "HIP error: out of memory",
    # Raised by the allocator on a CPU: “DefaultCPUAllocator: can't allocate memory: …”
    "can't allocate memory",
    "not enough memory",
)


def is_device_lost(error: BaseException) -> bool:
    """Return True if the error says that the card was removed or broke. The process can't use the card any
    more after that.
    """
    return isinstance(error, RuntimeError) and any(mark in str(error) for mark in _LOST)


# Messages of the CUDA and HIP runtimes for a lost card (cudaGetErrorString).
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
    """Return a context for model work with the chosen recipe. If memory runs out, OutOfMemory is raised with
    the choice's message. If the card is lost, DeviceLost is raised.

    The caller records the outcome for the card (`CardRecords.add_outcome`) and passes the error on to the
    queue, which retries one fallback level lower. The message mentions other programs if they took memory of
    the card during the work.
    """
    others = count_bytes_of_others()
    try:
        yield
    except Exception as error:  # Every other exception is passed on unchanged.
        if is_out_of_memory(error):
            raise OutOfMemory(
                *choice.describe_out_of_memory((count_bytes_of_others() - others) / GB)
            ) from error
        if is_device_lost(error):
            raise DeviceLost(
                f"{choice.card.name} was lost while {choice.recipe.engine} ran: {reason(error)}",
                "nvidia-smi shows what uses it; milimo job retry continues the job",
            ) from error
        raise
