"""Test the Timeline screen on a real film: the action of every key is stored in project.db, and undo reverts
it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual import events

from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import Cut, SourceKind
from milimo_tui.studio.registry.registry import run_by_id
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.sound.sound import FoundSound
from milimo_tui.tui.widgets.picture import Picture
from tests.budget import thorough
from tests.tui.play.test_playback import FakeSpeaker
from tests.tui.rain_market import SHOTS, add_take, make_studio
from tests.tui.stage import Stage, on

LENGTHS = [shot[3] for shot in SHOTS]


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    """Return a studio with the film but without takes. Only slates are shown, so nothing has to be
    decoded.
    """
    return make_studio(tmp_path / "home", takes=False)


def cut_of(stage: Stage) -> Cut:
    """Return the cut as it is stored in the database now."""
    studio: Studio = stage.app.studio
    cut = studio.require_project().load_cut(stage.screen.cut.id)
    assert cut is not None
    return cut


def v1(cut: Cut) -> list[int]:
    """Return the lengths in frames of V1's clips in order. Gaps are negative."""
    track = next(track for track in cut.tracks if track.name == "V1")
    return [
        -placed.clip.frames if placed.clip.source.kind is SourceKind.GAP else placed.clip.frames
        for placed in layout(cut).get_row(track.id)
    ]


def clips(cut: Cut) -> set[Any]:
    return set(cut.clips)


@pytest.mark.long("screens")
async def test_screen_has_inspector_ruler_and_map(studio: Studio) -> None:
    async with on(studio, "timeline", (80, 24)) as stage:
        await stage.press("w", "w")
        text = "\n".join(stage.lines())
        assert stage.screen.playhead == LENGTHS[0] + LENGTHS[1]
        assert "00:00:08:21 / 00:00:43:23" in text
        assert "1C  CU Mara" in text
        assert "“You are late.”" in text
        assert "▸V1" in text
        assert "whole film" in text
        assert "NORMAL" in text
        assert "▐1A" in text
        await stage.press("0", "+", "+")
        assert "1A EWS" in "\n".join(stage.lines())


