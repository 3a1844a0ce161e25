"""What a shared widget may ask of the app and of the screen that it is on. `shell` has both."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from milimo_tui.tui.terminal.capabilities import Terminal
from milimo_tui.tui.terminal.images.draw import Drawing
from milimo_tui.tui.terminal.theme import Ink

if TYPE_CHECKING:
    from textual.dom import DOMNode

T = TypeVar("T")


class Host(Protocol):
    """The app: how things look, and the way to the terminal."""

    terminal: Terminal

    @property
    def ink(self) -> Ink: ...
    @property
    def is_still(self) -> bool: ...  # nothing moves by itself but what is played
    def to_terminal(self, words: str) -> None: ...
    def send_drawing(self, drawing: Drawing) -> None: ...
    def replace_drawing(self, before: Drawing, drawing: Drawing) -> Drawing | None: ...
    def forget_drawing(self, drawing: Drawing, heir: Drawing | None = None) -> None: ...


class HostScreen(Protocol):
    """The screen: where reads are done, and whose message line is drawn anew."""

    def in_thread(self, work: Callable[[], T]) -> Awaitable[T]: ...
    def refresh_message(self) -> None: ...
    def with_keys(self, words: str) -> str: ...  # acts named by id are the keys that do them here


def host_of(node: DOMNode) -> Host:
    """Return the app that a widget lives in; Textual types it for any app."""
    return cast("Host", node.app)


def host_screen_of(node: DOMNode) -> HostScreen:
    """Return the screen that a widget is on."""
    return cast("HostScreen", node.screen)
