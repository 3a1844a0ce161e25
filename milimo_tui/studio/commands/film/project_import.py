"""The command `project import`. It imports an exported or archived film, or a film of Milimo Video or
StoryCore-Engine.
"""

from __future__ import annotations

from milimo_tui.core.errors import BadInput
from milimo_tui.core.format import format_count
from milimo_tui.core.host import parse_user_path
from milimo_tui.store.replaced_systems import storycore
from milimo_tui.store.replaced_systems.foreign_film import ArrivedFilm
from milimo_tui.studio.keeping import archive
from milimo_tui.studio.project import foreign_films
from milimo_tui.studio.project.film_rows import make_film_row
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.studio import Studio


class ProjectImportArgs(Args):
    file: str = arg(description="an exported or archived film, or a folder of Milimo Video or storycore")
    name: str = arg("", description="the film's folder name here (default: an archived film keeps its own)")
    film: str = arg("", description="name or id of the film, if Milimo Video has several")
    media: str = arg("", description="the folder of its media (default: next to its database)")
    link: bool = arg(False, description="link to its media instead of copying them")


def _import_film(studio: Studio, args: ProjectImportArgs) -> Outcome:
    source = parse_user_path(args.file).absolute()
    if foreign_films.is_storycore_project(source):
        return _save_imported_film(studio, storycore.read_storycore_film(source), args)
    database = foreign_films.find_old_database(source)
    if database is not None:
        root = foreign_films.find_media_root(source, database, args.media)
        return _save_imported_film(studio, foreign_films.read_old_film(database, args.film, root), args)
    if source.is_dir():
        raise BadInput(
            f"{source} is not a film of another program",
            "name the folder of a storycore film, or of a Milimo Video installation",
        )
    if archive.is_archive(source):
        return _unarchive_film(studio, args)
    paths, disconnected = archive.import_project(studio, args.file, args.name)
    studio.use_project(paths)
    row = make_film_row(studio, studio.require_project())
    return Outcome(
        data={**row, "offline": list(disconnected)},
        message="; ".join([f"imported to {paths.root}", *_describe_disconnected_files(disconnected)]),
    )


def _describe_disconnected_files(names: tuple[str, ...]) -> list[str]:
    """Return a sentence about linked assets that are offline because another file is at their path; no
    sentence if there are none.
    """
    if not names:
        return []
    count = format_count(len(names), "linked file")
    is_or_are = "is" if len(names) == 1 else "are"
    return [f"{count} {is_or_are} offline, because other files are at their paths; milimo asset relink helps"]


def _unarchive_film(studio: Studio, args: ProjectImportArgs) -> Outcome:
    # Imported lazily, because most commands do not need this module.
    from milimo_tui.studio.backups.backup_orders import get_backup_folder
    from milimo_tui.studio.keeping import film_archive

    backups = get_backup_folder(studio.home, studio.settings)
    back = film_archive.unarchive_film(studio, backups, args.file, args.name)
    studio.use_project(back.paths)
    row = make_film_row(studio, studio.require_project())
    data = {
        **row,
        "copy": back.is_copy,
        "found": back.found,
        "lacking": list(back.lacking),
        "offline": list(back.disconnected),
    }
    words = [f"“{row['name']}” is back in {back.paths.root.name}"]
    words += (
        ["this is a copy with its own id, because the film itself is in this home too"]
        if back.is_copy
        else []
    )
    words += [f"{format_count(back.found, 'file')} found here"] if back.found else []
    words += [f"{format_count(len(back.lacking), 'file')} missing: milimo asset list"] if back.lacking else []
    words += _describe_disconnected_files(back.disconnected)
    return Outcome(data=data, text="\n".join(back.lacking), message="; ".join(words))


def _save_imported_film(studio: Studio, arrived: ArrivedFilm, args: ProjectImportArgs) -> Outcome:
    """Save a film that was read from another program. Report in one list which files are missing and which
    properties could not be converted.
    """
    paths, unread = foreign_films.import_film(studio, arrived, args.name, link=args.link)
    lost = [*arrived.lost, *(f"not readable, linked unchanged: {name}" for name in unread)]
    lost += [f"not found: {path}" for path in arrived.missing]
    bare = len(arrived.shots) - len({take.shot for take in arrived.takes})
    files = f"{format_count(len(arrived.assets), 'file')} of media"
    shots = format_count(len(arrived.shots), "shot")
    message = f"imported to {paths.root}: {shots}, {format_count(len(arrived.takes), 'take')}, {files}"
    message += f"; {bare} of {len(arrived.shots)} shots have no take there" if bare else ""
    data = {**make_film_row(studio, studio.require_project()), "missing": list(arrived.missing), "lost": lost}
    text = "\n".join((f"lost by {arrived.source}:", *(f"  {one}" for one in lost))) if lost else ""
    return Outcome(data=data, text=text, message=message)


IMPORTS = (
    Command(
        "project.import",
        "Import film",
        "import an exported or archived film, or one of Milimo Video or StoryCore",
        _import_film,
        ProjectImportArgs,
        cli="project import",
        positional=("file",),
    ),
)
