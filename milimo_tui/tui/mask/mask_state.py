"""The state of the mask screen: the drawing with its undo history, the frame, the cross that marks a pixel,
and the tool in use. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from milimo_tui.media.masks.acts import Act, ClosedShape, Spot, Stroke, make_box_shape
from milimo_tui.media.masks.drawing import DrawnObject, MaskDrawing, add_mask_object

BRUSH = "brush"
ERASER = "eraser"
LASSO = "lasso"
CUT = "cut"
BOX = "box"
ASKED_BOX = "ask box"  # With this tool the user draws a box, in which a model then finds the object.
THIN, THICK = 0.5, 512.0
MOST_STEPS = 500  # Maximum number of undo steps. Older steps are dropped.


@dataclass
class MaskState:
    """The state of an open mask.

    `source` is the id of the masked asset. `saved` is the drawing as it was last saved, and `mask` is the id
    of that saved mask.
    """

    source: str
    name: str
    path: str
    rate: Fraction | None
    drawing: MaskDrawing
    frame: int = 0
    mask: str = ""
    number: int = 0  # Number of the current object; 0 if there is none.
    cross: tuple[int, int] = (0, 0)
    radius: float = 8.0
    # Minimum confidence, 0 to 1, that a model must report for an object that it finds by a description in
    # words.
    sure: float = 0.3
    tool: str = ""
    path_drawn: tuple[Spot, ...] = ()
    # True while a brush or eraser draws: every move of the cross then extends the line.
    is_down: bool = False
    scores: dict[int, float] = field(default_factory=dict)
    saved: MaskDrawing | None = None
    _before: list[tuple[MaskDrawing, int]] = field(default_factory=list)
    _after: list[tuple[MaskDrawing, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.saved = self.saved or self.drawing
        self.radius = max(1.0, round(max(self.drawing.width, self.drawing.height) / 60))
        self.cross = self.drawing.width // 2, self.drawing.height // 2
        self.number = self.number or next((one.number for one in self.drawing.objects), 0)

    @property
    def is_clip(self) -> bool:
        return self.rate is not None

    @property
    def seconds(self) -> float:
        return float(self.frame / self.rate) if self.rate else 0.0

    @property
    def object(self) -> DrawnObject | None:
        return next((one for one in self.drawing.objects if one.number == self.number), None)

    @property
    def is_unsaved(self) -> bool:
        return self.drawing != self.saved

    @property
    def spot(self) -> Spot:
        """The centre of the pixel under the cross."""
        return self.cross[0] + 0.5, self.cross[1] + 0.5

    def apply_drawing(self, drawing: MaskDrawing) -> None:
        """Replace the drawing as one undo step."""
        if drawing == self.drawing:
            return
        self._before.append((self.drawing, self.number))
        del self._before[:-MOST_STEPS]
        self._after.clear()
        self._set_drawing(drawing)

    def undo_mask_step(self) -> bool:
        """Undo the last change of the drawing. Return True if there was a change to undo."""
        return self._swap_history_step(self._before, self._after)

    def redo_mask_step(self) -> bool:
        """Redo the change that was undone last. Return True if there was a change to redo."""
        return self._swap_history_step(self._after, self._before)

    def _swap_history_step(
        self, here: list[tuple[MaskDrawing, int]], there: list[tuple[MaskDrawing, int]]
    ) -> bool:
        if not here:
            return False
        there.append((self.drawing, self.number))
        drawing, number = here.pop()
        self._set_drawing(drawing, number)
        return True

    def _set_drawing(self, drawing: MaskDrawing, number: int = 0) -> None:
        self.drawing = drawing
        numbers = [one.number for one in drawing.objects]
        wanted = number or self.number
        self.number = wanted if wanted in numbers else (numbers[-1] if numbers else 0)

    def begin_object(self, name: str = "") -> MaskDrawing:
        """Return the drawing with a new object, which becomes the current object. Raises BadInput if the
        drawing already has the maximum number of objects.
        """
        drawing, one = add_mask_object(self.drawing, name)
        self.number = one.number
        return drawing

    def ensure_object(self) -> MaskDrawing:
        """Return the drawing. If no object is current, the returned drawing has a new object, which becomes
        the current object.
        """
        return self.drawing if self.object is not None else self.begin_object()

    def move_cross(self, across: int, down: int) -> None:
        """Move the cross by a number of pixels, within the picture. If a line is being drawn, extend the line
        to the new position.
        """
        self.move_cross_to(self.cross[0] + across, self.cross[1] + down)

    def move_cross_to(self, x: int, y: int) -> None:
        """Move the cross to a pixel, or to the nearest pixel of the picture. If a brush or eraser is drawing,
        extend its line.
        """
        self.cross = min(max(0, x), self.drawing.width - 1), min(max(0, y), self.drawing.height - 1)
        if self.is_down and self.tool in (BRUSH, ERASER) and self.path_drawn[-1:] != (self.spot,):
            self.path_drawn = (*self.path_drawn, self.spot)

    def start_tool(self, tool: str) -> None:
        """Start a tool. The line that the tool draws begins at the position of the cross."""
        self.tool, self.is_down, self.path_drawn = tool, True, (self.spot,)

    def add_line_point(self) -> None:
        """Add the position of the cross to the line being drawn, unless the line ends there already."""
        if self.path_drawn[-1:] != (self.spot,):
            self.path_drawn = (*self.path_drawn, self.spot)

    def drop_tool(self) -> None:
        """Stop using the tool and discard the line that was being drawn."""
        self.tool, self.is_down, self.path_drawn = "", False, ()

    @property
    def line(self) -> tuple[Spot, ...]:
        """The points of the line being drawn; the last point is the position of the cross."""
        return self.path_drawn if self.path_drawn[-1:] == (self.spot,) else (*self.path_drawn, self.spot)

    @property
    def corners(self) -> tuple[float, float, float, float] | None:
        """The left, top, right and bottom edge of the box being drawn, in pixels of the picture. The box
        includes the pixels under both corners. None if no box is being drawn.
        """
        if self.tool not in (BOX, ASKED_BOX) or not self.path_drawn:
            return None
        (x0, y0), (x1, y1) = self.path_drawn[0], self.spot
        return min(x0, x1) - 0.5, min(y0, y1) - 0.5, max(x0, x1) + 0.5, max(y0, y1) + 0.5

    @property
    def pending_act(self) -> Act | None:
        """The mask action that finishing the current tool would add to the drawing; None if the tool has not
        drawn enough yet.
        """
        if not self.path_drawn:
            return None
        if self.tool in (BRUSH, ERASER):
            return Stroke(points=self.line, radius=self.radius, erases=self.tool == ERASER)
        if self.tool in (LASSO, CUT) and len(self.line) > 2:
            return ClosedShape(points=self.line, erases=self.tool == CUT)
        if self.tool == BOX and self.corners is not None:
            return make_box_shape(*self.corners)
        return None

    def get_shown_drawing(self) -> MaskDrawing:
        """Return the drawing to show. If no object is current, the returned drawing has a new object, because
        the line being drawn needs an object to belong to. The stored drawing does not change.
        """
        return self.drawing if self.object is not None else add_mask_object(self.drawing)[0]

    @property
    def shown_object_number(self) -> int:
        """The number of the object that the line being drawn belongs to."""
        return self.number if self.object is not None else self.get_shown_drawing().objects[-1].number

    @property
    def shown_line(self) -> tuple[Spot, ...]:
        """The points of the line that the current tool draws; for a box, the box's corners."""
        if self.corners is None:
            return self.line if self.path_drawn else ()
        x0, y0, x1, y1 = self.corners
        return (x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)
