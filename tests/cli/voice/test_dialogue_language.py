"""Test that the language of the film's dialogue is stored, and is the default of voices, transcripts and
captions.
"""

from __future__ import annotations

import pytest

from tests.cli.voice.test_lines import set_dialogue
from tests.front_door import Milimo

GERMAN = "Ich habe dir doch gesagt, dass wir nicht zu spät sind und die Tür auf ist."


def get_spoken_language(film: Milimo) -> str:
    """Return the language in which the first line would be spoken."""
    spec, *_ = film.inside("line", "say", "--all", "--dry-run")["specs"]
    return str(spec["language"])


def test_language_of_the_film_replaces_the_detected_language(film: Milimo) -> None:
    set_dialogue(film, ("MARA", GERMAN))
    assert (film.inside("project", "show")["language"], get_spoken_language(film)) == ("", "de")
    film.act("project", "set", "--language", "NL")
    assert (film.inside("project", "show")["language"], get_spoken_language(film)) == ("nl", "nl")
    film.act("cut", "undo", "--whole-project")
    assert get_spoken_language(film) == "de"
    film.act("project", "set", "--language", "pt_BR")
    assert get_spoken_language(film) == "pt-br"
    [spec] = film.inside("line", "say", "--all", "--dry-run", "--language", "fr")["specs"]
    assert spec["language"] == "fr"
    film.act("project", "set", "--language", "")
    assert get_spoken_language(film) == "de"


@pytest.mark.parametrize("code", ["German", "d", "de/at", "12"])
def test_unknown_form_of_a_language_is_refused(film: Milimo, code: str) -> None:
    film.refusal("project", "set", "--language", code)
    film.refusal("line", "say", "--all", "--language", code)
    assert film.inside("project", "show")["language"] == ""


def test_captions_from_the_script_have_the_language_of_the_dialogue(film: Milimo) -> None:
    set_dialogue(film, ("MARA", GERMAN))
    film.act("caption", "make")
    [track] = film.inside("caption", "list", "--tracks")
    assert track["language"] == "de"
    film.act("project", "set", "--language", "sv")
    film.act("caption", "make", "--overwrite")
    [track] = film.inside("caption", "list", "--tracks")
    assert track["language"] == "sv"
