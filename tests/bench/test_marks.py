"""Test the marks of the corpus: they agree with their scripts, and wrong marks are reported."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from marks import CORPUS, KINDS, check_marks, find_marks_file, read_script_marks

SCRIPTS = sorted(CORPUS.glob("*.fountain"))
TEXT = """INT. HALL - NIGHT

ANNA (30), a red coat, waits by the LAMP.

ANNA
You are late.

TOM (V.O.)
I know.
"""
MARKS = """
title = "Late"
kind = "dialogue"
kept_apart = false

[[person]]
name = "ANNA"
[[person.look]]
id = "anna"
says = ["30", "red coat"]

[[extra]]
name = "TOM"

[[place]]
id = "hall"
heading = "INT. HALL - NIGHT"
name = "Hall"
part = ""
time = "night"
weather = ""

[[moment]]
quote = "ANNA (30), a red coat"
place = "hall"
seen = ["ANNA"]
looks = { ANNA = "anna" }
focus = "ANNA"
sure = true

[[moment]]
quote = "You are late."
place = "hall"
seen = ["ANNA"]
looks = { ANNA = "anna" }
speaker = "ANNA"
heard = "seen"
listener = "TOM"
focus = "ANNA"
sure = true

[[moment]]
quote = "I know."
place = "hall"
seen = ["ANNA"]
looks = { ANNA = "anna" }
speaker = "TOM"
heard = "phone"
focus = "insert: lamp"
sure = true
"""


@pytest.mark.parametrize("script", SCRIPTS, ids=[script.stem for script in SCRIPTS])
def test_marks_of_the_corpus_are_valid(script: Path) -> None:
    assert list(check_marks(script.read_text(), tomllib.loads(find_marks_file(script).read_text()))) == []


def test_reserved_scenes_of_the_corpus_each_have_a_similar_scene() -> None:
    corpus = [read_script_marks(script) for script in SCRIPTS]
    assert {find_marks_file(script) for script in SCRIPTS} == set(CORPUS.glob("*.toml"))
    assert {marks.kind for marks in corpus} == set(KINDS)
    apart = [marks.kind for marks in corpus if marks.kept_apart]
    assert (len(corpus), len(apart)) == (181, 24)
    assert set(apart) <= {marks.kind for marks in corpus if not marks.kept_apart}


def test_moment_ends_at_the_next_one_or_its_paragraph(tmp_path: Path) -> None:
    script = tmp_path / "late.fountain"
    script.write_text(TEXT)
    find_marks_file(script).write_text(MARKS)
    marks = read_script_marks(script)
    assert [marks.text[each.start : each.end].strip() for each in marks.moments] == [
        "ANNA (30), a red coat, waits by the LAMP.",
        "You are late.",
        "I know.",
    ]


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("You are late.", "You were late.", "moment 2 ('You were late.'): the quote occurs 0 times"),
        ('"ANNA (30), a red coat"', '"I know."', "moment 2 ('You are late.'): the quote is out of order"),
        ('kind = "dialogue"', 'kind = "talk"', "unknown kind 'talk'"),
        ('"red coat"', '"blue coat"', "look anna: 'blue coat' is not in the text"),
        (
            'seen = ["ANNA"]',
            'seen = ["EVE"]',
            "moment 1 ('ANNA (30), a red coat'): unknown person or extra EVE",
        ),
        (
            'heard = "phone"',
            'heard = "seen"',
            "moment 3 ('I know.'): heard is 'seen', but TOM is not in the list seen",
        ),
        ('speaker = "TOM"', 'speaker = "ANNA"', "moment 3 ('I know.'): speaker is ANNA, but the cue is TOM"),
        (
            'listener = "TOM"',
            'listener = "ANNA"',
            "moment 2 ('You are late.'): ANNA is both speaker and listener",
        ),
        ("insert: lamp", "insert: door", "moment 3 ('I know.'): focus 'door' is not in the text"),
        ('time = "night"', 'time = "late"', "place hall: unknown time 'late'"),
        ('name = "TOM"', 'name = "TIM"', "no moment uses TIM"),
        (
            "sure = true",
            "sure = false",
            "moment 1 ('ANNA (30), a red coat'): sure is false, but why is missing",
        ),
    ],
)
def test_invalid_mark_is_reported(old: str, new: str, complaint: str) -> None:
    assert list(check_marks(TEXT, tomllib.loads(MARKS))) == []
    assert complaint in list(check_marks(TEXT, tomllib.loads(MARKS.replace(old, new, 1))))
