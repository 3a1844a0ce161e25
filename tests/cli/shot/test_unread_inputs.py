"""Test that a value that an engine does not read makes none of its takes stale and changes no words."""

from __future__ import annotations

import wave
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.front_door import Milimo

STORY = """INT. KITCHEN - NIGHT

MARA (30s), a tall woman in a red coat, lights a lamp on the table.

MARA
You are late.

EXT. STREET - DAY

MARA (31), in a blue dress, crosses the street. She is soaked.

MARA
Good.
"""


def write_inputs(folder: Path) -> None:
    Image.new("RGB", (96, 64), (200, 30, 30)).save(folder / "own.png")
    with wave.open(str(folder / "voice.wav"), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(16000)
        sound.writeframes(b"\1\0" * 16000 * 6)


@pytest.fixture
def described(milimo: Milimo) -> Milimo:
    """Return `milimo` with a film whose character has two looks that were found in the script."""
    milimo.act("project", "new", "Two coats")
    (milimo.cwd / "a.fountain").write_text(STORY)
    milimo.act("script", "import", "a.fountain")
    milimo.act("storyboard", "commit")
    write_inputs(milimo.cwd)
    return milimo


def sent(film: Milimo, *words: str) -> list[dict[str, Any]]:
    """Return the words and facts that are sent for each shot."""
    specs = film.json("shot", "make", "--all", "--dry-run", *words)["specs"]
    return [{"prompt": spec["prompt"], "plain": spec["plain"], "facts": spec["facts"]} for spec in specs]


# Commands that give an element or a look another input, but no other words.
INPUTS = (
    ("element", "reference", "add", "@Mara", "own.png"),
    ("element", "look", "picture", "@Mara", "1", "own.png"),
    ("element", "look", "picture", "@Mara", "2", "own.png"),
    ("element", "voice", "@Mara", "voice.wav"),
    ("element", "voice", "@Mara", "voice.wav", "--look", "2"),
    ("element", "alias", "@Mara", "MARIA"),
    ("element", "set", "@Mara", "--seed", "7"),
    ("element", "reference", "add", "@Kitchen", "own.png"),
    ("element", "face", "set", "@Kitchen", "front", "own.png"),
)


@pytest.mark.parametrize("words", INPUTS, ids=lambda words: " ".join(words[:3] + words[4:5]))
def test_new_input_of_an_element_changes_no_words(described: Milimo, words: tuple[str, ...]) -> None:
    before = sent(described)
    assert "blue dress" in before[-1]["facts"]["characters"][0]["description"]
    described.act(*words)
    assert sent(described) == before


# Values of a film or a shot that only models read.
UNREAD = (
    ("project", "set", "--style", "noir"),
    ("project", "set", "--negative", "blurry"),
    ("shot", "set", "1A", "--negative", "blurry"),
    ("shot", "set", "1A", "--prompt", "Something else."),
    ("shot", "set", "1A", "--steps", "12"),
    ("shot", "set", "1A", "--guidance", "4"),
    ("shot", "set", "1A", "--pipeline", "keyframe"),
    ("shot", "set", "1A", "--stages", "one"),
    ("shot", "set", "1A", "--model", ""),
    ("shot", "condition", "add", "1A", "own.png"),
    ("element", "reference", "add", "@Mara", "own.png"),
    ("element", "voice", "@Mara", "voice.wav"),
    ("storyboard", "board", "1A", "--file", "own.png"),
)


def test_value_that_only_models_read_makes_no_drawn_take_stale(film: Milimo) -> None:
    def stale() -> list[str]:
        return [row["number"] for row in film.json("shot", "list") if row["stale"]]

    write_inputs(film.cwd)
    assert stale() == []
    for words in UNREAD:
        film.act(*words)
        assert stale() == [], words
    film.act("shot", "set", "1A", "--action", "A cat crosses.")
    assert stale() == ["1A"]
