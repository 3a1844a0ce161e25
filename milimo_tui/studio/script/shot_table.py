"""Write the shot list of a film as a table, in the formats CSV (RFC 4180) and XLSX. The table has the columns
of a shooting list.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from milimo_tui.core.host import replace_file_atomically, write_file_atomically
from milimo_tui.core.time import format_timecode
from milimo_tui.story.breakdown.shot_facts import get_shot_value
from milimo_tui.story.elements import place_tree
from milimo_tui.story.shots.numbering import OMITTED
from milimo_tui.story.values.film import Scene, Shot, Story
from milimo_tui.studio.takes import shot_spec

SHOT_TABLE_COLUMNS = {  # Heading → width in characters.
    "Scene": 7,
    "Shot": 7,
    "Int/Ext": 8,
    "Location": 24,
    "Part": 16,
    "Time": 10,
    "Weather": 10,
    "Size": 6,
    "Framing": 12,
    "Angle": 10,
    "Movement": 12,
    "Rig": 10,
    "Cast": 24,
    "Focus": 16,
    "Action": 50,
    "Dialogue": 50,
    "Begins": 12,
    "Seconds": 9,
    "Frames": 8,
    "Status": 10,
    "Tags": 16,
    "Notes": 30,
}
# Spreadsheets treat a cell with one of these first characters as a formula.
_FORMULA_PREFIXES = ("=", "+", "-", "@", "\t", "\r")
Cell = str | int | float


def make_shot_table_rows(story: Story, states: Sequence[shot_spec.ShotState]) -> list[list[Cell]]:
    """Return a row for each shot, in the order of the columns. The row of an OMITTED shot has only its
    number.
    """
    scenes = {scene.id: scene for scene in story.scenes}
    begins, at = {}, 0
    for shot in story.live_shots():
        begins[shot.id] = at
        at += shot.frames
    out: list[list[Cell]] = []
    for state in states:
        shot, scene = state.shot, scenes[state.shot.scene]
        if shot.parked:
            out.append(_make_omitted_row(scene.number, state.number))
            continue
        out.append(
            [
                scene.number,
                state.number,
                scene.setting.value,
                *_split_place(shot, scene),
                get_shot_value(scene, shot, "time_of_day"),
                get_shot_value(scene, shot, "weather"),
                shot.size.value,
                shot.function.value,
                shot.angle.value,
                shot.movement.value,
                shot.rig.value,
                ", ".join(shot.characters),
                shot.focus,
                shot.action or shot.caption,
                _format_table_dialogue(shot),
                format_timecode(begins[shot.id], story.project.rate),
                round(float(shot.frames / story.project.rate), 2),
                shot.frames,
                _describe_shot_status(state),
                ", ".join(shot.tags),
                shot.note,
            ]
        )
    return out


def insert_omitted_scene_rows(story: Story, rows: Sequence[Sequence[Cell]]) -> list[list[Cell]]:
    """Return the rows with a row for each OMITTED scene, at its place in the film."""
    waiting = [list(row) for row in rows]
    out: list[list[Cell]] = []
    for scene in story.shown_scenes():
        out += [_make_omitted_row(scene.number, "")] if scene.omitted else []
        while waiting and waiting[0][0] == scene.number:
            out.append(waiting.pop(0))
    return [*out, *waiting]


def _split_place(shot: Shot, scene: Scene) -> tuple[str, str]:
    """Return the place and the sub-location of a shot: `HOSPITAL` and `WARD` for HOSPITAL - WARD."""
    location, part = place_tree.get_shot_location(scene, shot)
    whole, _, inside = location.partition(place_tree.BETWEEN)
    return whole, place_tree.BETWEEN.join(filter(None, (inside, part)))


def _make_omitted_row(scene: str, shot: str) -> list[Cell]:
    cells: dict[str, Cell] = {"Scene": scene, "Shot": shot, "Action": OMITTED, "Status": OMITTED.lower()}
    return [cells.get(column, "") for column in SHOT_TABLE_COLUMNS]


def write_shot_csv(path: Path, rows: Sequence[Sequence[Cell]]) -> None:
    """Write a table as CSV in UTF-8, with a byte order mark so that spreadsheets recognize the encoding."""
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(SHOT_TABLE_COLUMNS)
    table.writerows([[_escape_formula(cell) for cell in row] for row in rows])
    write_file_atomically(path, text.getvalue().encode("utf-8-sig"))


def write_shot_xlsx(path: Path, rows: Sequence[Sequence[Cell]], title: str) -> None:
    """Write a table as XLSX, with frozen headings and a filter for the rows."""
    import xlsxwriter

    with (
        replace_file_atomically(path) as part,
        xlsxwriter.Workbook(str(part), {"strings_to_formulas": False}) as book,
    ):
        book.set_properties({"title": title})
        sheet = book.add_worksheet("Shots")
        wraps = book.add_format({"text_wrap": True, "valign": "top"})
        sheet.write_row(0, 0, list(SHOT_TABLE_COLUMNS), book.add_format({"bold": True}))
        for column, width in enumerate(SHOT_TABLE_COLUMNS.values()):
            sheet.set_column(column, column, width, wraps)
        for number, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(number, column, cell)
                else:
                    sheet.write_number(number, column, cell)
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, max(1, len(rows)), len(SHOT_TABLE_COLUMNS) - 1)


def _escape_formula(cell: Cell) -> Cell:
    """Return the cell, changed if necessary so that a spreadsheet does not treat it as a formula (OWASP, CSV
    injection).
    """
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_PREFIXES) else cell


def _format_table_dialogue(shot: Shot) -> str:
    return "\n".join(
        f"{line.character}{f' ({line.heard.value})' if line.heard.value else ''}: {line.text}"
        for line in shot.dialogue
    )


def _describe_shot_status(state: shot_spec.ShotState) -> str:
    made = "made" if state.picked else "board" if state.shot.board else "to make"
    status = "stale" if state.stale else made
    return f"{status} ({state.shares})" if state.shares else status
