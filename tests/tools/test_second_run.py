"""Test that the second run of a failed long test runs that test, whichever part of the suites runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.budget import PART, PARTS

ROOT = Path(__file__).parents[2]
FAILED = "tests/jobs/cluster/test_cluster.py::test_lost_node_counts_as_a_lost_worker"


@pytest.mark.parametrize("part", range(PARTS))
def test_second_run_selects_the_failed_test_in_each_part(tmp_path: Path, part: int) -> None:
    failed = tmp_path / "v/cache/lastfailed"
    failed.parent.mkdir(parents=True)
    failed.write_text(json.dumps({FAILED: True}))
    options = ["--last-failed", "--last-failed-no-failures", "none", "-m", "long", "--collect-only"]
    listing = subprocess.run(
        [sys.executable, "-m", "pytest", "-o", f"cache_dir={tmp_path}", *options],
        cwd=ROOT,
        env=os.environ | {"MILIMO_LENGTH": "ci", PART: str(part)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert FAILED in listing.stdout, listing.stdout + listing.stderr
