"""An update while the app holds painting back is thrown away; what changed waits for the next key.

Textual's `Screen._compositor_refresh` and `App._end_batch`. Goes when
`test_a_paint_held_back_comes_when_it_may` passes without it.
"""

from __future__ import annotations

from typing import Any

from textual.app import App
from textual.screen import Screen

from milimo_tui.tui.terminal.patches.patch import Patch

_compositor_refresh = Screen._compositor_refresh
_end_batch = App._end_batch


def compositor_refresh(screen: Screen[Any]) -> None:
    """Paint what has changed; while the app holds painting back it stays to be painted."""
    if screen.app._batch_count:
        screen._dirty_widgets.add(screen)  # so that there is a turn for it
        return
    screen._compositor.update_widgets(screen._dirty_widgets)
    _compositor_refresh(screen)


def end_batch(app: App[Any]) -> None:
    """Painting is no longer held back: the screens that are seen have their turn."""
    _end_batch(app)
    if not app._batch_count and app._running and app._screen_stack:
        for screen in (app.screen, *app._background_screens):
            screen.check_idle()


def put_in() -> None:
    """Keep what is held back, and paint it when the app lets go."""
    Screen._compositor_refresh = compositor_refresh  # type: ignore[method-assign, assignment]
    App._end_batch = end_batch  # type: ignore[method-assign, assignment]


PATCH = Patch("what changes while painting is held back is not painted", put_in)
