"""Test `shot contact-sheet`: pages of the takes of a sweep, each labelled with the values that only it
has.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.front_door import Milimo


def text_of(path: Path) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(path).pages)


@pytest.mark.long("command_line")
def test_contact_sheet_of_a_sweep_shows_the_values_of_each_take(film: Milimo) -> None:
    film.act("shot", "make", "1A", "--seeds", "7,9", "--guidances", "3,5")
    takes = film.json("shot", "takes", "1A")
    assert len(takes) == 5  # one earlier take and four of the sweep
    film.act("shot", "rate", "1A", "4", "--take", "3")
    assert "1 board file" in film.act("shot", "contact-sheet", "takes.pdf", "1A")
    text = text_of(film.cwd / "takes.pdf")
    assert "1A: 2 seeds × 2 guidances" in text
    for seed in (7, 9):
        for guidance in (3, 5):
            assert f"seed {seed} · guidance {guidance}" in text
    assert "★★★★" in text
    assert text.count("1A·") == 4  # the earlier take is not part of the sweep
    order = [text.index(f"seed {seed} · guidance {guidance}") for seed in (7, 9) for guidance in (3, 5)]
    assert order == sorted(order)

    film.act("shot", "contact-sheet", "all.pdf", "1A", "--all", "--layout", "6")
    assert text_of(film.cwd / "all.pdf").count("1A·") == 5
    film.act("shot", "contact-sheet", "first.pdf", "1A", "--take", "1", "--layout", "1")
    assert len(PdfReader(film.cwd / "first.pdf").pages) == 1


@pytest.mark.long("command_line")
def test_contact_sheet_distinguishes_swept_prompts_and_shots(film: Milimo) -> None:
    film.act("shot", "make", "1A", "2A", "--prompts", "a red door", "a green door")
    film.act("shot", "contact-sheet", "takes.pdf", "1A", "2A")
    text = text_of(film.cwd / "takes.pdf")
    assert "1A: 2 prompts" in text
    assert "2A: 2 prompts" in text
    assert text.count("“a red door”") == 2
    film.act("shot", "contact-sheet", "takes.png", "1A", "2A", "--layout", "3")
    assert sorted(path.name for path in film.cwd.glob("takes*.png")) == ["takes-01.png", "takes-02.png"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("takes.csv", "1A"), "a contact sheet can't be written as .csv"),
        (("takes.pdf", "9Z"), "there is no shot “9Z”"),
        (("takes.pdf", "1A", "--take", "8"), "shot 1A has no take “8”"),
        (("takes.pdf", "1A", "--take", "1", "--all"), "one shot"),
        (("there.pdf", "1A"), "there.pdf"),
    ],
)
def test_unprintable_take_is_reported(film: Milimo, words: tuple[str, ...], told: str) -> None:
    (film.cwd / "there.pdf").write_bytes(b"mine")
    assert told in film.refusal("shot", "contact-sheet", *words)
    assert (film.cwd / "there.pdf").read_bytes() == b"mine"
    assert not (film.cwd / "takes.pdf").exists()


def test_shot_without_a_take_shows_how_to_make_some(film: Milimo) -> None:
    film.act("shot", "add", "1", "A cat.")
    number = film.json("shot", "list", "--where", "missing")[0]["number"]
    refused = film.refusal("shot", "contact-sheet", "takes.pdf", number)
    assert f"shot {number} has no take" in refused
    assert "--seeds 1,2,3" in refused
