"""Test the next step in states reached by random actions: its text is true, and every tenth step, done on a
copy of the film, leads to a further step.

No text on these screens is truncated where there is room.
"""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from milimo_tui.jobs.values.views import JobView
from milimo_tui.studio.project.next_step import choose_next_step
from milimo_tui.studio.project.screen_next_step import FILM, NextStep
from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes.take_queue import OPEN_JOB_STATES
from milimo_tui.tui.shell.messages import LogMessage
from tests.budget import BUDGETS, rounds, thorough
from tests.tui.cells import cut_off
from tests.tui.next.random_actions import RandomActs, script
from tests.tui.stage import Stage, on
from tests.tui.studio_setup import PATIENCE, make_studio

ROOT = Path(__file__).parents[3]
SIZES = ((80, 24), (120, 36), (200, 50))
TENTH = 10
FEW = 10  # Number of actions in `make test`: one round, after which its step is done.
FIXED = 20_261_126  # Fixed seed, so that the short run is repeatable.


@pytest.fixture(autouse=True)
def swift(monkeypatch: pytest.MonkeyPatch) -> None:
    """Use engines whose takes are finished at once or always fail."""
    monkeypatch.setenv("MILIMO_TEST_ENGINES", "tests.tui.next.engines:ROWS")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


@dataclass(frozen=True)
class ShownStep:
    """The next step on a screen, with the name of the screen."""

    screen: str
    step: NextStep | JobView | None

    def leads_from(self, before: ShownStep) -> bool:
        """Return True if this state differs from an earlier one: the step is another, or it has less work
        left.
        """
        if self.screen != before.screen or type(self.step) is not type(before.step):
            return True
        if isinstance(self.step, NextStep) and isinstance(before.step, NextStep):
            return self.step != before.step
        return self.step is None or self.step != before.step


async def at_rest(stage: Stage) -> None:
    """Wait until no job can run any more and the next step is known."""
    app, end = stage.app, time.monotonic() + PATIENCE
    quiet = 0
    while quiet < 3:
        await stage.settle()
        await stage.until(lambda: app.next_steps.is_settled)
        queue = app.queue
        waiting = [job for job in queue.waiting if job.state != "held"]
        works = queue.active or (waiting and not is_paused(stage)) or not follows(stage) or not shows(stage)
        quiet = 0 if works else quiet + 1
        assert time.monotonic() < end, f"{queue.active} {queue.waiting}"
        await stage.pilot.pause(0.05)


def is_paused(stage: Stage) -> bool:
    """Return True if the queue starts no jobs."""
    return any(lane.paused for lane in stage.app.queue.status.lanes)


def follows(stage: Stage) -> bool:
    """Return True if the studio knows the current state of every job in its queue."""
    client = stage.app.studio.client_or_none()
    if client is None:
        return True
    queue = stage.app.queue
    there = {job.id: job.state for job in client.list_jobs({"states": OPEN_JOB_STATES})}
    return queue.running and there == {job.id: job.state for job in (*queue.active, *queue.waiting)}


def shows(stage: Stage) -> bool:
    """Return True if the studio shows the current film, including takes that have just arrived."""
    studio = stage.app.studio
    return studio.project_or_none() is None or stage.app.film is studio.take_snapshot()


def said(stage: Stage) -> ShownStep:
    return ShownStep(
        stage.screen.MODE,
        stage.app.film_tasks.get_step_here(stage.app.queue, stage.screen.get_current_place()),
    )


def check_true(stage: Stage, studio: Studio, trail: list[str]) -> None:
    """Check the next step of a screen against facts of the film that are obtained by other commands."""
    step = said(stage).step
    if not isinstance(step, NextStep):
        return
    rows = {row["id"]: row for row in registry.run_by_id(studio, "shot.list", {}).data}
    if step.id in ("shot.make", "app.build"):
        assert step.makes <= rows.keys(), trail
        for shot in step.makes:
            row = rows[shot]
            wants = not row["takes"] or bool(row["stale_parts"]) or not row["take"]
            assert wants, (trail, step, row)
    if step.id == "shot.make" and step.values.get("missing"):
        without = {id for id, row in rows.items() if not row["take"]}
        assert step.makes <= without, (trail, step)
        if len(step.makes) > 1:
            assert step.reason_text == f"{len(step.makes)} shots have no take"
    if step.id == "job.retry":
        assert studio.require_client().fetch_job(step.values["ids"][0]).state in ("failed", "set_aside"), (
            trail,
            step,
        )
    film = stage.app.film_tasks.to_do.step
    shell = choose_next_step(studio)
    is_busy = stage.app.queue.active or stage.app.queue.waiting
    if film is not None and not is_busy:
        assert (film.id, film.why.split(":")[0]) == (shell.id, shell.why.split(":")[0]), trail


async def do_step(stage: Stage) -> None:
    """Press `!`. Answer a question with yes, and close a field that opens."""
    await stage.press("!")
    if stage.screen.question.is_open:
        await stage.press("y")
    await stage.settle()
    if stage.screen.typing:
        await stage.press("escape")
    await at_rest(stage)


