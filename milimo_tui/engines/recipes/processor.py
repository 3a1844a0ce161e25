"""The description of this machine's CPU as a card, for work without a GPU. No torch."""

from __future__ import annotations

from milimo_tui.core import linux
from milimo_tui.core.main_memory import get_available_memory, get_total_memory
from milimo_tui.engines.recipes.ladder import CPU_BF16
from milimo_tui.engines.recipes.values import GB, Card

# Names under which Linux lists instructions that multiply numbers in bf16, on x86 and on ARM.
_BF16_FLAGS = frozenset(("avx512_bf16", "amx_bf16", "bf16", "svebf16"))


def describe_processor() -> Card:
    """Return the CPU as a card whose memory is main memory, with the memory that is free now."""
    memory_gb = get_total_memory() / GB
    free_gb = min(memory_gb, get_available_memory() / GB)
    return Card("CPU", memory_gb, free_gb, "cpu", get_processor_capability(), host_gb=free_gb)


def get_processor_capability() -> tuple[int, int]:
    """Return the value of `Card.capability` for this machine's CPU."""
    return CPU_BF16 if has_bf16_instructions() else (0, 0)


def has_bf16_instructions() -> bool:
    """Return True if the CPU multiplies numbers in bf16. False if the system does not list its abilities."""
    lines = linux.read_proc_file("cpuinfo").splitlines()
    names = ("flags", "Features")
    found = (line.partition(":")[2] for line in lines if line.startswith(names))
    return bool(_BF16_FLAGS & set(next(found, "").split()))
