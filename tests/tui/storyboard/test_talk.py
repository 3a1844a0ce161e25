"""Test a conversation with a character by keys: asking, streaming the answer, stopping it, inserting it as a
line, and one undo.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from milimo_tui.core.settings import Settings
from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from tests.cli.element.test_sheets import SCRIPT
from tests.engines.llm.text_server import TextServer, serving, words_of
from tests.tui.stage import on
from tests.tui.studio_setup import make_studio

SAID = "I wait for nobody, and the kettle knows it."


@pytest.fixture
def server() -> Iterator[TextServer]:
    with serving(lambda body: SAID) as running:
        yield running


@pytest.fixture
def studio(tmp_path: Path, server: TextServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    config = tmp_path / "config" / "milimo" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(f'text_engine = "ollama"\nollama_url = "{server.url}"\nollama_model = "writer"\n')
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    made = make_studio(tmp_path / "home")
    made.settings = Settings(text_engine="ollama", ollama_url=server.url, ollama_model="writer")
    registry.run_by_id(made, "script.save", {"text": SCRIPT})
    registry.run_by_id(made, "storyboard.commit")
    yield made
    registry.run_by_id(made, "supervisor.stop", {"now": True})
    made.close()


@pytest.mark.long("screens")
async def test_talk_with_a_character_is_stopped_and_saved_as_a_line(
    studio: Studio, server: TextServer
) -> None:
    before = studio.take_snapshot().story.project.script
    async with on(studio, "elements", (120, 40)) as stage:
        mara = next(each for each in studio.take_snapshot().story.elements if each.name == "Mara")
        rows = stage.screen.list
        rows.move_to(next(at for at, row in enumerate(rows.rows) if row.key == mara.id))
        await stage.press("t")
        await stage.until(lambda: stage.screen.MODE == "talk")
        assert "Talk with Mara" in stage.text
        server.hang = 2
        await stage.press("a")
        await stage.type("Whom do you wait for?")
        await stage.press("enter")
        await stage.until(lambda: SAID[:16].strip() in stage.text)
        await stage.press("c", "x")
        await stage.until(lambda: "was stopped" in stage.text)
        server.hang = -1
        await stage.press("a")
        await stage.type("Really?")
        await stage.press("enter")
        await stage.until(lambda: SAID in stage.text)
        assert "You are Mara" in words_of(server.chats[-1], "system")
        assert "tokens sent" in stage.text
        await stage.press("i")
        await stage.until(lambda: f"@MARA\n{SAID}" in studio.take_snapshot().story.project.script)
        await stage.press("u")
        await stage.until(lambda: studio.take_snapshot().story.project.script == before)
