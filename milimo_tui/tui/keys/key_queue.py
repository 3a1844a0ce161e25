"""A queue of key commands: what is typed while an edit is being written waits for it, and sees its result.

`s w x` typed in one breath splits, goes to the new edit and deletes the clip behind it, on any machine.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Coroutine
from typing import TYPE_CHECKING, Any, Protocol

from textual import events

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.keys.keymap import Keymap

AT_ONCE = frozenset({"cancel", "leave", "shell", "redraw"})  # a way out must never wait


class Openable(Protocol):
    """A prompt or a question."""

    @property
    def is_open(self) -> bool: ...


class HasKeymap(Protocol):
    """The keyboard of an app."""

    @property
    def keymap(self) -> Keymap: ...


class QueuedApp(Protocol):
    """The app whose keys are queued."""

    @property
    def keyboard(self) -> HasKeymap: ...
    async def on_event(self, event: events.Event) -> None: ...


class QueuedScreen(Protocol):
    """A screen whose key commands are queued: it says which ones, and does one."""

    @property
    def studio_app(self) -> QueuedApp: ...
    @property
    def is_asking(self) -> bool: ...
    @property
    def typing(self) -> bool: ...
    @property
    def question(self) -> Openable: ...
    @property
    def prompt(self) -> Openable: ...
    def writes(self, key_command: KeyCommand) -> bool: ...
    async def do(self, key_command: KeyCommand) -> None: ...
    def background(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None: ...


def _ignored(key: str) -> None:
    """Take no notice of a key of a text."""


class KeyQueue:
    """Runs one key command after the other, in the order they were typed."""

    def __init__(
        self,
        screen: QueuedScreen,
        writes: Collection[str],
        on_typed: Callable[[KeyCommand], None],
        on_written: Callable[[str], None] = _ignored,
    ) -> None:
        """Hear of each key command as it is typed (`on_typed`) and of each key of a text (`on_written`).

        `writes`: acts behind which others wait.
        """
        self._screen, self._writes, self._on_typed, self._on_written = screen, writes, on_typed, on_written
        self._waiting: deque[KeyCommand] = deque()
        self._serving = False
        self._keys: deque[events.Key] = deque()  # typed meanwhile: read in the mode that the edit leaves
        self._passing: events.Key | None = None

    def writes(self, key_command: KeyCommand) -> bool:
        """Return whether key commands typed behind this one have to wait for it."""
        return not key_command.binding.is_ui or key_command.binding.act in self._writes

    def take(self, key_command: KeyCommand) -> bool:
        """Queue a key command that writes, or comes behind one that does; return whether it was queued."""
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
            self._screen.background(self._serve)
        return True

    async def _serve(self) -> None:
        try:
            while self._waiting or self._keys:
                if self._waiting:
                    await self._screen.do(self._waiting.popleft())
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
            if self._screen.typing and not self._screen.is_asking:
                self._on_written(name)
            return False
        if self._screen.question.is_open or (self._screen.prompt.is_open and not self._keys):
            return False
        binding = self._screen.studio_app.keyboard.keymap.by_context["global"].get((name,))
        if binding is not None and binding.act in AT_ONCE:
            return False
        self._keys.append(event)
        return True

    async def _pass_on(self) -> None:
        """Hand the first of the queued keys on, as if it were typed now."""
        self._passing = self._keys.popleft()
        try:
            await self._screen.studio_app.on_event(self._passing)
        finally:
            self._passing = None

    def prompt_opened(self) -> None:
        """Type what was typed ahead into the prompt that opens."""
        if self._keys:
            self._screen.background(self._type_ahead)

    def question_opened(self) -> None:
        """Forget the keys typed before a yes-or-no question could be seen: they are no answer."""
        self._keys.clear()

    async def _type_ahead(self) -> None:
        while self._keys and self._screen.prompt.is_open:
            await self._pass_on()
