"""Test that a worker reads weights again after their files were replaced or repaired, and that weights which
produced values that are not numbers (NaN) do not stay in memory.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from milimo_tui.core.paths import Home
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.contract.standalone import StandaloneContext
from milimo_tui.engines.runtime.model_cache import ModelKey, drop_replaced_weights, get_model_cache
from milimo_tui.jobs.client.client import Client, JobRequest
from milimo_tui.jobs.values.views import DetailedJob
from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.front_door import Milimo, environment

__all__ = ["tiny"]
FAMILY = "flux2-klein"
WEIGHTS = "transformer/diffusion_pytorch_model.safetensors"


@pytest.fixture
def studio(tmp_path: Path, tiny: Tiny) -> Iterator[Milimo]:
    more = {"TORCHDYNAMO_DISABLE": "1", "OMP_NUM_THREADS": "1"}
    milimo = Milimo({**environment(tmp_path), **more}, tmp_path / "work")
    furnish(milimo.home, tiny, FAMILY)
    milimo.act("supervisor", "start")
    yield milimo
    milimo.inside("supervisor", "stop", "--now")


def _find_weights(milimo: Milimo) -> tuple[str, Path]:
    store = ModelStore(Home(milimo.home).models)
    [row] = store.list_installed()
    return row.id, store.path(row) / WEIGHTS


def _replace_weights(path: Path, tensors: dict[str, torch.Tensor]) -> None:
    """Replace a file by another of the same size, as a repair does. The shared original is not changed."""
    partial = path.with_suffix(".partial")
    save_file(tensors, partial, metadata={"format": "pt"})
    os.replace(partial, path)


def _draw_picture(milimo: Milimo, model: str) -> DetailedJob:
    spec: dict[str, Any] = {
        "kind": "make_picture",
        "engine": "flux2",
        "model": model,
        "prompt": "a lamp",
        "width": 64,
        "height": 64,
        "steps": 2,
        "seed": 7,
    }
    with Client(Home(milimo.home)) as client:
        [job] = client.submit_jobs([JobRequest(spec=spec)])
        events = client.watch_events(jobs=[job])
        if client.fetch_job(job).ended is None:  # otherwise the job ended before the watch began
            next(event for event in events if event.get("state") in ("done", "failed"))
        return client.fetch_job(job)


def _hash_output(job: DetailedJob) -> str:
    [path] = job.outputs.values()
    with Image.open(path) as picture:
        return hashlib.sha256(picture.tobytes()).hexdigest()


@pytest.mark.long("models")
def test_repaired_weights_are_read_again_by_the_running_worker(studio: Milimo) -> None:
    model, path = _find_weights(studio)
    whole = load_file(path)
    first = _draw_picture(studio, model)
    assert first.state == "done"
    _replace_weights(path, {name: torch.full_like(each, torch.nan) for name, each in whole.items()})
    broken = _draw_picture(studio, model)
    assert (broken.state, broken.worker) == ("failed", first.worker)
    assert "NaN" in broken.error
    _replace_weights(path, whole)
    again = _draw_picture(studio, model)
    assert (again.state, again.worker) == ("done", first.worker)
    assert _hash_output(again) == _hash_output(first)


def test_worker_forgets_replaced_weights_when_weights_were_changed(
    tmp_path: Path, tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    store = furnish(home, tiny, FAMILY)
    [row] = store.list_installed()
    monkeypatch.setenv("MILIMO_HOME", str(home))
    cache, context = get_model_cache(), StandaloneContext(tmp_path)
    keys = [
        ModelKey(store.resolve(row.family).identity, "transformer", title=row.id),
        ModelKey("of another folder", "vae", title="not installed"),
    ]
    try:
        for key in keys:
            cache.pipeline(key, object, context, 1)
        drop_replaced_weights()
        assert all(key in cache for key in keys)
        path = store.path(row) / WEIGHTS
        _replace_weights(path, load_file(path))
        drop_replaced_weights()
        assert [key in cache for key in keys] == [False, True]
    finally:
        cache.clear()


def test_identity_changes_with_the_files_and_not_with_the_recorded_hash(tmp_path: Path, tiny: Tiny) -> None:
    store = furnish(tmp_path / "home", tiny, FAMILY)
    [row] = store.list_installed()
    before = store.resolve(row.family)
    assert store.resolve(row.family).identity == before.identity
    path = store.path(row) / WEIGHTS
    _replace_weights(path, load_file(path))
    after = store.resolve(row.family)
    assert (after.digest, after.bytes) == (before.digest, before.bytes)
    assert after.identity != before.identity
    stat = path.stat()
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))
    assert store.resolve(row.family).identity != after.identity


def test_choosing_weights_tells_a_running_supervisor(studio: Milimo) -> None:
    model, _ = _find_weights(studio)
    with Client(Home(studio.home)) as client:
        client.announce_changed_weights()
    assert studio.json("model", "use", model)[0]["id"] == model
