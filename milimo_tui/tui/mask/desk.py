"""The interface of the mask screen for its parts."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from milimo_tui.media.masks.drawing import MaskDrawing
from milimo_tui.tui.fields.form_field import FormField
from milimo_tui.tui.mask.mask_state import MaskState


class MaskDesk(Protocol):
    """The mask screen as its parts use it."""

    @property
    def state(self) -> MaskState | None: ...

    @property
    def visible_part(self) -> tuple[int, int, int, int]:
        """Left, top, width and height of the visible part of the picture, in the picture's pixels."""

    @property
    def cells(self) -> tuple[int, int]:
        """Columns and rows that the picture fills."""

    def redraw_mask(self) -> None:
        """Draw picture and rows in their present state."""

    def apply_drawing(self, drawing: MaskDrawing) -> None:
        """Replace the drawing as one undo step, and show it."""

    def show_message(self, text: str, kind: str = "info", hint: str = "") -> None:
        """Show a message on the message line."""

    def find_in_box(self, corners: tuple[float, float, float, float]) -> None:
        """Let a model find the object in a box."""

    def click_at_cross(self, *, belongs: bool) -> None:
        """Click under the cross: the place belongs to the current object, or does not."""

    def guard_screen_work(self) -> AbstractContextManager[None]:
        """Run work of the screen: ignore errors if the screen is closed meanwhile; show refusals as
        messages.
        """

    async def ask_field(self, field: FormField, *, name: str = "FIELD") -> str | None:
        """Ask for the value of a field; None if the user cancelled."""
