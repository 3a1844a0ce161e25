"""Test that a diffusers pipeline added by its folder makes a take and a board of a film from the command
line.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.engines.any_pipeline import pipelines
from tests.engines.any_pipeline.requests import bare, lora
from tests.front_door import Milimo


@pytest.mark.long("models")
def test_folder_makes_a_take_and_a_board(film: Milimo, tmp_path: Path) -> None:
    def told(*words: str) -> Any:
        return json.loads(film(*words, "--json").stdout)

    folder = tmp_path / "small-sd"
    pipelines.stable_diffusion(folder)
    refused = film("model", "use", str(folder), code=2)
    assert f"milimo model use diffusers:{folder}".encode() in refused.stderr
    used = film("model", "use", f"diffusers:{folder}")
    assert b"by StableDiffusionPipeline" in used.stdout
    assert "diffusers:small-sd" in [row["id"] for row in told("engine", "list")]
    manifest = Path(film.env["MILIMO_HOME"]) / "models" / "small-sd" / "milimo.json"
    # Marked as tiny, the weights may run on a CPU
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "tiny": True}))
    film("shot", "set", "1A", "--length", "1f", "--steps", "1", "--engine", "diffusers:small-sd")
    film("shot", "set", "1A", "--options", "eta=0.5, wrong=1")
    wrong = film("shot", "make", "1A", code=2)
    assert "option “wrong”".encode() in wrong.stderr
    film("shot", "set", "1A", "--options", "eta=0.5")
    style = lora(tmp_path / "style.safetensors", bare(folder), "unet")
    film("shot", "lora", "add", "1A", str(style), "--strength", "0.6")
    way = told("shot", "show", "1A")["way"]
    assert way["pipeline"] == "StableDiffusionPipeline"
    try:
        first = film("engine", "check", "diffusers:small-sd").stdout.decode()
        assert "same bits in 4" in first
        again = film("engine", "check", "diffusers:small-sd").stdout.decode()
        assert "same bits as before" in again
        film("shot", "make", "1A")
        board = told("storyboard", "board", "1B", "--engine", "diffusers:small-sd", "--steps", "1")
    finally:
        film("supervisor", "stop", "--now")
    newest = told("shot", "takes", "1A")[-1]
    assert newest["engine"] == "diffusers:small-sd"
    made = [job for job in told("job", "list") if job["label"] == "1A take"][-1]
    assert told("job", "show", made["id"])["history"][-1]["facts"]["loras"] == ["style 0.6"]
    assert [job["state"] for job in board["ended"]] == ["done"]
    film("shot", "set", "1A", "--engine", "ltx2")
    other = film("shot", "make", "1A", code=3)
    assert other.stderr
