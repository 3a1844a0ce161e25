"""Test of engines from other distributions: they are found by entry point, used like built-in engines, and
their takes come into a film.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from milimo_tui.media.read.footage import Footage
from tests.front_door import Milimo

ROW = """
from milimo_tui.engines.contract.engine_row import EngineRow

ROW = EngineRow(
    "flat",
    "Flat: takes of one colour",
    "cpu",
    ("make_video",),
    "flat_engine.engine:Flat",
    profile="flat_engine.profile:FlatProfile",
)
"""
PROFILE = """
from milimo_tui.engines.contract.fitting import Limits, fit
from milimo_tui.engines.contract.profile import Description, Profile, SpecField, Way


class FlatProfile(Profile):
    def describe(self):
        fields = (SpecField("frames", 1, 500), SpecField("guidance", 0, 1))
        return Description(name="flat", title=self.row.title, kinds=self.row.kinds, fields=fields)

    def plan(self, spec, machine, clips=()):
        limits = Limits(title="Flat", multiple=2, most_frames=500)
        size = {"frames": spec.frames, "width": spec.width, "height": spec.height, "rate": spec.rate}
        return Way(pipeline="flat", reason="it knows no other", fitted=fit(limits, **size))
"""
ENGINE = """
import numpy as np

from milimo_tui.engines.contract.engine import Output, Result
from milimo_tui.media.encode.take_file import TakeWriter
from milimo_tui.media.files.facts import digest
from milimo_tui.media.read.probe import probe


class Flat:
    name = "flat"

    def load(self):
        pass

    def unload(self):
        pass

    def run(self, spec, context):
        path = context.workspace / "take.mov"
        colour = np.full((64, 96, 3), (90, 160, 40), np.uint8)
        with TakeWriter(path, width=96, height=64, rate=spec.rate, frames=spec.frames, metadata={}) as writer:
            for frame in range(spec.frames):
                context.progress("draw", frame, spec.frames)
                writer.picture(colour)
        facts = probe(path).as_json()
        made = {"path": str(path), "digest": digest(path), "bytes": path.stat().st_size, "facts": facts}
        return Result(outputs=(Output(role="take", **made),))
"""
MODEL_ROW = """
from milimo_tui.engines.catalog.rows.family_row import FamilyRow
from milimo_tui.engines.contract.engine_row import EngineRow
from milimo_tui.engines.recipes.choice import rungs

FAMILY = FamilyRow(name="etch", types=("etch",))
ROW = EngineRow(
    "etch",
    "Etch: takes in the colour of its weights",
    "cpu",
    ("make_video",),
    "etch_engine.engine:Etch",
    rungs=rungs(),
    profile="etch_engine.profile:EtchProfile",
)
"""
MODEL_PROFILE = """
from milimo_tui.engines.contract.profile import Description, Profile
from milimo_tui.engines.recipes.model_sizes import Sizes, Weights, Work, part
from milimo_tui.engines.recipes.values import Request
from milimo_tui.engines.recipes.weight_sizes import weigh

SIZES = Sizes(
    Work(2.0, 0.1, 1000, 16, 1, 100.0, 12.0),
    (Weights("etch-large", (part("transformer", 9.0, blocks=10, leaf=0.1), part("vae", 0.1))),),
)


def request(found, spec):
    weights = weigh(found, SIZES) if found else SIZES.of("etch-large")
    width, height, frames = (spec.width, spec.height, spec.frames) if spec else (768, 512, 25)
    return Request("etch", weights, SIZES.work, width, height, frames, steps=4)


class EtchProfile(Profile):
    def describe(self):
        return Description(
            name="etch", title=self.row.title, kinds=self.row.kinds, family="etch", usual_model="etch-large"
        )

    def sizes(self):
        return SIZES

    def request(self, spec, machine, go=0):
        return request(machine.found, spec)
"""
MODEL_ENGINE = """
import os
from pathlib import Path

import numpy as np
from safetensors.torch import load_file

from etch_engine.profile import request
from milimo_tui.core.paths import Home
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.contract.engine import Output, Result
from milimo_tui.engines.runtime.recipe_run import running
from milimo_tui.media.encode.take_file import TakeWriter
from milimo_tui.media.read.probe import probe


