"""The core of the mask screen: it holds the drawing and shows the picture with the masked objects. The
screen's keys are in separate objects that use this core.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from textual.widget import Widget

from milimo_tui.core.errors import MilimoError
from milimo_tui.media.masks.drawing import MaskDrawing
from milimo_tui.media.masks.overlay_values import MaskLook, MaskOverlay
from milimo_tui.tui.mask.mask_picture import MaskPicture
from milimo_tui.tui.mask.mask_state import MaskState
from milimo_tui.tui.mask.object_rows import make_object_rows
from milimo_tui.tui.panes.paned_screen import PanedScreen
from milimo_tui.tui.panes.split import Split
from milimo_tui.tui.play.monitor import FileFrame, Monitor
from milimo_tui.tui.play.viewed_screen import ViewedScreen
from milimo_tui.tui.play.viewing_keys import ViewingKeys
from milimo_tui.tui.widgets.picture import Picture
from milimo_tui.tui.widgets.rows import Rows

if TYPE_CHECKING:
    from milimo_tui.studio.session.studio import FilmSnapshot, Studio

BESIDE = 60  # From this terminal width in columns, the objects are listed next to the picture.


class MaskCore(ViewedScreen, PanedScreen):
    """The base of `MaskScreen`: a screen that shows a frame and the objects that are masked in it, without
    the keys.
    """

    def __init__(self, source: str, seconds: Fraction | float = 0) -> None:
        """Create the screen. `source` is the name of an asset, take or shot. `seconds` is the position of the
        frame to show, counted from the start of the range that the film shows of the source.
        """
        super().__init__()
        self._wanted = source, seconds
        self.state: MaskState | None = None
        self.look = MaskLook.FILLED
        self.keeping: dict[str, MaskDrawing] = {}  # The drawing that each running job saves, by job id.
        self._boxes: dict[int, tuple[float, float, float, float]] = {}
        self._window = (0, 0, 1, 1)
        self.viewing_keys: ViewingKeys[FileFrame] = ViewingKeys(self, self)
        self._is_opening = False

    def compose_body(self) -> Iterable[Widget]:
        yield Split(MaskPicture(id="mask-picture"), Rows(id="objects"), id="mask", wide=BESIDE)

    @property
    def picture(self) -> MaskPicture:
        return self.query_one(MaskPicture)

    @cached_property
    def _monitor(self) -> Monitor:
        return Monitor(self.studio_app.pictures, "mask")

    def show_film(self, film: FilmSnapshot | None) -> None:
        if film is None:
            self.dismiss()
        elif self.state is None and not self._is_opening:
            self._is_opening = True
            self.run_in_background(self.load_mask, "open", exclusive=True)

    async def load_mask(self, mask: str = "") -> None:
        """Open a mask in the screen. With `mask`, this is the film's mask with that id. If `mask` is empty,
        open the picture for which the screen was opened; if this picture is itself a mask, open it for
        editing.
        """
        studio, (name, seconds) = self.studio_app.studio, self._wanted
        try:
            self.state = await self.in_thread(lambda: read_mask_state(studio, name, seconds, mask))
        except MilimoError as error:
            self.studio_app.show_error(error)
            if self.state is None:
                self.dismiss()
            return
        self.redraw_mask()

    @property
    def visible_part(self) -> tuple[int, int, int, int]:
        """Left, top, width and height of the visible part of the picture, in the picture's pixels."""
        return self._window

    @property
    def cells(self) -> tuple[int, int]:
        """The number of columns and rows that the picture fills in the terminal; (1, 1) before the picture is
        drawn.
        """
        drawing = self.picture.drawing
        strips = drawing.strips if drawing is not None else []
        return (strips[0].cell_length, len(strips)) if strips else (1, 1)

    def get_object_box(self, number: int) -> tuple[float, float, float, float] | None:
        """Return the box around the object `number`, as it was when the mask was last drawn. Return None for
        an empty object.
        """
        return self._boxes.get(number)

    def redraw_mask(self) -> None:
        """Redraw the picture and the list of objects from the current state."""
        state, rows = self.state, self.query_one_optional("#objects", Rows)
        if state is None or rows is None:
            return
        rows.show_rows(
            make_object_rows(state, self.ink, (rows.size.width or 28) - 3), f"object:{state.number}"
        )
        self.refresh_lines()
        self.redraw_viewed_picture()

    def apply_drawing(self, drawing: MaskDrawing) -> None:
        """Replace the drawing by the drawing in the argument, and show it. Undo restores the previous drawing
        in one step.
        """
        if self.state is not None:
            self.state.apply_drawing(drawing)
            self.redraw_mask()

    def mark_as_saved(self, job: str) -> None:
        """Mark the drawing that a job has stored as saved, so that the user is not asked to save it. `job` is
        the id of a save job, or of a tracking job, which saves the drawing that it tracks.
        """
        state, studio = self.state, self.studio_app.studio
        if state is None:
            return
        state.saved = self.keeping.pop(job, state.drawing)

        async def find_saved_mask() -> None:
            rows = await self.in_thread(lambda: studio.require_project().facts.list_masks(job=job))
            whole = [mask.id for mask in rows if mask.object == 0]
            if whole and self.state is state:
                state.mask = whole[0]
                self.show_message("the mask is saved in the film", "good", "{ui.inpaint} repaints inside it")
                self.refresh_lines()

        self.run_in_background(find_saved_mask, "kept")

    def get_viewed_raster(self) -> tuple[int, int] | None:
        return (self.state.drawing.width, self.state.drawing.height) if self.state is not None else None

    def get_viewed_frame(self) -> FileFrame | None:
        return FileFrame(self.state.path, self.state.seconds) if self.state is not None else None

    def get_compared_frame(self) -> FileFrame | None:
        return None

    def find_compared_frame(self) -> bool:
        self.show_message("there is no saved frame to compare with", "warn", "{ui.grab} grabs this frame")
        return False

    def redraw_viewed_picture(self) -> None:
        self.run_in_background(self._draw_mask_picture, "picture", exclusive=True)

    async def _draw_mask_picture(self) -> None:
        state = self.state
        if state is None:
            return
        pending = state.pending_act
        overlay = MaskOverlay(
            drawing=state.drawing if pending is None else state.get_shown_drawing(),
            frame=state.frame,
            look=self.look,
            hand=state.shown_object_number,
            doing=pending,
            path=state.shown_line,
            cross=state.spot,
        )
        drawing = await self._monitor.draw_file_frame(
            Path(state.path),
            *self.picture.wanted_pixels,
            seconds=state.seconds,
            viewing=self.viewing_keys.viewing,
            beside=self.viewing_keys.beside,
            mask=overlay.model_dump(mode="json"),
        )
        facts = self._monitor.facts
        if "window" in facts:
            left, top, width, height = facts["window"]
            self._window = left, top, width, height
            self._boxes = {int(number): tuple(box) for number, box in facts["boxes"].items()}
        self.viewing_keys.show_facts(facts)
        self.picture.show_own_drawing(drawing, self._monitor.problem)

    def on_picture_resized(self, event: Picture.Resized) -> None:
        self.redraw_mask()


