"""The poster of a rendered film: its middle frame, or a text if there is no picture."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from milimo_tui.tui.terminal.images.pictures import OFF
from milimo_tui.tui.terminal.theme import OFFLINE

if TYPE_CHECKING:
    from milimo_tui.studio.render.rendered_films import RenderedFilm
    from milimo_tui.tui.shell.screen import StudioScreen
    from milimo_tui.tui.terminal.images.drawing import Drawing


async def load_film_poster(
    screen: StudioScreen, film: RenderedFilm | None, columns: int, rows: int
) -> tuple[Drawing | None, str]:
    """Return a film's poster, scaled to `columns` by `rows` cells, and the text to show if the poster is
    None.
    """
    app = screen.studio_app
    if film is None:
        return None, screen.with_keys("no film yet: {ui.play} plays the cut as it is now")
    if app.terminal.pictures == "off":
        return None, OFF

    def find() -> tuple[Path, Fraction] | None:
        from milimo_tui.studio.render.rendered_films import get_poster_position

        return get_poster_position(film)

    found, drawing = await screen.in_thread(find), None
    if found is not None:
        ground = screen.ink.get_rgb("surface")
        drawing = await app.pictures.draw_file(found[0], columns, rows, seconds=float(found[1]), bars=ground)
    if not film.is_there:
        return drawing, OFFLINE + screen.with_keys(" its file is missing: {ui.render} renders it again")
    if found is None:
        return drawing, screen.with_keys("sound alone: {ui.play} plays it")
    return drawing, "no picture available"
