"""Test the row of spoken words on the timeline: the row, the search, and cutting by words with keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from milimo_tui.core.ids import new_id
from milimo_tui.cut.words.transcripts import SpokenWord, Transcript
from milimo_tui.studio.session.studio import Studio
from tests.tui.rain_market import make_studio
from tests.tui.stage import on


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    """Return a studio in which the first shot with a take has a transcript of six words."""
    studio = make_studio(tmp_path / "home")
    story = studio.take_snapshot().story
    shot = next(each for each in story.shots if each.take)
    take = next(each for each in story.takes if each.id == shot.take)
    said = ("You", "are", "um", "late", "again,", "Tomas.")
    words = tuple(SpokenWord(200 + 400 * at, 500 + 400 * at, text) for at, text in enumerate(said))
    studio.require_project().facts.add_transcript(
        Transcript(id=new_id("transcript"), asset=take.asset, job="job_words", words=words)
    )
    return studio


def find_word_row(lines: list[str]) -> str:
    return next(line for line in lines if line.startswith("words"))


def count_frames(studio: Studio) -> int:
    cut = studio.take_snapshot().cut
    assert cut is not None
    return sum(clip.frames for clip in cut.clips)


@pytest.mark.long("screens")
async def test_words_are_shown_found_and_cut_on_the_timeline(studio: Studio) -> None:
    frames = count_frames(studio)
    async with on(studio, "timeline", (80, 24)) as stage:
        await stage.press("T", "w")
        print("\n".join(stage.lines()))
        assert "You" in find_word_row(stage.lines())
        await stage.press("/")
        await stage.type("late again")
        await stage.press("enter")
        assert stage.screen.playhead == 35
        await stage.press("/")
        await stage.type("um")
        await stage.press("enter")
        assert stage.screen.playhead == 25
        await stage.press("Z", "w", "space", "h", "h", "h", "space")
        assert "2 selected" in "\n".join(stage.lines())
        await stage.press("x")
        print("\n".join(stage.lines()))
        assert count_frames(studio) < frames
        assert "um" not in find_word_row(stage.lines())
        await stage.press("u")
        assert count_frames(studio) == frames
        await stage.press("escape", "T", "w")
        assert not any(line.startswith("words") for line in stage.lines())
