"""Test the division of the long suites into parts: the four parts together run every file once."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.budget import PART, PARTS

ROOT = Path(__file__).parents[1]
SUITE_FOLDER = "tests/studio"


def _list_long_tests(length: str, part: int) -> tuple[set[str], str]:
    listing = subprocess.run(
        [sys.executable, "-m", "pytest", "-n0", "-m", "long", "--collect-only", SUITE_FOLDER],
        cwd=ROOT,
        env=os.environ | {"MILIMO_LENGTH": length, PART: str(part)},
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    return set(re.findall(r"^tests/\S+::.+$", listing, re.M)), listing


def test_four_parts_together_are_the_complete_suites() -> None:
    everything, _ = _list_long_tests("whole", 0)
    parts = [_list_long_tests("ci", part) for part in range(PARTS)]
    assert set.union(*(tests for tests, _ in parts)) == everything
    assert all(tests < everything for tests, _ in parts)
    assert f"part 3 of {PARTS}" in parts[2][1]
