"""The description of this machine's CPU as a card, for work without a GPU. No torch."""

from __future__ import annotations

from milimo_tui.core import linux
from milimo_tui.engines.recipes.ladder import CPU_BF16
from milimo_tui.engines.recipes.values import Card

# Names under which Linux lists instructions that multiply numbers in bf16, on x86 and on ARM.
_BF16_FLAGS = frozenset(("avx512_bf16", "amx_bf16", "bf16", "svebf16"))


def describe_processor(memory_gb: float, free_gb: float) -> Card:
    """Return the CPU as a card whose memory is main memory, with `free_gb` of `memory_gb` free."""
    capability = CPU_BF16 if has_bf16_instructions() else (0, 0)
    return Card("CPU", memory_gb, min(memory_gb, free_gb), "cpu", capability, host_gb=min(memory_gb, free_gb))


def has_bf16_instructions() -> bool:
    """Return True if the CPU multiplies numbers in bf16. False if the system does not list its abilities."""
    lines = linux.read_proc_file("cpuinfo").splitlines()
    names = ("flags", "Features")
    found = (line.partition(":")[2] for line in lines if line.startswith(names))
    return bool(_BF16_FLAGS & set(next(found, "").split()))
