"""Test captions: spoken lines placed on the times of a cut."""

from __future__ import annotations

import textwrap
from dataclasses import replace
from fractions import Fraction
from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.cut.delivery.captions import LETTERS, ShotDialogue, make_captions, select_captions
from milimo_tui.cut.edit import edits
from milimo_tui.cut.values import new_cuts
from milimo_tui.cut.values.cut import Cut
from tests.cut.films import minter, shot, track_of

SAID = {
    "late": ShotDialogue(Fraction(4), (("MARA", "You are late."), ("JUN", "The rain, Mara"))),
    "long": ShotDialogue(Fraction(10), (("MARA", "It rained and it rained and it would not end. " * 30),)),
}


def cut(*parts: tuple[str, int, Fraction]) -> Cut:
    """Return a cut at 25 fps. Each part gives a shot's name, length in frames and source in-point in
    seconds.
    """
    new_id = minter()
    made: Cut = new_cuts.create_cut("Test", new_id=new_id)
    for name, frames, source_in in parts:
        clip = edits.create_trackless_clip(shot(name), frames, source_in, label=name)
        made = edits.append_clip(made, track_of(made, "V1").id, clip, new_id=new_id)
    return made


def told(cut: Cut) -> list[tuple[int, int, str]]:
    return [(each.start, each.end, each.text) for each in make_captions(cut, SAID)]


def test_lines_share_their_shot_by_length() -> None:
    found = told(cut(("silent", 10, Fraction(0)), ("late", 100, Fraction(0))))
    assert [each[2] for each in found] == ["You are late.", "The rain, Mara"]
    assert found[0][0] == 10
    assert found[0][1] == found[1][0] == 10 + 48
    assert found[1][1] == 110


def test_trimmed_clip_shows_the_lines_of_its_range() -> None:
    assert told(cut(("late", 50, Fraction(2)))) == [(0, 50, "The rain, Mara")]


def test_split_clip_shows_each_line_once() -> None:
    halves = cut(("late", 30, Fraction(0)), ("late", 70, Fraction(30, 25)))
    assert told(halves) == told(cut(("late", 100, Fraction(0))))


def test_long_line_is_split_into_captions_that_fit_the_screen() -> None:
    found = told(cut(("long", 250, Fraction(0))))
    assert " ".join(each[2] for each in found) == " ".join(SAID["long"].lines[0][1].split())
    assert max(len(each[2]) for each in found) <= LETTERS
    assert [each[1] for each in found[:-1]] == [each[0] for each in found[1:]]


@given(st.lists(st.text("ab-", min_size=1, max_size=120), min_size=1, max_size=60))
def test_long_line_has_the_least_width_of_the_fewest_captions(words: list[str]) -> None:
    # Two equal captions in a row would be joined, so each word is numbered.
    text = " ".join(f"{number}{word}" for number, word in enumerate(words))
    spoken = {"line": ShotDialogue(Fraction(1000), (("MARA", text),))}
    found = [each.text for each in make_captions(cut(("line", 25_000, Fraction(0))), spoken)]
    divide = partial(textwrap.wrap, text, break_long_words=False, break_on_hyphens=False)
    fewest = len(divide(LETTERS))
    assert found == next(parts for width in range(1, LETTERS + 1) if len(parts := divide(width)) == fewest)


def test_doubled_speed_halves_the_captions() -> None:
    made = cut(("late", 50, Fraction(0)))
    fast = replace(made.clips[0], effects=replace(made.clips[0].effects, speed=Fraction(2)))
    assert [each[1] for each in told(replace(made, clips=(fast,)))] == [24, 50]


def test_range_has_its_own_captions() -> None:
    whole = make_captions(cut(("late", 100, Fraction(0))), SAID)
    assert [(each.start, each.end) for each in select_captions(whole, 40, 20)] == [(0, 8), (8, 20)]
    assert select_captions(whole, 100, 50) == ()
