"""Test `milimo model tiny`: a job builds, registers and selects tiny weights, and the message names real
weights that were selected before.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from milimo_tui.engines.catalog.installed_weights import InstalledWeights
from milimo_tui.tiny_models.families import FAMILIES
from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.front_door import Milimo

__all__ = ["tiny"]


@pytest.mark.long("models")
def test_family_is_built_registered_and_chosen_with_the_way_back(milimo: Milimo, tiny: Tiny) -> None:
    store = furnish(milimo.home, tiny)
    own = store.folder / "mine"
    own.mkdir(parents=True)
    (own / "config.json").write_text("{}")
    store.register(InstalledWeights(id="mine", family="gemma"))
    store.select("gemma", "mine")
    output = milimo.act("model", "tiny", "flux2", "gemma3")
    assert "noise" in output
    assert "milimo model use mine" in output
    rows = {row.id: row for row in store.rows() if row.tiny}
    kinds = {"tiny-flux2-klein", "tiny-flux2-klein-base", "tiny-flux2-klein-kv", "tiny-flux2-dev"}
    assert set(rows) == {*kinds, "tiny-flux2-lora", "tiny-gemma3"}
    assert all("noise" in row.title and len(row.digest) == 64 for row in rows.values())
    assert store.read_selection() == {"flux2": "tiny-flux2-klein", "local": "tiny-gemma3"}
    assert store.resolve("flux2").path == store.folder / "tiny-flux2-klein"
    lora = store.resolve("flux2", "lora", "tiny-flux2-lora")
    assert (lora.form, lora.path.name) == ("file", "lora.safetensors")
    [again] = milimo.json("model", "tiny", "flux2-lora")["models"]
    assert (again["tiny"], again["digest"]) == (True, rows["tiny-flux2-lora"].digest)
    assert {job["state"] for job in milimo.json("job", "list")} == {"done"}


@pytest.mark.long("models")
def test_unknown_families_are_refused_before_queueing(milimo: Milimo) -> None:
    error = milimo.json("model", "tiny", "ltx9", code=2)["error"]
    assert error["kind"] == "not_found"
    assert "ltx23" in error["hint"]
    assert milimo.json("job", "list") == []


def test_furnishing_a_home_equals_the_command(tiny: Tiny, tmp_path: Path) -> None:
    store = furnish(tmp_path / "home", tiny, "ltx2-upsampler", "ltx2", "ltx23")
    assert store.read_selection() == {"ltx2": "tiny-ltx2"}
    found = store.resolve("ltx2", "upsampler")
    assert (found.id, found.tiny) == ("tiny-ltx2-upsampler", True)
    assert json.loads((store.folder / "tiny-ltx2" / "milimo.json").read_text())["tiny"] is True
    assert FAMILIES["ltx2"].id == "tiny-ltx2"
