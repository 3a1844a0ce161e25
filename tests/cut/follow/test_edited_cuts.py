"""Test a cut that the user edited: where new shots are inserted, which shots wait, which clips are marked,
and how the editor resolves them.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milimo_tui.core.errors import Refused
from milimo_tui.cut.edit import edits
from milimo_tui.cut.follow import assembly, changed_shots
from milimo_tui.cut.follow.reconcile import (
    GREW,
    SHRANK,
    FollowResult,
    count_frames_to_shot_end,
    list_marked_clips,
)
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values import new_cuts
from milimo_tui.cut.values.cut import ClipSource, Cut, NewId, SourceKind
from tests.cut import films
from tests.cut.films import minter, track_of

FILM = "a:10 b:20 c:30 d:40"


def lengths(shots: str) -> list[tuple[str, int]]:
    return [(name, int(frames)) for name, frames in (word.split(":") for word in shots.split())]


def story(cut: Cut) -> str:
    """Return V1 as shot names with lengths in frames."""
    row = layout(cut).get_row(track_of(cut, "V1").id)
    return " ".join(f"{placed.clip.source.ref or 'gap'}:{placed.clip.frames}" for placed in row)


def clip_on(cut: Cut, shot: str) -> str:
    return next(clip.id for clip in cut.clips if clip.source.ref == shot)


def by_hand(new_id: NewId) -> Cut:
    """Return the assembled cut with the head of its last shot trimmed: the user's only edit."""
    cut = assembly.assemble_shots(new_cuts.create_cut("Film", new_id=new_id), lengths(FILM), new_id)
    return edits.trim_clip_in(cut, clip_on(cut, "d"), 5, new_id=new_id)


def follow(cut: Cut, shots: str, new_id: NewId, was: str = FILM) -> FollowResult:
    return assembly.follow_shots(cut, lengths(shots), new_id, was=lengths(was))


@pytest.mark.parametrize(
    ("shots", "shown", "waiting"),
    [
        ("a:10 n:5 b:20 c:30 d:40", "a:10 n:5 b:20 c:30 d:35", ()),
        ("n:5 m:6 a:10 b:20 c:30 d:40", "n:5 m:6 a:10 b:20 c:30 d:35", ()),
        ("a:10 b:20 c:30 d:40 n:5 m:6", "a:10 b:20 c:30 d:35 n:5 m:6", ()),
        ("a:10 b:20 c:30 n:5 d:40", "a:10 b:20 c:30 d:35", ("n",)),
        ("a:10 n:5 b:20 c:30 m:6 d:40", "a:10 n:5 b:20 c:30 d:35", ("m",)),
        ("a:10 c:30 n:5 b:20 d:40", "a:10 b:20 c:30 d:35", ("n",)),
        ("a:10 n:5 c:30 d:40", "a:10 b:20 c:30 d:35", ("n",)),
    ],
    ids=["between", "head", "tail", "where it was trimmed", "one of each", "moved there", "one gone there"],
)
def test_new_shot_is_placed_in_unedited_parts_and_waits_otherwise(
    shots: str, shown: str, waiting: tuple[str, ...]
) -> None:
    new_id = minter()
    cut = by_hand(new_id)
    followed = follow(cut, shots, new_id)
    assert story(followed.cut) == shown
    assert (followed.to_place, followed.cut.waiting) == (waiting, waiting)
    assert len(films.changed_clips(cut, followed.cut)) == len(shots.split()) - len(
        [word for word in shots.split() if word in FILM.split()]
    ) - len(waiting)
    assert films.broken_rules(followed.cut) == []


def test_transition_or_insert_counts_as_an_edit_there() -> None:
    new_id = minter()
    cut = by_hand(new_id)
    joined = edits.set_transition(cut, clip_on(cut, "a"), new_id=new_id, frames=4)
    assert follow(joined, "a:10 n:5 b:20 c:30 d:40", new_id).to_place == ("n",)
    put = edits.insert_clip(cut, track_of(cut, "V1").id, 10, films.piece("x", 3), new_id=new_id)
    assert follow(put, "a:10 n:5 b:20 c:30 d:40", new_id).to_place == ("n",)
    assert follow(put, "a:10 b:20 n:5 c:30 d:40", new_id).to_place == ()


def test_shot_removed_by_user_does_not_wait() -> None:
    new_id = minter()
    cut = by_hand(new_id)
    cut = edits.delete_clip(cut, clip_on(cut, "b"), new_id=new_id)
    followed = follow(cut, FILM, new_id)
    assert followed == FollowResult(cut)


