"""Parser for mask actions that the user types, such as `brush 12 100,80 140,90` or `2: grow 4`. All functions
are pure.
"""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import ValidationError

from milimo_tui.core.errors import BadInput
from milimo_tui.core.time import parse_number
from milimo_tui.media.masks.acts import (
    Act,
    ClosedShape,
    CombineMode,
    Feather,
    Fill,
    Grow,
    Invert,
    Stroke,
    make_box_shape,
)
from milimo_tui.media.masks.drawing import (
    MOST_OBJECTS,
    MaskDrawing,
    add_mask_action,
    add_mask_object,
    combine_mask_objects,
)

ACTION_SYNTAX = (
    "brush R x,y x,y…, erase R x,y…, lasso x,y x,y x,y…, cut x,y…, box x0,y0,x1,y1, unbox …, grow N,"
    " shrink N, feather N, fill, invert, add N, subtract N, meet N; “2: ” before it for object 2"
)


def apply_mask_actions(drawing: MaskDrawing, texts: Iterable[str], frame: int) -> MaskDrawing:
    """Apply mask actions to a drawing at `frame`; an unknown object number creates the object.

    Raises BadInput with the text that is not an action.
    """
    for text in texts:
        object_number, colon, words = text.rpartition(":")
        number = _parse_object_number(object_number.strip(), text) if colon else 1
        name, *rest = words.split() or [""]
        drawing = _add_object_if_missing(drawing, number)
        if name in list(CombineMode):
            other = _parse_object_number(rest[0] if len(rest) == 1 else "", text)
            drawing = combine_mask_objects(drawing, number, other, frame, CombineMode(name))
        else:
            drawing = add_mask_action(drawing, number, frame, _parse_mask_action(name, rest, text))
    return drawing


def _add_object_if_missing(drawing: MaskDrawing, number: int) -> MaskDrawing:
    """Return the drawing, with an object of that number added if it has none."""
    if any(one.number == number for one in drawing.objects):
        return drawing
    drawing, one = add_mask_object(drawing)
    named = one.model_copy(update={"number": number})
    return drawing.model_copy(update={"objects": (*drawing.objects[:-1], named)})


def _parse_mask_action(name: str, rest: list[str], text: str) -> Act:
    try:
        match name:
            case "brush" | "erase":
                points = tuple(_parse_action_point(word, text) for word in rest[1:])
                return Stroke(
                    points=points, radius=_parse_action_number(rest[:1], text), erases=name == "erase"
                )
            case "lasso" | "cut":
                return ClosedShape(
                    points=tuple(_parse_action_point(word, text) for word in rest), erases=name == "cut"
                )
            case "box" | "unbox":
                corners = [_parse_action_number([part], text) for word in rest for part in word.split(",")]
                if len(corners) != 4:
                    raise _make_action_error(text)
                return make_box_shape(*corners, erases=name == "unbox")
            case "grow" | "shrink":
                return Grow(pixels=_parse_action_count(rest, text) * (1 if name == "grow" else -1))
            case "feather":
                return Feather(pixels=_parse_action_count(rest, text))
            case "fill" if not rest:
                return Fill()
            case "invert" if not rest:
                return Invert()
    except ValidationError:
        raise _make_action_error(text) from None
    raise _make_action_error(text)


def _make_action_error(text: str) -> BadInput:
    return BadInput(f"“{_shorten_action(text)}” is not an action on a mask", f"write {ACTION_SYNTAX}")


def _shorten_action(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"


def _parse_object_number(word: str, text: str) -> int:
    if not (word.isascii() and word.isdigit()) or not 1 <= int(word[:4]) <= MOST_OBJECTS or len(word) > 4:
        raise BadInput(
            f"“{_shorten_action(text)}”: objects are numbered from 1 to {MOST_OBJECTS}", ACTION_SYNTAX
        )
    return int(word)


def _parse_action_number(words: list[str], text: str) -> float:
    try:
        return parse_number(words[0])
    except (IndexError, ValueError):
        raise _make_action_error(text) from None


def _parse_action_count(words: list[str], text: str) -> int:
    if len(words) != 1 or not (words[0].isascii() and words[0].isdigit()) or len(words[0]) > 4:
        raise _make_action_error(text)
    return int(words[0])


def _parse_action_point(word: str, text: str) -> tuple[float, float]:
    x, _, y = word.partition(",")
    return _parse_action_number([x], text), _parse_action_number([y], text)
