"""Test the plan that removes silences and filler words with keys, and the choice of the clip whose words are
shown.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from milimo_tui.core.ids import new_id
from milimo_tui.cut.words.transcripts import SpokenWord, Transcript
from milimo_tui.studio.registry.registry import run_by_id
from milimo_tui.studio.session.studio import Studio
from tests.cli.words.test_transcripts import SAID, write_speech
from tests.tui.rain_market import make_studio
from tests.tui.stage import Stage, on


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    """Return a studio whose cut has two recordings: talk.wav on A1, which has a transcript, and score.wav on
    A2.
    """
    studio = make_studio(tmp_path / "home")
    talk, score = write_speech(tmp_path / "talk.wav"), tmp_path / "score.wav"
    score.write_bytes(talk.read_bytes()[:-2] + b"\1\0")  # An identical file would be the same asset.
    for name, track in (("talk.wav", "A1"), ("score.wav", "A2")):
        run_by_id(studio, "asset.add", {"file": str(tmp_path / name)})
        run_by_id(studio, "cut.overwrite", {"asset": name, "track": track, "at": "0"})
    asset = next(each for each in studio.take_snapshot().story.assets if each.name == "talk.wav")
    words = tuple(SpokenWord(*word) for word in SAID)
    studio.require_project().facts.add_transcript(
        Transcript(id=new_id("transcript"), asset=asset.id, job="job_words", language="en", words=words)
    )
    return studio


def count_frames(studio: Studio, track: str = "A1") -> int:
    cut = studio.take_snapshot().cut
    assert cut is not None
    (id,) = (each.id for each in cut.tracks if each.name == track)
    return sum(clip.frames for clip in cut.clips if clip.track == id)


def read_panel(stage: Stage) -> list[str]:
    """Return the rows of the plan that are on the screen."""
    return [line for line in stage.lines() if "│" in line and ("■" in line or "□" in line)]


@pytest.mark.long("screens")
@pytest.mark.parametrize("keys", [("Z", "W"), ("g", "W", "t")])
async def test_plan_is_changed_and_carried_out_as_one_undo_step(
    studio: Studio, keys: tuple[str, ...]
) -> None:
    frames, music = count_frames(studio), count_frames(studio, "A2")
    plan = run_by_id(studio, "transcript.tidy", {"clips": ("talk.wav",), "dry_run": True}).data
    assert [row["kind"] for row in plan] == ["filler", "silence"]
    async with on(studio, "timeline", (80, 24)) as stage:
        await stage.press(*keys)
        first, second = read_panel(stage)
        assert all(row["at"] in line for row, line in zip(plan, (first, second), strict=True))
        assert "“um”" in first
        assert "talk.wav on A1" in stage.text
        await stage.press("space")
        assert [line.count("□") for line in read_panel(stage)] == [1, 0]
        await stage.press("s")
        assert [line.count("□") for line in read_panel(stage)] == [1, 1]
        await stage.press("enter")
        assert len(read_panel(stage)) == 2  # Nothing is left to remove, so the panel stays.
        await stage.press("f", "s", "f", "enter")
        assert not read_panel(stage)
        assert count_frames(studio) == frames - (plan[1]["end"] - plan[1]["start"])
        await stage.press("u")
        assert count_frames(studio) == frames
        await stage.press(*(keys[-1:] if keys[0] == "g" else keys), "escape")
        assert count_frames(studio) == frames
        await stage.press(*(keys[-1:] if keys[0] == "g" else keys), "enter")
        assert count_frames(studio) == frames - sum(row["end"] - row["start"] for row in plan)
        await stage.press("u")
        assert (count_frames(studio), count_frames(studio, "A2")) == (frames, music)


@pytest.mark.long("screens")
async def test_words_screen_names_the_clip_that_it_shows(studio: Studio) -> None:
    async with on(studio, "timeline", (80, 24)) as stage:
        await stage.press("g", "W")
        assert "talk.wav on A1" in stage.lines()[0]
        assert len(stage.screen.shown_words) == len(SAID)
        shown = [stage.screen.clip.title]
        for _ in range(len(stage.screen.clips)):
            await stage.press("o")
            shown.append(stage.screen.clip.title)
            assert shown[-1] in stage.lines()[0]
        assert shown[0] == shown[-1] == "talk.wav on A1"
        assert "score.wav on A2" in shown
        await stage.press("escape")
        lanes = [lane.track.name for lane in stage.screen.cutting.lanes]
        while lanes[stage.screen.view.lane] != "A2":
            await stage.press("j")
        await stage.press("V", "g", "W")
        assert stage.screen.clip.title == "score.wav on A2"
        jobs = len(stage.app.studio.require_client().list_jobs({}))
        await stage.press("m")
        assert "Whisper" in stage.said
        assert len(stage.app.studio.require_client().list_jobs({})) == jobs
