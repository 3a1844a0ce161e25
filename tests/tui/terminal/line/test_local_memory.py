"""Test that the studio sends no pictures through shared memory or files if the disk is full."""

from __future__ import annotations

import subprocess
import sys

FULL = """
import resource
from milimo_tui.tui.terminal.line import local_memory
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # as on a full disk: no file takes a byte
assert local_memory.create_probes() == []
local_memory.remove_probes()
"""


def test_full_disk_disables_shared_pictures_without_a_crash() -> None:
    subprocess.run([sys.executable, "-c", FULL], check=True, timeout=60)
