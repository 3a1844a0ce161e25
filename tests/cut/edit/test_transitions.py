"""Test transitions at edit points without media beyond them: refused with a suggestion, or the clips are
moved to overlap.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from milimo_tui.core.errors import Refused
from milimo_tui.cut.edit import edits
from milimo_tui.cut.values import new_cuts
from milimo_tui.cut.values.cut import Cut
from tests.cut import films

whole = films.lasting(Fraction(40, 25))
"""Media that the clips show completely: 40 frames at 25 fps."""


def three_clips(track: str) -> Cut:
    cut = new_cuts.create_cut("Two", new_id=(new_id := films.minter()))
    where = films.track_of(cut, track).id
    for name, at in (("A", 0), ("B", 40), ("C", 80)):
        cut = edits.overwrite_clip(cut, where, at, films.piece(name, 40), new_id=new_id)
    return cut


@pytest.mark.parametrize("track", ["V1", "V2"])
def test_clips_overlap_for_a_transition_without_spare_media(track: str) -> None:
    cut = three_clips(track)
    a, b = films.clip_of(cut, "A").id, films.clip_of(cut, "B").id
    new_id = films.minter()
    with pytest.raises(Refused) as refused:
        edits.set_transition(cut, a, new_id=new_id, bounds=whole)
    assert "no frame of" in refused.value.message
    assert "--overlap" in refused.value.hint
    after = edits.set_transition(cut, a, new_id=new_id, frames=9, overlap=True, bounds=whole)
    assert films.draw(after, track) == "A 0-35, B 35-71, C 71-111", "9 frames shorter: 5 of A, 4 of B"
    assert [(each.left, each.right, each.frames) for each in after.transitions] == [(a, b, 9)]
    assert films.broken_rules(after, whole) == []
    assert films.clip_of(after, "B").source_in == Fraction(4, 25)


def test_longer_transition_is_refused_without_the_key_that_would_remove_it() -> None:
    cut = three_clips("V1")
    a, new_id = films.clip_of(cut, "A").id, films.minter()
    with pytest.raises(Refused) as refused:
        edits.set_transition(cut, a, new_id=new_id, bounds=whole)
    assert "{ui.dissolve|--overlap}" in refused.value.hint
    faded = edits.set_transition(cut, a, new_id=new_id, frames=9, overlap=True, bounds=whole)
    with pytest.raises(Refused) as refused:
        edits.set_transition(faded, a, new_id=new_id, frames=30, bounds=whole)
    assert "ui.dissolve" not in refused.value.hint


def test_only_missing_media_is_trimmed() -> None:
    cut = three_clips("V1")
    new_id = films.minter()
    a = films.clip_of(cut, "A").id
    cut = edits.trim_clip_out(cut, a, -3, new_id=new_id, bounds=whole)
    after = edits.set_transition(cut, a, new_id=new_id, frames=6, overlap=True, bounds=whole)
    assert films.draw(after, "V1") == "A 0-37, B 37-74, C 74-114", "A had its three frames already"
    again = edits.set_transition(after, a, new_id=new_id, frames=6, overlap=True, bounds=whole)
    assert again == after


def test_clips_too_short_to_overlap_are_refused() -> None:
    cut = three_clips("V1")
    with pytest.raises(Refused):
        edits.set_transition(
            cut, films.clip_of(cut, "A").id, new_id=films.minter(), frames=200, overlap=True, bounds=whole
        )
