"""Test that a confirmed guess ends with the text for which it was made, and that a value of the user stays
and is asked about once, for scenes and for shots.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.front_door import Milimo

SCRIPT = """INT. HOUSE - DAY (1989)

Tom waits.

INT. BAR

Tom drinks.
"""


@pytest.fixture
def bar(milimo: Milimo) -> Milimo:
    save(milimo, SCRIPT)
    return milimo


def save(milimo: Milimo, text: str) -> None:
    path = milimo.cwd / "bar.fountain"
    path.write_text(text)
    milimo.act("script", "import", str(path))


def show_time(milimo: Milimo) -> str:
    [row] = [row for row in milimo.json("scene", "list") if "BAR" in row["heading"]]
    return str(row["time_of_day"])


def list_questions(milimo: Milimo) -> list[dict[str, Any]]:
    return [row for row in milimo.json("shot", "unsure") if row["kind"] == "time"]


def test_confirmed_guess_ends_when_the_heading_changes(bar: Milimo) -> None:
    bar.act("shot", "answer", "2A")
    assert show_time(bar) == "DAY (1989)"
    save(bar, SCRIPT.replace("Tom drinks.", "Tom drinks tea."))
    assert show_time(bar) == "DAY (1989)"
    assert list_questions(bar) == []
    save(bar, SCRIPT.replace("INT. BAR", "INT. BAR - NIGHT"))
    assert show_time(bar) == "NIGHT"


@pytest.mark.parametrize("is_answer", [True, False])
def test_value_of_the_user_stays_and_is_asked_about_once(bar: Milimo, is_answer: bool) -> None:
    if is_answer:
        bar.act("shot", "answer", "2A", "dawn")
    else:
        bar.act("shot", "answer", "2A")  # A value that the user sets replaces a confirmed guess.
        bar.act("scene", "set", "2", "--time-of-day", "DAWN")
    save(bar, SCRIPT.replace("INT. BAR", "INT. BAR - NIGHT"))
    assert show_time(bar) == "DAWN"
    [question] = list_questions(bar)
    assert (question["shot"], question["guess"], question["others"]) == ("2A", "DAWN", ["NIGHT"])
    bar.act("shot", "answer", "2A")
    save(bar, SCRIPT.replace("INT. BAR", "INT. BAR - NIGHT").replace("drinks", "drinks up"))
    assert (show_time(bar), list_questions(bar)) == ("DAWN", [])


def test_answer_with_the_new_value_follows_the_script_again(bar: Milimo) -> None:
    bar.act("shot", "answer", "2A", "dawn")
    save(bar, SCRIPT.replace("INT. BAR", "INT. BAR - NIGHT"))
    bar.act("shot", "answer", "2A", "night")
    save(bar, SCRIPT.replace("INT. BAR", "INT. BAR - DUSK"))
    assert (show_time(bar), list_questions(bar)) == ("DUSK", [])


WALK = """INT. BAR - NIGHT

Tom drinks.

TOM
It is late.
"""
VALUES = {
    "time_of_day": ("dawn", "DAY"),
    "weather": ("snow", ""),
    "location": ("ROOFTOP", "CELLAR"),
    "size": ("ECU", ""),
    "angle": ("high", ""),
    "movement": ("arc", ""),
    "focus": ("glass", ""),
}


def list_values(milimo: Milimo) -> dict[str, dict[str, Any]]:
    return {row["field"]: row for row in milimo.json("shot", "unsure") if row["field"]}


def show_shot(milimo: Milimo, number: str = "1A") -> dict[str, Any]:
    found: dict[str, Any] = milimo.json("shot", "show", number)
    return found


@pytest.fixture
def shot(milimo: Milimo) -> Milimo:
    save(milimo, WALK)
    options = [part for name, (own, _) in VALUES.items() for part in (f"--{name.replace('_', '-')}", own)]
    milimo.act("shot", "set", "1A", *options)
    milimo.act("shot", "set", "1A", "--cast", "")
    return milimo


def test_every_value_of_a_shot_stays_and_is_asked_about_once(shot: Milimo) -> None:
    changed = WALK.replace("INT. BAR - NIGHT", "EXT. CELLAR - DAY").replace("Tom drinks", "Tom drinks a beer")
    save(shot, changed)
    questions = list_values(shot)
    assert questions.keys() == {*VALUES, "characters"}
    for name, (own, of_script) in VALUES.items():
        assert show_shot(shot)[name] == own
        assert questions[name]["guess"] == own
        assert not of_script or questions[name]["others"] == [of_script]
    save(shot, changed.replace("beer", "large beer"))
    again = list_values(shot)
    assert [(row["field"], row["guess"], row["others"]) for row in again.values()] == [
        (row["field"], row["guess"], row["others"]) for row in questions.values()
    ]
    for question in again.values():
        shot.act("shot", "answer", "1A", "--words", question["words"], "--guess", question["guess"])
    save(shot, changed.replace("beer", "small beer"))
    assert list_values(shot) == {}
    assert {name: show_shot(shot)[name] for name in VALUES} == {
        name: own for name, (own, _) in VALUES.items()
    }


def test_value_of_a_shot_is_not_asked_about_if_other_words_change(shot: Milimo) -> None:
    save(shot, WALK.replace("It is late", "It is very late").replace("Tom drinks.", "Tom drinks!"))
    assert list_values(shot) == {}
    save(shot, WALK.replace("INT. BAR - NIGHT", "INT. BAR - EVENING"))
    assert list_values(shot).keys() == {"time_of_day"}


def test_question_about_a_value_of_a_shot_ends_when_the_value_is_set(shot: Milimo) -> None:
    save(shot, WALK.replace("NIGHT", "DAY").replace("Tom drinks", "Tom drinks a beer"))
    assert list_values(shot).keys() == VALUES.keys() - {"location", "weather"} | {"characters"}
    shot.act("shot", "answer", "1A", "day", "--guess", "dawn")
    shot.act("shot", "set", "1A", "--size", "CU", "--angle", "", "--focus", "glass")
    shot.act("shot", "answer", "1A", "Tom", "--guess", "nobody")
    assert list_values(shot).keys() == {"movement"}
    assert (show_shot(shot)["time_of_day"], show_shot(shot)["characters"]) == ("", ["Tom"])
    refused = shot.json("shot", "answer", "1A", "sideways", "--guess", "arc", code=2)
    assert refused["error"]["kind"] == "bad_input"


def test_script_value_is_known_after_the_text_has_changed(shot: Milimo) -> None:
    size = show_shot(shot, "1B")["size"]
    shot.act("shot", "set", "1B", "--size", "EWS")
    save(shot, WALK.replace("It is late", "It is very late"))
    assert show_shot(shot, "1B")["size"] == "EWS"
    shot.act("shot", "set", "1B", "--size", "")
    assert show_shot(shot, "1B")["size"] == size
