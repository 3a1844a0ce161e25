"""Test that weights in the hub's cache make a picture from where they are stored: nothing is copied or
written next to them.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

import pytest
import torch

from milimo_tui.core.paths import Home
from milimo_tui.engines.catalog.model_catalog import MODELS
from milimo_tui.engines.flux2.engine import Flux2
from milimo_tui.engines.specs.picture_specs import MakePicture
from tests.engines.recording_context import JobRecorder
from tests.engines.tiny_home import Tiny, tiny

__all__ = ["tiny"]

HUB = next(row.hub for row in MODELS if row.id == "flux2-klein-4b")


def cached(folder: Path, cache: Path) -> Path:
    """Write a checkpoint into a hub cache: blobs named by hash, and links in the snapshot. Return the folder
    of the repository.
    """
    repository = cache / f"models--{HUB.replace('/', '--')}"
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        blob = repository / "blobs" / hashlib.sha256(path.read_bytes()).hexdigest()
        blob.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, blob)
        link = repository / "snapshots" / "c0ffee" / path.relative_to(folder)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(os.path.relpath(blob, link.parent))
    return repository


def test_hub_cache_makes_a_picture_without_copying(
    home: Home, tmp_path: Path, tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.set_num_threads(1)
    repository = cached(tiny("flux2-klein"), tmp_path / "cache")
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("MILIMO_HOME", str(home.root))
    before = {path: path.lstat().st_mtime_ns for path in repository.rglob("*")}
    (tmp_path / "workspace").mkdir()
    spec = MakePicture(engine="flux2", prompt="a lamp", width=64, height=64, steps=2, seed=1)
    result = Flux2().run(spec, JobRecorder(tmp_path / "workspace"))
    assert Path(result.outputs[0].path).stat().st_size > 0
    assert {path: path.lstat().st_mtime_ns for path in repository.rglob("*")} == before
    assert not list(home.models.iterdir())
