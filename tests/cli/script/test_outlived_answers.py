"""Test that a confirmed guess ends with the text for which it was made, and that a value of the user stays
and is asked about once.
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
