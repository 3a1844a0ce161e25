"""Test of the model benchmark: requests have the published sizes, a machine without a GPU is reported, and a
complete interrupted run works on a CPU with tiny weights.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.engines.recipes.published_requests import weights_of
from tools import card_bundle

BENCH = Path(__file__).parents[2] / "bench"
BLIND = {**os.environ, "CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1", "TORCHDYNAMO_DISABLE": "1"}
PHASES = {"rates", "tiny", "held", "whole", "every", "second", "bare", "capped", "believed", "soak"}


def ask(*words: str) -> list[str]:
    """Run a benchmark script with any GPU hidden. Return the lines that it prints."""
    done = subprocess.run([sys.executable, *words], env=BLIND, cwd=BENCH, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return done.stdout.decode().splitlines()


@pytest.mark.long("models")
def test_tables_have_the_published_shapes() -> None:
    script = "import json, full_size; print(json.dumps(full_size.count_parameters()))"
    counts = json.loads(ask("-c", script)[-1])
    table = {part.name: part.billions for part in weights_of("ltx-2").parts}
    for name, billions in counts.items():
        assert table[name] == pytest.approx(billions, abs=0.01), name


@pytest.mark.long("models")
def test_bench_without_a_card_says_so_and_measures_nothing() -> None:
    lines = ask("gpu.py", "--json")
    assert "no card" in lines[0]
    line = json.loads(lines[-1])
    assert (line["name"], line["figures"], line["ok"]) == ("gpu", {"cards": 0.0}, True)


@pytest.mark.long("models")
def test_duration_on_a_lent_card_is_listed_by_phase_in_order_of_value() -> None:
    lines = ask("gpu.py", "--plan", "80", "--small-encoder", "--seconds", "540")
    told = {line.split()[0]: [float(word) for word in line.split()[1:3]] for line in lines[1:]}
    assert told.keys() - {"start"} == PHASES
    assert list(told)[:4] == ["start", "rates", "bare", "whole"]
    assert told["whole"][1] < 540 < told["every"][1], "by when"
    assert sum("540 s" in line for line in lines) == 1


def rows_of(path: Path) -> list[dict[str, object]]:
    """Return the complete rows of a benchmark file."""
    lines = path.read_text().splitlines(keepends=True) if path.exists() else []
    return [json.loads(line) for line in lines if line.endswith("\n") and line.strip()]


@pytest.mark.long("card script")
def test_whole_script_runs_on_a_cpu_without_pyav_and_continues_after_a_kill(tmp_path: Path) -> None:
    rows, page = tmp_path / "rows.jsonl", tmp_path / "benchmarks.md"
    words = ["gpu.py", "--cpu", "--without-av", "--rounds", "1", "--soak", "2", "--rows", str(rows)]
    words += ["--recipes", "float32", "--scratch", str(tmp_path)]
    with (tmp_path / "said").open("wb") as said:
        running = subprocess.Popen([sys.executable, *words], env=BLIND, cwd=BENCH, stdout=said, stderr=said)
        while len(rows_of(rows)) < 2 and running.poll() is None:
            time.sleep(0.1)
        running.kill()
        running.wait()
    before = rows_of(rows)
    assert len(before) >= 2, (tmp_path / "said").read_text()[-2000:]
    with rows.open("a") as file:
        file.write('{"phase": "whole", "case": "half a li')
    line = json.loads(ask(*words)[-1])
    assert (line["ok"], line["figures"]["failed"]) == (True, 0)
    ask(*words, "--recipes", "main memory", "--phases", "every", "--stages", "one")  # two recipes match
    whole = [row for row in rows_of(_mended(rows)) if not row["error"]]
    assert {row["phase"] for row in whole} == PHASES
    assert whole[: len(before)] == before
    assert max(Counter((row["phase"], row["case"]) for row in whole).values()) == 1
    shutil.copyfile(BENCH.parent / "docs" / "benchmarks.md", page)
    ask("gpu.py", "--rows", str(rows), "--write", str(page))
    text = page.read_text()
    assert "### A clip compared with the same diffusers pipeline in a bare script" in text
    assert "| 128×128×9, two: float32, in main memory |" in text
    assert "Nothing here has run" not in text
    ask("gpu.py", "--rows", str(BENCH / "card" / "h100.jsonl"), "--write", str(page))
    assert page.read_text() == (BENCH.parent / "docs" / "benchmarks.md").read_text()


def _mended(rows: Path) -> Path:
    """Write a copy of the rows without the incomplete line, which readers skip. Return its path."""
    path = rows.with_name("mended.jsonl")
    path.write_text(
        "".join(line for line in rows.read_text().splitlines(keepends=True) if "half a li" not in line)
    )
    return path


def test_data_for_a_lent_card_leaves_space_for_its_wheels() -> None:
    files = card_bundle.list_bundle_sources()
    assert {"bench/gpu.py", "milimo_tui/engines/ltx2/engine.py"} <= {
        path.relative_to(card_bundle.ROOT).as_posix() for path in files
    }
    assert sum(path.stat().st_size for path in files) < card_bundle.MOST / 2
