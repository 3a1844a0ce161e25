"""Test conditions of a take: order of dependent takes, frames and their limits, missing inputs, and the
values that are sent.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.engines.specs.spec_values import JobOutput
from milimo_tui.story.values.film import SheetVerdict, Shot, Story
from milimo_tui.story.values.making import BoardUse, Conditioning, FollowKind
from milimo_tui.studio.takes import conditioning, shot_spec, signatures, take_batch
from milimo_tui.studio.takes.conditioning import FollowedItem, ShotEnd, list_followed
from milimo_tui.studio.takes.handles import Handles
from tests.studio.takes.films import BY_HAND, CLIP, OF_A, film, follow

ROOT = Path("/films/rain")


def second(story: Story) -> Shot:
    return story.shots[1]


def things(**changed: object) -> tuple[FollowedItem, ...]:
    story = film(**changed)
    return list_followed(story, second(story))


def test_row_26_frame_set_by_user_precedes_board_and_continuity() -> None:
    first = follow("c0", asset="asset_turn")
    every = things(conditioning=(first,), board="asset_board", continues="shot_a")
    assert [(one.source, bool(one.behind)) for one in every] == [
        ("hand", False),
        ("board", True),
        ("continuity", True),
    ]
    assert "turn.png" in every[1].behind
    assert [one.source for one in things(board="asset_board", continues="shot_a") if not one.behind] == [
        "board"
    ]
    assert [one.source for one in things(continues="shot_a") if not one.behind] == ["continuity"]


@given(
    hand=st.booleans(), board=st.sampled_from(list(BoardUse)), has_board=st.booleans(), goes_on=st.booleans(),
    toggle=st.booleans(),
)  # fmt: skip
def test_row_26_only_the_first_source_in_order_is_the_first_frame(
    hand: bool, board: BoardUse, has_board: bool, goes_on: bool, toggle: bool
) -> None:
    story = film(
        conditioning=(follow("c0", asset="asset_turn"),) if hand else (),
        board="asset_board" if has_board else "",
        board_use=board,
        continues="shot_a" if goes_on else "",
        continuity=toggle,
    )
    left = [one.source for one in list_followed(story, second(story)) if not one.behind and not one.problem]
    wanted = [
        name
        for name, there in (
            ("hand", hand),
            ("board", has_board and board is not BoardUse.OFF),
            ("continuity", goes_on and toggle),
        )
        if there
    ]
    assert left == wanted[:1]


def test_row_27_disabled_continuity_keeps_the_link() -> None:
    story = film(continues="shot_a", continuity=False)
    assert list_followed(story, second(story)) == ()
    assert second(story).continues == "shot_a"
    states = shot_spec.list_shot_states(story)
    (wish,) = take_batch.compose(
        shot_spec.FilmSpecs(story),
        [states[1]],
        take_batch.Sweep(),
        continued={"shot_a": ShotEnd(JobOutput(job="job_9"), 104)},
    )
    assert wish.spec.conditioning == ()


def test_row_27_shot_continues_at_the_end_of_the_cut_not_of_the_handles() -> None:
    """A shot continues from frame 104 of the previous take. That take has 113 frames, but its shot has 105,
    and the cut ends there.
    """
    story = film(continues="shot_a")
    states = shot_spec.list_shot_states(story)
    before, take = states[0].shot, states[0].takes[0]
    for held, last in ((take, 104), (replace(take, frames=129, head=12, tail=12), 116)):
        end = ShotEnd("/takes/a.mov", conditioning.find_last_frame(before, held))
        specs = shot_spec.FilmSpecs(story)
        (wish,) = take_batch.compose(specs, [states[1]], take_batch.Sweep(), continued={"shot_a": end})
        (one,) = wish.spec.conditioning
        assert (one.input, one.frame, one.at, one.source) == ("/takes/a.mov", 0, last, "continuity")


def test_shot_continues_at_the_end_of_the_shot_made_with_it() -> None:
    """Both shots are queued together, so the head handle of the first take is known from its request and not
    from a file.
    """
    story = film(continues="shot_a")
    wishes = take_batch.compose(
        shot_spec.FilmSpecs(story),
        shot_spec.list_shot_states(story)[:2],
        take_batch.Sweep(),
        handles=Handles(12, 7),
    )
    (one,) = wishes[1].spec.conditioning
    assert (wishes[0].spec.head, one.at) == (7, 7 + wishes[0].spec.frames - 1)


def test_previs_panel_is_a_first_frame_only_when_asked() -> None:
    story = replace(film(board="asset_board"), previs_boards=frozenset({"asset_board"}))
    assert list_followed(story, second(story)) == ()
    asked = replace(second(story), board_use=BoardUse.ON)
    assert [one.what for one in list_followed(story, asked)] == ["board 1B"]


def test_row_33_frames_are_counted_in_the_shot_and_from_its_end() -> None:
    story = film(conditioning=(BY_HAND, CLIP, replace(BY_HAND, id="c9", frame=-1)))
    spec = shot_spec.make_video_spec(story, second(story), root=ROOT)
    assert [(one.frame, one.strength) for one in spec.conditioning] == [(60, 0.8), (8, 1.0), (104, 0.8)]
    assert spec.conditioning[0].input == "/films/rain/media/tu/turn.png"


@pytest.mark.parametrize("frame", [105, 2000, -106])
def test_row_33_frame_outside_the_shot_is_a_problem_with_a_suggestion(frame: int) -> None:
    (one,) = things(conditioning=(replace(BY_HAND, frame=frame),))
    assert f"frame {frame}" in one.problem
    assert "1B has 105" in one.problem
    assert "--frame -1" in one.hint
    assert not one.is_sent


def test_two_pictures_at_one_frame_are_never_both_sent() -> None:
    one, other = things(conditioning=(BY_HAND, replace(BY_HAND, id="c9", asset="asset_face")))
    assert (one.is_sent, other.is_sent) == (True, False)
    assert "turn.png" in other.behind
    assert other.behind.endswith("frame 60")


def test_frame_of_another_take_is_used_as_a_still() -> None:
    story = film(conditioning=(replace(OF_A, at=60),))
    (one,) = list_followed(story, second(story))
    assert (one.what.endswith(" 1A, frame 60"), one.is_clip) == (True, False)
    (sent,) = shot_spec.make_video_spec(story, second(story), root=ROOT).conditioning
    assert (sent.input, sent.at) == ("/films/rain/media/a0/a.mov", 60)
    (whole,) = things(conditioning=(replace(OF_A, at=None),))
    assert whole.is_clip
    (beyond,) = things(conditioning=(replace(OF_A, at=113),))
    assert "113 frames" in beyond.problem


@pytest.mark.parametrize(
    ("one", "problem", "hint"),
    [
        (
            follow("c", kind=FollowKind.BOARD, other="shot_a"),
            "board 1A",
            "storyboard board 1A",
        ),
        (follow("c", kind=FollowKind.TAKE, other="shot_c"), "take of 1C", "shot make 1C"),
        (follow("c", asset="asset_gone"), "asset_gone", "bin list"),
        (follow("c", asset="asset_turn", control="depth"), "depth control", "give it a clip"),
    ],
)
def test_missing_input_is_reported_with_the_command_that_adds_it(
    one: Conditioning, problem: str, hint: str
) -> None:
    (found,) = things(conditioning=(one,))
    assert problem in found.problem
    assert hint in found.hint


def test_row_34_clip_control_is_sent_for_saved_shots_too() -> None:
    depth = follow("c4", asset="asset_dance", control="depth", prepared=True, strength=0.7)
    story = film(conditioning=(depth, BY_HAND))
    spec = shot_spec.make_video_spec(story, second(story), root=ROOT)
    (control,) = spec.control
    assert (control.kind, control.prepared, control.strength) == ("depth", True, 0.7)
    assert control.input == "/films/rain/media/da/dance.mov"
    assert [one.frame for one in spec.conditioning] == [60], "the control takes no frame"


def test_row_14_reference_sheet_as_first_frame_is_refused_and_reported() -> None:
    story = film(conditioning=(follow("c0", asset="asset_face"),), board="asset_board")
    sheet = SheetVerdict(id="sheet_1", asset="asset_face", reason="four views on white")
    told = list_followed(replace(story, sheets=(sheet,)), second(story))
    assert sheet.reason in told[0].behind
    assert told[1].is_sent, "the board takes its place"
    override = replace(sheet, is_sheet=False, by="you")
    assert list_followed(replace(story, sheets=(override,)), second(story))[0].is_sent


def test_engine_that_draws_facts_gets_no_reference_frames() -> None:
    story = film(conditioning=(BY_HAND,), board="asset_board", schedule="full", model="x")
    drawn = shot_spec.make_video_spec(story, second(story), engine="animatic")
    assert (drawn.conditioning, drawn.schedule, drawn.model) == ((), "auto", "")


def test_paths_tell_stale_takes_without_a_project() -> None:
    story = film(conditioning=(BY_HAND, OF_A), board="asset_board")
    here, there, nowhere = (
        signatures.get_signature(shot_spec.make_video_spec(story, second(story), root=root))
        for root in (ROOT, Path("/moved/elsewhere"), None)
    )
    assert here == there == nowhere
    other = film(conditioning=(replace(BY_HAND, asset="asset_coat"), OF_A), board="asset_board")
    assert signatures.get_signature(shot_spec.make_video_spec(other, second(other))) != here


def test_problems_are_listed_in_order() -> None:
    every = things(conditioning=(replace(BY_HAND, frame=500), follow("c", asset="nothing")))
    assert len(conditioning.list_follow_problems(every)) == 2
