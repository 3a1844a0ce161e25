"""The history as a panel over a screen: the tree of states, the cursor where one stands; Enter goes there."""

from __future__ import annotations

import time
from collections.abc import Sequence

from rich.text import Text

from milimo_tui.studio.history_tree import Line, hand_of
from milimo_tui.tui.jobs_history import clock_of
from milimo_tui.tui.overlay import Overlay
from milimo_tui.tui.theme import Ink
from milimo_tui.tui.widgets.rows import Row
from milimo_tui.tui.widgets.text import line


def rows(lines: Sequence[Line], ink: Ink, now: float) -> list[Row]:
    """A row a state; where several hands worked, a heading before each one's line."""
    hands = {each.state.lineage for each in lines}
    out: list[Row] = []
    for each in lines:
        state = each.state
        if not each.depth and state.number == 0 and len(hands) > 1:
            out += [Row("", Text())] * bool(out)
            out.append(Row("", line((f"the work of {hand_of(lines, state.lineage)}", ink.strong))))
        style = ink.muted if not state.applied else ink.strong if each.here else ink.text
        left = line(
            (f"{each.drawing} ", ink.accent if state.applied else ink.muted),
            (state.words, style),
            (f"  {len(state.edits)} edits" if len(state.edits) > 1 else "", ink.muted),
        )
        told = [f"“{state.name}”"] * bool(state.name) + ["◀ here"] * each.here
        when = clock_of(state.edits[-1].created, now) if state.edits else ""
        right = line((f"{'  '.join(told)}  " if told else "", ink.accent), (when, ink.muted))
        key = state.id if state.number or len(hands) == 1 else ""
        out.append(Row(key, left, right))
    return out


class HistoryPanel(Overlay):
    """Dismisses with the id of the state to go to."""

    def __init__(self, heading: str, lines: Sequence[Line], ink: Ink) -> None:
        super().__init__(heading, rows(lines, ink, time.time()), "Enter goes there  Esc closes")
        self._here = next((each.state.id for each in reversed(lines) if each.here), "")

    def _open(self) -> None:
        super()._open()
        self.rows.show(self.first_rows, self._here)