async def check_leads_on(stage: Stage, studio: Studio, trail: list[str]) -> None:
    """Do the next step and the steps after it, and check that each changes the state."""
    before = said(stage)
    for _ in range(3):
        step = before.step
        if step is None:
            return
        tries = _tries(step, studio)
        await do_step(stage)
        after = said(stage)
        told = (trail, before, after, stage.said)
        if tries is not None:
            if isinstance(after.step, NextStep) and after.step.act == "ui.pause_queue":
                await do_step(stage)  # A retried job waits until the paused queue runs again.
            assert _tries(step, studio) != tries or is_paused(stage), told
            return
        wrong = [m for m in stage.app.messages[-3:] if m.kind == "error"]
        assert after.leads_from(before), told
        assert not wrong or _of_faulty(wrong), told
        if isinstance(step, NextStep) and FILM in step.makes:
            assert "nothing changed" not in stage.said, told
        before = after


def _tries(step: NextStep | JobView, studio: Studio) -> int | None:
    """Return the number of attempts of the job that a step retries; None for another kind of step."""
    if not isinstance(step, NextStep) or step.id != "job.retry":
        return None
    return studio.require_client().fetch_job(step.values["ids"][0]).attempts


def _of_faulty(messages: Sequence[LogMessage]) -> bool:
    return all("projector" in str(message) for message in messages)


async def go(stage: Stage, mode: str) -> None:
    for _ in range(3):
        await stage.press("escape")
    await stage.app.go_to_mode(mode)
    await stage.settle()


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """Create a home with a small film and stop its supervisor at the end."""
    place = tmp_path / "home"
    studio = make_studio(place, script(random.Random(0)))
    registry.run_by_id(studio, "project.set", {"engine": "swift", "size": "96x64"})
    studio.close()
    yield place
    stop(place)


def stop(home: Path) -> None:
    studio = Studio.open(home=str(home), actor="test")
    registry.run_by_id(studio, "supervisor.stop", {"now": True})
    studio.close()


def opened_studio(home: Path) -> Studio:
    return Studio.open(home=str(home), actor="test")


async def act(stage: Stage, acts: RandomActs, trail: list[str]) -> None:
    """Do one action on the current screen, as a person does. A refused action is no failure."""
    film = stage.app.film
    assert film is not None
    id, values = acts.act(film)
    trail.append(f"{stage.screen.MODE}: {id} {dict(values)}")
    if id == "keys":
        if values["keys"] == ["enter"] and stage.screen.MODE in ("film", "models"):
            return  # On these screens Enter opens a player window or downloads gigabytes from a hub.
        await stage.press(*values["keys"])
        if stage.app.studio_screen is None or stage.screen.typing:
            await stage.press("escape")
        if stage.screen.question.is_open:
            await stage.press("n")
    else:
        ended = asyncio.ensure_future(stage.app.run_and_wait(id, values))
        while not ended.done():
            await stage.pilot.pause(0.01)
            if stage.app.studio_screen is not None and stage.screen.question.is_open:
                await stage.press("y")
        await stage.settle()


def seed_of(acts: int) -> int:
    """Return the seed from MILIMO_NEXT_SEED if it is set. Otherwise return a random one in the full run and a
    fixed one in the short run.
    """
    asked, full = os.environ.get("MILIMO_NEXT_SEED"), acts == BUDGETS["next step"].full
    return int(asked) if asked else random.SystemRandom().randrange(10**6) if full else FIXED


@pytest.mark.long("screens")
@pytest.mark.parametrize("acts", thorough("next step", [FEW, rounds("next step")]))
async def test_next_step_is_true_works_and_is_not_cut_off(home: Path, acts: int) -> None:
    seed = seed_of(acts)
    print(f"MILIMO_NEXT_SEED={seed}")
    dice, trail = RandomActs(seed), list[str]()
    cut: set[str] = set()
    for tenth in range(acts // TENTH):
        size, mode = SIZES[tenth % len(SIZES)], dice.screen()
        studio = opened_studio(home)
        async with on(studio, mode, size) as stage:
            for number in range(TENTH):
                if number % 3 == 2:
                    await go(stage, dice.screen())
                await act(stage, dice, trail)
                await at_rest(stage)
                if stage.app.studio_screen is not None:
                    check_true(stage, studio, trail[-30:])
                    cut |= {f"{size} {stage.screen.MODE}: {row}" for row in cut_off(stage.screen)}
            mode = dice.screen()
        stop(home)
        studio.close()
        kept = home.with_name("kept")
        shutil.copytree(home, kept, ignore=shutil.ignore_patterns("supervisor.*"))
        studio = opened_studio(home)
        async with on(studio, mode, size) as stage:
            await stage.until(lambda: stage.app.next_steps.is_known)
            await at_rest(stage)
            trail.append(f"! on {mode}")
            await check_leads_on(stage, studio, trail[-30:])
            cut |= {f"{size} {stage.screen.MODE}: {row}" for row in cut_off(stage.screen)}
        stop(home)
        studio.close()
        shutil.rmtree(home)
        kept.rename(home)
    assert not cut, "\n".join(sorted(cut))
