"""Test that docs/editing.md shows real results of the operations, names each operation, and uses existing
commands.
"""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from milimo_tui.cut.edit import edits
from milimo_tui.studio.registry import registry
from milimo_tui.studio.registry.grammar import parse
from tests.cut import films
from tools import editing_page
from tools.editing_film import Example, ExampleFilm

EXAMPLES = [example for _, examples in editing_page.SECTIONS for example in examples]
NO_OPERATIONS = {
    "MediaLength",
    "NewId",
    "create_trackless_clip",
    "return_no_media_limit",
    "copy_range",
    "copy_clips",
}


def test_page_is_current() -> None:
    page = Path(__file__).parents[3] / "docs" / "editing.md"
    assert page.read_text() == editing_page.build_editing_page(), (
        "python -m tools.editing_page > docs/editing.md"
    )


def test_every_operation_has_an_example() -> None:
    assert {example.operation for example in EXAMPLES} == set(edits.__all__) - NO_OPERATIONS


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.line)
def test_example_is_a_command_and_three_lines_of_drawing(example: Example) -> None:
    command, values = parse([example.group, *shlex.split(example.line)])
    assert registry.parse_command_args(command, values)
    picture = editing_page.draw_example(example)
    assert len(picture) == 3
    assert "→" in picture[1]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.operation)
def test_example_does_what_it_names_and_keeps_the_rules(example: Example) -> None:
    desk = ExampleFilm()
    example.before(desk)
    before, already = desk.cut, len(desk.done)
    example.act(desk)
    assert desk.done[already:] == [example.operation]
    assert films.broken_rules(desk.cut, desk.find_media_bounds) == []
    assert films.take_back(before, desk.cut) == films.rows(before)
