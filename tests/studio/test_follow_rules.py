"""Test by commands which changes of the screenplay, the storyboard and the cut the other two follow,
according to the design.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from milimo_tui.core.errors import BadInput, Conflict, Refused
from milimo_tui.cut.follow.story_line import find_story_line
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import Cut
from milimo_tui.studio.registry import registry
from milimo_tui.studio.registry.registry import Outcome
from milimo_tui.studio.session.studio import Studio
from tests.tui.studio_setup import make_studio

LONGER = "You are late. I have been sitting here since the rain began and they want to close the place."


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    """Commit The Rain Market in a new home without a supervisor."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    studio = make_studio(tmp_path / "home")
    yield studio
    studio.close()


def do(studio: Studio, command: str, /, **values: Any) -> Outcome:
    return registry.run_by_id(studio, command, values)


def cut_of(studio: Studio) -> Cut:
    cut = studio.take_snapshot().cut
    assert cut is not None
    return cut


def v1(studio: Studio) -> list[str]:
    """Return the current numbers of the shots on V1; `?` stands for a clip whose shot was removed."""
    cut, numbers = cut_of(studio), studio.take_snapshot().story.numbers
    line = find_story_line(cut)
    assert line is not None
    return [numbers.get(placed.clip.source.ref, "?") for placed in layout(cut).get_row(line.id)]


def rewrite(studio: Studio, old: str, new: str, **more: Any) -> Outcome:
    """Replace `old` by `new` in the screenplay and commit it."""
    text = studio.take_snapshot().story.project.script
    assert old in text
    do(studio, "script.save", text=text.replace(old, new))
    return do(studio, "storyboard.commit", **more)


def undo(studio: Studio) -> None:
    studio.require_project().undo("project", studio.actor)


class Answers:
    """A stand-in for a person who gives the same answer to every question."""

    def __init__(self, yes: bool) -> None:
        self.yes = yes
        self.asked: list[str] = []

    def ask_for_secret(self, question: str, hint: str = "") -> str:
        return ""

    def ask_for_consent(self, question: str) -> bool:
        self.asked.append(question)
        return self.yes


NEW = ("It spins, slows, falls.", "It spins, slows, falls.\n\nINSERT - a wet ticket under the bowl.")


def test_screenplay_makes_scenes_and_shots_and_the_cut_starts_in_their_order(studio: Studio) -> None:
    story = studio.take_snapshot().story
    assert v1(studio) == [story.numbers[shot.id] for shot in story.live_shots()]
    assert not cut_of(studio).hand_edited
    lengths = {clip.source.ref: clip.frames for clip in cut_of(studio).clips}
    assert lengths == {shot.id: shot.frames for shot in story.live_shots()}


def test_row_78_board_is_sent_to_a_timeline_in_its_order(studio: Studio) -> None:
    do(studio, "storyboard.reorder", id="1A", by=1)
    do(studio, "scene.move", id="3", by=-1)
    in_order = [
        studio.take_snapshot().story.numbers[shot.id] for shot in studio.take_snapshot().story.live_shots()
    ]
    assert v1(studio) == in_order, "the first cut follows shots and scenes"
    do(studio, "cut.new", name="pushed")
    assert cut_of(studio).name == "pushed"
    assert v1(studio) == in_order
    shown = {(clip.source_in, clip.effects.speed) for clip in cut_of(studio).clips}
    assert shown == {(Fraction(0), Fraction(1))}


def test_row_77_order_and_type_of_the_boards_shots_are_stored(studio: Studio) -> None:
    before = [shot.id for shot in studio.take_snapshot().story.live_shots()]
    do(studio, "storyboard.reorder", id="1B", by=-1)
    do(studio, "shot.set", id="2A", size="ECU", function="insert", angle="low")
    again = Studio.open(home=str(studio.home.root), actor="other")
    shots = again.take_snapshot().story.live_shots()
    again.close()
    assert [shot.id for shot in shots] == [before[1], before[0], *before[2:]]
    assert [shot.size for shot in shots if shot.id == before[2]] == ["ECU"]
    rewrite(studio, *NEW)
    shots = studio.take_snapshot().story.live_shots()
    assert [shot.id for shot in shots[:2]] == [before[1], before[0]], "a commit keeps the order by hand"
    assert (shots[2].size, shots[2].function, shots[2].angle) == ("ECU", "insert", "low")


