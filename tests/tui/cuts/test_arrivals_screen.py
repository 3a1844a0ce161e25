"""Test the list of changes that wait for the editor after the screenplay changed, and the keys that handle
each change.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from milimo_tui.cut.follow.reconcile import list_marked_clips, list_waiting_shots
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import Cut
from milimo_tui.studio.registry.registry import run_by_id
from milimo_tui.studio.session.studio import Studio
from tests.tui.stage import on
from tests.tui.studio_setup import SCRIPT, make_studio

COIN = "CLOSE ON a coin on the counter. It spins, slows, falls.\n\n"
NEWS = (
    (COIN, ""),
    ("You are late.", "You are late. I have been sitting here since the rain began."),
    ("Mara alone at the edge.", "Mara alone at the edge.\n\nINSERT - a wet ticket."),
)


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Studio:
    """Create a cut whose last clip was trimmed manually, and a screenplay with three changes."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    studio = make_studio(tmp_path / "home")
    story = studio.take_snapshot().story
    run_by_id(studio, "cut.trim_out", {"clip": story.numbers[story.live_shots()[-1].id], "by": "-5"})
    text = SCRIPT
    for old, new in NEWS:
        assert old in text
        text = text.replace(old, new)
    run_by_id(studio, "script.save", {"text": text})
    run_by_id(studio, "storyboard.commit", {})
    return studio


def cut_of(studio: Studio) -> Cut:
    cut = studio.take_snapshot().cut
    assert cut is not None
    return cut


@pytest.mark.long("screens")
async def test_waiting_shots_are_shown_in_the_header_and_placed_by_keys(studio: Studio) -> None:
    (shot,) = list_waiting_shots(cut_of(studio))
    frames = layout(cut_of(studio)).frames
    async with on(studio, "timeline", (80, 24)) as stage:
        assert "… 3 wait  g p" in stage.lines()[0]
        await stage.press("2", "0", "l", "g", "p")
        assert "1 to place   1 grew   1 gone" in stage.lines()[0]
        assert "a wet ticket" in stage.text
        assert "p place in order" in stage.text
        await stage.press("enter")
        clip = next(each for each in cut_of(studio).clips if each.source.ref == shot)
        assert layout(cut_of(studio)).get_start(clip.id) == 20, "at the playhead"
        await stage.press("u")
        await stage.press("g", "g", "p")
        clip = next(each for each in cut_of(studio).clips if each.source.ref == shot)
        assert layout(cut_of(studio)).get_start(clip.id) == frames, "behind the shot before it"
        await stage.press("u")
        await stage.press("g", "g", "x")
        assert list_waiting_shots(cut_of(studio)) == ()
        assert "▲ grew" in stage.text
        length = layout(cut_of(studio)).frames
        await stage.press("enter")
        assert list_marked_clips(cut_of(studio)) == ()
        assert layout(cut_of(studio)).frames > length
        await stage.press("u")
        await stage.press("g", "g", "x")
        assert (list_marked_clips(cut_of(studio)), layout(cut_of(studio)).frames) == ((), length)
        await stage.press("A", "y")
        assert "1 clip" in stage.said
        assert "“main”" in stage.text
        await stage.press("u")
        gone = stage.screen.here.id
        await stage.press("enter")
        assert stage.screen.MODE == "timeline"
        assert stage.screen.playhead == layout(cut_of(studio)).get_start(gone)
        assert "… 1 waits  g p" in stage.lines()[0]
