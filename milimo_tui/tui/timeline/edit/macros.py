"""Macros on the timeline: `Q{a}` records what is typed, `Q` stops, `@{a}` types it again, as one edit.

A macro holds key commands, not frames: it does at the playhead what was done where it was recorded. It stops
at the first key command that can't be done, and says which.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from milimo_tui.tui.keys.key_parser import KeyCommand, KeyParser
from milimo_tui.tui.keys.keymap import Binding, Role
from milimo_tui.tui.shell.actions import perform
from milimo_tui.tui.timeline.values import macro_store
from milimo_tui.tui.timeline.values.macro_store import Step

if TYPE_CHECKING:
    from milimo_tui.tui.timeline.base.core import TimelineCore

RECORD, RUN = "macro_record", "macro_run"
# Key commands that lead away from the cut are not part of a macro.
LEADS_AWAY = frozenset(
    {RECORD, "mode", "back", "log", "help", "palette", "close", "leave", "shell", "redraw", "cancel"}
)


@dataclass
class MacroRecording:
    """A macro that is being recorded: key commands as they came, and the answers to each one's questions."""

    name: str
    key_commands: list[KeyCommand] = field(default_factory=list)
    answers_by_place: dict[int, list[str | None]] = field(default_factory=dict)

    def steps(self) -> list[Step]:
        answers = (self.answers_by_place.get(place, ()) for place in range(len(self.key_commands)))
        return [
            Step(key_command.typed, tuple(given))
            for key_command, given in zip(self.key_commands, answers, strict=True)
        ]

    def record_answer(self, key_command: KeyCommand | None, words: str | None) -> None:
        """Add the answer to a question of a key command; to the last one's where it is None."""
        places = [place for place, each in enumerate(self.key_commands) if each is key_command]
        place = places[-1] if places else len(self.key_commands) - 1
        self.answers_by_place.setdefault(place, []).append(words)


