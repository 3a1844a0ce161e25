"""Projects: one folder, one film."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.core.format import plural
from milimo_tui.core.ids import slug
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.core.time import parse_rate
from milimo_tui.engines.contract.fitting import ASPECTS, RASTERS
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.story.values.film import Coverage
from milimo_tui.studio.commands.element import lora_actions
from milimo_tui.studio.commands.shot.fields import with_part
from milimo_tui.studio.project import archive, deletion, film_bin, starting
from milimo_tui.studio.project.film_rows import is_current, listed, row_of
from milimo_tui.studio.queue.job_lookup import OPEN_STATES
from milimo_tui.studio.registry.args import ANY, Args, NoArgs, arg
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
    rate: str = arg("25", description="frames per second, such as 24, 25, 23.976")
    size: str = arg(
        "768x512", description="WIDTHxHEIGHT, landscape, portrait, wide, cinema, or a shape: 16:9"
    )
    style: str = arg("", description="words that head every prompt")
    engine: str = arg("", description="engine of its takes")


def parse_size(text: str) -> tuple[int, int]:
    """Even sides in pixels. Raises BadInput."""
    if found := RASTERS.get(text) or ASPECTS.get(text):
        return found
    width, cross, height = text.lower().partition("x")
    if not cross or not (width + height).isdecimal() or not width or not height:
        raise BadInput(f"“{text}” is not a size", f"write 768x512, or {', '.join((*RASTERS, *ASPECTS))}")
    sides = int(width), int(height)
    if any(side % 2 or not 64 <= side <= 8192 for side in sides):
        raise BadInput(f"a size of {text} can't be filmed", "sides are even and between 64 and 8192 pixels")
    return sides


def _new(studio: Studio, args: NewArgs) -> Outcome:
    width, height = parse_size(args.size)
    fields: dict[str, Any] = {
        "rate": parse_rate(args.rate),
        "width": width,
        "height": height,
        "style": args.style,
    }
    if args.engine:
        shot_spec.check_engine(args.engine, "make_video")
        fields["engine"] = args.engine
    if args.script or args.text:
        return _start(studio, args, fields)
    if not args.name:
        raise BadInput("a film has a name", "milimo project new NAME, or --script FILE for its title")
    from milimo_tui.studio.script import screenplays  # with all that reads one

    file = screenplays.create_project(studio, args.name, **fields)
    return Outcome(data=row_of(studio, file), message=f"made “{args.name}” in {file.paths.root}")


def _start(studio: Studio, args: NewArgs, fields: dict[str, Any]) -> Outcome:
    """A film from a screenplay. Raises BadInput where both its file and its text are given."""
    from milimo_tui.studio.script.script_source import Source, read_screenplay  # not for every verb

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


class SetArgs(Args):
    ONE_OF = ANY

    style: str | None = arg(None, description="words that head every prompt")
    negative: str | None = arg(None, description="what every prompt keeps out")
    engine: str | None = arg(None, description="engine of its takes")
    coverage: Coverage | None = arg(None, description="how its scenes are covered")
    prompt_part: str | None = arg(
        None,
        description="light=… words a part of its prompts, light= leaves it out, light takes it back",
    )
    size: str | None = arg(
        None, description="raster of its takes to come, 768x512 or wide (cuts keep theirs)"
    )


def _set(studio: Studio, args: SetArgs) -> Outcome:
    given = args.given("size", "prompt_part")
    if "engine" in given:
        shot_spec.check_engine(given["engine"], "make_video")
    if args.size is not None:
        given["width"], given["height"] = parse_size(args.size)
    file = studio.project()
    project = file.story().project
    if args.prompt_part is not None:
        given["prompt_parts"] = with_part(project.prompt_parts, args.prompt_part)
    changed = replace(project, **given)
    if changed != project:
        label = f"set the film's {', '.join(args.given())}"
        file.edit(label, scope="project", actor=studio.actor, before=[project], after=[changed])
    return Outcome(data=row_of(studio, file))


def _duplicate(studio: Studio, args: CopyArgs) -> Outcome:
    source = studio.project()
    name = check_name(args.name, "a film")
    target = _free_folder(studio, name)
    archive.copy(source, target)
    with ProjectFile.open(target) as copy:
        project = copy.story().project
        renamed = replace(project, name=name)
        copy.edit("name the copy", scope="project", actor=studio.actor, before=[project], after=[renamed])
        return Outcome(data=row_of(studio, copy), message=f"copied to {target.root}")


def _free_folder(studio: Studio, name: str) -> ProjectPaths:
    target = studio.home.project(slug(name))
    if target.root.exists():
        raise BadInput(f"there is a film in {target.root.name} already", "give the copy another name")
    return target


def _recover(studio: Studio, args: NameArgs) -> Outcome:
    from milimo_tui.studio.project import (
        recovery,  # with all that looks at rows: not for every verb of a film
    )

    return recovery.film(studio, studio.find_project(args.name))


class DeleteArgs(Args):
    name: str = arg(description="a film: its name, folder or id")
    yes: bool = arg(False, description="really: the folder and everything in it")


def _even_in_bin(studio: Studio, name: str) -> ProjectPaths:
    """A project by its name, of those in use, else of those in the bin. Raises NotFound, Ambiguous."""
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


class ImportArgs(Args):
    file: str = arg(description="a .zip made by milimo project export, or a database of Milimo Video")
    name: str = arg("", description="the film's folder name here")
    film: str = arg("", description="of a database with several films: which, by its name or id there")


def _import(studio: Studio, args: ImportArgs) -> Outcome:
    source = Path(args.file).expanduser().absolute()
    if source.suffix.lower() == ".db":
        return _import_old(studio, source, args)
    paths = archive.bring_in(studio, args.file, args.name)
    studio.use(paths)
    return Outcome(data=row_of(studio, studio.project()), message=f"imported to {paths.root}")


def _import_old(studio: Studio, source: Path, args: ImportArgs) -> Outcome:
    """A film of Milimo Video; what its rows name and what is not there is told, and comes over without it."""
    from milimo_tui.store.project import milimo_video

    films = milimo_video.projects(source)
    wanted = [id for id, name in films.items() if args.film in (id, name, "")]
    if len(wanted) != 1:
        there = ", ".join(f"{name} ({id})" for id, name in films.items()) or "none"
        which = f"there is no film “{args.film}”" if args.film and not wanted else "which film is meant?"
        raise BadInput(f"{source.name}: {which}", f"--film, one of: {there}")
    old = milimo_video.read(source, wanted[0], source.parent)
    paths = _free_folder(studio, args.name or old.project.name)
    milimo_video.create(paths, old, studio.actor).close()
    studio.use(paths)
    lost = [f"not found: {path}" for path in old.missing]
    bare = len(old.shots) - len({take.shot for take in old.takes})
    message = f"imported to {paths.root}: {len(old.takes)} takes"
    message += f"; {bare} of {len(old.shots)} shots have none there" if bare else ""
    data = {**row_of(studio, studio.project()), "missing": list(old.missing)}
    return Outcome(data=data, text="\n".join(lost), message=message)


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
    Command(
        "project.set",
        "Set",
        "style, negative and engine of the film",
        _set,
        SetArgs,
        needs_project,
        cli="project set",
    ),
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
        NameArgs,
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
        "project.import",
        "Import",
        "a film from a .zip, or from Milimo Video",
        _import,
        ImportArgs,
        cli="project import",
        positional=("file",),
    ),
)
