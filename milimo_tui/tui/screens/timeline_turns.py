"""Strokes in their turn: what is typed while an edit is being written waits for it, and sees its result.

`s w x` typed in one breath splits, goes to the new edit and deletes the clip behind it, on any machine.
"""

from __future__ import annotations

import inspect
from collections import deque
from typing import TYPE_CHECKING, Any

from textual import events

from milimo_tui.tui.acting import find_act
from milimo_tui.tui.screens.timeline_find import TimelineFind

if TYPE_CHECKING:
    from milimo_tui.tui.chords import Stroke
    from milimo_tui.tui.keymap import Binding

# Acts that write, or ask where to go: those typed after one of them wait until it is done.
WRITES = frozenset(
    {"extract", "lift", "yank", "remake", "insert", "overwrite", "replace", "earlier", "later", "again",
     "mark_in", "mark_out", "clear_marks", "marker", "mark_set", "take_previous", "take_next", "rate",
     "match_frame", "track_flag", "track_new", "undo", "redo", "macro_record", "macro_run",
     "compare", "edit_spec", "dissolve", "head", "tail", "extend", "command_line", "search"}
)  # fmt: skip
AT_ONCE = frozenset({"cancel", "leave", "shell", "redraw"})  # a way out must never wait


class TimelineTurns(TimelineFind):
    """One act after the other, in the order they were typed."""

    def __init__(self) -> None:
        super().__init__()
        self._line: deque[Stroke] = deque()
        self._serving = False
        self._keys: deque[events.Key] = deque()  # typed meanwhile: read in the mode that the edit leaves
        self._passing: events.Key | None = None

    def writes(self, stroke: Stroke) -> bool:
        """Whether those behind it have to wait for it."""
        return not stroke.binding.is_ui or stroke.binding.act in WRITES

    def takes(self, stroke: Stroke) -> bool:
        if self.is_asking or stroke.binding.act in AT_ONCE or not (self._serving or self.writes(stroke)):
            return False
        self._line.append(stroke)
        if not self._serving:
            self._serving = True
            self.background(self._serve)
        return True

    async def _serve(self) -> None:
        try:
            while self._line or self._keys:
                if self._line:
                    await self.do(self._line.popleft())
                else:
                    await self._pass_on()
        finally:
            self._serving = False

    # -- keys typed while an edit is being written -------------------------------------------------------

    def holds(self, event: events.Key, name: str) -> bool:
        """Keep a key until its turn: what it means may depend on what is being done (`s t Tab` at once)."""
        if event is self._passing or not (self._serving or self._keys):
            return False
        if self.question.is_open or (self.prompt.is_open and not self._keys):
            return False
        binding = self.studio_app.keyboard.keymap.by_context["global"].get((name,))
        if binding is not None and binding.act in AT_ONCE:
            return False
        self._keys.append(event)
        return True

    async def _pass_on(self) -> None:
        """Hand the first of the kept keys on, as if it were typed now."""
        self._passing = self._keys.popleft()
        try:
            await self.studio_app.on_event(self._passing)
        finally:
            self._passing = None

    async def ask(self, label: str, value: str = "", **how: Any) -> str | None:
        """A question; what was typed for it before it was open is typed into it then."""
        if self._keys:
            self.background(self._type_ahead)
        return await super().ask(label, value, **how)

    async def _type_ahead(self) -> None:
        while self._keys and self.prompt.is_open:
            await self._pass_on()

    async def confirm(self, question: str) -> bool:
        """Yes or no; keys typed before it could be seen are no answer."""
        self._keys.clear()
        return await super().confirm(question)

    def lacking(self, binding: Binding) -> tuple[str, str]:
        """Why a command has nothing to act on, and how loudly that is said."""
        return f"nothing is selected to {binding.note}", "warn"

    async def do(self, stroke: Stroke) -> None:
        """Do one stroke, and wait until it is done."""
        binding = stroke.binding
        if not binding.is_ui:
            args = self.args_for(binding.run, stroke)
            if args is None:
                self.say(*self.lacking(binding))
            else:
                await self.command(binding.run, **{**binding.args, **args})
            return
        act = find_act(self.studio_app, binding.act)
        if act is None:
            self.say(f"nothing to {binding.note} here", hint="? lists the keys")
            return
        result = act(stroke)
        if inspect.isawaitable(result):
            await result
