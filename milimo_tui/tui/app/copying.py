"""Copying by keys and mouse: selected text, rows, a card, what the screen has, the last message.

With it the menu that the right button opens: what both do, keys do too.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, cast

from milimo_tui.core.format import plural
from milimo_tui.core.safe_text import harmless
from milimo_tui.studio.machine.tmux import tmux_words
from milimo_tui.tui.app import clipboard, panels
from milimo_tui.tui.shell.base_app import BaseApp

if TYPE_CHECKING:
    from textual import events
    from textual.geometry import Offset

    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.shell.ports import StudioApp
    from milimo_tui.tui.widgets.rows import Rows

RIGHT = 3  # the mouse's button that opens a menu
SHOWN = 40  # letters of what was copied that are said
NOTHING = "there is nothing to copy here"


class CopyingApp(BaseApp):
    """The app with what copies, and the menu of acts."""

    async def act_acts(self, key_command: KeyCommand) -> None:
        """g a: the menu of what can be done with what is under the cursor."""
        await self._open_acts()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Open that menu where the right button went down, once what lies there has the cursor."""
        if event.button == RIGHT:
            at = event.screen_offset
            self.call_after_refresh(self.background, partial(self._open_acts, at), "acts")

    def act_copy_text(self, key_command: KeyCommand) -> None:
        """Y: copy what is selected: rows, text, else the row under the cursor, else the last message."""
        text = copied_text(self)
        if not text:
            self.say(NOTHING, "warn", "{ui.select_rows} selects rows, a drag selects text")
            return
        self.copy_to_clipboard(text)
        self.say(said_of(text), "good")

    def on_rows_selected(self, event: Rows.Selected) -> None:
        if event.count > 1:
            self.say(f"{event.count} rows selected", hint="{ui.copy_text} copies them")

    def on_text_selected(self) -> None:
        """Say how text that the mouse has selected is copied."""
        if self.screen.selections and self.screen.get_selected_text():
            self.say("text selected", hint="{ui.copy_text} copies it; shift-drag is the terminal's own")

    async def _open_acts(self, at: Offset | None = None) -> None:
        await panels.open_acts(cast("StudioApp", self), at)

    def copy_to_clipboard(self, text: str) -> None:
        """Copy a text; say afterwards where it is known that the terminal has not taken it."""
        super().copy_to_clipboard(text)
        self.background(partial(self._see_copy_through, harmless(text)), "clipboard")

    async def _see_copy_through(self, text: str) -> None:
        if trouble := clipboard.too_long(text):
            self.say(trouble, "warn", "copy it in parts, or fetch the file itself: {ui.copy_line}")
        elif self.terminal.inside == "tmux":
            more = await self.reading.run(lambda: clipboard.way_through_tmux(text, tmux_words))
            if more is None:
                self.say("tmux kept the copy to itself", "warn", "in a shell: tmux set -s set-clipboard on")
            else:
                self.to_terminal(more)


def copied_text(app: BaseApp) -> str:
    """Return what a copy takes now: the nearest of what is selected; empty for nothing."""
    screen = app.screen
    if screen.selections and (words := screen.get_selected_text()):
        return words
    node: Any = app.focused
    while node is not None:
        if found := _text_of(node):
            return found
        node = node.parent
    texts = (message.text for message in reversed(app.messages) if message.text != NOTHING)
    return _text_of(screen) or next(texts, "")


def _text_of(node: Any) -> str:
    """Return what a widget or a screen gives to be copied; of a text field what is selected in it."""
    offered = getattr(node, "copied_text", None)
    return str(offered()) if callable(offered) else str(getattr(node, "selected_text", "") or "")


def said_of(text: str) -> str:
    """Return what to say of a copy: its words where they are few, else how many lines."""
    lines = text.splitlines()
    if len(lines) > 1:
        return f"copied {plural(len(lines), 'line')}"
    words = " ".join(text.split())
    return f"copied: {words[:SHOWN]}{'…' if len(words) > SHOWN else ''}"
