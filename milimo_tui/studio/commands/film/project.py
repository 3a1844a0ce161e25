"""Commands on films: create, list, open, close, delete and so on. In code and commands a film is called a
project: a folder that contains one film.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.core.format import format_bytes, format_count
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.core.time import parse_rate
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.story.values.film import Status
from milimo_tui.studio.commands.element import lora_actions
from milimo_tui.studio.commands.film.project_import import IMPORTS
from milimo_tui.studio.commands.film.project_settings import SETTINGS
from milimo_tui.studio.commands.film.templates import TEMPLATES
from milimo_tui.studio.commands.film.travel import TRAVEL
from milimo_tui.studio.commands.shot.fields import parse_tags
from milimo_tui.studio.keeping import archive, deletion, film_bin
from milimo_tui.studio.project import film_formats, starting
from milimo_tui.studio.project.film_rows import is_current_film, make_film_row, read_film_row
from milimo_tui.studio.project.templates import find_template
from milimo_tui.studio.queue.job_lookup import OPEN_STATES
from milimo_tui.studio.registry.args import Args, NoArgs, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.session.names import check_name
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec
from milimo_tui.studio.weights.lora_stacks import LoraStack


class ProjectNewArgs(Args):
    name: str = arg("", description="name of the film (default: the title of its script)")
    script: str = arg(
        "", description="file of its screenplay (.fountain, .fdx, .pdf …); makes scenes, shots, a cut"
    )
    text: str = arg("", description="the text of the screenplay, instead of a file", verbatim=True)
    template: str = arg("", description="template for its settings (milimo project template list)")
    format: str = arg("", description=f"its size and rate by use: {', '.join(film_formats.NAMES)}")
    rate: str = arg("", description="frames per second, such as 24, 25, 23.976 (default: the format's)")
    size: str = arg(
        "", description="WIDTHxHEIGHT, landscape, portrait, wide, cinema, or a shape: 16:9 (1024x576)"
    )
    style: str = arg("", description="words at the beginning of every prompt")
    engine: str = arg("", description="engine for the film's takes")
    status: Status = arg(Status.DRAFT, description="status: draft, in-progress, completed, archived")
    tags: str = arg("", description="tags, separated by commas: festival, wet", one_line=True)
    description: str = arg("", description="summary of the film", longest=2000)


def _create_film(studio: Studio, args: ProjectNewArgs) -> Outcome:
    fields = _collect_new_film_fields(studio, args)
    if args.engine:
        shot_spec.check_engine(args.engine, "make_video")
        fields["engine"] = args.engine
    if args.script or args.text:
        return _start_film_from_screenplay(studio, args, fields)
    if not args.name:
        raise BadInput(
            "a film needs a name",
            "milimo project new NAME, or --script FILE to use the title of the screenplay",
        )
    # Imported lazily, because the parsers of screenplays are slow to import.
    from milimo_tui.studio.script import screenplays

    file = screenplays.create_project(studio, args.name, **fields)
    return Outcome(data=make_film_row(studio, file), message=f"made “{args.name}” in {file.paths.root}")


def _collect_new_film_fields(studio: Studio, args: ProjectNewArgs) -> dict[str, Any]:
    """Return the fields of a new film: those of its template, overridden by the arguments. Raises NotFound,
    BadInput.
    """
    fields: dict[str, Any] = {}
    if args.template:
        fields = find_template(studio.home, args.template).to_film_fields()
    if not args.template or args.format:
        shape = film_formats.choose_raster_and_rate(args.format, args.size, args.rate)
        fields |= dict(zip(("width", "height", "rate"), shape, strict=True))
    if args.size:
        fields["width"], fields["height"] = film_formats.parse_raster(args.size)
    if args.rate:
        fields["rate"] = parse_rate(args.rate)
    tags = (*fields.get("tags", ()), *parse_tags(args.tags))
    texts = {"style": args.style, "description": args.description.strip()}
    fields |= {name: words for name, words in texts.items() if words}
    return {**fields, "status": args.status, "tags": tuple(dict.fromkeys(tags))}


def _start_film_from_screenplay(studio: Studio, args: ProjectNewArgs, fields: dict[str, Any]) -> Outcome:
    """Create a film from a screenplay. Raises BadInput if both the screenplay's file and its text are
    given.
    """
    # Imported lazily, because most commands do not need this module.
    from milimo_tui.studio.script.script_source import ImportedScript, read_script_source

    if args.script and args.text:
        raise BadInput("a film has only one screenplay", "give its file or its text, not both")
    source = read_script_source(args.script) if args.script else ImportedScript(args.text.encode(), "")
    file, done = starting.start_film_from_script(studio, source, name=args.name, **fields)
    row = make_film_row(studio, file)
    counts = f"{format_count(row['scenes'], 'scene')}, {format_count(row['shots'], 'shot')}, {row['length']}"
    notes = "".join(f"; {note}" for note in done.notes)
    return Outcome(data=row, message=f"started “{row['name']}”: {counts}{notes}{source.notes}")


class ProjectListArgs(Args):
    binned: bool = arg(False, description="list the films in the bin instead")


def _list_films(studio: Studio, args: ProjectListArgs) -> Outcome:
    folders = studio.list_binned_films() if args.binned else studio.list_films()
    rows = [read_film_row(studio, paths) for paths in folders]
    problems = "\n".join(f"{row['folder']}: {row['problem']}" for row in rows if row["problem"])
    columns = ("folder", "name", "length", "shots", "picked", "stale", "current")
    return Outcome(data=rows, columns=columns, text=problems)


class ProjectNameArgs(Args):
    name: str = arg(description="a film: its name, folder or id")


class ProjectCopyArgs(Args):
    name: str = arg(description="the copy's name")


def _show_film(studio: Studio, args: NoArgs) -> Outcome:
    file = studio.require_project()
    row = make_film_row(studio, file)
    return Outcome(data=row, text="\n".join(f"{key:<10}{value}" for key, value in row.items() if value != ""))


def _use_film(studio: Studio, args: ProjectNameArgs) -> Outcome:
    paths = studio.find_project(args.name)
    studio.use_project(paths)
    row = make_film_row(studio, studio.require_project())
    return Outcome(data=row, message=f"now on {row['name']}")


class ProjectRenameArgs(Args):
    name: str = arg(description="the new name")
    film: str = arg("", description="a film: its name, folder or id (default: the current one)")


def _rename_film(studio: Studio, args: ProjectRenameArgs) -> Outcome:
    if not args.film:
        return _rename_film_file(studio, studio.require_project(), args.name)
    paths = studio.find_project(args.film)
    if is_current_film(studio, paths):
        return _rename_film_file(studio, studio.require_project(), args.name)
    with ProjectFile.open(paths) as file:
        return _rename_film_file(studio, file, args.name)


def _rename_film_file(studio: Studio, file: ProjectFile, given: str) -> Outcome:
    name = check_name(given, "a film")
    project = file.load_story().project
    changed = replace(project, name=name)
    file.write_edit(
        f"rename to {name}", scope="project", actor=studio.actor, before=[project], after=[changed]
    )
    return Outcome(data=make_film_row(studio, file), message=f"the film is now “{changed.name}”")


def _move_film_to_bin(studio: Studio, args: ProjectNameArgs) -> Outcome:
    paths = studio.find_project(args.name)
    row = read_film_row(studio, paths)
    client = studio.client_or_none()
    jobs = client.list_jobs({"project": str(paths.root), "states": list(OPEN_STATES)}) if client else []
    film_bin.move_film_to_bin(studio, paths)
    goes_on = (
        f"; its {format_count(len(jobs), 'job')} {'goes' if len(jobs) == 1 else 'go'} on" if jobs else ""
    )
    data = {"folder": paths.root.name, "name": row["name"]}
    return Outcome(data=data, message=f"“{row['name']}” is in the bin{goes_on}")


def _restore_film_from_bin(studio: Studio, args: ProjectNameArgs) -> Outcome:
    paths = studio.find_project(args.name, in_bin=True)
    film_bin.restore_film_from_bin(studio, paths)
    row = read_film_row(studio, paths)
    return Outcome(data=row, message=f"“{row['name']}” is back from the bin")


def _duplicate_film(studio: Studio, args: ProjectCopyArgs) -> Outcome:
    source = studio.require_project()
    name = check_name(args.name, "a film")
    target = archive.get_free_folder(studio, name)
    archive.copy_project(source, target)
    with ProjectFile.open(target) as copy:
        project = copy.load_story().project
        renamed = replace(project, name=name)
        copy.write_edit(
            "name the copy", scope="project", actor=studio.actor, before=[project], after=[renamed]
        )
        return Outcome(data=make_film_row(studio, copy), message=f"copied to {target.root}")


class ProjectRecoverArgs(ProjectNameArgs):
    backup: str = arg("", description="restore from this backup instead: its name, latest, or a time")


def _recover_film(studio: Studio, args: ProjectRecoverArgs) -> Outcome:
    # Imported lazily, because most commands do not need this module.
    from milimo_tui.studio.keeping import recovery

    return recovery.recover_film(studio, studio.find_project(args.name), args.backup)


class ProjectDeleteArgs(Args):
    name: str = arg(description="a film: its name, folder or id")
    yes: bool = arg(False, description="confirm that the film and all its files are deleted")


def _find_film_or_binned(studio: Studio, name: str) -> ProjectPaths:
    """Find a project by name among the active films, or otherwise among the films in the bin. Raises
    NotFound, Ambiguous.
    """
    try:
        return studio.find_project(name)
    except NotFound:
        with suppress(NotFound):
            return studio.find_project(name, in_bin=True)
        raise


def _delete_film_for_good(studio: Studio, args: ProjectDeleteArgs) -> Outcome:
    paths = _find_film_or_binned(studio, args.name)
    row = read_film_row(studio, paths)
    if not args.yes:
        holds = (
            row["problem"]
            or f"it has {format_count(row['shots'], 'shot')} and {format_count(row['picked'], 'picked take')}"
        )
        raise BadInput(
            f"deleting “{row['name']}” can't be undone: {holds}",
            f"milimo project delete {paths.root.name} --yes",
        )
    deletion.delete_project(studio, paths)
    return Outcome(data={"id": row["id"]}, message=f"deleted {paths.root.name}")


class ProjectExportArgs(Args):
    file: str = arg(description="the .zip file to write")


def _export_film(studio: Studio, args: ProjectExportArgs) -> Outcome:
    target = archive.export_project(studio.require_project(), args.file)
    return Outcome(data={"path": str(target)}, text=str(target))


class ProjectArchiveArgs(Args):
    file: str = arg(description="the file to write")
    no_media: bool = arg(False, description="leave out media and renders; they are listed by hash")


def _archive_film(studio: Studio, args: ProjectArchiveArgs) -> Outcome:
    # Imported lazily, because most commands do not need this module.
    from milimo_tui.studio.keeping import film_archive

    file = studio.require_project()
    with studio.counted("archiving", len(archive.list_project_files(file.paths))) as count:
        made = film_archive.archive_film(file, args.file, count, media=not args.no_media)
    left = f", {format_count(made.left_out, 'file')} only listed" if made.left_out else ""
    data = {"path": str(made.path), "files": made.files, "left_out": made.left_out, "bytes": made.bytes}
    message = f"{made.path}: {format_count(made.files, 'file')}, {format_bytes(made.bytes)}{left}"
    return Outcome(data=data, message=message)


def _read_film_loras(studio: Studio, _: str) -> tuple[str, LoraStack]:
    return "the film", studio.require_project().load_story().project.loras


def _write_film_loras(studio: Studio, _: str, stack: LoraStack, label: str) -> None:
    file = studio.require_project()
    project = file.load_story().project
    changed = replace(project, loras=stack)
    file.write_edit(label, scope="project", actor=studio.actor, before=[project], after=[changed])


COMMANDS = (
    *lora_actions.make_lora_commands(
        lora_actions.LoraStackOwner("project", "the film", _read_film_loras, _write_film_loras, named=False)
    ),
    Command(
        "project.new",
        "Start a film",
        "make a new film and open it",
        _create_film,
        ProjectNewArgs,
        cli="project new",
        positional=("name",),
    ),
    Command(
        "project.list",
        "List films",
        "list all films, and mark the current one",
        _list_films,
        ProjectListArgs,
        cli="project list",
    ),
    Command(
        "project.show",
        "Show film",
        "show the settings of the current film",
        _show_film,
        NoArgs,
        refuse_without_film,
        cli="project show",
    ),
    Command(
        "project.use",
        "Open film",
        "make a film the current one",
        _use_film,
        ProjectNameArgs,
        cli="project use",
        positional=("name",),
    ),
    Command(
        "project.rename",
        "Rename film",
        "give the film another name",
        _rename_film,
        ProjectRenameArgs,
        cli="project rename",
        positional=("name",),
    ),
    *SETTINGS,
    *TEMPLATES,
    Command(
        "project.duplicate",
        "Duplicate film",
        "copy the film under another name",
        _duplicate_film,
        ProjectCopyArgs,
        refuse_without_film,
        cli="project duplicate",
        positional=("name",),
    ),
    Command(
        "project.recover",
        "Recover film",
        "recover what can be read of a damaged film",
        _recover_film,
        ProjectRecoverArgs,
        cli="project recover",
        positional=("name",),
    ),
    Command(
        "project.bin",
        "Move film to the bin",
        "move a film to the bin",
        _move_film_to_bin,
        ProjectNameArgs,
        cli="project bin",
        positional=("name",),
    ),
    Command(
        "project.restore",
        "Restore film",
        "restore a film from the bin",
        _restore_film_from_bin,
        ProjectNameArgs,
        cli="project restore",
        positional=("name",),
    ),
    Command(
        "project.delete",
        "Delete film",
        "delete a film and all its files for good",
        _delete_film_for_good,
        ProjectDeleteArgs,
        cli="project delete",
        positional=("name",),
    ),
    Command(
        "project.export",
        "Export film",
        "export the film as a .zip file",
        _export_film,
        ProjectExportArgs,
        refuse_without_film,
        cli="project export",
        positional=("file",),
    ),
    Command(
        "project.archive",
        "Archive film",
        "archive the film in one file, with its media or without",
        _archive_film,
        ProjectArchiveArgs,
        refuse_without_film,
        cli="project archive",
        positional=("file",),
    ),
    *IMPORTS,
    *TRAVEL,
)
