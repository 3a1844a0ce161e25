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
from milimo_tui.media.masks.drawing import Drawing
from milimo_tui.media.masks.overlay_values import LOOKS, Overlay
from milimo_tui.studio.project.next_here import Place, Step
from milimo_tui.tui.mask.hand_keys import HandKeys
from milimo_tui.tui.mask.keeping import KeepKeys
from milimo_tui.tui.mask.mask_picture import MaskPicture
from milimo_tui.tui.mask.mask_state import MaskState
from milimo_tui.tui.mask.model_keys import ModelKeys
from milimo_tui.tui.mask.object_keys import ObjectKeys
from milimo_tui.tui.mask.object_rows import object_rows
from milimo_tui.tui.panes.paned_screen import PanedScreen
from milimo_tui.tui.panes.split import Split
from milimo_tui.tui.play.monitor import FileFrame, Monitor
from milimo_tui.tui.play.viewed_screen import ViewedScreen
from milimo_tui.tui.play.viewing_keys import ViewingKeys
from milimo_tui.tui.widgets.picture import Picture
from milimo_tui.tui.widgets.rows import Rows
from milimo_tui.tui.widgets.text import line

if TYPE_CHECKING:
    from milimo_tui.studio.session.studio import Snapshot, Studio
    from milimo_tui.tui.background.queue_feed import Queue
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
        self.keeping: dict[str, Drawing] = {}  # The drawing that each running job saves, by job id.
        self._boxes: dict[int, tuple[float, float, float, float]] = {}
        self._window = (0, 0, 1, 1)
        self.viewing_keys: ViewingKeys[FileFrame] = ViewingKeys(self, self)
        self._hand, self._objects, self._model = HandKeys(self), ObjectKeys(self), ModelKeys(self)
        self._keep = KeepKeys(self, self._model)
        self._is_opening = False

    @property
    def own_parts(self) -> tuple[object, ...]:
        return self._hand, self._objects, self._model, self._keep

    def body(self) -> Iterable[Widget]:
        yield Split(MaskPicture(id="mask-picture"), Rows(id="objects"), id="mask", wide=BESIDE)

    @property
    def picture(self) -> MaskPicture:
        return self.query_one(MaskPicture)

    @cached_property
    def _monitor(self) -> Monitor:
        return Monitor(self.studio_app.pictures, "mask")

    # -- opening -------------------------------------------------------------------------------------------

    def show_film(self, film: Snapshot | None) -> None:
        if film is None:
            self.dismiss()
        elif self.state is None and not self._is_opening:
            self._is_opening = True
            self.background(self.open, "open", exclusive=True)

    async def open(self, mask: str = "") -> None:
        """Load a mask of the film, else the requested picture; if that is itself a mask, it is opened as
        one.
        """
        studio, (name, seconds) = self.studio_app.studio, self._wanted
        try:
            self.state = await self.in_thread(lambda: read_state(studio, name, seconds, mask))
        except MilimoError as error:
            self.studio_app.say_error(error)
            if self.state is None:
                self.dismiss()
            return
        self.show()

    # -- the interface for the parts -------------------------------------------------------------------------

    @property
    def seen(self) -> tuple[int, int, int, int]:
        return self._window

    @property
    def cells(self) -> tuple[int, int]:
        drawing = self.picture.drawing
        strips = drawing.strips if drawing is not None else []
        return (strips[0].cell_length, len(strips)) if strips else (1, 1)

    def box_around(self, number: int) -> tuple[float, float, float, float] | None:
        """Return the box around an object as last drawn; None for an empty object."""
        return self._boxes.get(number)

    def show(self) -> None:
        """Draw picture and rows in their present state."""
        state, rows = self.state, self.query_one_optional("#objects", Rows)
        if state is None or rows is None:
            return
        self.submode = state.tool.upper()
        rows.show(object_rows(state, self.ink, (rows.size.width or 28) - 3), f"object:{state.number}")
        self.refresh_lines()
        self.view_anew()

    def change(self, drawing: Drawing) -> None:
        """Replace the drawing as one undo step, and show it."""
        if self.state is not None:
            self.state.change(drawing)
            self.show()

    def ask_box(self, corners: tuple[float, float, float, float]) -> None:
        self._model.ask_box(corners)

    def click(self, *, belongs: bool) -> None:
        self._model.click(belongs=belongs)

    def now_kept(self, job: str) -> None:
        """Mark the drawing of a job as saved; a tracking job saves the drawing that it tracked."""
        state, studio = self.state, self.studio_app.studio
        if state is None:
            return
        state.kept = self.keeping.pop(job, state.drawing)

        async def find() -> None:
            rows = await self.in_thread(lambda: studio.project().facts.masks(job=job))
            whole = [mask.id for mask in rows if mask.object == 0]
            if whole and self.state is state:
                state.mask = whole[0]
                self.say("the mask is kept with the film", "good", "{ui.inpaint} paints inside of it")
                self.refresh_lines()

        self.background(find, "kept")

    # -- the picture -----------------------------------------------------------------------------------------

    def viewed_raster(self) -> tuple[int, int] | None:
        return (self.state.drawing.width, self.state.drawing.height) if self.state is not None else None

    def viewed_frame(self) -> FileFrame | None:
        return FileFrame(self.state.path, self.state.seconds) if self.state is not None else None

    def second_frame(self) -> FileFrame | None:
        return None

    def find_second(self) -> bool:
        self.say("nothing is grabbed to compare with", "warn", "{ui.grab} grabs this frame")
        return False

    def view_anew(self) -> None:
        self.background(self._draw_picture, "picture", exclusive=True)

    async def _draw_picture(self) -> None:
        state = self.state
        if state is None:
            return
        doing = state.doing
        asked = Overlay(
            drawing=state.drawing if doing is None else state.with_object_shown(),
            frame=state.frame,
            look=self.look,
            hand=state.hand_shown,
            doing=doing,
            path=state.line_shown,
            cross=state.spot,
        )
        drawing = await self._monitor.file(
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
        self.picture.show(drawing, self._monitor.trouble)

    def on_picture_resized(self, event: Picture.Resized) -> None:
        self.show()

    def on_mask_picture_pointed(self, event: MaskPicture.Pointed) -> None:
        self._hand.pointed(event)

    # -- texts -----------------------------------------------------------------------------------------------

    def heading(self) -> Text:
        state = self.state
        if state is None:
            return super().heading()
        frame = f"   frame {state.frame} of {state.drawing.frames}" if state.is_clip else ""
        kept = "   not kept" if state.is_unsaved else ""
        return line(
            ("Mask", self.ink.strong), (f" · {state.name}{frame}", self.ink.text), (kept, self.ink.stale)
        )

    def facts(self) -> Text | str:
        work = self._model.work()
        if work:
            return Text(work, self.ink.accent)
        state = self.state
        if state is None:
            return ""
        return f"{state.cross[0]}, {state.cross[1]}   {len(state.drawing.objects)} masked"

    def show_queue(self, queue: Queue) -> None:
        self._model.see(queue)

    def next_place(self) -> Place:
        state = self.state
        if state is None or self._model.work():
            return Place(self.MODE)
        if not state.drawing.objects:
            words, does, act = "nothing is masked", "finds it by words", "ui.text"
        elif state.is_unsaved:
            words, does, act = "the mask is not kept", "keeps it", "ui.enter"
        else:
            words, does, act = "the mask is kept", "paints inside of it", "ui.inpaint"
        step = Step("", "picture.mask.draw", words, does=does, screen=self.MODE, act=act)
        return Place(self.MODE, step=step)

    def unsaved(self) -> str:
        state = self.state
        return "the mask is not kept" if state is not None and state.is_unsaved else ""

    def shown_file(self) -> str:
        return self.state.path if self.state is not None else ""

    # -- acts ------------------------------------------------------------------------------------------------

    async def act_enter(self, key_command: KeyCommand) -> None:
        """Finish the current tool; without a tool, save the mask with the film."""
        if not self._hand.end():
            await self._keep.keep()

    def act_out(self, key_command: KeyCommand) -> None:
        """Put the tool away; without a tool, leave, with a question first if the mask is not saved."""
        if not self._hand.drop():
            self.background(self._leave, "leave", exclusive=True)

    def act_close(self, key_command: KeyCommand) -> None:
        self.background(self._leave, "leave", exclusive=True)

    async def _leave(self) -> None:
        if self.unsaved() and not await self.confirm("The mask is not kept. Leave all the same?"):
            return
        self.dismiss()

    def act_undo(self, key_command: KeyCommand) -> None:
        """Undo a step of the mask."""
        self._step(back=True, times=key_command.times)

    def act_redo(self, key_command: KeyCommand) -> None:
        """Redo a step of the mask."""
        self._step(back=False, times=key_command.times)

    def _step(self, *, back: bool, times: int) -> None:
        state = self.state
        if state is None:
            return
        went = [state.back() if back else state.on() for _ in range(times)]
        if not any(went):
            self.say("nothing to undo in this mask" if back else "nothing to do again", "warn")
        self.show()

    def act_frame(self, key_command: KeyCommand) -> None:
        """[ and ]: the previous and the next frame; { and }: the frames in which something was drawn."""
        state, given = self.state, key_command.binding.args
        if state is None:
            return
        if not state.is_clip:
            self.say("a picture has one frame")
            return
        if given.get("drawn"):
            frames = state.drawing.key_frames()
            on = [frame for frame in frames if frame > state.frame]
            before = [frame for frame in frames if frame < state.frame]
            found = on[:1] if int(given["by"]) > 0 else before[-1:]
            if not found:
                self.say("nothing is drawn in a frame there")
            state.frame = found[0] if found else state.frame
        else:
            state.frame += int(given["by"]) * key_command.times
        state.frame = min(max(0, state.frame), state.drawing.frames - 1)
        self.show()

    def act_look(self, key_command: KeyCommand) -> None:
        """m: show the mask filled, as outlines, or alone."""
        self.look = LOOKS[(LOOKS.index(self.look) + 1) % len(LOOKS)]
        self.show()


def read_state(studio: Studio, name: str, seconds: Fraction | float, mask: str) -> MaskState:
    """Read the mask or picture to open. Raises NotFound, BadInput, Ambiguous."""
    from milimo_tui.studio.pictures import drawings, masks

    if not mask:
        rows = studio.project().facts.masks()
        mask = next((row.id for row in rows if name in (row.asset, row.id)), "")
    if mask:
        opened = drawings.opened(studio, mask)
        source, drawing, frame = opened.source, opened.drawing, opened.frame
    else:
        source = masks.source(studio, name, lambda source: None)
        drawing = drawings.begun(source)
        frame = round(seconds * source.rate) + _head(studio, source.asset, source.rate) if source.rate else 0
    return MaskState(
        source=source.asset,
        name=_shown_name(studio, source.asset) or source.name,
        path=str(source.path),
        rate=source.rate,
        drawing=drawing,
        frame=min(max(0, frame), source.frames - 1),
        mask=mask,
    )


def _shown_name(studio: Studio, asset: str) -> str:
    """Return the name of a take or board: `1C take 2`, `1C board`; empty for other media."""
    story = studio.snapshot().story
    take = next((take for take in story.takes if take.asset == asset), None)
    if take is not None:
        takes = [each.id for each in story.takes if each.shot == take.shot]
        return f"{story.numbers.get(take.shot, '')} take {takes.index(take.id) + 1}".strip()
    shot = next((shot for shot in story.shots if shot.board == asset), None)
    return f"{story.numbers.get(shot.id, '')} board".strip() if shot is not None else ""


def _head(studio: Studio, asset: str, rate: Fraction | None) -> int:
    """Return the number of frames of a take's file before its shown range."""
    takes = studio.snapshot().story.takes
    take = next((take for take in takes if take.asset == asset), None)
    return round(take.head_seconds(rate) * rate) if take is not None and rate else 0
