"""Test plug-ins installed with pip: the example in `examples/plug_in` works, and broken plug-ins are reported
without harming others.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.engines.registry.wheels import HOUSE, Environment, build, packed
from tests.front_door import Milimo

BAD = '''"""A plug-in that breaks in every way."""
import sys
from milimo_tui import api

@api.command("fall", title="Fall", help="it falls")
def fall(film, args):
    raise ValueError("no such luck")

@api.command("leave", title="Leave", help="it leaves")
def leave(film, args):
    sys.exit(3)

@api.command("odd", title="Odd", help="no JSON")
def odd(film, args):
    return {"rate": film.rate}

@api.command("list", title="List", help="a name that is taken")
def taken(film, args):
    return ""

@api.export(".bad", title="Bad")
def write(film):
    return film.nothing

@api.check("looks", title="Looks")
def look(film):
    yield "1A is fine"
    raise RuntimeError("then it broke")

nothing = 5
'''
GROUPS = {
    "milimo.commands": {
        "fall": "bad_engine:fall",
        "leave": "bad_engine:leave",
        "odd": "bad_engine:odd",
        "taken": "bad_engine:taken",
        "five": "bad_engine:nothing",
        "gone": "bad_engine.gone:act",
    },
    "milimo.exports": {"bad": "bad_engine:write"},
    "milimo.checks": {"looks": "bad_engine:look"},
}


@pytest.mark.long("command_line")
def test_pip_installs_the_example_and_it_adds_its_features(film: Milimo, tmp_path: Path) -> None:
    source = tmp_path / "film_desk"
    shutil.copytree(HOUSE / "examples" / "plug_in", source)
    place = Environment.made(tmp_path / "environment")
    place.install(packed(source, tmp_path / "wheels"))
    ours = replace(film, python=place.python)

    def told(*words: str, code: int = 0) -> Any:
        return json.loads(ours(*words, "--json", code=code).stdout)

    kinds = {(row["id"], row["kind"], row["distribution"], row["problem"]) for row in told("plugin")}
    assert kinds == {
        ("longest", "command", "film-desk", ""),
        (".csv", "export", "film-desk", ""),
        ("short_shots", "check", "film-desk", ""),
    }
    rows = told("plugin", "longest", "--most", "2")
    assert [row["seconds"] for row in rows] == sorted((row["seconds"] for row in rows), reverse=True)
    assert len(rows) == 2
    assert "100" in ours("plugin", "longest", "--most", "500", code=2).stderr.decode()
    told("cut", "export", "shots.csv")
    lines = (film.cwd / "shots.csv").read_text().splitlines()
    assert lines[0] == "shot,scene,size,seconds,action"
    assert len(lines) == 4
    told("shot", "set", "1A", "--length", "12f")
    [found] = told("plugin", "check", code=1)
    assert (found["check"], found["found"].startswith("1A ")) == ("short_shots", True)


@pytest.mark.long("command_line")
def test_plug_in_that_fails_gives_one_sentence_and_no_other_plug_in_is_lost(
    film: Milimo, tmp_path: Path
) -> None:
    place = Environment.made(tmp_path / "environment")
    place.install(build(tmp_path / "wheels", "bad", {"__init__": BAD}, GROUPS))
    ours = replace(film, python=place.python)

    def told(*words: str, code: int) -> str:
        text = ours(*words, code=code).stderr.decode()
        assert "Traceback" not in text, text
        return text

    rows = {row["id"]: row["problem"] for row in json.loads(ours("plugin", "--json").stdout)}
    assert "command list" in rows["taken"]
    assert "bad_engine:nothing" in rows["five"]
    assert "bad_engine.gone:act" in rows["gone"]
    assert "ModuleNotFoundError" in rows["gone"]
    assert "ValueError: no such" in told("plugin", "fall", code=1)
    assert "SystemExit: 3" in told("plugin", "leave", code=1)
    assert "plug-in odd" in told("plugin", "odd", code=1)
    assert "AttributeError" in told("cut", "export", "film.bad", code=1)
    assert not list(film.cwd.glob("*.bad*"))
    found = json.loads(ours("plugin", "check", "--json", code=1).stdout)
    [row] = found
    assert "plug-in looks" in row["found"]
    assert "RuntimeError" in row["found"]
    assert json.loads(ours("shot", "list", "--json").stdout)
