"""Commands on projects. A project is one folder with one film."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.core.format import bytes_text, plural
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.core.time import parse_rate
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.story.values.film import Status
from milimo_tui.studio.commands.element import lora_actions
from milimo_tui.studio.commands.film.project_import import IMPORTS
from milimo_tui.studio.commands.film.project_settings import SETTINGS
from milimo_tui.studio.commands.film.templates import TEMPLATES
from milimo_tui.studio.commands.film.travel import TRAVEL
from milimo_tui.studio.commands.shot.fields import tags_of
from milimo_tui.studio.keeping import archive, deletion, film_bin
from milimo_tui.studio.project import film_formats, starting
from milimo_tui.studio.project.film_rows import is_current, listed, row_of
from milimo_tui.studio.project.templates import find_template
from milimo_tui.studio.queue.job_lookup import OPEN_STATES
from milimo_tui.studio.registry.args import Args, NoArgs, arg
from milimo_tui.studio.registry.registry import Command, Outcome, needs_project
from milimo_tui.studio.session.names import check_name
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec
from milimo_tui.studio.weights.lora_stacks import Stack


class NewArgs(Args):
    name: str = arg("", description="the film's name (default: its script's title)")
    script: str = arg(
        "", description="its screenplay (.fountain, .fdx, .pdf …): scenes, shots and a first cut too"
    )
    text: str = arg("", description="the screenplay itself, in place of its file")
    template: str = arg("", description="what it begins with (milimo project template list)")
    format: str = arg("", description=f"its size and rate by use: {', '.join(film_formats.NAMES)}")
    rate: str = arg("", description="frames per second, such as 24, 25, 23.976 (default: the format's)")
    size: str = arg(
        "", description="WIDTHxHEIGHT, landscape, portrait, wide, cinema, or a shape: 16:9 (768x512)"
    )
    style: str = arg("", description="words that head every prompt")
    engine: str = arg("", description="engine of its takes")
    status: Status = arg(Status.DRAFT, description="how far it is: draft, in-progress, completed, archived")
    tags: str = arg("", description="words to find it by: festival, wet")
    description: str = arg("", description="what it is about", longest=2000)


def _new(studio: Studio, args: NewArgs) -> Outcome:
    fields = _begun_with(studio, args)
    if args.engine:
        shot_spec.check_engine(args.engine, "make_video")
        fields["engine"] = args.engine
    if args.script or args.text:
        return _start(studio, args, fields)
    if not args.name:
        raise BadInput("a film has a name", "milimo project new NAME, or --script FILE for its title")
    # Imported here: the readers of screenplays are slow to import.
    from milimo_tui.studio.script import screenplays

    file = screenplays.create_project(studio, args.name, **fields)
    return Outcome(data=row_of(studio, file), message=f"made “{args.name}” in {file.paths.root}")


def _begun_with(studio: Studio, args: NewArgs) -> dict[str, Any]:
    """Return the fields of a new film: its template's, overridden by the given arguments. Raises NotFound,
    BadInput.
    """
    fields: dict[str, Any] = {}
    if args.template:
        fields = find_template(studio.home, args.template).fields()
    if not args.template or args.format:
        shape = film_formats.raster_and_rate(args.format, args.size, args.rate)
        fields |= dict(zip(("width", "height", "rate"), shape, strict=True))
    if args.size:
        fields["width"], fields["height"] = film_formats.parse_size(args.size)
    if args.rate:
        fields["rate"] = parse_rate(args.rate)
    tags = (*fields.get("tags", ()), *tags_of(args.tags))
    said = {"style": args.style, "description": args.description.strip()}
    fields |= {name: words for name, words in said.items() if words}
    return {**fields, "status": args.status, "tags": tuple(dict.fromkeys(tags))}


def _start(studio: Studio, args: NewArgs, fields: dict[str, Any]) -> Outcome:
    """Start a film from a screenplay. Raises BadInput if both its file and its text are given."""
    # Imported here: most commands do not need it.
    from milimo_tui.studio.script.script_source import Source, read_screenplay

    if args.script and args.text:
        raise BadInput("a film has one screenplay", "give its file, or its text")
    source = read_screenplay(args.script) if args.script else Source(args.text.encode(), "")
    file, done = starting.start(studio, source, name=args.name, **fields)
    row = row_of(studio, file)
    counts = f"{plural(row['scenes'], 'scene')}, {plural(row['shots'], 'shot')}, {row['length']}"
    notes = "".join(f"; {note}" for note in done.notes)
    return Outcome(data=row, message=f"started “{row['name']}”: {counts}{notes}{source.notes}")


class ListArgs(Args):
    binned: bool = arg(False, description="those in the bin instead")


def _list(studio: Studio, args: ListArgs) -> Outcome:
    folders = studio.films_in_bin() if args.binned else studio.films()
    rows = [listed(studio, paths) for paths in folders]
    problems = "\n".join(f"{row['folder']}: {row['problem']}" for row in rows if row["problem"])
    columns = ("folder", "name", "length", "shots", "picked", "stale", "current")
    return Outcome(data=rows, columns=columns, text=problems)


class NameArgs(Args):
    name: str = arg(description="a film: its name, folder or id")


class CopyArgs(Args):
    name: str = arg(description="the copy's name")


def _show(studio: Studio, args: NoArgs) -> Outcome:
    file = studio.project()
    row = row_of(studio, file)
    return Outcome(data=row, text="\n".join(f"{key:<10}{value}" for key, value in row.items() if value != ""))


def _use(studio: Studio, args: NameArgs) -> Outcome:
    paths = studio.find_project(args.name)
    studio.use(paths)
    row = row_of(studio, studio.project())
    return Outcome(data=row, message=f"now on {row['name']}")


class RenameArgs(Args):
    name: str = arg(description="the new name")
    film: str = arg("", description="a film: its name, folder or id (default: the current one)")


def _rename(studio: Studio, args: RenameArgs) -> Outcome:
    if not args.film:
        return _renamed(studio, studio.project(), args.name)
    paths = studio.find_project(args.film)
    if is_current(studio, paths):
        return _renamed(studio, studio.project(), args.name)
    with ProjectFile.open(paths) as file:
        return _renamed(studio, file, args.name)


def _renamed(studio: Studio, file: ProjectFile, given: str) -> Outcome:
    name = check_name(given, "a film")
    project = file.story().project
    changed = replace(project, name=name)
    file.edit(f"rename to {name}", scope="project", actor=studio.actor, before=[project], after=[changed])
    return Outcome(data=row_of(studio, file), message=f"the film is now “{changed.name}”")


def _bin(studio: Studio, args: NameArgs) -> Outcome:
    paths = studio.find_project(args.name)
    row = listed(studio, paths)
    client = studio.client_or_none()
    jobs = client.jobs({"project": str(paths.root), "states": list(OPEN_STATES)}) if client else []
    film_bin.put_in(studio, paths)
    goes_on = f"; its {plural(len(jobs), 'job')} {'goes' if len(jobs) == 1 else 'go'} on" if jobs else ""
    data = {"folder": paths.root.name, "name": row["name"]}
    return Outcome(data=data, message=f"“{row['name']}” is in the bin{goes_on}")


def _restore(studio: Studio, args: NameArgs) -> Outcome:
    paths = studio.find_project(args.name, in_bin=True)
    film_bin.bring_back(studio, paths)
    row = listed(studio, paths)
    return Outcome(data=row, message=f"“{row['name']}” is back from the bin")


def _duplicate(studio: Studio, args: CopyArgs) -> Outcome:
    source = studio.project()
    name = check_name(args.name, "a film")
    target = archive.free_folder(studio, name)
    archive.copy(source, target)
    with ProjectFile.open(target) as copy:
        project = copy.story().project
        renamed = replace(project, name=name)
        copy.edit("name the copy", scope="project", actor=studio.actor, before=[project], after=[renamed])
        return Outcome(data=row_of(studio, copy), message=f"copied to {target.root}")


class RecoverArgs(NameArgs):
    backup: str = arg("", description="put it back as a backup has it instead: its name, latest, or a time")


def _recover(studio: Studio, args: RecoverArgs) -> Outcome:
    from milimo_tui.studio.keeping import recovery  # Imported here: most commands do not need it.

    return recovery.film(studio, studio.find_project(args.name), args.backup)


class DeleteArgs(Args):
    name: str = arg(description="a film: its name, folder or id")
    yes: bool = arg(False, description="really: the folder and everything in it")


def _even_in_bin(studio: Studio, name: str) -> ProjectPaths:
    """Find a project by name among the films in use, else among those in the bin. Raises NotFound,
    Ambiguous.
    """
    try:
        return studio.find_project(name)
    except NotFound:
        with suppress(NotFound):
            return studio.find_project(name, in_bin=True)
        raise


def _delete(studio: Studio, args: DeleteArgs) -> Outcome:
    paths = _even_in_bin(studio, args.name)
    row = listed(studio, paths)
    if not args.yes:
        holds = row["problem"] or f"it has {row['shots']} shots and {row['picked']} picked takes"
        raise BadInput(
            f"deleting “{row['name']}” can't be undone: {holds}",
            f"milimo project delete {paths.root.name} --yes",
        )
    deletion.delete_project(studio, paths)
    return Outcome(data={"id": row["id"]}, message=f"deleted {paths.root.name}")


class ExportArgs(Args):
    file: str = arg(description="a .zip to write")


def _export(studio: Studio, args: ExportArgs) -> Outcome:
    target = archive.export(studio.project(), args.file)
    return Outcome(data={"path": str(target)}, text=str(target))


class ArchiveArgs(Args):
    file: str = arg(description="a file to write")
    no_media: bool = arg(False, description="without media and renders: they are listed by their hashes")


def _archive(studio: Studio, args: ArchiveArgs) -> Outcome:
    from milimo_tui.studio.keeping import film_archive  # Imported here: most commands do not need it.

    file = studio.project()
    with studio.counted("archiving", len(archive.files_of(file.paths))) as count:
        made = film_archive.archive(file, args.file, count, media=not args.no_media)
    left = f", {plural(made.left_out, 'file')} only listed" if made.left_out else ""
    data = {"path": str(made.path), "files": made.files, "left_out": made.left_out, "bytes": made.bytes}
    message = f"{made.path}: {plural(made.files, 'file')}, {bytes_text(made.bytes)}{left}"
    return Outcome(data=data, message=message)


class UnarchiveArgs(Args):
    file: str = arg(description="an archive")
    name: str = arg("", description="the film's folder name (default: the one it had)")


def _unarchive(studio: Studio, args: UnarchiveArgs) -> Outcome:
    from milimo_tui.studio.backups.backup_orders import folder_of
    from milimo_tui.studio.keeping import film_archive

    backups = folder_of(studio.home, studio.settings)
    back = film_archive.unarchive(studio, backups, args.file, args.name)
    studio.use(back.paths)
    row = row_of(studio, studio.project())
    data = {**row, "copy": back.is_copy, "found": back.found, "lacking": list(back.lacking)}
    words = [f"“{row['name']}” is back in {back.paths.root.name}"]
    words += ["a copy with an id of its own: the film itself is here too"] if back.is_copy else []
    words += [f"{plural(back.found, 'file')} found here"] if back.found else []
    words += [f"{plural(len(back.lacking), 'file')} lacking: milimo asset list"] if back.lacking else []
    return Outcome(data=data, text="\n".join(back.lacking), message="; ".join(words))


def _read_loras(studio: Studio, _: str) -> tuple[str, Stack]:
    return "the film", studio.project().story().project.loras


def _write_loras(studio: Studio, _: str, stack: Stack, label: str) -> None:
    file = studio.project()
    project = file.story().project
    changed = replace(project, loras=stack)
    file.edit(label, scope="project", actor=studio.actor, before=[project], after=[changed])


COMMANDS = (
    *lora_actions.commands(lora_actions.Owner("project", "the film", _read_loras, _write_loras, named=False)),
    Command(
        "project.new",
        "New film",
        "start a film and open it",
        _new,
        NewArgs,
        cli="project new",
        positional=("name",),
    ),
    Command("project.list", "Films", "all films, and the one in use", _list, ListArgs, cli="project list"),
    Command(
        "project.show",
        "Film",
        "the current film's facts",
        _show,
        NoArgs,
        needs_project,
        cli="project show",
    ),
    Command(
        "project.use",
        "Use",
        "make a film the current one",
        _use,
        NameArgs,
        cli="project use",
        positional=("name",),
    ),
    Command(
        "project.rename",
        "Rename",
        "give the film another name",
        _rename,
        RenameArgs,
        cli="project rename",
        positional=("name",),
    ),
    *SETTINGS,
    *TEMPLATES,
    Command(
        "project.duplicate",
        "Duplicate",
        "copy the film under another name",
        _duplicate,
        CopyArgs,
        needs_project,
        cli="project duplicate",
        positional=("name",),
    ),
    Command(
        "project.recover",
        "Recover",
        "bring back what can be read of a damaged film",
        _recover,
        RecoverArgs,
        cli="project recover",
        positional=("name",),
    ),
    Command(
        "project.bin",
        "Film to the bin",
        "put a film in the bin; it can come back",
        _bin,
        NameArgs,
        cli="project bin",
        positional=("name",),
    ),
    Command(
        "project.restore",
        "Film from the bin",
        "bring a film back from the bin",
        _restore,
        NameArgs,
        cli="project restore",
        positional=("name",),
    ),
    Command(
        "project.delete",
        "Delete",
        "delete a film's folder",
        _delete,
        DeleteArgs,
        cli="project delete",
        positional=("name",),
    ),
    Command(
        "project.export",
        "Export",
        "the film as one .zip",
        _export,
        ExportArgs,
        needs_project,
        cli="project export",
        positional=("file",),
    ),
    Command(
        "project.archive",
        "Archive",
        "put the film away in one file, with its media or without",
        _archive,
        ArchiveArgs,
        needs_project,
        cli="project archive",
        positional=("file",),
    ),
    Command(
        "project.unarchive",
        "Film from an archive",
        "bring a film back that was put away",
        _unarchive,
        UnarchiveArgs,
        cli="project unarchive",
        positional=("file",),
    ),
    *IMPORTS,
    *TRAVEL,
)
