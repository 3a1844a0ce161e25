"""Test guesses about the cast: listed, accepted, corrected, and not asked again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from milimo_tui.story.shots.own_fields import preserve_user_fields
from milimo_tui.story.values.doubts import Doubt, DoubtKind
from milimo_tui.studio.registry.registry import run_by_id
from milimo_tui.studio.script import story_edits
from tests.cli.shot.test_shot_meaning import written
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


@pytest.mark.long("command_line")
def test_guess_is_listed_with_alternatives_and_accepted_permanently(unsure: Milimo) -> None:
    rows = unsure.json("shot", "unsure")
    assert rows
    first = rows[0]
    assert (first["kind"], first["words"].casefold(), first["guess"]) == ("cast", "she", "nobody")
    assert {"Mara", "Anna"} <= set(first["others"])
    done = unsure.act("shot", "answer", first["shot"], "--words", first["words"])
    assert "nobody" in done
    left = unsure.json("shot", "unsure")
    assert len(left) == len(rows) - 1
    written(unsure, SCRIPT.replace("You are late.", "You are late again."))
    unsure.act("storyboard", "commit")
    assert len(unsure.json("shot", "unsure")) == len(left)
    unsure.act("cut", "undo", "--whole-project")
    unsure.act("cut", "undo", "--whole-project")


def test_wrong_guess_is_corrected_and_undone(unsure: Milimo) -> None:
    first = unsure.json("shot", "unsure")[0]
    before = unsure.json("shot", "show", first["shot"])["characters"]
    unsure.act("shot", "answer", first["shot"], "Mara")
    cast = unsure.json("shot", "show", first["shot"])["characters"]
    assert cast == [*before, "Mara"]
    unsure.act("cut", "undo", "--whole-project")
    assert unsure.json("shot", "show", first["shot"])["characters"] == before
    unsure.act("shot", "answer", first["shot"], "nobody")
    assert "Mara" not in unsure.json("shot", "show", first["shot"])["characters"]


def test_unanswerable_question_is_refused_in_one_sentence(unsure: Milimo) -> None:
    first = unsure.json("shot", "unsure")[0]
    error = unsure.json("shot", "answer", first["shot"], "Marra", code=2)["error"]
    assert (error["kind"], "“Marra”" in error["message"]) == ("not_found", True)
    assert "MARA" in error["hint"].upper()
    error = unsure.json("shot", "answer", first["shot"], "--words", "The dog", code=2)["error"]
    assert "“The dog”" in error["message"]
    error = unsure.json("shot", "answer", "1A", code=2)["error"]
    assert (error["kind"], error["message"].split()[0]) == ("not_found", "1A")


def test_one_of_two_guesses_with_equal_words_is_answered_alone(
    tmp_path: Path,
) -> None:
    studio = make_studio(tmp_path / "home")
    shot = studio.take_snapshot().story.live_shots()[0]
    doubts = tuple(
        Doubt(DoubtKind.CAST, "She", name, sure=0.6, reason="the last who fits") for name in ("Mara", "Anna")
    )
    unsure = replace(shot, doubts=doubts, characters=("Mara", "Anna"))
    story_edits.edit_story(studio, "two guesses", [shot], [unsure])
    run_by_id(studio, "shot.answer", {"id": shot.id, "words": "She", "guess": "Anna", "answer": "nobody"})
    answered = next(one for one in studio.take_snapshot().story.shots if one.id == shot.id)
    assert answered.characters == ("Mara",)
    assert answered.doubts == doubts[:1]
    assert preserve_user_fields(answered, unsure).doubts == doubts[:1]  # the next commit preserves the answer
    studio.close()


OPEN = """INT. KITCHEN

ANNA (30), grey coat, waits for a long time.

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
    assert found["look"] == ("2A", "30, grey coat")
    assert {"time", "place"} <= found.keys()
    rows = left_open.json("shot", "unsure")
    heads = {row["words"]: row["guess"] for row in rows if row["kind"] == "time"}
    assert heads["INT. KITCHEN"] == "DAY"
    assert heads["PIER"] == "DAY"


def test_time_belongs_to_the_scene_and_survives_the_next_commit(left_open: Milimo) -> None:
    left_open.act("shot", "answer", "1A", "night", "--words", "INT. KITCHEN")
    left_open.act("storyboard", "commit")
    scenes = left_open.json("scene", "list")
    assert scenes[0]["time_of_day"] == "NIGHT"
    words = [row["words"] for row in left_open.json("shot", "unsure")]
    assert "INT. KITCHEN" not in words


