"""Parser for mask actions as the user types them: `brush 12 100,80 140,90`, `2: grow 4`. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable

from pydantic import ValidationError

from milimo_tui.core.errors import BadInput
from milimo_tui.media.masks.acts import Act, Feather, Fill, Grow, Invert, Shape, Stroke, box
from milimo_tui.media.masks.drawing import MOST_OBJECTS, Drawing, How, added, combined, done

ACT = (
    "brush R x,y x,y…, erase R x,y…, lasso x,y x,y x,y…, cut x,y…, box x0,y0,x1,y1, unbox …, grow N,"
    " shrink N, feather N, fill, invert, add N, subtract N, meet N; “2: ” before it for object 2"
)
_BOTH: dict[str, How] = {"add": "add", "subtract": "subtract", "meet": "meet"}


def drawn_by(drawing: Drawing, texts: Iterable[str], frame: int) -> Drawing:
    """Apply mask actions to a drawing at `frame`; an unknown object number creates the object.

    Raises BadInput with the text that is not an action.
    """
    for text in texts:
        which, colon, words = text.rpartition(":")
        number = _object(which.strip(), text) if colon else 1
        name, *rest = words.split() or [""]
        drawing = _with(drawing, number)
        if name in _BOTH:
            other = _object(rest[0] if len(rest) == 1 else "", text)
            drawing = combined(drawing, number, other, frame, _BOTH[name])
        else:
            drawing = done(drawing, number, frame, _act(name, rest, text))
    return drawing


def _with(drawing: Drawing, number: int) -> Drawing:
    """Return the drawing with an object of that number."""
    if any(one.number == number for one in drawing.objects):
        return drawing
    drawing, one = added(drawing)
    named = one.model_copy(update={"number": number})
    return drawing.model_copy(update={"objects": (*drawing.objects[:-1], named)})


def _act(name: str, rest: list[str], text: str) -> Act:
    try:
        match name:
            case "brush" | "erase":
                points = tuple(_spot(word, text) for word in rest[1:])
                return Stroke(points=points, radius=_number(rest[:1], text), erases=name == "erase")
            case "lasso" | "cut":
                return Shape(points=tuple(_spot(word, text) for word in rest), erases=name == "cut")
            case "box" | "unbox":
                corners = [_number([part], text) for word in rest for part in word.split(",")]
                if len(corners) != 4:
                    raise _none(text)
                return box(*corners, erases=name == "unbox")
            case "grow" | "shrink":
                return Grow(pixels=_whole(rest, text) * (1 if name == "grow" else -1))
            case "feather":
                return Feather(pixels=_whole(rest, text))
            case "fill" if not rest:
                return Fill()
            case "invert" if not rest:
                return Invert()
    except ValidationError:
        raise _none(text) from None
    raise _none(text)


def _none(text: str) -> BadInput:
    return BadInput(f"“{_short(text)}” is nothing that can be done to a mask", ACT)


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"


def _object(word: str, text: str) -> int:
    if not (word.isascii() and word.isdigit()) or not 1 <= int(word[:4]) <= MOST_OBJECTS or len(word) > 4:
        raise BadInput(f"“{_short(text)}”: objects are numbered from 1 to {MOST_OBJECTS}", ACT)
    return int(word)


def _number(words: list[str], text: str) -> float:
    try:
        number = float(words[0])
    except (IndexError, ValueError):
        raise _none(text) from None
    if not math.isfinite(number):
        raise _none(text)
    return number


def _whole(words: list[str], text: str) -> int:
    if len(words) != 1 or not (words[0].isascii() and words[0].isdigit()) or len(words[0]) > 4:
        raise _none(text)
    return int(words[0])


def _spot(word: str, text: str) -> tuple[float, float]:
    x, _, y = word.partition(",")
    return _number([x], text), _number([y], text)
