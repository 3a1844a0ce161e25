"""A change to a hidden widget triggers a layout between two visible ones, and the next layout misses widgets
that appear or disappear.

Textual's `Compositor.reflow`. Remove when `test_removed_widgets_are_painted_over` passes without it.
"""

from __future__ import annotations

from textual._compositor import Compositor, CompositorMap, ReflowResult
from textual.geometry import Region, Size
from textual.widget import Widget

from milimo_tui.tui.terminal.patches.patch import Patch

_reflow = Compositor.reflow
LAST_MAP = "_milimo_laid"  # Name of an attribute of the compositor: its map after the last layout.


def reflow(compositor: Compositor, parent: Widget, size: Size) -> ReflowResult:
    """Lay out, and find the widgets that appeared, disappeared or moved since the last layout and since the
    last paint.
    """
    painted = _visible_regions(compositor._visible_map or compositor._full_map)
    compositor._full_map = vars(compositor).get(LAST_MAP, compositor._full_map)
    result = _reflow(compositor, parent, size)
    vars(compositor)[LAST_MAP] = compositor._full_map
    moved = painted.items() ^ _visible_regions(compositor._full_map).items()
    compositor._dirty_regions.update(region for _, region in moved)
    return result


def _visible_regions(map: CompositorMap) -> dict[Widget, Region]:
    """Return the visible screen region of each widget."""
    return {widget: seen for widget, place in map.items() if (seen := place.clip.intersection(place.region))}


def install_reflow() -> None:
    """Install a layout that compares with the previous layout and with the last paint."""
    Compositor.reflow = reflow  # type: ignore[method-assign, assignment]


PATCH = Patch("what goes away may stay on the screen", install_reflow)
