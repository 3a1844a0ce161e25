"""Films of a studio home: which there are, one opened, one made of a screenplay."""

from __future__ import annotations

from pathlib import Path

from milimo_tui.api.film import Film
from milimo_tui.api.values import FilmRow
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.store.project.opening import peek
from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio

ACTOR = "script"  # whose edits they are: undo takes back one's own


def _studio(home: Path | str | None, project: str = "") -> Studio:
    return Studio.open(home=str(home) if home else None, project=project, actor=ACTOR)


def films(home: Path | str | None = None) -> tuple[FilmRow, ...]:
    """Return the films of a home; without one it is found as `milimo` finds it (`MILIMO_HOME`, the last).

    Raises BadInput for a folder that is no studio home.
    """
    studio = _studio(home)
    try:
        return tuple(_row(paths) for paths in studio.films())
    finally:
        studio.close()


def _row(paths: ProjectPaths) -> FilmRow:
    seen = peek(paths)
    return FilmRow(paths.root.name, seen.name, seen.shots, seen.takes)


def open_film(name: str, home: Path | str | None = None) -> Film:
    """Open a film by its folder's name, title or id; which film is the current one stays as it is.

    Raises NotFound with the films there are, Ambiguous, BadInput for a folder that is no studio home.
    """
    studio = _studio(home, name)
    try:
        studio.project()
    except BaseException:
        studio.close()
        raise
    return Film(studio)


def new_film(script: Path | str, name: str = "", home: Path | str | None = None) -> Film:
    """Make a film of a screenplay's file (Fountain, Final Draft, PDF, Word), its scenes and shots, and open
    it; it is the current one then. Nothing is made yet: `Film.make` does that.

    Raises NotFound, BadInput for a file that is no screenplay.
    """
    studio = _studio(home)
    try:
        path = Path(script).absolute()
        registry.run(studio, "project.new", {"name": name or path.stem, "script": str(path)})
        folder = studio.project().paths.root.name
    finally:
        studio.close()
    return open_film(folder, home)
