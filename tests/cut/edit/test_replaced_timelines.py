"""Test timeline requirements and defects of the replaced systems that depend on the cut and its render
plan.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from milimo_tui.core.errors import Refused
from milimo_tui.cut.edit import edits
from milimo_tui.cut.follow import assembly
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.plan.plan import Media
from milimo_tui.cut.plan.video import make_render_plan
from milimo_tui.cut.values import new_cuts
from milimo_tui.cut.values.cut import Cut
from tests.cut import films
from tests.cut.films import clip_of, draw, film, minter, piece, track_of

TALKIE = Media(kind="video", path="/m/a.mov", seconds=Fraction(60), has_sound=True)
MUSIC = Media(kind="sound", path="/m/m.wav", seconds=Fraction(60), has_sound=True)


def everything(cut: Cut, media: Media = TALKIE) -> dict[str, Media]:
    return {clip.id: media for clip in cut.clips}


def test_row_60_magnetic_v1_free_v2_and_a1_have_a_stored_order() -> None:
    new_id = minter()
    cut = films.on(film(new_id, "A:10 B:20 C:5"), "V2", 40, "x", 5, new_id=new_id)
    cut = films.on(cut, "A1", 50, "tone", 5, new_id=new_id)
    moved = edits.move_clip(cut, clip_of(cut, "C").id, new_id=new_id, by=-2)
    assert draw(moved, "V1") == "C 0-5, A 5-15, B 15-35"
    assert (draw(moved, "V2"), draw(moved, "A1")) == ("x 40-45", "tone 50-55")
    # A database returns rows in any order. The order of clips is stored in their order keys, not in the list.
    for clips in (moved.clips[::-1], moved.clips[2:] + moved.clips[:2]):
        assert draw(replace(moved, clips=clips), "V1") == draw(moved, "V1")


def test_row_61_connected_clips_follow_any_ripple_of_v1() -> None:
    new_id = minter()
    cut = films.on(film(new_id, "A:10 B:20 C:5"), "V2", 31, "x", 3, new_id=new_id, connected=True)
    ripples = [
        edits.insert_clip(cut, track_of(cut, "V1").id, 0, piece("N", 4), new_id=new_id),
        edits.delete_clip(cut, clip_of(cut, "A").id, new_id=new_id),
        edits.trim_clip_out(cut, clip_of(cut, "B").id, -7, new_id=new_id),
        edits.move_clip(cut, clip_of(cut, "B").id, new_id=new_id, by=1),
        edits.move_clip(cut, clip_of(cut, "C").id, new_id=new_id, by=-2),
    ]
    for after in ripples:
        start = layout(after).get_start
        assert start(clip_of(after, "x").id) == start(clip_of(after, "C").id) + 1


def test_row_62_slot_is_found_by_centres_over_v1_alone() -> None:
    new_id = minter()
    cut = films.on(film(new_id, "A:10 B:20 C:6"), "V2", 0, "x", 30, new_id=new_id)
    assert (
        draw(edits.move_clip(cut, clip_of(cut, "C").id, new_id=new_id, at=16), "V1")
        == "A 0-10, C 10-16, B 16-36"
    )
    assert (
        draw(edits.move_clip(cut, clip_of(cut, "A").id, new_id=new_id, at=16), "V1")
        == "B 0-20, A 20-30, C 30-36"
    )


def test_row_63_trims_stop_at_both_ends_without_a_25_frame_minimum() -> None:
    new_id = minter()
    cut = film(new_id, "A:40")
    a = clip_of(cut, "A").id
    assert clip_of(edits.trim_clip_in(cut, a, 39, new_id=new_id), "A").frames == 1
    longest = edits.trim_clip_out(cut, a, 9999, new_id=new_id, bounds=films.lasting(20))
    assert clip_of(longest, "A").frames == 250


def test_row_64_split_works_and_both_halves_show_the_same_frames() -> None:
    new_id = minter()
    cut = film(new_id, "A:10 B:20", rate=Fraction(30000, 1001))
    v1 = track_of(cut, "V1").id
    after = edits.split_clips(cut, 13, new_id=new_id)
    assert len(after.clips) == 3
    assert films.strip(after, v1, 30) == films.strip(cut, v1, 30)
    # A split shot is still one shot, shown by two clips.
    assert {clip.source for clip in after.clips} == {clip.source for clip in cut.clips}


def test_row_65_delete_follows_the_rule_of_its_track_and_is_undone() -> None:
    new_id = minter()
    cut = films.on(film(new_id, "A:10 B:20 C:5"), "V2", 3, "x", 5, new_id=new_id)
    cut = films.on(cut, "V2", 20, "y", 5, new_id=new_id)
    closed = edits.delete_clip(cut, clip_of(cut, "A").id, new_id=new_id)
    assert draw(closed, "V1") == "B 0-20, C 20-25"
    assert films.take_back(cut, closed) == films.rows(cut)
    left = edits.delete_clip(cut, clip_of(cut, "x").id, new_id=new_id)
    assert draw(left, "V2") == "y 20-25"
    assert films.take_back(cut, left) == films.rows(cut)


def test_row_65_ripple_delete_closes_any_track() -> None:
    new_id = minter()
    cut = films.on(film(new_id, "A:10 B:20 C:5"), "V2", 3, "x", 5, new_id=new_id)
    cut = films.on(cut, "V2", 20, "y", 5, new_id=new_id)
    closed = edits.ripple_delete_clip(cut, clip_of(cut, "x").id, new_id=new_id)
    assert (draw(closed, "V1"), draw(closed, "V2")) == (draw(cut, "V1"), "y 15-20")
    assert films.take_back(cut, closed) == films.rows(cut)
    film_too = edits.ripple_delete_clip(cut, clip_of(cut, "A").id, new_id=new_id)
    assert (draw(film_too, "V1"), draw(film_too, "V2")) == ("B 0-20, C 20-25", "x 3-8, y 20-25")


def test_row_65_duplicate_exists() -> None:
    new_id = minter()
    cut = film(new_id, "A:10 B:20")
    after = edits.duplicate_clip(cut, clip_of(cut, "A").id, new_id=new_id)
    assert draw(after, "V1") == "A 0-10, A 10-20, B 20-40"


def test_row_68_hide_mute_and_lock_are_stored_and_obeyed() -> None:
    new_id = minter()
    cut = films.on(film(new_id, "A:10"), "V2", 0, "x", 10, new_id=new_id)
    v2 = track_of(cut, "V2").id
    cut = edits.set_track(cut, v2, hidden=True, muted=True, locked=True)
    plan = make_render_plan(cut, everything(cut))
    assert [[layer.clip for layer in each.list_pictures()] for each in plan.stretches] == [
        [clip_of(cut, "A").id]
    ]
    assert [sound.clip for sound in plan.sounds] == [clip_of(cut, "A").id]
    with pytest.raises(Refused, match="V2 is locked"):
        edits.delete_clip(cut, clip_of(cut, "x").id, new_id=new_id)


def test_row_68_solo_and_sync_lock_are_stored_and_obeyed() -> None:
    new_id = minter()
    cut = films.on(film(new_id, "A:10 B:20"), "A1", 12, "fx", 5, new_id=new_id)
    a1 = track_of(cut, "A1").id
    cut = edits.set_track(cut, a1, solo=True, sync_lock=True)
    assert [sound.clip for sound in make_render_plan(cut, everything(cut)).sounds] == [clip_of(cut, "fx").id]
    opened = edits.insert_clip(cut, track_of(cut, "V1").id, 0, piece("N", 4), new_id=new_id)
    assert draw(opened, "A1") == "fx 16-21"
    assert films.take_back(cut, opened) == films.rows(cut)


# Defects of section 7 (render) that depend on the render plan


def test_defect_7_1_v1_clips_never_overlap_at_zero_as_no_start_is_stored() -> None:
    new_id = minter()
    shots = [("a", 10), ("b", 20), ("c", 30)]
    cut = assembly.assemble_shots(new_cuts.create_cut("Film", new_id=new_id), shots, new_id)
    assert all(clip.start is None for clip in cut.clips)
    plan = make_render_plan(cut, everything(cut))
    assert [(each.start, each.frames) for each in plan.stretches] == [(0, 10), (10, 20), (30, 30)]
    assert [len(each.list_pictures()) for each in plan.stretches] == [1, 1, 1]


def test_defect_7_2_sound_inside_picture_clips_is_kept() -> None:
    new_id = minter()
    cut = films.on(film(new_id, "A:10"), "V2", 2, "x", 5, new_id=new_id)
    plan = make_render_plan(cut, everything(cut))
    assert {sound.clip for sound in plan.sounds} == {clip.id for clip in cut.clips}


def test_defect_7_3_every_sound_is_in_the_plan_for_its_whole_length() -> None:
    new_id = minter()
    cut = films.on(film(new_id, "A:100"), "A1", 0, "one", 10, new_id=new_id)
    cut = films.on(cut, "A1", 50, "two", 40, new_id=new_id)
    plan = make_render_plan(cut, everything(cut, MUSIC))
    heard = {sound.clip: (sound.start, sound.frames) for sound in plan.sounds}
    assert heard[clip_of(cut, "one").id] == (0, 10)
    assert heard[clip_of(cut, "two").id] == (50, 40)


def test_defect_8_playback_ends_where_the_clip_was_trimmed() -> None:
    new_id = minter()
    cut = films.on(film(new_id, "A:100"), "A1", 0, "tone", 60, new_id=new_id)
    cut = edits.trim_clip_out(cut, clip_of(cut, "tone").id, -25, new_id=new_id)
    cut = edits.trim_clip_in(cut, clip_of(cut, "tone").id, 5, new_id=new_id)
    (sound,) = (
        each
        for each in make_render_plan(cut, everything(cut, MUSIC)).sounds
        if each.media is MUSIC and each.clip == clip_of(cut, "tone").id
    )
    assert (sound.start, sound.frames) == (5, 30)


def test_defect_7_4_still_holds_for_its_full_length() -> None:
    cut = film(minter(), "A:100")
    plan = make_render_plan(cut, everything(cut, Media(kind="picture", path="/m/p.png")))
    assert [(each.frames, len(each.list_pictures())) for each in plan.stretches] == [(100, 1)]


def test_defect_7_4b_timeline_of_sound_alone_is_a_black_film() -> None:
    new_id = minter()
    cut = films.on(film(new_id), "A1", 0, "music", 30, new_id=new_id)
    plan = make_render_plan(cut, everything(cut, MUSIC))
    assert (plan.frames, [each.list_pictures() for each in plan.stretches], len(plan.sounds)) == (30, [()], 1)


def test_defect_7_5_trims_are_seconds_of_the_source() -> None:
    new_id = minter()
    cut = film(new_id, "A:48", rate=Fraction(24))
    cut = edits.trim_clip_in(cut, clip_of(cut, "A").id, 12, new_id=new_id)
    at_sixty = Media(kind="video", path="/m/60.mov", rate=Fraction(60), seconds=Fraction(60))
    layer = make_render_plan(cut, everything(cut, at_sixty)).stretches[0].list_pictures()[0]
    # Half a second after the start at any file rate: frame 30 of the second at 60 fps.
    assert layer.source_in == Fraction(10) + Fraction(1, 2)
    assert layer.source_in * Fraction(60) == 630


@pytest.mark.parametrize("flag", ["hidden", "muted"])
def test_defect_7_6_hide_and_mute_are_obeyed(flag: str) -> None:
    new_id = minter()
    cut = films.on(film(new_id, "A:10"), "V2", 0, "x", 10, new_id=new_id)
    v2 = track_of(cut, "V2").id
    cut = edits.set_track(cut, v2, hidden=True) if flag == "hidden" else edits.set_track(cut, v2, muted=True)
    plan = make_render_plan(cut, everything(cut))
    x = clip_of(cut, "x").id
    assert any(layer.clip == x for each in plan.stretches for layer in each.list_pictures()) == (
        flag == "muted"
    )
    assert any(sound.clip == x for sound in plan.sounds) == (flag == "hidden")


def test_defect_7_7_clip_without_sound_on_an_audio_track_is_left_out() -> None:
    new_id = minter()
    cut = films.on(film(new_id, "A:10"), "A1", 0, "mute film", 10, new_id=new_id)
    silent = Media(kind="video", path="/m/s.mov", seconds=Fraction(60))
    assert make_render_plan(cut, everything(cut, silent)).sounds == ()


def test_defect_7_8_no_clip_has_a_length_of_zero() -> None:
    new_id = minter()
    cut = assembly.assemble_shots(new_cuts.create_cut("Film", new_id=new_id), [("a", 0), ("b", 1)], new_id)
    assert [clip.frames for clip in cut.clips] == [1, 1]
    with pytest.raises(Refused, match="one frame"):
        edits.append_clip(cut, track_of(cut, "V1").id, piece("N", 0), new_id=new_id)


# Defects of section 8 (client) in the layout and editing rules


def test_defect_8_v1_order_survives_a_reload() -> None:
    new_id = minter()
    cut = film(new_id, "A:10 B:20 C:5")
    moved = edits.move_clip(cut, clip_of(cut, "A").id, new_id=new_id, by=2)
    by_creation = tuple(sorted(moved.clips, key=lambda clip: clip.id))
    assert draw(replace(moved, clips=by_creation), "V1") == "B 0-20, C 20-25, A 25-35"


def test_defect_8_move_counts_slots_of_its_own_track_only() -> None:
    new_id = minter()
    cut = films.on(film(new_id, "A:10"), "V2", 0, "x", 5, new_id=new_id)
    cut = films.on(cut, "A1", 0, "tone", 5, new_id=new_id)
    cut = edits.append_clip(cut, track_of(cut, "V1").id, piece("B", 20), new_id=new_id)
    cut = films.on(cut, "V2", 8, "y", 5, new_id=new_id)
    cut = edits.append_clip(cut, track_of(cut, "V1").id, piece("C", 5), new_id=new_id)
    moved = edits.move_clip(cut, clip_of(cut, "C").id, new_id=new_id, by=-1)
    assert draw(moved, "V1") == "A 0-10, C 10-15, B 15-35"
    assert (draw(moved, "V2"), draw(moved, "A1")) == ("x 0-5, y 8-13", "tone 0-5")


def test_defect_8_clips_of_a_free_track_never_overlap() -> None:
    new_id = minter()
    cut = films.on(film(new_id, "A:40"), "V2", 0, "x", 10, new_id=new_id)
    cut = films.on(cut, "V2", 5, "y", 10, new_id=new_id)
    assert draw(cut, "V2") == "x 0-5, y 5-15"
    assert (
        draw(edits.move_clip(cut, clip_of(cut, "x").id, at=8, new_id=new_id), "V2")
        == "y 5-8, x 8-13, y 13-15"
    )


def test_defect_8_lock_refuses_every_change_on_its_track() -> None:
    new_id = minter()
    cut = films.on(film(new_id, "A:40"), "V2", 0, "x", 10, new_id=new_id)
    x, v2 = clip_of(cut, "x").id, track_of(cut, "V2").id
    cut = edits.set_track(cut, v2, locked=True)
    acts: list[Callable[[], Cut]] = [
        lambda: edits.insert_clip(cut, v2, 0, piece("n", 5), new_id=new_id),
        lambda: edits.overwrite_clip(cut, v2, 0, piece("n", 5), new_id=new_id),
        lambda: edits.move_clip(cut, x, by=3, new_id=new_id),
        lambda: edits.move_clip(cut, clip_of(cut, "A").id, track=v2, at=3, new_id=new_id),
        lambda: edits.trim_clip_in(cut, x, 3, new_id=new_id),
        lambda: edits.slip_clip(cut, x, 3, new_id=new_id),
        lambda: edits.delete_clip(cut, x, new_id=new_id),
        lambda: edits.set_clip(cut, x, gain_db=3),
        lambda: edits.set_speed(cut, x, Fraction(2), new_id=new_id),
    ]
    for act in acts:
        with pytest.raises(Refused, match="V2 is locked"):
            act()


def test_defect_8_split_raises_nothing_and_keeps_its_argument() -> None:
    new_id = minter()
    cut = film(new_id, "A:10")
    before = films.rows(cut)
    assert draw(edits.split_clips(cut, 4, new_id=new_id), "V1") == "A 0-4, A 4-10"
    assert films.rows(cut) == before


def test_defect_8_right_trim_handle_stops_at_the_media() -> None:
    new_id = minter()
    cut = film(new_id, "A:10")

    after = edits.trim_clip_out(cut, clip_of(cut, "A").id, 1000, new_id=new_id, bounds=films.lasting(11))
    assert clip_of(after, "A").source_in + Fraction(clip_of(after, "A").frames, 25) == 11


def test_defect_8_end_is_that_of_the_film_not_of_the_last_shot() -> None:
    new_id = minter()
    assert layout(film(new_id, "A:10 B:20 C:5")).frames == 35


def test_defect_8_sound_plays_to_its_trimmed_end_only() -> None:
    new_id = minter()
    cut = films.on(film(new_id, "A:100"), "A1", 0, "tone", 60, new_id=new_id)
    cut = edits.trim_clip_out(cut, clip_of(cut, "tone").id, -20, new_id=new_id)
    sound = make_render_plan(cut, everything(cut, MUSIC)).sounds[-1]
    assert (sound.start, sound.frames) == (0, 40)
