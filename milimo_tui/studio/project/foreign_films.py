"""Import films from other programs: find the film in a folder, examine its media and copy them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.core.host import parse_user_path
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.media.files.facts import digest
from milimo_tui.store.replaced_systems import milimo_video
from milimo_tui.store.replaced_systems.foreign_film import (
    ArrivedFilm,
    create_arrived_film,
    link_media_in_place,
)
from milimo_tui.story.values.film import Asset, AssetKind
from milimo_tui.studio.keeping import archive
from milimo_tui.studio.media import imports
from milimo_tui.studio.session.studio import Studio

DATABASES = ("*.db", "*.sqlite", "*.sqlite3")
DATABASE_FOLDERS = (
    "",
    "backend",
    "data",
    "backend/data",
)  # The folders of a Milimo Video installation that can contain its database.


@dataclass(slots=True)
class MediaImporter:
    """Copies the media files of an imported film into the new film and reports progress.

    `unread` are the names of files that can't be read as media. The assets of these files stay linked to the
    files in their old place.
    """

    count: int
    tell: Callable[[int, str], None]
    unread: list[str] = field(default_factory=list)
    done: int = 0

    def copy_media_file(self, paths: ProjectPaths, asset: Asset) -> Asset:
        """Copy the file of an asset into the new film. Return the asset with the facts (such as size and
        length) that were read from the file. Raises DiskFull, Cancelled.
        """
        source = Path(asset.path)
        self.tell(self.done, source.name)
        self.done += 1
        try:
            facts = imports.probe_media(source)
        except (BadInput, NotFound):
            self.unread.append(source.name)
            return asset
        if AssetKind(facts.kind) is not asset.kind:
            asset = replace(asset, kind=AssetKind(facts.kind))
        checksum = digest(source)
        kept = imports.replace_media_facts(replace(asset, digest=checksum), facts)
        return replace(kept, managed=True, path=imports.copy_into_media(paths, source, checksum))


def find_old_database(source: Path) -> Path | None:
    """Return the database of a Milimo Video installation, where `source` is the database or a folder; None if
    there is none.

    Raises BadInput if a folder has several databases.
    """
    if source.is_file():
        return source if source.suffix.lower() in (".db", ".sqlite", ".sqlite3") else None
    for below in DATABASE_FOLDERS:
        found = sorted({path for each in DATABASES for path in (source / below).glob(each) if path.is_file()})
        if len(found) > 1:
            raise BadInput(f"{source / below} has several databases", f"name one: {found[0]}")
        if found:
            return found[0]
    return None


def find_media_root(source: Path, database: Path, given: str) -> Path:
    """Return the folder to which the media paths of an imported film are relative. This is the folder `given`
    or, if that is empty, the parent of the folder `projects`.

    Raises NotFound if the folder `given` does not exist.
    """
    if given:
        root = parse_user_path(given).absolute()
        if not root.is_dir():
            raise NotFound(f"there is no folder {root}", "give the folder of the film's media with --media")
        return root
    places = (database.parent, database.parent.parent, source if source.is_dir() else database.parent)
    return next((place for place in places if (place / "projects").is_dir()), database.parent)


def read_old_film(database: Path, film: str, media: Path) -> ArrivedFilm:
    """Read a film from the database of a Milimo Video installation. `film` is its name or id in that
    database.

    `media` is the folder to which media paths are relative. Raises BadInput, NotFound, Damaged.
    """
    films = milimo_video.list_milimo_video_films(database)
    wanted = [id for id, name in films.items() if film in (id, name, "")]
    if len(wanted) != 1:
        names = ", ".join(f"{name} ({id})" for id, name in films.items()) or "none"
        problem = f"there is no film “{film}”" if film and not wanted else "which film is meant?"
        raise BadInput(f"{database.name}: {problem}", f"choose one with --film: {names}")
    return milimo_video.read_milimo_video_film(database, wanted[0], media)


def import_film(
    studio: Studio, arrived: ArrivedFilm, name: str, *, link: bool
) -> tuple[ProjectPaths, Sequence[str]]:
    """Create a film from imported data and make it current. Return its folder and the names of files that
    could not be read.

    Raises BadInput if the target folder contains a film, and DiskFull, Cancelled. After an error nothing is
    left behind.
    """
    paths = archive.get_free_folder(studio, name or arrived.project.name)
    with studio.counted("the film's media", len(arrived.assets)) as report_progress:
        keeper = MediaImporter(len(arrived.assets), report_progress)
        create_arrived_film(
            paths, arrived, studio.actor, link_media_in_place if link else keeper.copy_media_file
        ).close()
    studio.use_project(paths)
    return paths, tuple(keeper.unread)


def is_storycore_project(source: Path) -> bool:
    """Return True if a folder or file has the name of a StoryCore-Engine project."""
    return source.suffix.lower() == ".json" or (source / "project.json").is_file()
