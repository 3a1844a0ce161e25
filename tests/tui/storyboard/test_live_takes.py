"""Test screens together with a real supervisor, worker and viewer: a take is made, its progress is shown, and
its picture appears.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from textual.strip import Strip

from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.shot.shot import ShotScreen
from milimo_tui.tui.storyboard.storyboard import StoryboardScreen
from milimo_tui.tui.terminal.line.cell_styles import PictureStyle
from milimo_tui.tui.widgets.picture import Picture
from tests.tui.studio_setup import make_studio, opened, press, screen_text, until

ROOT = Path(__file__).parents[3]


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    monkeypatch.setenv("MILIMO_TEST_ENGINES", "tests.tui.storyboard.engines:ROWS")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.delenv("NO_COLOR", raising=False)
    made = make_studio(tmp_path / "home")
    registry.run_by_id(made, "project.set", {"engine": "sketch"})
    yield made
    registry.run_by_id(made, "supervisor.stop", {"now": True})
    made.close()


@pytest.mark.long("screens")
async def test_take_is_shown_in_progress_and_survives_the_studio(studio: Studio) -> None:
    async with opened(studio, size=(120, 40)) as (app, pilot):
        board = app.screen
        assert isinstance(board, StoryboardScreen)
        await until(pilot, lambda: bool(board.cards.key))
        await press(pilot, "c c")
        await until(pilot, lambda: app.queue.running and len(app.queue.jobs) == 1)
        await until(pilot, lambda: "● take 1" in screen_text(pilot))
        await until(pilot, lambda: any(message.text.startswith("made 1A") for message in app.messages))
        await until(pilot, lambda: "1 picked" in screen_text(pilot).splitlines()[0])

        def pictured() -> bool:
            # Read the card again, because it is replaced by another object once its take is known.
            card = board.cards.card
            return card is not None and bool(card.picture) and board.cards.has_picture(card.picture)

        await until(pilot, pictured)
        await press(pilot, "l c c")
    async with opened(studio, size=(120, 40)) as (app, pilot):
        await until(pilot, lambda: "2 picked" in screen_text(pilot))


def mean_colour(strips: Sequence[Strip]) -> tuple[int, ...]:
    """Return the mean background colour of a picture's cells. Flat areas are drawn with the background
    alone.
    """
    colours = [
        segment.style.bgcolor.get_truecolor()
        for strip in strips
        for segment in strip
        if isinstance(segment.style, PictureStyle) and segment.style.bgcolor is not None
    ]
    assert colours
    return tuple(sum(part) // len(colours) for part in zip(*colours, strict=True))


RED, BLUE = (220, 20, 20), (20, 20, 220)


def is_near(strips: Sequence[Strip], colour: tuple[int, ...]) -> bool:
    return bool(strips) and all(
        abs(one - other) < 12 for one, other in zip(mean_colour(strips), colour, strict=True)
    )


@pytest.mark.long("screens")
async def test_running_take_is_shown_in_card_clip_jobs_and_inspector(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = tmp_path / "go"
    monkeypatch.setenv("MILIMO_TEST_GO", str(go))
    registry.run_by_id(studio, "project.set", {"engine": "seen"})
    async with opened(studio, size=(80, 40)) as (app, pilot):
        board: Any = app.screen
        await until(pilot, lambda: bool(board.cards.key))
        await press(pilot, "c c")

        def card() -> Sequence[Strip]:
            drawing = board.cards._pictures.get(board.cards.card.picture)
            return drawing.strips if drawing is not None else ()

        await until(pilot, lambda: is_near(card(), RED))
        await press(pilot, "g t")
        timeline: Any = app.screen
        clip = timeline.cut.clips[0]

        def on_clip() -> Sequence[Strip]:
            strips: Sequence[Strip] = timeline.timeline.content.pictures(clip, "head", 3)
            return strips

        await until(pilot, lambda: is_near(on_clip(), RED))
        go.with_suffix(".blue").touch()
        await until(pilot, lambda: is_near(on_clip(), BLUE))  # The file was overwritten with a blue picture.
        await press(pilot, "g b")
        await until(pilot, lambda: is_near(card(), BLUE))
        await press(pilot, "g j")
        picture: Any = app.screen.query_one("#job-picture", Picture)
        await until(pilot, lambda: picture.drawing is not None and is_near(picture.drawing.strips, BLUE))
        assert picture.region.width == 30
        await asyncio.sleep(1.0)  # Wait, because the picture is drawn again for its final size.
        shown = picture.drawing
        await asyncio.sleep(1.0)
        assert picture.drawing is shown  # The job continues, but its preview does not change.
        await press(pilot, "g b")
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(app.screen, ShotScreen) and app.screen.details is not None)
        looked_at = app.screen.query_one(Picture)
        await until(pilot, lambda: looked_at.drawing is not None and is_near(looked_at.drawing.strips, BLUE))
        go.touch()
        await until(
            pilot, lambda: looked_at.drawing is not None and not is_near(looked_at.drawing.strips, BLUE)
        )
        await press(pilot, "escape")
        await until(pilot, lambda: "● take 1" in screen_text(pilot))
        await until(pilot, lambda: bool(card()) and not is_near(card(), BLUE))
        assert not board.cards._own


@pytest.mark.long("screens")
async def test_cards_and_clips_show_the_middle_picture_of_a_row(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = tmp_path / "go"
    monkeypatch.setenv("MILIMO_TEST_GO", str(go))
    registry.run_by_id(studio, "project.set", {"engine": "rowed"})
    async with opened(studio, size=(80, 40)) as (app, pilot):
        board: Any = app.screen
        await until(pilot, lambda: bool(board.cards.key))
        await press(pilot, "c c")

        def card() -> Sequence[Strip]:
            drawing = board.cards._own.get(board.cards.card.picture)
            return drawing.strips if drawing is not None else ()

        await until(pilot, lambda: is_near(card(), BLUE))
        await press(pilot, "g t")
        timeline: Any = app.screen
        clip = timeline.cut.clips[0]

        def on_clip() -> Sequence[Strip]:
            strips: Sequence[Strip] = timeline.timeline.content.pictures(clip, "head", 3)
            return strips

        await until(pilot, lambda: is_near(on_clip(), BLUE))
        go.touch()
        await press(pilot, "g b")
        await until(pilot, lambda: "● take 1" in screen_text(pilot))


def asked(studio: Studio, verb: str, **args: Any) -> Any:
    return registry.run_by_id(studio, verb, args).data


@pytest.mark.long("screens")
async def test_every_shot_of_a_scene_in_one_go_is_shown_in_progress(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = tmp_path / "go"
    monkeypatch.setenv("MILIMO_TEST_GO", str(go))
    registry.run_by_id(studio, "project.set", {"engine": "seen"})
    scene = studio.take_snapshot().story.live_scenes()[0]
    shots = [shot.id for shot in studio.take_snapshot().story.live_shots() if shot.scene == scene.id]
    assert len(shots) > 1
    told = asked(studio, "shot.make", scene=scene.number, one_go=True, detach=True)
    (job,) = told["jobs"]
    async with opened(studio, size=(120, 40)) as (app, pilot):
        board: Any = app.screen
        await until(pilot, lambda: bool(board.cards.key) and len(app.queue.jobs) == 1)

        def card(shot: str) -> Sequence[Strip]:
            cards = {each.key: each for section in board.cards.sections for each in section.cards}
            drawing = board.cards._pictures.get(cards[shot].picture)
            return drawing.strips if drawing is not None else ()

        await until(pilot, lambda: all(is_near(card(shot), RED) for shot in shots))
        await press(pilot, "g t")
        timeline: Any = app.screen
        clips = [clip for clip in timeline.cut.clips if clip.source.ref in shots]

        def on_clip(clip: Any) -> Sequence[Strip]:
            strips: Sequence[Strip] = timeline.timeline.content.pictures(clip, "head", 3)
            return strips

        await until(pilot, lambda: all(is_near(on_clip(clip), RED) for clip in clips))
        await press(pilot, "g b")
        app.open_on_top(ShotScreen(shots[-1]))
        await until(pilot, lambda: isinstance(app.screen, ShotScreen) and "making" in screen_text(pilot))
        looked_at = app.screen.query_one(Picture)
        await until(pilot, lambda: looked_at.drawing is not None and is_near(looked_at.drawing.strips, RED))
    again = asked(studio, "shot.make", missing=True, scene=scene.number, detach=True)
    assert (again["jobs"], again["batch"]) == ([job], told["batch"])
    again = asked(studio, "shot.make", missing=True, scene=scene.number, one_go=True, detach=True)
    assert (again["jobs"], again["batch"]) == ([job], told["batch"]), (
        "all of it is under way, and nothing wrong"
    )
    number = studio.take_snapshot().story.numbers[shots[-1]]
    assert [each["id"] for each in asked(studio, "job.list", shot=number)] == [job]
    registry.run_by_id(studio, "job.cancel", {"ids": (job,)})
    go.with_suffix(".blue").touch()
    again = asked(studio, "shot.make", missing=True, scene=scene.number, detach=True, hold=True)
    assert len(again["jobs"]) == len(shots)
    assert job not in again["jobs"]