class Macros:
    """Records macros and runs them."""

    def __init__(self, core: TimelineCore) -> None:
        self._core = core
        self._recording: MacroRecording | None = None
        self._key_command: KeyCommand | None = None
        self._answers: deque[str | None] | None = None  # of the step that runs from a macro
        self._depth = 0
        self._halted = False
        self._last_macro = ""

    # -- recording -------------------------------------------------------------------------------------

    async def act_macro_record(self, key_command: KeyCommand) -> None:
        """Begin a macro under the next key (`Q`), or stop the one that is being recorded."""
        recording, name = self._recording, key_command.argument
        if recording is not None:
            await self._stop_recording(recording)
        elif not macro_store.is_name(name):
            self._core.say(
                "a macro has a letter or a digit for its name",
                "warn",
                "{ui.macro_record} a begins the macro a",
            )
        else:
            self._recording = MacroRecording(name)
            self._core.studio_app.keyboard.parser.at_once.add(f"ui.{RECORD}")
            self._core.say(f"records the macro {name}", hint="{ui.macro_record} stops")

    async def _stop_recording(self, recording: MacroRecording) -> None:
        self._recording = None
        self._core.studio_app.keyboard.parser.at_once.discard(f"ui.{RECORD}")
        steps, studio = recording.steps(), self._core.studio_app.studio
        await self._core.in_thread(lambda: macro_store.keep(studio, recording.name, steps))
        if steps:
            self._core.say(
                f"macro {recording.name}: {macro_store.macro_text(steps)}",
                "good",
                f"@ {recording.name} runs it",
            )
        else:
            self._core.say(f"the macro {recording.name} is empty now")

    def mode_suffix(self) -> str:
        """Return ` · Q a` while a macro is recorded, else nothing."""
        return f" · Q {self._recording.name}" if self._recording is not None else ""

    def record_key(self, key_command: KeyCommand) -> None:
        """Add a key command to the macro that is being recorded."""
        if (
            self._recording is not None
            and not self._core.is_asking
            and key_command.binding.act not in LEADS_AWAY
        ):
            self._recording.key_commands.append(key_command)

    @contextmanager
    def answers_for(self, key_command: KeyCommand) -> Iterator[None]:
        """Record the answers that are given meanwhile as answers to this key command."""
        before, self._key_command = self._key_command, key_command
        try:
            yield
        finally:
            self._key_command = before

    @property
    def answers(self) -> deque[str | None]:
        """Return the answers that a running macro gives from here on, as they were recorded."""
        return self._answers if self._answers is not None else deque()

    def record_answer(self, words: str | None) -> None:
        """Record what the person answered."""
        if self._recording is not None:
            self._recording.record_answer(self._key_command, words)

    def finish(self) -> None:
        """Store the macro that is being recorded: another screen comes before this one."""
        if self._recording is not None:
            self._core.background(partial(self._stop_recording, self._recording))

    # -- running ---------------------------------------------------------------------------------------

    async def act_macro_run(self, key_command: KeyCommand) -> None:
        """Type a macro again (`@`), as often as counted; `@ @` the one that ran last."""
        name = self._last_macro if key_command.argument == "@" else key_command.argument
        studio = self._core.studio_app.studio
        steps = (await self._core.in_thread(lambda: macro_store.recall(studio))).get(name, ())
        if not steps:
            self._core.say(f"there is no macro {name}".rstrip(), "warn", f"Q {name or 'a'} records one")
            self._core.stuck = True
            return
        if self._depth >= macro_store.DEEPEST:
            self._core.say(
                f"the macro {name} runs itself without an end", "warn", "{ui.macro_record} records it anew"
            )
            self._halted = True
            return
        self._last_macro = name
        self._depth += 1
        try:
            with studio.project().bundle(f"macro {name}"):
                await self._run_macro(name, steps, key_command.times)
        finally:
            self._depth -= 1
            self._halted = self._halted and self._depth > 0

    @property
    def running(self) -> bool:
        return self._depth > 0

    def stop(self) -> None:
        """End a macro that runs, after its present key command."""
        self._halted = True
        self._core.say("the macro is stopped here", "warn", "{ui.undo} takes back what it did")

    async def _run_macro(self, name: str, steps: tuple[Step, ...], times: int) -> None:
        for turn in range(times):
            for place, step in enumerate(steps, 1):
                self._core.stuck = False
                await self._type_again(step)
                if self._halted:
                    return
                if self._core.stuck:
                    last = self._core.studio_app.last_message
                    why = f": {last.text}" if last is not None else ""
                    run = f", run {turn + 1} of {times}" if times > 1 else ""
                    self._core.say(
                        f"macro {name} stopped at {step} ({place} of {len(steps)}{run}){why}", "warn"
                    )
                    return
        self._core.say(
            f"macro {name}{f', {times} times' if times > 1 else ''}", "good", "{ui.undo} takes it back"
        )

    async def _type_again(self, step: Step) -> None:
        """Run one step of a macro: its keys through a parser of their own, in the contexts of now."""
        machine = KeyParser(self._core.studio_app.keyboard.keymap)
        before, self._answers = self._answers, deque(step.answers)
        try:
            for key in step.keys:
                found = machine.press(key, self._core.contexts)
                if isinstance(found, KeyCommand):
                    await self._core.do(found)
        finally:
            self._answers = before

    # -- the command line ----------------------------------------------------------------------------

    async def line_macro(self, words: list[str]) -> None:
        """Run a macro (`:macro a`), or list those there are (`:macro`)."""
        if words:
            run = KeyCommand(_RUN, argument=words[0])
            if self._depth:
                await self.act_macro_run(run)
            else:
                perform(self._core.studio_app, run)
            return
        studio = self._core.studio_app.studio
        there = await self._core.in_thread(lambda: macro_store.recall(studio))
        lines = [f"{name}  {macro_store.macro_text(steps)}" for name, steps in there.items()]
        if lines:
            self._core.studio_app.show_text("Macros", "\n".join(lines))
        else:
            self._core.say(
                "there are no macros yet",
                hint="{ui.macro_record} a records one, {ui.macro_record} stops, {ui.macro_run} a runs it",
            )


_RUN = Binding("timeline", ("@",), f"ui.{RUN}", "run a macro", Role.RAW)
