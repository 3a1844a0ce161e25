"""Macros on the timeline: `Q{a}` records what is typed, `Q` stops, `@{a}` types it again, as one edit.

A macro holds strokes, not frames: it does at the playhead what was done where it was recorded. It stops at
the first stroke that can't be done, and says which.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from milimo_tui.tui.keys.key_parser import Chords, Stroke
from milimo_tui.tui.keys.keymap import Binding, Role
from milimo_tui.tui.shell.actions import perform
from milimo_tui.tui.timeline.values import macro_store
from milimo_tui.tui.timeline.values.macro_store import Step

if TYPE_CHECKING:
    from milimo_tui.tui.timeline.base.core import TimelineCore

RECORD, RUN = "macro_record", "macro_run"
# Strokes that lead away from the cut are not part of a macro.
LEADS_AWAY = frozenset(
    {RECORD, "mode", "back", "log", "help", "palette", "close", "leave", "shell", "redraw", "cancel"}
)


@dataclass
class Tape:
    """What is being recorded: strokes as they came, and what each was answered."""

    name: str
    strokes: list[Stroke] = field(default_factory=list)
    said: dict[int, list[str | None]] = field(default_factory=dict)

    def steps(self) -> list[Step]:
        answers = (self.said.get(place, ()) for place in range(len(self.strokes)))
        return [Step(stroke.typed, tuple(said)) for stroke, said in zip(self.strokes, answers, strict=True)]

    def answered(self, stroke: Stroke | None, words: str | None) -> None:
        """What was answered to a stroke of the tape; to the last one where it is not told which."""
        places = [place for place, each in enumerate(self.strokes) if each is stroke]
        place = places[-1] if places else len(self.strokes) - 1
        self.said.setdefault(place, []).append(words)


class Macros:
    """What is being recorded, and what runs."""

    def __init__(self, core: TimelineCore) -> None:
        self._core = core
        self._tape: Tape | None = None
        self._doing: Stroke | None = None
        self._answers: deque[str | None] | None = None  # of the step that runs from a macro
        self._depth = 0
        self._halted = False
        self._last_macro = ""

    # -- recording -------------------------------------------------------------------------------------

    async def act_macro_record(self, stroke: Stroke) -> None:
        """Q: begin a macro under the next key, or stop the one that is being recorded."""
        tape, name = self._tape, stroke.argument
        if tape is not None:
            await self._stop_recording(tape)
        elif not macro_store.is_name(name):
            self._core.say("a macro has a letter or a digit for its name", "warn", "Q a begins the macro a")
        else:
            self._tape = Tape(name)
            self._core.studio_app.keyboard.chords.at_once.add(f"ui.{RECORD}")
            self._core.say(f"records the macro {name}", hint="Q stops")

    async def _stop_recording(self, tape: Tape) -> None:
        self._tape = None
        self._core.studio_app.keyboard.chords.at_once.discard(f"ui.{RECORD}")
        steps, studio = tape.steps(), self._core.studio_app.studio
        await self._core.in_thread(lambda: macro_store.keep(studio, tape.name, steps))
        if steps:
            self._core.say(f"macro {tape.name}: {macro_store.told(steps)}", "good", f"@ {tape.name} runs it")
        else:
            self._core.say(f"the macro {tape.name} is empty now")

    def told(self) -> str:
        """` · Q a` while one is recorded."""
        return f" · Q {self._tape.name}" if self._tape is not None else ""

    def hears(self, stroke: Stroke) -> None:
        """A stroke was typed: it goes on the tape."""
        if self._tape is not None and not self._core.is_asking and stroke.binding.act not in LEADS_AWAY:
            self._tape.strokes.append(stroke)

    @contextmanager
    def doing(self, stroke: Stroke) -> Iterator[None]:
        """What is answered meanwhile was answered to this stroke."""
        before, self._doing = self._doing, stroke
        try:
            yield
        finally:
            self._doing = before

    @property
    def answers(self) -> deque[str | None]:
        """What a macro that runs answers from here on, as it was answered when it was recorded."""
        return self._answers if self._answers is not None else deque()

    def answered(self, words: str | None) -> None:
        """What the person answered, for the tape."""
        if self._tape is not None:
            self._tape.answered(self._doing, words)

    def rest(self) -> None:
        """Another screen comes before this one: a macro ends there."""
        if self._tape is not None:
            self._core.background(partial(self._stop_recording, self._tape))

    # -- running ---------------------------------------------------------------------------------------

    async def act_macro_run(self, stroke: Stroke) -> None:
        """@: type a macro again, as often as counted; `@ @` the one that ran last."""
        name = self._last_macro if stroke.argument == "@" else stroke.argument
        studio = self._core.studio_app.studio
        steps = (await self._core.in_thread(lambda: macro_store.recall(studio))).get(name, ())
        if not steps:
            self._core.say(f"there is no macro {name}".rstrip(), "warn", f"Q {name or 'a'} records one")
            self._core.stuck = True
            return
        if self._depth >= macro_store.DEEPEST:
            self._core.say(f"the macro {name} runs itself without an end", "warn", "Q records it anew")
            self._halted = True
            return
        self._last_macro = name
        self._depth += 1
        try:
            with studio.project().bundle(f"macro {name}"):
                await self._run_macro(name, steps, stroke.times)
        finally:
            self._depth -= 1
            self._halted = self._halted and self._depth > 0

    @property
    def running(self) -> bool:
        return self._depth > 0

    def stop(self) -> None:
        """End a macro that runs, after the stroke it is at."""
        self._halted = True
        self._core.say("the macro is stopped here", "warn", "u takes back what it did")

    async def _run_macro(self, name: str, steps: tuple[Step, ...], times: int) -> None:
        for turn in range(times):
            for place, step in enumerate(steps, 1):
                self._core.stuck = False
                await self._type_again(step)
                if self._halted:
                    return
                if self._core.stuck:
                    last = self._core.studio_app.last_said
                    why = f": {last.text}" if last is not None else ""
                    again = f", run {turn + 1} of {times}" if times > 1 else ""
                    self._core.say(
                        f"macro {name} stopped at {step} ({place} of {len(steps)}{again}){why}", "warn"
                    )
                    return
        self._core.say(f"macro {name}{f', {times} times' if times > 1 else ''}", "good", "u takes it back")

    async def _type_again(self, step: Step) -> None:
        """One step of a macro: its keys through a chord machine of their own, in the contexts of now."""
        machine = Chords(self._core.studio_app.keyboard.keymap)
        before, self._answers = self._answers, deque(step.said)
        try:
            for key in step.keys:
                found = machine.press(key, self._core.contexts)
                if isinstance(found, Stroke):
                    await self._core.do(found)
        finally:
            self._answers = before

    # -- the command line ----------------------------------------------------------------------------

    async def line_macro(self, words: list[str]) -> None:
        """`:macro a` runs it, `:macro` tells what there is."""
        if words:
            again = Stroke(_RUN, argument=words[0])
            if self._depth:
                await self.act_macro_run(again)
            else:
                perform(self._core.studio_app, again)
            return
        studio = self._core.studio_app.studio
        there = await self._core.in_thread(lambda: macro_store.recall(studio))
        lines = [f"{name}  {macro_store.told(steps)}" for name, steps in there.items()]
        if lines:
            self._core.studio_app.show_text("Macros", "\n".join(lines))
        else:
            self._core.say("there are no macros yet", hint="Q a records one, Q stops, @ a runs it")


_RUN = Binding("timeline", ("@",), f"ui.{RUN}", "run a macro", Role.RAW)
