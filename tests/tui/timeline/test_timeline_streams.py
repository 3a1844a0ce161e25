"""Test the key that chooses the sound stream of a clip, or of all clips of its file."""

from __future__ import annotations

from pathlib import Path

import pytest

from milimo_tui.studio.registry.registry import run_by_id
from milimo_tui.studio.session.studio import Studio
from tests.cli.cut.test_sound_streams import write_interview
from tests.tui.stage import on
from tests.tui.studio_setup import make_studio


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    """Return a studio whose cut has three clips of an interview with a lavalier on stream 2."""
    studio = make_studio(tmp_path / "home")
    file = write_interview(tmp_path / "interview.mkv")
    run_by_id(studio, "asset.add", {"file": str(file), "prepare": False})
    run_by_id(studio, "cut.new", {"name": "talk", "empty": True})
    for _ in range(3):
        run_by_id(studio, "cut.append", {"track": "V1", "asset": "interview.mkv", "frames": 20})
    return studio


def list_streams(studio: Studio) -> list[int]:
    cut = studio.take_snapshot().cut
    assert cut is not None
    return [clip.stream for clip in cut.clips]


@pytest.mark.long("screens")
async def test_stream_is_chosen_for_one_clip_or_all_clips_of_a_file(studio: Studio) -> None:
    async with on(studio, "timeline", (80, 24)) as stage:
        await stage.press("g", "g", "Z", "a", "ctrl+u")
        await stage.type("2")
        await stage.press("enter", "enter")
        assert list_streams(studio) == [2, 2, 2]
        await stage.press("u")
        assert list_streams(studio) == [1, 1, 1]
        await stage.press("Z", "a", "ctrl+u")
        await stage.type("2")
        await stage.press("enter", "ctrl+u")
        await stage.type("one")
        await stage.press("enter")
        assert sorted(list_streams(studio)) == [1, 1, 2]
