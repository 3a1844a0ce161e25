"""What a shared widget may ask of the app and of the screen that it is on. `shell` has both."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from milimo_tui.tui.terminal.capabilities import Terminal
from milimo_tui.tui.terminal.theme import Ink

T = TypeVar("T")


class Host(Protocol):
    """The app: how things look, and the way to the terminal."""

    terminal: Terminal

    @property
    def ink(self) -> Ink: ...
    def to_terminal(self, words: str) -> None: ...
    def forget_picture(self, id: int) -> None: ...


class HostScreen(Protocol):
    """The screen: where reads are done."""

    def in_thread(self, work: Callable[[], T]) -> Awaitable[T]: ...
