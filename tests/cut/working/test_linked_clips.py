"""Test linked clips: they are moved, trimmed, split and removed together, and stay in sync."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from milimo_tui.core.errors import Refused
from milimo_tui.cut.edit import edits
from milimo_tui.cut.follow import assembly
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import Cut, NewId
from tests.cut import films
from tests.cut.films import changed_clips, clip_of, draw, film, minter, piece, track_of

bounds = films.lasting(20)


def talkies(new_id: NewId) -> Cut:
    """Return a cut of three clips whose sound is detached to A1 as a, b and c."""
    cut = film(new_id, "A:10 B:20 C:15")
    for label in "ABC":
        cut = edits.detach_sound(cut, clip_of(cut, label).id, new_id=new_id)
        sound = cut.clips[-1]
        cut = edits.set_clip(cut, sound.id, label=label.lower())
    return cut


def pair(new_id: NewId) -> Cut:
    """Return a cut with a linked picture on V2 and sound on A1, and later clips on both tracks."""
    cut = film(new_id, "A:100")
    for track, at, label, frames in (
        ("V2", 10, "p", 20),
        ("A1", 10, "s", 20),
        ("V2", 40, "q", 10),
        ("A1", 44, "t", 10),
    ):
        cut = films.on(cut, track, at, label, frames, new_id=new_id)
    return edits.link_clips(cut, [clip_of(cut, label).id for label in "ps"], new_id=new_id)


def in_sync(before: Cut, after: Cut) -> bool:
    old, new = films.sync(before, bounds), films.sync(after, bounds)
    assert films.broken_rules(after) == []
    return all(new[each] == old[each] for each in old.keys() & new.keys())


def test_sound_on_its_own_track_is_linked_and_its_picture_is_silent() -> None:
    new_id = minter()
    cut = talkies(new_id)
    assert (draw(cut, "V1"), draw(cut, "A1")) == ("A 0-10, B 10-30, C 30-45", "a~ 0-10, b~ 10-30, c~ 30-45")
    assert [clip_of(cut, label).muted for label in "ABab"] == [True, True, False, False]
    assert clip_of(cut, "B").link == clip_of(cut, "b").link != clip_of(cut, "A").link
    for label, word in (("b", "already a sound"), ("B", "silent")):
        with pytest.raises(Refused, match=word):
            edits.detach_sound(cut, clip_of(cut, label).id, new_id=new_id)
    plain = edits.set_clip(cut, clip_of(cut, "B").id, muted=False)
    with pytest.raises(Refused, match="no room there"):
        edits.detach_sound(plain, clip_of(cut, "B").id, new_id=new_id, track=track_of(cut, "A1").id)


def test_ripple_of_v1_moves_linked_sounds_without_writing_them() -> None:
    new_id = minter()
    cut = talkies(new_id)
    after = edits.insert_clip(cut, track_of(cut, "V1").id, 0, piece("N", 7), new_id=new_id)
    assert draw(after, "A1") == "a~ 7-17, b~ 17-37, c~ 37-52"
    assert len(changed_clips(cut, after)) == 1
    moved = edits.move_clip(cut, clip_of(cut, "C").id, by=-2, new_id=new_id)
    assert draw(moved, "A1") == "c~ 0-15, a~ 15-25, b~ 25-45"
    assert in_sync(cut, after)
    assert in_sync(cut, moved)


def test_every_operation_includes_linked_clips() -> None:
    new_id = minter()
    cut = talkies(new_id)
    b, v1 = clip_of(cut, "B").id, track_of(cut, "V1").id
    acts: list[tuple[Callable[[], Cut], str, str]] = [
        (lambda: edits.delete_clip(cut, b, new_id=new_id), "A 0-10, C 10-25", "a~ 0-10, c~ 10-25"),
        (
            lambda: edits.ripple_delete_clip(cut, clip_of(cut, "b").id, new_id=new_id),
            "A 0-10, C 10-25",
            "a~ 0-10, c~ 10-25",
        ),
        (
            lambda: edits.trim_clip_in(cut, b, 4, new_id=new_id),
            "A 0-10, B 10-26, C 26-41",
            "a~ 0-10, b~ 10-26, c~ 26-41",
        ),
        (
            lambda: edits.trim_clip_out(cut, clip_of(cut, "b").id, -4, new_id=new_id),
            "A 0-10, B 10-26, C 26-41",
            "a~ 0-10, b~ 10-26, c~ 26-41",
        ),
        (
            lambda: edits.ripple_trim(cut, b, "head", -4, new_id=new_id),
            "A 0-10, B 10-34, C 34-49",
            "a~ 0-10, b~ 10-34, c~ 34-49",
        ),
        (
            lambda: edits.roll_edit(cut, b, "tail", -6, new_id=new_id),
            "A 0-10, B 10-24, C 24-45",
            "a~ 0-10, b~ 10-24, c~ 24-45",
        ),
        (
            lambda: edits.slide_clip(cut, b, 3, new_id=new_id),
            "A 0-13, B 13-33, C 33-45",
            "a~ 0-13, b~ 13-33, c~ 33-45",
        ),
        (
            lambda: edits.split_clips(cut, 15, new_id=new_id, track=v1),
            "A 0-10, B 10-15, B 15-30, C 30-45",
            "a~ 0-10, b~ 10-15, b~ 15-30, c~ 30-45",
        ),
        (
            lambda: edits.insert_clip(cut, v1, 15, piece("N", 5), new_id=new_id),
            "A 0-10, B 10-15, N 15-20, B 20-35, C 35-50",
            "a~ 0-10, b~ 10-15, b~ 20-35, c~ 35-50",
        ),
        (
            lambda: edits.extract_range(cut, 5, 15, new_id=new_id, tracks=[v1]),
            "A 0-5, B 5-20, C 20-35",
            "a~ 0-5, b~ 5-20, c~ 20-35",
        ),
        (
            lambda: edits.extract_range(cut, 5, 15, new_id=new_id),
            "A 0-5, B 5-20, C 20-35",
            "a~ 0-5, b~ 5-20, c~ 20-35",
        ),
        (
            lambda: edits.set_speed(cut, b, Fraction(2), new_id=new_id),
            "A 0-10, B 10-20, C 20-35",
            "a~ 0-10, b~ 10-20, c~ 20-35",
        ),
        (
            lambda: edits.insert_freeze_frame(cut, v1, 15, 5, new_id=new_id),
            "A 0-10, B 10-15, B 15-20, B 20-35, C 35-50",
            "a~ 0-10, b~ 10-15, b~ 20-35, c~ 35-50",
        ),
        (
            lambda: edits.duplicate_clip(cut, b, new_id=new_id),
            "A 0-10, B 10-30, B 30-50, C 50-65",
            "a~ 0-10, b~ 10-30, b~ 30-50, c~ 50-65",
        ),
        (
            lambda: edits.lift_clip(cut, b, new_id=new_id),
            "A 0-10, gap 10-30, C 30-45",
            "a~ 0-10, c~ 30-45",
        ),
    ]
    for act, picture, sound in acts:
        after = act()
        assert (draw(after, "V1"), draw(after, "A1")) == (picture, sound)
        assert in_sync(cut, after)
        assert films.take_back(cut, after) == films.rows(cut)


def test_slip_keeps_linked_clips_in_sync() -> None:
    new_id = minter()
    cut = talkies(new_id)
    after = edits.slip_clip(cut, clip_of(cut, "b").id, 5, new_id=new_id)
    assert clip_of(after, "B").source_in == clip_of(after, "b").source_in == 10 + Fraction(5, 25)
    alone = edits.slip_clip(cut, clip_of(cut, "b").id, 5, new_id=new_id, linked=False)
    assert clip_of(alone, "B").source_in == 10
    assert (clip_of(alone, "B").link, clip_of(alone, "b").link) == ("", "")


def test_halves_of_a_split_are_linked_and_join_again() -> None:
    new_id = minter()
    cut = talkies(new_id)
    after = edits.split_clips(cut, 15, new_id=new_id, track=track_of(cut, "V1").id)
    links = [[c.link for c in after.clips if c.label in "Bb" and c.frames == n] for n in (5, 15)]
    assert [len(set(each)) for each in links] == [1, 1]
    assert links[0][0] != links[1][0]
    joined = edits.join_with_next_clip(after, clip_of(after, "B").id, new_id=new_id)
    assert set(joined.clips) == set(cut.clips)
    picture_only = edits.split_clips(cut, 15, new_id=new_id, track=track_of(cut, "V1").id, linked=False)
    assert draw(picture_only, "A1") == draw(cut, "A1")
    assert [c.link != "" for c in picture_only.clips if c.label == "B"] == [True, False]


def test_trim_of_the_picture_alone_starts_the_sound_earlier() -> None:
    new_id = minter()
    cut = talkies(new_id)
    rolled = edits.roll_edit(cut, clip_of(cut, "B").id, "head", 4, new_id=new_id, linked=False)
    assert (draw(rolled, "V1"), draw(rolled, "A1")) == ("A 0-14, B 14-30, C 30-45", draw(cut, "A1"))
    assert in_sync(cut, rolled)
    gone = edits.delete_clip(rolled, clip_of(cut, "A").id, new_id=new_id)
    # Only four frames of the first sound precede its picture. The part that would be before frame 0 is
    # removed.
    assert (draw(gone, "V1"), draw(gone, "A1")) == ("B 0-16, C 16-31", "b~ 0-16, c~ 16-31")
    assert in_sync(rolled, gone)


def test_linked_free_clips_move_together() -> None:
    new_id = minter()
    cut = pair(new_id)
    moved = edits.move_clip(cut, clip_of(cut, "s").id, by=3, new_id=new_id)
    assert (draw(moved, "V2"), draw(moved, "A1")) == ("p 13-33, q 40-50", "s 13-33, t 44-54")
    rippled = edits.ripple_trim(cut, clip_of(cut, "p").id, "tail", -5, new_id=new_id)
    assert (draw(rippled, "V2"), draw(rippled, "A1")) == ("p 10-25, q 35-45", "s 10-25, t 39-49")
    closed = edits.ripple_delete_clip(cut, clip_of(cut, "p").id, new_id=new_id)
    assert (draw(closed, "V2"), draw(closed, "A1")) == ("q 20-30", "t 24-34")
    pushed = edits.insert_clip(cut, track_of(cut, "V2").id, 0, piece("n", 6), new_id=new_id)
    assert (draw(pushed, "V2"), draw(pushed, "A1")) == ("n 0-6, p 16-36, q 46-56", "s 16-36, t 44-54")
    hung = edits.connect_clip(cut, clip_of(cut, "s").id, new_id=new_id)
    assert (draw(hung, "V2"), draw(hung, "A1")) == ("p~ 10-30, q 40-50", "s~ 10-30, t 44-54")
    assert edits.disconnect_clip(hung, clip_of(cut, "s").id, new_id=new_id).clips == cut.clips
    for after in (moved, rippled, pushed, hung):
        assert in_sync(cut, after)


def test_slide_stops_where_a_linked_clip_reaches_the_first_frame() -> None:
    new_id = minter()
    cut = pair(new_id)
    cut = edits.move_clip(cut, clip_of(cut, "p").id, by=-7, new_id=new_id)
    cut = edits.trim_clip_in(cut, clip_of(cut, "p").id, 6, new_id=new_id, linked=False)
    assert (draw(cut, "V2"), draw(cut, "A1")) == ("p 9-23, q 40-50", "s 3-23, t 44-54")
    slid = edits.slide_clip(cut, clip_of(cut, "p").id, -9, new_id=new_id)
    assert (draw(slid, "V2"), draw(slid, "A1")) == ("p 6-20, q 40-50", "s 0-20, t 44-54")
    with pytest.raises(Refused, match="linked to it"):
        edits.slide_clip(slid, clip_of(cut, "p").id, -1, new_id=new_id)


def test_move_with_ripple_closes_behind_and_opens_in_front() -> None:
    new_id = minter()
    cut = film(new_id, "A:100")
    for at, label in ((0, "x"), (10, "y"), (20, "z")):
        cut = films.on(cut, "V2", at, label, 10, new_id=new_id)
    x, v3 = clip_of(cut, "x").id, edits.add_track(cut, track_of(cut, "V2").kind, new_id=new_id)
    assert (
        draw(edits.move_clip(cut, x, at=25, ripple=True, new_id=new_id), "V2")
        == "y 0-10, z 10-15, x 15-25, z 25-30"
    )
    assert (
        draw(edits.move_clip(cut, x, at=30, ripple=True, new_id=new_id), "V2") == "y 0-10, z 10-20, x 20-30"
    )
    up = edits.move_clip(v3, x, track=track_of(v3, "V3").id, ripple=True, new_id=new_id)
    assert (draw(up, "V2"), draw(up, "V3")) == ("y 0-10, z 10-20", "x 0-10")
    assert draw(edits.move_clip(cut, clip_of(cut, "z").id, at=0, ripple=True, new_id=new_id), "V2") == (
        "z 0-10, x 10-20, y 20-30"
    )


def test_clip_moved_alone_leaves_its_link_and_a_connected_one_only_changes_track() -> None:
    new_id = minter()
    cut = talkies(new_id)
    b = clip_of(cut, "b").id
    with pytest.raises(Refused, match="magnetic track"):
        edits.move_clip(cut, b, by=5, new_id=new_id)
    down = edits.move_clip(cut, b, track=track_of(cut, "A2").id, new_id=new_id)
    assert (draw(down, "A1"), draw(down, "A2")) == ("a~ 0-10, c~ 30-45", "b~ 10-30")
    assert in_sync(cut, down)
    alone = edits.move_clip(cut, b, by=5, new_id=new_id, linked=False)
    assert draw(alone, "A1") == "a~ 0-10, b~ 15-35, c~ 35-45"
    assert clip_of(alone, "B").link == clip_of(alone, "b").link == ""
    with pytest.raises(Refused, match="moves with it"):
        edits.insert_clip(cut, track_of(cut, "A1").id, 12, piece("n", 5), new_id=new_id)
    with pytest.raises(Refused, match="already follows"):
        edits.disconnect_clip(cut, b, new_id=new_id)


def test_locked_track_in_the_way_refuses() -> None:
    new_id = minter()
    cut = talkies(new_id)
    locked = edits.set_track(cut, track_of(cut, "A1").id, locked=True)
    b = clip_of(cut, "B").id
    acts: list[Callable[[], Cut]] = [
        lambda: edits.delete_clip(locked, b, new_id=new_id),
        lambda: edits.trim_clip_in(locked, b, 3, new_id=new_id),
        lambda: edits.slip_clip(locked, b, 3, new_id=new_id),
        lambda: edits.unlink_clips(locked, b, new_id=new_id),
    ]
    for act in acts:
        with pytest.raises(Refused, match="A1 is locked"):
            act()
    # A connected clip moves over a locked track as usual, but not onto another clip there.
    with pytest.raises(Refused, match="overlap clips on the locked track A1"):
        edits.delete_clip(locked, clip_of(cut, "A").id, new_id=new_id, linked=False)


def test_links_are_created_and_removed_without_moving_clips() -> None:
    new_id = minter()
    cut = pair(new_id)
    p, s, q, big = (clip_of(cut, label).id for label in "psqA")
    apart = edits.unlink_clips(cut, p, new_id=new_id)
    assert {clip.link for clip in apart.clips} == {""}
    three = edits.link_clips(cut, [s, q, big], new_id=new_id)
    assert (draw(three, "V2"), draw(three, "A1")) == ("p 10-30, q~ 40-50", "s~ 10-30, t 44-54")
    assert clip_of(three, "p").link == ""
    for ids, word in (
        ([p], "two clips or more"),
        ([p, p], "two clips or more"),
        ([p, s], "linked already"),
        ([p, "none"], "there is no clip"),
    ):
        with pytest.raises(Refused, match=word):
            edits.link_clips(cut, ids, new_id=new_id)
    with pytest.raises(Refused, match="not linked"):
        edits.unlink_clips(apart, p, new_id=new_id)
    two = film(new_id, "A:10 B:20")
    with pytest.raises(Refused, match="magnetic track"):
        edits.link_clips(two, [clip.id for clip in two.clips], new_id=new_id)


def test_groups_are_created_and_removed() -> None:
    new_id = minter()
    cut = pair(new_id)
    p, s, q = (clip_of(cut, label).id for label in "psq")
    grouped = edits.group_clips(cut, [p, q], new_id=new_id)
    assert clip_of(grouped, "p").group == clip_of(grouped, "q").group != ""
    other = edits.group_clips(grouped, [q, s], new_id=new_id)
    assert (clip_of(other, "p").group, clip_of(other, "q").group) == ("", clip_of(other, "s").group)
    assert edits.ungroup_clips(grouped, q, new_id=new_id).clips == cut.clips
    with pytest.raises(Refused, match="a group already"):
        edits.group_clips(grouped, [q, p], new_id=new_id)
    with pytest.raises(Refused, match="in no group"):
        edits.ungroup_clips(cut, p, new_id=new_id)


def test_source_is_replaced_for_picture_and_sound() -> None:
    new_id = minter()
    cut = talkies(new_id)
    after = edits.replace_clip_source(cut, clip_of(cut, "B").id, films.asset("new"), new_id=new_id)
    assert clip_of(after, "B").source == clip_of(after, "b").source == films.asset("new")
    alone = edits.replace_clip_source(
        cut, clip_of(cut, "B").id, films.asset("new"), new_id=new_id, linked=False
    )
    assert clip_of(alone, "b").source == films.asset("B")


def test_sound_of_a_shot_follows_the_screenplay_with_its_picture() -> None:
    new_id = minter()
    cut = assembly.assemble_shots(film(new_id), [("a", 10), ("b", 20), ("c", 15)], new_id)
    for clip in cut.clips:
        cut = edits.detach_sound(cut, clip.id, new_id=new_id)
    v1, a1 = track_of(cut, "V1").id, track_of(cut, "A1").id
    after = assembly.follow_shots(cut, [("c", 15), ("a", 14)], new_id).cut
    shown = [
        [(each.clip.source.ref, each.start, each.end) for each in layout(after).get_row(track)]
        for track in (v1, a1)
    ]
    assert shown == [[("c", 0, 15), ("a", 15, 29)]] * 2
    assert films.broken_rules(after) == []


def test_frozen_cut_links_nothing() -> None:
    new_id = minter()
    cut = replace(pair(new_id), frozen=True)
    with pytest.raises(Refused, match="is frozen"):
        edits.link_clips(cut, [clip.id for clip in cut.clips], new_id=new_id)
    assert layout(cut).frames == 100


def test_clips_of_two_tracks_are_swapped_with_their_sounds() -> None:
    new_id = minter()
    cut = talkies(new_id)
    cut = films.on(cut, "V2", 50, "P", 20, new_id=new_id)
    cut = films.on(cut, "A2", 55, "p", 10, new_id=new_id)
    cut = edits.link_clips(cut, [clip_of(cut, label).id for label in "Pp"], new_id=new_id)
    after = edits.swap_clips(cut, clip_of(cut, "B").id, clip_of(cut, "P").id, new_id=new_id)
    assert (draw(after, "V1"), draw(after, "V2")) == ("A 0-10, P 10-30, C 30-45", "B 50-70")
    assert (draw(after, "A1"), draw(after, "A2")) == ("a~ 0-10, c~ 30-45, b 50-70", "p~ 15-25")
    assert in_sync(cut, after)
    crowded = films.on(cut, "A1", 60, "x", 5, new_id=new_id)
    with pytest.raises(Refused, match="A1 has no room"):
        edits.swap_clips(crowded, clip_of(crowded, "B").id, clip_of(crowded, "P").id, new_id=new_id)
    with pytest.raises(Refused, match="magnetic track V1"):
        edits.swap_clips(cut, clip_of(cut, "b").id, clip_of(cut, "p").id, new_id=new_id)
    early = edits.move_clip(cut, clip_of(cut, "p").id, new_id=new_id, by=-30, linked=False)
    early = edits.link_clips(early, [clip_of(early, label).id for label in "Pp"], new_id=new_id)
    with pytest.raises(Refused, match="linked clip"):
        edits.swap_clips(early, clip_of(early, "B").id, clip_of(early, "P").id, new_id=new_id)


def test_rest_after_a_range_of_both_tracks_is_still_linked() -> None:
    new_id = minter()
    cut = talkies(new_id)
    over = edits.copy_range(cut, 0, 4)
    outer, inner = edits.nest_range(cut, 15, 20, name="Inner", new_id=new_id)
    acts = [
        edits.lift_range(cut, 15, 20, new_id=new_id),
        edits.paste_pieces(cut, over, 15, track_of(cut, "V1").id, overwrite=True, new_id=new_id),
        outer,
    ]
    for after in acts:
        assert films.broken_rules(after) == []
        placed = layout(after)
        clips = [placed.find_clip_at(track_of(after, name).id, 25) for name in ("V1", "A1")]
        links = {each.clip.link for each in clips if each is not None}
        assert len(links) == 1
        assert links != {""}
        assert links != {clip_of(after, "B").link}, "it is a link of its own"
    assert len({clip.link for clip in inner.clips}) == 1
    alone = edits.lift_range(cut, 15, 20, tracks=[track_of(cut, "V1").id], new_id=new_id)
    assert draw(alone, "A1") == draw(cut, "A1"), "a sound that stays is not split"
