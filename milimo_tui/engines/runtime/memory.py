"""How much memory the worker's device has, what a job took of it, and what it means when it had too little.

Imports torch when asked, in workers only.
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
from milimo_tui.engines.recipes.values import GB, HEADROOM_GB, Card, Choice, Kind

if TYPE_CHECKING:
    import torch


GIVEN = "MILIMO_GPU"  # the name of the card that a worker was given; without it, it has none


def device() -> torch.device:
    """Where this worker computes: the one CUDA or ROCm card it is shown, Apple's GPU, else the CPU.

    Raises Unavailable where it was given a card that torch can't use: the CPU would take days for it, unsaid.
    """
    import torch

    if torch.cuda.is_available():
        return torch.device("cuda", 0)
    if torch.backends.mps.is_available():
        return torch.device("mps")
    if name := os.environ.get(GIVEN):
        raise unusable(name, _said_by_torch())
    return torch.device("cpu")


def _said_by_torch() -> str:
    """Why torch uses no card, in its own words."""
    import torch

    try:
        torch.cuda.init()  # type: ignore[no-untyped-call]
    except (AssertionError, RuntimeError) as error:
        return str(error)
    return ""


def unusable(name: str, said: str) -> Unavailable:
    """The error for a card that torch can't use, by what it said of it."""
    if "driver on your system is too old" in said or "driver version is insufficient" in said:
        return Unavailable(
            f"the driver of {name} is too old for this torch", "update it: nvidia-smi shows it"
        )
    if "no NVIDIA driver" in said:
        return Unavailable(f"{name} has no driver here", "install it: nvidia-smi shows it then")
    if "not compiled" in said:
        return Unavailable(f"this torch is built without support for {name}", "install one that has it")
    why = said.strip().split(". ")[0].splitlines()
    return Unavailable(
        f"torch can't use {name}: {why[0] if why else 'it finds none'}", "milimo doctor shows what is here"
    )


class DeviceMemory:
    """The device's memory and the machine's (`model_cache.Memory`), measured anew at each question."""

    def free(self) -> int:
        """Bytes free on the device, those that torch keeps for itself counted in."""
        import torch

        where = device().type
        if where == "cuda":
            idle = torch.cuda.memory_reserved() - torch.cuda.memory_allocated()
            return int(torch.cuda.mem_get_info()[0]) + int(idle)
        if where == "mps":
            return int(torch.mps.recommended_max_memory()) - int(torch.mps.driver_allocated_memory())
        return available()

    def host_free(self) -> int:
        """Bytes free in main memory; 0 where that is what the device computes in."""
        return available() if device().type == "cuda" else 0

    def collect(self) -> None:
        """Free what nothing refers to, on the device and in main memory."""
        import torch

        gc.collect()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        elif torch.backends.mps.is_available():
            torch.mps.empty_cache()
        else:
            linux.trim_free_memory()  # glibc keeps what was freed; a cancel is to give it back


def card(held: int = 0, host_held: int = 0) -> Card:
    """The device as the ladder wants to know it: all of its memory, and what is free of it.

    `held` bytes of weights that are there already count as free, as do `host_held` of main memory: they are
    what is used, or make room. However they were counted, no more is free than there is.
    """
    import torch

    if text := os.environ.get(PRETENDED):
        return _pretended(text)
    where = device().type
    host = min(total(), available() + host_held) / GB
    free = (DeviceMemory().free() + held) / GB
    if where == "cuda":
        facts = torch.cuda.get_device_properties(0)
        kind: Kind = "rocm" if torch.version.hip else "cuda"
        ability = (0, 0) if torch.version.hip else (facts.major, facts.minor)
        whole = facts.total_memory / GB
        return Card(facts.name, whole, min(whole, free), kind, ability, host)
    if where == "mps":
        whole = torch.mps.recommended_max_memory() / GB
        return Card("Apple GPU", whole, min(whole, free), "mps", host_gb=host)
    return Card("CPU", total() / GB, min(total() / GB, free), "cpu", host_gb=host)


def held_by_others() -> int:
    """Bytes of the card that other programs hold; 0 where it is main memory, which is everybody's."""
    import torch

    if text := os.environ.get(TAKEN):
        return round(float(text) * GB)
    if device().type != "cuda":
        return 0
    free, whole = torch.cuda.mem_get_info()
    return max(0, int(whole) - int(free) - int(torch.cuda.memory_reserved()))


TAKEN = "MILIMO_TEST_TAKEN"  # tests: GB of a card that others hold

# Tests: GB of a card of CUDA, whose recipes then run on what is here; `cpu 20` is main memory
# of which as much is free each time, whatever runs beside.
PRETENDED = "MILIMO_TEST_CARD"


def _pretended(text: str) -> Card:
    kind, _, gb = text.rpartition(" ")
    size = float(gb)
    if kind == "cpu":
        return Card("CPU", size, size, "cpu", host_gb=size)
    return Card(f"a card of {size:g} GB", size, max(0.0, size - HEADROOM_GB))


def available() -> int:
    """Bytes of main memory that can be had without swapping, within the limit this process runs under.

    Half of it all where the system has no cheap answer.
    """
    free = _meminfo("MemAvailable") or total() // 2
    group = _limit()
    return free if group is None else min(free, group)


