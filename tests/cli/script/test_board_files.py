"""Test `storyboard board --file`: a user's own drawing or photo becomes the board of a shot, is undone, or is
refused.
"""

from __future__ import annotations

from PIL import Image

from milimo_tui.studio.session.studio import Studio
from tests.front_door import Milimo


def board_of(film: Milimo) -> str:
    studio = Studio.open(home=str(film.home), actor="test")
    try:
        return studio.take_snapshot().story.live_shots()[0].board
    finally:
        studio.close()


def test_drawing_becomes_the_board_and_undo_removes_it(film: Milimo) -> None:
    Image.new("RGB", (96, 64), (200, 30, 30)).save(film.cwd / "own.png")
    made = film.json("storyboard", "board", "1A", "--file", "own.png")
    assert made["number"] == "1A"
    assert board_of(film) == made["board"]
    film.act("cut", "undo", "--whole-project")
    assert board_of(film) != made["board"]


def test_picture_that_fits_no_single_shot_is_refused(film: Milimo) -> None:
    (film.cwd / "words.txt").write_text("no picture")
    for words in (
        ("1A", "--file", "gone.png"),
        ("1A", "--file", "words.txt"),
        ("--all", "--file", "gone.png"),
    ):
        error = film.json("storyboard", "board", *words, code=2)["error"]
        assert error["message"]
