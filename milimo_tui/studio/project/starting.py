"""Start of a film from a screenplay, completely or not at all."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from milimo_tui.core.errors import NotFound
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.studio.keeping import deletion
from milimo_tui.studio.script import screenplays
from milimo_tui.studio.script.screenplays import Committed
from milimo_tui.studio.script.script_source import Source, keep_original
from milimo_tui.studio.session.studio import Studio


def start(studio: Studio, source: Source, *, name: str = "", **fields: Any) -> tuple[ProjectFile, Committed]:
    """Create a film from a screenplay with scenes, shots and a first cut, and make it current.

    The film is named after the title of the screenplay, unless `name` is given. Raises BadInput for a file
    that is no screenplay, and Cancelled if the user cancels. After an error no film is left, and the previous
    film is current again.
    """
    screenplay = screenplays.parse_script(source.data)
    before = studio.current().get("project", "")
    title = name or screenplays.title_of(screenplay, source.name)
    file = screenplays.create_project(studio, title, **fields)
    try:
        done = screenplays.bring_in(studio, source.data.decode(), source.name)
        keep_original(studio, source)
    except BaseException:
        deletion.delete_project(studio, file.paths)
        with suppress(NotFound):
            if before:
                studio.use(studio.find_project(before))
        raise
    return studio.project(), done
