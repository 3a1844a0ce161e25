"""Films from elsewhere: a packed film, a film of Milimo Video, a project of storycore."""

from __future__ import annotations

from pathlib import Path

from milimo_tui.core.errors import BadInput
from milimo_tui.studio.project import archive
from milimo_tui.studio.project.film_rows import row_of
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.studio import Studio


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
    paths = archive.free_folder(studio, args.name or old.project.name)
    milimo_video.create(paths, old, studio.actor).close()
    studio.use(paths)
    lost = [f"not found: {path}" for path in old.missing]
    bare = len(old.shots) - len({take.shot for take in old.takes})
    message = f"imported to {paths.root}: {len(old.takes)} takes"
    message += f"; {bare} of {len(old.shots)} shots have none there" if bare else ""
    data = {**row_of(studio, studio.project()), "missing": list(old.missing)}
    return Outcome(data=data, text="\n".join(lost), message=message)


IMPORTS = (
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
