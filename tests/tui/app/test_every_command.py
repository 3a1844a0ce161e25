"""Test every command from the palette: it is chosen, its questions are answered, and it ends with its result
or its own refusal.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
from PIL import Image
from textual.widgets import Input

from milimo_tui.studio.registry import registry
from milimo_tui.studio.registry.args import read_arguments
from milimo_tui.studio.registry.registry import Command
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.app.command_line import PANELS
from milimo_tui.tui.app.palette import Palette
from milimo_tui.tui.fields.form_field import FieldKind, FormField
from milimo_tui.tui.fields.reading import normalize_field_text
from milimo_tui.tui.forms.form_screen import FormScreen
from milimo_tui.tui.shell.overlay import Overlay
from milimo_tui.tui.shell.screen import StudioScreen
from tests.budget import rounds, thorough
from tests.cli.test_any_argument import GOOD
from tests.front_door import in_environment
from tests.tui.stage import Stage, on
from tests.tui.studio_setup import make_studio

WAIT = 90.0  # Seconds that a command may take on a busy machine until it shows a message.
MOST_ANSWERS = 24  # Largest number of questions of one command.
# Commands that run until they are stopped, end the studio, remove its folder, need a shell's standard input,
# or write into the system.
NEVER = {"supervisor.start", "film.tour", "cluster.up", "cluster.join", "home.move", "app.systemd"}
# Text that is invalid as a number, time, choice, switch, shot or file.
WRONG = "no such thing at all"
GROUPS = sorted({id.partition(".")[0] for id in registry.list_commands()})
QUICK = ("bin",)  # Command groups that the short run of `make test` covers.


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    monkeypatch.chdir(tmp_path)  # An answer may be the name of a file that the command writes.
    away = {**os.environ, "HF_ENDPOINT": "http://127.0.0.1:9", "EDITOR": "true", "MILIMO_MPV": "true"}
    with in_environment(away):
        made = make_studio(tmp_path / "home")
        registry.run_by_id(made, "storyboard.commit")
        registry.run_by_id(made, "job.pause")
        yield made
        registry.run_by_id(made, "supervisor.stop", {"now": True})
        made.close()


def _media(folder: Path) -> Path:
    """Write a picture as the answer to questions about paths, and return its path."""
    path = folder / "bar.png"
    if not path.exists():
        Image.new("RGB", (96, 54), (40, 90, 160)).save(path)
    return path


def _right(field: FormField, folder: Path) -> str:
    """Return a valid answer for a field, as a person might give it."""
    if field.kind is FieldKind.PATH:
        return str(_media(folder))
    if field.kind is FieldKind.TIME:
        return "2s"
    if field.kind is FieldKind.NUMBER and not field.check:
        return f"{field.least or 1:g}"
    if field.key in GOOD and not GOOD[field.key].startswith("@") and not field.is_strict:
        return GOOD[field.key]
    if field.choices:
        return field.choices[0].word
    return f"{max(1.0, field.least or 0):g}" if field.kind is FieldKind.NUMBER else "words"


def _wrong(field: FormField) -> str:
    return WRONG


class Walk:
    """A run of a command from the palette to its end.

    `ended` says how it ended; `refused` has the reasons why answers were refused.
    """

    def __init__(self, stage: Stage, entry: Command, answer: Callable[[FormField], str]) -> None:
        self.stage, self.entry, self.answer = stage, entry, answer
        self.ended, self.refused, self.before = "", list[str](), 0

    async def go(self, *, every: bool = False) -> None:
        stage, app = self.stage, self.stage.app
        self.before = before = len(app.messages)
        await stage.pilot.press("ctrl+p")
        await stage.until(lambda: isinstance(app.screen, Palette) and bool(app.screen.query(Input)))
        panel = app.screen
        assert isinstance(panel, Palette)
        panel.query_one(Input).value = self.entry.id
        await stage.until(lambda: panel.rows.key == self.entry.id, f"{self.entry.id} is not found")
        await stage.pilot.press("ctrl+e" if every else "enter")
        for _ in range(MOST_ANSWERS):
            if not await self._step():
                break
        await self._leave()
        texts = [message.text for message in app.messages[before:]]
        self.ended = self.ended or "; ".join(texts)

    async def _step(self) -> bool:
        """Answer the current question. Return True if there may be another one."""
        app = self.stage.app
        end = time.monotonic() + WAIT
        while True:
            screen = app.screen
            if isinstance(screen, FormScreen):
                return await self._fill_in(screen)
            if isinstance(screen, StudioScreen) and screen.question.is_open:
                await self.stage.pilot.press("n")
                self.ended = "left unanswered"
                return True
            if isinstance(screen, StudioScreen) and screen.prompt.is_open:
                return await self._give(screen)
            if isinstance(screen, Overlay) and not isinstance(screen, Palette):
                self.ended = f"panel: {screen.heading}"
                return False
            busy = app.editing.is_busy or app.working.is_busy or app.reading.is_busy
            running = [worker for worker in app.workers if worker.is_running and worker.group == "acts"]
            if not busy and not running and not isinstance(screen, Palette):
                if self.entry.id in PANELS and len(app.screen_stack) == 1 and not self.refused:
                    await asyncio.sleep(0.01)
                    continue  # The keys that open the command's panel are still being typed.
                self.ended = f"panel: {type(screen).__name__}" if len(app.screen_stack) > 1 else ""
                return False
            if time.monotonic() > end:
                self.ended = ""
                return False
            await asyncio.sleep(0.01)

    async def _give(self, screen: StudioScreen) -> bool:
        """Answer the open field. If the field refuses the answer it must give a reason, and the test leaves
        it.
        """
        opened = screen.prompt.opened
        if opened is None:  # The question asks for a secret or for free text.
            await self.stage.pilot.press("escape")
            self.ended = "left unanswered"
            return True
        entry, answer = screen.prompt.query_one(Input), screen.prompt._answer
        entry.value = self.answer(opened.field)
        await self.stage.pilot.press("enter")
        await self.stage.until(lambda: (answer is not None and answer.done()) or bool(opened.reason))
        if opened.reason:
            self.refused.append(opened.reason)
            assert entry.value == self.answer(opened.field), "it stays as it was typed"
            await self._leave()
            self.ended = opened.reason
            return False
        if any(above.plain.startswith("✕") for above in screen.prompt.above):
            self.ended = "refused, and asked again"
            await self._leave()
            return False
        return True

    async def _fill_in(self, screen: FormScreen) -> bool:
        """Answer every field of a form and save it with its key. Cancel the form if it is refused."""
        await self.stage.until(lambda: screen.is_mounted)
        await self.stage.settle()  # A form with a single field opens the field after it was drawn.
        if screen.prompt.is_open:
            await self.stage.pilot.press("tab")  # Escape would leave the form.
            await self.stage.until(lambda: not screen.prompt.is_open)
        for field in screen.form.fields:
            screen.form.set_field_answer(field, self.answer(field))
        wrong = [screen.form.explain_problem(field) for field in screen.form.wrong_fields]
        await self.stage.pilot.press("w")
        end = time.monotonic() + WAIT
        while self.stage.app.screen is screen and time.monotonic() < end:
            await asyncio.sleep(0.01)
            reasons = [screen.form.explain_problem(field) for field in screen.form.wrong_fields]
            said = screen._is_keeping or self.stage.app.editing.is_busy or self.stage.app.working.is_busy
            if reasons or (not said and len(self.stage.app.messages) > self.before):
                self.refused += reasons
                self.ended = "; ".join(reasons) or self.stage.app.messages[-1].text
                typed = {field.key: screen.form.get_field_text(field) for field in screen.form.fields}
                kept = {
                    field.key: normalize_field_text(field, self.answer(field)) for field in screen.form.fields
                }
                assert typed == kept, "what was typed stays"
                await self._leave()
                return False
        assert not wrong, (self.entry.id, wrong, "was kept all the same")
        return self.stage.app.screen is not screen

    async def _leave(self) -> None:
        """Go back to the screen from which the palette was opened."""
        app = self.stage.app
        for _ in range(6):
            screen = app.screen
            studio_screen = screen if isinstance(screen, StudioScreen) else None
            if studio_screen is not None and not studio_screen.is_asking and len(app.screen_stack) <= 1:
                return
            has_question = studio_screen is not None and studio_screen.question.is_open
            await self.stage.pilot.press("n" if has_question else "escape")
            await self.stage.pilot.pause()


def _walked(group: str) -> Sequence[Command]:
    """Return the commands of a group that this run tests; the full run tests all of them."""
    every, step = registry.load_command_group(group), rounds("palette")
    return every[GROUPS.index(group) % min(step, len(every)) :: step]


@asynccontextmanager
async def _on_film(studio: Studio) -> AsyncIterator[Stage]:
    async with on(studio, "timeline", (110, 34)) as stage:
        yield stage


@pytest.mark.long("screens")
@pytest.mark.parametrize(
    "group", thorough("palette", [*QUICK, *(group for group in GROUPS if group not in QUICK)])
)
async def test_every_command_runs_from_the_palette(studio: Studio, tmp_path: Path, group: str) -> None:
    """Each command runs twice: first with invalid answers in a form of all arguments, then with plausible
    answers.
    """
    dead: list[str] = []
    async with _on_film(studio) as stage:
        for is_right in (False, True):
            for entry in _walked(group):
                if entry.id in NEVER or studio.project_or_none() is None:
                    continue  # Without an open film, commands about a film ask nothing.
                walk = Walk(stage, entry, partial(_right, folder=tmp_path) if is_right else _wrong)
                await walk.go(every=not is_right and bool(read_arguments(entry.args)))
                if not walk.ended:
                    dead.append(f"{entry.id}: {stage.text.splitlines()[-2:]}")
                assert "Traceback" not in walk.ended, (entry.id, walk.ended)
                assert stage.app.is_running, entry.id
    assert not dead, dead
