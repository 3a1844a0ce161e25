"""Macros: `Q{a}` begins to record the keys typed on a screen as macro `a`, `Q` stops, and `@{a}` replays them
as one edit.

A macro consists of key commands, not positions, so it is replayed at the current playhead or cursor. Text
that was typed is replayed too. A macro stops at the first key command that can't be performed, and a message
names this command.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from milimo_tui.tui.keys import macro_store
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.keys.key_parser import KeyCommand, KeyParser, Press
from milimo_tui.tui.keys.keymap import Binding, Role
from milimo_tui.tui.keys.macro_store import MacroStep
from milimo_tui.tui.shell.key_queue import KeyQueue, QueuedScreen
from milimo_tui.tui.shell.modes import Mode

if TYPE_CHECKING:
    from milimo_tui.tui.shell.ports import StudioApp

T = TypeVar("T")
RECORD, RUN = "macro_record", "macro_run"
# Key commands that leave the screen. They are not recorded.
LEADS_AWAY = frozenset(
    {
        RECORD,
        "mode",
        "back",
        "log",
        "help",
        "palette",
        "finder",
        "close",
        "leave",
        "shell",
        "redraw",
        "cancel",
    }
)


class MacroScreen(QueuedScreen, Protocol):
    """The interface of a screen on which macros can be recorded and replayed. `stuck` is True if the last key
    command had no effect; a macro stops there.
    """

    stuck: bool

    @property
    def studio_app(self) -> StudioApp: ...
    @property
    def key_queue(self) -> KeyQueue: ...
    @property
    def contexts(self) -> tuple[str, ...]: ...
    def show_message(self, text: str, kind: str = "info", hint: str = "") -> None: ...
    async def in_thread(self, work: Callable[[], T]) -> T: ...
    def one_edit(self, name: str) -> AbstractContextManager[None]: ...
    def run_in_background(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None: ...


@dataclass
class RecordedStep:
    """A step of a macro: a key command, the answers to the questions that it asked, and the keys of text
    typed after it.
    """

    key_command: KeyCommand
    answers: list[str | None] = field(default_factory=list)
    text: list[str] = field(default_factory=list)

    def to_macro_step(self) -> MacroStep:
        return MacroStep(self.key_command.typed, tuple(self.answers), tuple(self.text))


@dataclass
class MacroRecording:
    """A macro that is being recorded, with its key commands so far."""

    name: str
    recorded: list[RecordedStep] = field(default_factory=list)

    def list_macro_steps(self) -> list[MacroStep]:
        return [recorded.to_macro_step() for recorded in self.recorded]

    def record_answer(self, key_command: KeyCommand | None, words: str | None) -> None:
        """Add the user's answer to the recorded step of `key_command`. If `key_command` is None, or was not
        recorded, add the answer to the last step. `words` is None if the user cancelled the question.
        """
        own = [recorded for recorded in self.recorded if recorded.key_command is key_command]
        for recorded in (own or self.recorded)[-1:]:
            recorded.answers.append(words)


class Macros(Mode):
    """The recorder and player of a screen's macros. As a mode, it is active while a macro is recorded or
    replayed.
    """

    def __init__(self, screen: MacroScreen, key: str) -> None:
        """Create the recorder. `key` is the name under which the macros are stored with the film."""
        self._screen, self._key = screen, key
        self._recording: MacroRecording | None = None
        self._key_command: KeyCommand | None = None
        # Answers that the step being replayed has not used yet; None if no macro is replayed.
        self._answers: deque[str | None] | None = None
        self._depth = 0
        self._halted = False
        self._last_macro = ""

    @property
    def is_on(self) -> bool:
        return self._recording is not None or self._depth > 0

    @action
    async def act_macro_record(self, key_command: KeyCommand) -> None:
        """Begin to record a macro named by the next key (`Q`). If a macro is being recorded, stop and store
        it.
        """
        recording, name = self._recording, key_command.argument
        if recording is not None:
            await self._stop_recording(recording)
        elif not macro_store.is_macro_name(name):
            self._screen.show_message(
                "the name of a macro is a letter or a digit",
                "warn",
                "{ui.macro_record} a begins the macro a",
            )
        else:
            self._recording = MacroRecording(name)
            self._screen.studio_app.keyboard.parser.at_once.add(f"ui.{RECORD}")
            self._screen.show_message(f"recording the macro {name}", hint="{ui.macro_record} stops")

    async def _stop_recording(self, recording: MacroRecording) -> None:
        self._recording = None
        self._screen.studio_app.keyboard.parser.at_once.discard(f"ui.{RECORD}")
        steps, studio = recording.list_macro_steps(), self._screen.studio_app.studio
        await self._screen.in_thread(
            lambda: macro_store.store_macro(studio, self._key, recording.name, steps)
        )
        if steps:
            self._screen.show_message(
                f"macro {recording.name}: {macro_store.format_macro(steps)}",
                "good",
                f"{{ui.macro_run}} {recording.name} runs it",
            )
        else:
            self._screen.show_message(f"nothing was recorded: the macro {recording.name} is empty now")

    @property
    def name_suffix(self) -> str:
        """The text ` · Q a` for the status line while macro `a` is recorded; otherwise empty."""
        return f" · Q {self._recording.name}" if self._recording is not None else ""

    def record_key(self, key_command: KeyCommand) -> None:
        """Add a key command to the macro that is being recorded."""
        if (
            self._recording is not None
            and key_command.typed
            and not self._screen.is_asking
            and key_command.binding.act not in LEADS_AWAY
        ):
            self._recording.recorded.append(RecordedStep(key_command))

    def record_text(self, key: str) -> None:
        """Add a key typed into a text to the macro that is being recorded."""
        if self._recording is None or not self._recording.recorded:
            return
        found = KeyParser(self._screen.studio_app.keyboard.keymap).press(
            key, self._screen.contexts, typing=True
        )
        if not isinstance(found, KeyCommand) or found.binding.act not in LEADS_AWAY:
            self._recording.recorded[-1].text.append(key)

    def record_paste(self, words: str) -> None:
        """Add pasted text to the macro that is being recorded, letter by letter."""
        for line, rest in enumerate(words.splitlines()):
            for key in (*(["enter"] if line else []), *rest):
                self.record_text("space" if key == " " else key)

    @contextmanager
    def assign_answers_to(self, key_command: KeyCommand) -> Iterator[None]:
        """Record all answers that the user gives in the `with` block as answers to this key command."""
        before, self._key_command = self._key_command, key_command
        try:
            yield
        finally:
            self._key_command = before

    @property
    def answers(self) -> deque[str | None]:
        """The recorded answers that the step being replayed has not used yet. Empty if no macro is
        replayed.
        """
        return self._answers if self._answers is not None else deque()

    async def answer_or_ask(self, ask: Callable[[], Awaitable[str | None]]) -> str | None:
        """Return the next recorded answer of the step being replayed. If there is none, ask the user by
        calling `ask`, and add the answer to the macro that is being recorded, if any.
        """
        if self.answers:
            return self.answers.popleft()
        self._screen.key_queue.handle_prompt_opened()
        answer = await ask()
        self._record_user_answer(answer)
        return answer

    async def confirm_or_ask(self, ask: Callable[[], Awaitable[bool]]) -> bool:
        """Return True if the next recorded answer of the step being replayed is yes. If there is no recorded
        answer, ask the user by calling `ask`, and add the answer to the macro that is being recorded, if any.
        """
        if self.answers:
            return self.answers.popleft() == "yes"
        self._screen.key_queue.handle_question_opened()
        agreed = await ask()
        self._record_user_answer("yes" if agreed else "no")
        return agreed

    def _record_user_answer(self, words: str | None) -> None:
        """Add the user's answer to the macro that is being recorded, if there is one."""
        if self._recording is not None:
            self._recording.record_answer(self._key_command, words)

    def finish_work(self) -> None:
        """Stop the recording and store the macro, because another screen now covers this one."""
        if self._recording is not None:
            self._screen.run_in_background(partial(self._stop_recording, self._recording))

    @action
    async def act_macro_run(self, key_command: KeyCommand) -> None:
        """Replay a macro (`@`). A count before the key is the number of times. `@ @` replays the macro that
        was replayed last.
        """
        name = self._last_macro if key_command.argument == "@" else key_command.argument
        studio = self._screen.studio_app.studio
        steps = (await self._screen.in_thread(lambda: macro_store.load_macros(studio, self._key))).get(
            name, ()
        )
        if not steps:
            self._screen.show_message(
                f"there is no macro {name}".rstrip(), "warn", f"{{ui.macro_record}} {name or 'a'} records one"
            )
            self._screen.stuck = True
            return
        if self._depth >= macro_store.DEEPEST:
            self._screen.show_message(
                f"the macro {name} runs itself endlessly", "warn", "{ui.macro_record} records it again"
            )
            self._halted = True
            return
        self._last_macro = name
        self._depth += 1
        try:
            with self._screen.one_edit(f"macro {name}"):
                await self._run_macro(name, steps, key_command.times)
        finally:
            self._depth -= 1
            self._halted = self._halted and self._depth > 0

    async def cancel_work(self) -> bool:
        """Stop the macro that is being replayed, after its current key command."""
        if not self._depth:
            return False
        self._halted = True
        self._screen.show_message("the macro is stopped here", "warn", "{ui.undo} undoes its changes")
        return True

    async def _run_macro(self, name: str, steps: tuple[MacroStep, ...], times: int) -> None:
        for turn in range(times):
            for place, step in enumerate(steps, 1):
                self._screen.stuck, before = False, self._screen.studio_app.last_message
                await self._replay_step(step)
                if self._halted:
                    return
                if self._screen.stuck:
                    last = self._screen.studio_app.last_message
                    why = f": {last.text}" if last is not None and last is not before else ""
                    run = f", run {turn + 1} of {times}" if times > 1 else ""
                    self._screen.show_message(
                        f"macro {name} stopped at {step} ({place} of {len(steps)}{run}){why}", "warn"
                    )
                    return
        self._screen.show_message(
            f"macro {name}{f', {times} times' if times > 1 else ''}", "good", "{ui.undo} undoes it"
        )

    async def _replay_step(self, step: MacroStep) -> None:
        """Replay one step of a macro. Its keys are parsed by a separate parser in the current key
        contexts.
        """
        machine = KeyParser(self._screen.studio_app.keyboard.keymap)
        before, self._answers = self._answers, deque(step.answers)
        try:
            for key in step.keys:
                found = machine.press(key, self._screen.contexts)
                if isinstance(found, KeyCommand):
                    await self._screen.do(found)
            for key in step.text:
                # The screen is not in writing mode (any more), so the recorded text cannot be typed.
                if not self._screen.typing:
                    return
                found = machine.press(key, self._screen.contexts, typing=True)
                if isinstance(found, KeyCommand):
                    await self._screen.do(found)
                elif found is Press.UNBOUND:
                    await self._screen.studio_app.type_key(key)
        finally:
            self._answers = before

    @action
    async def line_macro(self, words: list[str]) -> None:
        """Run a macro (`:macro a`), or list the macros (`:macro`)."""
        if words:
            run = KeyCommand(_RUN, argument=words[0])
            if self._depth or not self._screen.key_queue.queue_key_command(run):
                await self.act_macro_run(run)
            return
        studio = self._screen.studio_app.studio
        there = await self._screen.in_thread(lambda: macro_store.load_macros(studio, self._key))
        lines = [f"{name}  {macro_store.format_macro(steps)}" for name, steps in there.items()]
        if lines:
            self._screen.studio_app.show_text("Macros", "\n".join(lines))
        else:
            self._screen.show_message(
                "there are no macros yet",
                hint="{ui.macro_record} a records one, {ui.macro_record} stops, {ui.macro_run} a runs it",
            )


_RUN = Binding("global", ("@",), f"ui.{RUN}", "run a macro", Role.RAW)