def test_waiting_shot_is_placed_after_the_previous_one_or_left_out() -> None:
    new_id = minter()
    cut = by_hand(new_id)
    shots = "a:10 b:20 c:30 m:6 n:5 d:40"
    cut = follow(cut, shots, new_id).cut
    assert cut.waiting == ("m", "n")
    placed = changed_shots.place_waiting_shots(cut, lengths(shots), {"m", "n"}, new_id=new_id)
    assert (story(placed), placed.waiting) == ("a:10 b:20 c:30 m:6 n:5 d:35", ())
    left = changed_shots.stop_waiting_for_shots(cut, {"m"})
    assert (story(left), left.waiting) == (story(cut), ("n",))
    assert follow(left, shots, new_id, was=shots).cut == left
    alone = new_cuts.create_cut("Teaser", new_id=new_id)
    assert story(changed_shots.place_waiting_shots(alone, lengths(shots), {"n"}, new_id=new_id)) == "n:5"
    only_d = changed_shots.place_waiting_shots(alone, lengths(shots), {"d"}, new_id=new_id)
    assert (
        story(changed_shots.place_waiting_shots(only_d, lengths(shots), {"a"}, new_id=new_id)) == "a:10 d:40"
    )
    with pytest.raises(Refused, match="frozen"):
        changed_shots.stop_waiting_for_shots(replace(cut, frozen=True), {"m"})
    locked = edits.set_track(cut, track_of(cut, "V1").id, locked=True)
    with pytest.raises(Refused, match="V1 is locked"):
        changed_shots.place_waiting_shots(locked, lengths(shots), {"m"}, new_id=new_id)
    with pytest.raises(Refused, match="magnetic video track"):
        changed_shots.place_waiting_shots(replace(alone, tracks=()), lengths(shots), {"m"}, new_id=new_id)


def test_longer_line_keeps_the_length_of_the_cut_marks_its_clip_and_may_ripple() -> None:
    new_id = minter()
    cut = films.on(by_hand(new_id), "V2", 40, "title", 5, new_id=new_id, connected=True)
    followed = follow(cut, "a:10 b:26 c:30 d:40", new_id)
    assert story(followed.cut) == "a:10 b:20 c:30 d:35"
    (marker,) = followed.cut.markers
    assert (marker.kind, marker.clip, marker.frame) == (GREW, clip_on(cut, "b"), 19)
    assert marker.text == "the shot grew: +6 f to its end, it has 26 f now"
    assert followed.marked == (clip_on(cut, "b"),)
    longer = changed_shots.extend_to_shot_length(followed.cut, clip_on(cut, "b"), 26, new_id=new_id)
    assert (story(longer), longer.markers) == ("a:10 b:26 c:30 d:35", ())
    assert films.draw(longer, "V2") == "title~ 46-51"
    length = changed_shots.keep_clip_length(followed.cut, clip_on(cut, "b"))
    assert length == cut
    again = follow(followed.cut, "a:10 b:28 c:30 d:40", new_id, was="a:10 b:26 c:30 d:40").cut
    assert [each.text for each in again.markers] == ["the shot grew: +8 f to its end, it has 28 f now"]
    back = follow(followed.cut, FILM, new_id, was="a:10 b:26 c:30 d:40")
    assert back.cut == cut


def test_shorter_line_is_marked_only_where_the_clip_is_longer() -> None:
    new_id = minter()
    cut = by_hand(new_id)
    followed = follow(cut, "a:8 b:20 c:30 d:40", new_id)
    assert [each.kind for each in followed.cut.markers] == [SHRANK]
    shorter = changed_shots.extend_to_shot_length(followed.cut, clip_on(cut, "a"), 8, new_id=new_id)
    assert story(shorter) == "a:8 b:20 c:30 d:35"
    trimmed = edits.trim_clip_out(cut, clip_on(cut, "a"), -4, new_id=new_id)
    assert follow(trimmed, "a:8 b:20 c:30 d:40", new_id) == FollowResult(trimmed)


def test_shot_split_into_two_clips_is_one_shot_and_its_last_clip_is_resized() -> None:
    new_id = minter()
    cut = edits.split_clips(by_hand(new_id), 15, new_id=new_id)
    assert story(cut) == "a:10 b:5 b:15 c:30 d:35"
    followed = follow(cut, "a:10 b:26 n:5 c:30 d:40", new_id)
    assert story(followed.cut) == "a:10 b:5 b:15 n:5 c:30 d:35", "both halves show it to its end"
    (clip,) = followed.marked
    assert layout(followed.cut).get_placed(clip)[1:] == (15, 30)
    longer = changed_shots.extend_to_shot_length(followed.cut, clip, 26, new_id=new_id)
    assert story(longer) == "a:10 b:5 b:21 n:5 c:30 d:35"
    assert follow(cut, "a:10 c:30 d:40", new_id).gone == tuple(
        placed.clip.id for placed in layout(cut).get_row(track_of(cut, "V1").id)[1:3]
    )


