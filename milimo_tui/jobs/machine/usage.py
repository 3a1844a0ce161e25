"""The memory use of this process, in main memory and on the device. Imports no model stack.

torch is asked only if an engine has imported it already and has begun to use a device.
"""

from __future__ import annotations

import os
import resource
import sys
from typing import Any

from milimo_tui.core import linux

_PAGE = os.sysconf("SC_PAGE_SIZE")
_PEAK_UNIT = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss


def get_resident_bytes() -> int:
    """Return the bytes of main memory that this process uses; its peak if the system reports nothing else."""
    pages = linux.count_resident_pages()
    return get_peak_resident_bytes() if pages is None else pages * _PAGE


def get_peak_resident_bytes() -> int:
    """Return the most bytes of main memory that this process ever used."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _PEAK_UNIT


def _get_active_cuda() -> Any:
    """Return torch's CUDA (or ROCm) module if an engine uses it; None also while torch is still being
    imported.
    """
    cuda = getattr(sys.modules.get("torch"), "cuda", None)
    begun = getattr(cuda, "is_initialized", None)
    return cuda if begun and begun() else None


def get_device_bytes() -> tuple[int, int]:
    """Return the bytes that this process uses on its device, and the most since the peak was reset; zeros
    without a device.
    """
    cuda = _get_active_cuda()
    if cuda:
        return int(cuda.memory_reserved()), int(cuda.max_memory_reserved())
    mps = getattr(sys.modules.get("torch"), "mps", None)
    if mps and sys.platform == "darwin" and hasattr(mps, "driver_allocated_memory"):
        held = int(mps.driver_allocated_memory())
        return held, held
    return 0, 0


class AttemptPeak:
    """The peak memory use of an attempt: on its device if it used one, else in main memory.

    Sampled while the attempt runs; exact if the attempt exceeded everything before it.
    """

    def __init__(self) -> None:
        self._host = get_resident_bytes()
        self._highest_before = get_peak_resident_bytes()
        self._device = 0
        cuda = _get_active_cuda()
        if cuda:
            cuda.reset_peak_memory_stats()

    def sample_memory(self) -> dict[str, int]:
        """Return the current use, in bytes, as `device` and `host`."""
        host, (held, most) = get_resident_bytes(), get_device_bytes()
        self._host, self._device = max(self._host, host), max(self._device, most)
        return {"device": held, "host": host}

    def get_peak_bytes(self) -> int:
        """Return the peak so far."""
        self.sample_memory()
        highest = get_peak_resident_bytes()
        host = highest if highest > self._highest_before else self._host
        return self._device or host
