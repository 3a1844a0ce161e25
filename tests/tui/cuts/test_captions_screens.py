"""Test the lists of captions and spoken words with keys: captions are edited, split, merged and retimed, and
words are deleted from the cut.
"""

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
    return make_studio(tmp_path / "home")


def captions_of(studio: Studio) -> list[tuple[str, float, float, str]]:
    cut = studio.take_snapshot().cut
    assert cut is not None
    return [
        (each.text, round(float(each.start), 3), round(float(each.end), 3), each.speaker)
        for each in cut.captions
    ]


SRT = "1\n00:00:01,000 --> 00:00:03,000\nThe rain has stopped\n\n2\n00:00:03,000 --> 00:00:04,000\nnow\n"


@pytest.mark.long("screens")
async def test_captions_are_edited_by_keys(studio: Studio, tmp_path: Path) -> None:
    file = tmp_path / "said.srt"
    file.write_text(SRT)
    async with on(studio, "timeline", (80, 24)) as stage:
        await stage.press("g", "C")
        assert "no captions yet" in "\n".join(stage.lines())
        await stage.press("i")
        await stage.type(str(file))
        await stage.press("enter")
        text = "\n".join(stage.lines())
        assert "The rain has stopped" in text
        assert "00:00:01:00" in text
        await stage.press("s")
        assert [row[0] for row in captions_of(studio)] == ["The rain", "has stopped", "now"]
        await stage.press("m")
        assert [row[0] for row in captions_of(studio)] == ["The rain has stopped", "now"]
        await stage.press("]", "]", "{")
        assert captions_of(studio)[0][1:3] == (1.08, 2.96)
        await stage.press("r")
        await stage.type("Mara")
        await stage.press("enter")
        assert captions_of(studio)[0][3] == "Mara"
        await stage.press("p")  # The timeline's playhead is at frame 0.
        assert captions_of(studio)[0][1:3] == (0.0, 1.88)
        await stage.press("u")
        assert captions_of(studio)[0][1:3] == (1.08, 2.96)
        await stage.press("x")
        assert [row[0] for row in captions_of(studio)] == ["now"]
        await stage.press("u")
        await stage.press("k", "2", "x")
        assert captions_of(studio) == []
        await stage.press("u")
        await stage.press("k")
        await stage.press("enter")
        assert stage.screen.MODE == "timeline"
        assert stage.screen.MODE == "timeline"
        assert stage.screen.playhead == 27


@pytest.mark.long("screens")
async def test_row_of_a_caption_with_a_problem_shows_its_words(studio: Studio, tmp_path: Path) -> None:
    file = tmp_path / "said.srt"
    file.write_text(SRT.replace("00:00:03,000\nThe rain", "00:00:01,500\nThe rain"))
    async with on(studio, "timeline", (80, 24)) as stage:
        await stage.press("g", "C", "i")
        await stage.type(str(file))
        await stage.press("enter")
        row = next(line for line in stage.lines() if "The rain has stopped" in line)
        assert "40/20" in row
        assert "40.0 letters per second" in "\n".join(stage.lines())
        await stage.press("j")
        assert "40.0 letters per second" not in "\n".join(stage.lines())


@pytest.mark.long("screens")
async def test_words_are_deleted_by_keys(studio: Studio) -> None:
    snapshot = studio.take_snapshot()
    cut = snapshot.cut
    assert cut is not None
    shot = next(each for each in snapshot.story.shots if each.take)
    take = next(each for each in snapshot.story.takes if each.id == shot.take)
    studio.require_project().facts.add_transcript(
        Transcript(
            id=new_id("transcript"),
            asset=take.asset,
            job="job_words",
            words=(
                SpokenWord(200, 600, "You"),
                SpokenWord(800, 1200, "are"),
                SpokenWord(1400, 1800, "late."),
            ),
        )
    )
    frames = sum(clip.frames for clip in cut.clips)
    async with on(studio, "timeline", (80, 24)) as stage:
        await stage.press("g", "W")
        text = "\n".join(stage.lines())
        assert "3 words" in text
        await stage.press("j", "space", "space")
        assert "2 words selected" in "\n".join(stage.lines())
        await stage.press("x")
        after = studio.take_snapshot().cut
        assert after is not None
        assert sum(clip.frames for clip in after.clips) < frames
        await stage.press("u")
        after = studio.take_snapshot().cut
        assert after is not None
        assert sum(clip.frames for clip in after.clips) == frames