def test_reordered_board_moves_a_hand_edited_cut_only_on_request() -> None:
    new_id = minter()
    cut = by_hand(new_id)
    cut = edits.insert_clip(cut, track_of(cut, "V1").id, 30, films.piece("x", 3), new_id=new_id)
    assert story(cut) == "a:10 b:20 x:3 c:30 d:35"
    assert follow(cut, "d:40 a:10 c:30 b:20", new_id) == FollowResult(cut)
    assert story(changed_shots.reorder_like_film(cut, "dacb", new_id=new_id)) == "d:35 a:10 c:30 b:20 x:3"
    one = changed_shots.reorder_like_film(cut, "dacb", {"d"}, new_id=new_id)
    assert story(one) == "d:35 a:10 b:20 x:3 c:30"
    assert films.changed_clips(cut, one) == {clip_on(cut, "d")}
    two = changed_shots.reorder_like_film(cut, "bcda", {"a", "b"}, new_id=new_id)
    assert story(two) == "b:20 x:3 c:30 d:35 a:10"
    assert films.broken_rules(two) == []


def test_cut_of_another_rate_is_described_in_its_own_frames() -> None:
    new_id = minter()
    ntsc = new_cuts.create_cut("NTSC", rate=Fraction(30000, 1001), new_id=new_id)
    shots, rate = lengths("a:25 b:50"), Fraction(25)
    cut = assembly.assemble_shots(ntsc, shots, new_id, rate=rate)
    cut = edits.trim_clip_in(cut, clip_on(cut, "b"), 3, new_id=new_id)
    followed = assembly.follow_shots(cut, lengths("a:25 n:25 b:75"), new_id, rate=rate, was=shots)
    assert followed.to_place == ("n",), "the head of b is trimmed"
    assert followed.cut.markers[0].text == "the shot grew: +30 f to its end, it has 90 f now"
    after = assembly.follow_shots(cut, lengths("a:25 b:50 n:25"), new_id, rate=rate, was=shots)
    assert story(after.cut) == "a:30 b:57 n:30"


def test_longer_clip_on_a_free_track_pushes_what_is_behind() -> None:
    new_id = minter()
    cut = by_hand(new_id)
    over = edits.create_trackless_clip(ClipSource(SourceKind.SHOT, "b"), 20)
    cut = edits.overwrite_clip(cut, track_of(cut, "V2").id, 5, over, new_id=new_id)
    cut = films.on(cut, "V2", 25, "title", 10, new_id=new_id)
    clip = layout(cut).get_row(track_of(cut, "V2").id)[0].clip
    longer = changed_shots.extend_to_shot_length(cut, clip.id, 26, new_id=new_id)
    assert [placed[1:] for placed in layout(longer).get_row(track_of(cut, "V2").id)] == [(5, 31), (31, 41)]


def test_only_clips_of_shots_are_resized_and_locks_hold() -> None:
    new_id = minter()
    cut = by_hand(new_id)
    cut = edits.insert_clip(cut, track_of(cut, "V1").id, 30, films.piece("x", 3), new_id=new_id)
    with pytest.raises(Refused, match="shows a shot"):
        changed_shots.extend_to_shot_length(cut, clip_on(cut, "x"), 9, new_id=new_id)
    locked = edits.set_track(cut, track_of(cut, "V1").id, locked=True)
    followed = follow(locked, "a:10 b:26 c:30 d:40", new_id)
    assert [each.kind for each in followed.cut.markers] == [GREW]
    with pytest.raises(Refused, match="V1 is locked"):
        changed_shots.extend_to_shot_length(followed.cut, clip_on(cut, "b"), 26, new_id=new_id)


Edit = tuple[str, int, int]
SHOTS = "abcdef"
some_edits = st.lists(
    st.tuples(
        st.sampled_from(["head", "tail", "split", "delete", "slot", "put", "over", "title", "join"]),
        st.integers(0, 11),
        st.integers(-9, 9),
    ),
    min_size=1,
    max_size=5,
)
some_shots = st.lists(
    st.tuples(st.sampled_from(SHOTS + "uvwxyz"), st.integers(1, 40)), unique_by=lambda shot: shot[0]
)


