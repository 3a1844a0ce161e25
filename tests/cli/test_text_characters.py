"""Test the characters of names, labels and tags.

Controls, overrides of the direction of text, line separators and bytes of another encoding are refused at
every command, and the joiners of scripts and emoji are accepted.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.core.errors import BadInput
from milimo_tui.core.safe_text import find_forbidden_character
from milimo_tui.studio.session.names import check_name
from tests.cli.mix.talk import write_noise
from tests.front_door import Milimo

FORBIDDEN = frozenset(
    chr(code)
    for code in (
        *range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A),
        0xFFFE, 0xFFFF, *range(0xD800, 0xE000),
    )
)  # fmt: skip
# “می‌خواهم” has a non-joiner, “क्‍ष” a joiner, the family of emoji joiners and a variation selector.
JOINED = ("می\u200cخواهم", "क्\u200dष", "👩\u200d👧 ❤\ufe0f", "café", "雨")
# A name can have no NUL, but no command line can have one either.
SAMPLES = ("\x1b[31m", "\n", "\t", "\x7f", "\x9b", "\u202e", "\u2066", "\u2028", "\x85", "\udce9", "\x01")
PLACES: dict[str, tuple[str, ...]] = {
    "tags of the library": ("sound", "library", "tag", "rain.wav", "{}"),
    "tags of a folder": ("sound", "library", "add", "library", "{}"),
    "tags of a new film": ("project", "new", "Other", "--tags", "{}"),
    "tags of a film": ("project", "set", "--tags", "{}"),
    "tags of a shot": ("shot", "set", "1A", "--tag", "{}"),
    "text of a marker": ("cut", "marker", "--at", "0", "--text", "{}"),
    "author of a note": ("cut", "note", "add", "words", "--at", "0", "--by", "{}"),
    "label of a clip": ("cut", "set", "1A", "--label", "{}"),
    "name of an element": ("element", "add", "{}"),
    "alias of an element": ("element", "alias", "@MARA", "{}"),
    "speaker of a caption": ("caption", "add", "words", "--at", "0", "--speaker", "{}"),
    "name of captions": ("caption", "make", "--track", "{}"),
    "name of a bus": ("mix", "bus", "add", "{}"),
    "name of a track": ("cut", "track-add", "--name", "{}"),
    "name of a cut": ("cut", "new", "{}"),
    "name of a film": ("project", "rename", "{}"),
}


@given(st.text(max_size=20))
def test_first_forbidden_character_is_found(text: str) -> None:
    first = next((each for each in text if each in FORBIDDEN), "")
    assert find_forbidden_character(text) == (first and f"U+{ord(first):04X}")
    if first:
        with pytest.raises(BadInput):
            check_name(f"a{text}", "a film")


@given(st.sampled_from(sorted(FORBIDDEN)), st.sampled_from(JOINED))
def test_name_with_one_forbidden_character_is_refused(character: str, name: str) -> None:
    assert check_name(name, "a film") == name
    for text in (name + character, character + name, f"a{character}b"):
        with pytest.raises(BadInput):
            check_name(text, "a film")


@pytest.fixture
def library(film: Milimo) -> Milimo:
    (film.cwd / "library").mkdir()
    write_noise(film.cwd / "library" / "rain.wav", 1)
    film.inside("sound", "library", "add", "library")
    return film


@pytest.mark.parametrize("place", PLACES)
def test_control_characters_are_refused(library: Milimo, place: str) -> None:
    edits = len(library.inside("cut", "history"))
    for sample in SAMPLES:
        words = (word.replace("{}", f"a{sample}b") for word in PLACES[place])
        error = library.inside(*words, code=2)["error"]
        assert error["kind"] == "bad_input"
        assert error["hint"]
        assert not set(error["message"]) & FORBIDDEN
    assert len(library.inside("cut", "history")) == edits
    assert "a" not in json.loads((library.home / "sounds.json").read_text())["tags"]


@pytest.mark.parametrize("place", PLACES)
def test_joiners_are_accepted(library: Milimo, place: str) -> None:
    library.inside(*(word.replace("{}", JOINED[0]) for word in PLACES[place]))


def test_screenplay_and_captions_keep_their_direction_of_text(film: Milimo) -> None:
    text = "\u202bשלום\u202c"
    film.inside("caption", "add", text, "--at", "0")
    assert film.inside("caption", "list")[0]["text"] == text


def test_sound_file_with_joiners_in_its_name_is_in_the_library(film: Milimo) -> None:
    folder = film.cwd / "library"
    folder.mkdir()
    write_noise(folder / f"{JOINED[0]}.wav", 1)
    for number, sample in enumerate(("\n", "\x1b", "\u202e")):
        write_noise(folder / f"{number}{sample}.wav", 1)
    write_noise(Path(os.fsdecode(os.fsencode(folder) + b"/\xe9.wav")), 1)
    names = [row["name"] for row in film.inside("sound", "library", "add", "library", JOINED[1])]
    assert names == [f"{JOINED[0]}.wav"]
    film.inside("sound", "library", "use", names[0])
