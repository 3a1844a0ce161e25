"""Shots split, joined and duplicated through the front door, and the script committed again after it."""

from __future__ import annotations

from typing import Any

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


def test_a_speech_is_split_at_words_and_a_commit_keeps_both(film: Milimo) -> None:
    write(film, SPOKEN)
    speech = number_of(film, "soup")
    told = film.act("shot", "split", speech, "--before", "sit down")
    assert f"split {speech} into {speech} and" in told
    found = said(film)
    assert "“You are late. The soup is cold.”" in found
    assert "“Sit down.”" in found
    before = rows(film)
    assert "4 unchanged" in film.act("storyboard", "commit")
    assert rows(film) == before
    # A text that is another by now is the script's again; nothing is lost.
    write(film, SPOKEN.replace("The soup is cold.", "The soup is gone."))
    assert "“You are late. The soup is gone. Sit down.”" in said(film)
    assert "“Sit down.”" not in said(film)
    film.act("cut", "undo", "--whole-project")
    film.act("cut", "undo", "--whole-project")
    assert "“You are late. The soup is cold. Sit down.”" in said(film)


def test_a_shot_is_split_at_a_beat_and_at_a_time(film: Milimo) -> None:
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
    assert "no beat 7" in film.refusal("shot", "split", "1A", "--beat", "7")
    assert "no words" in film.refusal("shot", "split", "1A", "--before", "MARA")
    assert "is not in what it says" in film.refusal("shot", "split", "1A", "--before", "elephant")


def test_neighbours_are_joined_and_parted_again_with_their_takes(film: Milimo) -> None:
    before = rows(film)
    told = film.act("shot", "join", "1A")
    assert "joined 1B to 1A" in told
    assert "with its takes" in told
    one = rows(film)[0]
    assert one["id"] == before[0]["id"]
    assert one["frames"] == before[0]["frames"] + before[1]["frames"]
    assert one["dialogue"] == "“You are late.”"
    assert "2 unchanged" in film.act("storyboard", "commit")
    assert len(rows(film)) == len(before) - 1
    write(film, TINY.replace("You are late.", "You are early."))
    assert len(rows(film)) == len(before), "another text: the script's own shots again"
    assert "no neighbours" in film.refusal("shot", "join", "1A", "2A")
    assert "last shot" in film.refusal("shot", "join", "2A")


def test_halves_that_are_joined_are_the_whole_again(film: Milimo) -> None:
    write(film, SPOKEN)
    whole = rows(film)
    speech = number_of(film, "soup")
    film.act("shot", "split", speech, "--beat", "2")
    film.act("shot", "join", speech)
    assert [row["text"] for row in rows(film)] == [row["text"] for row in whole]
    assert [row["dialogue"] for row in rows(film)] == [row["dialogue"] for row in whole]
    assert "3 unchanged" in film.act("storyboard", "commit")


def test_a_duplicate_stays_while_its_text_stands(film: Milimo) -> None:
    copy = film.json("shot", "duplicate", "1B")
    assert copy["number"] == "1C"
    assert copy["takes"] == 0
    assert "4 unchanged" in film.act("storyboard", "commit")
    assert [row["id"] for row in rows(film)][2] == copy["id"]
    write(film, TINY.replace("MARA\nYou are late.\n", ""))
    assert copy["id"] not in [row["id"] for row in rows(film)], "parked with the text"
    write(film, TINY)
    assert copy["id"] in [row["id"] for row in rows(film)]


def test_with_locked_numbers_nobody_is_renumbered(film: Milimo) -> None:
    film.act("script", "numbers", "--lock")
    film.act("shot", "split", "1A", "--beat", "2")
    film.act("shot", "duplicate", "1B")
    assert [row["number"] for row in rows(film)] == ["1A", "1AA", "1B", "1C", "2A"]
    film.act("shot", "join", "1A")
    assert [(row["number"], row["omitted"]) for row in rows(film)][:2] == [("1A", False), ("1AA", True)]
    film.act("storyboard", "commit")
    assert [row["number"] for row in rows(film) if not row["omitted"]] == ["1A", "1B", "1C", "2A"]
