"""Fault of Textual: the cells of a screen under a translucent panel get new styles, which replace the styles
of pictures (`line.cell_styles`). The terminal would then show no picture next to the panel.

The fault is in Textual's `Screen.render` and `Widget.post_render`. Remove the patch when
`test_picture_next_to_a_panel_stays` passes without it.
"""

from __future__ import annotations

from typing import Any

from rich.console import ConsoleRenderable, RenderableType
from rich.style import Style
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import Screen

from milimo_tui.tui.terminal.patches.patch import Patch

_post_render = Screen.post_render


def post_render_screen(
    screen: Screen[Any], renderable: RenderableType, base_style: Style
) -> ConsoleRenderable:
    """Return a screen under a panel unchanged, because all of its cells have styles. Add the base style to
    any other content.
    """
    if isinstance(renderable, BackgroundScreen):
        return renderable
    return _post_render(screen, renderable, base_style)


def install_post_render() -> None:
    """Replace Textual's method for screens."""
    Screen.post_render = post_render_screen  # type: ignore[method-assign, assignment]


PATCH = Patch("a panel removes the pictures next to it", install_post_render)
