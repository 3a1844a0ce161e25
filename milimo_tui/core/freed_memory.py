"""Memory that was freed goes back to the machine: glibc keeps it for the process by itself."""

from __future__ import annotations

import ctypes
import sys
from functools import cache

_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8  # mallopt(3)
_OWN_PAGES_FROM = 128 * 1024  # bytes: less than a frame has
_ARENAS = 2


def return_large_pieces() -> None:
    """Have the memory of a frame returned when it is freed.

    By itself glibc raises the size from which it does so to 32 MB, and keeps an arena for each thread: the
    viewer grew by 2.5 MB a minute (mallopt(3)).
    """
    if mallopt := getattr(_libc(), "mallopt", None):
        mallopt(_M_MMAP_THRESHOLD, _OWN_PAGES_FROM)
        mallopt(_M_ARENA_MAX, _ARENAS)


def return_freed() -> None:
    """Return what is free between pieces in use, some milliseconds' work (malloc_trim(3))."""
    if malloc_trim := getattr(_libc(), "malloc_trim", None):
        malloc_trim(0)


@cache
def _libc() -> ctypes.CDLL | None:
    return ctypes.CDLL(None) if sys.platform == "linux" else None
