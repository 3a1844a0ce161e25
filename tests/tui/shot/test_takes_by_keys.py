"""Test keys of the Shot screen that change a take, add sound to it, extend it, or use a map of it. The jobs
run on tiny weights through the real queue. If an action is impossible, the form says so and nothing is
queued.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from milimo_tui.jobs.values.views import JobView
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec
from milimo_tui.tui.shot.shot import ShotScreen
from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.front_door import TINY, Milimo, environment
from tests.tui.stage import Stage, on

__all__ = ["tiny"]

pytestmark = pytest.mark.long("screens")

ONE_THREAD = {"TORCHDYNAMO_DISABLE": "1", "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Path:
    """Return a home in which 1A (without speech) and 1B (with speech) have one take each."""
    folder = tmp_path_factory.mktemp("keys")
    milimo = Milimo({**environment(folder), **ONE_THREAD}, folder / "work")
    furnish(milimo.home, tiny, "ltx23", "ltx23-dubit")
    script = folder / "work" / "two-lamps.fountain"
    script.write_text(TINY)
    milimo.act("project", "new", "Two Lamps", "--rate", "24", "--size", "64x64", "--engine", "ltx2")
    milimo.act("script", "import", str(script))
    milimo.act("storyboard", "commit")
    for shot in ("1A", "1B"):
        milimo.act("shot", "set", shot, "--length", "9f", "--steps", "2", "--stages", "one")
    milimo.act("shot", "make", "1A", "1B")
    milimo.inside("supervisor", "stop", "--now")
    return milimo.home


@pytest.fixture
def studio(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    home = tmp_path / "home"
    shutil.copytree(made, home, ignore=shutil.ignore_patterns("supervisor.*"))
    for name, value in {**environment(tmp_path), **ONE_THREAD}.items():
        if name.startswith(("MILIMO_", "XDG_", "TORCH", "OMP", "HF_")):
            monkeypatch.setenv(name, value)
    studio = Studio.open(home=str(home), actor="test")
    yield studio
    client = studio.client_or_none()
    if client is not None:
        client.stop(now=True, wait=5.0)
    studio.close()


@asynccontextmanager
async def inspecting(studio: Studio, number: str) -> AsyncIterator[Stage]:
    async with on(studio, "storyboard", (120, 45)) as stage:
        shot = shot_spec.find_shot(studio.take_snapshot().story, number)
        stage.app.push_screen(ShotScreen(shot.id))
        await stage.until(lambda: isinstance(stage.screen, ShotScreen) and stage.screen.details is not None)
        await stage.settle()
        yield stage


def made_by_keys(studio: Studio) -> list[JobView]:
    """Return the jobs that the keys have put into the queue, oldest first."""
    client = studio.client_or_none()
    return [] if client is None else [job for job in client.list_jobs() if job.label[2:] != " take"]


async def finished(stage: Stage, studio: Studio) -> JobView:
    await stage.until(lambda: bool(made_by_keys(studio)), "nothing was queued")
    await stage.until(lambda: made_by_keys(studio)[-1].state in ("done", "failed"))
    job = made_by_keys(studio)[-1]
    assert job.state == "done", job.error
    return job


async def test_take_is_changed_given_sound_and_mapped_by_keys(studio: Studio) -> None:
    async with inspecting(studio, "1B") as stage:
        for keys, answers, label in (
            (("c", "r"), {"range": "2..5", "prompt": "a blue lamp"}, "1B take 1 2..5 again"),
            (("c", "s"), {"act": "led in", "length": "8f"}, "1B lead-in, 0.333 s"),
            (("c", "s"), {"act": "into", "length": "8f", "into": "1A"}, "1B bridge to 1A, 0.333 s"),
            (("c", "s"), {"act": "lip sync"}, "1B lip sync"),
            (("c", "o"), {"file": "1B", "kind": "canny"}, "canny map of"),
        ):
            await stage.press(*keys)
            await stage.fill(answers)
            await stage.until(lambda: isinstance(stage.screen, ShotScreen), stage.text)
            job = await finished(stage, studio)
            assert job.label.startswith(label)
        story = studio.take_snapshot().story
        shot = shot_spec.find_shot(story, "1B")
        assert len([take for take in story.takes if take.shot == shot.id]) == 5
        assert shot.conditioning[-1].control == "canny", "the shot follows its map"


async def test_refusal_is_shown_where_the_request_was_made(studio: Studio) -> None:
    async with inspecting(studio, "1A") as stage:
        for keys, answers, said in (
            (("c", "s"), {"act": "lip sync"}, "nobody speaks in 1A"),
            (("c", "r"), {"range": "7..99"}, "is outside the take"),
            (("c", "r"), {"way": "twice the sides"}, "upsampler"),
            (("c", "o"), {"file": "1A", "kind": "depth"}, "Depth Anything"),
        ):
            await stage.press(*keys)
            await stage.fill(answers)
            assert stage.screen.MODE == "form", "it stays, with what was typed"
            assert said in " ".join(stage.text.split()), stage.text
            await stage.press("escape")
            await stage.until(lambda: isinstance(stage.screen, ShotScreen))
        assert not made_by_keys(studio)