def total() -> int:
    """Bytes of main memory."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _meminfo(name: str) -> int:
    """A figure of Linux's own list; 0 where there is none."""
    lines = linux.proc_text("meminfo").splitlines()
    found = (line.split() for line in lines if line.startswith(f"{name}:"))
    return next((int(words[1]) * 1024 for words in found), 0)


def _limit(root: Path = linux.CONTROL_GROUP) -> int | None:
    """What the control group still allows; None where it sets no limit."""
    try:
        most = (root / "memory.max").read_text().strip()
        used = int((root / "memory.current").read_text())
    except (OSError, ValueError):
        return None
    return max(0, int(most) - used) if most.isdigit() else None


def weight_bytes(module: torch.nn.Module) -> int:
    """Bytes of its parameters and buffers, as they are held; of a quantised one those it is made of."""
    return sum(_tensor_bytes(tensor) for tensor in (*module.parameters(), *module.buffers()))


def _tensor_bytes(tensor: Any) -> int:
    if hasattr(tensor, "__tensor_flatten__"):  # a quantiser's, which tells the type it stands for
        return sum(_tensor_bytes(getattr(tensor, name)) for name in tensor.__tensor_flatten__()[0])
    return int(tensor.numel() * tensor.element_size())


def bytes_held(value: Any) -> int:
    """Bytes of the weights of what is kept in memory: a module, a pipeline of them, or what carries one.

    0 for what has none.
    """
    return sum(weight_bytes(module) for module in _modules_of(value))


def bytes_there(value: Any) -> int | None:
    """Bytes of those weights that lie on the card now; None where the device is main memory itself."""
    where = device()
    if where.type == "cpu":
        return None
    return sum(
        _tensor_bytes(tensor)
        for module in _modules_of(value)
        for tensor in (*module.parameters(), *module.buffers())
        if tensor.device.type == where.type
    )


def _modules_of(value: Any) -> list[torch.nn.Module]:
    """The modules of what is kept in memory: itself, a pipeline's, or those of what carries one."""
    import torch

    if isinstance(value, torch.nn.Module):
        return [value]
    carried = getattr(value, "pipe", None) or getattr(value, "model", None)
    parts = getattr(carried, "components", None) or {"": carried}
    return [part for part in parts.values() if isinstance(part, torch.nn.Module)]


def weight_device(module: torch.nn.Module) -> torch.device | None:
    """Where a module's first weight is; None for one without any."""
    first = next(module.parameters(), None)
    return first.device if first is not None else None


class Peak:
    """The most bytes the device held between `begin` and `bytes`; of a CPU, the process's own growth."""

    def __init__(self) -> None:
        import torch

        self._cuda = torch.cuda.is_available()
        if self._cuda:
            torch.cuda.reset_peak_memory_stats()

    def bytes(self) -> int:
        """The most bytes so far."""
        import torch

        if self._cuda:
            return int(torch.cuda.max_memory_allocated())
        if torch.backends.mps.is_available():
            return int(torch.mps.driver_allocated_memory())
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def is_out_of_memory(error: BaseException) -> bool:
    """Whether a library raised it for want of memory: CUDA's, MPS's or the machine's own."""
    import torch

    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    text = str(error)
    if isinstance(error, OSError) and error.errno == errno.ENOMEM:
        return True
    return _NO_MEMORY in text or (isinstance(error, RuntimeError) and any(mark in text for mark in _MARKS))


_NO_MEMORY = os.strerror(errno.ENOMEM)  # of the system, by whoever maps a file: torch, safetensors


_MARKS = (
    "MPS backend out of memory",
    "CUDA out of memory",
    "CUDA error: out of memory",  # of the driver, where torch's own allocator was not asked
    "CUBLAS_STATUS_ALLOC_FAILED",
    "CUDNN_STATUS_ALLOC_FAILED",
    "HIP out of memory",
    "HIP error: out of memory",
    "can't allocate memory",  # the CPU allocator: “DefaultCPUAllocator: can't allocate memory: …”
    "not enough memory",
)


def is_lost(error: BaseException) -> bool:
    """Whether the card went away or broke: after that a process can do nothing more with it."""
    return isinstance(error, RuntimeError) and any(mark in str(error) for mark in _LOST)


# As CUDA's runtime and HIP's word them (cudaGetErrorString).
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
def guard(choice: Choice) -> Iterator[None]:
    """Run model work by that choice: want of memory leaves as OutOfMemory in the rung's words, a card that is
    gone as DeviceLost.

    The caller remembers it for the card (`card_records.remember`) and lets it go on to the queue, which
    tries again one rung lower; where others took the card's memory meanwhile, that is said.
    """
    others = held_by_others()
    try:
        yield
    except Exception as error:  # every other kind goes on as it is
        if is_out_of_memory(error):
            raise OutOfMemory(*choice.ran_out((held_by_others() - others) / GB)) from error
        if is_lost(error):
            raise DeviceLost(
                f"{choice.card.name} was lost while {choice.recipe.engine} ran: {reason(error)}",
                "nvidia-smi shows who has it; milimo job retry goes on where it stopped",
            ) from error
        raise
