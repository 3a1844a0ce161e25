"""Test drawing files: each can be read, draws the shapes that its lines describe, and reports lines that
can't be drawn.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.animatic.draw.drawing_library import DRAWINGS, DrawingLibrary
from milimo_tui.engines.animatic.draw.drawing_lines import expand_values, read_statements
from milimo_tui.engines.animatic.figures.figure_drawings import BODIES, FROM_ABOVE, HEADS
from milimo_tui.engines.animatic.places.place_table import INSIDE, OUTSIDE
from milimo_tui.engines.animatic.props.still_life import PROPS
from milimo_tui.engines.animatic.scenery.stage_drawings import PLACES


class Recorder:
    """A drawing target that records its shapes."""

    def __init__(self) -> None:
        self.shapes: list[tuple[object, ...]] = []

    def draw_dot(self, *values: object) -> None:
        self.shapes.append(values)


def draw(text: str, folder: Path, name: str = "picture") -> list[tuple[object, ...]]:
    """Draw the text of a drawing file; return the values of its dots."""
    (folder / "test").mkdir()
    (folder / "test" / "test.drawing").write_text(text)
    commands = {"dot": "recorder.draw_dot"}
    library = DrawingLibrary(("test",), "recorder", words={}, commands=commands, helpers={}, root=folder)
    recorder = Recorder()
    library.find_drawing(name)(recorder)
    return recorder.shapes


@pytest.mark.parametrize(
    ("library", "folders"),
    [
        (PLACES, ("places", "scenery")),
        (PROPS, ("props", "still_life")),
        (BODIES, ("figures",)),
        (HEADS, ("heads",)),
        (FROM_ABOVE, ("from_above",)),
    ],
    ids=["places", "props", "figures", "heads", "from_above"],
)
def test_every_drawing_compiles(library: DrawingLibrary, folders: tuple[str, ...]) -> None:
    names = [name for folder in folders for name in library.list_names(folder)]
    assert names
    for name in names:
        assert callable(library.find_drawing(name))
    assert {path.name for path in DRAWINGS.iterdir()} >= set(folders)


def test_every_place_of_the_table_has_its_drawings() -> None:
    named = {
        name
        for place in (*INSIDE.values(), *OUTSIDE.values())
        for name in (place.around, place.far, place.front)
    }
    assert named - {""} <= set(PLACES.list_names("places"))


def test_lines_repeat_choose_and_call_other_drawings(tmp_path: Path) -> None:
    text = """
# Two rows.
SIZE = 2

drawing picture:
    repeat 2 as row:
        pair row, colour=#ff8000
    count x from 4 to 0 by -2:
        if x == 2:
            skip
        dot x,
                x * SIZE
    for x, y in (1, 2) (3, 4) counting index:
        dot index, x + y

drawing pair row, colour=none, both=yes:
    dot row, colour
    if not both:
        dot 9
    else if row:
        stop
    dot (row, 0) (row, 1)
"""
    orange = (255, 128, 0)
    assert draw(text, tmp_path) == [
        (0, orange), (((0, 0), (0, 1)),), (1, orange), (4, 8), (0, 0), (0, 3), (1, 7),
    ]  # fmt: skip


def test_runs_of_points_are_distinct_from_calls_and_sums() -> None:
    assert expand_values("card (0, 1) (2, 3), f(4)") == "card ((0, 1), (2, 3)) , f(4)"
    assert expand_values("(a + b) * (c + d)") == "(a + b) * (c + d)"
    assert expand_values("(1, 2)[row] (3, 4)") == "(1, 2)[row] (3, 4)"


def test_deeper_line_continues_the_line_above() -> None:
    lines = list(read_statements("drawing a:\n    dot 1,\n        2  # the second\n    dot 3\n"))
    assert [(line.number, line.text) for line in lines] == [(1, "drawing a:"), (2, "dot 1, 2"), (4, "dot 3")]


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        ("dott 1", "There is no word “dott”.", "Did you mean “dot”?"),
        ("dot 1 +", "“dot 1 +” can't be read: invalid syntax.", "docs/drawings.md describes drawing files."),
        ("mix = 3", "“mix” has a meaning already.", "Choose another name."),
        (
            "dot recorder.__class__",
            "“dot recorder.__class__” can't be used in a drawing.",
            "docs/drawings.md describes drawing files.",
        ),
    ],
)
def test_invalid_line_is_reported_with_its_number(tmp_path: Path, line: str, message: str, hint: str) -> None:
    with pytest.raises(BadInput) as caught:
        draw(f"drawing picture:\n    {line}\n", tmp_path)
    number = 1 if "meaning" in message else 2
    assert caught.value.message == f"test.drawing, line {number}: {message}"
    assert caught.value.hint == hint


def test_two_drawings_cannot_share_a_name(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="line 3: “picture”"):
        draw("drawing picture:\n    dot 1\ndrawing picture:\n    dot 2\n", tmp_path)
