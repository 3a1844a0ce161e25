"""Fault of Textual: after a change of a hidden widget, widgets that appear or disappear may not be repainted.

Such a change starts an extra layout. The next layout is compared only with that one, not with the content on
the screen, so differences are missed (Textual's `Compositor.reflow`). Remove the patch when
`test_removed_widgets_are_painted_over` passes without it.
"""

from __future__ import annotations

from textual._compositor import Compositor, CompositorMap, ReflowResult
from textual.geometry import Region, Size
from textual.widget import Widget

from milimo_tui.tui.terminal.patches.patch import Patch

_reflow = Compositor.reflow
# Name of an attribute that this module adds to Textual's compositor. Its value is the position of every
# widget in the last layout.
LAST_MAP = "_milimo_laid"


def reflow(compositor: Compositor, parent: Widget, size: Size) -> ReflowResult:
    """Lay out the widgets, and mark for repainting the widgets that appeared, disappeared or moved since the
    last layout or since the last paint.
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
    """Replace Textual's method by one that also compares with the last paint."""
    Compositor.reflow = reflow  # type: ignore[method-assign, assignment]


PATCH = Patch("what goes away may stay on the screen", install_reflow)
