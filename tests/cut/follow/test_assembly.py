"""Test new cuts, the first assembly of the shots, and which cuts follow the shots."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from milimo_tui.core.errors import Refused
from milimo_tui.cut.edit import edits
from milimo_tui.cut.follow import assembly
from milimo_tui.cut.follow.reconcile import FollowResult
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values import new_cuts
from milimo_tui.cut.values.cut import Cut, NewId, TrackKind, Transition
from tests.cut import films
from tests.cut.films import changed_clips, minter, track_of


def story(cut: Cut) -> str:
    """Return V1 as shot names with lengths in frames."""
    row = layout(cut).get_row(track_of(cut, "V1").id)
    return " ".join(f"{placed.clip.source.ref or 'gap'}:{placed.clip.frames}" for placed in row)


def assembled(new_id: NewId, shots: str = "a:10 b:20 c:30") -> Cut:
    return assembly.assemble_shots(new_cuts.create_cut("Film", new_id=new_id), lengths(shots), new_id)


def lengths(shots: str) -> list[tuple[str, int]]:
    return [(name, int(frames)) for name, frames in (word.split(":") for word in shots.split())]


def clip_on(cut: Cut, shot: str) -> str:
    return next(clip.id for clip in cut.clips if clip.source.ref == shot)


def test_new_cut_has_a_magnetic_v1_and_free_tracks() -> None:
    cut = new_cuts.create_cut("Film", rate=Fraction(24), width=1280, height=720, new_id=minter())
    assert [(track.name, track.kind, track.magnetic) for track in layout(cut).tracks] == [
        ("V1", TrackKind.VIDEO, True),
        ("V2", TrackKind.VIDEO, False),
        ("A1", TrackKind.AUDIO, False),
        ("A2", TrackKind.AUDIO, False),
    ]
    assert (cut.rate, cut.width, cut.height) == (Fraction(24), 1280, 720)
    assert not cut.hand_edited


def test_assembly_places_shots_end_to_end_and_is_no_manual_edit() -> None:
    cut = assembled(minter())
    assert story(cut) == "a:10 b:20 c:30"
    assert layout(cut).frames == 60
    assert not cut.hand_edited


def test_cut_of_another_rate_conforms_through_seconds() -> None:
    new_id = minter()
    cut = new_cuts.create_cut("NTSC", rate=Fraction(30000, 1001), new_id=new_id)
    cut = assembly.assemble_shots(cut, lengths("a:25 b:1 c:100"), new_id, rate=Fraction(25))
    assert story(cut) == "a:30 b:1 c:120"
    followed = assembly.follow_shots(cut, lengths("a:25 b:1 c:100"), new_id, rate=Fraction(25))
    assert followed.cut == cut


def test_assembly_needs_an_empty_v1() -> None:
    new_id = minter()
    with pytest.raises(Refused, match="has clips already"):
        assembly.assemble_shots(assembled(new_id), lengths("d:5"), new_id)
    free = replace(new_cuts.create_cut("Free", new_id=new_id), tracks=())
    with pytest.raises(Refused, match="magnetic video track"):
        assembly.assemble_shots(free, lengths("d:5"), new_id)


def test_new_shot_is_placed_after_its_neighbour() -> None:
    new_id = minter()
    cut = assembled(new_id)
    followed = assembly.follow_shots(cut, lengths("a:10 n:5 b:20 c:30 z:7"), new_id)
    assert story(followed.cut) == "a:10 n:5 b:20 c:30 z:7"
    assert (followed.to_place, followed.gone) == ((), ())
    assert len(changed_clips(cut, followed.cut)) == 2
    assert not followed.cut.hand_edited


def test_changed_shot_length_updates_its_clip() -> None:
    new_id = minter()
    cut = assembled(new_id)
    cut = edits.set_clip(cut, clip_on(cut, "b"), gain_db=-6)
    followed = assembly.follow_shots(cut, lengths("a:10 b:25 c:30"), new_id).cut
    assert story(followed) == "a:10 b:25 c:30"
    assert changed_clips(cut, followed) == {clip_on(cut, "b")}
    assert next(clip.gain_db for clip in followed.clips if clip.source.ref == "b") == -6


def test_removed_shot_disappears_and_its_connected_clips_stay() -> None:
    new_id = minter()
    cut = films.on(assembled(new_id), "V2", 15, "title", 5, new_id=new_id, connected=True)
    followed = assembly.follow_shots(cut, lengths("a:10 c:30"), new_id)
    assert story(followed.cut) == "a:10 c:30"
    assert films.draw(followed.cut, "V2") == "title~ 15-20"
    assert followed.gone == ()


def test_reordered_board_reorders_an_unedited_cut_with_few_rows() -> None:
    new_id = minter()
    cut = assembled(new_id, "a:1 b:2 c:3 d:4 e:5 f:6")
    followed = assembly.follow_shots(cut, lengths("a:1 e:5 b:2 c:3 d:4 f:6"), new_id).cut
    assert story(followed) == "a:1 e:5 b:2 c:3 d:4 f:6"
    assert changed_clips(cut, followed) == {clip_on(cut, "e")}
    backwards = assembly.follow_shots(cut, lengths("f:6 e:5 d:4 c:3 b:2 a:1"), new_id).cut
    assert story(backwards) == "f:6 e:5 d:4 c:3 b:2 a:1"


def test_hand_edited_cut_stays_and_lists_new_and_removed_shots() -> None:
    new_id = minter()
    cut = assembled(new_id)
    cut = edits.trim_clip_out(cut, clip_on(cut, "a"), -3, new_id=new_id)
    assert cut.hand_edited
    followed = assembly.follow_shots(cut, lengths("c:99 n:5 a:10 m:5"), new_id)
    assert followed.cut == replace(cut, waiting=("n", "m"))
    assert followed.to_place == ("n", "m")
    assert followed.gone == (clip_on(cut, "b"),)


def test_shot_split_in_two_clips_is_placed() -> None:
    new_id = minter()
    cut = edits.split_clips(assembled(new_id), 15, new_id=new_id)
    followed = assembly.follow_shots(cut, lengths("a:10 b:20 c:30"), new_id)
    assert (followed.cut, followed.to_place, followed.gone) == (cut, (), ())


@pytest.mark.parametrize("kind", ["sound", "overlay", "mute", "marker", "label"])
def test_change_outside_v1_is_no_manual_edit(kind: str) -> None:
    new_id = minter()
    cut = assembled(new_id)
    match kind:
        case "sound":
            cut = films.on(cut, "A1", 5, "music", 40, new_id=new_id)
        case "overlay":
            cut = films.on(cut, "V2", 5, "rain", 4, new_id=new_id, connected=True)
        case "mute":
            cut = edits.set_track(cut, track_of(cut, "V1").id, muted=True)
        case "marker":
            cut = edits.add_marker(cut, 5, new_id=new_id)
        case _:
            cut = edits.set_clip(cut, clip_on(cut, "a"), label="opening", fade_in=5)
    assert story(assembly.follow_shots(cut, lengths("a:10 n:5 b:20"), new_id).cut) == "a:10 n:5 b:20"


def test_frozen_and_locked_cuts_do_not_change() -> None:
    new_id = minter()
    cut = assembled(new_id)
    frozen = replace(cut, frozen=True)
    assert assembly.follow_shots(frozen, lengths("z:1"), new_id) == FollowResult(frozen)
    locked = edits.set_track(cut, track_of(cut, "V1").id, locked=True)
    followed = assembly.follow_shots(locked, lengths("a:10 b:20 z:5"), new_id)
    assert followed.cut == replace(locked, waiting=("z",))
    assert (followed.to_place, followed.gone) == (("z",), (clip_on(cut, "c"),))


def test_locked_overlay_does_not_prevent_following() -> None:
    new_id = minter()
    cut = films.on(assembled(new_id), "V2", 12, "x", 5, new_id=new_id, connected=True)
    cut = films.on(cut, "V2", 20, "title", 10, new_id=new_id)
    cut = edits.set_track(cut, track_of(cut, "V2").id, locked=True)
    followed = assembly.follow_shots(cut, lengths("n:8 a:10 b:20 c:30"), new_id).cut
    assert (films.draw(followed, "V2"), films.draw(followed, "V3")) == ("title 20-30", "x~ 20-25")


def test_following_twice_changes_nothing_more() -> None:
    new_id = minter()
    shots = lengths("c:31 n:5 a:10")
    once = assembly.follow_shots(assembled(new_id), shots, new_id).cut
    assert assembly.follow_shots(once, shots, new_id).cut == once


def test_duplicate_has_its_own_ids_and_shows_the_same() -> None:
    new_id = minter()
    cut = films.on(assembled(new_id), "V2", 12, "x", 5, new_id=new_id, connected=True)
    cut = edits.add_marker(cut, 2, new_id=new_id, clip=clip_on(cut, "b"))
    join = Transition(id="t", cut=cut.id, left=clip_on(cut, "a"), right=clip_on(cut, "b"), frames=4)
    cut = replace(cut, transitions=(join,), frozen=True)
    copy = new_cuts.duplicate_cut(cut, "v2", new_id)
    assert not films.rows(copy).keys() & films.rows(cut).keys()
    assert {row["cut"] for row in films.rows(copy).values()} == {copy.id}
    assert (copy.name, copy.frozen) == ("v2", False)
    assert films.broken_rules(copy) == []
    for name in ("V1", "V2"):
        assert films.strip(copy, track_of(copy, name).id, 60) == films.strip(cut, track_of(cut, name).id, 60)


def test_thousand_shots_are_followed_quickly() -> None:
    new_id = minter()
    shots = [(f"s{i}", 20) for i in range(1000)]
    cut = assembly.assemble_shots(new_cuts.create_cut("Film", new_id=new_id), shots, new_id)
    longer = [(name, frames + 1) for name, frames in reversed(shots)]
    assert layout(assembly.follow_shots(cut, longer, new_id).cut).frames == 21_000
