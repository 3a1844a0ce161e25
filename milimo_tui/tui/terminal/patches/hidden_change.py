"""A change to what is not shown lays out anew between two layouts; the next one sees nothing come or go.

Textual's `Compositor.reflow`. Goes when `test_what_goes_away_is_painted_over` passes without it.
"""

from __future__ import annotations

from textual._compositor import Compositor, CompositorMap, ReflowResult
from textual.geometry import Region, Size
from textual.widget import Widget

from milimo_tui.tui.terminal.patches.patch import Patch

_reflow = Compositor.reflow
LAID = "_milimo_laid"  # an attribute of a compositor: its map as the last layout left it


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
    """Return where on the screen each widget is seen."""
    return {widget: seen for widget, place in map.items() if (seen := place.clip.intersection(place.region))}


def put_in() -> None:
    """Compare each layout with the one before and with what was painted."""
    Compositor.reflow = reflow  # type: ignore[method-assign, assignment]


PATCH = Patch("what goes away may stay on the screen", put_in)
