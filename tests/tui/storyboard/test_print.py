"""Test printing: `c p` on Storyboard asks for a path and a job prints the boards. `Z p` on Script writes the
screenplay.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from milimo_tui.jobs.client.client import Client
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.widgets.prompt import Prompt
from tests.tui.stage import on
from tests.tui.studio_setup import make_studio


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = make_studio(tmp_path / "home")
    yield made
    client = made.client_or_none()
    if client is not None:
        client.stop(now=True, wait=5.0)
    made.close()


@pytest.mark.long("screens")
async def test_table_is_written_at_once(studio: Studio, tmp_path: Path) -> None:
    async with on(studio, "storyboard", (80, 24)) as stage:
        await stage.press("c", "p")
        assert "Boards to:" in stage.text
        await stage.press("ctrl+u")
        await stage.type(str(tmp_path / "shots.csv"))
        await stage.press("enter")
        assert "shots in shots.csv" in stage.said
        assert (tmp_path / "shots.csv").read_text(encoding="utf-8-sig").startswith("Scene,Shot")
        await stage.press("c", "p", "ctrl+u")
        await stage.type(str(tmp_path / "shots.csv"))
        await stage.press("enter")
        assert "Overwrite it?" in stage.text
        await stage.press("n")


@pytest.mark.long("screens")
async def test_pages_are_written_by_a_job(studio: Studio, tmp_path: Path) -> None:
    async with on(studio, "storyboard", (80, 24)) as stage:
        await stage.press("c", "p", "ctrl+u")
        await stage.type(str(tmp_path / "boards.pdf"))
        await stage.press("enter")
        assert "queued boards.pdf" in stage.said
        client: Client = studio.require_client()
        [job] = [job for job in client.list_jobs() if job.kind == "print_boards"]
        assert job.label == "Boards in boards.pdf"
        await stage.until((tmp_path / "boards.pdf").exists)


@pytest.mark.long("screens")
async def test_screenplay_is_exported_from_its_screen(studio: Studio, tmp_path: Path) -> None:
    async with on(studio, "script", (80, 24)) as stage:
        await stage.press("Z", "p")
        offered = stage.pilot.app.screen.query_one(Prompt).typed
        assert Path(offered).name in stage.text, "its name is seen behind a long path"
        await stage.press("escape")
        for question in (False, True):
            await stage.press("Z", "p", "ctrl+u")
            await stage.type(str(tmp_path / "film.fdx"))
            await stage.press("enter")
            if question:
                assert "Overwrite it?" in stage.text
                await stage.press("y")
            await stage.until((tmp_path / "film.fdx").exists)
            assert "wrote film.fdx" in stage.said
        assert b'Type="Scene Heading"' in (tmp_path / "film.fdx").read_bytes()
