"""The panel that lists the sound effects of a clip or a strip of the mixer while they are edited. It shows
the numbers of the effect under the cursor, and one line for each other effect. The panel only draws values.
"""

from __future__ import annotations

from dataclasses import dataclass

from rich.text import Text
from textual.widget import Widget

from milimo_tui.cut.values.sound_effects import SOUND_EFFECTS
from milimo_tui.tui.terminal.theme import CURSOR
from milimo_tui.tui.timeline.fields.sound_edit import SoundEdit, SoundRow
from milimo_tui.tui.widgets.terminal_app import get_terminal_app
from milimo_tui.tui.widgets.text import join_line, truncate_line

# Width of the titles of numbers in cells, with a space after the longest.
TITLE = 1 + max(len(number.title) for kind in SOUND_EFFECTS.values() for number in kind.numbers.values())
_VALUE, _BAR = 11, 9  # Widths of a value and of the bar next to it, in cells.
_HEAD = 2  # The lines above the list, and the line below it that explains the row under the cursor.
KEY = "◆"
NO_EDIT = SoundEdit(())


@dataclass(frozen=True, slots=True)
class SoundPanelView:
    """Everything that the panel shows.

    `name` is the clip or the strip. `frame` is the frame at which numbers with keys are shown. `is_without`
    is True while the sound is heard without the effects. `missing` are the ids of impulse responses whose
    files are missing.
    """

    name: str = ""
    edit: SoundEdit = NO_EDIT
    frame: int = 0
    is_without: bool = False
    missing: frozenset[str] = frozenset()


class SoundPanel(Widget):
    """The list of sound effects, with a cursor."""

    DEFAULT_CSS = "SoundPanel { width: 1fr; height: 1fr; display: none; padding: 0 1; }"
    can_focus = False

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._view = SoundPanelView()

    def show_effects(self, view: SoundPanelView) -> None:
        """Show the effects."""
        self._view = view
        self.refresh()

    def render(self) -> Text:
        ink, view = get_terminal_app(self).ink, self._view
        head = "B: without effects" if view.is_without else "A: with effects"
        lines = [
            join_line((f"{view.name}  ", ink.strong), (head, ink.stale if view.is_without else ink.accent))
        ]
        current = view.edit.current_row
        rows = [
            row
            for row in view.edit.list_rows()
            if row.is_title or (current is not None and row.index == current.index)
        ]
        if current is None:
            lines.append(join_line(("no sound effects", ink.muted)))
            return Text("\n", no_wrap=True).join(lines)
        at = rows.index(current)
        height = max(1, self.size.height - _HEAD)
        top = max(0, min(at - height // 2, len(rows) - height))
        lines += [
            self._format_row(row, number == at) for number, row in enumerate(rows[top : top + height], top)
        ]
        lines.append(join_line((f"  {self._explain_row(current)}", ink.muted)))
        return Text("\n", no_wrap=True).join(truncate_line(line, self.size.width) for line in lines)

    def _format_row(self, row: SoundRow, lit: bool) -> Text:
        ink, frame = get_terminal_app(self).ink, self._view.frame
        sign = (f"{CURSOR} " if lit else "  ", ink.accent)
        style = ink.strong if lit else ink.text
        value = row.format_value(frame)
        if row.is_title:
            title = f"{row.index + 1} {SOUND_EFFECTS[row.effect.name].title}"
            quiet = ink.muted if row.effect.bypassed else style
            return join_line(sign, (f"{title:<{TITLE + 2}}", quiet), (value, ink.stale))
        if row.number is None:
            is_missing = row.effect.impulse is not None and row.effect.impulse.asset in self._view.missing
            words = f"{value} (missing)" if is_missing else value
            shown = ink.failed if is_missing else style if row.effect.impulse or lit else ink.muted
            return join_line(sign, ("  impulse response ", style if lit else ink.muted), (words, shown))
        is_set = bool(row.curve) or any(name == row.number.name for name, _ in row.effect.numbers)
        key = KEY if any(each.frame == frame for each in row.curve) else "◇" if row.curve else ""
        bar = self._draw_bar(row) if self.size.width >= 2 + TITLE + 2 + _VALUE + _BAR + 4 else ""
        return join_line(
            sign,
            (f"  {row.number.title:<{TITLE}}", style if lit else ink.muted),
            (f"{value:<{_VALUE}}" if bar else value, style if is_set or lit else ink.muted),
            (f" {key}".rstrip(), ink.accent),
            (bar, ink.accent if lit else ink.muted),
        )

    def _draw_bar(self, row: SoundRow) -> str:
        """Return a bar that shows the place of a value between its lowest and its highest value."""
        assert row.number is not None
        share = (row.get_value(self._view.frame) - row.number.low) / (row.number.high - row.number.low)
        if row.number.low >= 0 and row.number.high > 20 * max(1.0, row.number.low):
            share **= 1 / 3  # Most useful frequencies and times are at the low end.
        knob = round(min(1.0, max(0.0, share)) * (_BAR - 1))
        return f" {'━' * knob}●{'─' * (_BAR - 1 - knob)}"

    def _explain_row(self, row: SoundRow) -> str:
        """Return a line about the row under the cursor."""
        if row.is_title:
            return SOUND_EFFECTS[row.effect.name].purpose
        if row.number is None:
            return "a recorded room: a sound file, or generated"
        number = row.number
        bounds = f"{number.low:g} to {number.high:g} {number.unit}".rstrip().replace("-", "−")
        if row.curve:
            return f"{len(row.curve)} {'key' if len(row.curve) == 1 else 'keys'}, {bounds}"
        return f"{bounds}, normally {number.default:g}".replace("-", "−")
