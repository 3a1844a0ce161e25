"""Test that conflicts left in a cut by two concurrent users are detected and described."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given

from milimo_tui.core.errors import Refused
from milimo_tui.cut.edit import edits
from milimo_tui.cut.layout.soundness import find_cut_fault
from milimo_tui.cut.values.cut import GAP, Clip, Cut
from tests.cut import films
from tests.cut.films import clip_of, film, minter, on
from tests.cut.strategies import cuts


def changed(cut: Cut, label: str, **fields: object) -> Cut:
    """Return the cut with fields of a clip replaced, even if the result breaks the cut's rules."""
    clip = clip_of(cut, label)
    return with_clip(cut, replace(clip, **fields))  # type: ignore[arg-type]


def with_clip(cut: Cut, clip: Clip) -> Cut:
    return replace(cut, clips=tuple(clip if each.id == clip.id else each for each in cut.clips))


def sound() -> Cut:
    new_id = minter()
    cut = on(film(new_id, "A:10 B:20"), "V2", 3, "c", 4, new_id=new_id, connected=True)
    cut = on(cut, "V2", 12, "d", 5, new_id=new_id)
    return edits.set_transition(cut, clip_of(cut, "A").id, new_id=new_id, frames=4)


FAULTS: dict[str, Callable[[Cut], Cut]] = {
    "a clip is on a missing track": lambda cut: changed(cut, "d", track="gone"),
    "a clip has no place on its track": lambda cut: changed(cut, "d", start=None),
    "a gap is on a free track": lambda cut: changed(cut, "d", source=GAP),
    "a clip is connected to a missing clip": lambda cut: changed(cut, "c", anchor="gone"),
    "a clip is connected outside its anchor clip": lambda cut: changed(cut, "c", offset=10),
    "two clips overlap on V2": lambda cut: changed(cut, "d", start=5),
    "a linked clip on V2 begins before the first frame": lambda cut: changed(cut, "d", start=-1),
    "linked clips no longer belong together": lambda cut: changed(cut, "d", link="pair"),
    "linked clips are connected outside their anchor clip": lambda cut: changed(
        changed(cut, "c", link="pair", offset=-3),
        "d",
        link="pair",
        start=None,
        anchor=clip_of(cut, "A").id,
        offset=10,
    ),
    "a clip is shorter than its fades": lambda cut: changed(cut, "d", fade_in=3, fade_out=3),
    "a transition is longer than its clip": lambda cut: changed(cut, "B", frames=1),
    "a transition is where no clips meet": lambda cut: replace(
        cut, transitions=(replace(cut.transitions[0], right=clip_of(cut, "d").id),)
    ),
}


@pytest.mark.parametrize("sentence", FAULTS)
def test_inconsistencies_are_reported(sentence: str) -> None:
    assert find_cut_fault(sound()) == ""
    assert find_cut_fault(FAULTS[sentence](sound())) == sentence


def test_no_extract_moves_a_linked_clip_before_the_cut() -> None:
    """An extract is refused if it would move a linked clip before frame 0. Clips after the range move left by
    13 frames, and their linked clips with them.
    """
    new_id = minter()
    cut = on(on(film(new_id, "A:10"), "V2", 5, "c", 4, new_id=new_id), "A1", 40, "d", 4, new_id=new_id)
    cut = on(cut, "A1", 20, "e", 13, new_id=new_id)
    cut = edits.link_clips(cut, [clip_of(cut, "c").id, clip_of(cut, "d").id], new_id=new_id)
    with pytest.raises(Refused, match="a linked clip"):
        edits.extract_range(cut, 20, 33, new_id=new_id, tracks=[films.track_of(cut, "A1").id])
    moved = edits.extract_range(cut, 20, 25, new_id=new_id, tracks=[films.track_of(cut, "A1").id])
    assert films.draw(moved, "V2") == "c 0-4"


@pytest.mark.long("properties")
@given(cut=cuts(films.minter()))
def test_operations_make_valid_cuts(cut: Cut) -> None:
    assert find_cut_fault(cut) == ""
