"""The memory use of this process, in main memory and on its device (a GPU). The module imports no model
library.

torch is queried only if an engine has already imported it and has begun to use a device.
"""

from __future__ import annotations

import os
import resource
import sys
from typing import Any

from milimo_tui.core import linux

_PAGE = os.sysconf("SC_PAGE_SIZE")
_PEAK_UNIT = 1 if sys.platform == "darwin" else 1024  # `ru_maxrss` is in bytes on macOS and in KiB on Linux.


def get_resident_bytes() -> int:
    """Return the bytes of main memory that this process uses. If the system does not report that, return the
    highest use so far.
    """
    pages = linux.count_resident_pages()
    return get_peak_resident_bytes() if pages is None else pages * _PAGE


def get_peak_resident_bytes() -> int:
    """Return the highest main memory use of this process so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _PEAK_UNIT


def _get_active_cuda() -> Any:
    """Return the module `torch.cuda` (also used for ROCm) if an engine uses a GPU through it; None otherwise,
    and while torch is still being imported.
    """
    cuda = getattr(sys.modules.get("torch"), "cuda", None)
    is_initialized = getattr(cuda, "is_initialized", None)
    return cuda if is_initialized and is_initialized() else None


def get_device_bytes() -> tuple[int, int]:
    """Return the bytes that this process uses on its device, and the highest use since the peak was last
    reset. Both are 0 without a device.
    """
    cuda = _get_active_cuda()
    if cuda:
        return int(cuda.memory_reserved()), int(cuda.max_memory_reserved())
    mps = getattr(sys.modules.get("torch"), "mps", None)
    if mps and sys.platform == "darwin" and hasattr(mps, "driver_allocated_memory"):
        allocated = int(mps.driver_allocated_memory())
        return allocated, allocated
    return 0, 0


class AttemptPeak:
    """A measurement of the highest memory use of one attempt. If the attempt uses a device (a GPU), its
    memory on the device is measured, otherwise its main memory.

    The use is sampled while the attempt runs. The result is exact if the attempt uses more than anything
    earlier in this process, because the system records the peak of a process.
    """

    def __init__(self) -> None:
        self._host = get_resident_bytes()
        self._highest_before = get_peak_resident_bytes()
        self._device = 0
        cuda = _get_active_cuda()
        if cuda:
            cuda.reset_peak_memory_stats()

    def sample_memory(self) -> dict[str, int]:
        """Return the current memory use in bytes as `device` and `host`, and update the peak."""
        host, (reserved, most) = get_resident_bytes(), get_device_bytes()
        self._host, self._device = max(self._host, host), max(self._device, most)
        return {"device": reserved, "host": host}

    def get_peak_bytes(self) -> int:
        """Return the highest memory use so far, in bytes."""
        self.sample_memory()
        highest = get_peak_resident_bytes()
        host = highest if highest > self._highest_before else self._host
        return self._device or host
