"""Textual 8.2's updates of the screen, so that nothing is forgotten that has changed and is not painted yet.

It forgets in three places, each of which has a test in `tests/tui/test_painted.py` that fails without this:
a part of the screen painted again (as a panel asks for, when what it lies over changes) takes the place of
all widgets that have changed; an update while the app holds painting back is thrown away, and what changed
meanwhile waits for the next key; a change to what is not shown makes it lay out anew between two layouts, so
that the next one sees nothing come or go. Touches four methods, of the versions they were read in.
"""

from __future__ import annotations

from typing import Any

from textual import __version__
from textual._compositor import Compositor, CompositorMap, ReflowResult
from textual.app import App
from textual.geometry import Region, Size
from textual.screen import Screen
from textual.widget import Widget

from milimo_tui.tui.terminal.patches.partial_updates import KNOWN

_on_timer_update = Screen._on_timer_update
_compositor_refresh = Screen._compositor_refresh
_end_batch = App._end_batch
_reflow = Compositor.reflow
LAID = "_milimo_laid"  # an attribute of a compositor: its map as the last layout left it


def on_timer_update(screen: Screen[Any]) -> None:
    """The turn of a screen: what has changed is noted before a repaint of its own takes its place."""
    if screen._repaint_required:
        screen._compositor.update_widgets(screen._dirty_widgets)
    _on_timer_update(screen)


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


def reflow(compositor: Compositor, parent: Widget, size: Size) -> ReflowResult:
    """Lay out, and find what has come, gone or moved since the last layout and since the last paint."""
    painted = _places(compositor._visible_map or compositor._full_map)
    compositor._full_map = vars(compositor).get(LAID, compositor._full_map)
    result = _reflow(compositor, parent, size)
    vars(compositor)[LAID] = compositor._full_map
    moved = painted.items() ^ _places(compositor._full_map).items()
    compositor._dirty_regions.update(region for _, region in moved)
    return result


def _places(map: CompositorMap) -> dict[Widget, Region]:
    """Where on the screen each widget is seen."""
    return {widget: seen for widget, place in map.items() if (seen := place.clip.intersection(place.region))}


def forget_nothing(version: str = __version__) -> bool:
    """Put these in the place of Textual's own; False where this Textual is not one they were written for."""
    if not version.startswith(KNOWN):
        return False
    Screen._on_timer_update = on_timer_update  # type: ignore[method-assign, assignment]
    Screen._compositor_refresh = compositor_refresh  # type: ignore[method-assign, assignment]
    App._end_batch = end_batch  # type: ignore[method-assign, assignment]
    Compositor.reflow = reflow  # type: ignore[method-assign, assignment]
    return True
