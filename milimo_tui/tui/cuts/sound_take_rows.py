"""Takes of music, effects and ambience as rows of their lists. Pure functions over values."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from rich.text import Text

from milimo_tui.tui.terminal.theme import TextStyles
from milimo_tui.tui.widgets.rows import Row
from milimo_tui.tui.widgets.text import fit_to_cells, join_line, wrap_words

NUMBER, ROLE, OWNER = 3, 9, 10  # Widths of the columns in cells.
PICKED, OTHER, REJECTED, STALE = "▸", " ", "×", "◐"


def format_sound_headings(ink: TextStyles) -> tuple[Text, Text]:
    """Return the column headings of the takes of sound."""
    heads = f"     {'':{NUMBER}} {'sound':{ROLE}} {'of':{OWNER}} made by"
    return join_line((heads, ink.muted)), join_line(("rating  seconds  state", ink.muted))


def describe_sound_state(take: Mapping[str, Any], laid: Collection[str]) -> str:
    """Return one word for the state of a take: stale, in the cut, placeholder, or fresh."""
    if take["rejected"]:
        return "rejected"
    if take["stale"]:
        return "stale"
    return "in cut" if take["asset"] in laid else "noise" if take["placeholder"] else "fresh"


def build_sound_rows(takes: Sequence[Mapping[str, Any]], laid: Collection[str], ink: TextStyles) -> list[Row]:
    """Return a row for each take of sound. `laid` are the assets that the cut plays."""
    rows = []
    for take in takes:
        mark = PICKED if take["picked"] else REJECTED if take["rejected"] else OTHER
        state = describe_sound_state(take, laid)
        style = ink.stale if take["stale"] else ink.text
        left = join_line(
            (f"{mark} {STALE if take['stale'] else ' '} ", ink.picked),
            (f"{take['number']:>{NUMBER}} ", ink.muted),
            (f"{fit_to_cells(take['role'], ROLE)} ", style),
            (f"{fit_to_cells(take['of'], OWNER)} ", ink.muted),
            (f"{take['mark']} " if take["mark"] else "", ink.stale),
            (take["engine"], ink.muted),
        )
        right = join_line((f"{'★' * take['rating']:5}  {take['seconds']:7.1f}  {state:8}", ink.muted))
        rows.append(Row(take["id"], left, right, f"{take['role']} {take['of']} {take['prompt']} {state}"))
    return rows


def build_sound_fact_rows(take: Mapping[str, Any], ink: TextStyles, width: int) -> list[Row]:
    """Return rows that describe a take of sound: the reason why it is stale, its mark, seed and prompt."""
    marked = [(f"stale: {take['stale']}", ink.stale)] if take["stale"] else []
    marked += [(take["placeholder"], ink.stale)] if take["placeholder"] else []
    lines = [*marked, (take["prompt"], ink.text), (f"seed {take['seed']}", ink.muted)]
    return [
        Row("", join_line((part, style))) for words, style in lines for part in wrap_words(str(words), width)
    ]
