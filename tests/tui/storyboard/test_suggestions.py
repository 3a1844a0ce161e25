"""Test `r` on Storyboard: a scene's prompts are shown next to the prompts suggested by a language model, each
accepted with a key.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import written_prompts
from milimo_tui.tui.storyboard.suggestions import SuggestionsScreen
from tests.budget import thorough
from tests.cli.script.prompt_writer import find_asked_shot, write_paragraph
from tests.engines.llm.text_server import TextServer, serving
from tests.tui.keyboard import press
from tests.tui.stage import Stage, on
from tests.tui.studio_setup import make_studio

SIZES = [(80, 24), (200, 50)]


def answer(body: dict[str, Any]) -> str:
    return f"Steam drifts in the noodle bar. {write_paragraph(body)}"


@pytest.fixture
def server() -> Iterator[TextServer]:
    with serving(answer) as running:
        yield running


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: TextServer) -> Iterator[Studio]:
    for name, value in {
        "TEXT_ENGINE": "openai",
        "OPENAI_URL": f"{server.url}/v1",
        "OPENAI_MODEL": "writer",
        "OPENAI_KEY": "k",
    }.items():
        monkeypatch.setenv(f"MILIMO_{name}", value)
    made = make_studio(tmp_path / "home")
    yield made
    registry.run_by_id(made, "supervisor.stop", {"now": True})
    made.close()


def prompts(studio: Studio) -> list[str | None]:
    """Return the accepted prompts of the shots of scene 2, None for a composed prompt."""
    story = studio.take_snapshot().story
    scene = story.live_scenes()[1].id
    accepted = [
        written_prompts.find_accepted_prompt(story, shot.id, "ltx2")
        for shot in story.live_shots()
        if shot.scene == scene
    ]
    return [one.text if one is not None else None for one in accepted]


async def open_scene(stage: Stage) -> SuggestionsScreen:
    await stage.press(")", "r")
    screen = stage.screen
    assert isinstance(screen, SuggestionsScreen)
    return screen


@pytest.mark.long("screens")
@pytest.mark.parametrize("size", thorough("screens", SIZES, one=True))
async def test_suggestions_of_a_scene_are_requested_and_accepted_by_keys(
    studio: Studio, size: tuple[int, int]
) -> None:
    before = prompts(studio)
    assert before == [None] * len(before)
    async with on(studio, "storyboard", size) as stage:
        screen = await open_scene(stage)
        assert "INT. NOODLE BAR - NIGHT" in stage.text
        assert "no suggestion:" in stage.text
        await stage.press("x")
        assert "for 2A" in stage.said
        assert "ui.accept_all" in screen.list_idle_acts()
        await stage.press("r")
        await stage.until(lambda: f"{len(before)} suggested" in stage.text)
        assert "suggested for LTX-2, by writer" in stage.text
        assert "ui.accept_all" not in screen.list_idle_acts()
        assert "Steam drifts in the noodle bar" in " ".join(stage.text.split()) or size[0] < 110
        assert prompts(studio) == before  # Suggestions never replace prompts without a key.
        await stage.press("enter")
        assert (prompts(studio)[0] or "").startswith("Steam drifts in the noodle bar")
        assert screen.current_words is not None
        assert screen.current_words.number == "2B"
        await stage.press("x")
        assert "1 accepted   1 declined" in stage.text
        await stage.press("u", "u")
        assert prompts(studio) == before
        assert f"{len(before)} suggested" in stage.text
        await stage.press("A")
        assert all(prompts(studio))
        await stage.press("u")
        assert prompts(studio) == before
        await stage.press("escape")
        assert not isinstance(stage.screen, SuggestionsScreen)


@pytest.mark.long("screens")
@pytest.mark.parametrize("size", thorough("screens", SIZES, one=True))
async def test_suggestion_is_shown_while_written_and_cancel_keeps_it(
    studio: Studio, server: TextServer, size: tuple[int, int]
) -> None:
    def first_alone(body: dict[str, Any]) -> str:
        # The number of pieces after which the server hangs, so that the suggestion stays half written. -1
        # never hangs.
        server.hang = -1 if find_asked_shot(body) == "2A" else 6
        return answer(body)

    server.answer, server.pause = first_alone, 0.1
    async with on(studio, "storyboard", size) as stage:
        await open_scene(stage)
        await stage.type("r")
        await stage.until(lambda: "1 of " in stage.lines()[0] and "▒ writing" in stage.text)
        # Type without waiting for rest, because the screen never rests while a suggestion is being written.
        await stage.type("j")
        await stage.until(lambda: "Steam dr" in stage.text and "being written" in stage.text)
        assert "… waiting" in stage.text
        assert "1 of " in stage.lines()[0]
        await stage.type("r")
        await stage.until(lambda: "are being written" in stage.said)
        await stage.type("cx")
        await stage.until(lambda: "1 suggested" in stage.lines()[0])
        assert prompts(studio)[0] is None


@pytest.mark.long("screens")
async def test_suggestions_continue_after_closing_and_outdated_ones_say_so(
    studio: Studio, server: TextServer
) -> None:
    server.pause = 0.05
    async with on(studio, "storyboard", (80, 24)) as stage:
        await open_scene(stage)
        await stage.press("r")
        await stage.until(lambda: "▒ writing" in stage.text)
    async with on(studio, "storyboard", (80, 24)) as stage:
        screen = await open_scene(stage)
        await stage.until(lambda: "suggested" in stage.lines()[0])
        assert screen.current_words is not None
        registry.run_by_id(
            studio, "shot.set", {"id": screen.current_words.shot.id, "action": "Jun drops the ladle."}
        )
        await stage.until(lambda: "1 outgrown" in stage.lines()[0])
        assert "since it was written" in " ".join(stage.text.split())


@pytest.mark.long("screens")
async def test_each_suggestion_is_accepted_or_refused_when_complete(
    studio: Studio, server: TextServer
) -> None:
    go_on = threading.Event()

    def slow(body: dict[str, Any]) -> str:
        if find_asked_shot(body) not in ("2A", "2B"):
            go_on.wait(60)
        return answer(body)

    server.answer = slow
    async with on(studio, "storyboard", (120, 40)) as stage:
        screen = await open_scene(stage)
        await stage.type("r")
        await stage.until(lambda: "2 of " in stage.lines()[0])
        await stage.until(lambda: re.search(r"2A +\S suggested", stage.text))
        await stage.until(lambda: re.search(r"2B +\S suggested", stage.text))
        assert screen.current_words is not None
        assert screen.current_words.number == "2A"
        await press(stage.pilot, "enter")
        await stage.until(lambda: bool(prompts(studio)[0]))
        await stage.until(lambda: screen.current_words is not None and screen.current_words.number == "2B")
        await stage.type("x")
        await stage.until(lambda: "1 declined" in stage.lines()[0])
        assert "▒" in stage.text  # The next suggestion is still being written.
        taken = prompts(studio)
        go_on.set()
        await stage.until(lambda: "being written" not in stage.text and "▒" not in stage.lines()[0])
        await stage.until(lambda: "1 accepted   1 declined" in stage.lines()[0])
        assert prompts(studio) == taken
        assert taken[1] is None
