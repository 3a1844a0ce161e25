"""Test of two engines that pip installs as separate distributions: takes of both come into a film by command
line and real workers. Their code is copied from the documentation pages for engine authors. After an engine
is removed the film is intact and names the missing engine.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from milimo_tui.media.read.footage import Footage
from tests.engines.registry.test_installed_engines import (
    MODEL_ENGINE,
    MODEL_PROFILE,
    MODEL_ROW,
    PROFILE,
    ROW,
)
from tests.engines.registry.wheels import HOUSE, Environment, build, packed
from tests.front_door import Milimo

# A code block of a page. Its first line names the file of the distribution.
FILE = re.compile(r"```(?:toml|python)\n# ((?:flat|etch)/[\w./]+)[^\n]*\n(.*?)```", re.DOTALL)


def written(page: str, folder: Path) -> list[str]:
    """Write the files that a documentation page shows. Return their paths below the folder."""
    found = FILE.findall((HOUSE / "docs" / page).read_text())
    for path, text in found:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return [path for path, _ in found]


def etch_weights(folder: Path) -> Path:
    """Write tiny weights of the model family that the “etch” distribution adds."""
    weights = folder / "etch-small"
    weights.mkdir()
    (weights / "config.json").write_text('{"model_type": "etch"}')
    save_file({"colour": torch.tensor([200.0, 40.0, 60.0])}, weights / "model.safetensors")
    return weights


@pytest.fixture
def place(tmp_path: Path) -> Environment:
    return Environment.made(tmp_path / "environment")


@pytest.mark.long("models")
def test_two_distributions_are_added_make_takes_and_are_removed(
    film: Milimo, place: Environment, tmp_path: Path
) -> None:
    ours = replace(film, python=place.python)

    def told(*words: str, code: int = 0) -> Any:
        return json.loads(ours(*words, "--json", code=code).stdout)

    def said(*words: str, code: int) -> str:
        done = ours(*words, code=code)
        text = done.stderr.decode()
        assert "Traceback" not in text, text
        return text

    unknown = said("shot", "set", "1A", "--engine", "flat", code=2)
    assert "flat" in unknown
    before = {path.name for path in place.site.iterdir()}
    for page, name in (("models.md", "flat"), ("families.md", "etch")):
        files = written(page, tmp_path)
        package = [f"{name}/{name}_engine/{module}.py" for module in ("__init__", "engine", "profile")]
        assert sorted(files) == [*package, f"{name}/pyproject.toml"]
        place.install(packed(tmp_path / name, tmp_path / "wheels"))
    came = {path.name for path in place.site.iterdir()} - before
    assert came == {f"{name}_engine{more}" for name in ("flat", "etch") for more in ("", "-1.0.dist-info")}

    assert {"flat", "etch"} <= {row["id"] for row in told("engine", "list")}
    assert told("engine", "show", "flat")["fields"] == {"frames": "1 to 500", "guidance": "0 to 1"}
    explained = told("engine", "explain", "etch", "--card", "8")
    assert (explained["model"], explained["fits"]) == ("etch-large", True)
    assert "flat" in ours("engine", "explain", "flat").stdout.decode()
    ours("shot", "set", "1A", "--engine", "flat", "--guidance", "4")
    ours("shot", "set", "1B", "--engine", "etch")
    assert "guidance is 4" in said("shot", "make", "1A", code=2)
    ours("shot", "set", "1A", "--guidance", "1")
    assert "etch" in said("shot", "make", "1B", code=3)  # its weights are not installed yet
    ours("model", "use", str(etch_weights(tmp_path)))
    try:
        ours("shot", "make", "1A", "1B")
        made = {shot: told("shot", "takes", shot)[-1] for shot in ("1A", "1B")}
        assert {shot: take["engine"] for shot, take in made.items()} == {"1A": "flat", "1B": "etch"}
        with Footage(Path(made["1B"]["path"])) as footage:
            assert np.abs(footage.frame(0).mean(axis=(0, 1)) - (200, 40, 60)).max() < 12
        # Waits in the queue while its engine is removed
        batch = told("shot", "make", "1B", "--hold", "--detach")["batch"]
    finally:
        ours("supervisor", "stop", "--now")

    place.remove("etch")
    left = {path.name for path in place.site.iterdir()}
    assert left - before == {"flat_engine", "flat_engine-1.0.dist-info"}
    assert "etch" not in {row["id"] for row in told("engine", "list")}
    shown = ours("shot", "show", "1B").stdout.decode()
    assert "“etch” of 1B" in shown
    for act in ("make", "remake"):
        refused = said("shot", act, "1B", code=3)
        assert "milimo shot set 1B --engine" in refused
    take = told("shot", "takes", "1B")[-1]
    assert (take["engine"], take["path"], take["picked"]) == ("etch", made["1B"]["path"], True)
    try:
        ours("shot", "make", "1A")  # the missing engine does not affect this one
        ours("batch", "resume", batch)
        waited = ours("job", "wait", "--batch", batch, code=1).stderr.decode()
        assert "no engine “etch”" in waited
        [lost] = [job for job in told("job", "list") if job["batch"] == batch]
        assert (lost["state"], lost["attempts"]) == ("failed", 1)  # tried once, not repeatedly
        ours("render")  # the take of the removed engine is still in the film
    finally:
        ours("supervisor", "stop", "--now")
    ours("shot", "set", "1B", "--engine", "flat")
    assert "✕" not in ours("shot", "show", "1B").stdout.decode()


@pytest.mark.long("models")
def test_package_that_cannot_describe_itself_makes_nothing_and_blocks_nobody(
    film: Milimo, place: Environment, tmp_path: Path
) -> None:
    ours = replace(film, python=place.python)
    groups = {"milimo.engines": {"flat": "flat_engine:ROW"}}
    # The distribution has the registry row but lacks its modules
    place.install(build(tmp_path / "wheels", "flat", {"__init__": ROW}, groups))
    done = ours("shot", "make", "1A", "--engine", "flat", code=3)
    assert "ModuleNotFoundError" in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()
    ours("shot", "set", "1A", "--engine", "flat")
    assert "describe itself" in ours("shot", "show", "1A").stdout.decode()
    for act in (("engine", "list"), ("engine", "show", "flat"), ("engine", "explain", "ltx2", "--card", "8")):
        assert not ours(*act).stderr
    place.remove("flat")
    place.install(build(tmp_path / "mended", "flat", {"__init__": ROW, "profile": PROFILE}, groups))
    assert "describe itself" not in ours("shot", "show", "1A").stdout.decode()


@pytest.mark.long("models")
def test_engine_that_needs_a_card_offers_no_tiny_weights(
    film: Milimo, place: Environment, tmp_path: Path
) -> None:
    ours = replace(film, python=place.python)
    modules = {
        "__init__": MODEL_ROW.replace('"cpu"', '"gpu"'),
        "profile": MODEL_PROFILE,
        "engine": MODEL_ENGINE,
    }
    groups = {"milimo.engines": {"etch": "etch_engine:ROW"}, "milimo.weights": {"etch": "etch_engine:FAMILY"}}
    place.install(build(tmp_path / "wheels", "etch", modules, groups))
    ours("model", "use", str(etch_weights(tmp_path)))
    refused = ours("shot", "make", "1A", "--engine", "etch", code=3).stderr.decode()
    assert "etch-small needs a" in refused
    assert "model tiny" not in refused
