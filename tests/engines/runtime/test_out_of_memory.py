"""Test of jobs that run out of memory: a job steps down one recipe, reports it, tries again, and the card's
record keeps it. If no recipe fits, the job fails with a clear error.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import torch

from milimo_tui.core.errors import DeviceLost, OutOfMemory, Unavailable
from milimo_tui.core.main_memory import get_available_memory
from milimo_tui.core.paths import Home
from milimo_tui.engines.recipes.card_records import CardRecords, name
from milimo_tui.engines.recipes.choice import choose_recipe
from milimo_tui.engines.recipes.values import Card, RecipeOutcome
from milimo_tui.engines.runtime.memory import (
    GIVEN,
    TAKEN,
    DeviceMemory,
    card,
    explain_unusable_card,
    get_device,
    guard_model_work,
    is_out_of_memory,
)
from milimo_tui.jobs.client.client import Client, JobRequest
from milimo_tui.jobs.values.views import DetailedJob
from tests.engines.recipes.published_requests import asked
from tests.engines.runtime.large_engine import TOO_MUCH
from tests.front_door import Milimo, environment

CHOICE = choose_recipe(
    Card("NVIDIA L4", 24.0, 23.5, capability=(8, 9)), asked("ltx2", "ltx-2", 768, 512, 121)
)


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB"),
        RuntimeError("MPS backend out of memory (MPS allocated: 17 GB)"),
        RuntimeError("CUDA error: out of memory"),
        RuntimeError("cuDNN error: CUDNN_STATUS_ALLOC_FAILED"),
        MemoryError(),
    ],
)
def test_library_memory_errors_use_the_usual_message(error: Exception) -> None:
    with pytest.raises(OutOfMemory) as raised, guard_model_work(CHOICE):
        raise error
    assert f"NVIDIA L4 as “{CHOICE.recipe.name}”" in raised.value.message
    assert raised.value.hint == f"next: {CHOICE.next}"


def test_real_impossible_allocation_is_recognised() -> None:
    with pytest.raises(OutOfMemory), guard_model_work(CHOICE):
        torch.empty(TOO_MUCH, dtype=torch.uint8)


def test_other_errors_are_passed_on() -> None:
    assert not is_out_of_memory(RuntimeError("shapes differ"))
    with pytest.raises(RuntimeError, match="shapes differ"), guard_model_work(CHOICE):
        raise RuntimeError("shapes differ")


@pytest.mark.parametrize(
    "said",
    [
        "CUDA error: unspecified launch failure",
        "CUDA error: all CUDA-capable devices are busy or unavailable",
    ],
)
def test_missing_card_is_reported(said: str) -> None:
    with (
        pytest.raises(DeviceLost, match=r"NVIDIA L4 was lost.*CUDA error") as raised,
        guard_model_work(CHOICE),
    ):
        raise RuntimeError(f"{said}\nFor debugging consider passing CUDA_LAUNCH_BLOCKING=1")
    assert "\n" not in raised.value.message


def test_memory_of_another_program_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def work() -> None:
        monkeypatch.setenv(TAKEN, "9.5")
        raise MemoryError

    monkeypatch.setenv(TAKEN, "2")
    with (
        pytest.raises(OutOfMemory, match=r"took 7\.5 GB"),
        guard_model_work(CHOICE),
    ):
        work()


def test_device_is_measured() -> None:
    here = card(loaded_bytes=10**9)
    assert here.kind in ("cpu", "cuda", "rocm", "mps")
    assert here.free_gb > 0
    assert here.memory_gb > 1
    assert get_available_memory() > 0
    assert DeviceMemory().get_device_free_bytes() > 0


@pytest.mark.skipif(torch.cuda.is_available(), reason="torch can use the card that is here")
def test_unusable_card_is_reported_and_the_cpu_not_used_instead(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert get_device().type in ("cpu", "mps")
    monkeypatch.setenv(GIVEN, "NVIDIA L4")
    with pytest.raises(Unavailable, match="NVIDIA L4") as raised:
        get_device()
    assert raised.value.hint


@pytest.mark.parametrize(
    ("torch_says", "told"),
    [
        (
            "The NVIDIA driver on your system is too old (found version 11040). Please update your driver "
            "by downloading and installing a new version from the URL",
            "the driver of NVIDIA L4 is too old for this torch",
        ),
        (
            "Unexpected error from cudaGetDeviceCount(). Error 35: CUDA driver version is insufficient for "
            "CUDA runtime version",
            "the driver of NVIDIA L4 is too old for this torch",
        ),
        (
            "Found no NVIDIA driver on your system. Please check that you have an NVIDIA GPU",
            "NVIDIA L4 has no driver here",
        ),
        ("Torch not compiled with CUDA enabled", "this torch is built without support for NVIDIA L4"),
        ("No CUDA GPUs are available", "torch can't use NVIDIA L4: No CUDA GPUs are available"),
        ("", "torch can't use NVIDIA L4: it finds none"),
    ],
)
def test_old_driver_is_one_sentence(torch_says: str, told: str) -> None:
    """An unusable driver is explained in one sentence. The inputs are torch's own messages
    (`torch/cuda/__init__.py`, `c10/cuda`).
    """
    error = explain_unusable_card("NVIDIA L4", torch_says)
    assert error.message == told
    assert error.hint


# Jobs


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Milimo]:
    folder = tmp_path_factory.mktemp("hungry")
    more = {"MILIMO_TEST_ENGINES": "tests.engines.runtime.large_engine:ROWS", "OMP_NUM_THREADS": "1"}
    # If a card has more free memory than at the failure, the failed recipe is tried again. A fixed amount
    # prevents this.
    more["MILIMO_TEST_CARD"] = "cpu 16"
    milimo = Milimo({**environment(folder), **more}, folder / "work")
    milimo.act("supervisor", "start")
    yield milimo
    milimo.inside("supervisor", "stop", "--now")


def run(studio: Milimo, prompt: str) -> tuple[DetailedJob, list[str]]:
    """Run a job with this prompt. Return the ended job and the lines of its log."""
    spec = {"kind": "make_picture", "engine": "hungry", "prompt": prompt, "width": 64, "height": 64}
    with Client(Home(Path(studio.home))) as client:
        [job] = client.submit_jobs([JobRequest(spec=spec)])
        events = client.watch_events(jobs=[job])
        if client.fetch_job(job).ended is None:  # otherwise the job ended before the watch began
            next(event for event in events if event.get("state") in ("done", "failed"))
        return client.fetch_job(job), client.read_job_log(job).splitlines()


@pytest.mark.long("models")
def test_card_lost_during_a_job_is_retried_without_a_smaller_plan(
    studio: Milimo,
) -> None:
    """A job steps down if another program took memory. A lost card is only retried, without a step down.
    Neither is recorded for the card.
    """
    taken, log = run(studio, "taken")
    assert (taken.state, taken.attempts, taken.rung) == ("done", 2, 1)
    text = "\n".join(log)
    assert "took 3.0 GB" in text
    assert text.count("stepped down") == 1

    lost, log = run(studio, "lost")
    assert (lost.state, lost.attempts, lost.rung) == ("done", 2, 0)
    assert any("was lost" in line and "CUDA error" in line for line in log)
    assert not (Path(studio.home) / "cards.json").exists()


@pytest.mark.long("models")
def test_smaller_plan_is_reported_retried_and_remembered(studio: Milimo) -> None:
    first, log = run(studio, "one")
    assert (first.state, first.attempts, first.rung) == ("done", 2, 1)
    text = "\n".join(log)
    assert "CPU as “float32, in main memory”" in text
    assert "→ bf16, in main memory" in text

    second, log = run(studio, "two")
    assert (second.state, second.attempts, second.rung) == ("done", 1, 0)
    assert any("“float32, in main memory” ran out" in line for line in log)

    data = json.loads((Path(studio.home) / "cards.json").read_text())
    [rows] = data["cards"].values()
    assert [(row["recipe"], row["ran"]) for row in rows] == [("float32, in main memory", False)]


@pytest.mark.long("models")
def test_last_plan_ends_with_the_nearest_possible_size(studio: Milimo) -> None:
    job, log = run(studio, "all")
    assert job.state == "failed"
    assert "less memory" in job.error
    assert job.hint
    assert 2 <= job.attempts <= 3, log


@pytest.mark.long("models")
def test_memory_error_outside_a_recipe_takes_one_smaller_plan(studio: Milimo) -> None:
    """Out of memory outside a recipe steps down once and then fails. The recipe ladder has hundreds of
    levels, and trying them would not help here.
    """
    job, log = run(studio, "outside")
    assert (job.state, job.attempts, job.rung) == ("failed", 2, 1)
    assert job.error.startswith("hungry ran out of memory")
    assert sum("stepped down" in line for line in log) == 1


@pytest.mark.long("models")
def test_exhausted_main_memory_during_imports_is_reported(studio: Milimo) -> None:
    job, _ = run(studio, "libraries")
    assert (job.state, job.attempts) == ("failed", 1)
    assert job.error.startswith("hungry can't start")
    assert "libraries" in job.error


# Recorded outcomes of cards


def known(units: int, **more: Any) -> RecipeOutcome:
    return RecipeOutcome("ltx2", "ltx-2", "bf16", units, 23.5, **more)


def test_cards_are_distinguished_and_figures_replaced(tmp_path: Path) -> None:
    records = CardRecords(tmp_path)
    l4, h200 = Card("NVIDIA L4", 24.0, 23.0), Card("NVIDIA H200", 150.1, 149.0)
    assert records.of(l4) == ()
    records.add_outcome(l4, known(10, peak_gb=9.0))
    records.add_outcome(l4, known(10, peak_gb=11.0))
    records.add_outcome(l4, known(20, ran=False))
    records.add_outcome(h200, known(10, peak_gb=70.0))
    assert [(row.units, row.peak_gb, row.ran) for row in records.of(l4)] == [
        (10, 11.0, True),
        (20, 0.0, False),
    ]
    assert [row.peak_gb for row in records.of(h200)] == [70.0]
    # The driver reports slightly different totals for the same card, which must not split the record.
    assert records.of(Card("NVIDIA H200", 150.7, 149.0)) == records.of(h200)
    assert records.of(Card("NVIDIA H200", 75.0, 74.0)) == ()
    assert name(h200) == "NVIDIA H200, 150 GB"


def test_only_the_newest_records_are_kept(tmp_path: Path) -> None:
    records, card = CardRecords(tmp_path), Card("NVIDIA L4", 24.0, 23.0)
    before = {"version": 1, "cards": {name(card): [asdict(known(units)) for units in range(205)]}}
    records.path.write_text(json.dumps(before))
    records.add_outcome(card, known(205))
    assert [row.units for row in records.of(card)] == list(range(6, 206))


@pytest.mark.long("models")
@pytest.mark.parametrize(
    "spoiled", [b"", b"{", b"[]", b'{"version": 1, "cards": {"NVIDIA L4, 24 GB": [{}]}}']
)
def test_unreadable_file_counts_as_none(tmp_path: Path, spoiled: bytes) -> None:
    (tmp_path / "cards.json").write_bytes(spoiled)
    records, card = CardRecords(tmp_path), Card("NVIDIA L4", 24.0, 23.0)
    assert records.of(card) == ()
    records.add_outcome(card, known(1))
    assert len(records.of(card)) == 1
