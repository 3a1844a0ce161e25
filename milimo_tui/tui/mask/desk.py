"""What the parts of the mask screen work on, and tell: the screen as they know it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from milimo_tui.media.masks.drawing import Drawing
from milimo_tui.tui.fields.form_field import FormField
from milimo_tui.tui.mask.mask_state import MaskState


class Desk(Protocol):
    """What the parts of the mask screen work on, and tell."""

    @property
    def state(self) -> MaskState | None: ...

    @property
    def seen(self) -> tuple[int, int, int, int]:
        """Left, top, width and height of what of the picture is seen, in its pixels."""

    @property
    def cells(self) -> tuple[int, int]:
        """Columns and rows that the picture fills."""

    def show(self) -> None:
        """Draw picture and rows as they are now."""

    def change(self, drawing: Drawing) -> None:
        """Take another drawing, one step, and show it."""

    def say(self, text: str, kind: str = "info", hint: str = "") -> None: ...

    def ask_box(self, corners: tuple[float, float, float, float]) -> None:
        """Have a model look for what is in a box."""

    def click(self, *, belongs: bool) -> None:
        """Click under the cross: what is there belongs to the object in hand, or does not."""

    def while_here(self) -> AbstractContextManager[None]:
        """End quietly where the screen goes meanwhile; say what is refused."""

    async def ask_field(self, field: FormField, *, name: str = "FIELD") -> str | None:
        """Ask for one field; None where it was left."""
