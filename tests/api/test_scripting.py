"""Test the Python interface `milimo_tui.api`: a script reads and changes a film, refused calls raise an
error, and the recipes of docs/scripting.md run.
"""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

from milimo_tui import api
from tests.front_door import SECONDS, TINY, Milimo, in_environment

PAGE = Path(__file__).parents[2] / "docs" / "scripting.md"
RECIPES = re.findall(r"```python recipe\n(.*?)```", PAGE.read_text(), re.DOTALL)


def test_script_reads_a_film_changes_it_and_undoes_the_change(film: Milimo) -> None:
    with in_environment(film.env):
        assert [(row.folder, row.shots) for row in api.films()] == [("two-lamps", 3)]
        with api.open_film("Two Lamps") as opened:
            assert (opened.name, len(opened.scenes()), opened.folder.name) == ("Two Lamps", 2, "two-lamps")
            assert sum(clip.frames for clip in opened.clips() if clip.track == "V1") == opened.frames
            first = opened.shots("1")[0]
            assert opened.shot(first.number) == first
            [take] = opened.takes(first.number)
            assert (take.id, take.file.is_file(), take.frames) == (first.take, True, first.frames)
            assert opened.set_shot(first.number, action="She waits.").action == "She waits."
            assert "She waits." in film.act("shot", "list", "--json")
            opened.undo()
            assert opened.shot(first.number) == first
            before = len(opened.clips())
            opened.split("24f")
            assert len(opened.clips()) > before
            assert opened.run("project.show")["name"] == "Two Lamps"
            assert [path.suffix for path in opened.export(film.cwd / "film.otio")] == [".otio"]


def test_refused_call_raises_the_sentence_of_the_command_line(film: Milimo) -> None:
    with in_environment(film.env):
        with pytest.raises(api.NotFound, match="film “nothing”"):
            api.open_film("nothing")
        with api.open_film("two-lamps") as opened:
            with pytest.raises(api.NotFound, match="9Z"):
                opened.shot("9Z")
            with pytest.raises(api.BadInput, match="argument “acton”"):
                opened.set_shot("1A", acton="x")
            with pytest.raises(api.NotFound, match=r"command “cut\.splt”"):
                opened.run("cut.splt")
            with pytest.raises(api.NotFound, match="no shot"):
                opened.make()


def test_public_api_has_docstrings_and_types() -> None:
    assert api.API_VERSION == 1
    for name in re.findall(r"^from .* import \w+ as (\w+)", inspect.getsource(api), re.MULTILINE):
        value = getattr(api, name)
        assert value.__doc__, name
    for member, function in vars(api.Film).items():
        if member.startswith("_"):
            continue
        act = function.fget if isinstance(function, property) else function
        assert act.__doc__, member
        assert "return" in act.__annotations__, member


def test_page_has_five_python_recipes() -> None:
    assert len(RECIPES) == 5
    for text in RECIPES:
        ast.parse(text)


@pytest.mark.long("command_line")
def test_recipes_of_the_page_run_in_order(film: Milimo) -> None:
    (film.cwd / "two-lamps.fountain").write_text(TINY)
    said = []
    for text in RECIPES:
        done = subprocess.run(
            [sys.executable, "-c", text],
            env=film.env,
            cwd=film.cwd,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert done.returncode == 0, (text, done.stderr[-2000:])
        said.append(done.stdout)
    assert said[0].strip() == str(film.cwd / "two-lamps.mp4")
    assert (film.cwd / "two-lamps.mp4").stat().st_size > 10_000
    assert "Rain on the glass." in said[1]
    assert "Rain on the glass." not in film.act("shot", "list", "--json")
    assert said[2].strip() == "True"
    assert said[3].splitlines()[-1] == "True preview.otio"
    assert len(said[4].splitlines()) == 2


def test_waiting_for_takes_gives_their_files(film: Milimo) -> None:
    with in_environment(film.env), api.open_film("Two Lamps") as opened:
        work = opened.make("1A", takes=2)
        assert work.wait() is work
        assert len(work.files) == 2
        assert set(work.files) <= {take.file for take in opened.takes("1A")}
        assert all(file.is_file() for file in work.files)


def test_new_cut_of_a_script_stays_the_current_cut(film: Milimo) -> None:
    with in_environment(film.env):
        with api.open_film("Two Lamps") as opened:
            opened.run("cut.new", name="Short", empty=True)
        with api.open_film("Two Lamps") as opened:
            assert opened.clips() == ()
    assert [row["name"] for row in film.inside("cut", "list") if row["current"]] == ["Short"]


def test_hint_of_a_refusal_names_shell_commands(film: Milimo) -> None:
    refusals = []
    with in_environment(film.env), api.open_film("Two Lamps") as opened:
        for command, values in (
            ("shot.finish", {"id": "1A"}),
            ("shot.pick", {"id": "2A", "take": "9"}),
            ("cut.louder", {"clip": "nothing", "decibels": 3}),
            ("picture.inpaint", {"file": "nothing.png"}),
            ("shot.make", {"ids": ("9Z",)}),
        ):
            with pytest.raises(api.MilimoError) as refused:
                opened.run(command, **values)
            refusals.append(refused.value.hint)
        with pytest.raises(api.NotFound):
            opened.shot("9Z")
    assert "milimo model list" in refusals[0]
    assert not [hint for hint in refusals if "{ui." in hint or "|" in hint]
