"""What this very process uses: memory of the machine and of the device. Imports no model stack.

torch is asked only where an engine has imported it already and has begun to use a device.
"""

from __future__ import annotations

import os
import resource
import sys
from typing import Any

from milimo_tui.core import linux

_PAGE = os.sysconf("SC_PAGE_SIZE")
_PEAK_UNIT = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss


def resident() -> int:
    """Bytes of memory this process holds; its peak where the system tells no more."""
    pages = linux.resident_pages()
    return peak_resident() if pages is None else pages * _PAGE


def peak_resident() -> int:
    """The most bytes it ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _PEAK_UNIT


def _cuda() -> Any:
    """torch's CUDA (or ROCm) where an engine uses it. One that is being imported counts as none."""
    cuda = getattr(sys.modules.get("torch"), "cuda", None)
    begun = getattr(cuda, "is_initialized", None)
    return cuda if begun and begun() else None


def device() -> tuple[int, int]:
    """Bytes it holds on its device, and the most since `Peak` began; zeros without one."""
    cuda = _cuda()
    if cuda:
        return int(cuda.memory_reserved()), int(cuda.max_memory_reserved())
    mps = getattr(sys.modules.get("torch"), "mps", None)
    if mps and sys.platform == "darwin" and hasattr(mps, "driver_allocated_memory"):
        held = int(mps.driver_allocated_memory())
        return held, held
    return 0, 0


class Peak:
    """The most memory an attempt used: on its device if it used one, else of the machine.

    Sampled while it runs; exact where it went beyond everything before it.
    """

    def __init__(self) -> None:
        self._host = resident()
        self._highest_before = peak_resident()
        self._device = 0
        cuda = _cuda()
        if cuda:
            cuda.reset_peak_memory_stats()

    def sample(self) -> dict[str, int]:
        """What is used now: `device` and `host` bytes."""
        host, (held, most) = resident(), device()
        self._host, self._device = max(self._host, host), max(self._device, most)
        return {"device": held, "host": host}

    def bytes(self) -> int:
        """The peak so far."""
        self.sample()
        highest = peak_resident()
        host = highest if highest > self._highest_before else self._host
        return self._device or host
