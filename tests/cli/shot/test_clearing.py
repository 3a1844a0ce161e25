"""Test that every option of a `set` command can be cleared: an empty text restores the script's value or the
default, and a stored switch can be turned off.
"""

from __future__ import annotations

import pytest

from milimo_tui.story.values.film import Shot
from milimo_tui.story.values.shot_fields import SHOT_FIELDS
from milimo_tui.studio.registry.registry import run_by_id
from milimo_tui.studio.session.studio import Studio
from tests.front_door import Milimo

CHOICES = sorted(
    name for name, field in SHOT_FIELDS.items() if field.allowed_words and "" not in field.allowed_words
)


def find_shot(studio: Studio) -> Shot:
    return studio.take_snapshot().story.live_shots()[0]


@pytest.fixture
def studio(film: Milimo) -> Studio:
    return Studio.open(home=film.env["MILIMO_HOME"])


@pytest.mark.parametrize("name", CHOICES)
def test_empty_text_restores_the_value_of_a_choice(studio: Studio, name: str) -> None:
    before = find_shot(studio)
    allowed = SHOT_FIELDS[name].allowed_words
    present = getattr(before, name)
    shown = ("on" if present else "off") if isinstance(present, bool) else str(present)
    other = next(word for word in allowed if word != shown)
    run_by_id(studio, "shot.set", {"id": "1A", name: other})
    assert getattr(find_shot(studio), name) != present
    run_by_id(studio, "shot.set", {"id": "1A", name: ""})
    assert getattr(find_shot(studio), name) == present
    assert find_shot(studio).own == before.own, "the field follows the script again"
    run_by_id(studio, "shot.set", {"id": "1A", name: ""})
    assert find_shot(studio) == before


def test_command_line_clears_the_size_and_other_fields(film: Milimo, studio: Studio) -> None:
    before = find_shot(studio)
    film.json("shot", "set", "1A", "--size", "ECU", "--board", "off", "--weather", "snow", "--steps", "9")
    film.json("shot", "set", "1A", "--size", "", "--board", "", "--weather", "", "--steps", "")
    assert find_shot(studio) == before
    film.json("shot", "set", "1A", "--size", "HUGE", code=2)
    heading = film.json("scene", "list")[0]["heading"]
    film.json("scene", "set", "1", "--heading", "INT. MOON - NIGHT")
    film.json("scene", "set", "1", "--heading", "")
    assert film.json("scene", "list")[0]["heading"] == heading


def test_seed_and_switch_of_an_element_are_cleared(film: Milimo) -> None:
    name = film.json("element", "list")[0]["trigger"]
    row = film.json("element", "set", name, "--seed", "7", "--extra")
    assert (row["seed"], row["extra"]) == (7, True)
    row = film.json("element", "set", name, "--seed", "", "--no-extra")
    assert (row["seed"], row["extra"]) == (None, False)


def test_engine_of_the_film_is_reset_to_the_setting(film: Milimo, studio: Studio) -> None:
    wanted = studio.settings.engine
    film.json("project", "set", "--engine", "wan" if wanted != "wan" else "ltx2")
    film.json("project", "set", "--engine", "")
    assert studio.take_snapshot().story.project.engine == wanted
