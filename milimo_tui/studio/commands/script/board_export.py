"""`storyboard export`: boards on pages to hand round, or the shot list as a table."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from milimo_tui.core.errors import BadInput
from milimo_tui.core.format import plural
from milimo_tui.core.host import named_path
from milimo_tui.engines.contract.specs import PrintBoards
from milimo_tui.jobs.client.client import BatchRequest, JobRequest
from milimo_tui.studio.commands.queue.queued import ended
from milimo_tui.studio.commands.shot.shot_rows import WHERE, find_scene_id, meant
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, needs_project
from milimo_tui.studio.script import board_pages, shot_table
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec

PAGES, TABLES = (".pdf", ".png"), (".csv", ".xlsx")


class ExportArgs(Args):
    file: str = arg(description="boards.pdf, boards.png (a picture for each page), shots.csv or shots.xlsx")
    layout: Literal["1", "3", "6", "9"] = arg("6", description="panels on a page")
    scene: str = arg("", description="only this scene (its number or id)")
    where: str = arg("", description=WHERE)
    no_floor: bool = arg(False, description="without the floor plan at the head of each scene")
    overwrite: bool = arg(False, description="over a file that is there")
    detach: bool = arg(False, description="queue it and return")


def _export(studio: Studio, args: ExportArgs) -> Outcome:
    """Raises BadInput for a place or a suffix that won't do, and where there is nothing to print."""
    path = named_path(args.file).absolute()
    suffix = path.suffix.casefold()
    if suffix not in (*PAGES, *TABLES):
        raise BadInput(
            f"boards can't be written as {path.suffix or path.name}", "a .pdf, .png, .csv or .xlsx"
        )
    story = studio.snapshot().story
    states = list(shot_spec.states(story))
    if args.scene:
        scene = find_scene_id(studio, args.scene)
        states = [state for state in states if state.shot.scene == scene]
    if not states:
        raise BadInput("there are no shots to print", "milimo storyboard commit makes them")
    states = list(meant(story, states, args.where))
    if not states:
        raise BadInput(f"no shot is meant by {args.where}", "milimo shot list --where says which are")
    _check_place(path, overwrite=args.overwrite)
    if suffix in TABLES:
        rows = shot_table.rows_of(story, states)
        if suffix == ".csv":
            shot_table.write_csv(path, rows)
        else:
            shot_table.write_xlsx(path, rows, story.project.name)
        return Outcome(
            data={"file": str(path), "shots": len(rows)},
            message=f"{plural(len(rows), 'shot')} in {path.name}",
        )
    layout = {"1": 1, "3": 3, "6": 6, "9": 9}[args.layout]
    boards = board_pages.boards_of(studio, states, layout, floors=not args.no_floor)  # type: ignore[arg-type]
    paths = studio.project().paths
    spec = PrintBoards(boards=str(board_pages.keep(boards, paths.cache / "boards")), output=str(path))
    label = f"Boards in {path.name}"
    batch = BatchRequest(label=label, project=str(paths.root))
    job = JobRequest(spec=spec.model_dump(mode="json"), label=label, project=str(paths.root), batch=batch.id)
    ids = studio.client().submit([job], batches=[batch])
    message = f"queued {path.name}; g j shows it" if studio.actor != "cli" else f"queued {path.name}"
    return ended(studio, ids, batch.id, detach=args.detach, what="board file", message=message)


def _check_place(path: Path, *, overwrite: bool) -> None:
    if path.is_dir():
        raise BadInput(f"{path.name} is a folder", "name a file: boards.pdf")
    if not path.parent.is_dir():
        raise BadInput(f"there is no folder {path.parent}", "make it, or name another place")
    if path.exists() and not overwrite:
        raise BadInput(f"{path.name} is there already", "--overwrite writes over it")


EXPORT = Command(
    "storyboard.export",
    "Export boards",
    "boards as PDF or PNG, the shot list as CSV or XLSX",
    _export,
    ExportArgs,
    needs_project,
    cli="storyboard export",
    positional=("file",),
)
