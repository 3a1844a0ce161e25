"""The floor plan of a scene: positions of people, and a camera for each shot, with all cameras on one side of
the 180-degree line.

Positions are in a unit square, x to the right, y up. The line between the two speakers runs from left to
right, and the cameras are below it. The module only computes the layout; screens and pages draw it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from milimo_tui.story.values.film import Shot
from milimo_tui.story.values.shot_sizes import SHOT_SIZES
from milimo_tui.story.values.shot_words import Function

WIDE, HIGH = 34, 9  # Default size of the plan drawn as text, in cells.
# Positions are in a unit square. If the target of a camera is at least this far to the left or right of the
# camera, the camera is drawn as looking to that side, otherwise as looking up.
_MIN_SIDEWAYS = 0.05
# Minimum number of cells between two names for the 180-degree line to be drawn: two arrows, the line, and
# space around them. In a smaller gap no line is drawn.
_MIN_LINE_CELLS = 6
_X = {"left": 0.25, "centre": 0.5, "right": 0.75}


@dataclass(frozen=True, slots=True)
class PlacedPerson:
    """The position of a person on the floor plan."""

    name: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class PlacedCamera:
    """The camera of a shot: its position, and the point that it looks at."""

    number: str
    x: float
    y: float
    to_x: float
    to_y: float


@dataclass(frozen=True, slots=True)
class FloorPlan:
    """The floor plan of a scene: its people and cameras."""

    people: tuple[PlacedPerson, ...]
    cameras: tuple[PlacedCamera, ...]


def plan_floor(shots: Sequence[Shot], numbers: dict[str, str]) -> FloorPlan:
    """Return the floor plan of a scene. The positions of people follow from the screen sides in its shots.
    `numbers` maps the id of a shot to its number.
    """
    sides: dict[str, str] = {}
    for shot in shots:
        for name, side in shot.stands:
            sides.setdefault(name, side)
    for shot in shots:
        for name in shot.characters:
            sides.setdefault(name, "centre")
    taken: dict[str, int] = {}
    people: dict[str, PlacedPerson] = {}
    for name, side in sides.items():
        row = taken.get(side, 0)
        taken[side] = row + 1
        people[name] = PlacedPerson(name, _X.get(side, 0.5), min(0.95, 0.6 + 0.14 * row))
    return FloorPlan(tuple(people.values()), tuple(_place_camera(shot, numbers, people) for shot in shots))


def find_line_crossings(shots: Sequence[Shot]) -> frozenset[str]:
    """Return the ids of the shots that cross the 180-degree line. In such a shot, two people have swapped
    sides.
    """
    sides: dict[str, str] = {}
    out = set()
    for shot in shots:
        here = {name: side for name, side in shot.stands if side in ("left", "right")}
        swapped = [name for name, side in here.items() if sides.get(name, side) != side]
        if len(swapped) > 1:
            out.add(shot.id)
        for name, side in here.items():
            sides.setdefault(name, side)
    return frozenset(out)


def _place_camera(shot: Shot, numbers: dict[str, str], people: dict[str, PlacedPerson]) -> PlacedCamera:
    """Return the camera of a shot, placed in front of the shot's subject. The closer the size of the shot,
    the smaller is the distance. The camera of an over-the-shoulder shot is behind a person.
    """
    seen = [people[name] for name in shot.characters if name in people]
    number = numbers.get(shot.id, "")
    if not seen:
        return PlacedCamera(number, 0.5, 0.05, 0.5, 0.6)
    to_x = sum(one.x for one in seen) / len(seen)
    to_y = sum(one.y for one in seen) / len(seen)
    away = 0.5 - SHOT_SIZES[shot.size].depth
    if shot.function is Function.OTS and len(seen) > 1:
        return PlacedCamera(
            number, min(0.95, max(0.05, seen[1].x + (seen[1].x - 0.5) * 0.4)), 0.42, seen[0].x, to_y
        )
    sideways = (0.5 - to_x) * 0.5 if len(seen) == 1 else 0.0
    return PlacedCamera(number, to_x + sideways, max(0.02, to_y - 0.1 - away), to_x, to_y)


def draw_floor_plan(plan: FloorPlan, wide: int = WIDE, high: int = HIGH) -> tuple[str, ...]:
    """Return the plan as rows of text with names in capitals and cameras such as `▲2A`. `wide` and `high` are
    the size in cells. Names that would overlap are moved.

    The 180-degree line is drawn between two people opposite each other (`MARA →──← JUN`). The wedge of a
    camera shows the direction in which the camera looks.
    """
    rows = [[" "] * wide for _ in range(high)]

    def put_text(text: str, x: float, y: float) -> None:
        row = min(high - 1, max(0, round((1 - y) * (high - 1))))
        start = min(wide - len(text), max(0, round(x * (wide - 1) - len(text) / 2)))
        for place in (row, *range(row + 1, high), *range(row - 1, -1, -1)):
            if all(cell == " " for cell in rows[place][max(0, start - 1) : start + len(text) + 1]):
                rows[place][start : start + len(text)] = text
                return

    for one in plan.people:
        put_text(one.name.upper()[: wide // 2], one.x, one.y)
    for row in rows:
        _draw_line_between_names(row)
    for camera in plan.cameras:
        put_text(f"{_choose_camera_wedge(camera)}{camera.number}", camera.x, camera.y)
    inner = ["".join(row) for row in rows]
    return (f"┌{'─' * wide}┐", *(f"│{row}│" for row in inner), f"└{'─' * wide}┘")


def _draw_line_between_names(row: list[str]) -> None:
    """Draw the 180-degree line between two names in a row. Each end has an arrow in the direction in which
    that person looks.
    """
    words = [(found.start(), found.end()) for found in re.finditer(r"\S+(?: \S+)*", "".join(row))]
    if len(words) == 2 and (gap := words[1][0] - words[0][1]) >= _MIN_LINE_CELLS:
        row[words[0][1] : words[1][0]] = f" →{'─' * (gap - 4)}← "


def _choose_camera_wedge(camera: PlacedCamera) -> str:
    """Return the glyph of a camera, which points up or to the side to which the camera looks."""
    sideways = camera.to_x - camera.x
    if abs(sideways) < _MIN_SIDEWAYS:
        return "▲"
    return "◥" if sideways > 0 else "◤"
