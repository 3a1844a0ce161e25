"""Fixtures of the media tests: disks that are full or closed, made without being root."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


def fill_disk_under(path: Path) -> None:
    """Let everything written to `path` meet a full disk."""
    path.symlink_to("/dev/full")


@pytest.fixture
def closed_folder() -> Iterator[Path]:
    """A folder that this process may not write to; as root it works as nobody meanwhile."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o555)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield folder
    finally:
        if root:
            os.seteuid(0)
        folder.rmdir()
