"""Test ambiguous names: the command asks and never guesses. An id or an exact name is enough."""

from __future__ import annotations

import wave
from pathlib import Path
from typing import Any

import pytest

from tests.front_door import Milimo

TWICE = """Title: Twice

INT. KITCHEN - NIGHT #1#

MARA lights a lamp.

INT. KITCHEN - DAY #1#

The lamp is out.

INT. CELLAR - DAY

Nobody.

INT. CELLAR - DAY

Nobody still.
"""


def _unclear(milimo: Milimo, *words: str, ids: list[str]) -> None:
    """Check that the command is refused, that the message lists all matching ids, and that nothing
    changed.
    """
    before = milimo.act("cut", "show", "--json"), milimo.act("shot", "list", "--json")
    refused = milimo.refusal(*words)
    _, hint = refused.splitlines()
    assert all(id in hint for id in ids), refused
    assert len(refused.splitlines()[0]) < 80
    assert (milimo.act("cut", "show", "--json"), milimo.act("shot", "list", "--json")) == before


@pytest.fixture
def twice(milimo: Milimo) -> Milimo:
    script = milimo.cwd / "twice.fountain"
    script.write_text(TWICE)
    milimo.act("script", "import", str(script))
    return milimo


def test_two_cuts_of_one_name_are_distinguished(twice: Milimo) -> None:
    old = twice.json("cut", "new", "Second")["id"]
    twice.act("cut", "delete", "Second")
    new = twice.json("cut", "new", "Second")["id"]
    assert twice.json("cut", "use", "Second")["id"] == new, "what is in the bin is not meant"
    twice.act("bin", "restore", old)
    for words in (("use",), ("delete",), ("diff",), ("freeze",), ("new", "Third", "--copy-of")):
        _unclear(twice, "cut", *words, "Second", ids=[old, new])
    _unclear(twice, "--cut", "Second", "cut", "delete", "x", ids=[old, new])
    _unclear(twice, "cut", "insert", "--other-cut", "Second", ids=[old, new])
    assert twice.json("cut", "use", old)["id"] == old


def test_scenes_and_shots_of_one_number_are_distinguished(twice: Milimo) -> None:
    scenes = twice.json("scene", "list")
    assert [scene["number"] for scene in scenes][:2] == ["1", "1"]
    shots = [shot["id"] for shot in twice.json("shot", "list") if shot["number"] == "1A"]
    _unclear(twice, "scene", "move", "1", "3", ids=[scene["id"] for scene in scenes[:2]])
    _unclear(twice, "scene", "move", "int. cellar - day", "1", ids=[scene["id"] for scene in scenes[2:]])
    _unclear(twice, "shot", "set", "1a", "--movement", "static", ids=shots)
    assert twice.json("shot", "show", shots[1])["id"] == shots[1]
    listed = twice.json("shot", "list", "--scene", scenes[2]["number"])
    assert {shot["scene"] for shot in listed} <= {scenes[2]["id"]}


@pytest.mark.long("command_line")
def test_assets_of_one_name_and_deleted_ones_are_distinguished(twice: Milimo, tmp_path: Path) -> None:
    first, second = _added(twice, _sound(tmp_path / "a", 100), _sound(tmp_path / "b", 200))
    for words in (("asset", "show"), ("asset", "delete"), ("cut", "insert", "--asset")):
        _unclear(twice, *words, "tone.wav", ids=[first, second])
    twice.act("asset", "delete", first)
    assert twice.json("asset", "show", "tone.wav")["id"] == second, "the other is in the bin"
    assert twice.json("asset", "show", first)["id"] == first


def _sound(folder: Path, level: int) -> Path:
    folder.mkdir()
    with wave.open(str(folder / "tone.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48000)
        file.writeframes(level.to_bytes(2, "little") * 48000)
    return folder / "tone.wav"


def _added(milimo: Milimo, *files: Path) -> list[str]:
    rows: list[dict[str, Any]] = milimo.json("asset", "add", *map(str, files))["assets"]
    return [row["id"] for row in rows]


def test_exact_element_name_precedes_other_letter_case(twice: Milimo) -> None:
    ids = [
        twice.json("element", "add", name, "--kind", "object", "--trigger", trigger)["id"]
        for name, trigger in (("Lamp", "@Lamp"), ("Lamp", "@Second"), ("LAMP", "@Third"))
    ]
    _unclear(twice, "element", "set", "Lamp", "--seed", "3", ids=ids[:2])
    _unclear(twice, "element", "delete", "lamp", ids=ids)
    for name, id in (("LAMP", ids[2]), ("@lamp", ids[0]), ("second", ids[1]), (ids[1], ids[1])):
        assert twice.json("element", "set", name, "--seed", "3")["id"] == id


@pytest.mark.long("command_line")
def test_two_films_of_one_title_are_distinguished(twice: Milimo, tmp_path: Path) -> None:
    file = tmp_path / "film.zip"
    twice.act("project", "export", str(file))
    twice.act("project", "import", str(file), "--name", "other")
    titles = {row["name"] for row in twice.json("project", "list")}
    assert titles == {"Twice"}
    refused = twice.refusal("project", "use", "Twice")
    assert "“Twice”" in refused
    assert "twice (" in refused
    assert "other (" in refused
    assert twice.json("project", "use", "other")


@pytest.mark.parametrize(
    "words",
    [
        ("cut", "unmark", "nothing"),
        ("cut", "note", "done", "nothing"),
        ("job", "pause", "--lane", "nothing"),
        ("job", "show", "nothing"),
        ("cluster", "down", "nothing"),
        ("config", "set", "theme", "nothing.toml"),
        ("theme", "nothing"),
        ("cut", "import", "cut.edl", "--media", "nothing"),
        ("project", "import", "nothing.milimo"),
        ("project", "import", "nothing.zip"),
        ("script", "import", "nothing.fountain"),
        ("shot", "show", "9Z"),
    ],
    ids=" ".join,
)
def test_name_that_matches_nothing_is_not_found(film: Milimo, words: tuple[str, ...]) -> None:
    (film.cwd / "cut.edl").write_text(
        "TITLE: cut\n001  AX       V     C        00:00:00:00 00:00:01:00 01:00:00:00 01:00:01:00\n"
    )
    assert film.json(*words, code=2)["error"]["kind"] == "not_found"


def test_unknown_effect_is_reported_before_its_value(film: Milimo) -> None:
    error = film.json("cut", "effect", "1A", "smell", "strong", code=2)["error"]
    assert (error["kind"], "“smell”" in error["message"]) == ("bad_input", True)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (("cut", "put-on", "1A", "smell"), "bad_input"),
        (("cut", "title", "Rain", "--style", "smell"), "bad_input"),
        (("cut", "put-on", "1A", "e"), "ambiguous"),
    ],
    ids=" ".join,
)
def test_word_that_is_not_one_of_the_choices_is_bad_input(
    film: Milimo, words: tuple[str, ...], kind: str
) -> None:
    assert film.json(*words, code=2)["error"]["kind"] == kind