@pytest.mark.long("screens")
async def test_motions_go_by_frames_seconds_edits_scenes_and_ends(studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        screen = stage.screen
        await stage.press("1", "2", "l")
        assert screen.playhead == 12
        await stage.press("shift+right", "h")
        assert screen.playhead == 36
        await stage.press("W")
        assert screen.playhead == sum(LENGTHS[:3]), "scene 2 begins with the fourth shot"
        await stage.press("e")
        assert screen.playhead == sum(LENGTHS[:4]) - 1
        await stage.press("b", "B")
        assert screen.playhead == 0
        await stage.press("G")
        assert screen.playhead == sum(LENGTHS)
        await stage.press("0")
        assert screen.playhead == 0
        await stage.press("h")
        assert screen.playhead == 0
        await stage.press(":")
        await stage.type("0:10:00")
        await stage.press("enter")
        assert screen.playhead == 250


async def test_split_undo_and_redo_restore_the_equal_cut(studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        before = cut_of(stage)
        await stage.press("4", "0", "l", "s")
        split = cut_of(stage)
        assert v1(split)[:3] == [40, 60, 121]
        assert stage.said.startswith("split 1A")
        await stage.press("u")
        assert clips(cut_of(stage)) == clips(before)
        await stage.press("U")
        assert clips(cut_of(stage)) == clips(split)


@pytest.mark.long("screens")
async def test_clips_are_deleted_extracted_lifted_and_the_edit_repeated(studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        await stage.press("x")
        assert v1(cut_of(stage)) == LENGTHS[1:]
        await stage.press(".")
        assert v1(cut_of(stage)) == LENGTHS[2:]
        await stage.press("D", "D")
        assert v1(cut_of(stage)) == [-LENGTHS[2], *LENGTHS[3:]], "a lifted clip leaves its time"
        await stage.press("u", "u", "u")
        assert v1(cut_of(stage)) == LENGTHS
        await stage.press("2", "d", "d")
        assert v1(cut_of(stage)) == LENGTHS[2:], "a doubled operator with a count takes so many clips"
        await stage.press("u", "1", "0", "l", "d", "w")
        assert v1(cut_of(stage)) == [10, *LENGTHS[1:]], "d w: from here to the next edit"
        assert stage.screen.playhead == 10


async def test_keys_typed_at_once_act_in_order(studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        for key in ("4", "0", "l", "s", "w", "x", ".", "u", "y", "y", "0", "p"):
            character = key if len(key) == 1 else None
            stage.app.post_message(events.Key(key, character))
        await stage.pilot.pause()
        await stage.settle()
        assert v1(cut_of(stage))[:5] == [LENGTHS[2], 40, 60, LENGTHS[2], LENGTHS[3]]


@pytest.mark.long("screens")
async def test_keys_typed_ahead_are_read_in_the_mode_after_the_edit(studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        names = {"enter": None, "tab": None, "space": " "}
        typed = [*"40lst", "tab", *"6l", "enter", *"mmno", "space", "x", "enter", "x"]
        for key in typed:
            stage.app.post_message(events.Key(key, names.get(key, key)))
        await stage.pilot.pause()
        await stage.settle()
        cut = cut_of(stage)
        assert v1(cut)[:2] == [46, LENGTHS[1]], "split, rolled by six, and the rest of the clip deleted"
        assert [marker.text for marker in cut.markers] == ["no x"]


async def test_split_of_all_tracks_leaves_no_clip_whole(studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        await stage.press("y", "y", "w", "k", "P", "j", "b", "5", "l", "S")
        cut = cut_of(stage)
        at = LENGTHS[0] + 5
        for name in ("V1", "V2"):
            track = next(track for track in cut.tracks if track.name == name)
            assert at in {placed.start for placed in layout(cut).get_row(track.id)}, name


@pytest.mark.long("screens")
async def test_scene_and_marked_range_are_objects(studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        await stage.press("d", "i", "s")
        assert v1(cut_of(stage)) == LENGTHS[3:]
        await stage.press("u", "2", "0", "l", "i", "3", "0", "l", "o")
        cut = cut_of(stage)
        assert (cut.mark_in, cut.mark_out) == (20, 51)
        assert "[" in "\n".join(stage.lines())
        await stage.press("0", "O")
        assert stage.screen.playhead == 50
        await stage.press("I")
        assert stage.screen.playhead == 20
        await stage.press("d", "i", "r")
        assert v1(cut_of(stage))[:2] == [20, LENGTHS[0] - 51]
        await stage.press("g", "x")
        assert (cut_of(stage).mark_in, cut_of(stage).mark_out) == (None, None)
        await stage.press("d", "i", "r")
        assert "no range" in stage.said


@pytest.mark.long("screens")
async def test_yank_insert_overwrite_and_registers_work(studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        await stage.press("y", "y", "G", "p")
        assert v1(cut_of(stage)) == [*LENGTHS, LENGTHS[0]]
        assert stage.screen.playhead == sum(LENGTHS) + LENGTHS[0]
        await stage.press("u", "0", "w", '"', "a", "y", "y", "0", '"', "a", "p")
        assert v1(cut_of(stage))[:2] == [LENGTHS[1], LENGTHS[0]]
        await stage.press("u", "0", '"', "a", "P")
        assert v1(cut_of(stage))[:2] == [LENGTHS[1], LENGTHS[0] + LENGTHS[1] - LENGTHS[1]]
        assert sum(v1(cut_of(stage))) == sum(LENGTHS), "overwriting moves nothing"


@pytest.mark.long("screens")
async def test_overlay_is_connected_on_v2_and_nudged_by_frames(studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        await stage.press("y", "y", "w", "k", "P")
        cut = cut_of(stage)
        v2 = next(track for track in cut.tracks if track.name == "V2")
        (placed,) = layout(cut).get_row(v2.id)
        assert (placed.start, placed.clip.frames) == (LENGTHS[0], LENGTHS[0])
        assert placed.clip.anchor is not None, "it hangs on what lies under it"
        await stage.press("b", "1", "0", ">")
        cut = cut_of(stage)
        (placed,) = layout(cut).get_row(v2.id)
        assert placed.start == LENGTHS[0] + 10


async def test_clips_of_v1_move_by_slots_with_the_playhead(studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        await stage.press("5", "l", ">")
        assert v1(cut_of(stage))[:3] == [LENGTHS[1], LENGTHS[0], LENGTHS[2]]
        assert stage.screen.playhead == LENGTHS[1] + 5
        await stage.press("<")
        assert v1(cut_of(stage)) == LENGTHS
        assert stage.screen.playhead == 5


@pytest.mark.long("screens")
async def test_trim_moves_the_edge_at_once_and_is_one_edit(studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        history = len(studio.require_project().list_history(cut_of(stage).id))
        await stage.press("9", "5", "l", "t")
        assert "TRIM" in stage.lines()[-1]
        await stage.press("5", "h", "3", "h", "l")
        assert v1(cut_of(stage)) == LENGTHS, "nothing is written while the edge is in hand"
        assert stage.screen.cutting.lanes[1].spans[0].clip.frames == LENGTHS[0] - 7, "but it is seen"
        await stage.press("enter")
        assert v1(cut_of(stage)) == [LENGTHS[0] - 7, *LENGTHS[1:]]
        assert len(studio.require_project().list_history(cut_of(stage).id)) == history + 1
        await stage.press("u")
        assert v1(cut_of(stage)) == LENGTHS


@pytest.mark.long("screens")
async def test_trim_by_a_typed_number_on_the_other_side_is_undone(studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        await stage.press("9", "5", "l", "t", "[")
        assert "head of 1B" in stage.said
        await stage.press("+")
        await stage.type("12")
        await stage.press("enter")
        assert "head of 1B +12 f" in stage.said
        await stage.press("u")
        assert "+0 f" in stage.said
        await stage.press("4", "l", "enter")
        assert v1(cut_of(stage))[:2] == [LENGTHS[0], LENGTHS[1] - 4]


@pytest.mark.long("screens")
async def test_trim_stays_while_the_playhead_does_not_move(studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        await stage.press("9", "5", "l", "t", "2", "h")
        stage.screen.save_place()  # Save the playhead, as the screen does when the playhead rests.
        await stage.until(lambda: cut_of(stage).playhead == stage.screen.playhead)
        stage.app.follower.check_film_now()
        await stage.until(lambda: stage.screen.film.cut.playhead == stage.screen.playhead)
        await stage.settle()
        assert "TRIM" in stage.lines()[-1], stage.said
        await stage.press("h", "enter")
        assert v1(cut_of(stage))[0] == LENGTHS[0] - 3


async def test_trim_and_visual_show_their_own_keys(studio: Studio) -> None:
    async with on(studio, "timeline", (80, 24)) as stage:
        await stage.press("9", "5", "l", "t")
        assert "+ type" in stage.lines()[-1]
        assert "split" not in stage.lines()[-1]
        await stage.press("escape", "v")
        assert "d extract" in stage.lines()[-1]
        assert "i in" not in stage.lines()[-1]


async def test_trim_stops_at_the_last_frame_with_one_sentence(studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        await stage.press("9", "5", "l", "t", "5", "0", "0", "h")
        assert "limit is reached" in stage.said
        await stage.press("enter")
        assert v1(cut_of(stage))[0] == 1


@pytest.mark.long("screens")
async def test_markers_have_notes_and_marks_have_names(studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        await stage.press("3", "0", "l", "m", "m")
        await stage.type("hold on her")
        await stage.press("enter")
        assert [(marker.frame, marker.text) for marker in cut_of(stage).markers] == [(30, "hold on her")]
        await stage.press("5", "0", "l", "m", "a", "0", ";")
        assert stage.screen.playhead == 30
        assert "hold on her" in "\n".join(stage.lines())
        await stage.press(";", ";")
        assert stage.screen.playhead == 80
        assert "no marker" in stage.said
        await stage.press("0", "'", "a")
        assert stage.screen.playhead == 80
        await stage.press("'", "z")
        assert "no mark z" in stage.said
        await stage.press("0", "d", "'", "a")
        assert v1(cut_of(stage))[0] == LENGTHS[0] - 80


@pytest.mark.long("screens")
async def test_tracks_are_muted_locked_and_added_and_a_locked_one_refuses(studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        await stage.press("T", "l")
        assert next(t for t in cut_of(stage).tracks if t.name == "V1").locked
        await stage.press("x")
        assert "locked" in stage.said
        assert v1(cut_of(stage)) == LENGTHS
        await stage.press("T", "l", "j", "T", "m", "T", "n")
        tracks = {track.name: track for track in cut_of(stage).tracks}
        assert tracks["A1"].muted
        assert "A3" in tracks


@pytest.mark.long("screens")
async def test_visual_mode_selects_frames_clips_and_objects(studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        await stage.press("1", "0", "l", "v", "1", "9", "l")
        assert stage.screen.selection == (10, 30)
        assert "VISUAL" in stage.lines()[-1]
        await stage.press("d")
        assert v1(cut_of(stage))[:2] == [10, LENGTHS[0] - 30]
        assert not stage.screen.selection
        await stage.press("u", "0", "V", "w")
        assert stage.screen.selection == (0, LENGTHS[0] + LENGTHS[1])
        await stage.press("i", "s")
        assert stage.screen.selection == (0, sum(LENGTHS[:3])), "in visual mode i begins an object"
        await stage.press("escape")
        assert not stage.screen.selection
        assert cut_of(stage).mark_in is None


@pytest.mark.long("screens")
@pytest.mark.parametrize(("size", "is_whole"), [((200, 50), True), ((80, 24), False)])
async def test_film_fills_the_width_at_first_where_its_clips_are_legible(
    studio: Studio, size: tuple[int, int], is_whole: bool
) -> None:
    """A film of some minutes with takes of some seconds is shown completely at 200 columns. At 80 columns,
    only the part that stays legible is shown.
    """
    cut = studio.take_snapshot().cut
    assert cut is not None
    [clip] = [clip.id for clip in cut.clips if clip.frames == LENGTHS[1]]
    for _ in range(14):
        run_by_id(studio, "cut.duplicate", {"clip": clip})
    frames = layout(studio.require_project().load_cuts()[0]).frames
    async with on(studio, "timeline", size) as stage:
        view = stage.screen.view
        assert (view.end >= frames) is is_whole
        assert view.zoom > 8 if is_whole else view.zoom == 8


@pytest.mark.long("screens")
async def test_timeline_is_zoomed_and_searched(studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        zoom = stage.screen.view.zoom
        await stage.press("+")
        assert stage.screen.view.zoom < zoom
        await stage.press("z", "f")
        assert stage.screen.view.end >= sum(LENGTHS)
        assert stage.screen.view.origin == 0
        await stage.press("w", "z", "s")
        assert stage.screen.view.zoom <= 2
        await stage.press("/")
        await stage.type("jun bolts")
        await stage.press("enter")
        assert stage.screen.playhead == sum(LENGTHS[:7])
        await stage.press("n")
        assert stage.screen.playhead == sum(LENGTHS[:7]), "the only match"


async def test_takes_are_auditioned_and_rated_in_place(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    shot = studio.take_snapshot().story.shots[0]
    first = add_take(studio.require_project(), shot, seed=40)
    second = add_take(studio.require_project(), shot, seed=41)
    async with on(studio, "timeline") as stage:
        assert stage.screen.clip_styles.shots[shot.id].take == first.id
        await stage.press(")")
        assert studio.take_snapshot().story.shots[0].take == second.id
        await stage.press("(", "*", "4")
        story = studio.take_snapshot().story
        assert story.shots[0].take == first.id
        assert next(take for take in story.takes if take.id == first.id).rating == 4
        await stage.until(lambda: "★★★★" in "\n".join(stage.lines()))
        await stage.until(lambda: "take 1 of 2" in "\n".join(stage.lines()))


async def test_frame_under_the_playhead_comes_from_the_viewer(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    add_take(studio.require_project(), studio.take_snapshot().story.shots[0], seed=40)
    async with on(studio, "timeline") as stage:
        picture = stage.app.screen.query_one("#picture", Picture)

        def drawn() -> list[str]:
            return [repr(list(strip)) for strip in picture.drawing.strips] if picture.drawing else []

        await stage.until(drawn)
        first = drawn()
        await stage.press("5", "0", "l")
        await stage.until(lambda: drawn() != first)
        await stage.until(lambda: any(set("▃▄▅▆▇") & set(line) for line in stage.lines()), "no waveform came")


async def test_remake_asks_first_with_an_estimate(studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        await stage.press("c", "c")
        assert any("Make 1A" in line and "yes" in line for line in stage.lines())
        await stage.press("n")
        assert studio.client_or_none() is None, "no queue was started for a question"


async def test_two_terminals_show_each_others_edits(tmp_path: Path, studio: Studio) -> None:
    other = make_studio(tmp_path / "home", actor="terminal-b")
    async with on(studio, "timeline") as stage:
        track = next(track for track in cut_of(stage).tracks if track.name == "V1")
        run_by_id(other, "cut.split", {"at": "30", "track": track.id})
        await stage.until(lambda: len(stage.screen.cutting.lanes[1].spans) == len(LENGTHS) + 1)
        await stage.press("x")
        assert v1(other.take_snapshot().cut or cut_of(stage)) == [70, *LENGTHS[1:]]
        await stage.press("u")
        assert v1(cut_of(stage)) == [30, 70, *LENGTHS[1:]], "u takes back this terminal's own edit"
    other.close()


async def test_playhead_zoom_and_track_survive_a_restart(tmp_path: Path, studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        await stage.press("w", "w", "7", "l", "k", "-")
    studio.close()
    again = make_studio(tmp_path / "home")
    async with on(again, "timeline") as stage:
        await stage.until(lambda: stage.screen.view.lane == 0)
        assert stage.screen.playhead == LENGTHS[0] + LENGTHS[1] + 7
        assert stage.screen.view.zoom > 4
    again.close()


@pytest.mark.long("screens")
async def test_space_plays_and_stops_and_the_playhead_stays(studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        await stage.pilot.press("space")
        await stage.until(lambda: stage.screen.playhead > 5)
        assert "▶ 1×" in stage.lines()[0]
        await stage.press("space")
        assert "■" in stage.lines()[0]
        at = stage.screen.playhead
        await stage.pilot.pause(0.2)
        assert stage.screen.playhead == at
        await stage.press("w", "w")
        at = stage.screen.playhead
        await stage.pilot.press("J")
        await stage.until(lambda: stage.screen.playhead < at)
        assert "◀ 1×" in stage.lines()[0]
        await stage.press("K")
        await stage.press("l")
        assert not stage.screen.transport.playing


async def test_picture_follows_the_sound_of_a_device_and_a_step_is_heard(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    add_take(studio.require_project(), studio.take_snapshot().story.shots[0], seed=40)
    speaker = FakeSpeaker()
    # The long latency keeps the screen from treating the sound as stopped. The test moves the sound's
    # position itself.
    speaker.latency = 60.0
    async with on(studio, "timeline") as stage:
        screen = stage.screen
        await stage.until(lambda: screen.plan is not None)
        screen.transport.screen_player.sound.find = lambda rate: FoundSound(speaker)
        await stage.press("l")
        await stage.until(lambda: screen.transport.screen_player.sound.is_known)
        await stage.press("l")
        await stage.until(lambda: speaker.count_waiting() > 0, "a step of the playhead was not heard")
        assert any(speaker.pipe.take_padded(100)), "what was heard is the take's tone"
        await stage.pilot.press("space")
        await stage.until(lambda: screen.transport.playing and speaker.count_waiting() > 10_000)
        at = screen.playhead
        await stage.pilot.pause(0.2)
        assert screen.playhead <= at + 1, "nothing was heard, so the picture waits"
        speaker.play(0.4)
        await stage.until(lambda: screen.playhead >= at + 9)
        await stage.press("space")
        assert speaker.count_waiting() == 0
    assert speaker.closed
    studio.close()


async def test_screen_without_a_film_or_a_cut_explains_itself(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    cut = studio.take_snapshot().cut
    assert cut is not None
    studio.require_project().write_edit("empty", scope="project", actor="cli", before=[cut], after=[])
    async with on(studio, "timeline") as stage:
        assert any("no cut yet" in line for line in stage.lines())
        await stage.press("s")
        assert "split:" in stage.said
        assert "g s" in stage.said


async def test_no_colour_keeps_every_meaning(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with on(studio, "timeline", (80, 24)) as stage:
        text = "\n".join(stage.lines())
        assert "1A" in text
        assert "○" in text
        assert "▼" in text
        assert "▸V1" in text


@pytest.mark.parametrize("size", thorough("screens", [(80, 24), (120, 40), (200, 50), (300, 80)], one=True))
async def test_every_size_shows_all_parts(studio: Studio, size: tuple[int, int]) -> None:
    async with on(studio, "timeline", size) as stage:
        lines = stage.lines()
        text = "\n".join(lines)
        assert len(lines) == size[1]
        for part in ("▸V1", " V2", " A1", " A2", "▼", "whole film", "1A  EWS", "NORMAL"):
            assert part in text, part
