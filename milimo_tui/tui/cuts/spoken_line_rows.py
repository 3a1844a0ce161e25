"""Lines of dialogue and their takes as rows of their lists. Pure functions over values."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from rich.text import Text

from milimo_tui.tui.terminal.theme import TextStyles
from milimo_tui.tui.widgets.rows import Row
from milimo_tui.tui.widgets.text import fit_to_cells, join_line, wrap_words

if TYPE_CHECKING:
    from milimo_tui.studio.speech.line_states import LineState

NAME, WHO = 6, 10  # Widths of the columns with the name of a line and its character, in cells.
MISSING, STALE, SCRATCH, SPOKEN = "○", "◐", "◌", "●"


def format_line_headings(ink: TextStyles) -> tuple[Text, Text]:
    """Return the column headings of the lines."""
    heads = f"   {'line':{NAME}} {'who':{WHO}} words"
    return join_line((heads, ink.muted)), join_line(("seconds  state", ink.muted))


def build_line_rows(states: Sequence[LineState], ink: TextStyles) -> list[Row]:
    """Return a row for each line: its state as a glyph, its name, character, words and length."""
    rows = []
    for state in states:
        shown = state.shown
        glyph = MISSING if shown is None else STALE if state.stale else SCRATCH if shown.scratch else SPOKEN
        word = (
            "missing"
            if shown is None
            else "stale"
            if state.stale
            else "scratch"
            if shown.scratch
            else "recorded"
            if shown.is_recording
            else "spoken"
        )
        style = ink.stale if state.stale else ink.muted if shown is None else ink.text
        left = join_line(
            (f"{glyph} ", ink.picked if shown is not None and not state.stale else ink.muted),
            (f"{fit_to_cells(state.name, NAME)} ", ink.muted),
            (f"{fit_to_cells(state.character, WHO)} ", ink.muted),
            (state.text, style),
        )
        stars = f"{'★' * shown.rating} " if shown is not None and shown.rating else ""
        right = join_line((f"{stars}{float(state.time.seconds):5.1f}  {word:8}", ink.muted))
        rows.append(Row(state.name, left, right, f"{state.name} {state.character} {state.text} {word}"))
    return rows


def build_take_rows(state: LineState, over: Fraction | None, ink: TextStyles, width: int) -> list[Row]:
    """Return rows that describe a line: its words, voice, time in the shot, and its takes."""
    rows = [Row("", join_line((part, ink.text))) for part in wrap_words(state.text, width)]
    voice = state.voice
    facts = [voice.engine, voice.voice, state.effect.value]
    rows.append(Row("", join_line(("  ".join(filter(None, facts)), ink.muted))))
    time = state.time
    words = f"at {float(time.start):.1f} s of {state.number}"
    if time.speed != 1:
        words += f", {float(time.speed - 1):.0%} faster"
    rows.append(Row("", join_line((words, ink.muted))))
    if over:
        rows.append(Row("", join_line((f"{float(over):.1f} s too long for the shot", ink.stale))))
    if state.stale:
        rows.append(Row("", join_line((state.stale, ink.stale))))
    for place, take in enumerate(state.takes, 1):
        mark = "▸" if take is state.shown else "×" if take.rejected else " "
        style = ink.picked if take is state.shown else ink.muted
        made = take.engine or "recording"
        rows.append(
            Row(
                "",
                join_line(
                    (f"{mark} {place}  {made}", style),
                    (f"  {float(take.seconds or 0):.1f} s  {'★' * take.rating}", ink.muted),
                ),
            )
        )
    return rows
