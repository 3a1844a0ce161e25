"""Engines of other distributions: found by their entry point, asked as the studio's own are, and their takes
come into a film.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

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
STRANGERS = {  # entries that are left out: what can't be imported, what is no row, whose name is taken
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


def install(site: Path, entries: dict[str, str]) -> None:
    """A distribution with an engine, as an installer lays it out."""
    package, facts = site / "flat_engine", site / "flat_engine-1.0.dist-info"
    package.mkdir(parents=True)
    facts.mkdir()
    (package / "__init__.py").write_text(ROW)
    (package / "profile.py").write_text(PROFILE)
    (package / "engine.py").write_text(ENGINE)
    (package / "taken.py").write_text(ROW.replace('"flat",', '"animatic",'))
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: flat-engine\nVersion: 1.0\n")
    lines = [f"{name} = {value}" for name, value in entries.items()]
    (facts / "entry_points.txt").write_text("\n".join(["[milimo.engines]", *lines, ""]))


@pytest.fixture
def site(tmp_path: Path) -> Path:
    install(tmp_path / "site", {"flat": "flat_engine:ROW", **STRANGERS})
    return tmp_path / "site"


def asked(expression: str, site: Path | None = None) -> Any:
    """What the table of engines answers in a process of its own, and which modules that brought in."""
    paths = [str(Path(__file__).parents[3]), *([str(site)] if site else [])]
    done = subprocess.run(
        [sys.executable, "-c", ASK.format(asked=expression)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        check=True,
    )
    return json.loads(done.stdout)


@pytest.mark.long("models")
def test_a_take_of_an_installed_engine_comes_into_a_film(film: Milimo, site: Path) -> None:
    paths = os.pathsep.join([film.env["PYTHONPATH"], str(site)])
    ours = Milimo({**film.env, "PYTHONPATH": paths}, film.cwd)

    def told(*words: str) -> Any:
        return json.loads(ours(*words, "--json").stdout)

    assert "flat" in [row["id"] for row in told("engine", "list")]
    assert told("engine", "show", "flat")["fields"] == {"frames": "1 to 500", "guidance": "0 to 1"}
    ours("shot", "set", "1A", "--guidance", "4", "--engine", "flat")
    refused = ours("shot", "make", "1A", code=2)
    assert b"guidance is 4, which flat can't do" in refused.stderr
    ours("shot", "set", "1A", "--guidance", "1")
    assert told("shot", "show", "1A")["way"]["pipeline"] == "flat"
    try:
        ours("shot", "make", "1A")
    finally:
        ours("supervisor", "stop", "--now")
    newest = told("shot", "takes", "1A")[-1]
    assert (newest["engine"], newest["picked"], newest["previs"]) == ("flat", True, False)
    assert Path(newest["path"]).is_file()


def test_own_engines_are_found_without_a_look_for_others(site: Path) -> None:
    built = '[engine_registry.row("animatic").name, engine_registry.first("make_picture").name]'
    assert asked(built, site) == [["animatic", "flux2"], []]  # a look would have imported the row


def test_a_list_of_engines_imports_none_of_them(site: Path) -> None:
    names, modules = asked("[row.name for row in engine_registry.rows()]", site)
    assert names[-1] == "flat"
    assert names.count("animatic") == 1
    assert "flat_engine.engine" not in modules
    assert "flat_engine.profile" not in modules
    assert not [name for name in modules if name.startswith("torch")]


@pytest.mark.long("models")
def test_an_engine_describes_itself_without_the_model_stack() -> None:
    described = "[engine_registry.profile(row.name).describe().family for row in engine_registry.ENGINES]"
    families, modules = asked(described)
    assert [family for family in families if family] == ["ltx2", "flux2", "sam3", "gemma"]
    assert not [name for name in modules if name.startswith("torch")]