def edited(cut: Cut, edit: Edit, new_id: NewId) -> Cut:
    """Return the cut after a user's edit, or unchanged if the edit is not possible."""
    what, which, by = edit
    v1, v2 = track_of(cut, "V1").id, track_of(cut, "V2").id
    row = layout(cut).get_row(v1)
    if not row:
        return cut
    placed = row[which % len(row)]
    clip, at = placed.clip.id, placed.start + abs(by) % placed.clip.frames
    try:
        match what:
            case "head":
                return edits.trim_clip_in(cut, clip, by, new_id=new_id)
            case "tail":
                return edits.trim_clip_out(cut, clip, by, new_id=new_id)
            case "split":
                return edits.split_clips(cut, at, new_id=new_id)
            case "delete":
                return edits.delete_clip(cut, clip, new_id=new_id)
            case "slot":
                return edits.move_clip(cut, clip, by=by, new_id=new_id)
            case "put":
                return edits.insert_clip(cut, v1, at, films.piece("p", 4), new_id=new_id)
            case "over":
                source = ClipSource(SourceKind.SHOT, placed.clip.source.ref)
                return edits.overwrite_clip(
                    cut, v2, at, edits.create_trackless_clip(source, 7), new_id=new_id
                )
            case "title":
                return edits.overwrite_clip(cut, v2, at, films.piece("t", 3), new_id=new_id, connected=True)
            case _:
                return edits.set_transition(cut, clip, new_id=new_id, frames=4)
    except Refused:
        return cut


@pytest.mark.long("properties")
@given(edits_by_hand=some_edits, shots=some_shots)
@settings(max_examples=120)
def test_edited_cut_stays_the_editors_and_valid_after_any_change(
    edits_by_hand: list[Edit], shots: list[tuple[str, int]]
) -> None:
    new_id = minter()
    was = [(name, 12) for name in SHOTS]
    cut = assembly.assemble_shots(new_cuts.create_cut("Film", new_id=new_id), was, new_id)
    for edit in edits_by_hand:
        cut = edited(cut, edit, new_id)
    cut = replace(cut, hand_edited=True)
    followed = assembly.follow_shots(cut, shots, new_id, was=was)
    after = followed.cut
    assert films.broken_rules(after) == []
    ids = [placed.clip for placed in layout(cut).get_row(track_of(cut, "V1").id)]
    clips = [placed.clip for placed in layout(after).get_row(track_of(cut, "V1").id)]
    assert [clip for clip in clips if clip.id in {each.id for each in ids}] == ids, "nothing moved or changed"
    new = {shot for shot, _ in shots} - set(SHOTS)
    landed = {clip.source.ref for clip in clips} & new
    assert (landed | set(after.waiting), landed & set(after.waiting)) == (new, set())
    assert assembly.follow_shots(after, shots, new_id, was=shots).cut == after
    placed = changed_shots.place_waiting_shots(after, shots, after.waiting, new_id=new_id)
    assert films.broken_rules(placed) == []
    assert new <= {clip.source.ref for clip in placed.clips}
    ordered = changed_shots.reorder_like_film(placed, [shot for shot, _ in shots], new_id=new_id)
    assert films.broken_rules(ordered) == []
    assert sorted(clip.id for clip in ordered.clips) == sorted(clip.id for clip in placed.clips)
    lengths = dict(shots)
    for clip_id in list_marked_clips(ordered):
        clip = next(clip for clip in ordered.clips if clip.id == clip_id)
        if clip.frames == 1:
            continue  # a clip that starts after its shot's end keeps the minimum length of one frame
        longer = changed_shots.extend_to_shot_length(
            ordered, clip_id, lengths[clip.source.ref], new_id=new_id
        )
        assert films.broken_rules(longer) == []
        now = next(clip for clip in longer.clips if clip.id == clip_id)
        assert count_frames_to_shot_end(now, lengths[clip.source.ref], cut.rate) == 0 or now.frames == 1


def test_many_clips_are_searched_once() -> None:
    new_id = minter()
    shots = [(f"s{index:05}", 20) for index in range(2_000)]
    cut = assembly.assemble_shots(new_cuts.create_cut("Film", new_id=new_id), shots, new_id)
    cut = edits.trim_clip_in(cut, cut.clips[-1].id, 3, new_id=new_id)
    more = [each for shot in shots for each in (shot, (f"{shot[0]}n", 5))][:-1]
    followed = assembly.follow_shots(cut, more, new_id, was=shots)
    assert followed.to_place == ("s01998n",)
    assert layout(followed.cut).frames == 40_000 - 3 + 1998 * 5
    source = ClipSource(SourceKind.SHOT, "s00000n")
    assert any(clip.source == source for clip in followed.cut.clips)
