"""`storyboard export`: print boards on pages, or write the shot list as a table."""

from __future__ import annotations

from typing import Literal

from milimo_tui.core.errors import BadInput
from milimo_tui.core.format import format_count
from milimo_tui.engines.contract.printed_boards import LAYOUTS
from milimo_tui.studio.commands.queue.printing import (
    PAGE_SUFFIXES,
    check_output_path,
    queue_print_job,
    resolve_output_file,
)
from milimo_tui.studio.commands.shot.shot_rows import WHERE_HELP, filter_shots, find_scene_id
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.script import board_pages, shot_table
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec

TABLE_SUFFIXES = (".csv", ".xlsx")


class BoardExportArgs(Args):
    file: str = arg(description="boards.pdf, boards.png (a picture for each page), shots.csv or shots.xlsx")
    layout: Literal["1", "3", "6", "9"] = arg("6", description="panels on a page")
    scene: str = arg("", description="only this scene (its number or id)")
    where: str = arg("", description=WHERE_HELP)
    no_floor: bool = arg(False, description="leave out the floor plan of each scene")
    overwrite: bool = arg(False, description="replace an existing file")
    detach: bool = arg(False, description="queue the job and return")


def _export_boards(studio: Studio, args: BoardExportArgs) -> Outcome:
    """Export boards or the shot list to a file.

    Raises BadInput for an unsuitable path or suffix, and if there is nothing to print.
    """
    path = resolve_output_file(args.file, (*PAGE_SUFFIXES, *TABLE_SUFFIXES), "boards")
    story = studio.take_snapshot().story
    states = list(shot_spec.list_shot_states(story, with_omitted=True))
    if args.scene:
        scene = find_scene_id(studio, args.scene)
        states = [state for state in states if state.shot.scene == scene]
    if all(state.shot.parked for state in states):
        raise BadInput("there are no shots to print", "milimo storyboard commit makes them")
    states = list(filter_shots(story, states, args.where))
    if not states:
        raise BadInput(f"no shot matches {args.where}", "milimo shot list --where shows what matches")
    check_output_path(path, overwrite=args.overwrite)
    if path.suffix.casefold() in TABLE_SUFFIXES:
        count = sum(not state.shot.parked for state in states)
        rows = shot_table.make_shot_table_rows(story, states)
        rows = rows if args.scene or args.where else shot_table.insert_omitted_scene_rows(story, rows)
        if path.suffix.casefold() == ".csv":
            shot_table.write_shot_csv(path, rows)
        else:
            shot_table.write_shot_xlsx(path, rows, story.project.name)
        return Outcome(
            data={"file": str(path), "shots": count},
            message=f"{format_count(count, 'shot')} in {path.name}",
        )
    boards = board_pages.make_board_panels(
        studio,
        states,
        LAYOUTS[args.layout],
        floors=not args.no_floor,
        with_scenes=not (args.scene or args.where),
    )
    return queue_print_job(studio, boards, path, what="Boards", detach=args.detach)


EXPORT = Command(
    "storyboard.export",
    "Export boards",
    "export boards as PDF or PNG, or the shot list as CSV or XLSX",
    _export_boards,
    BoardExportArgs,
    refuse_without_film,
    cli="storyboard export",
    positional=("file",),
)
