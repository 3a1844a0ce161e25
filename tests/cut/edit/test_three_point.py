"""Test three- and four-point edits, takes of other lengths, and gaps."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from milimo_tui.core.errors import Refused
from milimo_tui.cut.edit import edits
from milimo_tui.cut.edit.other_takes import describe_take_fit
from milimo_tui.cut.values.cut import Clip, ClipSource, Cut, SourceKind
from milimo_tui.cut.values.effects import Effects
from milimo_tui.cut.values.keyframes import Keyframe
from milimo_tui.cut.values.timing import get_source_span
from tests.cut import films
from tests.cut.films import clip_of, draw, film, minter, piece, track_of

POINTS = {"start": 10, "end": 20, "source_in": Fraction(2), "source_out": Fraction(12, 5)}


def seconds(amount: Fraction) -> edits.MediaLength:
    return films.lasting(amount)


def put(cut: Cut, clip: Clip, **points: object) -> Cut:
    given: dict[str, object] = {"overwrite": True, "new_id": minter(), **points}
    return edits.edit_by_points(cut, track_of(cut, "V2").id, clip, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("missing", POINTS)
def test_any_three_points_define_the_fourth(missing: str) -> None:
    """Any three points of an edit determine the fourth: ten frames of the source from 2 s, placed on a range
    of ten frames.
    """
    points = {name: point for name, point in POINTS.items() if name != missing}
    cut = put(film(minter(), "A:50"), piece("x", 99), **points)
    [clip] = [each for each in cut.clips if each.label == "x"]
    assert draw(cut, "V2") == "x 10-20"
    assert get_source_span(clip, cut.rate) == (Fraction(2), Fraction(12, 5))
    assert clip.effects.speed == 1


def test_four_points_fit_the_source_to_the_range() -> None:
    cut = put(film(minter(), "A:50"), piece("x", 99), **{**POINTS, "end": 15})
    [clip] = [each for each in cut.clips if each.label == "x"]
    assert (clip.frames, clip.effects.speed) == (5, Fraction(2))
    assert get_source_span(clip, cut.rate) == (Fraction(2), Fraction(12, 5))


def test_reversed_edit_shows_the_same_seconds_from_their_end() -> None:
    backwards = replace(piece("x", 99), effects=Effects(speed=Fraction(-1)))
    cut = put(film(minter(), "A:50"), backwards, start=0, end=10, source_in=Fraction(2))
    [clip] = [each for each in cut.clips if each.label == "x"]
    assert clip.source_in == 2 + Fraction(9, 25)
    assert get_source_span(clip, cut.rate) == (Fraction(2), Fraction(12, 5))


def test_three_point_insert_moves_what_follows() -> None:
    new_id = minter()
    cut = film(new_id, "A:10 B:10")
    v1 = track_of(cut, "V1").id
    cut = edits.edit_by_points(
        cut,
        v1,
        piece("x", 1),
        start=5,
        source_in=Fraction(0),
        source_out=Fraction(1, 5),
        overwrite=False,
        new_id=new_id,
    )
    assert draw(cut, "V1") == "A 0-5, x 5-10, A 10-15, B 15-25"


@pytest.mark.parametrize(
    ("points", "word"),
    [
        ({"start": 3, "source_in": Fraction(0)}, "end or source out"),
        ({"start": 9, "end": 9, "source_in": Fraction(0)}, "after its start"),
        ({"start": 0, "source_in": Fraction(3), "source_out": Fraction(2)}, "after its in"),
        ({"start": 0, "end": 50, "source_out": Fraction(1)}, "2 s before the source's out"),
        ({"end": 5, "source_in": Fraction(0), "source_out": Fraction(2)}, "do not fit before frame 5"),
        ({"start": 0, "end": 500, "source_in": Fraction(0)}, "20 s of its media"),
        ({**POINTS, "end": 2000}, "would play at"),
    ],
)
def test_impossible_points_are_refused_in_one_sentence(points: dict[str, object], word: str) -> None:
    with pytest.raises(Refused, match=word):
        put(film(minter(), "A:50"), piece("x", 9), bounds=seconds(Fraction(3)), **points)


def test_source_is_used_up_to_its_last_whole_frame() -> None:
    end = Fraction(418, 100)  # 104.5 frames at 25 fps
    cut = put(
        film(minter(), "A:200"),
        piece("x", 9),
        start=0,
        source_in=Fraction(0),
        source_out=end,
        bounds=seconds(end),
    )
    assert draw(cut, "V2") == "x 0-104"


def test_fit_to_fill_keeps_keyframes_and_direction() -> None:
    new_id = minter()
    cut = film(new_id, "A:50")
    look = Effects(curves=(("scale", (Keyframe(0, 1.0), Keyframe(10, 2.0))),), speed=Fraction(-1))
    clip = replace(edits.create_trackless_clip(films.asset("x"), 20, Fraction(1), "x"), effects=look)
    low, high = get_source_span(clip, cut.rate)
    cut = edits.edit_by_points(
        cut,
        track_of(cut, "V2").id,
        clip,
        start=5,
        end=15,
        source_in=low,
        source_out=high,
        overwrite=True,
        new_id=new_id,
    )
    [made] = [each for each in cut.clips if each.label == "x"]
    assert (made.frames, made.effects.speed) == (10, Fraction(-2))
    assert get_source_span(made, cut.rate) == get_source_span(clip, cut.rate)
    assert [key.frame for key in made.effects.get_curve("scale")] == [0, 5]


def test_another_take_keeps_trims_transitions_and_every_value() -> None:
    new_id = minter()
    cut = film(new_id, "A:10 B:20 C:10")
    old = clip_of(cut, "B")
    cut = edits.set_transition(cut, old.id, new_id=new_id, frames=4, edge="head")
    cut = edits.set_number(cut, old.id, "scale", 1.5)
    cut = edits.add_marker(cut, 3, new_id=new_id, clip=old.id, text="here")
    shown = edits.replace_clip_take(
        cut, old.id, films.asset("take2"), new_id=new_id, bounds=seconds(Fraction(30))
    )
    new = clip_of(shown, "B")
    assert replace(new, source=old.source) == clip_of(cut, "B")
    assert new.source == ClipSource(films.asset("x").kind, "take2")
    assert (shown.transitions, shown.markers) == (cut.transitions, cut.markers)


def test_take_of_another_length_is_refused_or_fitted_with_a_message() -> None:
    new_id = minter()
    cut = film(new_id, "A:25")  # starts 10 s into its source
    take, clip = films.asset("take2"), clip_of(cut, "A")

    def fitted(amount: Fraction) -> Clip:
        with pytest.raises(Refused, match="11 s"):
            edits.replace_clip_take(cut, clip.id, take, new_id=new_id, bounds=seconds(amount))
        done = edits.replace_clip_take(cut, clip.id, take, new_id=new_id, bounds=seconds(amount), fit=True)
        assert films.broken_rules(done, seconds(amount)) == []
        return clip_of(done, "A")

    earlier = fitted(Fraction(4))
    assert (earlier.source_in, earlier.frames, earlier.effects.speed) == (Fraction(3), 25, Fraction(1))
    assert describe_take_fit(clip, earlier, cut.rate) == "from 175 frames earlier in it"
    slower = fitted(Fraction(1, 2))
    assert (slower.source_in, slower.frames, slower.effects.speed) == (Fraction(0), 25, Fraction(1, 2))
    assert describe_take_fit(clip, slower, cut.rate) == "all of it, at 0.5× its speed"
    assert describe_take_fit(clip, clip, cut.rate) == ""
    with pytest.raises(Refused, match="at any speed"):
        edits.replace_clip_take(cut, clip.id, take, new_id=new_id, bounds=seconds(Fraction(1, 200)), fit=True)


def test_gaps_are_closed_one_by_one_or_all() -> None:
    new_id = minter()
    cut = film(new_id, "A:10 B:10")
    v1, v2 = track_of(cut, "V1").id, track_of(cut, "V2").id
    cut = edits.insert_gap(cut, v1, 5, 3, new_id=new_id)
    cut = edits.insert_gap(cut, v1, 13, 4, new_id=new_id)
    for at, name in ((4, "x"), (12, "y"), (20, "z")):
        cut = films.on(cut, "V2", at, name, 4, new_id=new_id)
    one = edits.close_gap(cut, v1, 6, new_id=new_id)
    assert draw(one, "V1") == "A 0-5, A 5-10, gap 10-14, B 14-24"
    assert draw(edits.close_gap(cut, v2, 9, new_id=new_id), "V2") == "x 4-8, y 8-12, z 16-20"
    assert draw(edits.close_gap(cut, v2, 0, new_id=new_id), "V2") == "x 0-4, y 8-12, z 16-20"
    assert draw(edits.close_all_gaps(cut, v1, new_id=new_id), "V1") == "A 0-5, A 5-10, B 10-20"
    assert draw(edits.close_all_gaps(cut, v2, new_id=new_id), "V2") == "x 4-8, y 8-12, z 12-16"
    for made, track, at in ((one, v1, 0), (cut, v2, 5)):
        with pytest.raises(Refused, match="no gap"):
            edits.close_gap(made, track, at, new_id=new_id)
    with pytest.raises(Refused, match="A1 has no"):
        edits.close_all_gaps(cut, track_of(cut, "A1").id, new_id=new_id)


def test_tracks_with_a_sync_lock_follow_every_closed_gap() -> None:
    new_id = minter()
    cut = film(new_id, "A:10 B:10")
    v1, a1 = track_of(cut, "V1").id, track_of(cut, "A1").id
    cut = edits.insert_gap(cut, v1, 5, 3, new_id=new_id)
    cut = edits.insert_gap(cut, v1, 13, 4, new_id=new_id)
    for at, name in ((1, "x"), (9, "y"), (20, "z")):
        cut = films.on(cut, "A1", at, name, 3, new_id=new_id)
    cut = edits.set_track(cut, a1, sync_lock=True)
    after = edits.close_all_gaps(cut, v1, new_id=new_id)
    assert draw(after, "V1") == "A 0-5, A 5-10, B 10-20"
    assert draw(after, "A1") == "x 1-4, y 6-9, z 13-16"


def test_still_has_no_handle_before_its_first_moment() -> None:
    new_id = minter()
    cut = film(new_id, "A:25")
    clip = replace(clip_of(cut, "A"), source=ClipSource(SourceKind.SHOT, "1A"), source_in=Fraction(-1, 5))
    cut = replace(cut, clips=tuple(clip if each.id == clip.id else each for each in cut.clips))
    shown = edits.replace_clip_take(cut, clip.id, films.asset("still"), new_id=new_id)
    assert clip_of(shown, "A").source_in == 0
    kept = edits.replace_clip_take(cut, clip.id, ClipSource(SourceKind.SHOT, "1B"), new_id=new_id)
    assert clip_of(kept, "A").source_in == Fraction(-1, 5), "a shot's take may have one"
