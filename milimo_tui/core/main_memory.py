"""Measure the main memory of this machine and its free part. No dependencies."""

from __future__ import annotations

import os
from pathlib import Path

from milimo_tui.core import linux


def get_available_memory() -> int:
    """Return the bytes of main memory that this process can use without swapping, within its memory limit.

    If the system offers no quick measurement, return half of all memory.
    """
    free = _read_meminfo("MemAvailable") or get_total_memory() // 2
    group = _read_cgroup_headroom()
    return free if group is None else min(free, group)


def get_total_memory() -> int:
    """Return the total bytes of main memory."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _read_meminfo(name: str) -> int:
    """Return a value of Linux's `/proc/meminfo` by its name; 0 if it is missing."""
    lines = linux.read_proc_file("meminfo").splitlines()
    found = (line.split() for line in lines if line.startswith(f"{name}:"))
    return next((int(words[1]) * 1024 for words in found), 0)


def _read_cgroup_headroom(root: Path = linux.CONTROL_GROUP) -> int | None:
    """Return the bytes that the process's control group still allows; None if the group has no limit."""
    try:
        most = (root / "memory.max").read_text().strip()
        used = int((root / "memory.current").read_text())
    except (OSError, ValueError):
        return None
    return max(0, int(most) - used) if most.isdigit() else None