def test_new_shot_is_added_to_an_unedited_cut(studio: Studio) -> None:
    shots = len(v1(studio))
    told = rewrite(studio, *NEW)
    assert told.data["to_place"] == []
    assert len(v1(studio)) == shots + 1
    assert v1(studio) == [
        studio.take_snapshot().story.numbers[s.id] for s in studio.take_snapshot().story.live_shots()
    ]


def test_new_shot_is_added_to_the_unedited_part_of_an_edited_cut(studio: Studio) -> None:
    do(studio, "cut.trim_in", clip="1A", by=5)
    told = rewrite(studio, *NEW)
    assert told.data["to_place"] == []
    assert v1(studio) == [
        studio.take_snapshot().story.numbers[s.id] for s in studio.take_snapshot().story.live_shots()
    ]


def test_new_shot_waits_where_the_cut_was_edited_and_is_placed_or_left_out(studio: Studio) -> None:
    last = studio.take_snapshot().story.numbers[studio.take_snapshot().story.live_shots()[-2].id]
    do(studio, "cut.trim_out", clip=last, by=-5)
    before = v1(studio)
    told = rewrite(studio, *NEW)
    (new,) = told.data["to_place"]
    number = studio.take_snapshot().story.numbers[new]
    assert "(milimo cut place)" in told.message
    assert len(v1(studio)) == len(before)
    assert number not in v1(studio)
    (row,) = do(studio, "cut.place").data
    assert (row["id"], row["number"], row["after"]) == (new, number, last)
    with pytest.raises(BadInput, match="--all"):
        do(studio, "cut.place", shots=[number], all=True)
    placed = do(studio, "cut.place", shots=[number])
    assert placed.message == f"place {number}"
    assert v1(studio)[v1(studio).index(last) + 1] == number
    assert do(studio, "cut.place").data == []
    with pytest.raises(Refused):
        do(studio, "cut.place", all=True)
    do(studio, "cut.undo")
    assert [row["number"] for row in do(studio, "cut.place").data] == [number]
    assert (do(studio, "cut.show").data["waiting"], do(studio, "cut.show").data["hand_edited"]) == (
        [new],
        True,
    )
    do(studio, "cut.place", all=True, at="0")
    assert v1(studio)[0] == number
    do(studio, "cut.undo")
    assert do(studio, "cut.place", all=True, leave=True).message == f"leave {number} out"
    assert do(studio, "cut.place").data == []
    assert number not in v1(studio)
    with pytest.raises(Conflict, match="“main” was changed"):
        undo(studio)
    do(studio, "cut.undo")
    undo(studio)
    assert cut_of(studio).waiting == ()


def test_shot_added_by_user_or_restored_follows_the_same_rule(studio: Studio) -> None:
    first = studio.take_snapshot().story.live_shots()[0]
    do(studio, "cut.trim_out", clip="1A", by=-5)
    waits = do(studio, "shot.add", scene="1", action="A cat.", after="1A")
    assert waits.message.startswith("added 1B;")
    assert "(milimo cut place)" in waits.message
    lands = do(studio, "shot.add", scene="1", action="A dog.")
    assert lands.message == f"added {lands.data['number']}"
    assert lands.data["number"] in v1(studio)
    do(studio, "shot.delete", id="1B")
    assert do(studio, "cut.place").data == []
    do(studio, "bin.restore", id=waits.data["id"])
    assert [row["id"] for row in do(studio, "cut.place").data] == [waits.data["id"]]
    do(studio, "shot.delete", id=first.id)
    (row,) = do(studio, "cut.gone").data
    assert (row["shot"], row["where"], row["text"]) == (first.id, "in the bin", first.action[:60])
    told = next(line for line in do(studio, "cut.show").text.splitlines() if "IN THE BIN" in line)
    assert f"–  “{first.action[:20]}" in told
    assert v1(studio)[0] == "?", "nothing leaves a cut by itself that was edited by hand"
    do(studio, "bin.restore", id=first.id)
    assert do(studio, "cut.gone").data == []


