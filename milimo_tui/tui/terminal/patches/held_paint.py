"""Fault of Textual: a change is discarded if it occurs while the app delays painting in a batch. It becomes
visible only after the next key.

The fault is in Textual's `Screen._compositor_refresh` and `App._end_batch`. Remove the patch when
`test_delayed_paint_arrives_when_allowed` passes without it.
"""

from __future__ import annotations

from typing import Any

from textual.app import App
from textual.screen import Screen

from milimo_tui.tui.terminal.patches.patch import Patch

_compositor_refresh = Screen._compositor_refresh
_end_batch = App._end_batch


def compositor_refresh(screen: Screen[Any]) -> None:
    """Paint the changes of a screen. During a batch, store the changes, so that they are painted after the
    batch.
    """
    if screen.app._batch_count:
        # The screen is marked as changed, so that Textual refreshes it again after the batch.
        screen._dirty_widgets.add(screen)
        return
    screen._compositor.update_widgets(screen._dirty_widgets)
    _compositor_refresh(screen)


def end_batch(app: App[Any]) -> None:
    """End the batch and let the visible screens paint."""
    _end_batch(app)
    if not app._batch_count and app._running and app._screen_stack:
        for screen in (app.screen, *app._background_screens):
            screen.check_idle()


def install_held_paint() -> None:
    """Replace Textual's methods by those that keep changes during a batch."""
    Screen._compositor_refresh = compositor_refresh  # type: ignore[method-assign, assignment]
    App._end_batch = end_batch  # type: ignore[method-assign, assignment]


PATCH = Patch("what changes while painting is held back is not painted", install_held_paint)
