"""A panel with the doctor's report on this machine. The test card can be opened from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.shell.overlay import Overlay, make_text_rows

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.terminal.theme import TextStyles

CARD = "card"


class DoctorPanel(Overlay):
    """A panel with the doctor's report. Dismisses with `CARD` if the user asks for the test card."""

    CONTEXTS: ClassVar[tuple[str, ...]] = ("doctor", "overlay")
    CSS_PATH = "../shell/overlay.tcss"

    def __init__(self, report: str, ink: TextStyles, width: int) -> None:
        """Create the panel. `width` is the number of cells for the report's text."""
        super().__init__(
            "The doctor", make_text_rows(report, ink, width), "{ui.test_card} runs the test card   Esc closes"
        )

    @action
    def act_test_card(self, key_command: KeyCommand) -> None:
        self.dismiss(CARD)
