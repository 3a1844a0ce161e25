"""Helpers of the media tests: full disks and unwritable folders that need no root rights."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


def fill_disk_under(path: Path) -> None:
    """Make everything that is written to `path` fail as on a full disk."""
    path.symlink_to("/dev/full")


@pytest.fixture
def closed_folder() -> Iterator[Path]:
    """Yield a folder that this process may not write to. A process of root runs as the user nobody
    meanwhile.
    """
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
