"""Write and restore archives. An archive is one file with a film, with or without its media, from which the
same film can be restored.

An export is a copy for other people and becomes a new film when it is imported. An archive preserves the
film's id. An archive lists every file of the film with its hash. Files that are listed but not contained are
searched for by their hash when the film is restored.
"""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from milimo_tui import __version__
from milimo_tui.core.errors import BadInput, Damaged, Newer, NotFound
from milimo_tui.core.host import (
    explain_os_error,
    parse_user_path,
    replace_file_atomically,
    require_free_space,
)
from milimo_tui.core.ids import make_slug
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.core.reasons import reason
from milimo_tui.core.untrusted_json import parse_untrusted_json
from milimo_tui.store.backup import stored_files
from milimo_tui.store.backup.backup_folder import BackupFolder
from milimo_tui.store.backup.home_files import parse_hash_in_name
from milimo_tui.store.backup.manifest import Digest, Place
from milimo_tui.store.project.atomic_folder import build_folder_atomically
from milimo_tui.store.project.opening import read_film_summary
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.studio.keeping.archive import (
    ARCHIVE_LIST,
    DAMAGED_ZIP,
    check_unpacked_film,
    is_place_in_film,
    list_project_files,
    require_common_compression,
    resolve_new_file,
)
from milimo_tui.studio.media.foreign_media import disconnect_other_files, find_refused_media
from milimo_tui.studio.render.render_plan import get_asset_path
from milimo_tui.studio.session.studio import Studio

FORMAT = 1
DATABASE = "project.db"
_LEFT_OUT = ("media", "renders")  # Folders of a film that are left out of an archive without media.
_LONGEST_LIST = 64 << 20
_HINT = "make the archive again on the film's machine"
_BLOCK = 1 << 20


@checked(frozen=True)
class ArchivedFile:
    """An entry of an archive's contents list: a file's relative path (`place`), its size in bytes and its
    SHA-256 hash.

    `held` is True if the archive contains the file, and False if the file is only listed.
    """

    place: Place
    bytes: Annotated[int, Field(ge=0, le=2**63)]
    digest: Digest
    held: bool = True


@checked(frozen=True)
class ArchiveListing:
    """The contents list that is stored in an archive."""

    folder: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    film: Annotated[str, StringConstraints(pattern="^[a-z]+_[0-9a-zA-Z]{6,40}$")]
    name: Annotated[str, StringConstraints(max_length=1000)]
    files: tuple[ArchivedFile, ...]
    version: str = __version__
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class ArchiveMade:
    """The result of writing an archive. `left_out` is the number of files that are listed but not
    contained.
    """

    path: Path
    files: int
    left_out: int
    bytes: int


@dataclass(frozen=True, slots=True)
class FilmUnarchived:
    """The result of restoring a film from an archive.

    - `is_copy` is True if the home already has the film, so that the restored film got a new id.
    - `found` is the number of files that were copied from elsewhere in the home.
    - `lacking` are the relative paths of files that were not found anywhere, or that were left out because
      Milimo does not read their format.
    - `disconnected` are the names of linked assets that are offline because another file is at their path.
    """

    paths: ProjectPaths
    is_copy: bool
    found: int
    lacking: tuple[str, ...]
    disconnected: tuple[str, ...]


def archive_film(
    source: ProjectFile, name: str, count: Callable[[int, str], None], *, media: bool
) -> ArchiveMade:
    """Write the film to the archive file `name`, completely or not at all. `media` includes media and
    renders.

    Before each file, `count` is called with the number of finished files and the file's name. Raises
    DiskFull, and BadInput if the file exists.
    """
    target = resolve_new_file(name)
    files = list_project_files(source.paths)
    included = [
        path for path in files if media or path.relative_to(source.paths.root).parts[0] not in _LEFT_OUT
    ]
    require_free_space(target.parent, sum(path.stat().st_size for path in included), "archive the film")
    project = source.load_story().project
    listed = []
    kept = set(included)
    with (
        replace_file_atomically(target, "archive the film to") as temporary,
        tempfile.TemporaryDirectory(dir=target.parent, prefix=".milimo-") as scratch,
        zipfile.ZipFile(temporary, "w") as out,
    ):
        clean = Path(scratch) / DATABASE
        source.copy_database_to(clean)
        listed.append(_write_to_archive(out, clean, DATABASE, zipfile.ZIP_DEFLATED))
        for done, path in enumerate(files):
            count(done, path.name)
            place = path.relative_to(source.paths.root).as_posix()
            if path in kept:
                listed.append(_write_to_archive(out, path, place, zipfile.ZIP_STORED))
            else:
                digest = parse_hash_in_name(place) or stored_files.hash_file_with_progress(
                    path, lambda moved: None
                )
                listed.append(ArchivedFile(place, path.stat().st_size, digest, held=False))
        whole = ArchiveListing(source.paths.root.name, project.id, project.name, tuple(listed))
        out.writestr(ARCHIVE_LIST, TypeAdapter(ArchiveListing).dump_json(whole), zipfile.ZIP_DEFLATED)
    return ArchiveMade(target, len(included) + 1, len(files) - len(included), target.stat().st_size)


def _write_to_archive(out: zipfile.ZipFile, path: Path, place: str, how: int) -> ArchivedFile:
    """Write a file into the archive under the relative path `place`, and return its entry for the contents
    list.

    `how` is the compression method of `zipfile`. The hash is computed from the bytes while they are written.
    """
    whole, size = hashlib.sha256(), 0
    entry = zipfile.ZipInfo.from_file(path, place, strict_timestamps=False)
    entry.compress_type = how
    with path.open("rb") as stream, out.open(entry, "w") as packed:
        while block := stream.read(_BLOCK):
            whole.update(block)
            size += len(block)
            packed.write(block)
    return ArchivedFile(place, size, whole.hexdigest())