class Etch:
    name = "etch"

    def load(self):
        pass

    def unload(self):
        pass

    def run(self, spec, context):
        found = ModelStore(Home(Path(os.environ["MILIMO_HOME"])).models).resolve("etch", model=spec.model)
        path = context.workspace / "take.mov"
        size = {"width": spec.width, "height": spec.height, "rate": spec.rate, "frames": spec.frames}
        with running(context, request(found, spec), found.digest) as choice:
            colour = load_file(found.path / "model.safetensors")["colour"].to(int).tolist()
            picture = np.full((spec.height, spec.width, 3), colour, np.uint8)
            with TakeWriter(path, metadata={}, **size) as writer:
                for frame in range(spec.frames):
                    context.progress("draw", frame, spec.frames)
                    writer.picture(picture)
        take = Output(role="take", path=str(path), facts=probe(path).as_json())
        return Result(outputs=(take,), notes=(choice.recipe.name,))
"""
STRANGERS = {  # entries that are skipped: not importable, not an engine row, or with a name already in use
    "gone": "flat_engine.nowhere:ROW",
    "text": "flat_engine:__name__",
    "animatic": "flat_engine.taken:ROW",
}
ASK = """
import json, sys
from milimo_tui.engines.registry import engine_registry
asked = {asked}
mine = [name for name in sys.modules if name.startswith(("flat_engine", "torch"))]
print(json.dumps([asked, sorted(mine)]))
"""


def install(site: Path, name: str, modules: dict[str, str], groups: dict[str, dict[str, str]]) -> None:
    """Write a distribution with an engine into `site`, as an installer does: its package and its entry
    points.
    """
    package, facts = site / f"{name}_engine", site / f"{name}_engine-1.0.dist-info"
    package.mkdir(parents=True)
    facts.mkdir()
    for module, text in modules.items():
        (package / f"{module}.py").write_text(text)
    (facts / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}-engine\nVersion: 1.0\n")
    lines: list[str] = []
    for group, entries in groups.items():
        lines += [f"[{group}]", *(f"{entry} = {value}" for entry, value in entries.items()), ""]
    (facts / "entry_points.txt").write_text("\n".join(lines))


def install_flat(site: Path) -> None:
    """Install an engine that draws without a model."""
    taken = ROW.replace('"flat",', '"animatic",')
    modules = {"__init__": ROW, "profile": PROFILE, "engine": ENGINE, "taken": taken}
    install(site, "flat", modules, {"milimo.engines": {"flat": "flat_engine:ROW", **STRANGERS}})


def install_etch(site: Path) -> None:
    """Install an engine that runs its own model family by recipes."""
    modules = {"__init__": MODEL_ROW, "profile": MODEL_PROFILE, "engine": MODEL_ENGINE}
    groups = {"milimo.engines": {"etch": "etch_engine:ROW"}, "milimo.weights": {"etch": "etch_engine:FAMILY"}}
    install(site, "etch", modules, groups)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    install_flat(tmp_path / "site")
    return tmp_path / "site"


def asked(expression: str, site: Path | None = None) -> Any:
    """Evaluate an expression on the engine table in a new process. Return its value and the modules that the
    process imported.
    """
    paths = [str(Path(__file__).parents[3]), *([str(site)] if site else [])]
    done = subprocess.run(
        [sys.executable, "-c", ASK.format(asked=expression)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        check=True,
    )
    return json.loads(done.stdout)


@pytest.mark.long("models")
def test_take_of_an_installed_engine_is_added_to_a_film(film: Milimo, site: Path) -> None:
    paths = os.pathsep.join([film.env["PYTHONPATH"], str(site)])
    ours = Milimo({**film.env, "PYTHONPATH": paths}, film.cwd)

    def told(*words: str) -> Any:
        return json.loads(ours(*words, "--json").stdout)

    assert "flat" in [row["id"] for row in told("engine", "list")]
    assert told("engine", "show", "flat")["fields"] == {"frames": "1 to 500", "guidance": "0 to 1"}
    ours("shot", "set", "1A", "--guidance", "4", "--engine", "flat")
    refused = ours("shot", "make", "1A", code=2)
    assert b"guidance is 4" in refused.stderr
    ours("shot", "set", "1A", "--guidance", "1")
    assert told("shot", "show", "1A")["way"]["pipeline"] == "flat"
    try:
        ours("shot", "make", "1A")
    finally:
        ours("supervisor", "stop", "--now")
    newest = told("shot", "takes", "1A")[-1]
    assert (newest["engine"], newest["picked"], newest["previs"]) == ("flat", True, False)
    assert Path(newest["path"]).is_file()


@pytest.mark.long("models")
def test_two_distributions_make_takes_of_one_film(film: Milimo, tmp_path: Path) -> None:
    sites = [tmp_path / "first", tmp_path / "second"]
    install_flat(sites[0])
    install_etch(sites[1])
    paths = os.pathsep.join([film.env["PYTHONPATH"], *map(str, sites)])
    ours = Milimo({**film.env, "PYTHONPATH": paths}, film.cwd)

    def told(*words: str) -> Any:
        return json.loads(ours(*words, "--json").stdout)

    weights = tmp_path / "etch-small"
    weights.mkdir()
    (weights / "config.json").write_text('{"model_type": "etch"}')
    save_file({"colour": torch.tensor([200.0, 40.0, 60.0])}, weights / "model.safetensors")
    assert {"flat", "etch"} <= {row["id"] for row in told("engine", "list")}
    explained = told("engine", "explain", "etch", "--card", "8")
    assert explained["model"] == "etch-large"
    assert explained["fits"] is True
    ours("shot", "set", "1A", "--engine", "flat", "--guidance", "1")
    ours("shot", "set", "1B", "--engine", "etch")
    missing = ours("shot", "make", "1B", code=3)
    assert b"etch" in missing.stderr
    ours("model", "use", str(weights))
    try:
        ours("shot", "make", "1A", "1B")
    finally:
        ours("supervisor", "stop", "--now")
    made = {shot: told("shot", "takes", shot)[-1] for shot in ("1A", "1B")}
    assert {shot: take["engine"] for shot, take in made.items()} == {"1A": "flat", "1B": "etch"}
    with Footage(Path(made["1B"]["path"])) as footage:
        assert np.abs(footage.frame(0).mean(axis=(0, 1)) - (200, 40, 60)).max() < 12
    shutil.rmtree(sites[1])  # the distribution is removed completely; its take stays in the film
    left = {row["id"] for row in told("engine", "list")}
    assert "flat" in left
    assert "etch" not in left
    take = told("shot", "takes", "1B")[-1]
    assert (take["engine"], take["path"]) == ("etch", made["1B"]["path"])
    assert Path(take["path"]).is_file()


def test_own_engines_are_found_without_a_search_for_others(site: Path) -> None:
    built = '[engine_registry.row("animatic").name, engine_registry.find_first_engine("make_picture").name]'
    # A search for other engines would have imported their row
    assert asked(built, site) == [["animatic", "flux2"], []]


def test_list_of_engines_imports_none_of_them(site: Path) -> None:
    names, modules = asked("[row.name for row in engine_registry.rows()]", site)
    assert names[-1] == "flat"
    assert names.count("animatic") == 1
    assert "flat_engine.engine" not in modules
    assert "flat_engine.profile" not in modules
    assert not [name for name in modules if name.startswith("torch")]


@pytest.mark.long("models")
def test_engine_describes_itself_without_the_model_stack() -> None:
    described = "[engine_registry.profile(row.name).describe().family for row in engine_registry.ENGINES]"
    families, modules = asked(described)
    assert [family for family in families if family] == [
        "ltx2",
        "flux2",
        "z-image",
        "qwen-image",
        "wan",
        "diffusers",
        "comfyui",
        "sam3",
        "speech",
        "speech-large",
        "controls",
        "stable-audio",
        "ace-step",
        "longcat-audio",
        "transcription",
        "diarization",
        "local",
    ]
    assert not [name for name in modules if name.startswith("torch")]
