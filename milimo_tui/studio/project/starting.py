"""Create a film from a screenplay, completely or not at all."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from milimo_tui.core.errors import NotFound
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.studio.keeping import deletion
from milimo_tui.studio.script import screenplays
from milimo_tui.studio.script.screenplays import CommitResult
from milimo_tui.studio.script.script_source import ImportedScript, save_original_script
from milimo_tui.studio.session.studio import Studio


def start_film_from_script(
    studio: Studio, source: ImportedScript, *, name: str = "", **fields: Any
) -> tuple[ProjectFile, CommitResult]:
    """Create a film with scenes, shots and a first cut from a screenplay, and make it current.

    The film is named `name`, or else after the title of the screenplay. Raises BadInput for a file that is
    not a screenplay, and Cancelled if the user cancels. After an error no new film is left, and the previous
    film is current again.
    """
    screenplay = screenplays.parse_script(source.data)
    before = studio.read_current().get("project", "")
    title = name or screenplays.choose_film_title(screenplay, source.name)
    file = screenplays.create_project(studio, title, **fields)
    try:
        done = screenplays.import_script(studio, source.data.decode(), source.name)
        save_original_script(studio, source)
    except BaseException:
        deletion.delete_project(studio, file.paths)
        with suppress(NotFound):
            if before:
                studio.use_project(studio.find_project(before))
        raise
    return studio.require_project(), done
