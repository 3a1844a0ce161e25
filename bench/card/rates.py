"""Measure the speed of a card: matrix products, memory, bus and disk. Imports torch."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import torch

ROUNDS = 5


def _time_quickest_round(work: Callable[[], object], device: torch.device) -> float:
    """Run `work` in several rounds on the device, and return the seconds of the quickest round."""
    taken = []
    for _ in range(ROUNDS + 1):
        _wait_for_device(device)
        began = time.perf_counter()
        work()
        _wait_for_device(device)
        taken.append(time.perf_counter() - began)
    return max(1e-9, min(taken[1:]))


def _wait_for_device(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize()


def measure_card_rates(device: torch.device, scratch: Path, *, small: bool) -> dict[str, float]:
    """Return the measured speeds of the device, by name. `small` uses small matrices and buffers, so that the
    measurement on a CPU takes almost no time.
    """
    side, size = (256, 1 << 20) if small else (8192, 1 << 30)
    dtype = torch.float32 if small else torch.bfloat16
    left, right = (torch.randn(side, side, device=device, dtype=dtype) for _ in range(2))
    tflops = 2 * side**3 / _time_quickest_round(lambda: left @ right, device) / 1e12
    there = torch.empty(size, dtype=torch.uint8, device=device)
    other = torch.empty_like(there)
    memory = 2 * size / _time_quickest_round(lambda: other.copy_(there), device) / 1e9
    plain = torch.zeros(size, dtype=torch.uint8)
    unpinned = size / _time_quickest_round(lambda: there.copy_(plain), device) / 1e9
    bus = unpinned
    if device.type == "cuda":
        locked = plain.pin_memory()
        bus = size / _time_quickest_round(lambda: there.copy_(locked, non_blocking=True), device) / 1e9
    return {
        "tflops": tflops,
        "memory_gbs": memory,
        "bus_gbs": bus,
        "unpinned_gbs": unpinned,
        "disk_gbs": _measure_disk_rate(scratch, size),
    }


def _measure_disk_rate(scratch: Path, size: int) -> float:
    """Return the GB per second at which a file of `size` bytes in `scratch` is read. If possible, the file is
    read from the disk and not from the system's file cache.
    """
    path = scratch / "read.bin"
    path.write_bytes(os.urandom(1 << 20) * (size >> 20))
    with path.open("rb") as file:
        os.fsync(file.fileno())
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        began = time.perf_counter()
        while file.read(1 << 24):
            pass
        taken = time.perf_counter() - began
    path.unlink()
    return size / max(1e-9, taken) / 1e9
