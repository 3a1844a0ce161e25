"""The keys and the mouse actions that resize the panes of a screen, and the saved layouts.

A layout is saved with the film, for each screen and each size of the terminal.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from milimo_tui.core.errors import MilimoError
from milimo_tui.tui.panes.divider import Divider
from milimo_tui.tui.panes.pane_layout import PaneLayout, StoredLayout

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.panes.paned_screen import PanedScreen

STEP_COLUMNS, STEP_ROWS = 4, 1


class PaneSizes:
    """The part of a screen that changes the sizes of its panes when the user presses keys or drags a divider.
    It saves the layout afterwards.
    """

    def __init__(self, screen: PanedScreen) -> None:
        self._screen = screen
        # The film and terminal size whose saved layout was applied last.
        self._of: tuple[str, int, int] | None = None

    @property
    def _layout(self) -> PaneLayout:
        return self._screen.pane_layout

    @property
    def _key(self) -> str:
        size = self._screen.size
        return f"panes.{self._screen.CONTEXTS[0]}.{size.width}x{size.height}"

    def handle_pane_key(self, key_command: KeyCommand) -> None:
        """Handle the keys that follow `z`: `<` narrower, `>` wider, `J` less tall, `K` taller, `x` close or
        open the pane, `r` reset the layout.
        """
        layout, times = self._layout, key_command.times
        match str(key_command.binding.args["to"]):
            case "closed":
                self.toggle_and_save()
                return
            case "narrower" | "wider" | "lower" | "taller" if layout.is_closed:
                # A closed pane has no size to change, so a resize key only opens it, at the size it had
                # before it was closed.
                self.toggle_and_save()
                return
            case "narrower" | "wider" as to:
                columns = STEP_COLUMNS * times
                done = layout.widen_pane(columns if to == "wider" else -columns)
                why = (
                    "there is no pane next to this one",
                    "{ui.pane lower} and {ui.pane taller} change one below",
                )
            case "lower" | "taller" as to:
                rows = STEP_ROWS * times
                done = layout.heighten_pane(rows if to == "taller" else -rows)
                why = (
                    "there is no pane below this one",
                    "{ui.pane narrower} and {ui.pane wider} change one next to it",
                )
            case _:
                layout.reset_panes()
                done, why = True, ("", "")
                self._screen.show_message("the panes have their default sizes")
        if not done:
            self._screen.show_message(why[0], "warn", why[1])
            return
        self._screen.call_after_refresh(self._screen.redraw_resized_panes)
        self.save_layout()

    def toggle_and_save(self) -> None:
        """Close the pane, or open it again, and save the layout."""
        if not self._layout.toggle_pane():
            self._screen.show_message("this terminal has room for one pane only", "warn")
            return
        if self._layout.is_closed:
            self._screen.show_message("the pane is closed", hint="{ui.pane closed} opens it")
        self._screen.call_after_refresh(self._screen.redraw_resized_panes)
        self.save_layout()

    def follow_divider(self, event: Divider.Moved) -> None:
        """Resize the pane while the user drags its divider. The pane is to the right of the divider or below
        it.
        """
        give = self._layout.widen_pane if event.divider.upright else self._layout.heighten_pane
        if give(-event.by):
            self._screen.call_after_refresh(self._screen.redraw_resized_panes)

    def save_layout(self) -> None:
        """Save the layout of the current terminal size with the film."""
        self._screen.studio_app.save_ui_value(self._key, dict(self._layout.to_stored_layout()))

    def load_layout_for_size(self) -> None:
        """Load the layout that was saved for the current terminal size."""
        film, size = self._screen.film, self._screen.size
        of = (film.story.project.id, size.width, size.height) if film is not None else None
        if of is not None and of != self._of:
            self._of = of
            self._screen.run_in_background(partial(self._apply_saved_layout, of), "panes", exclusive=True)

    async def _apply_saved_layout(self, of: tuple[str, int, int]) -> None:
        studio, key = self._screen.studio_app.studio, self._key

        def read_saved_layout() -> Any:
            return studio.require_project().ui.get(key)

        try:
            layout = await self._screen.in_thread(read_saved_layout)
        except MilimoError:
            return  # No message here: the code that reads the film reports this error.
        if of != self._of:
            return
        found: StoredLayout = layout if isinstance(layout, dict) else {}
        if not all(isinstance(value, int) for value in found.values()):
            found = {}
        if {name: value for name, value in found.items() if value} != self._nonzero_layout():
            self._layout.apply_stored_layout(found)
            self._screen.call_after_refresh(self._screen.redraw_resized_panes)

    def _nonzero_layout(self) -> dict[str, int]:
        return {name: value for name, value in self._layout.to_stored_layout().items() if value}
