"""Restore one film from a backup. If the film was removed from the home, it returns to its own folder. If the
home still has the film, the restored film is a second film with a new name.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from milimo_tui.core.errors import Ambiguous, BadInput, Damaged, NotFound
from milimo_tui.core.ids import make_slug
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.core.safe_text import clean_one_line
from milimo_tui.store.backup.backup_folder import BackupFolder
from milimo_tui.store.backup.manifest import BackedUpFilm, Manifest
from milimo_tui.store.backup.restoring import restore_film
from milimo_tui.store.project.opening import check_foreign_film, read_film_summary
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.studio.session.studio import Studio


@dataclass(frozen=True, slots=True)
class RestoredFilm:
    """The result of restoring a film.

    `beside` is True if the home still contains the original film, so that the restored film is a second film.
    `lacking` lists files whose copies in the backup are damaged.
    """

    paths: ProjectPaths
    name: str
    backup: str
    beside: bool
    lacking: tuple[str, ...]


def find_film_in_backup(backup: Manifest, words: str) -> BackedUpFilm:
    """Find a film in a backup by its folder, id or name. Raises Ambiguous, NotFound."""
    for field in ("folder", "id", "name"):
        found = [film for film in backup.films if getattr(film, field) == words]
        if len(found) > 1:
            raise Ambiguous(
                f"the backup {backup.id} has {len(found)} films called “{words}”",
                "name the folder of one of them",
                name=words,
                candidates=[(film.folder, f"(shots: {film.shots}, takes: {film.takes})") for film in found],
            )
        if found:
            return found[0]
    names = ", ".join(film.folder for film in backup.films)
    raise NotFound(f"the backup {backup.id} has no film “{words}”", f"films in it: {names or 'none'}")


def restore_from_backup(
    studio: Studio, folder: BackupFolder, backup: Manifest, film: BackedUpFilm, name: str, *, lacking: bool
) -> RestoredFilm:
    """Restore a film from a backup. If the home still contains the film, the restored film gets a new id and
    name.

    If `lacking` is True, damaged files are left out. Otherwise a damaged file raises Damaged. Raises BadInput
    if the target folder exists, and DiskFull. If an error is raised, nothing is restored.
    """
    home = studio.home
    is_copy = any(read_film_summary(paths).id == film.id for paths in studio.list_project_folders())
    target = home.get_project_paths(make_slug(name) if name else film.folder)
    if target.root.exists() and not name:
        target = home.get_project_paths(make_slug(f"{film.folder} {backup.id}"))
    if target.root.exists():
        raise BadInput(f"a film already exists in {target.root.name}", "choose another name with --name")
    backup_time = time.strftime("%d %b %H:%M", time.localtime(backup.created))
    called = name or (f"{film.name} ({backup_time})" if is_copy else film.name)

    def settle(paths: ProjectPaths) -> None:
        check_foreign_film(paths.db)
        with ProjectFile.open(paths) as file:
            if faults := file.list_row_faults():
                raise Damaged(f"the film in the backup is damaged: {clean_one_line(str(faults[0]), 120)}")
            file.remove_all_actors()
            if is_copy:
                file.adopt_new_id()
            project = file.load_story().project
            if called != project.name:
                label = f"from the backup {backup.id}"
                renamed = replace(project, name=called)
                file.write_edit(label, scope="project", actor=studio.actor, before=[project], after=[renamed])

    with studio.counted(f"restoring {film.name}", len(backup.list_film_entries(film))) as count:
        left = restore_film(folder, backup, film, target.root, count, settle, lacking=lacking)
    return RestoredFilm(target, called, backup.id, is_copy, left)
