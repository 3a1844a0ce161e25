"""A column of facts: headings, then lines with a muted label and words. Lines that don't fit are cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text
from textual.widget import Widget

from milimo_tui.tui.widgets.terminal_app import get_terminal_app
from milimo_tui.tui.widgets.text import join_line, truncate_line

LABEL = 9  # Width in cells of the column of labels.


@dataclass(frozen=True, slots=True)
class FactLine:
    """A line of facts: a muted label, followed by a text. `strong` is True for headings."""

    label: str
    words: str
    colour: str = "text"
    strong: bool = False


class Facts(Widget):
    """A widget that shows a list of facts. `show_fact_lines` replaces the lines and repaints the widget only
    if they differ.
    """

    DEFAULT_CSS = "Facts { width: 1fr; height: 1fr; }"
    can_focus = False

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.lines: tuple[FactLine, ...] = ()

    def show_fact_lines(self, lines: Sequence[FactLine]) -> None:
        """Replace the lines."""
        if tuple(lines) != self.lines:
            self.lines = tuple(lines)
            self.refresh()

    def render(self) -> Text:
        ink = get_terminal_app(self).ink
        out = []
        for fact in self.lines[: self.content_size.height]:
            style = ink.strong if fact.strong else getattr(ink, fact.colour)
            label = (f"{fact.label:<{LABEL}}", ink.muted) if fact.label else ""
            out.append(truncate_line(join_line(label, (fact.words, style)), self.content_size.width))
        return Text("\n").join(out)