def test_removed_shot_leaves_an_unedited_cut_and_stays_in_an_edited_one(studio: Studio) -> None:
    do(studio, "cut.new", name="by hand", copy_of="main")
    do(studio, "cut.trim_out", clip="1A", by=-5)
    gone = "CLOSE ON a coin on the counter. It spins, slows, falls.\n\n"
    told = rewrite(studio, gone, "")
    assert told.data["parked"] == 1
    assert len(told.data["gone"]) == 1
    assert "(milimo cut gone)" in told.message
    assert v1(studio).count("?") == 1
    (row,) = do(studio, "cut.gone").data
    assert "coin" in row["text"]
    do(studio, "cut.use", name="main")
    assert "?" not in v1(studio)
    do(studio, "cut.use", name="by hand")
    assert "1 clip" in do(studio, "cut.gone", delete=True).message
    assert "?" not in v1(studio)
    do(studio, "cut.undo")
    assert rewrite(studio, "CUT TO:", f"{gone}CUT TO:").data["returned"] == 1
    assert do(studio, "cut.gone").data == [], "its text is back, and so is its shot"


def test_reordered_board_moves_a_following_cut_and_an_edited_one_only_when_asked(studio: Studio) -> None:
    moved = studio.take_snapshot().story.live_shots()[0]
    do(studio, "cut.new", name="by hand", copy_of="main")
    do(studio, "cut.trim_out", clip="2A", by=-5)
    before = cut_of(studio)
    told = do(studio, "storyboard.reorder", id="1A", by=1)
    assert told.data["stays_in"] == ["by hand"]
    assert "milimo cut reorder 1B" in told.message
    assert cut_of(studio) == before
    assert v1(studio)[:2] == ["1B", "1A"]
    do(studio, "cut.reorder", shots=["1B"])
    assert v1(studio)[:2] == ["1A", "1B"]
    do(studio, "cut.undo")
    do(studio, "cut.reorder")
    assert v1(studio)[:2] == ["1A", "1B"]
    do(studio, "cut.use", name="main")
    assert v1(studio)[:2] == ["1A", "1B"]
    assert next(clip for clip in cut_of(studio).clips if clip.source.ref == moved.id)
    do(studio, "cut.new", name="teaser", empty=True)
    with pytest.raises(Refused, match="1A"):
        do(studio, "cut.reorder", shots=["1A"])


def test_only_cuts_in_another_order_than_the_board_are_reported(studio: Studio) -> None:
    do(studio, "cut.trim_out", clip="2A", by=-5)
    do(studio, "cut.freeze", name="v1")
    assert do(studio, "storyboard.reorder", id="1A", by=1).data["stays_in"] == ["main"]
    told = do(studio, "storyboard.reorder", id="1B", by=-1)
    assert (told.message, told.data["stays_in"]) == ("move 1B", []), "the cut has it there already"
    told = do(studio, "scene.move", id="2", by=-1)
    assert told.data["stays_in"] == ["main"]
    assert "milimo cut reorder" in told.message
    assert v1(studio)[0].startswith("1"), "the cut is the editor's"


def test_split_clip_is_one_shot_and_two_clips(studio: Studio) -> None:
    shots = studio.take_snapshot().story.live_shots()
    do(studio, "cut.split", at="20")
    assert studio.take_snapshot().story.live_shots() == shots
    assert v1(studio)[:2] == ["1A", "1A"]
    told = rewrite(studio, "lanterns swinging", "red lanterns swinging hard")
    assert (told.data["changed"], told.data["gone"], told.data["to_place"]) == (1, [], [])
    assert v1(studio)[:2] == ["1A", "1A"]


def test_longer_line_lengthens_a_cut_that_follows(studio: Studio) -> None:
    before = layout(cut_of(studio)).frames
    told = rewrite(studio, "You are late.", LONGER)
    assert (told.data["changed"], told.data["marked"]) == (1, [])
    assert layout(cut_of(studio)).frames > before


