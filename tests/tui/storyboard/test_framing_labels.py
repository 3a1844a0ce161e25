"""Test that a shot's framing has the same short form on the board, in Script and on clips."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest

from milimo_tui.story.shots.committed import CommittedShots
from milimo_tui.story.shots.outline import make_outline
from milimo_tui.story.values.film import Shot
from milimo_tui.story.values.shot_words import Function, Size, name_framing
from milimo_tui.tui.script.outline_rows import OutlineRows
from milimo_tui.tui.shot.shot_state import describe_framing, list_framings
from milimo_tui.tui.terminal.palettes import DARK
from milimo_tui.tui.terminal.theme import TextStyles
from milimo_tui.tui.timeline.values.clip_style import describe_shot_briefly

TEXT = """INT. BAR - NIGHT

Wide on the bar.

INSERT - A COIN on the counter.

MARA
You are late.
"""


@pytest.mark.parametrize(("size", "function"), list(product(Size, Function)))
def test_cards_and_clips_start_with_the_same_word(size: Size, function: Function) -> None:
    shot = Shot(id="shot_1", scene="scn_1", order="a", size=size, function=function, action="A coin spins.")
    word = name_framing(size, function)
    for words in list_framings(shot):
        assert words.split(" ")[0] == word
    assert list_framings(shot)[-1] == word
    assert describe_shot_briefly(shot).startswith(f"{word} ")
    assert function is Function.SINGLE or function.value.casefold() in describe_framing(shot).casefold()


def test_script_screen_shows_the_words_of_the_board() -> None:
    found = make_outline(TEXT, len(TEXT.splitlines()), Fraction(25))
    rows = OutlineRows().build_outline_rows(found, CommittedShots(), Fraction(25), TextStyles(DARK), 40)
    shots = [row.left.plain.split() for row in rows if row.left.plain.strip().startswith("◐")]
    assert [words[2] for words in shots] == [name_framing(shot.size, shot.function) for shot in found.shots]
    assert "Insert" in [words[2] for words in shots]