def read_mask_state(studio: Studio, name: str, seconds: Fraction | float, mask: str) -> MaskState:
    """Read the mask with the id `mask`. If `mask` is empty, read the picture `name`; for a clip, the frame at
    `seconds` is read, counted from the start of the range that the film shows.

    Raises NotFound, BadInput, Ambiguous.
    """
    from milimo_tui.studio.pictures import drawings, masks

    if not mask:
        rows = studio.require_project().facts.list_masks()
        mask = next((row.id for row in rows if name in (row.asset, row.id)), "")
    if mask:
        opened = drawings.open_drawing(studio, mask)
        source, drawing, frame = opened.source, opened.drawing, opened.frame
    else:
        source = masks.find_mask_source(studio, name, lambda source: None)
        drawing = drawings.make_empty_drawing(source)
        frame = (
            round(seconds * source.rate) + _count_head_frames(studio, source.asset, source.rate)
            if source.rate
            else 0
        )
    return MaskState(
        source=source.asset,
        name=_name_take_or_board(studio, source.asset) or source.name,
        path=str(source.path),
        rate=source.rate,
        drawing=drawing,
        frame=min(max(0, frame), source.frames - 1),
        mask=mask,
    )


def _name_take_or_board(studio: Studio, asset: str) -> str:
    """Return a name such as `1C take 2` or `1C board` for an asset that is a take or a board; an empty string
    for other media.
    """
    story = studio.take_snapshot().story
    take = next((take for take in story.takes if take.asset == asset), None)
    if take is not None:
        takes = [each.id for each in story.takes if each.shot == take.shot]
        return f"{story.numbers.get(take.shot, '')} take {takes.index(take.id) + 1}".strip()
    shot = next((shot for shot in story.shots if shot.board == asset), None)
    return f"{story.numbers.get(shot.id, '')} board".strip() if shot is not None else ""


def _count_head_frames(studio: Studio, asset: str, rate: Fraction | None) -> int:
    """Return the number of frames in a take's file before the range that the film shows."""
    takes = studio.take_snapshot().story.takes
    take = next((take for take in takes if take.asset == asset), None)
    return round(take.compute_head_seconds(rate) * rate) if take is not None and rate else 0