def unarchive_film(studio: Studio, backups: BackupFolder, name: str, folder: str) -> FilmUnarchived:
    """Restore a film from an archive, completely or not at all. The hash of each file is checked.

    Files that the archive does not contain are copied from other films of the home or from backups, if they
    are there. Raises Damaged, Newer, DiskFull, and BadInput if the file is not an archive or the target
    folder contains a film.
    """
    source = parse_user_path(name).absolute()
    with _open_archive(source) as packed:
        whole = _read_archive_listing(packed, source)
        target = studio.home.get_project_paths(make_slug(folder or whole.folder))
        if target.root.exists():
            raise BadInput(
                f"a film already exists in {target.root.name}", "choose another folder name with --name"
            )
        is_copy = any(read_film_summary(paths).id == whole.film for paths in studio.list_project_folders())
        require_free_space(studio.home.root, sum(file.bytes for file in whole.files), "bring the film back")
        elsewhere = [paths.root for paths in studio.list_project_folders()]
        found, lacking, disconnected = 0, list[str](), list[str]()

        def adopt_restored_film(file: ProjectFile) -> None:
            if file.load_story().project.id != whole.film:
                raise BadInput(
                    f"{source.name} is damaged: its film is not the film that its description names", _HINT
                )
            for asset in find_refused_media(
                file.load_story().assets, lambda asset: get_asset_path(file.paths, asset)
            ):
                get_asset_path(file.paths, asset).unlink(missing_ok=True)
                lacking.append(asset.path)
            disconnected.extend(disconnect_other_files(file))
            file.remove_all_actors()
            if is_copy:
                file.adopt_new_id()

        try:
            shown = studio.counted("bringing the film back", len(whole.files))
            with build_folder_atomically(target.root) as temporary, shown as count:
                for part in ("media", "renders", "cache", "workspace"):
                    (temporary / part).mkdir()
                for done, file in enumerate(whole.files):
                    count(done, file.place)
                    place = temporary / file.place
                    place.parent.mkdir(parents=True, exist_ok=True)
                    if file.held:
                        _unpack_file(packed, file, place, source)
                    elif _copy_from_elsewhere(file, place, elsewhere, backups):
                        found += 1
                    else:
                        lacking.append(file.place)
                check_unpacked_film(ProjectPaths(temporary), source, adopt_restored_film)
        except OSError as error:
            raise explain_os_error(error, target.root, "bring the film back to") from error
    return FilmUnarchived(target, is_copy, found, tuple(lacking), tuple(disconnected))


@contextmanager
def _open_archive(source: Path) -> Iterator[zipfile.ZipFile]:
    if source.is_dir():
        raise BadInput(
            f"{source} is a folder, not an archive", "milimo project archive FILE makes an archive"
        )
    try:
        with zipfile.ZipFile(source) as packed:
            yield packed
    except FileNotFoundError as error:
        raise NotFound(f"there is no file {source}", "name an archive: milimo project import FILE") from error
    except DAMAGED_ZIP as error:
        raise BadInput(f"{source} is damaged or not an archive", _HINT) from error
    except (RuntimeError, NotImplementedError) as error:
        # The zipfile module raises these errors for a password or an unknown compression method.
        raise BadInput(f"{source} can't be unpacked: {reason(error)}", _HINT) from error


def _read_archive_listing(packed: zipfile.ZipFile, source: Path) -> ArchiveListing:
    try:
        entry = packed.getinfo(ARCHIVE_LIST)
        if entry.file_size > _LONGEST_LIST:
            raise BadInput(f"the description in {source} is too large", _HINT)
        values = parse_untrusted_json(packed.read(entry))
        if isinstance(values, dict) and isinstance(values.get("format"), int) and values["format"] > FORMAT:
            raise Newer(f"{source} was made by a newer Milimo", "upgrade Milimo to read it")
        whole = TypeAdapter(ArchiveListing).validate_python(values)
    except KeyError:
        raise BadInput(
            f"{source} is not the archive of a film",
            "import an exported film with milimo project import",
        ) from None
    except (ValueError, ValidationError) as error:
        raise BadInput(f"{source} is damaged: its list of files can't be read", _HINT) from error
    for file in whole.files:
        if not is_place_in_film(file.place):
            raise BadInput(f"{source} contains a file that does not belong there: {file.place[:200]}")
    if not any(file.place == DATABASE and file.held for file in whole.files):
        raise BadInput(f"{source} contains no film", _HINT)
    return whole


def _unpack_file(packed: zipfile.ZipFile, file: ArchivedFile, place: Path, source: Path) -> None:
    whole, left = hashlib.sha256(), file.bytes
    try:
        require_common_compression(packed.getinfo(file.place), source)
        with packed.open(file.place) as stream, place.open("xb") as out:
            while left >= 0 and (block := stream.read(_BLOCK)):
                whole.update(block)
                left -= len(block)
                out.write(block)
    except KeyError:
        raise Damaged(f"{source.name} lists {file.place} but does not contain it", _HINT) from None
    if left or whole.hexdigest() != file.digest:
        raise Damaged(f"{source.name} is damaged: {file.place} has changed", _HINT)


def _copy_from_elsewhere(file: ArchivedFile, place: Path, films: list[Path], backups: BackupFolder) -> bool:
    """Copy a file with the entry's hash from another film or a backup to `place`. Return False if there is no
    intact file.
    """
    there = [root / file.place for root in films]
    for source in (*there, backups.get_stored_path(file.digest)):
        try:
            if source.stat().st_size != file.bytes:
                continue
            if stored_files.copy_file_with_hash(source, place, lambda moved: None) == file.digest:
                return True
        except FileNotFoundError:
            continue
        place.unlink()
    return False
