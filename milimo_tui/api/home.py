"""List the films of a studio home, open a film, and create a film from a screenplay."""

from __future__ import annotations

from pathlib import Path

from milimo_tui.api.error_hints import use_shell_hints
from milimo_tui.api.film import Film
from milimo_tui.api.values import FilmRow
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.store.project.opening import read_film_summary
from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio

# The name under which edits of this package are stored. Undo takes back only edits stored under its own name.
ACTOR = "script"


def _open_script_studio(home: Path | str | None, project: str = "") -> Studio:
    return Studio.open(home=str(home) if home else None, project=project, actor=ACTOR)


def films(home: Path | str | None = None) -> tuple[FilmRow, ...]:
    """Return the films of a studio home. Without `home`, the folder is found as the program `milimo` finds
    it: `MILIMO_HOME`, or else the last home used.

    Raises BadInput for a folder that is not a studio home.
    """
    studio = _open_script_studio(home)
    try:
        return tuple(_read_film_row(paths) for paths in studio.list_films())
    finally:
        studio.close()


def _read_film_row(paths: ProjectPaths) -> FilmRow:
    summary = read_film_summary(paths)
    return FilmRow(paths.root.name, summary.name, summary.shots, summary.takes)


def open_film(name: str, home: Path | str | None = None) -> Film:
    """Open a film by the name of its folder, its title or its id. The current film of the home does not
    change.

    Raises NotFound with a list of the existing films, Ambiguous if several films match, and BadInput for a
    folder that is not a studio home.
    """
    studio = _open_script_studio(home, name)
    try:
        with use_shell_hints():
            studio.require_project()
    except BaseException:
        studio.close()
        raise
    return Film(studio)


def new_film(script: Path | str, name: str = "", home: Path | str | None = None) -> Film:
    """Create a film from a screenplay file (Fountain, Final Draft, PDF, Word) with its scenes and shots, and
    open the film.

    The new film becomes the current film. It has no takes yet; `Film.make` makes them. Raises NotFound for a
    missing file, and BadInput for a file that is not a screenplay.
    """
    studio = _open_script_studio(home)
    try:
        path = Path(script).absolute()
        with use_shell_hints():
            registry.run_by_id(studio, "project.new", {"name": name or path.stem, "script": str(path)})
        folder = studio.require_project().paths.root.name
    finally:
        studio.close()
    return open_film(folder, home)
