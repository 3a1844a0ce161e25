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
    unsure.act("shot", "answer", first["shot"], "--who", "Mara")
    cast = unsure.json("shot", "show", first["shot"])["characters"]
    assert cast == ["Mara" if name == "Anna" else name for name in before]
    unsure.act("cut", "undo", "--whole-project")
    assert unsure.json("shot", "show", first["shot"])["characters"] == before
    unsure.act("shot", "answer", first["shot"], "--who", "nobody")
    assert "Anna" not in unsure.json("shot", "show", first["shot"])["characters"]


def test_what_cannot_be_answered_is_told_in_a_sentence(unsure: Milimo) -> None:
    first = unsure.json("shot", "unsure")[0]
    told = unsure.json("shot", "answer", first["shot"], "--who", "Marra", code=2)["error"]
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
    run(studio, "shot.answer", {"id": shot.id, "words": "She", "guess": "Anna", "who": "nobody"})
    answered = next(one for one in studio.snapshot().story.shots if one.id == shot.id)
    assert answered.characters == ("Mara",)
    assert answered.doubts == doubts[:1]
    assert kept(answered, unsure).doubts == doubts[:1]  # at the next commit
    studio.close()
