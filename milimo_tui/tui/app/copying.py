"""Copy by key and by mouse: selected text, rows, a card, the screen's own text or the last message.

The module also opens the context menu, by the right mouse button or by a key.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, cast

from milimo_tui.core.format import format_count
from milimo_tui.core.safe_text import remove_control_characters
from milimo_tui.studio.machine.tmux import run_tmux
from milimo_tui.tui.app import clipboard, panels
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.shell.base_app import BaseApp

if TYPE_CHECKING:
    from textual import events
    from textual.geometry import Offset

    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.shell.ports import StudioApp
    from milimo_tui.tui.widgets.rows import Rows

RIGHT = 3  # Textual's number of the right mouse button, which opens the context menu.
SHOWN = 40  # The message after a copy quotes at most this number of characters, followed by `…`.
NOTHING = "there is nothing to copy here"


class CopyingApp(BaseApp):
    """The base class of the app with the actions that copy text and open the context menu."""

    @action
    async def act_acts(self, key_command: KeyCommand) -> None:
        """Open the context menu of the item under the cursor (g a)."""
        await self._open_menu_at()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Open the context menu at the cell where the right button was pressed.

        The menu opens after the next refresh, so that the cursor has moved to the clicked item.
        """
        if event.button == RIGHT:
            at = event.screen_offset
            self.call_after_refresh(self.run_in_background, partial(self._open_menu_at, at), "acts")

    @action
    def act_copy_text(self, key_command: KeyCommand) -> None:
        """Copy the selected rows or text, otherwise the row under the cursor, otherwise the last message
        (Y).
        """
        text = find_text_to_copy(self)
        if not text:
            self.show_message(NOTHING, "warn", "{ui.select_rows} selects rows, a drag selects text")
            return
        self.copy_to_clipboard(text)
        self.show_message(describe_copied_text(text), "good")

    def on_rows_selected(self, event: Rows.Selected) -> None:
        if event.count > 1:
            self.show_message(f"{event.count} rows selected", hint="{ui.copy_text} copies them")

    def on_text_selected(self) -> None:
        """Show a message with the key that copies the text selected with the mouse."""
        if self.screen.selections and self.screen.get_selected_text():
            self.show_message(
                "text selected", hint="{ui.copy_text} copies it; shift-drag uses the terminal's own selection"
            )

    async def _open_menu_at(self, at: Offset | None = None) -> None:
        await panels.open_action_menu(cast("StudioApp", self), at)

    def copy_to_clipboard(self, text: str) -> None:
        """Copy a text to the clipboard. Show a warning if the text is too long for terminals, or if tmux does
        not pass it on.
        """
        super().copy_to_clipboard(text)
        self.run_in_background(
            partial(self._verify_copy_delivery, remove_control_characters(text)), "clipboard"
        )

    async def _verify_copy_delivery(self, text: str) -> None:
        """Warn if a text is too long for terminals. Inside tmux, also send the sequence that passes the copy
        on, or warn that tmux does not allow it.
        """
        if trouble := clipboard.describe_oversized_copy(text):
            self.show_message(trouble, "warn", "copy it in parts, or fetch the file itself: {ui.copy_line}")
        elif self.terminal.inside == "tmux":
            more = await self.reading.run(lambda: clipboard.find_tmux_copy_sequence(text, run_tmux))
            if more is None:
                self.show_message(
                    "tmux did not pass the copy to the terminal",
                    "warn",
                    "run this in a shell: tmux set -s set-clipboard on",
                )
            else:
                self.write_to_terminal(more)


def find_text_to_copy(app: BaseApp) -> str:
    """Return the text to copy; empty if there is none.

    The search begins with a mouse selection, and continues with the focused widget, the widgets around it,
    the screen and the last message.
    """
    screen = app.screen
    if screen.selections and (words := screen.get_selected_text()):
        return words
    node: Any = app.focused
    while node is not None:
        if found := _read_copyable_text(node):
            return found
        node = node.parent
    texts = (message.text for message in reversed(app.messages) if message.text != NOTHING)
    return _read_copyable_text(screen) or next(texts, "")


def _read_copyable_text(node: Any) -> str:
    """Return the text that a widget or screen offers for copying. For a text field, this is the text selected
    in the field. The text may be empty.
    """
    offered = getattr(node, "copied_text", None)
    return str(offered()) if callable(offered) else str(getattr(node, "selected_text", "") or "")


def describe_copied_text(text: str) -> str:
    """Return the message shown after a copy: the copied words, or the number of lines if there are
    several.
    """
    lines = text.splitlines()
    if len(lines) > 1:
        return f"copied {format_count(len(lines), 'line')}"
    words = " ".join(text.split())
    return f"copied: {words[:SHOWN]}{'…' if len(words) > SHOWN else ''}"
