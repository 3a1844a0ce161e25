"""Test splitting, joining and duplicating shots from the command line, and committing the screenplay
afterwards.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.front_door import TINY, Milimo

SPOKEN = TINY.replace("You are late.", "You are late. The soup is cold. Sit down.")


def write(film: Milimo, text: str) -> str:
    path = film.cwd / "two-lamps.fountain"
    path.write_text(text)
    return film.act("script", "import", str(path))


def rows(film: Milimo) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = film.json("shot", "list")
    return found


def said(film: Milimo) -> list[str]:
    return [row["dialogue"] or row["text"] for row in rows(film)]


def number_of(film: Milimo, words: str) -> str:
    return next(str(row["number"]) for row in rows(film) if words in (row["dialogue"] or row["text"]))


def test_speech_is_split_between_words_and_a_commit_keeps_both(film: Milimo) -> None:
    write(film, SPOKEN)
    speech = number_of(film, "soup")
    output = film.act("shot", "split", speech, "--before", "sit down")
    assert f"split {speech} into {speech} and" in output
    found = said(film)
    assert "“You are late. The soup is cold.”" in found
    assert "“Sit down.”" in found
    before = rows(film)
    assert "4 unchanged" in film.act("storyboard", "commit")
    assert rows(film) == before
    # If the screenplay's words changed, the text is split at the point where the two halves met. Nothing is
    # lost.
    output = write(film, SPOKEN.replace("The soup is cold.", "The soup is gone."))
    assert "1 changed" in output, "the other half says what it said"
    assert "“You are late. The soup is gone.”" in said(film)
    assert "“Sit down.”" in said(film)
    assert [row["id"] for row in rows(film)] == [row["id"] for row in before]
    # If that point is not found, the shot gets the screenplay's text again and the commit reports it.
    output = write(film, SPOKEN.replace("The soup is cold. Sit down.", "All of the soup is gone."))
    assert speech in output
    assert "“You are late. All of the soup is gone.”" in said(film)
    for _ in range(3):
        film.act("cut", "undo", "--whole-project")
    assert "“You are late. The soup is cold. Sit down.”" in said(film)


def test_shot_is_split_at_a_beat_and_at_a_time(film: Milimo) -> None:
    action = rows(film)[0]
    assert action["text"] == "MARA lights a lamp on the table. Rain runs down the window."
    first, second = film.json("shot", "split", "1A", "--beat", "2")
    assert (first["text"], second["text"]) == (
        "MARA lights a lamp on the table.",
        "Rain runs down the window.",
    )
    assert first["frames"] + second["frames"] == action["frames"]
    assert first["takes"] == action["takes"]
    assert second["takes"] == 0
    film.act("cut", "undo", "--whole-project")
    first, second = film.json("shot", "split", "1A", "--at", "20")
    assert first["frames"] == 20
    for wrong in (("--beat", "7"), ("--before", "MARA"), ("--before", "elephant")):
        film.json("shot", "split", "1A", *wrong, code=2)
    assert "elephant" in film.refusal("shot", "split", "1A", "--before", "elephant")


def test_neighbours_are_joined_and_split_again_with_their_takes(film: Milimo) -> None:
    before = rows(film)
    output = film.act("shot", "join", "1A")
    assert "1B to 1A" in output
    assert "takes" in output
    one = rows(film)[0]
    assert one["id"] == before[0]["id"]
    assert one["frames"] == before[0]["frames"] + before[1]["frames"]
    assert one["dialogue"] == "“You are late.”"
    assert "2 unchanged" in film.act("storyboard", "commit")
    assert len(rows(film)) == len(before) - 1
    output = write(film, TINY.replace("You are late.", "You are early."))
    assert "1A was joined" in output
    assert len(rows(film)) == len(before), "another text: the script's own shots again"
    assert "neighbours" in film.refusal("shot", "join", "1A", "2A")
    assert "last shot" in film.refusal("shot", "join", "2A")


def test_joined_halves_equal_the_original(film: Milimo) -> None:
    write(film, SPOKEN)
    whole = rows(film)
    speech = number_of(film, "soup")
    film.act("shot", "split", speech, "--beat", "2")
    film.act("shot", "join", speech)
    assert [row["text"] for row in rows(film)] == [row["text"] for row in whole]
    assert [row["dialogue"] for row in rows(film)] == [row["dialogue"] for row in whole]
    assert "3 unchanged" in film.act("storyboard", "commit")


def test_duplicate_stays_while_its_text_exists(film: Milimo) -> None:
    copy = film.json("shot", "duplicate", "1B")
    assert copy["number"] == "1C"
    assert copy["takes"] == 0
    assert "4 unchanged" in film.act("storyboard", "commit")
    assert [row["id"] for row in rows(film)][2] == copy["id"]
    write(film, TINY.replace("MARA\nYou are late.\n", ""))
    assert copy["id"] not in [row["id"] for row in rows(film)], "parked with the text"
    write(film, TINY)
    assert copy["id"] in [row["id"] for row in rows(film)]


def test_locked_numbers_are_not_renumbered(film: Milimo) -> None:
    film.act("script", "numbers", "--lock")
    film.act("shot", "split", "1A", "--beat", "2")
    film.act("shot", "duplicate", "1B")
    assert [row["number"] for row in rows(film)] == ["1A", "1AA", "1B", "1C", "2A"]
    film.act("shot", "join", "1A")
    assert [(row["number"], row["omitted"]) for row in rows(film)][:2] == [("1A", False), ("1AA", True)]
    film.act("storyboard", "commit")
    assert [row["number"] for row in rows(film) if not row["omitted"]] == ["1A", "1B", "1C", "2A"]


def words_of(film: Milimo, number: str) -> str:
    return str(film.json("shot", "show", number)["prompt"])


def parts_of(film: Milimo, number: str) -> dict[str, str]:
    parts = film.json("shot", "show", number, "--engine", "ltx2")["parts"]
    return {part["role"]: part["text"] for part in parts}


def test_changed_prompt_is_split_with_its_shot(film: Milimo) -> None:
    film.act("shot", "set", "1A", "--prompt", "Her thumb on a match. Slowly rain runs down the window, grey.")
    output = film.act("shot", "split", "1A", "--beat", "2")
    assert "stay" not in output
    assert words_of(film, "1A").endswith("Her thumb on a match.")
    assert words_of(film, "1B").endswith("Slowly rain runs down the window, grey.")
    film.act("cut", "undo", "--whole-project")
    film.act("shot", "set", "1A", "--prompt", "Her thumb strikes a match. Water on glass.")
    film.act("shot", "split", "1A", "--beat", "2")
    assert words_of(film, "1A").endswith("Her thumb strikes a match.")
    assert words_of(film, "1B").endswith("Water on glass.")
    film.act("shot", "join", "1A")
    assert words_of(film, "1A").endswith("Her thumb strikes a match. Water on glass.")


def test_inseparable_words_stay_with_the_first_half_and_are_reported(film: Milimo) -> None:
    film.act("shot", "set", "1A", "--prompt", "One long look at a lamp.")
    output = film.act("shot", "split", "1A", "--beat", "2")
    assert "with 1A only" in output
    assert "One long look" in words_of(film, "1A")
    assert "One long look" not in words_of(film, "1B")
    assert "Rain runs down the window" in words_of(film, "1B")
    film.act("shot", "join", "1A")
    assert words_of(film, "1A").endswith("One long look at a lamp.")


def test_changed_parts_are_split_and_common_parts_copied(film: Milimo) -> None:
    film.act("shot", "set", "1A", "--prompt-part", "light=One bare bulb.")
    film.act("shot", "set", "1A", "--prompt-part", "action=A match flares. Rain runs down the pane.")
    film.act("shot", "split", "1A", "--beat", "2")
    first, second = parts_of(film, "1A"), parts_of(film, "1B")
    assert first["light"] == second["light"] == "One bare bulb."
    assert "match" in first["action"]
    assert "Rain" not in first["action"]
    assert "Rain runs down the pane." in second["action"]
    assert "match" not in second["action"]


def test_changed_speech_is_split_inside_its_quotation_marks(film: Milimo) -> None:
    write(film, SPOKEN)
    speech = number_of(film, "soup")
    said_so = "Mara hisses: “You are late. The soup is cold. Sit down.”"
    film.act("shot", "set", speech, "--prompt", said_so)
    first, second = film.json("shot", "split", speech, "--before", "Sit down")
    assert words_of(film, first["number"]).endswith("Mara hisses: “You are late. The soup is cold.”")
    assert words_of(film, second["number"]).endswith("Mara hisses: “Sit down.”")


def test_split_in_time_and_duplicate_keep_all_words(film: Milimo) -> None:
    write(film, TINY.replace(" Rain runs down the window.", ""))
    film.act("shot", "set", "1A", "--prompt", "A match flares.")
    first, second = film.json("shot", "split", "1A", "--at", "20")
    copy = film.json("shot", "duplicate", "1A")
    for row in (first, second, copy):
        assert words_of(film, row["number"]).endswith("A match flares.")


def test_words_of_both_shots_are_joined_and_others_stay(film: Milimo) -> None:
    film.act("shot", "set", "1A", "--prompt", "A match flares.")
    film.act("shot", "set", "1B", "--prompt", "She says it to the wall.")
    film.act("shot", "join", "1A")
    assert words_of(film, "1A").endswith("A match flares. She says it to the wall.")
    film.act("cut", "undo", "--whole-project")
    film.act("shot", "set", "1A", "--prompt", "")
    output = film.act("shot", "join", "1A")
    assert "stays with it" in output
    assert "wall" not in words_of(film, "1A")


def test_words_of_chunks_stay_with_their_half(film: Milimo) -> None:
    film.act("shot", "set", "1A", "--length", "20s")
    film.act("shot", "chunk", "set", "1A", "1", "--prompt", "The match.")
    film.act("shot", "chunk", "set", "1A", "2", "--prompt", "The rain.")
    first, second = film.json("shot", "split", "1A", "--at", "10s")
    told = [film.json("shot", "chunk", "set", row["number"], "1", "--seed", "7") for row in (first, second)]
    assert "The match." in str(told[0])
    assert "The rain." not in str(told[0])
    assert "The rain." in str(told[1])


def follow(film: Milimo, number: str, name: str, frame: int, *, from_end: bool = False) -> None:
    """Let a shot follow a new picture at `frame`, which is stored as a frame counted from the end if
    `from_end` is True.
    """
    length = next(row["frames"] for row in rows(film) if row["number"] == number)
    picture = Path(film.cwd, name)
    Image.new("RGB", (64, 64), (len(name), frame, 0)).save(picture)
    film.act("shot", "condition", "add", number, name, f"--frame={frame - length if from_end else frame}")


def followed(film: Milimo, number: str) -> list[tuple[str, int]]:
    """Return the pictures that a shot follows, each with its frame counted from the first frame."""
    found = film.json("shot", "condition", "list", number)
    assert all(row["problem"] is None for row in found), found
    return sorted((row["what"], row["frame"]) for row in found if row["id"])


@pytest.mark.parametrize("from_end", [False, True])
def test_followed_pictures_keep_their_moments_in_split_and_joined_shots(
    film: Milimo, *, from_end: bool
) -> None:
    film.act("shot", "set", "1A", "--length", "80f")
    follow(film, "1A", "early.png", 20, from_end=from_end)
    follow(film, "1A", "late.png", 60, from_end=from_end)
    film.act("shot", "split", "1A", "--at", "50f")
    assert followed(film, "1A") == [("early.png", 20)]
    assert followed(film, "1B") == [("late.png", 10)]
    film.act("shot", "join", "1A")
    assert followed(film, "1A") == [("early.png", 20), ("late.png", 60)]


@pytest.mark.parametrize("from_end", [False, True])
def test_shots_that_are_joined_and_split_again_follow_the_same_pictures(
    film: Milimo, *, from_end: bool
) -> None:
    write(film, TINY.replace("Rain runs", "\n\nCLOSE ON the window. Rain runs"))
    film.act("shot", "set", "1A", "--length", "40f")
    film.act("shot", "set", "1B", "--length", "30f")
    follow(film, "1A", "first.png", 39, from_end=from_end)
    follow(film, "1B", "second.png", 29, from_end=from_end)
    film.act("shot", "join", "1A")
    assert followed(film, "1A") == [("first.png", 39), ("second.png", 69)]
    follow(film, "1A", "third.png", 45, from_end=from_end)
    film.act("shot", "split", "1A", "--before", "CLOSE ON")
    assert followed(film, "1A") == [("first.png", 39)]
    assert followed(film, "1B") == [("second.png", 29), ("third.png", 5)]
