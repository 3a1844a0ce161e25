"""Test what the program says about people when no language model has read the script: elements, the people
of shots and the prompts, through the command line.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.front_door import Milimo, environment

BAR = "INT. BAR - NIGHT\n\nANN (60) drinks. TODD (20) waits.\n\n"


class ImportedFilm:
    """A film made from a script."""

    def __init__(self, home: Path, script: str) -> None:
        path = home / "script.fountain"
        path.write_text(script, "utf-8")
        self.run = Milimo(environment(home), home)
        self.run.json("script", "import", str(path), "--name", "Film")
        self.shots: list[dict[str, Any]] = self.run.json("shot", "list")

    def list_elements(self) -> dict[str, dict[str, Any]]:
        return {each["name"]: each for each in self.run.json("element", "list")}

    def get_prompt(self, at: int, engine: str = "ltx2") -> str:
        number = self.shots[at]["number"]
        return str(self.run.json("shot", "show", number, "--engine", engine)["prompt"])


def test_age_in_a_flashback_does_not_describe_the_adult(tmp_path: Path) -> None:
    film = ImportedFilm(
        tmp_path,
        "EXT. PIER - NIGHT\n\nJOAN waits.\n\nJOAN\nYes.\n\nFLASHBACK - INT. SCHOOL - DAY (1987)\n\n"
        "YOUNG JOAN (9) copies a sum. MRS. ABEL, 60s, watches.\n\nMRS. ABEL\nSeven.\n",
    )
    elements = film.list_elements()
    assert (elements["Joan"]["description"], elements["Mrs. Abel"]["description"]) == ("", "60s")
    assert "9" not in film.get_prompt(0, "animatic") + film.get_prompt(0)
    assert "a girl of 9" in film.get_prompt(2)


def test_age_of_a_young_character_stays_in_its_scene(tmp_path: Path) -> None:
    film = ImportedFilm(
        tmp_path,
        "EXT. SWAMP - NIGHT\n\nYOUNG JOHN (10) runs.\n\nJOHN\nGo!\n\nEXT. HILL - DAY\n\nJohn stands.\n",
    )
    assert film.list_elements()["John"]["description"] == ""
    assert ["10" in film.get_prompt(at) for at in (0, 2)] == [True, False]


def test_age_in_a_flashback_ends_with_its_year(tmp_path: Path) -> None:
    film = ImportedFilm(
        tmp_path,
        "INT. WARD - DAY (2003)\n\nTOM waits.\n\nINT. ROOM - DAY (1973)\n\nANNA, 3, plays.\n\n"
        "INT. ROOM - DAY (1987)\n\nANNA reads.\n\nINT. WARD - DAY (2003)\n\nANNA sits.\n\nANNA\nYes.\n",
    )
    assert ["of 3" in film.get_prompt(at) for at in range(4)] == [False, True, False, False]


@pytest.mark.parametrize(
    ("cue", "is_called"),
    [
        ("HIM", "The man"),
        ("SHE", "The woman"),
        ("MAN", "The man"),
        ("ELLE", "The woman"),
    ],
)
def test_lead_whose_cue_is_a_pronoun_is_a_man_or_a_woman(tmp_path: Path, cue: str, is_called: str) -> None:
    film = ImportedFilm(tmp_path, f"INT. BAR - NIGHT\n\nRain.\n\n{cue}\nHello.\n")
    assert film.get_prompt(1).startswith(is_called)
    assert cue.capitalize() not in film.get_prompt(1).split("“")[0].replace(is_called, "")


@pytest.mark.parametrize(
    ("view", "seen"),
    [
        ("POV - ANN: the bottles, the mirror.", []),
        ("ANN'S POV: Todd pours.", ["Todd"]),
        ("ANN'S POV\n\nTodd pours. Ann's hand shakes.", ["Todd"]),
        ("POV OF TODD - A glass slides.", []),
        ("Todd's point of view: Ann waits.", ["Ann"]),
    ],
)
def test_owner_of_a_point_of_view_is_not_in_its_picture(tmp_path: Path, view: str, seen: list[str]) -> None:
    film = ImportedFilm(tmp_path, f"{BAR}{view}\n\nANN\nGin.\n\nTODD\nNo.\n")
    assert film.shots[1]["characters"] == seen
    assert "pov" not in film.get_prompt(1).lower()


def test_silent_people_of_a_list_are_in_the_cast(tmp_path: Path) -> None:
    film = ImportedFilm(
        tmp_path,
        "INT. HALL - DAY\n\nBehind her BEN, LUCY, and old MR. TANG, all soaked, keep up.\n\nBEN\nAnn!\n",
    )
    assert film.shots[0]["characters"] == ["Ben", "Lucy", "Mr. Tang"]
    assert "Ben, Lucy, and old Mr. Tang" in film.get_prompt(0)


def test_policemen_without_names_are_people(tmp_path: Path) -> None:
    film = ImportedFilm(tmp_path, f"{BAR}Two POLICEMEN, one fat, one thin, turn around.\n\nTODD\nNo.\n")
    assert film.shots[1]["function"] != "insert"


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("MARGUERITE DUPLESSIS-HART, sixties, orders a gin.", "Marguerite Duplessis-Hart"),
        ("ANN waves to old MR. OKAFOR-BELL, then leaves.", "old Mr. Okafor-Bell"),
        ("DIE ZWILLINGE, ANN und TODD, rennen vorbei.", "Die Zwillinge, Ann und Todd"),
        ("ANN SCREAMS and TODD FALLS.", "Ann screams and Todd falls"),
    ],
)
def test_names_in_capitals_keep_a_capital(tmp_path: Path, action: str, words: str) -> None:
    film = ImportedFilm(tmp_path, f"INT. BAR - NIGHT\n\n{action}\n\nANN\nGin.\n\nTODD\nNo.\n")
    assert words in film.get_prompt(0)


def test_device_that_is_no_telephone_is_not_called_one(tmp_path: Path) -> None:
    film = ImportedFilm(tmp_path, f"{BAR}THE COMPUTER (FILTERED)\nOxygen at four percent.\n")
    prompt = film.get_prompt(1)
    assert "telephone" not in prompt
    assert "filtered" in prompt


def test_pupil_of_unknown_age_is_no_man(tmp_path: Path) -> None:
    film = ImportedFilm(tmp_path, "INT. CLASS - DAY\n\nNOAH, a pupil, sits.\n\nNOAH\nYes.\n")
    assert " man" not in film.get_prompt(0) + film.get_prompt(1)


def test_role_that_gets_a_name_later_is_one_person(tmp_path: Path) -> None:
    film = ImportedFilm(
        tmp_path,
        "INT. KITCHEN - NIGHT\n\nA DISHWASHER in a wet apron scrubs a pot. NORA watches.\n\nDISHWASHER\n"
        "We are closed.\n\nNORA\nI know, Yusuf. I came for you.\n\nYUSUF\nThen sit down.\n",
    )
    assert {"Nora", "Yusuf"} == film.list_elements().keys() - {"Kitchen"}


def test_second_silent_person_of_a_paragraph_is_in_the_cast(tmp_path: Path) -> None:
    film = ImportedFilm(
        tmp_path,
        "EXT. PIER - NIGHT\n\nJOAN and PETE, two nurses in their thirties, wait.\n\nJOAN\nYes.\n\n"
        "INT. WARD - NIGHT\n\nELLEN reads. TOM sleeps.\n\nELLEN\nWho is there?\n",
    )
    assert {"Joan", "Pete", "Ellen", "Tom"} <= film.list_elements().keys()
