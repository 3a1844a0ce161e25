"""A screen that is closed before it was there."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.css.query import NoMatches
from textual.message_pump import MessagePump
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from milimo_tui.tui.terminal.patches.gone_screens import put_in


class Panel(ModalScreen[None]):
    def __init__(self, asks_for: str = "#words") -> None:
        super().__init__()
        self.asks_for = asks_for

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static("words", id="words")

    def on_mount(self) -> None:
        self.query_one(self.asks_for)


async def opened(panel: Panel, *, closed: bool) -> None:
    """Open a panel, and close it in the same moment."""
    app = App[None]()
    async with app.run_test() as pilot:
        app.push_screen(panel)
        if closed:
            app.pop_screen()
        await pilot.pause()


async def test_its_widgets_are_missed_in_silence_and_those_of_an_open_one_are_not() -> None:
    put_in()
    await opened(Panel(), closed=True)
    with pytest.raises(NoMatches):
        await opened(Panel("#no-such-words"), closed=False)


async def test_textual_still_mounts_a_closed_screen() -> None:
    put_in()
    ours = Screen._dispatch_message
    try:
        Screen._dispatch_message = MessagePump._dispatch_message  # type: ignore[method-assign]
        with pytest.raises(NoMatches):
            await opened(Panel(), closed=True)
    finally:
        Screen._dispatch_message = ours  # type: ignore[method-assign]
