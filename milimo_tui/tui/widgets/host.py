"""Protocols for what a shared widget may use of the app and of its screen. `shell` implements both."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from milimo_tui.tui.terminal.capabilities import Terminal
from milimo_tui.tui.terminal.images.draw import Drawing
from milimo_tui.tui.terminal.theme import TextStyles

if TYPE_CHECKING:
    from textual.dom import DOMNode

T = TypeVar("T")


class AppHost(Protocol):
    """The app: the styles in use, and access to the terminal."""

    terminal: Terminal

    @property
    def ink(self) -> TextStyles: ...
    @property
    def is_still(self) -> bool: ...  # True if nothing but playback may move on the screen.
    def write_to_terminal(self, words: str) -> None: ...
    def send_drawing(self, drawing: Drawing) -> None: ...
    def replace_drawing(self, before: Drawing, drawing: Drawing) -> Drawing | None: ...
    def forget_drawing(self, drawing: Drawing, heir: Drawing | None = None) -> None: ...


class HostScreen(Protocol):
    """The screen: runs reads in a thread, and redraws its message line."""

    def in_thread(self, work: Callable[[], T]) -> Awaitable[T]: ...
    def refresh_message(self) -> None: ...
    # Replaces the ids of actions in a text by their keys on this screen.
    def with_keys(self, words: str) -> str: ...


def get_app_host(node: DOMNode) -> AppHost:
    """Return the app of a widget. Textual's own type for it does not know the studio's app."""
    return cast("AppHost", node.app)


def get_host_screen(node: DOMNode) -> HostScreen:
    """Return the screen of a widget."""
    return cast("HostScreen", node.screen)
