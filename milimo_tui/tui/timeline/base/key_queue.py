"""A queue of key commands: what is typed while an edit is being written waits for it, and sees its result.

`s w x` typed in one breath splits, goes to the new edit and deletes the clip behind it, on any machine.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import events

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.timeline.base.core import TimelineCore

# Acts that write, or ask where to go: those typed after one of them wait until it is done.
WRITES = frozenset(
    {"extract", "lift", "yank", "remake", "insert", "overwrite", "replace", "earlier", "later", "again",
     "mark_in", "mark_out", "clear_marks", "marker", "mark_set", "take_previous", "take_next", "rate",
     "match_frame", "track_flag", "track_new", "undo", "redo", "macro_record", "macro_run",
     "compare", "edit_spec", "dissolve", "title", "effects", "speed", "level",
     "louder", "track_louder", "track_duck", "head", "tail", "extend", "command_line", "search"}
)  # fmt: skip
AT_ONCE = frozenset({"cancel", "leave", "shell", "redraw"})  # a way out must never wait


class KeyQueue:
    """Runs one key command after the other, in the order they were typed."""

    def __init__(self, core: TimelineCore, on_typed: Callable[[KeyCommand], None]) -> None:
        """`on_typed` is called with each key command as it is typed."""
        self._core, self._on_typed = core, on_typed
        self._waiting: deque[KeyCommand] = deque()
        self._serving = False
        self._keys: deque[events.Key] = deque()  # typed meanwhile: read in the mode that the edit leaves
        self._passing: events.Key | None = None

    def writes(self, key_command: KeyCommand) -> bool:
        """Return whether key commands typed behind this one have to wait for it."""
        return not key_command.binding.is_ui or key_command.binding.act in WRITES

    def take(self, key_command: KeyCommand) -> bool:
        """Queue a key command that writes, or comes behind one that does; return whether it was queued."""
        self._on_typed(key_command)
        if (
            self._core.is_asking
            or key_command.binding.act in AT_ONCE
            or not (self._serving or self._core.writes(key_command))
        ):
            return False
        self._waiting.append(key_command)
        if not self._serving:
            self._serving = True
            self._core.run_worker(self._serve(), group="acts")
        return True

    async def _serve(self) -> None:
        try:
            with self._core.while_here():
                while self._waiting or self._keys:
                    if self._waiting:
                        await self._core.do(self._waiting.popleft())
                    else:
                        await self._pass_on()
        finally:
            self._serving = False

    # -- keys typed while an edit is being written -------------------------------------------------------

    def hold(self, event: events.Key, name: str) -> bool:
        """Queue a key; return whether it was queued.

        What it means may depend on what is being done before it (`s t Tab` at once).
        """
        if event is self._passing or not (self._serving or self._keys):
            return False
        if self._core.question.is_open or (self._core.prompt.is_open and not self._keys):
            return False
        binding = self._core.studio_app.keyboard.keymap.by_context["global"].get((name,))
        if binding is not None and binding.act in AT_ONCE:
            return False
        self._keys.append(event)
        return True

    async def _pass_on(self) -> None:
        """Hand the first of the queued keys on, as if it were typed now."""
        self._passing = self._keys.popleft()
        try:
            await self._core.studio_app.on_event(self._passing)
        finally:
            self._passing = None

    def prompt_opened(self) -> None:
        """Type what was typed ahead into the prompt that opens."""
        if self._keys:
            self._core.background(self._type_ahead)

    def question_opened(self) -> None:
        """Forget the keys typed before a yes-or-no question could be seen: they are no answer."""
        self._keys.clear()

    async def _type_ahead(self) -> None:
        while self._keys and self._core.prompt.is_open:
            await self._pass_on()
