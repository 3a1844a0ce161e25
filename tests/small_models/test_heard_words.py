"""Test the comparison of heard words with spoken lines."""

from __future__ import annotations

import pytest

from tests.small_models.heard_words import HeardWord, PlacedLine, compare_lines, count_word_errors


@pytest.mark.parametrize(
    ("spoken", "heard", "errors"),
    [("a b c", "a b c", 0), ("a b c", "a x c", 1), ("a b c", "", 3), ("", "a b", 2), ("a b c", "b c d", 2)],
)
def test_word_errors_are_counted(spoken: str, heard: str, errors: int) -> None:
    assert count_word_errors(spoken.split(), heard.split()) == errors


def test_words_belong_to_the_line_at_their_time() -> None:
    lines = (PlacedLine("It's late.", 1.0, 2.0), PlacedLine("For how much?", 3.0, 4.0))
    heard = [
        HeardWord("It", 1.1, 1.3),
        HeardWord("is", 1.3, 1.5),
        HeardWord("late", 1.5, 1.9),
        HeardWord("How", 3.2, 3.5),
        HeardWord("much", 3.5, 3.9),
    ]
    report = compare_lines(lines, heard, 1.0)
    assert (report.words, report.wrong) == (6, 1)
    assert report.late == pytest.approx((0.1, 0.2))
