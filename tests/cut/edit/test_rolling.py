"""Test trims of several edges at once: ripple, roll, slip, slide, extend, and trim to a frame."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from milimo_tui.core.errors import Refused
from milimo_tui.cut.edit import edits
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import Cut, NewId
from tests.cut import films
from tests.cut.films import changed_clips, clip_of, draw, film, minter, track_of

twelve_seconds = films.lasting(12)
"""Media of 300 frames at 25 fps. The clips of these films begin at 10 s, so 50 frames remain after that."""


def free(new_id: NewId) -> Cut:
    """Return a cut with three touching clips and a separate fourth clip on V2, and one clip on V1."""
    cut = film(new_id, "A:100")
    for at, label, frames in ((10, "x", 10), (20, "y", 10), (30, "z", 10), (50, "w", 5)):
        cut = films.on(cut, "V2", at, label, frames, new_id=new_id)
    return cut


def seconds(cut: Cut, label: str) -> Fraction:
    return (clip_of(cut, label).source_in - 10) * cut.rate


def test_ripple_moves_everything_behind_on_a_free_track_too() -> None:
    new_id = minter()
    cut = free(new_id)
    y = clip_of(cut, "y").id
    longer = edits.ripple_trim(cut, y, "tail", 4, new_id=new_id)
    assert draw(longer, "V2") == "x 10-20, y 20-34, z 34-44, w 54-59"
    assert draw(longer, "V1") == "A 0-100"
    shorter = edits.ripple_trim(cut, y, "head", 4, new_id=new_id)
    assert draw(shorter, "V2") == "x 10-20, y 20-26, z 26-36, w 46-51"
    assert seconds(shorter, "y") == 4
    with pytest.raises(Refused, match="last frame already"):
        edits.ripple_trim(
            edits.ripple_trim(cut, y, "tail", 99, new_id=new_id, bounds=twelve_seconds),
            y,
            "tail",
            1,
            new_id=new_id,
            bounds=twelve_seconds,
        )


def test_ripple_on_v1_equals_its_trim() -> None:
    new_id = minter()
    cut = film(new_id, "A:10 B:20 C:5")
    b = clip_of(cut, "B").id
    assert edits.ripple_trim(cut, b, "tail", -4, new_id=new_id) == edits.trim_clip_out(
        cut, b, -4, new_id=new_id
    )
    assert edits.ripple_trim(cut, b, "head", 4, new_id=new_id) == edits.trim_clip_in(cut, b, 4, new_id=new_id)


def test_roll_moves_only_the_edit_point() -> None:
    new_id = minter()
    cut = film(new_id, "A:10 B:20 C:5")
    for clip, edge in (("A", "tail"), ("B", "head")):
        after = edits.roll_edit(cut, clip_of(cut, clip).id, edge, 4, new_id=new_id)  # type: ignore[arg-type]
        assert draw(after, "V1") == "A 0-14, B 14-30, C 30-35"
        assert seconds(after, "B") == 4
        assert changed_clips(cut, after) == {clip_of(cut, "A").id, clip_of(cut, "B").id}
    back = edits.roll_edit(cut, clip_of(cut, "B").id, "head", -99, new_id=new_id)
    assert draw(back, "V1") == "A 0-1, B 1-30, C 30-35"
    other = free(new_id)
    assert draw(edits.roll_edit(other, clip_of(other, "y").id, "head", 3, new_id=new_id), "V2") == (
        "x 10-23, y 23-30, z 30-40, w 50-55"
    )


def test_roll_is_limited_by_the_media_of_both_clips() -> None:
    new_id = minter()
    cut, other = film(new_id, "A:45 B:20"), free(new_id)
    a = clip_of(cut, "A").id
    after = edits.roll_edit(cut, a, "tail", 15, new_id=new_id, bounds=twelve_seconds)
    assert draw(after, "V1") == "A 0-50, B 50-65"
    with pytest.raises(Refused, match="last frame already"):
        edits.roll_edit(after, a, "tail", 1, new_id=new_id, bounds=twelve_seconds)
    with pytest.raises(Refused, match="at its head"):
        edits.roll_edit(cut, a, "head", 1, new_id=new_id)
    with pytest.raises(Refused, match="at its tail"):
        edits.roll_edit(other, clip_of(other, "z").id, "tail", 1, new_id=new_id)


def test_clip_connected_to_a_rolled_one_keeps_its_picture_or_time() -> None:
    new_id = minter()
    cut = films.on(film(new_id, "A:10 B:20"), "V2", 11, "x", 3, new_id=new_id, connected=True)
    cut = films.on(cut, "V2", 20, "y", 3, new_id=new_id, connected=True)
    for by in (4, -4):
        after = edits.roll_edit(cut, clip_of(cut, "A").id, "tail", by, new_id=new_id)
        assert draw(after, "V2") == "x~ 11-14, y~ 20-23"
    assert clip_of(edits.roll_edit(cut, clip_of(cut, "A").id, "tail", 4, new_id=new_id), "x").anchor == (
        clip_of(cut, "A").id
    )


def linked_to_the_line(new_id: NewId) -> Cut:
    """Return a cut with A, B and C on V1. On V2, x is linked to A and ends with it, and y touches x."""
    cut = film(new_id, "A:10 B:20 C:15")
    for at, label, frames in ((3, "x", 7), (10, "y", 7)):
        cut = films.on(cut, "V2", at, label, frames, new_id=new_id)
    return edits.link_clips(cut, [clip_of(cut, "A").id, clip_of(cut, "x").id], new_id=new_id)


@pytest.mark.parametrize("by", [4, -4])
def test_roll_of_a_clip_linked_to_v1_rolls_v1_too(by: int) -> None:
    new_id = minter()
    cut = linked_to_the_line(new_id)
    after = edits.roll_edit(cut, clip_of(cut, "x").id, "tail", by, new_id=new_id)
    assert draw(after, "V1") == f"A 0-{10 + by}, B {10 + by}-30, C 30-45"
    assert draw(after, "V2").replace("~", "") == f"x 3-{10 + by}, y {10 + by}-17"
    slid = edits.slide_clip(cut, clip_of(cut, "y").id, by, new_id=new_id)
    assert draw(slid, "V1") == draw(after, "V1")
    assert draw(slid, "V2").replace("~", "") == f"x 3-{10 + by}, y {10 + by}-{17 + by}"


def test_linked_last_clip_of_v1_does_not_change_when_its_link_is_rolled() -> None:
    new_id = minter()
    cut = film(new_id, "A:10")
    for at, label, frames in ((3, "x", 7), (10, "y", 7)):
        cut = films.on(cut, "V2", at, label, frames, new_id=new_id)
    cut = edits.link_clips(cut, [clip_of(cut, "A").id, clip_of(cut, "x").id], new_id=new_id)
    after = edits.roll_edit(cut, clip_of(cut, "x").id, "tail", -4, new_id=new_id)
    assert draw(after, "V1") == "A 0-10"
    assert draw(after, "V2").replace("~", "") == "x 3-6, y 6-17"


def test_slip_shows_another_range_in_the_same_place() -> None:
    new_id = minter()
    cut = film(new_id, "A:10 B:20 C:5")
    b = clip_of(cut, "B").id
    cut = edits.add_marker(cut, 5, new_id=new_id, clip=b)
    cut = edits.set_key(cut, b, "scale", 7, 2.0)
    later = edits.slip_clip(cut, b, 6, new_id=new_id, bounds=twelve_seconds)
    assert draw(later, "V1") == draw(cut, "V1")
    assert seconds(later, "B") == 6
    assert later.markers[0].frame == -1
    assert clip_of(later, "B").effects.get_curve("scale")[0].frame == 1
    assert seconds(edits.slip_clip(cut, b, 99, new_id=new_id, bounds=twelve_seconds), "B") == 30
    assert clip_of(edits.slip_clip(cut, b, -999, new_id=new_id, bounds=twelve_seconds), "B").source_in == 0


def test_slip_and_its_reverse_restore_the_cut() -> None:
    new_id = minter()
    cut = edits.set_key(film(new_id, "A:10 B:20"), "clip0007", "scale", 7, 2.0)
    there = edits.slip_clip(cut, "clip0007", 6, new_id=new_id)
    assert edits.slip_clip(there, "clip0007", -6, new_id=new_id).clips == cut.clips


@pytest.mark.parametrize("speed", [Fraction(2), Fraction(1, 2), Fraction(-1), Fraction(-3, 2), Fraction(0)])
def test_slip_uses_frames_of_the_cut_at_any_speed_within_the_media(speed: Fraction) -> None:
    new_id = minter()
    cut = film(new_id, "A:20", rate=Fraction(24000, 1001))
    a = clip_of(cut, "A").id
    cut = edits.set_speed(cut, a, speed, new_id=new_id, bounds=twelve_seconds, keep_length=True)
    for by in (3, -3, 999, -999):
        after = edits.slip_clip(cut, a, by, new_id=new_id, bounds=twelve_seconds)
        assert films.broken_rules(after, twelve_seconds) == []
        moved = clip_of(after, "A").source_in - clip_of(cut, "A").source_in
        if abs(by) == 3:
            assert moved == by / cut.rate * (speed or 1)
        else:
            with pytest.raises(Refused, match="shows its media"):
                edits.slip_clip(after, a, by, new_id=new_id, bounds=twelve_seconds)


def test_clip_without_source_time_cannot_slip() -> None:
    new_id = minter()
    cut = edits.insert_gap(film(new_id, "A:20"), "track0002", 5, 5, new_id=new_id)
    gap = next(clip.id for clip in cut.clips if not clip.source.ref)
    with pytest.raises(Refused, match="be slipped"):
        edits.slip_clip(cut, gap, 1, new_id=new_id)


def test_slide_takes_frames_from_one_neighbour_and_gives_to_the_other() -> None:
    new_id = minter()
    cut = film(new_id, "A:10 B:20 C:15")
    b = clip_of(cut, "B").id
    right = edits.slide_clip(cut, b, 4, new_id=new_id)
    assert draw(right, "V1") == "A 0-14, B 14-34, C 34-45"
    assert [seconds(right, label) for label in "BC"] == [0, 4]
    left = edits.slide_clip(cut, b, -99, new_id=new_id)
    assert draw(left, "V1") == "A 0-1, B 1-21, C 21-45"
    for label, word in (("A", "the first"), ("C", "the last")):
        with pytest.raises(Refused, match=word):
            edits.slide_clip(cut, clip_of(cut, label).id, 1, new_id=new_id)


def test_slide_on_a_free_track_uses_empty_frames() -> None:
    new_id = minter()
    cut = free(new_id)
    assert draw(edits.slide_clip(cut, clip_of(cut, "y").id, 3, new_id=new_id), "V2") == (
        "x 10-23, y 23-33, z 33-40, w 50-55"
    )
    assert draw(edits.slide_clip(cut, clip_of(cut, "w").id, -99, new_id=new_id), "V2") == (
        "x 10-20, y 20-30, z 30-40, w 40-45"
    )
    assert draw(edits.slide_clip(cut, clip_of(cut, "z").id, 99, new_id=new_id), "V2") == (
        "x 10-20, y 20-40, z 40-50, w 50-55"
    )


def test_extend_rolls_between_clips_and_trims_at_a_free_edge() -> None:
    new_id = minter()
    cut = film(new_id, "A:10 B:20 C:5")
    assert draw(edits.extend_clip(cut, clip_of(cut, "A").id, "tail", 17, new_id=new_id), "V1") == (
        "A 0-17, B 17-30, C 30-35"
    )
    assert draw(edits.extend_clip(cut, clip_of(cut, "B").id, "head", 7, new_id=new_id), "V1") == (
        "A 0-7, B 7-30, C 30-35"
    )
    assert draw(edits.extend_clip(cut, clip_of(cut, "C").id, "tail", 50, new_id=new_id), "V1") == (
        "A 0-10, B 10-30, C 30-50"
    )
    with pytest.raises(Refused, match="that frame already"):
        edits.extend_clip(cut, clip_of(cut, "C").id, "tail", 35, new_id=new_id)
    with pytest.raises(Refused, match="first frame"):
        edits.extend_clip(cut, clip_of(cut, "C").id, "head", -1, new_id=new_id)
    other = free(new_id)
    assert draw(edits.extend_clip(other, clip_of(other, "z").id, "tail", 45, new_id=new_id), "V2") == (
        "x 10-20, y 20-30, z 30-45, w 50-55"
    )


def test_trim_to_a_frame_follows_the_rule_of_the_track() -> None:
    new_id = minter()
    cut = film(new_id, "A:10 B:20 C:5")
    b = clip_of(cut, "B").id
    assert draw(edits.trim_clip_to(cut, b, "head", 14, new_id=new_id), "V1") == "A 0-10, B 10-26, C 26-31"
    assert draw(edits.trim_clip_to(cut, b, "tail", 14, new_id=new_id), "V1") == "A 0-10, B 10-14, C 14-19"
    other = free(new_id)
    assert draw(edits.trim_clip_to(other, clip_of(other, "y").id, "head", 24, new_id=new_id), "V2") == (
        "x 10-20, y 24-30, z 30-40, w 50-55"
    )
    for edge, to, word in (
        ("head", 10, "already"),
        ("head", 30, "leave nothing"),
        ("tail", 10, "leave nothing"),
    ):
        with pytest.raises(Refused, match=word):
            edits.trim_clip_to(cut, b, edge, to, new_id=new_id)  # type: ignore[arg-type]


def test_transition_is_shortened_where_a_roll_leaves_too_little() -> None:
    new_id = minter()
    cut = film(new_id, "A:10 B:20 C:30")
    cut = edits.set_transition(cut, clip_of(cut, "A").id, new_id=new_id, frames=8, bounds=twelve_seconds)
    after = edits.roll_edit(cut, clip_of(cut, "B").id, "tail", -18, new_id=new_id, bounds=twelve_seconds)
    assert draw(after, "V1") == "A 0-10, B 10-12, C 12-60"
    assert [each.frames for each in after.transitions] == [4]


def test_locked_track_and_frozen_cut_refuse() -> None:
    new_id = minter()
    cut = film(new_id, "A:10 B:20 C:5")
    b, v1 = clip_of(cut, "B").id, track_of(cut, "V1").id
    acts: list[Callable[[Cut], Cut]] = [
        lambda c: edits.ripple_trim(c, b, "tail", 1, new_id=new_id),
        lambda c: edits.roll_edit(c, b, "tail", 1, new_id=new_id),
        lambda c: edits.slip_clip(c, b, 1, new_id=new_id),
        lambda c: edits.slide_clip(c, b, 1, new_id=new_id),
        lambda c: edits.extend_clip(c, b, "tail", 33, new_id=new_id),
        lambda c: edits.trim_clip_to(c, b, "tail", 20, new_id=new_id),
        lambda c: edits.ripple_delete_clip(c, b, new_id=new_id),
        lambda c: edits.join_with_next_clip(c, b, new_id=new_id),
        lambda c: edits.swap_clips(c, b, clip_of(cut, "A").id, new_id=new_id),
    ]
    for act in acts:
        with pytest.raises(Refused, match="V1 is locked"):
            act(edits.set_track(cut, v1, locked=True))
        with pytest.raises(Refused, match="is frozen"):
            act(replace(cut, frozen=True))
        with pytest.raises(Refused, match="no clip"):
            act(edits.delete_clip(cut, b, new_id=new_id))


def test_ten_hours_and_odd_rates_stay_exact() -> None:
    for rate in (
        Fraction(24000, 1001),
        Fraction(30000, 1001),
        Fraction(60000, 1001),
        Fraction(25, 2),
        Fraction(25),
    ):
        new_id = minter()
        hours = int(rate * 36_000)
        cut = film(new_id, f"A:{hours} B:50 C:{hours}", rate=rate)
        b = clip_of(cut, "B").id
        for _ in range(7):
            cut = edits.slip_clip(cut, b, 1, new_id=new_id)
            cut = edits.roll_edit(cut, b, "head", 3, new_id=new_id)
            cut = edits.slide_clip(cut, b, -2, new_id=new_id)
        placed = layout(cut)
        assert placed.get_start(b) == hours + 7
        assert clip_of(cut, "B").source_in == 10 + 28 / rate
        assert clip_of(cut, "C").source_in == 10 - 14 / rate
        assert placed.frames == 2 * hours + 50
