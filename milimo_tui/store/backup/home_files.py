"""What belongs to a studio home and goes along with it: all that lies there, but for what is made again.

Left out are weights, caches, what jobs are at, logs, sockets and what belongs to this machine alone.
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

_SMALL_BYTES = 4 << 20  # no weights are as small
# Of a home: weights come from their makers, the rest is computed, fetched or begun anew.
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
    """A file of a home. `named` is the SHA-256 that it is named by, for those are never changed once they are
    there; empty for any other.
    """

    place: str
    path: Path
    named: str = ""


def films_of(home: Home) -> list[ProjectPaths]:
    """Every film of a home, those in the bin too; copies under way begin with a dot."""
    if not home.projects.is_dir():
        return []
    folders = [ProjectPaths(path) for path in sorted(home.projects.iterdir()) if path.is_dir()]
    return [paths for paths in folders if paths.db.exists() and paths.root.name[0] != "."]


def files_of(home: Home) -> Iterator[HomeFile]:
    """Every file beside the databases; what is being written, which begins with a dot, is left out."""
    for path in _listed(home.root):
        if path.name not in _NOT_OF_HOME and not _SUPERVISOR.fullmatch(path.name):
            yield from _below(path, home.root)
    yield from _small_models(home)
    for paths in films_of(home):
        for path in _listed(paths.root):
            if path.name not in _NOT_OF_FILM:
                yield from _below(path, paths.root, f"{PROJECTS}/{paths.root.name}/")


def _small_models(home: Home) -> Iterator[HomeFile]:
    """What stands among the weights and is none: workflows with their bindings, notes of files elsewhere."""
    for folder in _listed(home.models) if home.models.is_dir() else []:
        if folder.is_dir() and not any(path.is_symlink() for path in (folder, *folder.rglob("*"))):
            files = list(_below(folder, home.root))
            if sum(file.path.stat().st_size for file in files) <= _SMALL_BYTES:
                yield from files


def inputs_of(queue: Path, home: Home) -> list[HomeFile]:
    """Files of the home that jobs of a queue name which have not ended: a render's frozen plan is one.

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
    """Every text in a document of JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


def media_of(paths: ProjectPaths) -> Iterator[HomeFile]:
    """The files of a film that are named by their hashes."""
    for part in _BY_HASH:
        yield from (one for one in _below(paths.root / part, paths.root) if one.named)


def media_named(database: Path) -> list[str]:
    """Places of the files that a film's database names by their hashes, none of them in the bin.

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
    """A file, or all of a folder; a link to a folder is followed here, and nowhere below."""
    if path.is_file():
        if not path.is_symlink():
            yield _home_file(path, root, before)
        return
    for folder, folders, names in os.walk(path):
        if MARK in names:  # backups, whoever's: they would hold themselves
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
    """The hash that a file of a film is named by, of its place there; empty for one with another name."""
    path = PurePosixPath(inside)
    return path.stem if path.parts[0] in _BY_HASH and _DIGEST.fullmatch(path.stem) else ""
