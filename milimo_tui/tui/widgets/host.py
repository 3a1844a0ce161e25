"""The app as shared widgets use it. `shell` implements it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

from milimo_tui.tui.terminal.capabilities import Terminal
from milimo_tui.tui.terminal.images.draw import Drawing
from milimo_tui.tui.terminal.theme import TextStyles

if TYPE_CHECKING:
    from textual.dom import DOMNode


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


def get_app_host(node: DOMNode) -> AppHost:
    """Return the app of a widget. Textual's own type for it does not know the studio's app."""
    return cast("AppHost", node.app)
