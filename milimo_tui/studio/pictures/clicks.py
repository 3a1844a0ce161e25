"""Parsers for clicks and boxes that select objects in a picture. All functions are pure.

The user types a click as `120,80` (with `,-` to exclude), a box as four numbers, `@2` for object 2, and `48:`
for frame 48.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.specs.mask_specs import Box, Point, TrackPrompt

POINT_SYNTAX = "x,y in pixels: 120,80; 120,80,- excludes this place; 120,80@2 is on object 2"
BOX_SYNTAX = "x0,y0,x1,y1 in pixels: 20,30,200,180; with @2 after it around object 2"
TRACK_SYNTAX = "FRAME:x,y or FRAME:x0,y0,x1,y1: 48:120,80 48:130,90,- 60:20,30,200,180@2"
MOST_OBJECTS = 256


def parse_click_points(texts: Iterable[str]) -> tuple[Point, ...]:
    """Parse clicks such as `120,80`. Raises BadInput with the text that is not a click."""
    return tuple(_parse_click_point(text, text) for text in texts)


def parse_click_boxes(texts: Iterable[str]) -> tuple[Box, ...]:
    """Parse boxes, each of four numbers (left, top, right, bottom). Raises BadInput with the text that is not
    a box.
    """
    return tuple(_parse_click_box(text, text) for text in texts)


def parse_track_prompts(texts: Iterable[str], at_start: TrackPrompt | None = None) -> tuple[TrackPrompt, ...]:
    """Parse clicks and boxes on frames of a clip, each written as `FRAME:click`, and return them sorted by
    frame.

    `at_start` are clicks that were given separately for the first frame. Raises BadInput.
    """
    by_frame: dict[int, tuple[tuple[Point, ...], tuple[Box, ...]]] = {}
    if at_start and (at_start.points or at_start.boxes):
        by_frame[at_start.frame] = at_start.points, at_start.boxes
    for text in texts:
        frame, colon, rest = text.partition(":")
        if not colon or not frame.isascii() or not frame.isdigit():
            raise BadInput(f"“{text}” is not a frame with a point", f"write {TRACK_SYNTAX}")
        known = by_frame.get(int(frame), ((), ()))
        numbers = len(_split_click_text(rest)[0])
        if numbers == 4:
            by_frame[int(frame)] = known[0], (*known[1], _parse_click_box(rest, text))
        else:
            by_frame[int(frame)] = (*known[0], _parse_click_point(rest, text)), known[1]
    return tuple(
        TrackPrompt(frame=frame, points=prompts[0], boxes=prompts[1])
        for frame, prompts in sorted(by_frame.items())
    )


def _parse_click_point(text: str, option: str) -> Point:
    numbers, positive, object = _parse_click_numbers(text, option, POINT_SYNTAX)
    if len(numbers) != 2:
        raise BadInput(f"“{option}” is not a point", f"write {POINT_SYNTAX}")
    return Point(x=numbers[0], y=numbers[1], positive=positive, object=object)


def _parse_click_box(text: str, option: str) -> Box:
    numbers, positive, object = _parse_click_numbers(text, option, BOX_SYNTAX)
    if len(numbers) != 4:
        raise BadInput(f"“{option}” is not a box", f"write {BOX_SYNTAX}")
    x0, y0, x1, y1 = numbers
    return Box(x0=x0, y0=y0, x1=x1, y1=y1, positive=positive, object=object)


def _split_click_text(text: str) -> tuple[list[str], str, str]:
    """Split a click into its numbers, its sign (`-` excludes) and its object number, all as text."""
    numbers, _, object = text.partition("@")
    parts = [part.strip() for part in numbers.split(",")]
    sign = parts.pop() if parts[-1] in ("+", "-") else ""
    return parts, sign, object


def _parse_click_numbers(text: str, option: str, how: str) -> tuple[list[float], bool, int]:
    parts, sign, object = _split_click_text(text)
    try:
        numbers = [float(part) for part in parts]
        object_number = int(object) if "@" in text else 1
    except ValueError:
        raise BadInput(f"“{option}” can't be read", f"write {how}") from None
    if not all(math.isfinite(number) for number in numbers):
        raise BadInput(f"“{option}” can't be read", f"write {how}")
    if not 1 <= object_number <= MOST_OBJECTS:
        raise BadInput(f"“{option}”: objects are numbered from 1 to {MOST_OBJECTS}", f"write {how}")
    return numbers, sign != "-", object_number
