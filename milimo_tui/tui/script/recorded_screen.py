"""The base class of a screen with a screenplay and macros. It runs key commands one by one, records the
user's answers, and makes all edits of a macro one undo step.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from milimo_tui.tui.script.text.editor import ScriptEditor
from milimo_tui.tui.shell.actions import find_action
from milimo_tui.tui.shell.key_queue import KeyQueue
from milimo_tui.tui.shell.key_sheet import KeySheet
from milimo_tui.tui.shell.macros import Macros
from milimo_tui.tui.shell.screen import StudioScreen

if TYPE_CHECKING:
    from milimo_tui.studio.registry.registry import Outcome
    from milimo_tui.tui.keys.key_parser import KeyCommand

# Actions that take some time. Key commands typed after such an action wait until it is done.
WRITES = frozenset({"macro_record", "macro_run"})


class RecordedScreen(StudioScreen):
    """The base of `ScriptScreen`: a screen with a screenplay, whose keys can be recorded and replayed."""

    def __init__(self) -> None:
        super().__init__()
        # The screenplay editor. Its text can still be read after an error of the program has closed it.
        self.editor = ScriptEditor(id="editor")
        self.macros = Macros(self, "script_macros")
        self.key_queue: KeyQueue = KeyQueue(self, WRITES, self._record_typed_key, self.macros.record_text)

    def on_mount(self) -> None:
        super().on_mount()
        self.editor.pasted = self.macros.record_paste

    @property
    def own_parts(self) -> tuple[object, ...]:
        return (self.macros,)

    @property
    def stuck(self) -> bool:
        """True if the last key command could not do anything, for example because a motion found no target. A
        running macro then stops.
        """
        return self.editor.stuck

    @stuck.setter
    def stuck(self, stuck: bool) -> None:
        self.editor.stuck = stuck

    def _record_typed_key(self, key_command: KeyCommand) -> None:
        if not self.typing:  # Keys pressed while typing are recorded as text, not as key commands.
            self.macros.record_key(key_command)

    def writes(self, key_command: KeyCommand) -> bool:
        return self.key_queue.writes(key_command)

    async def do(self, key_command: KeyCommand) -> None:
        """Execute a key command, and wait until it is done."""
        binding = key_command.binding
        with self.macros.assign_answers_to(key_command):
            if not binding.is_ui:
                await self.run_and_wait(binding.run, **binding.args)
                return
            action = find_action(self.studio_app, binding.act)
            if action is None:
                self.show_message(f"nothing to {binding.note} here", "warn", "{ui.help} lists the keys")
            elif inspect.isawaitable(result := action(key_command)):
                await result

    async def run_and_wait(self, id: str, /, **values: Any) -> Outcome | None:
        outcome = await super().run_and_wait(id, **values)
        self.stuck = self.stuck or outcome is None
        return outcome

    def show_message(self, text: str, kind: str = "info", hint: str = "") -> None:
        self.stuck = self.stuck or kind in ("warn", "error")
        super().show_message(text, kind, hint)

    async def ask_text(self, label: str, value: str = "", **how: Any) -> str | None:
        return await self.macros.answer_or_ask(partial(super().ask_text, label, value, **how))

    async def confirm(self, question: str) -> bool:
        return await self.macros.confirm_or_ask(partial(super().confirm, question))

    @contextmanager
    def one_edit(self, name: str) -> Iterator[None]:
        """Combine all changes to the text and the film that are made in the `with` block into one undo step
        called `name`.
        """
        with self.studio_app.studio.require_project().combine_edits(name), self.editor.groups.group_edits():
            yield

    def on_screen_suspend(self) -> None:
        """Store the macro that is being recorded, because another screen now covers this one."""
        if not isinstance(self.app.screen, KeySheet):
            self.macros.finish_work()
