"""The bench of models: what it makes has the published size, and without a card it says so."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engines.recipes.asked import weights_of

BENCH = Path(__file__).parents[2] / "bench"


def ask(*words: str) -> list[str]:
    """A bench script on a machine whose card, if any, is out of sight; the lines it prints."""
    blind = {"CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1", "TORCHDYNAMO_DISABLE": "1"}
    done = subprocess.run(
        [sys.executable, *words], env={**os.environ, **blind}, cwd=BENCH, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return done.stdout.decode().splitlines()


@pytest.mark.long("models")
def test_the_tables_hold_what_the_published_shapes_have() -> None:
    told = json.loads(ask("-c", "import json, full_size; print(json.dumps(full_size.count()))")[-1])
    table = {part.name: part.billions for part in weights_of("ltx-2").parts}
    for name, billions in told.items():
        assert table[name] == pytest.approx(billions, abs=0.01), name


@pytest.mark.long("models")
def test_without_a_card_the_bench_says_so_and_measures_nothing() -> None:
    lines = ask("gpu.py", "--json")
    assert "no card is here" in lines[0]
    line = json.loads(lines[-1])
    assert (line["name"], line["figures"], line["ok"]) == ("gpu", {"cards": 0.0}, True)
