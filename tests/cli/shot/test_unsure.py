"""Guesses of the cast: listed, accepted, corrected, and not asked again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from milimo_tui.story.shots.own_fields import kept
from milimo_tui.story.values.doubts import Doubt, DoubtKind
from milimo_tui.studio.registry.registry import run
from milimo_tui.studio.script import screenplays
from tests.cli.shot.test_meaning import written
from tests.front_door import Milimo
from tests.tui.rain_market import make_studio

SCRIPT = """INT. KITCHEN - NIGHT

MARA (61), grey braid, and ANNA (30), red cardigan, sit at the table. JUN (40) stands in the doorway.

ANNA
You are late.

She looks away.

She stands up and opens the window.
"""


@pytest.fixture
def unsure(film: Milimo) -> Milimo:
    written(film, SCRIPT)
    film.act("storyboard", "commit")
    return film


def test_a_guess_is_listed_with_what_else_it_can_be_and_accepted_for_good(unsure: Milimo) -> None:
    rows = unsure.json("shot", "unsure")
    assert rows
    first = rows[0]
    assert (first["kind"], first["words"].casefold(), first["guess"]) == ("cast", "she", "Anna")
    assert "Mara" in first["others"]
    done = unsure.act("shot", "answer", first["shot"], "--words", first["words"])
    assert "is Anna" in done
    left = unsure.json("shot", "unsure")
    assert len(left) == len(rows) - 1
    written(unsure, SCRIPT.replace("You are late.", "You are late again."))
    unsure.act("storyboard", "commit")
    assert len(unsure.json("shot", "unsure")) == len(left)
    unsure.act("cut", "undo", "--whole-project")
    unsure.act("cut", "undo", "--whole-project")


def test_a_wrong_guess_is_corrected_in_its_place_and_undone(unsure: Milimo) -> None:
    first = unsure.json("shot", "unsure")[0]
    before = unsure.json("shot", "show", first["shot"])["characters"]
    unsure.act("shot", "answer", first["shot"], "Mara")
    cast = unsure.json("shot", "show", first["shot"])["characters"]
    assert cast == ["Mara" if name == "Anna" else name for name in before]
    unsure.act("cut", "undo", "--whole-project")
    assert unsure.json("shot", "show", first["shot"])["characters"] == before
    unsure.act("shot", "answer", first["shot"], "nobody")
    assert "Anna" not in unsure.json("shot", "show", first["shot"])["characters"]


def test_what_cannot_be_answered_is_told_in_a_sentence(unsure: Milimo) -> None:
    first = unsure.json("shot", "unsure")[0]
    told = unsure.json("shot", "answer", first["shot"], "Marra", code=2)["error"]
    assert told == {
        "kind": told["kind"],
        "message": "nobody is called “Marra” in this film",
        "hint": told["hint"],
    }
    assert "MARA" in told["hint"].upper()
    told = unsure.json("shot", "answer", first["shot"], "--words", "The dog", code=2)["error"]
    assert "is unsure about “The dog”" in told["message"]
    told = unsure.json("shot", "answer", "1A", code=2)["error"]
    assert told["message"] == "1A has nothing unsure"


def test_of_two_guesses_with_the_same_words_the_named_one_is_answered_and_the_other_stays(
    tmp_path: Path,
) -> None:
    studio = make_studio(tmp_path / "home")
    shot = studio.snapshot().story.live_shots()[0]
    doubts = tuple(
        Doubt(DoubtKind.CAST, "She", name, sure=0.6, reason="the last who fits") for name in ("Mara", "Anna")
    )
    unsure = replace(shot, doubts=doubts, characters=("Mara", "Anna"))
    screenplays.edit_story(studio, "two guesses", [shot], [unsure])
    run(studio, "shot.answer", {"id": shot.id, "words": "She", "guess": "Anna", "answer": "nobody"})
    answered = next(one for one in studio.snapshot().story.shots if one.id == shot.id)
    assert answered.characters == ("Mara",)
    assert answered.doubts == doubts[:1]
    assert kept(answered, unsure).doubts == doubts[:1]  # at the next commit
    studio.close()


OPEN = """INT. KITCHEN

ANNA (30), soaked, waits for a long time.

ANNA
He is late.

EXT. BEACH - HOURS LATER

Anna walks into the sea.

MONTAGE - THE SUMMER

-- THE PIER. Anna eats chips.

-- Rain on a window.
"""


@pytest.fixture
def left_open(film: Milimo) -> Milimo:
    written(film, OPEN)
    return film


def doubts(film: Milimo) -> dict[str, tuple[str, str]]:
    rows = film.json("shot", "unsure")
    return {row["kind"]: (row["shot"], row["guess"]) for row in reversed(rows)}


def test_time_place_look_and_length_are_asked(left_open: Milimo) -> None:
    found = doubts(left_open)
    assert found["length"] == ("1A", found["length"][1])
    assert found["look"] == ("2A", "no")
    assert {"time", "place"} <= found.keys()
    rows = left_open.json("shot", "unsure")
    heads = {row["words"]: row["guess"] for row in rows if row["kind"] == "time"}
    assert heads["INT. KITCHEN"] == "DAY"
    assert heads["PIER"] == "DAY"


def test_a_time_is_the_scenes_and_stays_at_the_next_commit(left_open: Milimo) -> None:
    left_open.act("shot", "answer", "1A", "night", "--words", "INT. KITCHEN")
    left_open.act("storyboard", "commit")
    scenes = left_open.json("scene", "list")
    assert scenes[0]["time_of_day"] == "NIGHT"
    asked = [row["words"] for row in left_open.json("shot", "unsure")]
    assert "INT. KITCHEN" not in asked


def test_a_length_is_taken_and_asked_no_more(left_open: Milimo) -> None:
    left_open.act("shot", "answer", "1A", "8s", "--words", "for a long time")
    left_open.act("storyboard", "commit")
    assert left_open.json("shot", "show", "1A")["frames"] == 200
    assert "length" not in doubts(left_open)


def test_who_is_still_soaked_keeps_that_look_in_the_scene(left_open: Milimo) -> None:
    assert "soaked" not in str(left_open.json("shot", "show", "2A")["prompt"])
    left_open.act("shot", "answer", "2A", "yes", "--words", "Anna soaked")
    assert "soaked" in str(left_open.json("shot", "show", "2A")["prompt"])
    left_open.act("storyboard", "commit")
    assert "soaked" in str(left_open.json("shot", "show", "2A")["prompt"])
    assert "look" not in doubts(left_open)


@pytest.mark.parametrize(
    ("words", "answer", "told"),
    [("Anna soaked", "perhaps", "“perhaps” is no answer"), ("for a long time", "soon", "soon")],
)
def test_what_is_no_answer_is_told(left_open: Milimo, words: str, answer: str, told: str) -> None:
    [row] = [row for row in left_open.json("shot", "unsure") if row["words"] == words]
    error = left_open.json("shot", "answer", row["shot"], answer, "--words", words, code=2)["error"]
    assert told in error["message"]
