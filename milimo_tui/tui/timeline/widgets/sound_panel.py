"""The panel next to the picture while the sound effects of a clip are edited. It lists the effects and their
numbers. The panel only draws values.
"""

from __future__ import annotations

from rich.text import Text
from textual.widget import Widget

from milimo_tui.cut.values.sound_effects import SOUND_EFFECTS
from milimo_tui.tui.terminal.theme import CURSOR
from milimo_tui.tui.timeline.fields.sound_edit import SoundEdit, SoundRow
from milimo_tui.tui.widgets.terminal_app import get_terminal_app
from milimo_tui.tui.widgets.text import join_line, truncate_line

# Width of the titles of numbers in cells, with a space behind the longest.
TITLE = 1 + max(len(number.title) for kind in SOUND_EFFECTS.values() for number in kind.numbers.values())


class SoundPanel(Widget):
    """The list of a clip's sound effects, with a cursor."""

    DEFAULT_CSS = "SoundPanel { width: 1fr; height: 1fr; display: none; padding: 0 1; }"
    can_focus = False

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._edit, self._without = SoundEdit(()), False

    def show_effects(self, edit: SoundEdit, *, without: bool) -> None:
        """Show the effects. `without` is True while the clip is heard without them."""
        self._edit, self._without = edit, without
        self.refresh()

    def render(self) -> Text:
        ink = get_terminal_app(self).ink
        rows, at = self._edit.list_rows(), self._edit.at
        head = "B  without effects" if self._without else "A  with effects"
        lines = [join_line((head, ink.stale if self._without else ink.accent))]
        if not rows:
            lines.append(join_line(("no sound effects", ink.muted)))
        room = max(1, self.size.height - 1)
        top = max(0, min(at - room // 2, len(rows) - room))
        lines += [
            self._format_row(row, number == at) for number, row in enumerate(rows[top : top + room], top)
        ]
        return Text("\n", no_wrap=True).join(truncate_line(line, self.size.width - 2) for line in lines)

    def _format_row(self, row: SoundRow, lit: bool) -> Text:
        ink = get_terminal_app(self).ink
        sign = (f"{CURSOR} " if lit else "  ", ink.accent)
        style = ink.strong if lit else ink.text
        if row.number is None:
            title = f"{row.index + 1} {SOUND_EFFECTS[row.effect.name].title}"
            quiet = ink.muted if row.effect.bypassed else style
            return join_line(sign, (f"{title:<{TITLE + 2}}", quiet), (row.format_value(), ink.stale))
        is_set = any(name == row.number.name for name, _ in row.effect.numbers)
        title = f"  {row.number.title:<{TITLE}}"
        return join_line(
            sign,
            (title, ink.muted if not lit else style),
            (row.format_value(), style if is_set or lit else ink.muted),
        )
