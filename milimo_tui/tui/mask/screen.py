"""The mask screen: a frame of a shot, take, clip or picture, and the objects that are masked in it.

The drawing is an immutable value (`media.masks.drawing`). `mask_state` holds the drawing with its undo
history, so that every change can be undone in one step. The viewer process turns the drawing into pixels and
lays them over the frame. Jobs started in `model_keys` run the models. A job started in `mask_commands` saves
the
mask with the film.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from rich.text import Text

from milimo_tui.media.masks.overlay_values import MaskLook
from milimo_tui.studio.project.screen_next_step import NextStep, ScreenPlace
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.mask.drawing_keys import DrawingToolKeys
from milimo_tui.tui.mask.mask_commands import MaskCommandKeys
from milimo_tui.tui.mask.mask_core import MaskCore
from milimo_tui.tui.mask.mask_picture import MaskPicture
from milimo_tui.tui.mask.model_keys import MaskModelKeys
from milimo_tui.tui.mask.object_keys import MaskObjectKeys
from milimo_tui.tui.widgets.text import join_line

if TYPE_CHECKING:
    from milimo_tui.tui.background.queue_feed import LiveQueue
    from milimo_tui.tui.keys.key_parser import KeyCommand


class MaskScreen(MaskCore):
    """The editor of a mask. Esc first stops using the current tool, then goes back to the previous screen."""

    MODE = "mask"
    TITLE = "Mask"
    CONTEXTS = ("mask", "panes", "viewing", "global")
    CSS_PATH = "mask.tcss"
    AUTO_FOCUS = ""

    def __init__(self, source: str, seconds: Fraction | float = 0) -> None:
        super().__init__(source, seconds)
        model = self._model = MaskModelKeys(self)
        self._hand, self._objects = DrawingToolKeys(self, model), MaskObjectKeys(self)
        self._keep = MaskCommandKeys(self, model)
        self.modes = self.stack_modes(self.viewing_keys.hand, self._hand)

    @property
    def own_parts(self) -> tuple[object, ...]:
        return self._hand, self._objects, self._model, self._keep

    def on_mask_picture_pointed(self, event: MaskPicture.Pointed) -> None:
        self._hand.handle_mouse(event)

    def format_header_title(self) -> Text:
        state = self.state
        if state is None:
            return super().format_header_title()
        frame = f"   frame {state.frame} of {state.drawing.frames}" if state.is_clip else ""
        text = "   not saved" if state.is_unsaved else ""
        return join_line(
            ("Mask", self.ink.strong), (f" · {state.name}{frame}", self.ink.text), (text, self.ink.stale)
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
            words, does, step_action = "nothing is masked", "finds it by words", "ui.text"
        elif state.is_unsaved:
            words, does, step_action = "the mask is not saved", "saves it", "ui.enter"
        else:
            words, does, step_action = "the mask is saved", "repaints inside it", "ui.inpaint"
        step = NextStep("", "picture.mask.draw", words, does=does, act=step_action)
        return ScreenPlace(self.MODE, step=step)

    def describe_unsaved_changes(self) -> str:
        state = self.state
        return "the mask is not saved" if state is not None and state.is_unsaved else ""

    def get_selected_file(self) -> str:
        return self.state.path if self.state is not None else ""

    @action
    async def act_enter(self, key_command: KeyCommand) -> None:
        """Finish the current tool. If no tool is in use, save the mask with the film."""
        if not await self.modes.accept_work():
            await self._keep.save_mask()

    def leave_screen(self) -> None:
        """Leave the screen. If the mask has unsaved changes, ask the user first."""
        self.run_in_background(self._leave_after_question, "leave", exclusive=True)

    async def _leave_after_question(self) -> None:
        if self.describe_unsaved_changes() and not await self.confirm(
            "The mask is not saved. Leave without saving?"
        ):
            return
        self.dismiss()

    @action
    def act_undo(self, key_command: KeyCommand) -> None:
        """Undo the last change of the mask."""
        self._step_mask_history(back=True, times=key_command.times)

    @action
    def act_redo(self, key_command: KeyCommand) -> None:
        """Redo the change of the mask that was undone last."""
        self._step_mask_history(back=False, times=key_command.times)

    def _step_mask_history(self, *, back: bool, times: int) -> None:
        state = self.state
        if state is None:
            return
        steps = [state.undo_mask_step() if back else state.redo_mask_step() for _ in range(times)]
        if not any(steps):
            self.show_message("nothing to undo in this mask" if back else "nothing to redo", "warn")
        self.redraw_mask()

    @action
    def act_frame(self, key_command: KeyCommand) -> None:
        """Go to the previous or next frame (`[` and `]`), or to the previous or next frame in which something
        was drawn (`{` and `}`).
        """
        state, given = self.state, key_command.binding.args
        if state is None:
            return
        if not state.is_clip:
            self.show_message("a still picture has only one frame")
            return
        if given.get("drawn"):
            frames = state.drawing.key_frames()
            on = [frame for frame in frames if frame > state.frame]
            before = [frame for frame in frames if frame < state.frame]
            found = on[:1] if int(given["by"]) > 0 else before[-1:]
            if not found:
                self.show_message("there is no drawn frame in that direction")
            state.frame = found[0] if found else state.frame
        else:
            state.frame += int(given["by"]) * key_command.times
        state.frame = min(max(0, state.frame), state.drawing.frames - 1)
        self.redraw_mask()

    @action
    def act_look(self, key_command: KeyCommand) -> None:
        """Show the mask filled, as outlines, or without the picture, in turn (`m`)."""
        looks = list(MaskLook)
        self.look = looks[(looks.index(self.look) + 1) % len(looks)]
        self.redraw_mask()
