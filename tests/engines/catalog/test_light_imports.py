"""Test that the engine descriptions, the store of weights and its screen import no heavy libraries: no model
libraries, hub library or network code.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("torch", "diffusers", "transformers", "huggingface_hub", "httpx2", "safetensors", "av")
LIGHT = (
    "milimo_tui.engines.catalog.model_catalog",
    "milimo_tui.engines.catalog.model_store",
    "milimo_tui.engines.catalog.lora_fit",
    "milimo_tui.engines.hub.engine",
    "milimo_tui.studio.commands.model.model",
    "milimo_tui.studio.weights.hub",
    "milimo_tui.tui.weights.models_lines",
)


@pytest.mark.long("models")
def test_weights_modules_of_supervisor_and_screens_are_light() -> None:
    code = f"import sys, {', '.join(LIGHT)}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert not loaded & set(HEAVY)


@pytest.mark.long("models")
def test_no_engine_description_imports_picture_readers() -> None:
    code = (
        "import sys; from milimo_tui.engines.registry import engine_registry as r;"
        "[r.profile(row.name) for row in r.ENGINES]; print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert not loaded & {*HEAVY, "numpy", "PIL"}
