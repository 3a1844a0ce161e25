"""The mask screen: a frame of a shot, take, clip or picture, and the objects that are masked in it.

The drawing is a value (`media.masks.drawing`); `mask_state` holds it with its undo history, so that every act
is one undo step. The viewer process makes its pixels and lays them over the frame. Jobs (`model_keys`) run
the models; a job saves the mask with the film (`keeping`).
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text
from textual.widget import Widget

from milimo_tui.core.errors import MilimoError
from milimo_tui.media.masks.drawing import MaskDrawing
from milimo_tui.media.masks.overlay_values import LOOKS, MaskOverlay
from milimo_tui.studio.project.next_here import NextStep, ScreenPlace
from milimo_tui.tui.mask.hand_keys import DrawingToolKeys
from milimo_tui.tui.mask.keeping import MaskCommandKeys
from milimo_tui.tui.mask.mask_picture import MaskPicture
from milimo_tui.tui.mask.mask_state import MaskState
from milimo_tui.tui.mask.model_keys import MaskModelKeys
from milimo_tui.tui.mask.object_keys import MaskObjectKeys
from milimo_tui.tui.mask.object_rows import make_object_rows
from milimo_tui.tui.panes.paned_screen import PanedScreen
from milimo_tui.tui.panes.split import Split
from milimo_tui.tui.play.monitor import FileFrame, Monitor
from milimo_tui.tui.play.viewed_screen import ViewedScreen
from milimo_tui.tui.play.viewing_keys import ViewingKeys
from milimo_tui.tui.shell.modes import ModeStack
from milimo_tui.tui.widgets.picture import Picture
from milimo_tui.tui.widgets.rows import Rows
from milimo_tui.tui.widgets.text import join_line

if TYPE_CHECKING:
    from milimo_tui.studio.session.studio import FilmSnapshot, Studio
    from milimo_tui.tui.background.queue_feed import LiveQueue
    from milimo_tui.tui.keys.key_parser import KeyCommand

BESIDE = 60  # Columns from which the objects are shown next to the picture.


class MaskScreen(ViewedScreen, PanedScreen):
    """The editor of a mask. Esc puts a tool away, then goes back to the previous screen."""

    MODE = "mask"
    TITLE = "Mask"
    CONTEXTS = ("mask", "panes", "viewing", "global")
    CSS_PATH = "mask.tcss"
    AUTO_FOCUS = ""

    def __init__(self, source: str, seconds: Fraction | float = 0) -> None:
        """Create the screen. `source` is a name of an asset, take or shot; `seconds` is a position in its
        shown range.
        """
        super().__init__()
        self._wanted = source, seconds
        self.state: MaskState | None = None
        self.look = LOOKS[0]
        self.keeping: dict[str, MaskDrawing] = {}  # The drawing that each running job saves, by job id.
        self._boxes: dict[int, tuple[float, float, float, float]] = {}
        self._window = (0, 0, 1, 1)
        self.viewing_keys: ViewingKeys[FileFrame] = ViewingKeys(self, self)
        self._hand, self._objects, self._model = (
            DrawingToolKeys(self),
            MaskObjectKeys(self),
            MaskModelKeys(self),
        )
        self._keep = MaskCommandKeys(self, self._model)
        self.modes = ModeStack(self, self.viewing_keys.hand, self._hand)
        self._is_opening = False

    @property
    def own_parts(self) -> tuple[object, ...]:
        return self._hand, self._objects, self._model, self._keep

    def compose_body(self) -> Iterable[Widget]:
        yield Split(MaskPicture(id="mask-picture"), Rows(id="objects"), id="mask", wide=BESIDE)

    @property
    def picture(self) -> MaskPicture:
        return self.query_one(MaskPicture)

    @cached_property
    def _monitor(self) -> Monitor:
        return Monitor(self.studio_app.pictures, "mask")

    # -- opening -------------------------------------------------------------------------------------------

    def show_film(self, film: FilmSnapshot | None) -> None:
        if film is None:
            self.dismiss()
        elif self.state is None and not self._is_opening:
            self._is_opening = True
            self.run_in_background(self.load_mask, "open", exclusive=True)

    async def load_mask(self, mask: str = "") -> None:
        """Load a mask of the film, else the requested picture; if that is itself a mask, it is opened as
        one.
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

    # -- the interface for the parts -------------------------------------------------------------------------

    @property
    def visible_part(self) -> tuple[int, int, int, int]:
        return self._window

    @property
    def cells(self) -> tuple[int, int]:
        drawing = self.picture.drawing
        strips = drawing.strips if drawing is not None else []
        return (strips[0].cell_length, len(strips)) if strips else (1, 1)

    def get_object_box(self, number: int) -> tuple[float, float, float, float] | None:
        """Return the box around an object as last drawn; None for an empty object."""
        return self._boxes.get(number)

    def redraw_mask(self) -> None:
        """Draw picture and rows in their present state."""
        state, rows = self.state, self.query_one_optional("#objects", Rows)
        if state is None or rows is None:
            return
        rows.show_rows(
            make_object_rows(state, self.ink, (rows.size.width or 28) - 3), f"object:{state.number}"
        )
        self.refresh_lines()
        self.redraw_viewed_picture()

    def apply_drawing(self, drawing: MaskDrawing) -> None:
        """Replace the drawing as one undo step, and show it."""
        if self.state is not None:
            self.state.apply_drawing(drawing)
            self.redraw_mask()

    def find_in_box(self, corners: tuple[float, float, float, float]) -> None:
        self._model.find_in_box(corners)

    def click_at_cross(self, *, belongs: bool) -> None:
        self._model.click_at_cross(belongs=belongs)

    def mark_as_saved(self, job: str) -> None:
        """Mark the drawing of a job as saved; a tracking job saves the drawing that it tracked."""
        state, studio = self.state, self.studio_app.studio
        if state is None:
            return
        state.kept = self.keeping.pop(job, state.drawing)

        async def find_saved_mask() -> None:
            rows = await self.in_thread(lambda: studio.require_project().facts.list_masks(job=job))
            whole = [mask.id for mask in rows if mask.object == 0]
            if whole and self.state is state:
                state.mask = whole[0]
                self.show_message(
                    "the mask is kept with the film", "good", "{ui.inpaint} paints inside of it"
                )
                self.refresh_lines()

        self.run_in_background(find_saved_mask, "kept")

    # -- the picture -----------------------------------------------------------------------------------------

    def get_viewed_raster(self) -> tuple[int, int] | None:
        return (self.state.drawing.width, self.state.drawing.height) if self.state is not None else None

    def get_viewed_frame(self) -> FileFrame | None:
        return FileFrame(self.state.path, self.state.seconds) if self.state is not None else None

    def get_compared_frame(self) -> FileFrame | None:
        return None

    def find_compared_frame(self) -> bool:
        self.show_message("nothing is grabbed to compare with", "warn", "{ui.grab} grabs this frame")
        return False

    def redraw_viewed_picture(self) -> None:
        self.run_in_background(self._draw_mask_picture, "picture", exclusive=True)

    async def _draw_mask_picture(self) -> None:
        state = self.state
        if state is None:
            return
        doing = state.pending_act
        asked = MaskOverlay(
            drawing=state.drawing if doing is None else state.get_shown_drawing(),
            frame=state.frame,
            look=self.look,
            hand=state.shown_object_number,
            doing=doing,
            path=state.shown_line,
            cross=state.spot,
        )
        drawing = await self._monitor.draw_file_frame(
            Path(state.path),
            *self.picture.wanted_pixels,
            seconds=state.seconds,
            viewing=self.viewing_keys.viewing,
            beside=self.viewing_keys.beside,
            mask=asked.model_dump(mode="json"),
        )
        facts = self._monitor.facts
        if "window" in facts:
            left, top, width, height = facts["window"]
            self._window = left, top, width, height
            self._boxes = {int(number): tuple(box) for number, box in facts["boxes"].items()}
        self.viewing_keys.show_facts(facts)
        self.picture.show_own_drawing(drawing, self._monitor.trouble)

    def on_picture_resized(self, event: Picture.Resized) -> None:
        self.redraw_mask()

    def on_mask_picture_pointed(self, event: MaskPicture.Pointed) -> None:
        self._hand.handle_mouse(event)

    # -- texts -----------------------------------------------------------------------------------------------

    def format_header_title(self) -> Text:
        state = self.state
        if state is None:
            return super().format_header_title()
        frame = f"   frame {state.frame} of {state.drawing.frames}" if state.is_clip else ""
        kept = "   not kept" if state.is_unsaved else ""
        return join_line(
            ("Mask", self.ink.strong), (f" · {state.name}{frame}", self.ink.text), (kept, self.ink.stale)
        )

    def format_header_facts(self) -> Text | str:
        work = self._model.describe_mask_job()
        if work:
            return Text(work, self.ink.accent)
        state = self.state
        if state is None:
            return ""
        return f"{state.cross[0]}, {state.cross[1]}   {len(state.drawing.objects)} masked"

    def show_queue(self, queue: LiveQueue) -> None:
        self._model.handle_queue(queue)

    def get_current_place(self) -> ScreenPlace:
        state = self.state
        if state is None or self._model.describe_mask_job():
            return ScreenPlace(self.MODE)
        if not state.drawing.objects:
            words, does, act = "nothing is masked", "finds it by words", "ui.text"
        elif state.is_unsaved:
            words, does, act = "the mask is not kept", "keeps it", "ui.enter"
        else:
            words, does, act = "the mask is kept", "paints inside of it", "ui.inpaint"
        step = NextStep("", "picture.mask.draw", words, does=does, screen=self.MODE, act=act)
        return ScreenPlace(self.MODE, step=step)

    def describe_unsaved_changes(self) -> str:
        state = self.state
        return "the mask is not kept" if state is not None and state.is_unsaved else ""

    def get_selected_file(self) -> str:
        return self.state.path if self.state is not None else ""

    # -- acts ------------------------------------------------------------------------------------------------

    async def act_enter(self, key_command: KeyCommand) -> None:
        """Finish the current tool; without a tool, save the mask with the film."""
        if not await self.modes.accept_work():
            await self._keep.save_mask()

    def act_out(self, key_command: KeyCommand) -> None:
        """Put the tool away; without a tool, leave, with a question first if the mask is not saved."""
        if not any(mode.leave_by_escape(key_command) for mode in self.modes):
            self.act_close(key_command)

    def act_close(self, key_command: KeyCommand) -> None:
        self.run_in_background(self._leave_after_question, "leave", exclusive=True)

    async def _leave_after_question(self) -> None:
        if self.describe_unsaved_changes() and not await self.confirm(
            "The mask is not kept. Leave all the same?"
        ):
            return
        self.dismiss()

    def act_undo(self, key_command: KeyCommand) -> None:
        """Undo a step of the mask."""
        self._step_mask_history(back=True, times=key_command.times)

    def act_redo(self, key_command: KeyCommand) -> None:
        """Redo a step of the mask."""
        self._step_mask_history(back=False, times=key_command.times)

    def _step_mask_history(self, *, back: bool, times: int) -> None:
        state = self.state
        if state is None:
            return
        went = [state.undo_mask_step() if back else state.redo_mask_step() for _ in range(times)]
        if not any(went):
            self.show_message("nothing to undo in this mask" if back else "nothing to do again", "warn")
        self.redraw_mask()

    def act_frame(self, key_command: KeyCommand) -> None:
        """[ and ]: the previous and the next frame; { and }: the frames in which something was drawn."""
        state, given = self.state, key_command.binding.args
        if state is None:
            return
        if not state.is_clip:
            self.show_message("a picture has one frame")
            return
        if given.get("drawn"):
            frames = state.drawing.key_frames()
            on = [frame for frame in frames if frame > state.frame]
            before = [frame for frame in frames if frame < state.frame]
            found = on[:1] if int(given["by"]) > 0 else before[-1:]
            if not found:
                self.show_message("nothing is drawn in a frame there")
            state.frame = found[0] if found else state.frame
        else:
            state.frame += int(given["by"]) * key_command.times
        state.frame = min(max(0, state.frame), state.drawing.frames - 1)
        self.redraw_mask()

    def act_look(self, key_command: KeyCommand) -> None:
        """m: show the mask filled, as outlines, or alone."""
        self.look = LOOKS[(LOOKS.index(self.look) + 1) % len(LOOKS)]
        self.redraw_mask()


def read_mask_state(studio: Studio, name: str, seconds: Fraction | float, mask: str) -> MaskState:
    """Read the mask or picture to open. Raises NotFound, BadInput, Ambiguous."""
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
    """Return the name of a take or board: `1C take 2`, `1C board`; empty for other media."""
    story = studio.take_snapshot().story
    take = next((take for take in story.takes if take.asset == asset), None)
    if take is not None:
        takes = [each.id for each in story.takes if each.shot == take.shot]
        return f"{story.numbers.get(take.shot, '')} take {takes.index(take.id) + 1}".strip()
    shot = next((shot for shot in story.shots if shot.board == asset), None)
    return f"{story.numbers.get(shot.id, '')} board".strip() if shot is not None else ""


def _count_head_frames(studio: Studio, asset: str, rate: Fraction | None) -> int:
    """Return the number of frames of a take's file before its shown range."""
    takes = studio.take_snapshot().story.takes
    take = next((take for take in takes if take.asset == asset), None)
    return round(take.compute_head_seconds(rate) * rate) if take is not None and rate else 0
