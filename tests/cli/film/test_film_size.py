"""Test the size of a film: that of a new film, cuts that follow a changed size, and bars in a render."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from milimo_tui.engines.contract.fitting import NEW_FILM_RASTER, fit
from milimo_tui.engines.ltx2.plan.generations import GENERATIONS, limits
from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.prompts import NobodyToAsk
from milimo_tui.studio.session.studio import Studio
from tests.front_door import Milimo
from tests.tui.studio_setup import make_studio

WIDE = (1024, 576)


def test_new_film_is_16_to_9_with_sides_that_ltx2_makes() -> None:
    width, height = NEW_FILM_RASTER
    assert Fraction(width, height) == Fraction(16, 9)
    for row in GENERATIONS:
        for stages in ("one", "two"):
            made = fit(limits(row, stages=stages), frames=121, width=width, height=height, rate=Fraction(25))
            assert (made.width, made.height, made.changes) == (width, height, ())


def test_film_without_a_named_size_gets_the_size_of_a_new_film(milimo: Milimo, script: Path) -> None:
    milimo.json("project", "new", "Empty")
    assert _get_film_size(milimo) == WIDE
    milimo.json("project", "new", "--script", str(script))
    assert _get_film_size(milimo) == WIDE
    assert _get_cut_size(milimo) == WIDE
    milimo.json("project", "new", "Small", "--format", "landscape")
    assert _get_film_size(milimo) == (768, 512)


def _get_film_size(milimo: Milimo) -> tuple[int, int]:
    row = milimo.json("project", "show")
    return row["width"], row["height"]


def _get_cut_size(milimo: Milimo) -> tuple[int, int]:
    row = milimo.json("cut", "show")
    return row["width"], row["height"]


def test_cut_that_was_never_edited_follows_the_size_of_the_film(milimo: Milimo, script: Path) -> None:
    milimo.json("project", "new", "--script", str(script))
    for words, size in ((("--format", "cinema"), (1280, 704)), (("--size", "768x512"), (768, 512))):
        milimo.json("project", "set", *words)
        assert (_get_film_size(milimo), _get_cut_size(milimo)) == (size, size)
    milimo.act("cut", "undo", "--whole-project")
    assert (_get_film_size(milimo), _get_cut_size(milimo)) == ((1280, 704), (1280, 704))


class Answer(NobodyToAsk):
    """A user who gives the same answer to every question."""

    def __init__(self, answer: bool) -> None:
        self.answer, self.questions = answer, 0

    def ask_for_consent(self, question: str) -> bool:
        self.questions += 1
        return self.answer


@pytest.mark.parametrize(
    ("answer", "values", "asked", "follows"),
    [
        (True, {}, 1, True),
        (False, {}, 1, False),
        (False, {"cuts": "follow"}, 0, True),
        (True, {"cuts": "keep"}, 0, False),
    ],
)
@pytest.mark.parametrize("edit", ["cut.split", "cut.reframe"])
def test_edited_cut_is_asked_about(
    tmp_path: Path, edit: str, answer: bool, values: dict[str, Any], asked: int, follows: bool
) -> None:
    studio = make_studio(tmp_path / "home")
    try:
        registry.run_by_id(studio, "storyboard.commit")
        words = {"at": "10f"} if edit == "cut.split" else {"size": "640x360"}
        registry.run_by_id(studio, edit, words)
        before = _get_cut_sizes(studio)
        studio.asks = Answer(answer)
        registry.run_by_id(studio, "project.set", {"format": "cinema", **values})
        assert studio.asks.questions == asked
        assert _get_cut_sizes(studio) == ([(1280, 704)] if follows else before)
    finally:
        studio.close()


def _get_cut_sizes(studio: Studio) -> list[tuple[int, int]]:
    return [(cut.width, cut.height) for cut in studio.take_snapshot().cuts]


def test_edited_cut_keeps_its_size_if_nobody_can_be_asked(milimo: Milimo, script: Path) -> None:
    milimo.json("project", "new", "--script", str(script))
    milimo.json("cut", "reframe", "--size", "640x360")
    milimo.json("project", "set", "--format", "cinema")
    assert (_get_film_size(milimo), _get_cut_size(milimo)) == ((1280, 704), (640, 360))


@pytest.mark.long("command_line")
def test_check_after_a_render_reports_black_bars(film: Milimo) -> None:
    def render() -> list[dict[str, Any]]:
        report = film.json("render")["report"]
        return [one for one in report["findings"] if one["kind"] == "bars"]

    assert render() == []
    film.json("project", "set", "--format", "landscape")  # The takes are still 16:9.
    [bars] = render()
    assert bars["level"] == "warning"
    assert bars["end"] - bars["start"] == film.json("cut", "show")["frames"]
    assert "1024×576" in bars["text"]
    film.json("cut", "reframe", "--fill")
    assert render() == []