def test_accepted_length_is_not_asked_again(left_open: Milimo) -> None:
    left_open.act("shot", "answer", "1A", "8s", "--words", "for a long time")
    left_open.act("storyboard", "commit")
    assert left_open.json("shot", "show", "1A")["frames"] == 200
    assert "length" not in doubts(left_open)


def test_invalid_answer_is_refused(left_open: Milimo) -> None:
    words = "for a long time"
    [row] = [row for row in left_open.json("shot", "unsure") if row["words"] == words]
    error = left_open.json("shot", "answer", row["shot"], "soon", "--words", words, code=2)["error"]
    assert (error["kind"], "soon" in error["message"]) == ("bad_input", True)


def rows_of(film: Milimo, kind: str) -> list[dict[str, object]]:
    return [row for row in film.json("shot", "unsure") if row["kind"] == kind]


def prompt_of(film: Milimo, number: str) -> str:
    return str(film.json("shot", "show", number)["prompt"])


MONTAGE = """INT. HOUSE - DAY

ANNA (30), grey coat, packs.

MONTAGE - ANNA LEAVES

-- Boxes. Anna tapes them up.

-- THE KITCHEN. Anna empties a drawer.

-- A wheel turns.
"""


def test_guessed_place_of_a_montage_item_is_asked(film: Milimo) -> None:
    written(film, MONTAGE)
    found = {str(row["words"]): row for row in rows_of(film, "place")}
    assert found["Boxes. Anna tapes them"]["guess"] == "HOUSE"
    kitchen = found["KITCHEN"]
    assert kitchen["guess"] == "HOUSE - KITCHEN"
    assert kitchen["others"] == ["KITCHEN"]
    assert "HOUSE" in str(kitchen["reason"])
    film.act("shot", "answer", str(kitchen["shot"]), "KITCHEN", "--words", "kitchen")
    boxes = found["Boxes. Anna tapes them"]
    film.act("shot", "answer", str(boxes["shot"]), "--words", str(boxes["words"]))
    film.act("storyboard", "commit")
    assert not {"kitchen", "Boxes. Anna tapes them"} & {str(row["words"]) for row in rows_of(film, "place")}
    assert film.json("shot", "show", str(kitchen["shot"]))["location"] == "KITCHEN"


LOOKS = """INT. KITCHEN - DAY

ANNA (30), grey coat, red scarf, stands at the table.

ANNA
Cold.

The scarf lands on a chair. Anna smiles.

EXT. BEACH - NIGHT

Anna walks into the sea.

INT. KITCHEN - NIGHT - CONTINUOUS

Anna sits.
"""


def test_look_is_asked_once_a_scene_where_it_is_carried_to_another_day(film: Milimo) -> None:
    written(film, LOOKS.replace("The scarf lands on a chair. Anna smiles.", "Anna smiles."))
    [row] = rows_of(film, "look")
    assert row["shot"] == "2A"
    assert str(row["words"]).startswith("Anna: ")
    assert "red scarf" in str(row["guess"])
    assert "scene 1" in str(row["reason"])
    film.act("shot", "answer", "2A", "--words", str(row["words"]))
    film.act("storyboard", "commit")
    assert not rows_of(film, "look")
    assert "red scarf" in prompt_of(film, "2A")


def test_typed_look_applies_from_there_permanently(film: Milimo) -> None:
    written(film, LOOKS)
    rows = rows_of(film, "look")
    assert len({(row["scene"], str(row["words"]).partition(":")[0]) for row in rows}) == len(rows)
    row = next(row for row in rows if row["shot"] == "2A")
    film.act("shot", "answer", "2A", "a black dress, barefoot", "--words", str(row["words"]))
    for _ in range(2):
        assert "red scarf" in prompt_of(film, "1A")
        for number in ("2A", "3A"):
            assert "black dress" in prompt_of(film, number)
            assert "red scarf" not in prompt_of(film, number)
        film.act("storyboard", "commit")
        assert "2A" not in [row["shot"] for row in rows_of(film, "look")]


def test_sentence_that_set_a_look_is_not_asked_for_one_item(film: Milimo) -> None:
    """A sentence that gave a character clothes leaves no question about other items in it. The umbrellas
    belong to other people.
    """
    text = "ANNA (30), a tired guard in a grey coat, pushes through the umbrellas."
    written(film, f"INT. HALL - DAY\n\n{text}\n\nANNA\nNo.\n")
    assert rows_of(film, "look") == []
