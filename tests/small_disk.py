"""A small file system for tests of a full disk."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def mount_small_disk(root: Path, size: int) -> Iterator[Path]:
    """Mount a file system of `size` bytes at a folder. The test is skipped where nothing can be mounted."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "none", str(root)]
    if os.getuid() or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted")
    try:
        yield root
    finally:
        subprocess.run(["umount", "-l", str(root)], check=True)


def fill_disk(path: Path) -> None:
    """Append zeros to a file until not one more byte fits on the disk."""
    with path.open("ab", buffering=0) as file:
        for size in (1 << 20, 4096, 1):
            try:
                while file.write(b"\0" * size):
                    pass
            except OSError:
                continue
