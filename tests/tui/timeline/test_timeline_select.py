"""Test selecting, repeating and searching on the timeline by keys, checked in the stored cut."""

from __future__ import annotations

from pathlib import Path

import pytest

from milimo_tui.cut.layout.layout import layout
from milimo_tui.studio.session.studio import Studio
from tests.tui.rain_market import make_studio
from tests.tui.stage import on
from tests.tui.timeline.test_timeline_screen import LENGTHS, cut_of, v1


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return make_studio(tmp_path / "home", takes=False)


@pytest.mark.long("screens")
async def test_selection_extends_over_tracks_swaps_its_end_and_is_repeated(studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        await stage.press("y", "y", "k", "P")  # Paste a copy of the first clip as an overlay on V2.
        await stage.press("0", "1", "0", "l", "v", "9", "l", "j")
        assert stage.screen.selection == (10, 20)
        await stage.press("o", "5", "h")
        assert stage.screen.selection == (5, 20)
        await stage.press("D")
        cut = cut_of(stage)
        v2 = next(track for track in cut.tracks if track.name == "V2")
        assert [placed.end for placed in layout(cut).get_row(v2.id)][:1] == [5]
        assert v1(cut)[:3] == [5, -15, LENGTHS[0] - 20], "on both tracks"
        await stage.press("5", "0", "l", ".")
        cut = cut_of(stage)
        at = stage.screen.playhead
        assert layout(cut).find_clip_at(v2.id, at) is None
        v1_id = next(track.id for track in cut.tracks if track.name == "V1")
        assert any((placed.start, placed.end) == (at, at + 15) for placed in layout(cut).get_row(v1_id))


@pytest.mark.long("screens")
async def test_states_and_words_are_searched_on_every_track(studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        await stage.press("/")
        await stage.type("missing")
        await stage.press("enter")
        assert f"“missing”: 2 of {len(LENGTHS)}" in stage.said
        await stage.press("N", "N")
        assert stage.screen.playhead == sum(LENGTHS[:-1]), "around the ends"
        await stage.press("/")
        await stage.type("offline")
        await stage.press("enter")
        assert "offline" in stage.said


async def test_key_table_is_filtered_and_types_the_selected_keys(studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        await stage.press("w")
        await stage.pilot.press("?")
        await stage.until(lambda: any("Keys · Timeline" in line for line in stage.lines()))
        await stage.pilot.press("/", *"new", "space", *"track", "enter")
        await stage.until(lambda: not any("frame back" in line for line in stage.lines()))
        await stage.pilot.press("enter")
        await stage.until(lambda: any(track.name == "V3" for track in cut_of(stage).tracks))
        await stage.settle()


@pytest.mark.long("screens")
async def test_clips_are_joined_swapped_linked_and_nested_by_keys(studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        await stage.press("4", "0", "l", "s", "b", "Z", "j")
        assert v1(cut_of(stage)) == LENGTHS, "split and joined again"
        await stage.press("Z", "s", ".")
        assert v1(cut_of(stage)) == LENGTHS, "swapped, and swapped again"
        await stage.press("y", "y", "k", "P", "0", "Z", "l")
        assert len({clip.link for clip in cut_of(stage).clips if clip.link}) == 1
        await stage.press("Z", "u", "j", "0", "V", "w", "Z", "n")
        v1_id = next(track.id for track in cut_of(stage).tracks if track.name == "V1")
        first = layout(cut_of(stage)).get_row(v1_id)[0].clip
        assert (first.source.kind.value, first.frames) == ("cut", LENGTHS[0] + LENGTHS[1])
        outer = stage.screen.cut.name
        await stage.press("0", "Z", "i")
        assert stage.screen.cut.name != outer
        await stage.press("Z", "b")
        assert stage.screen.cut.name == outer
        await stage.press("u", "0", "V", "w", "Z", "g")
        await stage.until(lambda: "≡" in stage.text and "2 clips: 1A, 1B" in stage.text)
        assert sum(bool(clip.group) for clip in cut_of(stage).clips) == 2
        await stage.press("V")
        assert f"VISUAL CLIP {LENGTHS[0] + LENGTHS[1]} f" in stage.lines()[-1], "V chooses the whole group"
        await stage.press("Z", "o")
        assert not any(clip.group for clip in cut_of(stage).clips)
        assert stage.screen.get_mode_name() == "NORMAL"
        await stage.press("V", "Z", "u")
        assert "to unlink" in stage.said
        await stage.press("escape", "G", "b", "Z", "s")
        assert "swap with" in stage.said


@pytest.mark.long("screens")
async def test_typed_command_uses_the_clip_under_the_playhead(studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        await stage.press("w", ":")
        await stage.type("cut.ripple edge=tail by=-20")
        await stage.press("enter")
        assert v1(cut_of(stage))[:2] == [LENGTHS[0], LENGTHS[1] - 20]
        await stage.press("w", "8", ".")
        assert v1(cut_of(stage))[:3] == [LENGTHS[0], LENGTHS[1] - 20, LENGTHS[2] - 8], "typed words, repeated"
        await stage.press("0", ":", *"cut.split", "enter", "5", "l")
        assert "clip to split" in stage.said, "it is done where the playhead was"
        await stage.press("1", "0", "l", *":cut.gap", "space", *"frames=5", "enter")
        assert v1(cut_of(stage))[:2] == [15, -5], "at the playhead, rested or not"


@pytest.mark.long("screens")
async def test_counts_selections_and_locks_use_the_current_track(studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        await stage.press("3", "x")
        assert v1(cut_of(stage)) == LENGTHS[3:]
        await stage.press("u")
        assert v1(cut_of(stage)) == LENGTHS, "one step"
        await stage.press("V", "w", "w")
        assert f"VISUAL CLIP {sum(LENGTHS[:3])} f" in stage.lines()[-1], "as much as the motions took in"
        await stage.press("h", ">")
        assert v1(cut_of(stage)) == [LENGTHS[2], *LENGTHS[:2], *LENGTHS[3:]], "the selection goes together"
        await stage.press("u", "T", "l", "t")
        assert "V1 is locked" in stage.said
        await stage.press("x")
        assert "T l" in stage.said
        await stage.press("T", "l")
        assert "V1: not locked" in stage.said
        await stage.press("T", "n")
        assert "V3" in stage.lines()[-2], "the new track is in hand"
        await stage.press("u", "x")
        assert "V2 has no" in stage.said
        await stage.press("d", "j")
        assert "d needs a motion" in stage.said
