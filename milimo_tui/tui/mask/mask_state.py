"""The state of the mask screen: the drawing and its undo history, the frame, the cross, the tool. Pure."""

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
ASKED_BOX = "ask box"  # A model finds the object in this box.
TOOLS = (BRUSH, ERASER, LASSO, CUT, BOX, ASKED_BOX)
THIN, THICK = 0.5, 512.0
MOST_STEPS = 500  # Maximum number of undo steps.


@dataclass
class MaskState:
    """The state of an open mask.

    `source` is the id of the asset; `kept` is the drawing as it was saved last, under the id `mask`.
    """

    source: str
    name: str
    path: str
    rate: Fraction | None
    drawing: MaskDrawing
    frame: int = 0
    mask: str = ""
    number: int = 0  # Number of the current object.
    cross: tuple[int, int] = (0, 0)
    radius: float = 8.0
    sure: float = 0.3  # The least confidence of a model for objects found by words.
    tool: str = ""
    path_drawn: tuple[Spot, ...] = ()
    is_down: bool = False  # The line being drawn follows the cross.
    scores: dict[int, float] = field(default_factory=dict)
    kept: MaskDrawing | None = None
    _before: list[tuple[MaskDrawing, int]] = field(default_factory=list)
    _after: list[tuple[MaskDrawing, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.kept = self.kept or self.drawing
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
        return self.drawing != self.kept

    @property
    def spot(self) -> Spot:
        """The centre of the pixel under the cross."""
        return self.cross[0] + 0.5, self.cross[1] + 0.5

    # -- steps -------------------------------------------------------------------------------------

    def apply_drawing(self, drawing: MaskDrawing) -> None:
        """Replace the drawing as one undo step."""
        if drawing == self.drawing:
            return
        self._before.append((self.drawing, self.number))
        del self._before[:-MOST_STEPS]
        self._after.clear()
        self._set_drawing(drawing)

    def undo_mask_step(self) -> bool:
        """Undo a step; return True if there was one."""
        return self._swap_history_step(self._before, self._after)

    def redo_mask_step(self) -> bool:
        """Redo a step; return True if there was one."""
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
        """Return the drawing with a new object, which becomes the current object. Raises BadInput for too
        many.
        """
        drawing, one = add_mask_object(self.drawing, name)
        self.number = one.number
        return drawing

    def ensure_object(self) -> MaskDrawing:
        """Return the drawing with a current object; if there is none, with a new one."""
        return self.drawing if self.object is not None else self.begin_object()

    # -- the cross and the current tool ------------------------------------------------------------------

    def move_cross(self, across: int, down: int) -> None:
        """Move the cross by a number of pixels, within the picture; a line being drawn follows."""
        self.move_cross_to(self.cross[0] + across, self.cross[1] + down)

    def move_cross_to(self, x: int, y: int) -> None:
        """Move the cross to a pixel."""
        self.cross = min(max(0, x), self.drawing.width - 1), min(max(0, y), self.drawing.height - 1)
        if self.is_down and self.tool in (BRUSH, ERASER) and self.path_drawn[-1:] != (self.spot,):
            self.path_drawn = (*self.path_drawn, self.spot)

    def start_tool(self, tool: str) -> None:
        """Start a tool, with its line beginning under the cross."""
        self.tool, self.is_down, self.path_drawn = tool, True, (self.spot,)

    def add_line_point(self) -> None:
        """Add a point under the cross to the line."""
        if self.path_drawn[-1:] != (self.spot,):
            self.path_drawn = (*self.path_drawn, self.spot)

    def drop_tool(self) -> None:
        """Put the tool away and discard its line."""
        self.tool, self.is_down, self.path_drawn = "", False, ()

    @property
    def line(self) -> tuple[Spot, ...]:
        """The line being drawn, up to the cross."""
        return self.path_drawn if self.path_drawn[-1:] == (self.spot,) else (*self.path_drawn, self.spot)

    @property
    def corners(self) -> tuple[float, float, float, float] | None:
        """The corners of a box being drawn, including the pixels under both corners; None without a box."""
        if self.tool not in (BOX, ASKED_BOX) or not self.path_drawn:
            return None
        (x0, y0), (x1, y1) = self.path_drawn[0], self.spot
        return min(x0, x1) - 0.5, min(y0, y1) - 0.5, max(x0, x1) + 0.5, max(y0, y1) + 0.5

    @property
    def pending_act(self) -> Act | None:
        """The act that finishing the current tool would perform; None if there is nothing to do yet."""
        if not self.path_drawn:
            return None
        if self.tool in (BRUSH, ERASER):
            return Stroke(points=self.line, radius=self.radius, erases=self.tool == ERASER)
        if self.tool in (LASSO, CUT) and len(self.line) > 2:
            return ClosedShape(points=self.line, erases=self.tool == CUT)
        if self.tool == BOX and self.corners is not None:
            return make_box_shape(*self.corners)
        return None

    # -- display of the line being drawn -------------------------------------------------------------------

    def get_shown_drawing(self) -> MaskDrawing:
        """Return the drawing to show; if there is no current object, with a new one for the line being
        drawn.
        """
        return self.drawing if self.object is not None else add_mask_object(self.drawing)[0]

    @property
    def shown_object_number(self) -> int:
        """The number of the object that the line being drawn belongs to."""
        return self.number if self.object is not None else self.get_shown_drawing().objects[-1].number

    @property
    def shown_line(self) -> tuple[Spot, ...]:
        """The line of the current tool; for a box, its corners."""
        if self.corners is None:
            return self.line if self.path_drawn else ()
        x0, y0, x1, y1 = self.corners
        return (x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)
