"""A queue of key commands. A command that the user types while an edit is being written waits for that edit,
and then applies to its result.

For example, `s w x` typed quickly splits a clip, goes to the new edit point and deletes the clip after it,
however slow the machine is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Coroutine
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol

from textual import events

if TYPE_CHECKING:
    from textual.app import App

    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.keys.keymap import Keymap
    from milimo_tui.tui.shell.question import YesNoQuestion
    from milimo_tui.tui.widgets.prompt import Prompt

# Actions that leave or cancel something. They are never queued.
AT_ONCE = frozenset({"cancel", "leave", "shell", "redraw"})


class QueuedScreen(Protocol):
    """The interface of a screen whose key commands are queued. The screen says which commands change the
    film, and runs each command.
    """

    question: YesNoQuestion
    prompt: Prompt

    @property
    def app(self) -> App[Any]: ...
    @property
    def is_asking(self) -> bool: ...
    @property
    def typing(self) -> bool: ...
    def writes(self, key_command: KeyCommand) -> bool: ...
    async def do(self, key_command: KeyCommand) -> None: ...
    def guard_screen_work(self) -> AbstractContextManager[None]: ...
    def run_worker(self, work: Coroutine[Any, Any, None], *, group: str) -> object: ...


def _ignore_written_key(key: str) -> None:
    """Do nothing with a key that was typed into a text. This is the default for `on_written`."""


class KeyQueue:
    """A runner of key commands that keeps the order in which they were typed. A command runs at once unless
    an earlier command still changes the film; then it is queued.
    """

    def __init__(
        self,
        screen: QueuedScreen,
        writes: Collection[str],
        on_typed: Callable[[KeyCommand], None],
        on_written: Callable[[str], None] = _ignore_written_key,
    ) -> None:
        """Create a queue for the key commands of `screen`.

        `writes` has the names of the screen's actions that change the film; later commands must wait for
        them. `on_typed` is called with each key command when it is typed. `on_written` is called with the
        name of each key that is typed into a text field.
        """
        self._screen, self._writes, self._on_typed, self._on_written = screen, writes, on_typed, on_written
        self._waiting: deque[KeyCommand] = deque()
        self._serving = False
        # Keys typed during an edit. They are parsed after the edit, because the edit may change the mode.
        self._keys: deque[events.Key] = deque()
        self._passing: events.Key | None = None

    def writes(self, key_command: KeyCommand) -> bool:
        """Return True if key commands typed after this command must wait for it."""
        return not key_command.binding.is_ui or key_command.binding.act in self._writes

    def queue_key_command(self, key_command: KeyCommand) -> bool:
        """Queue a key command if it writes or if a command that writes is running or queued. Return True if
        it was queued.
        """
        self._on_typed(key_command)
        if (
            self._screen.is_asking
            or key_command.binding.act in AT_ONCE
            or not (self._serving or self._screen.writes(key_command))
        ):
            return False
        self._waiting.append(key_command)
        if not self._serving:
            self._serving = True
            self._screen.run_worker(self._run_queued_commands(), group="acts")
        return True

    async def _run_queued_commands(self) -> None:
        try:
            with self._screen.guard_screen_work():
                while self._waiting or self._keys:
                    if self._waiting:
                        await self._screen.do(self._waiting.popleft())
                    else:
                        await self._replay_next_key()
        finally:
            self._serving = False

    def hold_key_event(self, event: events.Key, name: str, keymap: Keymap) -> bool:
        """Queue a key event if an edit is being written. Return True if the event was queued.

        The meaning of the key may depend on the command that is still running, as in `s t Tab` typed quickly.
        """
        if event is self._passing or not (self._serving or self._keys):
            if self._screen.typing and not self._screen.is_asking:
                self._on_written(name)
            return False
        if self._screen.question.is_open or (self._screen.prompt.is_open and not self._keys):
            return False
        binding = keymap.by_context["global"].get((name,))
        if binding is not None and binding.act in AT_ONCE:
            return False
        self._keys.append(event)
        return True

    async def _replay_next_key(self) -> None:
        """Handle the first queued key as if it were typed now."""
        self._passing = self._keys.popleft()
        try:
            await self._screen.app.on_event(self._passing)
        finally:
            self._passing = None

    def handle_prompt_opened(self) -> None:
        """Type the queued keys into the prompt that has opened, because they were meant for it."""
        if self._keys:
            self._screen.run_worker(self._replay_keys_into_prompt(), group="acts")

    def handle_question_opened(self) -> None:
        """Discard the queued keys, because they were typed before the user could see the yes-or-no
        question.
        """
        self._keys.clear()

    async def _replay_keys_into_prompt(self) -> None:
        with self._screen.guard_screen_work():
            while self._keys and self._screen.prompt.is_open:
                await self._replay_next_key()
