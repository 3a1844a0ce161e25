"""Test other spellings of sizes, angles and similar values, in commands and in a list of shots."""

from __future__ import annotations

import json

from tests.front_door import Milimo


def test_other_spellings_are_accepted_and_unknown_ones_refused(film: Milimo) -> None:
    film.act("shot", "set", "1A", "--size", "close-up", "--function", "pov", "--angle", "birds-eye")
    row = film.json("shot", "list")[0]
    assert (row["size"], row["function"], row["angle"]) == ("CU", "POV", "overhead")
    assert "enormous" in film.refusal("shot", "set", "1A", "--size", "enormous")
    assert film.json("shot", "list")[0]["size"] == "CU"


def test_lists_of_shots_accept_spellings_of_other_programs(film: Milimo) -> None:
    listed = film.json("storyboard", "parse")
    listed[0] |= {"size": "extreme-wide", "movement": "tracking"}
    path = film.cwd / "shots.json"
    path.write_text(json.dumps(listed))
    film.act("storyboard", "commit", "--shots", str(path))
    row = film.json("shot", "list")[0]
    assert (row["size"], row["movement"]) == ("EWS", "track")
