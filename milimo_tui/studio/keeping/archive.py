"""Export a film to one file, and import a film from such a file. The file is a .zip with a copy of the film's
database and its media.
"""

from __future__ import annotations

import os
import shutil
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from milimo_tui.core.errors import BadInput, Damaged, NotFound, Refused
from milimo_tui.core.format import format_bytes
from milimo_tui.core.host import (
    explain_os_error,
    parse_user_path,
    replace_file_atomically,
    require_free_space,
)
from milimo_tui.core.ids import make_slug
from milimo_tui.core.paths import SCRIPTS, SKELETONS, ProjectPaths
from milimo_tui.core.reasons import reason
from milimo_tui.core.safe_text import clean_one_line, remove_control_characters
from milimo_tui.store.project.atomic_folder import build_folder_atomically
from milimo_tui.store.project.opening import check_foreign_film
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.studio.media.foreign_media import disconnect_other_files, require_allowed_media
from milimo_tui.studio.render.render_plan import get_asset_path
from milimo_tui.studio.session.studio import Studio

# Name of the list of contents in an archive. An export has no such file, so the name tells an archive from an
# export.
ARCHIVE_LIST = "archive.json"
_ENCRYPTED = 1  # The flag of an encrypted entry.
# The exceptions that zipfile raises for a damaged file.
DAMAGED_ZIP = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError)
# The largest number of folders and names in an entry's name, and the longest of them, in bytes. File systems
# have no longer names.
_MOST_PARTS, _LONGEST_PART = 16, 255
# A .zip file whose compressed entries have more than `_LARGE_FILM` bytes is refused if they unpack to more
# than `_LARGEST_RATIO` times their compressed size. An export does not compress media files.
_LARGE_FILM, _LARGEST_RATIO = 1 << 30, 200
EXPORTED_FOLDERS = ("media", "renders", SCRIPTS, SKELETONS)


def copy_project(source: ProjectFile, target: ProjectPaths) -> None:
    """Copy a project to a new folder under a new id, completely or not at all.

    Raises DiskFull, ReadOnly, Newer, Failed.
    """
    files = list_project_files(source.paths)
    require_free_space(target.root.parent, _sum_file_sizes(files), "copy the film")
    try:
        with build_folder_atomically(target.root) as folder:
            source.copy_database_to(folder / "project.db")
            for path in files:
                place = folder / path.relative_to(source.paths.root)
                place.parent.mkdir(parents=True, exist_ok=True)
                # `copyfile` leaves out the file mode, so that a copy of a read-only file can be changed.
                shutil.copyfile(path, place)
            with ProjectFile.open(ProjectPaths(folder)) as file:
                file.adopt_new_id()
    except OSError as error:
        raise explain_os_error(error, target.root, "copy the film to") from error


def list_project_files(paths: ProjectPaths) -> list[Path]:
    """Return the files that belong to a project in addition to its database."""
    return [
        path for part in EXPORTED_FOLDERS for path in sorted((paths.root / part).rglob("*")) if path.is_file()
    ]


def _sum_file_sizes(files: list[Path]) -> int:
    return sum(path.stat().st_size for path in files)


def resolve_new_file(name: str) -> Path:
    """Return the path of a file that will be written. Raises BadInput if the file exists or its folder does
    not.
    """
    target = parse_user_path(name).absolute()
    if target.exists():
        raise BadInput(f"{target} already exists", "name another file")
    if not target.parent.is_dir():
        raise BadInput(
            f"the folder {target.parent} does not exist", "create it first, or name another folder"
        )
    return target


def export_project(source: ProjectFile, name: str) -> Path:
    """Write the project as a .zip, completely or not at all. Raises BadInput if the file exists."""
    target = resolve_new_file(name)
    files = list_project_files(source.paths)
    require_free_space(target.parent, _sum_file_sizes(files), "export the film")
    with (
        replace_file_atomically(target) as temporary,
        tempfile.TemporaryDirectory() as scratch,
        zipfile.ZipFile(temporary, "w") as archive,
    ):
        clean = Path(scratch) / "project.db"
        source.copy_database_to(clean)
        archive.write(clean, "project.db", zipfile.ZIP_DEFLATED)
        for path in files:
            archive.write(path, path.relative_to(source.paths.root).as_posix())
    return target


def is_place_in_film(name: str) -> bool:
    """Return True if an entry of a .zip file has a name that a file of an exported film can have: the
    database, or a file in one of the exported folders.
    """
    parts = PurePosixPath(name).parts
    if name != "/".join(parts) or ".." in parts:
        return False
    if remove_control_characters(name) != name or "\n" in name:
        return False
    if len(parts) > _MOST_PARTS or any(len(os.fsencode(part)) > _LONGEST_PART for part in parts):
        return False
    return parts == ("project.db",) or (len(parts) > 1 and parts[0] in EXPORTED_FOLDERS)


def _require_distinct_places(names: list[str], source: Path) -> None:
    """Raise BadInput if an entry of a .zip file has a name that no exported file has, or if two entries would
    be the same file, or a file and its folder.
    """
    known = set(names)
    for name in names:
        folders = (folder.as_posix() for folder in PurePosixPath(name).parents)
        if not is_place_in_film(name) or any(folder in known for folder in folders):
            raise BadInput(
                f"{source} contains a file that does not belong there: {clean_one_line(name, 120)}",
                "export the film again: milimo project export",
            )
    if len(known) < len(names):
        raise BadInput(
            f"{source} contains two files of the same name", "export the film again: milimo project export"
        )


