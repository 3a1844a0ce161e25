"""Test screens that are closed before they were mounted, or before their delayed calls ran."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.css.query import NoMatches
from textual.message_pump import MessagePump
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from milimo_tui.tui.terminal.patches.closed_screens import install_closed_screen_dispatch

THEIRS = Screen._invoke_and_clear_callbacks


class Panel(ModalScreen[None]):
    def __init__(self, asks_for: str = "#words") -> None:
        super().__init__()
        self.asks_for = asks_for

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static("words", id="words")

    def on_mount(self) -> None:
        self.query_one(self.asks_for)


class PutsOff(Panel):
    """A panel that delays a call for a missing widget. If `closes` is True, it closes before the call
    runs.
    """

    def __init__(self, *, closes: bool) -> None:
        super().__init__()
        self.closes = closes

    def on_mount(self) -> None:
        self.call_after_refresh(self.query_one, "#no-such-words")
        if self.closes:
            self.dismiss()


@pytest.fixture(autouse=True)
def patched() -> Iterator[None]:
    dispatch, call = Screen._dispatch_message, Screen._invoke_and_clear_callbacks
    install_closed_screen_dispatch()
    yield
    Screen._dispatch_message, Screen._invoke_and_clear_callbacks = dispatch, call  # type: ignore[method-assign]


async def opened(panel: Panel, *, closed: bool = False) -> None:
    """Open a panel, and close it immediately if `closed` is True."""
    app = App[None]()
    async with app.run_test() as pilot:
        app.push_screen(panel)
        if closed:
            app.pop_screen()
        for _ in range(5):
            await pilot.pause()


async def test_missing_widgets_of_a_closed_screen_are_ignored() -> None:
    await opened(Panel(), closed=True)
    with pytest.raises(NoMatches):
        await opened(Panel("#no-such-words"))


async def test_delayed_calls_of_a_closed_screen_fail_silently() -> None:
    await opened(PutsOff(closes=True))
    with pytest.raises(NoMatches):
        await opened(PutsOff(closes=False))


async def test_textual_still_mounts_a_closed_screen() -> None:
    Screen._dispatch_message = MessagePump._dispatch_message  # type: ignore[method-assign]
    with pytest.raises(NoMatches):
        await opened(Panel(), closed=True)


async def test_textual_still_runs_delayed_calls_of_a_closed_screen() -> None:
    Screen._invoke_and_clear_callbacks = THEIRS  # type: ignore[method-assign]
    with pytest.raises(NoMatches):
        await opened(PutsOff(closes=True))
