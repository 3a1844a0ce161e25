"""Test that a kind of transition is defined in one module, by adding a kind to a copy of the package."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

import milimo_tui
from milimo_tui.cut.values.transition_kinds import TRANSITIONS, TransitionKind
from milimo_tui.media.compose.transitions import DRAWINGS
from tests.front_door import Milimo, environment

PACKAGE = Path(milimo_tui.__file__).parent
EDITS = {
    "cut/values/transition_kinds.py": (
        ('    PUSH = "push"\n', '    PUSH = "push"\n    SLIDE = "slide"\n'),
        (
            '"▸▸", frozenset({"direction"})),\n',
            '"▸▸", frozenset({"direction"})),\n'
            '    TransitionKind.SLIDE: TransitionFacts("the next slides over it", "▹▹"),\n',
        ),
    ),
    "media/compose/transitions.py": (
        (
            "    TransitionKind.PUSH: DrawnTransition.draw_push,\n",
            "    TransitionKind.PUSH: DrawnTransition.draw_push,\n"
            "    TransitionKind.SLIDE: DrawnTransition.draw_slide,\n",
        ),
        (
            "    def draw_push(",
            "    def draw_slide(self, canvas: FilmCanvas) -> FilmCanvas:\n"
            "        return self.draw_wipe(canvas)\n\n"
            "    def draw_push(",
        ),
    ),
}


def test_every_kind_has_its_row_and_its_drawing() -> None:
    assert list(TRANSITIONS) == list(TransitionKind)
    assert set(DRAWINGS) == set(TransitionKind)


@pytest.mark.long("command_line")
def test_new_kind_is_set_drawn_rendered_and_exchanged(made: Path, tmp_path: Path) -> None:
    shutil.copytree(PACKAGE, tmp_path / "copy/milimo_tui", ignore=shutil.ignore_patterns("__pycache__"))
    for name, changes in EDITS.items():
        path = tmp_path / "copy/milimo_tui" / name
        text = path.read_text()
        for old, new in changes:
            assert text.count(old) == 1, (name, old)
            text = text.replace(old, new)
        path.write_text(text)
    shutil.copytree(made / "home", tmp_path / "home", ignore=shutil.ignore_patterns("supervisor.*"))
    env = environment(tmp_path)
    paths = os.pathsep.join([str(tmp_path / "copy"), env["PYTHONPATH"]])
    milimo = Milimo({**env, "PYTHONPATH": paths}, tmp_path / "work")

    assert b"slide" in milimo("cut", "transition", "--help").stdout
    milimo("cut", "transition", "1A", "--kind", "slide", "--frames", "6", "--overlap")
    [set_one] = _list_transitions(milimo)
    assert (set_one["kind"], set_one["frames"]) == ("slide", 6)
    lost = milimo("cut", "export", "film.edl").stdout.decode()
    assert "a dissolve" in lost
    milimo("cut", "export", "film.otio")
    milimo("cut", "import", "film.otio")
    assert [each["kind"] for each in _list_transitions(milimo)] == ["slide"]
    try:
        milimo("render", "--output", "film.mp4")
    finally:
        milimo("supervisor", "stop", "--now")
    assert (tmp_path / "work/film.mp4").stat().st_size


def _list_transitions(milimo: Milimo) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(milimo("cut", "show", "--json").stdout)["transitions"]
    return found
