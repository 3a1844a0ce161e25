"""List the files that belong in a backup of a studio home: everything that cannot be downloaded or produced
again.

Left out are model weights, caches, workspaces of running jobs, logs, sockets, and files that only concern
this machine.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from milimo_tui.core.paths import HOME_MARK, SCRIPTS, Home, ProjectPaths
from milimo_tui.store.backup.backup_folder import MARK
from milimo_tui.store.backup.manifest import PROJECTS
from milimo_tui.store.jobs.home_paths import HomePathConverter
from milimo_tui.store.sqlite.failures import explain_sqlite_errors
from milimo_tui.store.sqlite.migrations import connect

# Largest total size in bytes of a folder in `models` that is backed up, because weights are always larger
_SMALL_BYTES = 4 << 20
# Names in a home that are not backed up. Weights can be downloaded again, and the rest is computed or created
# again. Unsaved text is left out, because the user has not decided yet to store it. The films in `PROJECTS`
# are listed separately.
_NOT_OF_HOME = frozenset(
    {
        "models", "cache", "streamed", "arriving", "workspace", "logs", "run", "terminals", "unsaved",
        "cluster", "checks", "backups", PROJECTS, HOME_MARK,
    }
)  # fmt: skip
_NOT_OF_FILM = frozenset({"cache", "workspace"})
_DATABASES = re.compile(r"(studio|project)\.db(-wal|-shm|-journal|\..*)?")
_SUPERVISOR = re.compile(r"supervisor\..*")
_DIGEST = re.compile("[0-9a-f]{64}")
_BY_HASH = ("media", SCRIPTS)


@dataclass(frozen=True, slots=True)
class HomeFile:
    """A file of a home that may be backed up.

    `place` is its path relative to the home, or to its film's folder. `named` is the SHA-256 in the file's
    name, or empty if the file is not named by its hash. A file that is named by its hash never changes.
    """

    place: str
    path: Path
    named: str = ""


def list_home_films(home: Home) -> list[ProjectPaths]:
    """Return the paths of every film of a home.

    Folders whose names begin with a dot are unfinished copies and are left out.
    """
    if not home.projects.is_dir():
        return []
    folders = [ProjectPaths(path) for path in sorted(home.projects.iterdir()) if path.is_dir()]
    return [paths for paths in folders if paths.db.exists() and paths.root.name[0] != "."]


def iterate_home_files(home: Home) -> Iterator[HomeFile]:
    """Yield every file to back up, except the databases. Files whose names begin with a dot are unfinished
    and left out.
    """
    for path in _list_backed_up_entries(home.root):
        if path.name not in _NOT_OF_HOME and not _SUPERVISOR.fullmatch(path.name):
            yield from _iterate_files_below(path, home.root)
    yield from _iterate_small_model_files(home)
    for paths in list_home_films(home):
        for path in _list_backed_up_entries(paths.root):
            if path.name not in _NOT_OF_FILM:
                yield from _iterate_files_below(path, paths.root, f"{PROJECTS}/{paths.root.name}/")


def _iterate_small_model_files(home: Home) -> Iterator[HomeFile]:
    """Yield the files in the models folder that are not weights: workflows with their bindings, and notes
    about files that are stored elsewhere.
    """
    for folder in _list_backed_up_entries(home.models) if home.models.is_dir() else []:
        if folder.is_dir() and not any(path.is_symlink() for path in (folder, *folder.rglob("*"))):
            files = list(_iterate_files_below(folder, home.root))
            if sum(file.path.stat().st_size for file in files) <= _SMALL_BYTES:
                yield from files


def list_open_job_inputs(queue: Path, home: Home) -> list[HomeFile]:
    """Return the files in the home that unfinished jobs of a queue refer to, such as the frozen plan of a
    render.

    `queue` is the path of the queue's database. Raises Damaged, Failed.
    """
    connection = connect(queue)
    try:
        with explain_sqlite_errors(queue, "read"):
            rows = connection.execute("SELECT spec FROM job WHERE ended IS NULL").fetchall()
    finally:
        connection.close()
    places, root = HomePathConverter(home.root), home.root.resolve()
    named = {
        text
        for (spec,) in rows
        for text in _iterate_json_strings(json.loads(places.make_text_absolute(spec)))
    }
    paths = sorted(Path(text) for text in named if text.startswith(f"{root}/"))
    return [_make_home_file(path, root, "") for path in paths if ".." not in path.parts and path.is_file()]


def _iterate_json_strings(value: object) -> Iterator[str]:
    """Yield every string in a JSON document."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _iterate_json_strings(each)


def iterate_hashed_media(paths: ProjectPaths) -> Iterator[HomeFile]:
    """Yield the files of a film that are named by their hash."""
    for part in _BY_HASH:
        yield from (one for one in _iterate_files_below(paths.root / part, paths.root) if one.named)


def list_named_media(database: Path) -> list[str]:
    """Return the paths, relative to the film, of the hash-named files that a film's database refers to. Files
    in the bin are left out.

    Raises Damaged, Failed.
    """
    connection = connect(database)
    try:
        with explain_sqlite_errors(database, "read"):
            rows = connection.execute("SELECT path FROM asset WHERE managed = 1 AND binned = 0").fetchall()
    finally:
        connection.close()
    return [path for (path,) in rows if parse_hash_in_name(path) and ".." not in PurePosixPath(path).parts]


def _list_backed_up_entries(folder: Path) -> list[Path]:
    return sorted(
        path for path in folder.iterdir() if path.name[0] != "." and not _DATABASES.fullmatch(path.name)
    )


def _iterate_files_below(path: Path, root: Path, before: str = "") -> Iterator[HomeFile]:
    """Yield the file at `path`, or all files in the folder at `path` and its subfolders.

    Links are skipped, except when `path` itself is a link to a folder. `before` is put in front of each
    file's path relative to `root`.
    """
    if path.is_file():
        if not path.is_symlink():
            yield _make_home_file(path, root, before)
        return
    for folder, folders, names in os.walk(path):
        if MARK in names:  # A folder of backups is skipped, because a backup would otherwise contain itself.
            folders[:] = []
            continue
        folders[:] = sorted(name for name in folders if name[0] != ".")
        for name in sorted(names):
            file = Path(folder, name)
            if name[0] != "." and file.is_file() and not file.is_symlink():
                yield _make_home_file(file, root, before)


def _make_home_file(path: Path, root: Path, before: str) -> HomeFile:
    inside = path.relative_to(root).as_posix()
    return HomeFile(before + inside, path, parse_hash_in_name(inside))


def parse_hash_in_name(inside: str) -> str:
    """Return the hash in a film file's name, or an empty string if the name is not a hash. `inside` is the
    path relative to the film.
    """
    path = PurePosixPath(inside)
    return path.stem if path.parts[0] in _BY_HASH and _DIGEST.fullmatch(path.stem) else ""
