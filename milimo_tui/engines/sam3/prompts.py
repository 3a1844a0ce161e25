"""Check the mask prompts of a spec (texts, points, boxes) against the size of the picture.

Pure and without torch, so that an impossible request is refused before it is queued.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.specs.mask_specs import Box, Point, Segment, Track
from milimo_tui.media.masks.acts import Act
from milimo_tui.media.masks.drawing import MaskDrawing

# The text encoder reads at most this many tokens, including the tokens at the beginning and end of a text. A
# longer text is refused.
PHRASE_TOKENS = 32
MOST_TEXTS = 16
SHORT = "name it in a few words: “red car”, “the woman on the left”"


@dataclass(frozen=True, slots=True)
class Clicks:
    """The mask prompts of one object in one frame.

    Each point is (x, y, True if the point belongs to the object). There is at most one box. `drawn` is a mask
    that the user drew, which is used unchanged.
    """

    points: tuple[tuple[float, float, bool], ...] = ()
    box: tuple[float, float, float, float] | None = None
    drawn: tuple[Act, ...] = ()

    @property
    def begins(self) -> bool:
        """True if these prompts are sufficient to find an object: a box, a drawn mask, or a click inside the
        object.
        """
        return self.box is not None or bool(self.drawn) or any(positive for _, _, positive in self.points)


def check_texts(texts: Sequence[str]) -> tuple[str, ...]:
    """Return the texts trimmed and without duplicates. Raises BadInput for an empty text or one with too many
    words.
    """
    wanted = tuple(dict.fromkeys(" ".join(text.split()) for text in texts))
    if len(wanted) > MOST_TEXTS:
        raise BadInput(
            f"{len(wanted)} objects are named; the limit is {MOST_TEXTS}",
            "run the command twice, with fewer objects",
        )
    for text in wanted:
        if not text:
            raise BadInput("a text is empty", SHORT)
        if len(text.split(" ")) > PHRASE_TOKENS - 2:
            raise build_text_length_error(text)
    return wanted


def build_text_length_error(text: str, tokens: int = 0) -> BadInput:
    """Return the error for a text that is longer than the model can read. `tokens` is its length; 0: only its
    words were counted.
    """
    length = f"{tokens} tokens" if tokens else f"{len(text.split(' '))} words"
    begins = text if len(text) <= 40 else f"{text[:39]}…"
    return BadInput(f"“{begins}” has {length}: SAM 3 reads {PHRASE_TOKENS} tokens at most", SHORT)


def collect_clicks(
    points: Iterable[Point], boxes: Iterable[Box], width: int, height: int, *, with_text: bool = False
) -> dict[int, Clicks]:
    """Return the clicks and boxes of one frame, sorted by object. `width` and `height` are the size of the
    frame in pixels.

    With `with_text`, boxes are ignored here, because the detector uses them as examples of the text.

    Raises BadInput for a point or box outside the picture, an empty box, a box that excludes instead of
    includes, or a second box of an object.
    """
    found: dict[int, Clicks] = {}
    for box in () if with_text else boxes:
        corners = check_box(box, width, height)
        if not box.positive:
            raise BadInput(
                "a box that excludes an area needs a text",
                "add --text, or click the area instead: --point x,y,-",
            )
        if box.object in found:
            raise BadInput(
                f"object {box.object} has two boxes", "give one box for each object: --box x0,y0,x1,y1@2"
            )
        found[box.object] = Clicks(box=corners)
    for point in points:
        _check_inside_picture(point.x, point.y, width, height, "the point")
        known = found.get(point.object, Clicks())
        found[point.object] = Clicks((*known.points, (point.x, point.y, point.positive)), known.box)
    return dict(sorted(found.items()))


def check_box(box: Box, width: int, height: int) -> tuple[float, float, float, float]:
    """Return the corners of a box as (left, top, right, bottom) in pixels. Raises BadInput for an empty box,
    and for a box that is not completely inside the picture.
    """
    _check_inside_picture(box.x0, box.y0, width, height, "the box")
    _check_inside_picture(box.x1, box.y1, width, height, "the box", edge=1)
    x0, x1 = sorted((box.x0, box.x1))
    y0, y1 = sorted((box.y0, box.y1))
    if x0 == x1 or y0 == y1:
        raise BadInput(f"the box {_format_point(box.x0, box.y0)} to {_format_point(box.x1, box.y1)} is empty")
    return x0, y0, x1, y1


def _check_inside_picture(x: float, y: float, width: int, height: int, what: str, edge: int = 0) -> None:
    if not (math.isfinite(x) and math.isfinite(y) and 0 <= x < width + edge and 0 <= y < height + edge):
        raise BadInput(
            f"{what} {_format_point(x, y)} is outside the picture, which is {width}×{height}",
            f"x from 0 to {width - 1}, y from 0 to {height - 1}",
        )


def _format_point(x: float, y: float) -> str:
    return f"{x:g},{y:g}"


def check_segment(spec: Segment, width: int, height: int) -> dict[int, Clicks]:
    """Check the prompts of a spec for a still mask, and return its clicks by object. Raises BadInput for a
    request that is impossible in a picture of this size.
    """
    texts = check_texts(spec.text)
    found = collect_clicks(spec.points, spec.boxes, width, height, with_text=bool(texts))
    if texts:
        for box in spec.boxes:
            check_box(box, width, height)
    if not texts and not found:
        raise build_no_prompt_error()
    for object, clicks in found.items():
        _check_can_begin(object, clicks)
    return found


def check_track(spec: Track, width: int, height: int, frames: int) -> dict[int, dict[int, Clicks]]:
    """Check the prompts of a spec for a moving mask, and return its clicks by object and then by frame.

    Raises BadInput for a request that is impossible in a clip of this size and number of frames.
    """
    texts = check_texts(spec.text)
    if spec.start >= frames:
        raise BadInput(f"there is no frame {spec.start} to start at", f"the last frame is {frames - 1}")
    found: dict[int, dict[int, Clicks]] = {}
    for prompt in spec.prompts:
        if prompt.frame >= frames:
            raise BadInput(f"there is no frame {prompt.frame} to click in", f"the last frame is {frames - 1}")
        for object, clicks in collect_clicks(prompt.points, prompt.boxes, width, height).items():
            at = found.setdefault(object, {})
            if prompt.frame in at:
                raise BadInput(
                    f"object {object} has two sets of clicks in frame {prompt.frame}",
                    "give all points of one frame together",
                )
            at[prompt.frame] = clicks
    if spec.drawing is not None:
        for object, drawn in _collect_drawn_masks(spec.drawing, width, height, frames).items():
            if object in found:
                raise BadInput(
                    f"object {object} is drawn and clicked", "give the clicked object another number: @2"
                )
            found[object] = drawn
    if not texts and not found:
        raise build_no_prompt_error()
    for object, at in found.items():
        _check_can_begin(object, at[find_entry_frame(at, spec.direction)])
    return found


def _collect_drawn_masks(
    drawing: MaskDrawing, width: int, height: int, frames: int
) -> dict[int, dict[int, Clicks]]:
    """Return the drawn masks by object, then by frame.

    Raises BadInput for a drawing of another size, or if there is nothing to track.
    """
    if (drawing.width, drawing.height) != (width, height):
        raise BadInput(
            f"the mask is {drawing.width}×{drawing.height}, but the clip is {width}×{height}",
            "name the clip that the mask was drawn on",
        )
    found: dict[int, dict[int, Clicks]] = {}
    for one in drawing.active_objects:
        at = {key.frame: Clicks(drawn=key.acts) for key in one.keys if key.acts}
        if at and max(at) >= frames:
            raise BadInput(f"there is no frame {max(at)} to draw in", f"the last frame is {frames - 1}")
        if at:
            found[one.number] = at
    if not found:
        raise BadInput("no drawn object can be followed", "draw an object in a frame, or switch an object on")
    return found


def find_entry_frame(clicks: Mapping[int, Clicks], direction: str) -> int:
    """Return the frame in which tracking of an object begins: the frame of its first click, or of its last
    click if `direction` is backwards.
    """
    return max(clicks) if direction == "backward" else min(clicks)


def build_no_prompt_error() -> BadInput:
    """Return the error for a spec without a text, click or box."""
    return BadInput(
        "no object is named or clicked",
        "name or click one: --text “red car”, --point x,y or --box x0,y0,x1,y1",
    )


def _check_can_begin(object: int, clicks: Clicks) -> None:
    if not clicks.begins:
        raise BadInput(
            f"object {object} begins with a click outside it", "first click a point inside: --point x,y"
        )
