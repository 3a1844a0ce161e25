"""Go to a search result: open the result's screen and put the cursor on the result."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from milimo_tui.core.screens import ScreenName
from milimo_tui.tui.widgets.rows import Rows

if TYPE_CHECKING:
    from milimo_tui.studio.project.findables import Findable
    from milimo_tui.tui.shell.ports import StudioApp

# The finder waits at most this number of seconds for a film to open. Then it does not go to the result.
FILM_SECONDS = 30.0
# If a newly opened screen has not listed the row after this time in seconds, the cursor is not moved.
ROW_SECONDS = 5.0


async def go_to_find(app: StudioApp, found: Findable) -> None:
    """Go to a search result. If it is in another film, open that film first."""
    folder = found.film or (found.id if found.kind == "film" else "")
    if folder and not await _open_film_of_find(app, folder):
        return
    match found.kind:
        case "film":
            await app.go_to_mode(ScreenName.STORYBOARD)
        case "scene" | "shot" if found.shot:
            await app.go_to_shot(found.shot)
        case "scene" | "line":
            await app.go_to_script_line(found.line)
        case "take":
            from milimo_tui.tui.shot.shot import ShotScreen

            await app.go_to_shot(found.shot)
            app.open_on_top(ShotScreen(found.shot))
            await _put_cursor_on_row(app, found.id)
        case "clip" | "note" | "cut":
            await _go_to_cut_of_find(app, found)
        case "element":
            await app.go_to_mode(ScreenName.ELEMENTS)
            await _put_cursor_on_row(app, found.id)
        case "media":
            await app.go_to_mode(ScreenName.MEDIA)
            await _put_cursor_on_row(app, found.id)
        case "job":
            await app.go_to_job(found.id)


async def _open_film_of_find(app: StudioApp, folder: str) -> bool:
    """Open the film in `folder`, and wait until it is shown. If it can't be opened or is not shown in time,
    show a message and return False.
    """
    before = app.film
    project = await app.reading.run(app.studio.project_or_none)
    if before is not None and project is not None and project.paths.root.name == folder:
        return True
    if await app.run_and_wait("project.use", {"name": folder}) is None:
        return False
    end = time.monotonic() + FILM_SECONDS
    while app.film is before and time.monotonic() < end:
        await asyncio.sleep(0.01)
    if app.film is before or app.film is None:
        seconds = f"{FILM_SECONDS:.0f} seconds"
        app.show_message(f"{folder} did not open within {seconds}", "warn", "{ui.finder} finds it again")
        return False
    return True


async def _go_to_cut_of_find(app: StudioApp, found: Findable) -> None:
    """Open the cut of a result on the timeline, at the frame of the clip or note."""
    cut = app.film.cut if app.film is not None else None
    if (cut is None or cut.id != found.cut) and await app.run_and_wait(
        "cut.use", {"name": found.cut}
    ) is None:
        return
    if found.kind == "note" and found.frame is None:
        app.show_message("the frame of this note is trimmed off", "warn", "{ui.notes} lists all notes")
    await app.return_from_list(found.frame)


async def _put_cursor_on_row(app: StudioApp, id: str) -> None:
    """Put the cursor on the row with the key `id` in a list of the visible screen, as soon as the row is
    listed.
    """
    end = time.monotonic() + ROW_SECONDS
    while time.monotonic() < end:
        for rows in app.screen.query(Rows):
            key = next((row.key for row in rows.rows if row.key == id or row.key.endswith(f":{id}")), "")
            if key:
                rows.focus()
                rows.show_rows(rows.rows, key=key)
                return
        await asyncio.sleep(0.01)