def grown(studio: Studio, **more: Any) -> Outcome:
    """Trim the first clip manually, then lengthen a line in scene 2 and commit."""
    do(studio, "cut.trim_out", clip="1A", by=-5)
    return rewrite(studio, "You are late.", LONGER, **more)


def test_longer_line_keeps_the_length_of_an_edited_cut_and_marks_the_clip(studio: Studio) -> None:
    length = layout(cut_of(studio)).frames - 5
    told = grown(studio)
    (clip,) = told.data["marked"]
    assert "(milimo cut take-up)" in told.message
    assert layout(cut_of(studio)).frames == length
    assert [(each.kind, each.clip) for each in cut_of(studio).markers] == [("grew", clip)]
    (row,) = do(studio, "cut.take_up").data
    assert row["id"] == clip
    done = do(studio, "cut.take_up", clips=[row["name"]])
    assert done.data["frames"] == length + row["by"]
    assert cut_of(studio).markers == ()
    do(studio, "cut.undo")
    assert (layout(cut_of(studio)).frames, len(cut_of(studio).markers)) == (length, 1)
    do(studio, "cut.take_up", all=True, keep=True)
    assert (layout(cut_of(studio)).frames, cut_of(studio).markers) == (length, ())
    with pytest.raises(Refused, match="as long as its shot"):
        do(studio, "cut.take_up", all=True)


@pytest.mark.parametrize("yes", [True, False])
def test_longer_line_is_asked_about_once(studio: Studio, yes: bool) -> None:
    studio.asks = answers = Answers(yes)
    told = grown(studio)
    [question] = answers.asked
    assert question.startswith("1 clip of “main”")
    assert (len(told.data["marked"]), told.data["taken_up"]) == ((0, 1) if yes else (1, 0))
    assert bool(cut_of(studio).markers) is not yes
    after = layout(cut_of(studio)).frames
    undo(studio)
    assert cut_of(studio).markers == ()
    assert (layout(cut_of(studio)).frames < after) is yes, "the commit and the ripple are one step"


def test_longer_line_ripples_without_a_question_when_the_setting_says_so(studio: Studio) -> None:
    studio.asks = answers = Answers(False)
    told = grown(studio, lengths="ripple")
    assert (told.data["taken_up"], answers.asked) == (1, [])
    rewrite(studio, LONGER, "You are late.", lengths="keep")
    assert [each.kind for each in cut_of(studio).markers] == ["shrank"]
    assert answers.asked == []


def test_length_set_by_user_is_marked_and_keeps_its_clip(studio: Studio) -> None:
    at = layout(cut_of(studio)).get_start(do(studio, "cut.show").data["tracks"][0]["clips"][2]["id"]) + 9
    do(studio, "cut.split", at=f"{at}f")
    told = do(studio, "shot.set", id="2A", length="20s")
    assert told.message.endswith("(milimo cut take-up)")
    assert [each.kind for each in cut_of(studio).markers] == ["grew"]
    with pytest.raises(Refused, match="clip 2A on V1") as refused:
        do(studio, "cut.undo")
    assert refused.value.hint.endswith(": milimo cut undo --whole-project")


def test_cut_that_was_created_empty_gets_no_new_shots(
    studio: Studio,
) -> None:
    do(studio, "cut.trim_out", clip="1A", by=-5)
    do(studio, "cut.nest", start="0", end="50", name="opening")
    do(studio, "cut.new", name="teaser", empty=True)
    rewrite(studio, "EXT. ROOFTOP", "EXT. STREET - DAY\n\nA dog.\n\nEXT. ROOFTOP")
    cuts = {cut.name: cut for cut in studio.take_snapshot().cuts}
    assert cuts["teaser"].clips == ()
    assert (len(cuts["teaser"].waiting), cuts["opening"].waiting) == (1, ())


def test_frozen_cut_does_not_change(studio: Studio) -> None:
    do(studio, "cut.freeze", name="main")
    before = cut_of(studio)
    told = rewrite(studio, *NEW)
    assert (told.data["to_place"], cut_of(studio)) == ([], before)
    with pytest.raises(Refused, match="frozen"):
        do(studio, "cut.reorder")
