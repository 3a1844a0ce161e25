"""Test that a newly imported film shows its boards at once. Visible boards are drawn, cached, and replaced by
real pictures.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from textual.strip import Strip

from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.terminal.images.drawing import Drawing
from milimo_tui.tui.terminal.line.looks import Looks
from milimo_tui.tui.terminal.line.screen_copies import ScreenCopy
from milimo_tui.tui.widgets.picture import Picture
from milimo_tui.tui.widgets.picture_widget import Pictured
from tests.tui.stage import Stage, on
from tests.tui.studio_setup import make_studio

LONG = "\n\n".join(f"INT. BAR - NIGHT\n\nMARA waits for the {number}th time." for number in range(40))


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    monkeypatch.setenv("COLORTERM", "truecolor")
    made = make_studio(tmp_path / "home")
    yield made
    made.close()


def kept(studio: Studio) -> list[Path]:
    return sorted((studio.require_project().paths.cache / "boards").rglob("*.jpg"))


def shown(stage: Stage) -> list[str]:
    """Return the keys of the cards whose picture has arrived."""
    cards = stage.screen.cards
    every = [card for section in cards.sections for card in section.cards]
    return [card.key for card in every if cards.has_picture(card.picture)]


@pytest.mark.long("screens")
async def test_new_film_shows_its_boards(studio: Studio) -> None:
    shots = studio.take_snapshot().story.live_shots()
    async with on(studio, "storyboard", (110, 44)) as stage:
        first = shots[0].id
        await stage.until(lambda: first in shown(stage))
        colours = {
            segment.style.bgcolor
            for strip in stage.app.screen._compositor.render_strips()
            for segment in strip
            if segment.style is not None and segment.style.bgcolor is not None
        }
        assert len(colours) > 60  # A drawn picture has many colours, an empty box has few.
    assert kept(studio)
    # No job was queued, and nothing in the film changed.
    assert not studio.take_snapshot().story.assets


@pytest.mark.long("screens")
async def test_picture_in_progress_is_distinct_from_none(studio: Studio) -> None:
    async with on(studio, "storyboard", (110, 44)) as stage:
        await stage.until(lambda: studio.take_snapshot().story.live_shots()[0].id in shown(stage))
        await stage.until(lambda: "     …     " not in stage.text)
        stage.screen.cards.renew_drawings()
        assert "     …     " in stage.text, "until it is there"
        assert "     ○     " not in stage.text
        await stage.until(lambda: "     …     " not in stage.text)


@pytest.mark.long("screens")
async def test_stored_picture_is_not_drawn_again(studio: Studio) -> None:
    async with on(studio, "storyboard", (110, 44)) as stage:
        await stage.settle()
    before = {path: path.stat().st_mtime_ns for path in kept(studio)}
    assert before
    async with on(studio, "storyboard", (110, 44)) as stage:
        await stage.settle()
        assert shown(stage)
    assert {path: path.stat().st_mtime_ns for path in kept(studio)} == before


@pytest.mark.long("screens")
async def test_only_visible_pictures_are_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLORTERM", "truecolor")
    studio = make_studio(tmp_path / "home", LONG)
    try:
        async with on(studio, "storyboard", (80, 24)) as stage:
            await stage.settle()
            first = len(kept(studio))
            every = len(studio.take_snapshot().story.live_shots())
            assert 0 < first <= 8 < every
            last = studio.take_snapshot().story.live_shots()[-1].id
            assert last not in shown(stage)
            await stage.press("G")
            await stage.until(lambda: last in shown(stage))
            await stage.settle()
            assert len(kept(studio)) <= first + 8
    finally:
        studio.close()


@pytest.mark.long("screens")
async def test_changed_shot_is_redrawn_and_a_board_replaces_it(studio: Studio, tmp_path: Path) -> None:
    shot = studio.take_snapshot().story.live_shots()[0].id
    async with on(studio, "storyboard", (110, 44)) as stage:
        await stage.until(lambda: shot in shown(stage))
        drawn = len(kept(studio))
        before = stage.screen.cards.card.picture
        registry.run_by_id(studio, "shot.set", {"id": shot, "action": "A crowd fills the street."})
        await stage.until(lambda: stage.screen.cards.card.picture != before)
        await stage.until(lambda: shot in shown(stage))
        await stage.settle()
        assert len(kept(studio)) > drawn
        own = tmp_path / "own.png"
        Image.new("RGB", (96, 64), (200, 30, 30)).save(own)
        await stage.press("c", "f")
        assert "BOARD" in stage.text
        await stage.type(str(own))
        await stage.press("enter")
        await stage.until(lambda: stage.screen.cards.card.picture.startswith("/"))


async def test_words_precede_pictures_and_none_is_drawn_when_disabled(
    studio: Studio,
) -> None:
    studio.settings = replace(studio.settings, images="off")
    async with on(studio, "storyboard", (80, 24)) as stage:
        assert "1A" in stage.text
        await stage.settle()
    assert kept(studio) == []


@pytest.mark.long("screens")
async def test_inspector_shows_the_drawn_board(studio: Studio) -> None:
    async with on(studio, "storyboard", (120, 40)) as stage:
        await stage.press("enter")
        await stage.settle()
        assert stage.screen.MODE == "shot"
        assert "no picture yet" not in stage.text


@pytest.mark.long("screens")
async def test_picture_of_a_removed_scene_crashes_nothing(studio: Studio) -> None:
    scene = str(
        registry.run_by_id(studio, "scene.add", {"heading": "EXT. FERRY - DAY", "action": "A gull."}).data[
            "id"
        ]
    )
    async with on(studio, "storyboard", (110, 44)) as stage:
        await stage.press("G")
        await stage.until(lambda: len(shown(stage)) > 1)
        board = stage.screen
        asked = Pictured.Wanted(tuple(board._board_cards.board_keys.values()), board.cards)
        event = threading.Event()
        # The held task delays the board's own reading.
        board.run_in_background(lambda: board.in_thread(event.wait), "held")
        try:
            registry.run_by_id(studio, "cut.undo", {"whole_project": True})
            await stage.until(lambda: scene not in [each.id for each in board.film.story.scenes])
            board.on_pictured_wanted(asked)
        finally:
            event.set()
        await stage.settle()
        assert scene not in {state.shot.scene for state in board._states}


@pytest.mark.long("screens")
@pytest.mark.parametrize("depth", ["truecolor", ""])
async def test_large_picture_is_small_in_bytes_until_the_cursor_stays(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, depth: str
) -> None:
    monkeypatch.setenv("COLORTERM", depth)
    monkeypatch.setenv("TERM", "xterm-256color")
    async with on(studio, "storyboard", (160, 45)) as stage:
        beside = stage.screen.shot_pane.query_one(Picture)
        came: list[Drawing] = []

        async def look() -> None:
            while True:
                if beside.drawing is not None and beside.drawing not in came[-1:]:
                    came.append(beside.drawing)
                await asyncio.sleep(0.01)

        looking = asyncio.create_task(look())
        await stage.press("l")
        await stage.until(lambda: len(came) == 3)  # one picture of the first shot, then two of the second
        colours = stage.app.terminal.colours
        _, light, full = (sent(drawing.strips, colours) for drawing in came)
        assert light <= 9_300
        assert full > 1.4 * light
        # A later change of the film does not reduce the picture to its low-bandwidth version again.
        registry.run_by_id(studio, "shot.set", {"id": "1A", "note": "rain on the lens"})
        await stage.settle()
        looking.cancel()
        assert len(came) == 3


def sent(strips: list[Strip], colours: str) -> int:
    """Return the number of bytes sent to a terminal that does not show any of these rows yet."""
    glass = ScreenCopy(160, len(strips), Looks(colours))
    for row, strip in enumerate(strips):
        glass._put_segments(0, row, strip)
    count = 0
    while part := glass.take_changed_pictures(1 << 30):
        count += len(part.encode())
    return count
