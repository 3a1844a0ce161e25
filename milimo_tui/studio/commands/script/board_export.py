"""`storyboard export`: boards on printed pages, or the shot list as a table."""

from __future__ import annotations

from typing import Literal

from milimo_tui.core.errors import BadInput
from milimo_tui.core.format import plural
from milimo_tui.engines.contract.printed_boards import LAYOUTS
from milimo_tui.studio.commands.queue.printing import PAGES, check_place, output_file, queue_pages
from milimo_tui.studio.commands.shot.shot_rows import WHERE, find_scene_id, meant
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, needs_project
from milimo_tui.studio.script import board_pages, shot_table
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec

TABLES = (".csv", ".xlsx")


class ExportArgs(Args):
    file: str = arg(description="boards.pdf, boards.png (a picture for each page), shots.csv or shots.xlsx")
    layout: Literal["1", "3", "6", "9"] = arg("6", description="panels on a page")
    scene: str = arg("", description="only this scene (its number or id)")
    where: str = arg("", description=WHERE)
    no_floor: bool = arg(False, description="without the floor plan at the head of each scene")
    overwrite: bool = arg(False, description="over a file that is there")
    detach: bool = arg(False, description="queue it and return")


def _export(studio: Studio, args: ExportArgs) -> Outcome:
    """Export boards or the shot list to a file.

    Raises BadInput for an unsuitable path or suffix, and if there is nothing to print.
    """
    path = output_file(args.file, (*PAGES, *TABLES), "boards")
    story = studio.snapshot().story
    states = list(shot_spec.states(story, with_omitted=True))
    if args.scene:
        scene = find_scene_id(studio, args.scene)
        states = [state for state in states if state.shot.scene == scene]
    if all(state.shot.parked for state in states):
        raise BadInput("there are no shots to print", "milimo storyboard commit makes them")
    states = list(meant(story, states, args.where))
    if not states:
        raise BadInput(f"no shot is meant by {args.where}", "milimo shot list --where says which are")
    check_place(path, overwrite=args.overwrite)
    if path.suffix.casefold() in TABLES:
        count = sum(not state.shot.parked for state in states)
        rows = shot_table.rows_of(story, states)
        rows = rows if args.scene or args.where else shot_table.with_omitted_scenes(story, rows)
        if path.suffix.casefold() == ".csv":
            shot_table.write_csv(path, rows)
        else:
            shot_table.write_xlsx(path, rows, story.project.name)
        return Outcome(
            data={"file": str(path), "shots": count},
            message=f"{plural(count, 'shot')} in {path.name}",
        )
    boards = board_pages.boards_of(
        studio,
        states,
        LAYOUTS[args.layout],
        floors=not args.no_floor,
        with_scenes=not (args.scene or args.where),
    )
    return queue_pages(studio, boards, path, what="Boards", detach=args.detach)


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