def _require_usual_ratio(members: list[zipfile.ZipInfo], source: Path) -> None:
    """Raise BadInput for a .zip file whose compressed entries unpack to gigabytes of almost nothing."""
    packed = [item for item in members if item.compress_type != zipfile.ZIP_STORED]
    unpacked = sum(item.file_size for item in packed)
    size = min(sum(item.compress_size for item in packed), source.stat().st_size)
    if unpacked > max(_LARGE_FILM, _LARGEST_RATIO * size):
        raise BadInput(
            f"{source} would unpack to {format_bytes(unpacked)}, far more than an exported film",
            "export the film again: milimo project export",
        )


def require_common_compression(item: zipfile.ZipInfo, source: Path) -> None:
    """Raise BadInput for an entry that is encrypted, or compressed by an unusual method, such as LZMA, which
    may need gigabytes of memory.
    """
    if item.flag_bits & _ENCRYPTED:
        raise BadInput(
            f"{source} is protected by a password",
            "unpack it with its password, and make a .zip file without a password",
        )
    if item.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise BadInput(
            f"{source} is compressed by a method that Milimo does not read",
            "export the film again: milimo project export",
        )


def is_archive(source: Path) -> bool:
    """Return True if a file is an archive made by `project archive`. Only the .zip file's list of names is
    checked.
    """
    try:
        with zipfile.ZipFile(source) as packed:
            return ARCHIVE_LIST in packed.namelist()
    except (OSError, RuntimeError, NotImplementedError, *DAMAGED_ZIP):
        return False


def import_project(studio: Studio, name: str, folder: str = "") -> tuple[ProjectPaths, tuple[str, ...]]:
    """Unpack an exported film as a new film of this home. Return its paths, and the names of linked assets
    that are offline because another file is at their path. Raises BadInput for a file that is not an export.

    `folder` is the name of the new film's folder; if it is empty, the name is taken from the file.
    """
    source = parse_user_path(name).absolute()
    if source.is_dir():
        raise BadInput(f"{source} is a folder", "export the film with milimo project export FILE.zip")
    target = studio.home.get_project_paths(make_slug(folder or source.stem))
    if target.root.exists():
        raise BadInput(
            f"a film already exists in {target.root.name}", "choose another folder name with --name"
        )
    try:
        with zipfile.ZipFile(source) as archive, build_folder_atomically(target.root) as temporary:
            members = [item for item in archive.infolist() if not item.is_dir()]
            if "project.db" not in {item.filename for item in members}:
                raise BadInput(f"{source} contains no film", "export a film with milimo project export")
            unpacked = sum(item.file_size for item in members)
            _require_usual_ratio(members, source)
            require_free_space(studio.home.root, unpacked, "import the film")
            _require_distinct_places([item.filename for item in members], source)
            for item in members:
                require_common_compression(item, source)
                place = temporary / item.filename
                place.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(item) as packed, place.open("wb") as out:
                    shutil.copyfileobj(packed, out)
            disconnected = _adopt_unpacked_film(ProjectPaths(temporary), source)
    except DAMAGED_ZIP as error:
        raise BadInput(
            f"{source} is damaged or not a .zip file", "export a film with milimo project export"
        ) from error
    except (RuntimeError, NotImplementedError) as error:
        # The zipfile module raises these errors for a password or an unknown compression method.
        raise BadInput(
            f"{source} can't be unpacked: {reason(error)}", "export a film with milimo project export"
        ) from error
    except FileNotFoundError as error:
        raise NotFound(
            f"there is no file {source}", "name an exported film: milimo project import FILE.zip"
        ) from error
    except OSError as error:
        raise explain_os_error(error, target.root, "import to") from error
    return target, disconnected


def _adopt_unpacked_film(paths: ProjectPaths, source: Path) -> tuple[str, ...]:
    """Check an unpacked film and its media, then give it a new id. Return the names of the linked assets that
    were made offline.
    """
    disconnected: list[str] = []

    def adopt_film(file: ProjectFile) -> None:
        hint = "nothing was imported: delete the file from the film on its own machine, then export it again"
        assets = file.load_story().assets
        require_allowed_media(assets, lambda asset: get_asset_path(paths, asset), source.name, hint)
        disconnected.extend(disconnect_other_files(file))
        file.adopt_new_id()

    check_unpacked_film(paths, source, adopt_film)
    return tuple(disconnected)


def check_unpacked_film(paths: ProjectPaths, source: Path, then: Callable[[ProjectFile], object]) -> None:
    """Check that an unpacked folder contains an intact film, then open the film and call `then` with it.

    Raises Damaged, Refused, Newer, and BadInput for a row that Milimo can't have written.
    """
    hint = "nothing was imported: export it again on its own machine"
    try:
        check_foreign_film(paths.db)
        with ProjectFile.open(paths) as file:
            faults = file.list_row_faults()
            if not faults:
                then(file)
    except (Damaged, Refused) as error:
        reason = error.message.replace(str(paths.db), "its project.db")
        raise type(error)(f"{source.name} can't be imported: {reason}", hint) from error
    if faults:
        more = f", and {len(faults) - 1} more" if len(faults) > 1 else ""
        raise BadInput(f"{source.name} can't be imported: {clean_one_line(str(faults[0]), 120)}{more}", hint)


def get_free_folder(studio: Studio, name: str) -> ProjectPaths:
    """Return the folder for a new film of that name. Raises BadInput if the folder exists."""
    target = studio.home.get_project_paths(make_slug(name))
    if target.root.exists():
        raise BadInput(f"a film already exists in {target.root.name}", "choose another name for the copy")
    return target
