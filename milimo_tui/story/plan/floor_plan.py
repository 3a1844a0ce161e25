"""A plan of a scene seen from above: who stands where, and a camera for each shot, on one side of the line.

Positions lie in a unit square, x to the right, y up; the line between the two that talk runs from left to
right, cameras stand below it. Pure layout; screens and pages draw it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from milimo_tui.story.values.film import Function, Shot, Size

WIDE, HIGH = 34, 9  # cells of the drawing in text
_FAR = {
    Size.EWS: 0.02, Size.WS: 0.05, Size.LS: 0.1, Size.FS: 0.16, Size.MLS: 0.22, Size.MS: 0.3, Size.MCU: 0.36,
    Size.CU: 0.42, Size.ECU: 0.46,
}  # fmt: skip
_ASIDE = 0.05  # that a camera looks to a side
_LEAST_LINE = 6  # cells: two arrows, what is between them, and room around them
_X = {"left": 0.25, "centre": 0.5, "right": 0.75}


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody on the floor."""

    name: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Camera:
    """The camera of a shot: where it stands, and the point that it looks at."""

    number: str
    x: float
    y: float
    to_x: float
    to_y: float


@dataclass(frozen=True, slots=True)
class FloorPlan:
    """A scene from above."""

    people: tuple[Standing, ...]
    cameras: tuple[Camera, ...]


def floor_plan(shots: Sequence[Shot], numbers: dict[str, str]) -> FloorPlan:
    """Lay a scene out by the sides that its shots give its people."""
    sides: dict[str, str] = {}
    for shot in shots:
        for name, side in shot.stands:
            sides.setdefault(name, side)
    for shot in shots:
        for name in shot.characters:
            sides.setdefault(name, "centre")
    taken: dict[str, int] = {}
    people: dict[str, Standing] = {}
    for name, side in sides.items():
        row = taken.get(side, 0)
        taken[side] = row + 1
        people[name] = Standing(name, _X.get(side, 0.5), min(0.95, 0.6 + 0.14 * row))
    return FloorPlan(tuple(people.values()), tuple(_camera(shot, numbers, people) for shot in shots))


def crossing(shots: Sequence[Shot]) -> frozenset[str]:
    """Return the shots in which two people stand the other way round than they did first: over the line of
    180 degrees.
    """
    sides: dict[str, str] = {}
    out = set()
    for shot in shots:
        here = {name: side for name, side in shot.stands if side in ("left", "right")}
        turned = [name for name, side in here.items() if sides.get(name, side) != side]
        if len(turned) > 1:
            out.add(shot.id)
        for name, side in here.items():
            sides.setdefault(name, side)
    return frozenset(out)


def _camera(shot: Shot, numbers: dict[str, str], people: dict[str, Standing]) -> Camera:
    """A camera before the one it looks at, nearer for closer sizes; over a shoulder it stands behind it."""
    seen = [people[name] for name in shot.characters if name in people]
    number = numbers.get(shot.id, "")
    if not seen:
        return Camera(number, 0.5, 0.05, 0.5, 0.6)
    to_x = sum(one.x for one in seen) / len(seen)
    to_y = sum(one.y for one in seen) / len(seen)
    away = 0.5 - _FAR[shot.size]
    if shot.function is Function.OTS and len(seen) > 1:
        return Camera(
            number, min(0.95, max(0.05, seen[1].x + (seen[1].x - 0.5) * 0.4)), 0.42, seen[0].x, to_y
        )
    aside = (0.5 - to_x) * 0.5 if len(seen) == 1 else 0.0
    return Camera(number, to_x + aside, max(0.02, to_y - 0.1 - away), to_x, to_y)


def drawn(plan: FloorPlan, wide: int = WIDE, high: int = HIGH) -> tuple[str, ...]:
    """The plan as rows of text: names in capitals, cameras as `▲2A`; names that would overlap step aside.

    The line lies between the two that stand across from each other (`MARA →──← JUN`); a camera's wedge leans
    to the side where it looks.
    """
    rows = [[" "] * wide for _ in range(high)]

    def put(text: str, x: float, y: float) -> None:
        row = min(high - 1, max(0, round((1 - y) * (high - 1))))
        start = min(wide - len(text), max(0, round(x * (wide - 1) - len(text) / 2)))
        for place in (row, *range(row + 1, high), *range(row - 1, -1, -1)):
            if all(cell == " " for cell in rows[place][max(0, start - 1) : start + len(text) + 1]):
                rows[place][start : start + len(text)] = text
                return

    for one in plan.people:
        put(one.name.upper()[: wide // 2], one.x, one.y)
    for row in rows:
        _draw_line(row)
    for camera in plan.cameras:
        put(f"{_wedge(camera)}{camera.number}", camera.x, camera.y)
    inner = ["".join(row) for row in rows]
    return (f"┌{'─' * wide}┐", *(f"│{row}│" for row in inner), f"└{'─' * wide}┘")


def _draw_line(row: list[str]) -> None:
    """Draw the line of 180 degrees between two names that stand in a row, with which way each looks."""
    words = [(found.start(), found.end()) for found in re.finditer(r"\S+(?: \S+)*", "".join(row))]
    if len(words) == 2 and (gap := words[1][0] - words[0][1]) >= _LEAST_LINE:
        row[words[0][1] : words[1][0]] = f" →{'─' * (gap - 4)}← "


def _wedge(camera: Camera) -> str:
    """The sign of a camera: up, or to the side where it looks."""
    aside = camera.to_x - camera.x
    if abs(aside) < _ASIDE:
        return "▲"
    return "◥" if aside > 0 else "◤"
