"""Fault of Textual: a repaint of one part of the screen cancels the waiting repaints of all other changed
widgets.

A panel requests such a repaint when the content under it changes. Textual's `Screen._on_timer_update` then
forgets the other widgets. Remove the patch when `test_partial_repaint_keeps_every_widget` passes without it.
"""

from __future__ import annotations

from typing import Any

from textual.screen import Screen

from milimo_tui.tui.terminal.patches.patch import Patch

_on_timer_update = Screen._on_timer_update


def on_timer_update(screen: Screen[Any]) -> None:
    """Mark the changed widgets for repainting before Textual's method forgets them."""
    if screen._repaint_required:
        screen._compositor.update_widgets(screen._dirty_widgets)
    _on_timer_update(screen)


def install_repaint_record() -> None:
    """Replace Textual's method by one that keeps the changed widgets."""
    Screen._on_timer_update = on_timer_update  # type: ignore[method-assign, assignment]


PATCH = Patch("a repaint of a part forgets widgets that have changed", install_repaint_record)
