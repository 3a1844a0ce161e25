"""The files that belong in a backup of a studio home: everything except data that can be produced again.

Left out are weights, caches, work of running jobs, logs, sockets and files that only concern this machine.
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
from milimo_tui.store.jobs.home_paths import Places
from milimo_tui.store.sqlite.failures import explaining
from milimo_tui.store.sqlite.migrations import connect

_SMALL_BYTES = 4 << 20  # Model weights are always larger than this.
# Folders of a home that are not backed up: weights are downloaded again, the rest is computed or created
# again.
_NOT_OF_HOME = frozenset(
    {
        "models", "cache", "streamed", "arriving", "workspace", "logs", "run", "terminals", "cluster",
        "checks", "backups", PROJECTS, HOME_MARK,
    }
)  # fmt: skip
_NOT_OF_FILM = frozenset({"cache", "workspace"})
_DATABASES = re.compile(r"(studio|project)\.db(-wal|-shm|-journal|\..*)?")
_SUPERVISOR = re.compile(r"supervisor\..*")
_DIGEST = re.compile("[0-9a-f]{64}")
_BY_HASH = ("media", SCRIPTS)


@dataclass(frozen=True, slots=True)
class HomeFile:
    """A file of a home. `named` is the SHA-256 in the file's name, or empty if the file is not named by its
    hash.

    A file that is named by its hash is never changed once it exists.
    """

    place: str
    path: Path
    named: str = ""


def films_of(home: Home) -> list[ProjectPaths]:
    """Return the paths of every film of a home, including films in the bin.

    Folders that begin with a dot are unfinished copies and are left out.
    """
    if not home.projects.is_dir():
        return []
    folders = [ProjectPaths(path) for path in sorted(home.projects.iterdir()) if path.is_dir()]
    return [paths for paths in folders if paths.db.exists() and paths.root.name[0] != "."]


def files_of(home: Home) -> Iterator[HomeFile]:
    """Yield every file to back up except the databases. Files whose names begin with a dot are unfinished and
    left out.
    """
    for path in _listed(home.root):
        if path.name not in _NOT_OF_HOME and not _SUPERVISOR.fullmatch(path.name):
            yield from _below(path, home.root)
    yield from _small_models(home)
    for paths in films_of(home):
        for path in _listed(paths.root):
            if path.name not in _NOT_OF_FILM:
                yield from _below(path, paths.root, f"{PROJECTS}/{paths.root.name}/")


def _small_models(home: Home) -> Iterator[HomeFile]:
    """Yield the files in the models folder that are not weights: workflows with their bindings, notes of
    files elsewhere.
    """
    for folder in _listed(home.models) if home.models.is_dir() else []:
        if folder.is_dir() and not any(path.is_symlink() for path in (folder, *folder.rglob("*"))):
            files = list(_below(folder, home.root))
            if sum(file.path.stat().st_size for file in files) <= _SMALL_BYTES:
                yield from files


def inputs_of(queue: Path, home: Home) -> list[HomeFile]:
    """Return the files of the home that are named by unfinished jobs of a queue, such as the frozen plan of a
    render.

    Raises Damaged, Failed.
    """
    connection = connect(queue)
    try:
        with explaining(queue, "read"):
            rows = connection.execute("SELECT spec FROM job WHERE ended IS NULL").fetchall()
    finally:
        connection.close()
    places, root = Places(home.root), home.root.resolve()
    named = {text for (spec,) in rows for text in _texts(json.loads(places.absolute_text(spec)))}
    paths = sorted(Path(text) for text in named if text.startswith(f"{root}/"))
    return [_home_file(path, root, "") for path in paths if ".." not in path.parts and path.is_file()]


def _texts(value: object) -> Iterator[str]:
    """Yield every string in a JSON document."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


def media_of(paths: ProjectPaths) -> Iterator[HomeFile]:
    """Yield the files of a film that are named by their hashes."""
    for part in _BY_HASH:
        yield from (one for one in _below(paths.root / part, paths.root) if one.named)


def media_named(database: Path) -> list[str]:
    """Return the places of the hash-named files that a film's database names, except those in the bin.

    Raises Damaged, Failed.
    """
    connection = connect(database)
    try:
        with explaining(database, "read"):
            rows = connection.execute("SELECT path FROM asset WHERE managed = 1 AND binned = 0").fetchall()
    finally:
        connection.close()
    return [path for (path,) in rows if named_hash(path) and ".." not in PurePosixPath(path).parts]


def _listed(folder: Path) -> list[Path]:
    return sorted(
        path for path in folder.iterdir() if path.name[0] != "." and not _DATABASES.fullmatch(path.name)
    )


def _below(path: Path, root: Path, before: str = "") -> Iterator[HomeFile]:
    """Yield a file, or all files below a folder. A link is followed only if `path` itself is a link to a
    folder.
    """
    if path.is_file():
        if not path.is_symlink():
            yield _home_file(path, root, before)
        return
    for folder, folders, names in os.walk(path):
        if MARK in names:  # A folder of backups is skipped, because a backup would otherwise contain itself.
            folders[:] = []
            continue
        folders[:] = sorted(name for name in folders if name[0] != ".")
        for name in sorted(names):
            file = Path(folder, name)
            if name[0] != "." and file.is_file() and not file.is_symlink():
                yield _home_file(file, root, before)


def _home_file(path: Path, root: Path, before: str) -> HomeFile:
    inside = path.relative_to(root).as_posix()
    return HomeFile(before + inside, path, named_hash(inside))


def named_hash(inside: str) -> str:
    """Return the hash that a film's file is named by, given its place in the film, or an empty string."""
    path = PurePosixPath(inside)
    return path.stem if path.parts[0] in _BY_HASH and _DIGEST.fullmatch(path.stem) else ""
